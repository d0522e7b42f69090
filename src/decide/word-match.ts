/**
 * One word of a command against one word of a pattern, in three values; restriction and permission apart.
 */
import type { PathFact } from '../model/analysis.ts'
import type { PathPattern, WordPattern } from '../model/pattern.ts'
import { both, either, type Match, NO, POSSIBLE, SURE } from '../model/vocabulary.ts'
import type { Word } from '../model/word.ts'
import { compileGlob, matchesAll, matchesGlob, mayMatchGlob } from '../table/glob.ts'
import {
  below,
  entriesOf,
  type PairMatch,
  pair,
  type Roots,
  segmentsOf,
} from '../table/path-match.ts'

export const NO_MATCH = pair(NO, NO)
export const SURE_MATCH = pair(SURE, SURE)
export const POSSIBLE_MATCH = pair(POSSIBLE, POSSIBLE)

export function pairOf(match: Match): PairMatch {
  if (match === SURE) return SURE_MATCH
  return match === NO ? NO_MATCH : POSSIBLE_MATCH
}

export function bothPairs(a: PairMatch, b: PairMatch): PairMatch {
  if (b === SURE_MATCH || a === b) return a
  if (a === SURE_MATCH) return b
  return pair(both(a.restrict, b.restrict), both(a.permit, b.permit))
}

export function eitherPair(a: PairMatch, b: PairMatch): PairMatch {
  if (a === NO_MATCH || a === b) return b
  if (b === NO_MATCH) return a
  return pair(either(a.restrict, b.restrict), either(a.permit, b.permit))
}

/** Matches a word; `path` is the word as a path, where it was made one. */
export function matchWord(
  pattern: WordPattern,
  word: Word,
  path: PathFact | null,
  roots: Roots,
): PairMatch {
  switch (pattern.kind) {
    case 'any':
      return SURE_MATCH
    case 'text':
      return pairOf(
        matchText(
          word,
          (text) => text === pattern.text,
          () =>
            pattern.text.length >= lengthOf(word) &&
            pattern.text.startsWith(word.kind === 'unknown' ? word.prefix : '') &&
            pattern.text.endsWith(word.kind === 'unknown' ? word.suffix : ''),
        ),
      )
    case 'glob': {
      const glob = compileGlob(pattern.glob)
      if (matchesAll(glob)) return SURE_MATCH
      return pairOf(
        matchText(
          word,
          (text) => matchesGlob(glob, text),
          () => word.kind === 'unknown' && mayMatchGlob(glob, word.prefix, word.suffix),
        ),
      )
    }
    case 'path':
      return matchPathPattern(pattern.path, path, roots)
  }
}

function lengthOf(word: Word): number {
  return word.kind === 'unknown' ? word.prefix.length + word.suffix.length : 0
}

function matchText(word: Word, matches: (text: string) => boolean, mayMatch: () => boolean): Match {
  if (word.kind === 'known') return matches(word.text) ? SURE : NO
  if (!word.values) return mayMatch() ? POSSIBLE : NO
  const count = word.values.filter(matches).length
  if (count === 0) return NO
  return count === word.values.length && !word.isMany ? SURE : POSSIBLE
}

/** `/**`: any path whatever. */
export function isEverything({ root, segments }: PathPattern): boolean {
  return root === '/' && segments.length === 1 && segments[0] === '**'
}

/** A path fact against one path pattern, without the tries: for excepts and operand alternatives. */
export function matchPathPattern(
  pattern: PathPattern,
  path: PathFact | null,
  roots: Roots,
): PairMatch {
  if (isEverything(pattern)) return SURE_MATCH
  if (path === null || path.lexical === null) return POSSIBLE_MATCH
  const lexical = matchForm(pattern, path.lexical, path, roots)
  if (path.real === path.lexical) return lexical
  const real = path.real === null ? POSSIBLE_MATCH : matchForm(pattern, path.real, path, roots)
  return pair(either(lexical.restrict, real.restrict), both(lexical.permit, real.permit))
}

function matchForm(pattern: PathPattern, form: string, path: PathFact, roots: Roots): PairMatch {
  const anchor = pattern.root === '/' ? '/' : pattern.root === 'home' ? roots.home : roots.workspace
  const segments = pattern.root === '/' ? segmentsOf(form) : below(form, anchor)
  if (!path.isTree) {
    return segments && matchSegments(pattern.segments, segments) ? SURE_MATCH : NO_MATCH
  }
  const contains =
    segments !== null &&
    pattern.segments.at(-1) === '**' &&
    matchSegments(pattern.segments, segments)
  if (contains) return SURE_MATCH
  const entries = [form, ...entriesOf(form, path)]
  const some = entries.some((entry) => {
    const each = pattern.root === '/' ? segmentsOf(entry) : below(entry, anchor)
    return each !== null && matchSegments(pattern.segments, each)
  })
  if (some) return pair(SURE, NO)
  if (path.isComplete) return NO_MATCH
  return pair(mayReach(pattern, segments, form, anchor), NO)
}

/** Whether something below the tree could match. */
function mayReach(
  pattern: PathPattern,
  segments: readonly string[] | null,
  form: string,
  anchor: string,
): Match {
  if (segments === null) return below(anchor, form) !== null || form === '/' ? POSSIBLE : NO
  const states = pathStates(pattern.segments, segments)
  return states.length > 0 ? POSSIBLE : NO
}

/** Positions in the pattern that the segments lead to, each once. */
function pathStates(pattern: readonly string[], segments: readonly string[]): readonly number[] {
  let states = entered(pattern, [], 0)
  for (const segment of segments) {
    const next: number[] = []
    for (const state of states) {
      const step = pattern[state]
      if (step === undefined) continue
      if (step === '**') entered(pattern, next, state)
      else if (matchesGlob(compileGlob(step), segment)) entered(pattern, next, state + 1)
    }
    states = next
    if (states.length === 0) break
  }
  return states
}

/** Adds a position and, over `**`, those behind it. */
function entered(pattern: readonly string[], states: number[], state: number): number[] {
  for (let at = state; !states.includes(at); at++) {
    states.push(at)
    if (pattern[at] !== '**') break
  }
  return states
}

/** Whether the path segments match the whole pattern. */
export function matchSegments(pattern: readonly string[], segments: readonly string[]): boolean {
  return pathStates(pattern, segments).includes(pattern.length)
}
