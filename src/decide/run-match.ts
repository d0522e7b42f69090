/**
 * One run against one row: options, operands, `only`, excepts (language.md §3 rules 3 to 5).
 */
import type { OperandFact, OptionFact, RunAction } from '../model/analysis.ts'
import type { OptionPattern, WordPattern } from '../model/pattern.ts'
import { both, either, type Match, NO, POSSIBLE, SURE } from '../model/vocabulary.ts'
import type { Word } from '../model/word.ts'
import { compileGlob, matchesGlob } from '../table/glob.ts'
import { programPath } from '../table/keys.ts'
import type { PairMatch, Roots } from '../table/path-match.ts'
import type { RunRow } from '../table/row.ts'
import { programPlace } from './run-candidates.ts'
import {
  bothPairs,
  eitherPair,
  isEverything,
  matchPathPattern,
  matchWord,
  NO_MATCH,
  POSSIBLE_MATCH,
  pairOf,
  SURE_MATCH,
} from './word-match.ts'

export interface RunMatch extends PairMatch {
  /** Operands that the row's words surely matched, and what that settles. */
  readonly settled: readonly SettledOperand[]
  /** Operands (by index) that made the row match, at least possibly. */
  readonly matchedOperands: readonly number[]
}

/** What derives from an operand is settled with it: by its place, by `...` or `/**`, or only what connects to its host. */
export interface SettledOperand {
  readonly operand: number
  readonly by: 'place' | 'any' | 'host'
}

const NO_RUN_MATCH: RunMatch = { ...NO_MATCH, settled: [], matchedOperands: [] }

/** What the walk over the trie has settled already: program and named words. */
export function matchRest(row: RunRow, run: RunAction, base: PairMatch, roots: Roots): RunMatch {
  let pair = row.options.length > 0 ? bothPairs(base, matchOptions(row.options, run, roots)) : base
  if (pair.restrict === NO) return NO_RUN_MATCH
  const rest = row.rest ? matchOperands(row.rest, row.words.length, run, roots) : null
  if (rest) pair = bothPairs(pair, { restrict: rest.restrict, permit: rest.permit })
  // The trie took any word for a path.
  if (row.words.some((each) => each.kind === 'path')) {
    pair = bothPairs(pair, matchNamedWords(row.words, run, roots))
  }
  if (row.isOnly) pair = bothPairs(pair, pairOf(matchOnly(row, run)))
  const permit = both(pair.permit, permitLimit(run))
  const settled: SettledOperand[] = []
  if (permit === SURE) {
    settleNamed(row, run, roots, settled)
    if (rest) settled.push(...rest.settled)
  }
  const matchedOperands = rest ? rest.matchedOperands : indexes(run.operands.length)
  return { restrict: pair.restrict, permit, settled, matchedOperands }
}

/** An option that knowledge does not list may do anything: no permission is sure. */
function permitLimit(run: RunAction): Match {
  return run.hasUnlisted || run.mayHaveOptions === 'any' ? POSSIBLE : SURE
}

const INDEXES_KEPT = 64
const INDEXES: (readonly number[])[] = []

/** `0 … count - 1`; made once for small counts. */
function indexes(count: number): readonly number[] {
  const made = INDEXES[count] ?? Array.from({ length: count }, (_, index) => index)
  if (count < INDEXES_KEPT) INDEXES[count] = made
  return made
}

function settleNamed(row: RunRow, run: RunAction, roots: Roots, settled: SettledOperand[]): void {
  for (let index = 0; index < row.words.length; index++) {
    const word = row.words[index]
    const operand = run.operands[index]
    const by = word ? settlesWhat(word) : null
    if (!word || !operand || by === null) continue
    if (matchNamed(word, operand, roots).permit === SURE) settled.push({ operand: index, by })
  }
}

/** Text, and a glob that writes out the host of a URL, settle what connects there. */
function settlesWhat(word: WordPattern): SettledOperand['by'] | null {
  switch (word.kind) {
    case 'path':
      return isEverything(word.path) ? 'any' : 'place'
    case 'any':
      return 'any'
    case 'text':
      return 'host'
    case 'glob':
      return /^[a-z][a-z0-9+.-]*:\/\/[^*?[\]\\/]+\//i.test(word.glob) ? 'host' : null
  }
}

function matchOptions(patterns: readonly OptionPattern[], run: RunAction, roots: Roots): PairMatch {
  let pair: PairMatch = SURE_MATCH
  for (const pattern of patterns) pair = bothPairs(pair, matchOption(pattern, run, roots))
  return pair
}

