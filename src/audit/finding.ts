/**
 * What a verification finds, each with the place to look at.
 */
import { CODES, type Code, type Severity } from '../base/codes.ts'
import { AUDIT_FINDINGS_MAX } from '../base/limits.ts'

/** Which evidence shows it: the chain itself, HEAD, signed checkpoints, anchors kept elsewhere, or the files. */
export type Layer = 'files' | 'chain' | 'head' | 'checkpoint' | 'anchor'

export interface Finding {
  readonly code: Code
  readonly severity: Severity
  readonly layer: Layer
  /** One word for tools: `line-changed`, `segment-missing` … */
  readonly name: string
  readonly message: string
  /** File name inside the directory. */
  readonly segment?: string
  /** From 1. */
  readonly line?: number
  /** Bytes from the start of the segment. */
  readonly offset?: number
  readonly seq?: number
}

/** Where in a log something is. */
export type Place = Pick<Finding, 'segment' | 'line' | 'offset' | 'seq'>

/** Records by number, both ends included. */
export interface SeqRange {
  readonly fromSeq: number
  readonly toSeq: number
}

/** Collects findings; past `AUDIT_FINDINGS_MAX` they are only counted. */
export class Findings {
  readonly #range: SeqRange | undefined
  readonly #found: Finding[] = []
  #count = 0
  #errors = 0

  #outside = 0

  /** @param range - findings at records outside of it are only counted, apart */
  constructor(range?: SeqRange) {
    this.#range = range
  }

  add(layer: Layer, code: Code, name: string, message: string, place: Place = {}): void {
    if (this.#isOutside(place.seq)) {
      this.#outside++
      return
    }
    const { severity } = CODES[code]
    this.#count++
    if (severity === 'error') this.#errors++
    if (this.#found.length >= AUDIT_FINDINGS_MAX) return
    this.#found.push({ code, severity, layer, name, message, ...place })
  }

  get found(): readonly Finding[] {
    return this.#found
  }

  get count(): number {
    return this.#count
  }

  /** Findings at records that nobody asked about. */
  get outside(): number {
    return this.#outside
  }

  #isOutside(seq: number | undefined): boolean {
    const range = this.#range
    return range !== undefined && seq !== undefined && (seq < range.fromSeq || seq > range.toSeq)
  }

  get hasErrors(): boolean {
    return this.#errors > 0
  }

  hasErrorOf(layer: Layer): boolean {
    return this.#found.some((each) => each.layer === layer && each.severity === 'error')
  }
}

/** A tree head that some evidence promises. */
export interface WantedHead {
  readonly size: number
  readonly root: string
  readonly layer: Layer
  readonly label: string
}
