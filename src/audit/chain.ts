/**
 * Walking the chain: does each line commit to the one before it, and is what is no record accounted for? Reads bytes
 * only; a JSON parser is used for the few records that the log writes about itself.
 */
import type { Findings, Place } from './finding.ts'
import { framedHash, hashRange, type LineVisitor, unframed, walkLines } from './lines.ts'
import { commitsTo } from './position.ts'
import {
  type AuditRecord,
  headOf,
  isOwnRecord,
  isRecordLine,
  isTornLine,
  kindOffset,
  parseRecord,
  prevOf,
} from './record.ts'

export interface ChainEnd {
  /** Leaf hash and number of the last record. */
  hash: string
  seq: number
}

export interface ChainListener {
  /** Each record that is in its place, by its leaf hash. */
  leaf(leaf: string, seq: number): void
  /** Each record the log wrote about itself. */
  own(record: AuditRecord, place: Place): void
}

/** Lines that do not go on from the last record: a gap that the next record explains, or a break. */
interface Pending {
  readonly place: Place
  /** The newest record-like line among them, from which the chain may go on after a break. */
  leaf: string | undefined
  seq: number
  readonly firstSeq: number
  /** Nothing but fragments that a writer closed. */
  isTorn: boolean
}

const OPENING_BRACE = 123
const CLOSING_BRACE = 125
const LETTER_A = 97
/** Where `prev` stands in a framed line. */
const FRAMED_PREV_START = 10
const FRAMED_PREV_END = FRAMED_PREV_START + 64

/** Walks one segment after the other and keeps the state between them. */
export class ChainWalk {
  readonly end: ChainEnd
  records = 0
  /** Torn fragments that a later record commits to. */
  tornGaps = 0
  readonly #findings: Findings
  readonly #listener: ChainListener
  #pending: Pending | undefined
  #lastSegment: string | undefined
  #lastLine = 0
  #lastOffset = 0

  constructor(start: ChainEnd, findings: Findings, listener: ChainListener) {
    this.end = { ...start }
    this.#findings = findings
    this.#listener = listener
  }

  /** Walks the bytes of one segment up to `to`. */
  segment(name: string, fd: number, to: number, isLast: boolean): void {
    let number = 0
    let gapStart = 0
    const visitor: LineVisitor = {
      line: (framed, offset) => {
        number++
        if (this.#goesOn(framed, offset, number, name, fd, gapStart))
          gapStart = offset + framed.length
        return undefined
      },
      long: (offset, bytes) => {
        number++
        const place = { segment: name, line: number, offset }
        this.#findings.add('files', 'OA6005', 'line-too-long', `a line of ${bytes} bytes`, place)
        this.#wait(place, undefined, -1)
        return undefined
      },
    }
    const tail = walkLines(fd, 0, to, visitor)
    if (this.#pending?.isTorn && isLast) {
      // A writer closed a fragment and died before it could say so; the next writer will.
      const { place } = this.#pending
      this.#pending = undefined
      if (!tail)
        this.#findings.add(
          'chain',
          'OA6003',
          'torn-tail',
          'a torn write is not yet explained',
          place,
        )
    } else if (this.#pending) {
      this.#settlePending(name)
    }
    if (!tail) return
    const place = { segment: name, line: number + 1, offset: tail.offset }
    if (isLast) {
      const text = `${tail.bytes} bytes after the last complete line: an interrupted write, or a cut inside a line`
      this.#findings.add('chain', 'OA6003', 'torn-tail', text, place)
    } else {
      const text = `a sealed segment ends inside a line (${tail.bytes} bytes)`
      this.#findings.add('chain', 'OA6002', 'torn-segment', text, place)
    }
  }

  /** Goes on elsewhere: after something that could not be read, or into a log whose start was pruned. */
  restart(end: ChainEnd): void {
    this.end.hash = end.hash
    this.end.seq = end.seq
    this.#pending = undefined
    this.#lastSegment = undefined
  }

