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

/** Collects findings; past `AUDIT_FINDINGS_MAX` they are only counted. */
export class Findings {
  readonly #found: Finding[] = []
  #count = 0
  #errors = 0

  add(layer: Layer, code: Code, name: string, message: string, place: Place = {}): void {
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
