/**
 * How many requests one agent has made in this hour, kept beside the log: a flood stops the one who makes it, before
 * the disk or the others feel it.
 */
import { createHash } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import { AUDIT_QUOTA_NAMES_MAX } from '../base/limits.ts'
import { openForUpdate, prepareDirectory } from './files.ts'
import { openLock } from './lock.ts'

/** `first-over`: the first request too many of this hour, the one to put on record. */
export type QuotaAnswer = 'within' | 'first-over' | 'over'

interface Counts {
  /** Hours since 1970. */
  readonly hour: number
  readonly byName: Readonly<Record<string, number>>
}

const HOUR_MS = 3_600_000
const QUOTA_FILE = 'quota'
const LOCK_FILE = 'quota.lock'
/** Who comes when there are too many names: they share one count. */
const OTHERS = 'others'

/**
 * Counts one request. Throws OA6001 where it cannot be counted.
 *
 * @param directory - of the log
 * @param name - of the agent or session
 */
export function takeFromQuota(
  directory: string,
  name: string,
  perHour: number,
  nowMs: number = Date.now(),
): QuotaAnswer {
  prepareDirectory(directory)
  const lock = openLock(path.join(directory, LOCK_FILE))
  try {
    return lock.runSync(() => take(path.join(directory, QUOTA_FILE), name, perHour, nowMs))
  } finally {
    lock.close()
  }
}

function take(file: string, name: string, perHour: number, nowMs: number): QuotaAnswer {
  const hour = Math.floor(nowMs / HOUR_MS)
  const fd = openForUpdate(file)
  try {
    const before = readCounts(fs.readFileSync(fd, 'utf8'))
    const byName = before.hour === hour ? { ...before.byName } : {}
    const key = keyOf(name, byName)
    const count = (byName[key] ?? 0) + 1
    byName[key] = count
    const text = JSON.stringify({ hour, byName })
    fs.ftruncateSync(fd, 0)
    fs.writeSync(fd, text, 0)
    if (count <= perHour) return 'within'
    return count === perHour + 1 ? 'first-over' : 'over'
  } finally {
    fs.closeSync(fd)
  }
}

/** WHY a hash: names are foreign text of any length. */
function keyOf(name: string, byName: Readonly<Record<string, number>>): string {
  const key = createHash('sha256').update(name).digest('hex').slice(0, 16)
  const isRoom = key in byName || Object.keys(byName).length < AUDIT_QUOTA_NAMES_MAX
  return isRoom ? key : OTHERS
}

/** A file that is torn or odd counts from the start. */
function readCounts(text: string): Counts {
  try {
    const { hour, byName } = JSON.parse(text) as Partial<Counts>
    const isCounts =
      typeof hour === 'number' &&
      typeof byName === 'object' &&
      byName !== null &&
      Object.values(byName).every((each) => Number.isSafeInteger(each))
    if (isCounts) return { hour, byName }
  } catch {
    // Below.
  }
  return { hour: -1, byName: {} }
}
