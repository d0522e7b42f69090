/**
 * Artifacts that say nothing of who made them: an unsigned one counts only where neither other accounts nor the policy
 * in force lets anybody put another in its place.
 */
import { accessSync, constants, realpathSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { OaError } from '../base/diagnostic.ts'
import { analyse } from '../command/analyse.ts'
import { decide } from '../decide/decide.ts'
import { splitMap } from '../table/source-map.ts'
import type { Table } from '../table/table.ts'
import { nodeWorld } from '../world/node-world.ts'
import { folders } from './folders.ts'
import { isArtifactFile } from './policies.ts'
import { processFacts } from './request.ts'
import { checkSignature } from './signature.ts'

/** What is known of a layer before it counts. */
export interface PlacedLayer {
  readonly path: string
  readonly table: Table
  /** A person trusted these bytes (`oa trust`). */
  readonly isTrusted: boolean
}

export interface PlaceDoors {
  /** Path of a public key that artifacts may be signed with. */
  readonly key: string | undefined
  readonly workspaceOf: (folder: string) => string
}

/**
 * Holds every artifact among the layers to its signature or its place.
 *
 * @throws OaError OA3007 (a signature that does not fit), OA3008 (unsigned where it may be replaced)
 */
export function checkArtifacts(layers: readonly PlacedLayer[], doors: PlaceDoors): void {
  const tables = layers.map((each) => each.table)
  const { key } = doors
  let isKeyHeld = false
  for (const { path, table, isTrusted } of layers) {
    if (isTrusted || !isArtifactFile(path)) continue
    const why = replaceable(path, tables, doors)
    if (why === null) continue
    if (key === undefined) {
      throw new OaError('OA3008', `the artifact \`${path}\` is not signed, and ${why}`, {
        help: 'name the public key of its signature: `--verify KEY`; or move it to a folder that is not writable; or name the policy it was made from',
      })
    }
    const keyWhy = isKeyHeld ? null : replaceable(key, tables, doors)
    if (keyWhy !== null) {
      throw new OaError('OA3008', `the key \`${key}\` proves nothing: ${keyWhy}`, {
        help: 'move it to a folder that is not writable',
      })
    }
    isKeyHeld = true
    checkSignature(path, splitMap(table.artifact)[0], key)
  }
}

/** Who may put another file in the place of this one; null: nobody. */
function replaceable(path: string, tables: readonly Table[], doors: PlaceDoors): string | null {
  const real = realPath(path)
  const other = writableByOthers(real)
  if (other !== null) return `others may write \`${other}\``
  if (!mayWrite(real) && !mayWrite(dirname(real))) return null
  return isAllowed(real, tables, doors) ? 'the policy lets it be written' : null
}

function realPath(path: string): string {
  try {
    return realpathSync(path)
  } catch (cause) {
    throw new OaError('OA3007', `\`${path}\` cannot be read`, { cause })
  }
}

function mayWrite(path: string): boolean {
  try {
    accessSync(path, constants.W_OK)
    return true
  } catch {
    return false
  }
}

/** The file or a folder above it that accounts other than this one and root may change; null: none. */
function writableByOthers(path: string): string | null {
  const own = [0, process.geteuid?.() ?? 0]
  for (let at = path; ; at = dirname(at)) {
    const { mode, uid, gid } = statSync(at)
    const isSticky = at !== path && (mode & 0o1000) !== 0
    // A group of the owner's own number is the owner alone.
    const others = (mode & 0o002) !== 0 || ((mode & 0o020) !== 0 && gid !== 0 && gid !== uid)
    if (!own.includes(uid) || (others && !isSticky)) return at
    if (at === dirname(at)) return null
  }
}

/** Whether some layer alone lets it be written (language.md §3 rule 10). */
function isAllowed(path: string, tables: readonly Table[], doors: PlaceDoors): boolean {
  const cwd = dirname(path)
  const workspace = doors.workspaceOf(cwd)
  const { home } = folders()
  const world = nodeWorld({ home, workspace, path: process.env['PATH'] ?? '' })
  const subject = { kind: 'path', action: 'write', path } as const
  return tables.some((table) => {
    const { analysis } = analyse(table, { subject, cwd, facts: processFacts() }, world)
    const { decision, would } = decide([table], analysis)
    return ['allow', 'warn'].includes(would ?? decision)
  })
}
