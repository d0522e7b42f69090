/** The naive decider's runs: docs/language.md 3.4, 3.5 and 3.10, one pattern against one run. */
import type { Analysis, OperandFact, RunAction } from '../../src/model/analysis.ts'
import type {
  OptionPattern,
  PathPattern,
  RunPattern,
  WordPattern,
} from '../../src/model/pattern.ts'
import type { Word } from '../../src/model/word.ts'
import {
  all,
  any,
  type Degree,
  type Degrees,
  evenly,
  globHolds,
  isEverything,
  isStars,
  least,
  most,
  pathDegrees,
  wordDegrees,
} from './oracle-words.ts'

export interface RunDegrees extends Degrees {
  /** Operands that made it match. */
  readonly matched: readonly number[]
  /** Operands whose reads, writes, deletes and connects it settles; true: it names the path or host. */
  readonly settles: ReadonlyMap<number, boolean>
  /** Operands of which it settles only connects. */
  readonly hosts: ReadonlySet<number>
  /** Operands that `...` or `/**` stands for: hosts that are known, too. */
  readonly opens: ReadonlySet<number>
}

/** One pattern against one run, its excepts left out. */
export function runDegrees(
  pattern: RunPattern,
  run: RunAction,
  isTrusted: boolean,
  analysis: Analysis,
): RunDegrees {
  const rest =
    pattern.rest === null ? null : restDegrees(pattern.rest, pattern.words.length, run, analysis)
  const parts = all(
    programDegrees(pattern.program, run, isTrusted, analysis),
    wordsDegrees(pattern.words, run, 0, analysis),
    ...pattern.options.map((each) => optionDegrees(each, run, analysis)),
    rest ?? evenly(2),
    pattern.isOnly ? evenly(onlyDegree(pattern, run)) : evenly(2),
    { restrict: 2, permit: run.hasUnlisted || run.mayHaveOptions === 'any' ? 1 : 2 },
  )
  return {
    ...parts,
    matched: rest ? rest.matched : run.operands.map((_, index) => index),
    settles: new Map([...namedPaths(pattern, run, analysis), ...(rest?.settles ?? [])]),
    hosts: namedOperands(pattern, run, analysis, isHostWord),
    opens: namedOperands(pattern, run, analysis, isOpenWord),
  }
}

function programDegrees(
  program: string,
  run: RunAction,
  isTrusted: boolean,
  analysis: Analysis,
): Degrees {
  const { name, base, realBase, path } = run.program
  if (name === null) return { restrict: isStars(program) ? 2 : 1, permit: 1 }
  if (program.includes('/')) {
    if (path === null && !name.includes('/')) return evenly(0)
    if (path === null && !name.startsWith('/')) return evenly(1)
    const place = path ?? normalised(name)
    const fact = { lexical: place, real: place, isTree: false, entries: null, isComplete: true }
    const found = pathDegrees(programPath(program), fact, analysis)
    return path === null ? all(found, { restrict: 2, permit: 1 }) : found
  }
  const holds = (each: string | null): boolean => each !== null && globHolds(program, each)
  return {
    restrict: holds(base) || holds(realBase) ? 2 : 0,
    permit: isTrusted && holds(base) ? 2 : 0,
  }
}

function normalised(path: string): string {
  const segments: string[] = []
  for (const each of path.split('/')) {
    if (each === '..') segments.pop()
    else if (each !== '' && each !== '.') segments.push(each)
  }
  return `/${segments.join('/')}`
}

function programPath(program: string): PathPattern {
  const segments = program.split('/').filter((each) => each !== '' && each !== '.')
  if (program.startsWith('/') || segments[0] === '**') return { root: '/', segments }
  return segments[0] === '~'
    ? { root: 'home', segments: segments.slice(1) }
    : { root: 'workspace', segments }
}

/** Named words, in order; a word that may be an option's value may be passed over. */
function wordsDegrees(
  words: readonly WordPattern[],
  run: RunAction,
  at: number,
  analysis: Analysis,
): Degrees {
  const [first, ...later] = words
  if (!first) return evenly(2)
  if (run.shiftedFrom !== null && at >= run.shiftedFrom) return evenly(1)
  const operand = run.operands[at]
  if (!operand) return evenly(0)
  const taken = all(
    evenly(operand.isSure ? 2 : 1),
    namedDegrees(first, operand, analysis),
    wordsDegrees(later, run, at + 1, analysis),
  )
  if (operand.isSure) return taken
  return any(taken, all(evenly(1), wordsDegrees(words, run, at + 1, analysis)))
}

