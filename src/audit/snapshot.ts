/**
 * What a log directory holds at one moment, taken under the writers' lock where that can be had, so that a log that
 * is being written can be read without false alarms. Reads only; makes nothing.
 */
import fs from 'node:fs'
import path from 'node:path'
import {
  CHECKPOINTS_FILE,
  EPOCHS_FILE,
  HEAD_FILE,
  KEY_FILE,
  LOCK_FILE,
  listSegments,
  wrongFile,
} from './files.ts'
import type { Findings, Place } from './finding.ts'
import { type Head, parseHead } from './head.ts'
import { openLock } from './lock.ts'

export interface SegmentFile {
  readonly name: string
  readonly file: string
  readonly bytes: number
  /** Why it cannot be read as a segment; undefined when it can. */
  readonly unusable?: string
}

export interface Snapshot {
  readonly segments: readonly SegmentFile[]
  readonly head: Head | 'missing' | 'damaged'
  /** Whether writers were held off while it was taken. */
  readonly wasLocked: boolean
}

/** Takes a snapshot. Throws only when the directory itself cannot be listed. */
export function takeSnapshot(directory: string): Snapshot {
  const take = (wasLocked: boolean): Snapshot => ({
    head: readHeadFile(path.join(directory, HEAD_FILE)),
    segments: listSegments(directory).map((name) => describe(directory, name)),
    wasLocked,
  })
  const file = path.join(directory, LOCK_FILE)
  try {
    if (fs.statSync(file, { throwIfNoEntry: false })?.size) {
      const lock = openLock(file)
      try {
        return lock.runSync(() => take(true))
      } finally {
        lock.close()
      }
    }
  } catch {
    // A copy, a read-only disk, a stuck writer: what is there can still be read.
  }
  return take(false)
}

function describe(directory: string, name: string): SegmentFile {
  const file = path.join(directory, name)
  const found = fs.lstatSync(file, { throwIfNoEntry: false })
  if (!found) return { name, file, bytes: 0, unusable: 'is gone' }
  const kind = found.isSymbolicLink()
    ? 'a symbolic link'
    : found.isFIFO()
      ? 'a pipe'
      : 'no regular file'
  if (!found.isFile()) return { name, file, bytes: 0, unusable: `is ${kind}` }
  return { name, file, bytes: found.size }
}

function readHeadFile(file: string): Head | 'missing' | 'damaged' {
  try {
    const found = fs.lstatSync(file)
    if (!found.isFile() || found.size > 4096) return 'damaged'
    const text = fs.readFileSync(file, 'latin1')
    return text === '' ? 'missing' : parseHead(text)
  } catch (cause) {
    return (cause as NodeJS.ErrnoException).code === 'ENOENT' ? 'missing' : 'damaged'
  }
}

/** Files beside the segments that others may use: whoever may write them may mend what they prove. */
export function checkFiles(directory: string, findings: Findings): void {
  for (const name of [HEAD_FILE, CHECKPOINTS_FILE, EPOCHS_FILE, KEY_FILE]) {
    const found = fs.lstatSync(path.join(directory, name), { throwIfNoEntry: false })
    const wrong = found?.isFile() ? wrongFile(found) : undefined
    if (wrong !== undefined) {
      findings.add('files', 'OA6005', 'file-exposed', `\`${name}\` ${wrong}`)
    }
  }
}

/** Opens a segment to read; a finding and undefined when it is not what a segment must be. */
export function openSegment(segment: SegmentFile, findings: Findings): number | undefined {
  const place: Place = { segment: segment.name, line: 1, offset: 0 }
  const refuse = (message: string): undefined => {
    findings.add('files', 'OA6005', 'segment-unusable', `\`${segment.name}\` ${message}`, place)
    return undefined
  }
  if (segment.unusable !== undefined) return refuse(segment.unusable)
  const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = fs.constants
  let fd: number
  try {
    fd = fs.openSync(segment.file, O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
  } catch (cause) {
    return refuse(`cannot be opened (${(cause as NodeJS.ErrnoException).code})`)
  }
  const found = fs.fstatSync(fd)
  if (!found.isFile()) {
    fs.closeSync(fd)
    return refuse('is no regular file')
  }
  const wrong = wrongFile(found)
  if (wrong !== undefined) {
    findings.add('files', 'OA6005', 'segment-exposed', `\`${segment.name}\` ${wrong}`, place)
  }
  return fd
}
