/**
 * Finding where the next line goes. Mostly HEAD says so; after a crash the bytes past HEAD are read, complete lines
 * adopted, a torn tail found. Nothing is ever cut: what is not a record is closed and committed to.
 */
import { randomBytes } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import { OaError } from '../base/diagnostic.ts'
import { listSegments, openForAppend, segmentName } from './files.ts'
import { bootId, type Head, readHead } from './head.ts'
import { framedHash, hashRange, unframed, walkLines } from './lines.ts'
import {
  type AnyEntry,
  type ChainState,
  GENESIS,
  headOf,
  isTornLine,
  parseRecord,
  parseTime,
  TORN_MARK,
} from './record.ts'

/** Where a writer that holds the lock goes on. */
export interface Position {
  readonly log: string
  readonly segment: string
  readonly fd: number
  /** Bytes of the segment now. */
  readonly bytes: number
  readonly state: ChainState
  readonly openedNs: bigint
  /** Bytes to write first, closing a torn tail; mostly empty. */
  readonly closing: string
  /** What the log has to say for itself before the next entry; mostly nothing. */
  readonly notes: readonly AnyEntry[]
}

/** The segment a writer has open between two appends. */
export interface OpenSegment {
  readonly name: string
  readonly fd: number
}

/** Bytes that are no record: where they are and what they were. */
export interface Gap {
  readonly offset: number
  readonly bytes: number
  readonly sha256: string
}

/**
 * The position after everything that is in the log. The caller holds the lock, and closes the segment it had open
 * when the position is in another.
 *
 * Throws OA6004 when the log is shorter than HEAD says within one boot, OA6002 when it does not go on from HEAD,
 * OA6001 when a file is not what it must be.
 */
export function findPosition(
  directory: string,
  headFd: number,
  open: OpenSegment | undefined,
): Position {
  const head = readHead(headFd)
  if (typeof head === 'string') return findWithoutHead(directory, head, open)
  const fd = segmentFd(directory, head.segment, open)
  const size = fs.fstatSync(fd).size
  const found = {
    log: head.log,
    segment: head.segment,
    fd,
    openedNs: BigInt(head.openedNs),
  }
  const state: ChainState = { hash: head.hash, seq: head.seq, ns: BigInt(head.ns) }
  if (size === head.bytes) return { ...found, bytes: size, state, closing: '', notes: [] }
  if (size < head.bytes) return afterLoss(directory, head, found, size)
  return afterScan(found, scan(fd, head.bytes, size, state, head.boot !== bootId()), size, [])
}

/** Opens the segment, or keeps the one that is open as long as its name still means the same file. */
function segmentFd(directory: string, name: string, open: OpenSegment | undefined): number {
  const file = path.join(directory, name)
  if (open?.name !== name) return openForAppend(file)
  const held = fs.fstatSync(open.fd)
  const named = fs.lstatSync(file, { throwIfNoEntry: false })
  if (named?.ino === held.ino && named.dev === held.dev) return open.fd
  throw new OaError('OA6004', `the audit segment \`${name}\` was removed or replaced`, {
    help: 'run `oa audit verify`, keep the directory as evidence and start another',
  })
}

/** What a segment was opened as, before its end is known. */
type Found = Pick<Position, 'log' | 'segment' | 'fd' | 'openedNs'>

/** INVARIANT: within one boot nothing written disappears, so a shorter file was cut by somebody. */
function afterLoss(directory: string, head: Head, found: Found, size: number): Position {
  if (head.boot === bootId()) {
    throw new OaError(
      'OA6004',
      `the audit segment \`${head.segment}\` has ${size} bytes, its head says ${head.bytes}`,
      { help: 'run `oa audit verify`, keep the directory as evidence and start another' },
    )
  }
  const note: AnyEntry = {
    kind: 'audit.lost',
    lost: {
      reason: 'shorter-than-head-after-boot',
      head: { segment: head.segment, bytes: head.bytes, seq: head.seq, hash: head.hash },
      found: { bytes: size },
    },
  }
  const start = startOf(directory, head.segment, found.fd, size)
  const state = { hash: start.hash, seq: start.seq, ns: maxOf(start.ns, BigInt(head.ns)) }
  return afterScan(found, scan(found.fd, 0, size, state, true), size, [note])
}

