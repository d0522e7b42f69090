/**
 * Regular expressions of `text` patterns to automata without backtracking: syntax by regexpp, then a nondeterministic
 * automaton over code points. What is not regular, or too large, is an error with its place in the pattern.
 */
import { type AST, RegExpParser, RegExpSyntaxError } from '@eslint-community/regexpp'
import { REGEX_STEPS_MAX } from '../base/limits.ts'

export type Ranges = readonly (readonly [number, number])[]

export type Step =
  /** Consumes one code point inside the ranges. */
  | { readonly op: 'unit'; readonly ranges: Ranges; readonly next: number }
  | { readonly op: 'split'; readonly to: readonly number[] }
  | {
      readonly op: 'assert'
      readonly what: 'start' | 'end' | 'word' | 'no-word'
      readonly next: number
    }
  | { readonly op: 'match' }

/** Threads start at `start` at every place of the text. */
export interface Nfa {
  readonly steps: readonly Step[]
  readonly start: number
}

/** A place in the pattern. */
export interface Place {
  readonly start: number
  readonly end: number
}

/** The pattern cannot be used; `help` says what to write instead. */
export class RegexRefusal extends Error {
  readonly place: Place
  readonly help: string
  constructor(message: string, place: Place, help: string) {
    super(message)
    this.place = place
    this.help = help
  }
}

/**
 * The syntax tree, Unicode mode, no flags.
 *
 * @throws RegexRefusal
 */
export function parseRegex(pattern: string): AST.Pattern {
  try {
    return new RegExpParser({ ecmaVersion: 2023 }).parsePattern(pattern, 0, pattern.length, {
      unicode: true,
    })
  } catch (error) {
    if (!(error instanceof RegExpSyntaxError)) throw error
    const what = error.message.replace(/^Invalid regular expression: .*: /s, '').toLowerCase()
    throw new RegexRefusal(
      `the expression is broken: ${what}`,
      { start: error.index, end: error.index + 1 },
      'escape a character that should stand for itself: `\\(`',
    )
  }
}

/**
 * The automaton of a tree.
 *
 * @throws RegexRefusal
 */
export function regexNfa(tree: AST.Pattern): Nfa {
  const builder = new Builder(tree)
  const match = builder.add({ op: 'match' })
  const start = builder.alternatives(tree.alternatives, match)
  return { steps: builder.steps, start }
}

/** What to underline where the automaton grows too large: the count that repeats most, else the whole. */
export function tooLarge(tree: AST.Node, statesMax: number): RegexRefusal {
  const [largest] = quantifiers(tree).sort((a, b) => weight(b) - weight(a))
  return new RegexRefusal(
    `the expression needs more than ${statesMax} states`,
    largest ?? tree,
    'repeat less often, or write `*` for the count',
  )
}

const weight = ({ min, max }: AST.Quantifier): number =>
  max === Number.POSITIVE_INFINITY ? min : max

function quantifiers(node: AST.Node): AST.Quantifier[] {
  switch (node.type) {
    case 'Pattern':
    case 'Group':
    case 'CapturingGroup':
      return node.alternatives.flatMap(quantifiers)
    case 'Alternative':
      return node.elements.flatMap(quantifiers)
    case 'Quantifier':
      return [...(weight(node) > 1 ? [node] : []), ...quantifiers(node.element)]
    default:
      return []
  }
}

const NOT_LINEAR = 'match what must be there, and use `except` for what must not'

class Builder {
  readonly steps: Step[] = []
  readonly #tree: AST.Pattern

  constructor(tree: AST.Pattern) {
    this.#tree = tree
  }

  add(step: Step): number {
    if (this.steps.length >= REGEX_STEPS_MAX) throw tooLarge(this.#tree, REGEX_STEPS_MAX)
    this.steps.push(step)
    return this.steps.length - 1
  }

  alternatives(all: readonly AST.Alternative[], next: number): number {
    const starts = all.map((each) =>
      each.elements.reduceRight((after, element) => this.#element(element, after), next),
    )
    const [only] = starts
    return starts.length === 1 && only !== undefined ? only : this.add({ op: 'split', to: starts })
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
        throw new RegexRefusal(
          'a back-reference cannot be matched in linear time',
          node,
          NOT_LINEAR,
        )
      case 'Character':
        return this.add({ op: 'unit', ranges: [[node.value, node.value]], next })
      case 'CharacterSet':
        return this.add({ op: 'unit', ranges: rangesOf(node), next })
      case 'CharacterClass': {
        const ranges = rangesOf(node)
        return this.add({ op: 'unit', ranges: node.negate ? complement(ranges) : ranges, next })
      }
      default:
        throw unsupported(node)
    }
  }

  #assertion(node: AST.Assertion, next: number): number {
    switch (node.kind) {
      case 'start':
      case 'end':
        return this.add({ op: 'assert', what: node.kind, next })
      case 'word':
        return this.add({ op: 'assert', what: node.negate ? 'no-word' : 'word', next })
      default: {
        const what = node.kind === 'lookahead' ? 'look-ahead' : 'look-behind'
        throw new RegexRefusal(`a ${what} cannot be matched in linear time`, node, NOT_LINEAR)
      }
    }
  }

  #quantifier(node: AST.Quantifier, next: number): number {
    let after = next
    if (node.max === Number.POSITIVE_INFINITY) {
      const loop = this.add({ op: 'split', to: [] })
      this.steps[loop] = { op: 'split', to: [this.#element(node.element, loop), next] }
      after = loop
    } else {
      for (let count = node.min; count < node.max; count++) {
        after = this.add({ op: 'split', to: [this.#element(node.element, after), next] })
      }
    }
    for (let count = 0; count < node.min; count++) after = this.#element(node.element, after)
    return after
  }
}

function unsupported(node: AST.Node): RegexRefusal {
  return new RegexRefusal(
    'this part of the expression is not supported',
    node,
    'write the characters out as a class: `[a-z]`',
  )
}

const CODE_POINT_MAX = 0x10ffff
const DIGITS: Ranges = [[48, 57]]
export const WORD_RANGES: Ranges = [
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
  if (at <= CODE_POINT_MAX) found.push([at, CODE_POINT_MAX])
  return found
}

function setRanges(node: AST.CharacterSet): Ranges {
  const plain: Readonly<Record<string, Ranges>> = {
    digit: DIGITS,
    word: WORD_RANGES,
    space: SPACES,
  }
  if (node.kind === 'any') return complement(LINE_ENDS)
  const ranges = plain[node.kind]
  if (!ranges) throw unsupported(node)
  return node.negate ? complement(ranges) : ranges
}

/** What is in the set or between the brackets; a class's own negation is not in it. */
function rangesOf(node: AST.CharacterSet | AST.CharacterClass): Ranges {
  if (node.type === 'CharacterSet') return setRanges(node)
  return node.elements.flatMap((element): Ranges => {
    if (element.type === 'Character') return [[element.value, element.value]]
    if (element.type === 'CharacterClassRange') return [[element.min.value, element.max.value]]
    if (element.type === 'CharacterSet') return setRanges(element)
    throw unsupported(element)
  })
}
