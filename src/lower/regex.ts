/**
 * Regular expressions of `text` patterns to programs without backtracking. Syntax by regexpp; what is not regular or
 * grows too large is an error with its place in the pattern.
 */
import { type AST, RegExpParser } from '@eslint-community/regexpp'
import { REGEX_STEPS_MAX } from '../base/limits.ts'
import type { RegexProgram, RegexStep } from '../table/regex.ts'

export type RegexOutcome =
  | { readonly program: RegexProgram }
  | { readonly error: string; readonly start: number; readonly end: number }

class Refusal extends Error {
  readonly start: number
  readonly end: number
  constructor(message: string, node: { start: number; end: number }) {
    super(message)
    this.start = node.start
    this.end = node.end
  }
}

/** Compiles the text between the slashes; a leading `(?i)` ignores case. Total. */
export function compileRegex(pattern: string): RegexOutcome {
  const ignoresCase = pattern.startsWith('(?i)')
  const source = ignoresCase ? pattern.slice(4) : pattern
  const shift = ignoresCase ? 4 : 0
  try {
    const parsed = new RegExpParser({ ecmaVersion: 2022 }).parsePattern(source)
    const builder = new Builder(ignoresCase)
    const match = builder.add({ op: 'match' })
    const start = builder.alternatives(parsed.alternatives, match)
    return { program: { steps: builder.steps, start, ignoresCase } }
  } catch (error) {
    if (error instanceof Refusal) {
      return { error: error.message, start: error.start + shift, end: error.end + shift }
    }
    const message = error instanceof Error ? error.message : 'unknown fault'
    const at = (error as { index?: number }).index ?? 0
    const text = message.replace(/^Invalid regular expression: \/.*\/[a-z]*: /s, '').toLowerCase()
    return { error: text, start: Math.min(at + shift, pattern.length), end: pattern.length }
  }
}

class Builder {
  readonly steps: RegexStep[] = []
  readonly #ignoresCase: boolean

  constructor(ignoresCase: boolean) {
    this.#ignoresCase = ignoresCase
  }

  add(step: RegexStep, node: { start: number; end: number } = { start: 0, end: 0 }): number {
    if (this.steps.length >= REGEX_STEPS_MAX) {
      throw new Refusal(`the expression needs more than ${REGEX_STEPS_MAX} states`, node)
    }
    this.steps.push(step)
    return this.steps.length - 1
  }

  alternatives(all: readonly AST.Alternative[], next: number): number {
    const starts = all.map((each) => this.#sequence(each.elements, next))
    const [only] = starts
    return starts.length === 1 && only !== undefined ? only : this.add({ op: 'split', to: starts })
  }

  #sequence(elements: readonly AST.Element[], next: number): number {
    return elements.reduceRight((after, element) => this.#element(element, after), next)
  }

  #element(node: AST.Element, next: number): number {
    switch (node.type) {
      case 'Group':
      case 'CapturingGroup':
        return this.alternatives(node.alternatives, next)
      case 'Quantifier':
        return this.#quantifier(node, next)
      case 'Assertion':
        return this.#assertion(node, next)
      case 'Backreference':
        throw new Refusal('a backreference is not regular', node)
      case 'Character':
        return this.#character(node.value, node, next)
      case 'CharacterSet':
      case 'CharacterClass':
        return this.#set(node, next)
      default:
        throw new Refusal('this part of the expression is not supported', node)
    }
  }

  #character(point: number, node: AST.Element, next: number): number {
    if (point > 0xffff)
      throw new Refusal('characters beyond the basic plane are not supported', node)
    return this.#units([[point, point]], false, node, next)
  }

  #units(
    ranges: readonly (readonly [number, number])[],
    isNegated: boolean,
    node: { start: number; end: number },
    next: number,
  ): number {
    const folded = this.#ignoresCase ? ranges.flatMap(foldRange) : ranges
    return this.add({ op: 'unit', isNegated, ranges: folded, next }, node)
  }

  #assertion(node: AST.Assertion, next: number): number {
    if (node.kind === 'start' || node.kind === 'end') {
      return this.add({ op: 'assert', what: node.kind, next }, node)
    }
    if (node.kind === 'word') {
      return this.add({ op: 'assert', what: node.negate ? 'no-word' : 'word', next }, node)
    }
    throw new Refusal(
      `look-${node.kind === 'lookahead' ? 'ahead' : 'behind'} is not supported`,
      node,
    )
  }

  #quantifier(node: AST.Quantifier, next: number): number {
    let after = next
    if (node.max === Number.POSITIVE_INFINITY) {
      const loop = this.add({ op: 'split', to: [] }, node)
      const body = this.#element(node.element, loop)
      this.steps[loop] = { op: 'split', to: [body, next] }
      after = loop
      for (let count = 0; count < node.min; count++) after = this.#element(node.element, after)
      return after
    }
    for (let count = node.min; count < node.max; count++) {
      after = this.add({ op: 'split', to: [this.#element(node.element, after), next] }, node)
    }
    for (let count = 0; count < node.min; count++) after = this.#element(node.element, after)
    return after
  }

  #set(node: AST.CharacterSet | AST.CharacterClass, next: number): number {
    const isNegated = node.type === 'CharacterClass' ? node.negate : false
    return this.#units(rangesOf(node), isNegated, node, next)
  }
}

type Ranges = readonly (readonly [number, number])[]

const DIGITS: Ranges = [[48, 57]]
const WORDS: Ranges = [
  [48, 57],
  [65, 90],
  [95, 95],
  [97, 122],
]
const SPACES: Ranges = [
  [9, 13],
  [32, 32],
  [0xa0, 0xa0],
  [0x1680, 0x1680],
  [0x2000, 0x200a],
  [0x2028, 0x2029],
  [0x202f, 0x202f],
  [0x205f, 0x205f],
  [0x3000, 0x3000],
  [0xfeff, 0xfeff],
]
const LINE_ENDS: Ranges = [
  [10, 10],
  [13, 13],
  [0x2028, 0x2029],
]

function complement(ranges: Ranges): Ranges {
  const sorted = [...ranges].sort((a, b) => a[0] - b[0])
  const found: [number, number][] = []
  let at = 0
  for (const [from, to] of sorted) {
    if (from > at) found.push([at, from - 1])
    at = Math.max(at, to + 1)
  }
  if (at <= 0xffff) found.push([at, 0xffff])
  return found
}

function rangesOf(node: AST.CharacterSet | AST.CharacterClass): Ranges {
  if (node.type === 'CharacterSet') {
    const known: Readonly<Record<string, Ranges>> = {
      any: complement(LINE_ENDS),
      digit: DIGITS,
      word: WORDS,
      space: SPACES,
    }
    const ranges = known[node.kind]
    if (!ranges) throw new Refusal('Unicode properties are not supported', node)
    return node.kind !== 'any' && 'negate' in node && node.negate ? complement(ranges) : ranges
  }
  return node.elements.flatMap((element): Ranges => {
    if (element.type === 'Character') return [[element.value, element.value]]
    if (element.type === 'CharacterClassRange') return [[element.min.value, element.max.value]]
    if (element.type === 'CharacterSet') return rangesOf(element)
    throw new Refusal('this part of the class is not supported', element)
  })
}

/** ASCII letters in both cases; the text is lowered before matching. */
function foldRange([from, to]: readonly [number, number]): Ranges {
  const lowFrom = Math.max(from, 65)
  const lowTo = Math.min(to, 90)
  return lowFrom <= lowTo
    ? [
        [from, to],
        [lowFrom + 32, lowTo + 32],
      ]
    : [[from, to]]
}
