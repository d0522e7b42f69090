/**
 * HEAD: where the log ends, for the next writer to go on without reading and for a verifier to see a cut tail.
 * Evidence against whoever does not know of it; whoever may write the directory may write it too.
 */
import fs from 'node:fs'
import { AUDIT_VERSION } from './record.ts'

export interface Head {
  readonly version: number
  /** Random name of the log, given when it was made. */
  readonly log: string
  readonly segment: string
  /** Bytes of that segment that were written. */
  readonly bytes: number
  readonly seq: number
  readonly hash: string
  /** Time of the last record and of the segment's first, nanoseconds since 1970, in decimal. */
  readonly ns: string
  readonly openedNs: string
  /** The boot in which it was written: after another boot, unflushed bytes may be gone by right. */
  readonly boot: string
}

/** One write of less than a page: it is there whole or not at all, whatever kills the writer. */
const HEAD_BYTES = 512

export function writeHead(fd: number, head: Head): void {
  const text = JSON.stringify(head)
  fs.writeSync(fd, `${text.padEnd(HEAD_BYTES - 1)}\n`, 0, 'latin1')
}

/**
 * @returns the head; `missing` for an empty file, `damaged` for anything that is not a head of this version
 */
export function readHead(fd: number): Head | 'missing' | 'damaged' {
  const buffer = Buffer.alloc(HEAD_BYTES)
  const length = fs.readSync(fd, buffer, 0, HEAD_BYTES, 0)
  return length === 0 ? 'missing' : parseHead(buffer.toString('latin1', 0, length))
}

export function parseHead(text: string): Head | 'damaged' {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return 'damaged'
  }
  return isHead(value) ? value : 'damaged'
}

function isHead(value: unknown): value is Head {
  if (typeof value !== 'object' || value === null) return false
  const head = value as Partial<Record<keyof Head, unknown>>
  return (
    head.version === AUDIT_VERSION &&
    typeof head.log === 'string' &&
    /^seg-\d{16}\.jsonl$/.test(String(head.segment)) &&
    isCount(head.bytes, 0) &&
    isCount(head.seq, -1) &&
    /^[0-9a-f]{64}$/.test(String(head.hash)) &&
    /^\d{1,25}$/.test(String(head.ns)) &&
    /^\d{1,25}$/.test(String(head.openedNs)) &&
    typeof head.boot === 'string'
  )
}

function isCount(value: unknown, least: number): boolean {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= least
}

let boot: string | undefined

/** The kernel's name of this boot; `none` where there is no such thing. */
export function bootId(): string {
  if (boot === undefined) {
    try {
      boot = fs.readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim()
    } catch {
      boot = 'none'
    }
  }
  return boot
}