/** Of an option that stands more than once, one value suffices to restrict, each is needed to permit. */
function matchOption(pattern: OptionPattern, run: RunAction, roots: Roots): PairMatch {
  let restrict: Match = NO
  let permit: Match | null = null
  const add = (pair: PairMatch): void => {
    restrict = either(restrict, pair.restrict)
    permit = permit === null ? pair.permit : joinPermits(pattern, permit, pair.permit)
  }
  for (const option of run.options) {
    if (option.name !== pattern.name && option.spellings?.includes(pattern.name) !== true) continue
    const certainty = option.isSure && !option.isNegated ? SURE_MATCH : POSSIBLE_MATCH
    add(bothPairs(certainty, matchValue(pattern.value, option, run, roots)))
  }
  if (mayStand(pattern, run)) add(POSSIBLE_MATCH)
  return { restrict, permit: permit ?? NO }
}

const joinPermits = (pattern: OptionPattern, a: Match, b: Match): Match =>
  pattern.value === null ? either(a, b) : both(a, b)

/** An unknown word could be this option. */
function mayStand(pattern: OptionPattern, run: RunAction): boolean {
  if (run.mayHaveOptions === 'none') return false
  const mayBe = (word: Word): boolean => {
    if (word.kind === 'known') return false
    if (word.values) return word.values.some((value) => /(?:^|\s)-/.test(value))
    // More than one word: all but the first are free.
    return (
      word.isMany ||
      word.prefix === '' ||
      word.prefix.startsWith('-') ||
      pattern.name.startsWith(word.prefix)
    )
  }
  return (
    run.operands.some(({ word }) => mayBe(word)) ||
    run.options.some(({ value }) => value?.kind === 'unknown' && value.isMany && mayBe(value))
  )
}

function matchValue(
  pattern: WordPattern | null,
  option: OptionFact,
  run: RunAction,
  roots: Roots,
): PairMatch {
  if (pattern === null) return SURE_MATCH
  if (option.value === null) {
    return option.isListed ? NO_MATCH : matchFollowing(pattern, run, roots)
  }
  return matchWord(pattern, option.value, option.path ?? null, roots)
}

/** Of an option that nobody described, a word that may be its value. */
function matchFollowing(pattern: WordPattern, run: RunAction, roots: Roots): PairMatch {
  let best: PairMatch = NO_MATCH
  for (const operand of run.operands) {
    if (!operand.isSure) {
      best = eitherPair(best, matchWord(pattern, operand.word, operand.path, roots))
    }
  }
  return bothPairs(best, POSSIBLE_MATCH)
}

/** All remaining operands against the alternatives: one suffices to restrict, every one is needed to permit. */
function matchOperands(
  alternatives: readonly WordPattern[],
  offset: number,
  run: RunAction,
  roots: Roots,
): RunMatch {
  const isShifted = run.shiftedFrom !== null
  const operands = run.operands.slice(offset)
  // WHY: unknown words may also be no word at all, or words that the alternatives do not know.
  let restrict: Match = isShifted ? POSSIBLE : NO
  let permit: Match = operands.length > 0 ? SURE : restrict
  const settled: SettledOperand[] = []
  const matchedOperands: number[] = []
  for (const [index, operand] of operands.entries()) {
    const found = matchOneOf(alternatives, operand, roots)
    restrict = either(restrict, operand.isSure ? found.restrict : both(found.restrict, POSSIBLE))
    permit = both(permit, found.permit)
    if (found.restrict !== NO) matchedOperands.push(offset + index)
    for (const by of found.settles) settled.push({ operand: offset + index, by })
  }
  if (isShifted && !isOpen(alternatives)) permit = both(permit, POSSIBLE)
  return { restrict, permit, settled, matchedOperands }
}

function isOpen(alternatives: readonly WordPattern[]): boolean {
  return alternatives.some((each) => each.kind === 'any')
}

function matchOneOf(
  alternatives: readonly WordPattern[],
  operand: OperandFact,
  roots: Roots,
): PairMatch & { readonly settles: readonly SettledOperand['by'][] } {
  let best: PairMatch = NO_MATCH
  const settles: SettledOperand['by'][] = []
  for (const alternative of alternatives) {
    const found = matchWord(alternative, operand.word, operand.path, roots)
    const by = settlesWhat(alternative)
    if (found.permit === SURE && by !== null) settles.push(by)
    best = eitherPair(best, found)
  }
  return { ...best, settles }
}

/** `only`: no words and options but those named. */
function matchOnly(row: RunRow, run: RunAction): Match {
  const named = new Set(row.options.map((each) => each.name))
  let match: Match = SURE
  for (const option of run.options) {
    const isNamed = named.has(option.name) || option.spellings?.some((each) => named.has(each))
    if (!isNamed) match = both(match, option.isSure ? NO : POSSIBLE)
  }
  const extra = row.rest ? [] : run.operands.slice(row.words.length)
  if (extra.length > 0) {
    const isShifted = run.shiftedFrom !== null && run.shiftedFrom >= row.words.length
    match = both(match, isShifted || extra.every((each) => !each.isSure) ? POSSIBLE : NO)
  }
  const isOpenEnded = run.mayHaveOptions !== 'none' || run.shiftedFrom !== null
  return isOpenEnded ? both(match, POSSIBLE) : match
}

