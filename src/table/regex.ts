/**
 * Regular expressions of `text` patterns at run time: a program of few instructions, run on all threads at once.
 * Steps are at most instructions × characters; nothing backtracks.
 */

export type RegexStep =
  /** Consumes one code unit inside (or outside) the ranges. */
  | {
      readonly op: 'unit'
      readonly isNegated: boolean
      readonly ranges: readonly (readonly [number, number])[]
      readonly next: number
    }
  | { readonly op: 'split'; readonly to: readonly number[] }
  | {
      readonly op: 'assert'
      readonly what: 'start' | 'end' | 'word' | 'no-word'
      readonly next: number
    }
  | { readonly op: 'match' }

export interface RegexProgram {
  readonly steps: readonly RegexStep[]
  readonly start: number
  readonly ignoresCase: boolean
}

function isWordUnit(unit: number): boolean {
  return (
    (unit >= 48 && unit <= 57) ||
    (unit >= 65 && unit <= 90) ||
    unit === 95 ||
    (unit >= 97 && unit <= 122)
  )
}

/** Whether the expression matches anywhere in the text. */
export function searchRegex(program: RegexProgram, text: string): boolean {
  const subject = program.ignoresCase ? text.toLowerCase() : text
  const threads = new Threads(program, subject)
  for (let at = 0; at <= subject.length; at++) {
    if (threads.enter(program.start, at)) return true
    if (at === subject.length) break
    if (threads.advance(subject.charCodeAt(at), at + 1)) return true
  }
  return false
}

class Threads {
  readonly #program: RegexProgram
  readonly #text: string
  readonly #seenAt: Int32Array
  #current: number[] = []

  constructor(program: RegexProgram, text: string) {
    this.#program = program
    this.#text = text
    this.#seenAt = new Int32Array(program.steps.length).fill(-1)
  }

  /** Adds a thread and all it reaches without a character; true when one matches. */
  enter(start: number, at: number): boolean {
    const open = [start]
    for (let index = open.pop(); index !== undefined; index = open.pop()) {
      if (this.#seenAt[index] === at) continue
      this.#seenAt[index] = at
      const step = this.#program.steps[index]
      if (!step) continue
      if (step.op === 'match') return true
      if (step.op === 'unit') this.#current.push(index)
      else if (step.op === 'split') open.push(...step.to)
      else if (this.#holds(step.what, at)) open.push(step.next)
    }
    return false
  }

  advance(unit: number, at: number): boolean {
    const before = this.#current
    this.#current = []
    for (const index of before) {
      const step = this.#program.steps[index]
      if (step?.op !== 'unit') continue
      const isInside = step.ranges.some(([from, to]) => from <= unit && unit <= to)
      if (isInside !== step.isNegated && this.enter(step.next, at)) return true
    }
    return false
  }

  #holds(what: 'start' | 'end' | 'word' | 'no-word', at: number): boolean {
    if (what === 'start') return at === 0
    if (what === 'end') return at === this.#text.length
    const before = at > 0 && isWordUnit(this.#text.charCodeAt(at - 1))
    const after = at < this.#text.length && isWordUnit(this.#text.charCodeAt(at))
    return (before !== after) === (what === 'word')
  }
}
