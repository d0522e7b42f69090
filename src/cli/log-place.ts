/**
 * Where the log is that belongs to the policies here: what system or user say with `audit { … }`, else the usual folder.
 */
import { isAbsolute, join } from 'node:path'
import { OaError } from '../base/diagnostic.ts'
import type { AuditSettings } from '../model/settings.ts'
import type { Folders } from './folders.ts'
import type { NamedLayer } from './layers.ts'

export type HeldLayer = Pick<NamedLayer, 'name' | 'table'>

export interface LogPlace {
  readonly directory: string
  readonly segmentBytes?: number
  /** Requests of one agent in an hour. */
  readonly quotaPerHour?: number
}

/**
 * The place that the layers of system and user name; the highest that names a thing counts.
 *
 * @throws OaError OA8001 where a folder is not absolute
 */
export function logPlaceOf(own: Folders, layers: readonly HeldLayer[]): LogPlace {
  const held = layers.filter(({ name }) => name === 'system' || name === 'user')
  const said: readonly AuditSettings[] = held.map(({ table }) => table.meta.settings.audit ?? {})
  const segmentBytes = said.find((each) => each.segmentBytes !== undefined)?.segmentBytes
  const named = said.find((each) => each.directory !== undefined)?.directory
  const quotas = said.flatMap((each) => each.quotaPerHour ?? [])
  return {
    directory: folderOf(named, own),
    ...(segmentBytes === undefined ? {} : { segmentBytes }),
    ...(quotas.length === 0 ? {} : { quotaPerHour: Math.min(...quotas) }),
  }
}

function folderOf(named: string | undefined, own: Folders): string {
  if (named === undefined) return own.audit
  const path = named.startsWith('~/') ? join(own.home, named.slice(2)) : named
  if (isAbsolute(path)) return path
  throw new OaError('OA8001', `the policy's audit folder \`${named}\` is not absolute`, {
    help: 'write `audit { directory "/var/log/openagent" }` or `"~/…"`',
  })
}
