/**
 * One run against one row: options, operands, `only`, excepts (language.md §3 rules 3 to 5).
 */
import type { OperandFact, OptionFact, RunAction } from '../model/analysis.ts'
import type { OptionPattern, WordPattern } from '../model/pattern.ts'
import { both, either, type Match, NO, POSSIBLE, SURE } from '../model/vocabulary.ts'
import { compileGlob, matchesGlob } from '../table/glob.ts'
import { pathKeys, programKeys } from '../table/keys.ts'
import type { PairMatch, Roots } from '../table/path-match.ts'
import type { RunRow } from '../table/row.ts'
import {
  bothPairs,
  eitherPair,
  matchWord,
  NO_MATCH,
  POSSIBLE_MATCH,
  pairOf,
  SURE_MATCH,
} from './word-match.ts'

export interface RunMatch extends PairMatch {
  /** Operands (by index) that the row's path or `...` word surely matched. */
  readonly settledOperands: readonly number[]
  /** Operands that made the row match, at least possibly. */
  readonly matchedOperands: readonly number[]
}

const NO_RUN_MATCH: RunMatch = { ...NO_MATCH, settledOperands: [], matchedOperands: [] }

/** What the walk over the trie has settled already: program and named words. */
export function matchRest(row: RunRow, run: RunAction, base: PairMatch, roots: Roots): RunMatch {
  let pair = bothPairs(base, matchOptions(row.options, run, roots))
  if (pair.restrict === NO) return NO_RUN_MATCH
  const operands = run.operands.slice(row.words.length)
  const rest = row.rest
    ? matchOperands(row.rest, operands, row.words.length, run, roots)
    : { ...SURE_MATCH, settledOperands: [], matchedOperands: allIndexes(run) }
  pair = bothPairs(pair, rest)
  pair = bothPairs(pair, matchPathWords(row, run, roots))
  if (row.isOnly) pair = bothPairs(pair, pairOf(matchOnly(row, run)))
  if (run.hasUnlisted || run.mayHaveOptions === 'any') {
    pair = { restrict: pair.restrict, permit: both(pair.permit, POSSIBLE) }
  }
  return { ...rest, ...pair }
}

function allIndexes(run: RunAction): readonly number[] {
  return run.operands.map((_, index) => index)
}

/** Named words that are paths: the trie took any word for them. */
function matchPathWords(row: RunRow, run: RunAction, roots: Roots): PairMatch {
  let pair: PairMatch = SURE_MATCH
  for (const [index, word] of row.words.entries()) {
    const operand = run.operands[index]
    if (word.kind !== 'path') continue
    pair = bothPairs(pair, operand ? matchWord(word, operand.word, operand.path, roots) : NO_MATCH)
  }
  return pair
}

function matchOptions(patterns: readonly OptionPattern[], run: RunAction, roots: Roots): PairMatch {
  let pair: PairMatch = SURE_MATCH
  for (const pattern of patterns) pair = bothPairs(pair, matchOption(pattern, run, roots))
  return pair
}

function matchOption(pattern: OptionPattern, run: RunAction, roots: Roots): PairMatch {
  let best: PairMatch = mayStand(pattern, run) ? POSSIBLE_MATCH : NO_MATCH
  for (const option of run.options) {
    if (option.name !== pattern.name && option.spellings?.includes(pattern.name) !== true) continue
    const certainty = option.isSure && !option.isNegated ? SURE_MATCH : POSSIBLE_MATCH
    best = eitherPair(best, bothPairs(certainty, matchValue(pattern.value, option, roots)))
  }
  return best
}

/** An unknown word could be this option. */
function mayStand(pattern: OptionPattern, run: RunAction): boolean {
  if (run.mayHaveOptions === 'none') return false
  return run.operands.some(({ word }) => {
    if (word.kind === 'known') return false
    if (word.values) return word.values.some((value) => value.startsWith('-'))
    return word.prefix === '' || word.prefix.startsWith('-') || pattern.name.startsWith(word.prefix)
  })
}

function matchValue(pattern: WordPattern | null, option: OptionFact, roots: Roots): PairMatch {
  if (pattern === null) return SURE_MATCH
  if (option.value === null) return NO_MATCH
  if (pattern.kind === 'path') {
    const lexical =
      option.value.kind === 'known' && option.value.text.startsWith('/') ? option.value.text : null
    const path = { lexical, real: null, isTree: false, entries: null, isComplete: false }
    return matchWord(pattern, option.value, path, roots)
  }
  return matchWord(pattern, option.value, null, roots)
}

/** All remaining operands against the alternatives: one suffices to restrict, every one is needed to permit. */
function matchOperands(
  alternatives: readonly WordPattern[],
  operands: readonly OperandFact[],
  offset: number,
  run: RunAction,
  roots: Roots,
): RunMatch {
  let restrict: Match = NO
  let permit: Match = operands.length > 0 ? SURE : NO
  const settledOperands: number[] = []
  const matchedOperands: number[] = []
  for (const [index, operand] of operands.entries()) {
    const found = matchOneOf(alternatives, operand, roots)
    restrict = either(restrict, operand.isSure ? found.restrict : both(found.restrict, POSSIBLE))
    permit = both(permit, found.permit)
    if (found.restrict !== NO) matchedOperands.push(offset + index)
    if (found.permit === SURE && found.settles) settledOperands.push(offset + index)
  }
  if (run.shiftedFrom !== null && run.shiftedFrom < offset + operands.length) {
    // WHY: an unknown word may also be no word at all, or words that the alternatives do not know.
    const isEverything = alternatives.some((each) => each.kind === 'any')
    if (!isEverything) permit = both(permit, POSSIBLE)
  }
  return { restrict, permit, settledOperands, matchedOperands }
}

function matchOneOf(
  alternatives: readonly WordPattern[],
  operand: OperandFact,
  roots: Roots,
): PairMatch & { settles: boolean } {
  let best: PairMatch = NO_MATCH
  let settles = false
  for (const alternative of alternatives) {
    const found = matchWord(alternative, operand.word, operand.path, roots)
    if (found.permit === SURE && (alternative.kind === 'path' || alternative.kind === 'any')) {
      settles = true
    }
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
  const extra = row.rest ? 0 : run.operands.length - row.words.length
  if (extra > 0) {
    const shifted = run.shiftedFrom !== null && run.shiftedFrom >= row.words.length
    match = both(match, shifted ? POSSIBLE : NO)
  }
  return run.mayHaveOptions === 'none' ? match : both(match, POSSIBLE)
}

/** Program and named words of one row without the trie: for excepts. */
export function matchDirectly(
  row: RunRow,
  run: RunAction,
  isTrusted: boolean,
  roots: Roots,
): PairMatch {
  let pair = matchProgram(row.program, run, isTrusted, roots)
  for (const [index, word] of row.words.entries()) {
    const operand = run.operands[index]
    const isShifted = run.shiftedFrom !== null && run.shiftedFrom <= index
    if (isShifted) pair = bothPairs(pair, POSSIBLE_MATCH)
    else if (!operand) return NO_MATCH
    else pair = bothPairs(pair, matchNamed(word, operand, roots))
  }
  return pair
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
  if (program.name === null) return POSSIBLE_MATCH
  if (pattern.includes('/')) {
    const keys = program.path === null ? [] : pathKeys(program.path, roots)
    return keys.includes(programKeys(pattern)) ? SURE_MATCH : NO_MATCH
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
  if (except.rest) {
    const concerned = matched.filter((index) => index >= except.words.length)
    if (concerned.length === 0) return NO
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