function findWithoutHead(
  directory: string,
  reason: 'missing' | 'damaged',
  open: OpenSegment | undefined,
): Position {
  const segment = listSegments(directory).at(-1)
  if (segment === undefined) {
    const fd = openForAppend(path.join(directory, segmentName(0)))
    const state: ChainState = { hash: GENESIS, seq: -1, ns: 0n }
    const log = randomBytes(16).toString('hex')
    return {
      log,
      segment: segmentName(0),
      fd,
      bytes: 0,
      state,
      openedNs: 0n,
      closing: '',
      notes: [],
    }
  }
  const fd = segmentFd(directory, segment, open)
  const size = fs.fstatSync(fd).size
  const start = startOf(directory, segment, fd, size)
  const found: Found = { log: start.log, segment, fd, openedNs: start.ns }
  const note: AnyEntry = { kind: 'audit.head', head: { reason } }
  // WHY lenient: without HEAD the boot of the last write is not known.
  return afterScan(found, scan(fd, 0, size, start, true), size, [note])
}

interface Start extends ChainState {
  readonly log: string
}

/**
 * The state before a segment's first line. An empty or torn segment has none of its own: its predecessor is
 * walked, and lacking that the segment's name gives the number and the chain starts anew (which `verify` reports).
 */
function startOf(directory: string, segment: string, fd: number, size: number): Start {
  let first: Start | undefined
  walkLines(fd, 0, size, {
    line: (framed) => {
      const record = parseRecord(unframed(framed))
      const ns = record && parseTime(record.ts)
      if (record && ns !== undefined) {
        const log = typeof record['log'] === 'string' ? record['log'] : 'unknown'
        first = { hash: record.prev, seq: record.seq - 1, ns: ns - 1n, log }
      }
      return false
    },
    long: () => false,
  })
  if (first) return first
  const names = listSegments(directory)
  const before = names[names.indexOf(segment) - 1]
  if (before === undefined)
    return { hash: GENESIS, seq: -1, ns: 0n, log: randomBytes(16).toString('hex') }
  const previous = openForAppend(path.join(directory, before))
  try {
    const bytes = fs.fstatSync(previous).size
    const start = startOf(directory, before, previous, bytes)
    return { ...scan(previous, 0, bytes, start, true).state, log: start.log }
  } finally {
    fs.closeSync(previous)
  }
}

interface Scan {
  readonly state: ChainState
  /** Where the last record ends; what follows is a gap. */
  readonly end: number
  readonly hasUnfinishedLine: boolean
}

/**
 * Reads complete lines from a known state. Bytes that are no record are a gap, and a gap must be followed by the
 * `audit.torn` record that commits to it, unless the segment ends first.
 *
 * @param isLenient - after a power cut pages may be missing anywhere: then any bytes may be a gap
 */
function scan(fd: number, from: number, to: number, start: ChainState, isLenient: boolean): Scan {
  let state = start
  let end = from
  let broken: number | undefined
  const refuse = (offset: number): false => {
    broken ??= offset
    return false
  }
  const tail = walkLines(fd, from, to, {
    line: (framed, offset) => {
      const line = unframed(framed)
      const head = headOf(line)
      if (head && head.prev === state.hash && head.seq === state.seq + 1 && !isTornLine(line)) {
        if (offset > end && !commitsTo(line, gapAt(fd, end, offset, ''))) return refuse(offset)
        state = { hash: framedHash(framed), seq: head.seq, ns: parseTime(head.ts) ?? state.ns }
        end = offset + line.length + 1
        return undefined
      }
      return isTornLine(line) || isLenient ? undefined : refuse(offset)
    },
    long: (offset) => (isLenient ? undefined : refuse(offset)),
  })
  if (broken !== undefined) {
    throw new OaError(
      'OA6002',
      `the audit chain does not go on at byte ${broken} of its last segment`,
      {
        help: 'run `oa audit verify`, keep the directory as evidence and start another',
      },
    )
  }
  return { state, end, hasUnfinishedLine: tail !== undefined }
}

function gapAt(fd: number, from: number, to: number, closing: string): Gap {
  const bytes = to - from + Buffer.byteLength(closing)
  return { offset: from, bytes, sha256: hashRange(fd, from, to, closing) }
}

/** Whether a line is the `audit.torn` record of exactly this gap. */
export function commitsTo(line: Buffer, gap: Gap): boolean {
  const record = parseRecord(line)
  if (record?.kind !== 'audit.torn') return false
  const torn = record['torn'] as Partial<Gap> | undefined
  return torn?.offset === gap.offset && torn.bytes === gap.bytes && torn.sha256 === gap.sha256
}

function afterScan(
  found: Found,
  scanned: Scan,
  size: number,
  notes: readonly AnyEntry[],
): Position {
  const closing = scanned.hasUnfinishedLine ? `${TORN_MARK}\n` : ''
  const position = { ...found, bytes: size, state: scanned.state, closing }
  if (scanned.end === size) return { ...position, notes }
  const gap = gapAt(found.fd, scanned.end, size, closing)
  return { ...position, notes: [{ kind: 'audit.torn', torn: gap }, ...notes] }
}

function maxOf(a: bigint, b: bigint): bigint {
  return a > b ? a : b
}
