/**
 * The lines of one commit, made from where the log is and what is to be written; nothing here touches the segment.
 */
import fs from 'node:fs'
import { OaError } from '../base/diagnostic.ts'
import { bootId, type Head } from './head.ts'
import type { Position } from './position.ts'
import {
  type ChainState,
  entryBody,
  formatLine,
  formatTime,
  leafHash,
  withClock,
} from './record.ts'
import { needsOpening, openingEntry } from './segment.ts'

/** The record is on the disk and will be found there. */
export interface Ack {
  readonly seq: number
  readonly ts: string
  /** Leaf hash of the record's line. */
  readonly hash: string
  readonly segment: string
}

/** What a commit writes, and where the log is after it. */
export interface Built {
  readonly bytes: Buffer
  readonly state: ChainState
  readonly openedNs: bigint
  /** Of all lines, the log's own too, in their order. */
  readonly acks: readonly Ack[]
}

/** A clock further behind the log than this is noted in the record. */
const CLOCK_BEHIND_NS = 1_000_000_000n

/** The lines for entries, after what the log has to say for itself. */
export function buildCommit(
  directory: string,
  position: Position,
  bodies: readonly string[],
  now: () => bigint,
): Built {
  const opens = needsOpening(position)
  const own = position.notes.map(entryBody)
  if (opens) own.push(entryBody(openingEntry(directory, position)))
  let state = position.state
  let openedNs = position.openedNs
  const lines: string[] = []
  const acks: Ack[] = []
  for (const body of [...own, ...bodies]) {
    const wall = now()
    const ns = wall > state.ns ? wall : state.ns + 1n
    const isBehind = ns - wall > CLOCK_BEHIND_NS
    const line = formatLine(state, ns, isBehind ? withClock(body, wall) : body)
    state = { hash: leafHash(line), seq: state.seq + 1, ns }
    if (opens && lines.length + 1 === own.length) openedNs = ns
    lines.push(line)
    acks.push({ seq: state.seq, ts: formatTime(ns), hash: state.hash, segment: position.segment })
  }
  const bytes = Buffer.from(`${position.closing}${lines.join('\n')}\n`, 'utf8')
  return { bytes, state, openedNs, acks }
}

/** The head of a log that is at a position. */
export function headOf(position: Position): Head {
  return {
    version: 1,
    log: position.log,
    segment: position.segment,
    bytes: position.bytes,
    seq: position.state.seq,
    hash: position.state.hash,
    ns: String(position.state.ns),
    openedNs: String(position.openedNs),
    boot: bootId(),
  }
}

/** The head once a commit is written. */
export function headAfter(position: Position, built: Built): Head {
  return {
    ...headOf(position),
    bytes: position.bytes + built.bytes.length,
    seq: built.state.seq,
    hash: built.state.hash,
    ns: String(built.state.ns),
    openedNs: String(built.openedNs),
  }
}

/** One write in all but the rarest cases; the rest of a short one follows, or throws. */
export function writeAll(fd: number, bytes: Buffer): void {
  let written = 0
  while (written < bytes.length) {
    const count = fs.writeSync(fd, bytes, written)
    if (count <= 0) throw new OaError('OA6001', 'the audit log took no bytes')
    written += count
  }
}