  /**
   * WHY so plain: this runs for every record of every log. A framed line has its bytes one place further on.
   *
   * @returns whether the line is a record in its place, so that gaps can only start behind it
   */
  #goesOn(
    framed: Buffer,
    offset: number,
    line: number,
    segment: string,
    fd: number,
    gapStart: number,
  ): boolean {
    if (
      framed[1] === OPENING_BRACE &&
      framed[framed.length - 1] === CLOSING_BRACE &&
      framed.toString('latin1', FRAMED_PREV_START, FRAMED_PREV_END) === this.end.hash
    ) {
      if (this.#pending) this.#closeGap(unframed(framed), fd, gapStart, offset, segment)
      this.#take(framed, framedHash(framed), this.end.seq + 1, offset, line, segment)
      return true
    }
    return this.#strays(framed, offset, line, segment)
  }

  /** A line that does not go on from the last record. */
  #strays(framed: Buffer, offset: number, line: number, segment: string): boolean {
    const bytes = unframed(framed)
    const place = { segment, line, offset }
    if (!isRecordLine(bytes)) {
      this.#wait(place, undefined, -1, isTornLine(bytes))
      return false
    }
    const leaf = framedHash(framed)
    const seq = headOf(bytes)?.seq ?? -1
    if (this.#pending?.leaf !== prevOf(bytes)) {
      this.#wait(place, leaf, seq)
      return false
    }
    this.#reportBreak()
    this.#take(framed, leaf, seq, offset, line, segment)
    return true
  }

  #take(
    framed: Buffer,
    leaf: string,
    seq: number,
    offset: number,
    line: number,
    segment: string,
  ): void {
    this.end.hash = leaf
    this.end.seq = seq
    this.records++
    this.#lastOffset = offset
    this.#lastLine = line
    this.#lastSegment = segment
    this.#listener.leaf(leaf, seq)
    if (framed[kindOffset(seq) + 1] !== LETTER_A) return
    const bytes = unframed(framed)
    const record = isOwnRecord(bytes, seq) ? parseRecord(bytes) : undefined
    if (record) this.#listener.own(record, { segment, line, offset, seq })
  }

  #wait(place: Place, leaf: string | undefined, seq: number, isTorn = false): void {
    const pending = this.#pending
    if (!pending) {
      this.#pending = { place, leaf, seq, firstSeq: seq, isTorn }
      return
    }
    pending.isTorn &&= isTorn
    if (leaf !== undefined) {
      pending.leaf = leaf
      pending.seq = seq
    }
  }

  /** The chain goes on from before the pending lines: they are a torn write, if this record says exactly so. */
  #closeGap(bytes: Buffer, fd: number, from: number, to: number, segment: string): void {
    const pending = this.#pending
    this.#pending = undefined
    const gap = { offset: from, bytes: to - from, sha256: hashRange(fd, from, to) }
    if (pending?.place.segment === segment && commitsTo(bytes, gap)) {
      this.tornGaps++
      return
    }
    const text = `${gap.bytes} bytes that are no record and that the next record does not account for`
    this.#findings.add('chain', 'OA6002', 'unexplained-bytes', text, pending?.place ?? {})
  }

  /** The chain goes on from a line that itself goes on from nothing: something before it was changed or is gone. */
  #reportBreak(): void {
    const pending = this.#pending
    this.#pending = undefined
    if (!pending) return
    const expected = this.end.seq + 1
    const { firstSeq, place } = pending
    if (firstSeq === expected && this.#lastSegment !== undefined) {
      const text = `record ${this.end.seq} is not the one that record ${expected} commits to`
      this.#findings.add('chain', 'OA6002', 'line-changed', text, {
        segment: this.#lastSegment,
        line: this.#lastLine,
        offset: this.#lastOffset,
        seq: this.end.seq,
      })
    } else if (firstSeq > expected) {
      const text = `records ${expected} to ${firstSeq - 1} are missing`
      this.#findings.add('chain', 'OA6002', 'records-missing', text, { ...place, seq: expected })
    } else {
      const text = `a line here does not go on from record ${this.end.seq}`
      this.#findings.add('chain', 'OA6002', 'chain-broken', text, { ...place, seq: expected })
    }
  }

  /** The segment ends and the pending lines were never accounted for. */
  #settlePending(segment: string): void {
    const pending = this.#pending
    if (!pending) return
    const { leaf, seq } = pending
    if (leaf === undefined) {
      this.#pending = undefined
      const text = 'lines that are no records end the segment'
      this.#findings.add('chain', 'OA6002', 'not-a-record', text, { segment, ...pending.place })
      return
    }
    this.#reportBreak()
    this.end.hash = leaf
    this.end.seq = seq
  }
}