function namedDegrees(pattern: WordPattern, operand: OperandFact, analysis: Analysis): Degrees {
  const written = wordDegrees(pattern, operand.word, operand.path, analysis)
  if (operand.canonical === undefined) return written
  const name: Word = { kind: 'known', text: operand.canonical, start: 0, end: 0 }
  return any(written, wordDegrees(pattern, name, operand.path, analysis))
}

interface RestDegrees extends Degrees {
  readonly matched: readonly number[]
  readonly settles: ReadonlyMap<number, boolean>
}

/** All further operands: some to restrict, every one to permit. */
function restDegrees(
  alternatives: readonly WordPattern[],
  from: number,
  run: RunAction,
  analysis: Analysis,
): RestDegrees {
  const isShifted = run.shiftedFrom !== null
  const isAll = alternatives.some((each) => each.kind === 'any')
  const operands = run.operands.map((operand, index) => ({ operand, index })).slice(from)
  const found = operands.map(({ operand, index }) => ({
    index,
    isSure: operand.isSure,
    each: alternatives.map((word) => ({
      word,
      degrees: wordDegrees(word, operand.word, operand.path, analysis),
    })),
  }))
  const degrees = found.map(({ each }) => any(...each.map((one) => one.degrees)))
  const restrict = most(
    isShifted ? 1 : 0,
    ...found.map(({ isSure }, index) => least(isSure ? 2 : 1, degrees[index]?.restrict ?? 0)),
  )
  const permit =
    operands.length === 0
      ? evenly(isShifted ? 1 : 0).permit
      : least(isShifted && !isAll ? 1 : 2, ...degrees.map((each) => each.permit))
  const settles = new Map<number, boolean>()
  for (const { index, each } of found) {
    const sure = each.filter(({ degrees: one, word }) => one.permit === 2 && settlesOperand(word))
    if (sure.length > 0)
      settles.set(
        index,
        sure.some(({ word }) => namesPlace(word)),
      )
  }
  return {
    ...{ restrict, permit, settles },
    matched: found.flatMap(({ index }, place) =>
      (degrees[place]?.restrict ?? 0) > 0 ? [index] : [],
    ),
  }
}

/** Path, host and `...` words. */
function settlesOperand(word: WordPattern): boolean {
  return word.kind === 'path' || word.kind === 'any'
}

function namesPlace(word: WordPattern): boolean {
  return word.kind === 'path' && !isEverything(word.path)
}

function namedPaths(
  pattern: RunPattern,
  run: RunAction,
  analysis: Analysis,
): ReadonlyMap<number, boolean> {
  const found = new Map<number, boolean>()
  for (const [index, word] of pattern.words.entries()) {
    const operand = run.operands[index]
    if (word.kind !== 'path' || !operand) continue
    if (namedDegrees(word, operand, analysis).permit === 2) found.set(index, namesPlace(word))
  }
  return found
}

function namedOperands(
  pattern: RunPattern,
  run: RunAction,
  analysis: Analysis,
  isWanted: (word: WordPattern) => boolean,
): ReadonlySet<number> {
  const found = new Set<number>()
  for (const [index, operand] of run.operands.entries()) {
    const named = pattern.words[index]
    const words = named ? [named] : (pattern.rest ?? [])
    const isNamed = words.some(
      (word) =>
        isWanted(word) && wordDegrees(word, operand.word, operand.path, analysis).permit === 2,
    )
    if (isNamed) found.add(index)
  }
  return found
}

const isOpenWord = (word: WordPattern): boolean =>
  word.kind === 'any' || (word.kind === 'path' && isEverything(word.path))

/** A word written out in the pattern, or a URL of which it writes out the host. */
export function isHostWord(word: WordPattern): boolean {
  if (word.kind === 'text') return true
  return word.kind === 'glob' && /^[a-z][a-z0-9+.-]*:\/\/[^*?[\]\\/]+\//i.test(word.glob)
}

