/**
 * Walking the lines of a segment with flat memory: no JSON, no copies, whatever the file holds.
 */
import { createHash, hash } from 'node:crypto'
import fs from 'node:fs'
import { AUDIT_LINE_BYTES_MAX } from '../base/limits.ts'

export interface LineVisitor {
  /**
   * One line without its newline, framed: a zero byte stands before it, so that its leaf hash needs no copy. The
   * buffer is reused. Return false to stop.
   */
  line(framed: Buffer, offset: number): boolean | undefined
  /** A line longer than `AUDIT_LINE_BYTES_MAX`, its newline excluded; its bytes are not kept. */
  long(offset: number, bytes: number): boolean | undefined
}

/** Bytes after the last newline. */
export interface Tail {
  readonly offset: number
  readonly bytes: number
}

const CHUNK = 1024 * 1024
const NEWLINE = 10

/**
 * Calls the visitor for each line between two offsets.
 *
 * @param chunk - bytes read at a time; few for who looks at the first lines only
 * @returns what follows the last newline; undefined when nothing does or the visitor stopped
 */
export function walkLines(
  fd: number,
  from: number,
  to: number,
  visitor: LineVisitor,
  chunk = CHUNK,
): Tail | undefined {
  // WHY not always two chunks: most segments that are looked at have a few lines.
  let buffer = Buffer.allocUnsafe(1 + Math.max(0, Math.min(2 * chunk, to - from)))
  let kept = 0
  let skipped = 0
  let position = from
  while (position < to) {
    const wanted = Math.min(chunk, to - position)
    if (buffer.length - 1 - kept < wanted) buffer = grown(buffer, kept)
    const got = fs.readSync(fd, buffer, 1 + kept, wanted, position)
    if (got === 0) break
    const end = 1 + kept + got
    let start = 1
    for (;;) {
      const newline = buffer.indexOf(NEWLINE, Math.max(start, start === 1 ? 1 + kept : start))
      if (newline < 0 || newline >= end) break
      const offset = position - kept - skipped + start - 1
      const goesOn =
        skipped > 0
          ? visitor.long(offset, skipped + newline - start)
          : visitFramed(buffer, start, newline, offset, visitor)
      if (goesOn === false) return undefined
      skipped = 0
      start = newline + 1
    }
    position += got
    kept = end - start
    if (kept > AUDIT_LINE_BYTES_MAX || skipped > 0) {
      skipped += kept
      kept = 0
    } else if (kept > 0) {
      buffer.copyWithin(1, start, end)
    }
  }
  const bytes = kept + skipped
  return bytes > 0 ? { offset: position - bytes, bytes } : undefined
}

function visitFramed(
  buffer: Buffer,
  start: number,
  end: number,
  offset: number,
  visitor: LineVisitor,
): boolean | undefined {
  if (end - start > AUDIT_LINE_BYTES_MAX) return visitor.long(offset, end - start)
  buffer[start - 1] = 0
  return visitor.line(buffer.subarray(start - 1, end), offset)
}

function grown(buffer: Buffer, kept: number): Buffer<ArrayBuffer> {
  const larger = Buffer.allocUnsafe(1 + 2 * Math.max(kept, CHUNK) + CHUNK)
  buffer.copy(larger, 1, 1, 1 + kept)
  return larger
}

/** The RFC 6962 leaf hash of a framed line, 64 hex digits. */
export function framedHash(framed: Buffer): string {
  return hash('sha256', framed, 'hex')
}

/** The line without its frame. */
export function unframed(framed: Buffer): Buffer {
  return framed.subarray(1)
}

/** WHY kept: a fresh megabyte costs as much as hashing a good part of it. */
let hashed: Buffer | undefined

/** SHA-256 of the bytes between two offsets, then of `more`; 64 hex digits. Flat memory. */
export function hashRange(fd: number, from: number, to: number, more = ''): string {
  const digest = createHash('sha256')
  hashed ??= Buffer.allocUnsafe(CHUNK)
  const buffer = hashed
  for (let at = from; at < to; ) {
    const got = fs.readSync(fd, buffer, 0, Math.min(buffer.length, to - at), at)
    if (got === 0) break
    digest.update(buffer.subarray(0, got))
    at += got
  }
  return digest.update(more).digest('hex')
}
