/**
 * Segments: when a new one is begun, and the record that begins it. That record commits to the whole file before
 * it by one digest, and to every record so far by the edge of the Merkle tree.
 */
import fs from 'node:fs'
import path from 'node:path'
import { firstSeqOf, listSegments } from './files.ts'
import { framedHash, hashRange, type LineVisitor, unframed, walkLines } from './lines.ts'
import { type Edge, MerkleTree, readEdge } from './merkle.ts'
import type { Position } from './position.ts'
import { type AnyEntry, AUDIT_VERSION, isRecordLine, isTornLine, parseRecord } from './record.ts'

/** What a segment's opening record says of the file before it. */
export interface SealedSegment {
  readonly segment: string
  readonly bytes: number
  readonly sha256: string
}

/** The opening record, read. */
export interface Opening {
  readonly version: number
  readonly log: string
  readonly seq: number
  readonly prev: string
  readonly ts: string
  readonly sealed?: SealedSegment
  /** The tree over all records before this one; absent where it could not be made. */
  readonly tree?: Edge
  /** Where the record's line is. */
  readonly offset: number
  /** Its leaf hash. */
  readonly leaf: string
}

/** A segment's record is looked for among its first lines: a crash may have torn earlier ones. */
const OPENING_LINES_MAX = 8
/** An opening record has about a thousand bytes. */
const OPENING_CHUNK = 16 * 1024

/** The opening record of a segment; undefined when none stands near its start. */
export function readOpening(fd: number, size: number): Opening | undefined {
  let opening: Opening | undefined
  let lines = 0
  const visitor: LineVisitor = {
    line: (framed, offset) => {
      const line = unframed(framed)
      const record = isRecordLine(line) ? parseRecord(line) : undefined
      if (record?.kind === 'segment.open') opening = openingOf(record, offset, framedHash(framed))
      return opening === undefined && ++lines < OPENING_LINES_MAX
    },
    long: () => false,
  }
  walkLines(fd, 0, size, visitor, OPENING_CHUNK)
  return opening
}

function openingOf(record: AnyEntry, offset: number, leaf: string): Opening | undefined {
  const { version, log, seq, prev, ts } = record
  if (typeof version !== 'number' || typeof log !== 'string') return undefined
  if (typeof seq !== 'number' || typeof prev !== 'string' || typeof ts !== 'string')
    return undefined
  const sealed = sealedOf(record['sealed'])
  const edge = readEdge(record['tree'])
  return {
    version,
    log,
    seq,
    prev,
    ts,
    offset,
    leaf,
    ...(sealed ? { sealed } : {}),
    ...(edge && edge.size === seq ? { tree: edge } : {}),
  }
}

function sealedOf(value: unknown): SealedSegment | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const { segment, bytes, sha256 } = value as Partial<Record<keyof SealedSegment, unknown>>
  return typeof segment === 'string' && typeof bytes === 'number' && typeof sha256 === 'string'
    ? { segment, bytes, sha256 }
    : undefined
}

/** Whether the segment of a position has no record yet, so that one must open it. */
export function needsOpening(position: Position): boolean {
  return position.state.seq + 1 === firstSeqOf(position.segment)
}

/**
 * The record that opens the segment of a position.
 *
 * Cost: reads the whole segment before it, once in its life.
 */
export function openingEntry(directory: string, position: Position): AnyEntry {
  const opening: AnyEntry = { kind: 'segment.open', version: AUDIT_VERSION, log: position.log }
  const names = listSegments(directory)
  const before = names[names.indexOf(position.segment) - 1]
  if (before === undefined) return { ...opening, tree: new MerkleTree().edge() }
  const fd = fs.openSync(
    path.join(directory, before),
    fs.constants.O_RDONLY | fs.constants.O_NOFOLLOW,
  )
  try {
    const bytes = fs.fstatSync(fd).size
    const sealed: SealedSegment = { segment: before, bytes, sha256: hashRange(fd, 0, bytes) }
    const tree = growFrom(fd, bytes)
    const isWhole = tree?.size === position.state.seq + 1
    return { ...opening, sealed, ...(isWhole && tree ? { tree: tree.edge() } : {}) }
  } finally {
    fs.closeSync(fd)
  }
}

/** The tree after the last record of a segment, grown from the edge its opening record carries. */
export function growFrom(fd: number, size: number): MerkleTree | undefined {
  const opening = readOpening(fd, size)
  if (!opening?.tree) return undefined
  const tree = new MerkleTree(opening.tree)
  growOver(tree, fd, opening.offset, size)
  return tree
}

/** Adds every record between two offsets. */
export function growOver(tree: MerkleTree, fd: number, from: number, to: number): void {
  walkLines(fd, from, to, {
    line: (framed) => {
      const line = unframed(framed)
      if (isRecordLine(line) && !isTornLine(line)) tree.push(framedHash(framed))
      return undefined
    },
    long: () => undefined,
  })
}
