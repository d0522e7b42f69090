/**
 * Reading records back: from the start, from the end, and as they come. Reading is not verifying: `verify.ts` says
 * whether what is read here is what was written.
 */
import fs from 'node:fs'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { AUDIT_LINE_BYTES_MAX } from '../base/limits.ts'
import { listSegments } from './files.ts'
import { Findings } from './finding.ts'
import { unframed, walkLines } from './lines.ts'
import { type AuditRecord, parseRecord } from './record.ts'
import { isSelected, type RecordFilter } from './select.ts'
import { openSegment, type SegmentFile } from './snapshot.ts'

/**
 * Calls the visitor with every record of a log, oldest first, until it returns false. What is no record is passed
 * over. Flat memory.
 */
export function eachRecord(
  directory: string,
  visit: (record: AuditRecord) => boolean | undefined,
): void {
  let goesOn = true
  for (const name of namesIn(directory)) {
    if (!goesOn) return
    withSegment(directory, name, (fd, bytes) => {
      walkLines(fd, 0, bytes, {
        line: (framed) => {
          const record = parseRecord(unframed(framed))
          if (record && visit(record) === false) goesOn = false
          return goesOn
        },
        long: () => undefined,
      })
    })
  }
}

/** The last records that a filter selects, oldest first. Reads no more of the log than it needs. */
export function lastRecords(
  directory: string,
  count: number,
  filter: RecordFilter = {},
): readonly AuditRecord[] {
  const found: AuditRecord[] = []
  for (const name of namesIn(directory).toReversed()) {
    if (found.length >= count) break
    withSegment(directory, name, (fd, bytes) => {
      for (const line of linesBackward(fd, bytes)) {
        const record = parseRecord(line)
        if (record && isSelected(record, filter)) found.push(record)
        if (found.length >= count) return
      }
    })
  }
  return found.toReversed()
}

/** Bytes read at a time from the end. */
const BLOCK = 64 * 1024
const NEWLINE = 10

function* linesBackward(fd: number, bytes: number): Generator<Buffer> {
  let end = bytes
  let rest: Buffer = Buffer.alloc(0)
  while (end > 0) {
    const start = Math.max(0, end - BLOCK)
    const block = Buffer.alloc(end - start)
    fs.readSync(fd, block, 0, block.length, start)
    let text = Buffer.concat([block, rest])
    for (let at = text.lastIndexOf(NEWLINE); at >= 0; at = text.lastIndexOf(NEWLINE)) {
      yield text.subarray(at + 1)
      text = text.subarray(0, at)
    }
    // A line longer than a log may hold is no record; forget what was read of it.
    rest = text.length > AUDIT_LINE_BYTES_MAX ? Buffer.alloc(0) : text
    end = start
  }
  yield rest
}

/**
 * Yields records as they are written, from the end of the log on, until the signal aborts.
 *
 * @param options.everyMs - how often the log is looked at
 * @yields records in the order of the log
 */
export async function* followRecords(
  directory: string,
  options: {
    readonly signal: AbortSignal
    readonly filter?: RecordFilter
    readonly everyMs?: number
  },
): AsyncGenerator<AuditRecord> {
  const { signal, filter = {}, everyMs = 200 } = options
  let segment = namesIn(directory).at(-1)
  let offset = segment === undefined ? 0 : endOf(directory, segment)
  while (!signal.aborted) {
    const fresh: AuditRecord[] = []
    for (const name of namesIn(directory)) {
      if (segment !== undefined && name < segment) continue
      if (name !== segment) offset = 0
      segment = name
      offset = readFrom(directory, name, offset, fresh)
    }
    for (const record of fresh) if (isSelected(record, filter)) yield record
    await pause(everyMs, undefined, { signal }).catch(() => undefined)
  }
}

/** Adds the complete records after an offset; gives the offset after the last of them. */
function readFrom(directory: string, name: string, from: number, into: AuditRecord[]): number {
  let end = from
  withSegment(directory, name, (fd, bytes) => {
    walkLines(fd, from, bytes, {
      line: (framed, offset) => {
        const record = parseRecord(unframed(framed))
        if (record) into.push(record)
        end = offset + framed.length
        return undefined
      },
      long: (offset, length) => {
        end = offset + length + 1
        return undefined
      },
    })
  })
  return end
}

function endOf(directory: string, name: string): number {
  return fs.lstatSync(path.join(directory, name), { throwIfNoEntry: false })?.size ?? 0
}

function namesIn(directory: string): readonly string[] {
  return fs.existsSync(directory) ? listSegments(directory) : []
}

function withSegment(
  directory: string,
  name: string,
  action: (fd: number, bytes: number) => void,
): void {
  const file = path.join(directory, name)
  const segment: SegmentFile = { name, file, bytes: 0 }
  const fd = openSegment(segment, new Findings())
  if (fd === undefined) return
  try {
    action(fd, fs.fstatSync(fd).size)
  } finally {
    fs.closeSync(fd)
  }
}