/** Program and named words of one row without the trie: for excepts. */
export function matchDirectly(
  row: RunRow,
  run: RunAction,
  isTrusted: boolean,
  roots: Roots,
): PairMatch {
  return bothPairs(
    matchProgram(row.program, run, isTrusted, roots),
    matchNamedWords(row.words, run, roots),
  )
}

/**
 * Named words in order. A word that may be no operand may be passed over; from the first that may be several words on,
 * all is possible. `after[n]`: how far the first n words match the operands so far.
 */
function matchNamedWords(words: readonly WordPattern[], run: RunAction, roots: Roots): PairMatch {
  let after: PairMatch[] = [SURE_MATCH, ...words.map(() => NO_MATCH)]
  for (const [index, operand] of run.operands.entries()) {
    if (run.shiftedFrom !== null && index >= run.shiftedFrom) break
    after = after.map((pair, count) => {
      const isDone = count === words.length
      const kept = isDone ? pair : operand.isSure ? NO_MATCH : bothPairs(pair, POSSIBLE_MATCH)
      const word = words[count - 1]
      const before = after[count - 1]
      if (!word || !before) return kept
      const named = operand.isSure
        ? matchNamed(word, operand, roots)
        : bothPairs(matchNamed(word, operand, roots), POSSIBLE_MATCH)
      return eitherPair(kept, bothPairs(before, named))
    })
  }
  const done = after[words.length] ?? NO_MATCH
  if (run.shiftedFrom === null) return done
  return after
    .slice(0, words.length)
    .reduce((best, pair) => eitherPair(best, bothPairs(pair, POSSIBLE_MATCH)), done)
}

/** A named word against an operand, by its written or its canonical name. */
function matchNamed(word: WordPattern, operand: OperandFact, roots: Roots): PairMatch {
  const written = matchWord(word, operand.word, operand.path, roots)
  if (operand.canonical === undefined) return written
  const canonical = { kind: 'known', text: operand.canonical, start: 0, end: 0 } as const
  return eitherPair(written, matchWord(word, canonical, operand.path, roots))
}

/** A program against a pattern's program word (language.md §3 rule 10). */
export function matchProgram(
  pattern: string,
  run: RunAction,
  isTrusted: boolean,
  roots: Roots,
): PairMatch {
  const { program } = run
  if (program.name === null) {
    return /^\*+$/.test(pattern) ? { restrict: SURE, permit: POSSIBLE } : POSSIBLE_MATCH
  }
  const path = programPath(pattern)
  if (path !== null) {
    const { path: place, certainty } = programPlace(run)
    if (certainty === null) return NO_MATCH
    if (place === null) return certainty
    const form = { lexical: place, real: place, isTree: false, entries: null, isComplete: false }
    return bothPairs(matchPathPattern(path, form, roots), certainty)
  }
  const glob = compileGlob(pattern)
  const names = [program.base, program.realBase].filter((each) => each !== null)
  const isNamed = names.some((each) => matchesGlob(glob, each))
  const permits = isTrusted && program.base !== null && matchesGlob(glob, program.base)
  return { restrict: isNamed ? SURE : NO, permit: permits ? SURE : NO }
}

/** The except of a restricting row: each operand that made the row match must match it. */
export function exceptOfRestriction(
  except: RunRow,
  run: RunAction,
  matched: readonly number[],
  isTrusted: boolean,
  roots: Roots,
): Match {
  let match = matchDirectly(except, run, isTrusted, roots).permit
  match = both(match, matchOptions(except.options, run, roots).permit)
  match = both(match, permitLimit(run))
  if (except.rest) {
    const concerned = matched.filter((index) => index >= except.words.length)
    if (concerned.length === 0) return NO
    if (run.shiftedFrom !== null && !isOpen(except.rest)) match = both(match, POSSIBLE)
    for (const index of concerned) {
      const operand = run.operands[index]
      if (operand) match = both(match, matchOneOf(except.rest, operand, roots).permit)
    }
  }
  return except.isOnly ? both(match, matchOnly(except, run)) : match
}

/** The except of a permission: some operand suffices. */
export function exceptOfPermission(except: RunRow, run: RunAction, roots: Roots): Match {
  const base = matchDirectly(except, run, true, roots)
  return matchRest(except, run, base, roots).restrict
}
