/**
 * What a run made at a protected path that did not exist is moved aside, so that nothing reads it by mistake. Only when
 * the whole tree is dead, and never through a link.
 */
import { randomUUID } from 'node:crypto'
import fs from 'node:fs'
import { basename } from 'node:path'
import { makeFolders } from '../base/make-folders.ts'
import type { Plan } from './plan-types.ts'

export interface Quarantined {
  /** The protected path. */
  readonly path: string
  /** Where what stood there is now; null: it could not be moved and still stands. */
  readonly movedTo: string | null
}

/** Protected paths that did not exist before the run and do now; ask only when the whole tree is dead. */
export function appearedPaths({ absent }: Pick<Plan, 'absent'>): readonly string[] {
  return absent.flatMap(({ path, role }) =>
    role === 'pin' && firstMade(path) !== null ? [path] : [],
  )
}

/** Moves what appeared into `folder`; onto another file system nothing is moved, so there it stays beside its place. */
export function quarantine(
  plan: Pick<Plan, 'absent' | 'marker'>,
  folder: string,
): readonly Quarantined[] {
  const found: Quarantined[] = []
  for (const path of appearedPaths(plan)) {
    const made = firstMade(path)
    if (made !== null) found.push({ path, movedTo: moveAside(made, `${folder}/${plan.marker}`) })
  }
  return found
}

/**
 * The entry that makes the path be there: the path, or a link before it. When it was planned there was no link on the
 * way, so one that is there now was made by the run.
 */
function firstMade(path: string): string | null {
  for (let end = path.indexOf('/', 1); ; end = path.indexOf('/', end + 1)) {
    const prefix = end < 0 ? path : path.slice(0, end)
    const stat = fs.lstatSync(prefix, { throwIfNoEntry: false })
    if (!stat) return null
    if (stat.isSymbolicLink() || end < 0) return prefix
    if (!stat.isDirectory()) return prefix
  }
}

function moveAside(path: string, folder: string): string | null {
  const places = [
    `${folder}/${basename(path)}-${randomUUID()}`,
    `${path}.oa-quarantine-${randomUUID()}`,
  ]
  for (const place of places) {
    try {
      if (place.startsWith(`${folder}/`)) makeFolders(folder, 0o700)
      fs.renameSync(path, place)
      return place
    } catch {
      // Another file system, or no right to: the next place.
    }
  }
  return null
}
