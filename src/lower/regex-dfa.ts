/**
 * The nondeterministic automaton of an expression to the smallest deterministic one that says whether a text has a
 * match. Numbered in canonical order: expressions that match the same texts give the same bytes.
 */
import { REGEX_DETERMINISTIC_STATES_MAX, REGEX_STEPS_MAX } from '../base/limits.ts'
import { minimise } from './minimise.ts'
import { type Nfa, type Ranges, WORD_RANGES } from './regex.ts'

/**
 * State 0: a match was found. `moves`: state × class → state; the last class is the end of the text, where only
 * whether it leads to 0 counts. `starts[i]` is the first code point of a range whose class is `classes[i]`.
 */
export interface Dfa {
  readonly start: number
  readonly stateCount: number
  readonly classCount: number
  readonly starts: readonly number[]
  readonly classes: readonly number[]
  readonly moves: Uint16Array
}

/** Before: nothing, a word character, another. */
const AT_START = 0
const AFTER_WORD = 1
const AFTER_OTHER = 2

interface Alphabet {
  /** First code point of each class-constant range. */
  readonly starts: readonly number[]
}

/** Null: it needs too many states. */
export function determinise(nfa: Nfa): Dfa | null {
  const alphabet = alphabetOf(nfa)
  const width = alphabet.starts.length + 1
  const hasAsserts = nfa.steps.some((each) => each.op === 'assert')
  const states = new Map<string, number>()
  const open: { readonly items: readonly number[]; readonly before: number }[] = []
  const number = (items: readonly number[], before: number): number => {
    const key = `${before} ${items.join()}`
    const known = states.get(key)
    if (known !== undefined) return known
    // 0 is the match.
    const made = states.size + 1
    states.set(key, made)
    open.push({ items, before })
    return made
  }
  number([nfa.start], AT_START)
  const moves: number[] = Array.from({ length: width }, () => 0)
  for (let at = 0; at < open.length; at++) {
    const state = open[at]
    if (!state) break
    for (let column = 0; column < width; column++) {
      const point = alphabet.starts[column] ?? null
      const units = closure(nfa, state.items, state.before, point)
      if (units === null) {
        moves.push(0)
        continue
      }
      // After the end nothing follows: only whether it is a match counts.
      if (point === null) moves.push(1)
      else {
        const before = hasAsserts ? (isWord(point) ? AFTER_WORD : AFTER_OTHER) : AT_START
        moves.push(number(advance(nfa, units, point), before))
      }
    }
    if (states.size > REGEX_DETERMINISTIC_STATES_MAX) return null
  }
  const least = minimise({ width, moves, start: 1, accepting: 0 })
  return least.stateCount > REGEX_STEPS_MAX ? null : mergeClasses(least, alphabet)
}

function alphabetOf(nfa: Nfa): Alphabet {
  const cuts = new Set([0])
  const cut = (ranges: Ranges): void => {
    for (const [from, to] of ranges) {
      cuts.add(from)
      if (to < 0x10ffff) cuts.add(to + 1)
    }
  }
  for (const step of nfa.steps) {
    if (step.op === 'unit') cut(step.ranges)
    if (step.op === 'assert' && step.what.endsWith('word')) cut(WORD_RANGES)
  }
  return { starts: [...cuts].sort((a, b) => a - b) }
}

function isWord(point: number | null): boolean {
  return point !== null && inRanges(WORD_RANGES, point)
}

function inRanges(ranges: Ranges, point: number): boolean {
  return ranges.some(([from, to]) => from <= point && point <= to)
}

/** The consuming steps reached without a character, or null where a match is. `next` null: the text ends. */
function closure(
  nfa: Nfa,
  items: readonly number[],
  before: number,
  next: number | null,
): readonly number[] | null {
  const seen = new Set<number>()
  const units: number[] = []
  const open = [...items]
  for (let index = open.pop(); index !== undefined; index = open.pop()) {
    if (seen.has(index)) continue
    seen.add(index)
    const step = nfa.steps[index]
    if (step?.op === 'match') return null
    if (step?.op === 'unit') units.push(index)
    else if (step?.op === 'split') open.push(...step.to)
    else if (step?.op === 'assert' && holds(step.what, before, next)) open.push(step.next)
  }
  return units
}

function holds(what: string, before: number, next: number | null): boolean {
  if (what === 'start') return before === AT_START
  if (what === 'end') return next === null
  return ((before === AFTER_WORD) !== isWord(next)) === (what === 'word')
}

/** A search: the expression may also start here. */
function advance(nfa: Nfa, units: readonly number[], point: number): readonly number[] {
  const next = new Set([nfa.start])
  for (const index of units) {
    const step = nfa.steps[index]
    if (step?.op === 'unit' && inRanges(step.ranges, point)) next.add(step.next)
  }
  return [...next].sort((a, b) => a - b)
}

interface Least {
  readonly stateCount: number
  readonly start: number
  readonly moves: readonly number[]
}

/** Equal columns become one class, numbered by their first code point. */
function mergeClasses(least: Least, alphabet: Alphabet): Dfa {
  const width = alphabet.starts.length + 1
  const columns = new Map<string, number>()
  const kept: number[] = []
  const starts: number[] = []
  const classes: number[] = []
  for (const [column, start] of alphabet.starts.entries()) {
    const key = columnKey(least, width, column)
    const known = columns.get(key) ?? columns.size
    if (!columns.has(key)) kept.push(column)
    columns.set(key, known)
    if (classes.at(-1) === known) continue
    starts.push(start)
    classes.push(known)
  }
  kept.push(width - 1)
  const moves = new Uint16Array(least.stateCount * kept.length)
  for (let state = 0; state < least.stateCount; state++) {
    for (const [at, column] of kept.entries()) {
      moves[state * kept.length + at] = least.moves[state * width + column] ?? 0
    }
  }
  const { stateCount, start } = least
  return { start, stateCount, classCount: kept.length, starts, classes, moves }
}

function columnKey(least: Least, width: number, column: number): string {
  const cells: number[] = []
  for (let at = column; at < least.moves.length; at += width) cells.push(least.moves[at] ?? 0)
  return cells.join()
}