function optionDegrees(pattern: OptionPattern, run: RunAction, analysis: Analysis): Degrees {
  const found = run.options.flatMap((option) => {
    if (!isCalled(option, pattern.name)) return []
    const isCertain = option.isSure && !option.isNegated
    return [all(evenly(isCertain ? 2 : 1), valueDegrees(pattern, option, run, analysis))]
  })
  const standing = [...found, ...(mayStand(pattern.name, run) === 0 ? [] : [evenly(1)])]
  const { restrict, permit } = any(...standing)
  if (pattern.value === null || standing.length === 0) return { restrict, permit }
  // Each of its values must fit for a permission.
  return { restrict, permit: least(...standing.map((each) => each.permit)) }
}

function isCalled(option: RunAction['options'][number], name: string): boolean {
  return option.name === name || (option.spellings ?? []).includes(name)
}

function valueDegrees(
  pattern: OptionPattern,
  option: RunAction['options'][number],
  run: RunAction,
  analysis: Analysis,
): Degrees {
  const wanted = pattern.value
  if (wanted === null) return evenly(2)
  if (option.value === null) {
    if (option.isListed) return evenly(0)
    const possible = run.operands.filter((each) => !each.isSure)
    const best = any(...possible.map((each) => wordDegrees(wanted, each.word, each.path, analysis)))
    return all(evenly(1), best)
  }
  return wordDegrees(wanted, option.value, option.path ?? null, analysis)
}

/** Some value of an unknown word is this option. */
function mayStand(name: string, run: RunAction): Degree {
  if (run.mayHaveOptions === 'none') return 0
  const words = [
    ...run.operands.map((each) => each.word),
    ...run.options.flatMap((each) =>
      each.value?.kind === 'unknown' && each.value.isMany ? [each.value] : [],
    ),
  ]
  return words.some((word) => wordMayBe(word, name)) ? 1 : 0
}

function wordMayBe(word: Word, name: string): boolean {
  if (word.kind === 'known') return false
  if (word.values) return word.values.some((each) => /(?:^|\s)-/.test(each))
  return (
    word.isMany || word.prefix === '' || word.prefix.startsWith('-') || name.startsWith(word.prefix)
  )
}

function onlyDegree(pattern: RunPattern, run: RunAction): Degree {
  const extra = run.options.filter(
    (each) => !pattern.options.some((own) => isCalled(each, own.name)),
  )
  const options = least(...extra.map((each): Degree => (each.isSure ? 0 : 1)))
  const tooMany = pattern.rest ? [] : run.operands.slice(pattern.words.length)
  const isShifted = run.shiftedFrom !== null && run.shiftedFrom >= pattern.words.length
  const operands: Degree =
    tooMany.length === 0 ? 2 : isShifted || tooMany.every((each) => !each.isSure) ? 1 : 0
  const hidden: Degree = run.mayHaveOptions === 'none' && run.shiftedFrom === null ? 2 : 1
  return least(options, operands, hidden)
}

/** The except of a restriction: every operand that made the rule match, as a permission. */
export function exceptOfRestriction(
  except: RunPattern,
  run: RunAction,
  matched: readonly number[],
  isTrusted: boolean,
  analysis: Analysis,
): Degree {
  const { rest, ...open } = except
  const base = runDegrees({ ...open, rest: null, isOnly: false }, run, isTrusted, analysis).permit
  const only = except.isOnly ? onlyDegree(except, run) : 2
  if (!rest) return least(base, only)
  const concerned = matched.filter((index) => index >= except.words.length)
  if (concerned.length === 0) return 0
  const isAll = rest.some((each) => each.kind === 'any')
  return least(
    ...[base, only, run.shiftedFrom !== null && !isAll ? 1 : 2].map((each) => each as Degree),
    ...concerned.map((index) => {
      const operand = run.operands[index]
      if (!operand) return 0
      return any(...rest.map((word) => wordDegrees(word, operand.word, operand.path, analysis)))
        .permit
    }),
  )
}

/** The except of a permission: some operand. */
export function exceptOfPermission(except: RunPattern, run: RunAction, analysis: Analysis): Degree {
  return runDegrees(except, run, true, analysis).restrict
}
