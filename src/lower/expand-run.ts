/**
 * One stage of a `run` pattern → rows: a program, its named words, what stands for the rest, its options.
 */

import type { Reporter } from '../base/diagnostic.ts'
import { ALTERNATIVES_MAX } from '../base/limits.ts'
import type { Span } from '../base/source.ts'
import type { SetScope } from '../check/names.ts'
import type { CommandKnowledge } from '../model/knowledge.ts'
import type { OptionPattern, RunPattern, WordPattern } from '../model/pattern.ts'
import type { PatternWord, Stage } from '../syntax/ast.ts'
import { expandWords, type FlatWord, type Sequence } from './expand.ts'
import { findOption, findSubcommand, hasStyle, type Levels, lowerOption } from './expand-options.ts'
import {
  escapeGlob,
  isGlob,
  isOpenEnded,
  isPathWord,
  lowerPath,
  lowerWord,
  showPath,
} from './lower-word.ts'

export interface RunContext {
  readonly scope: SetScope
  readonly commands: Readonly<Record<string, CommandKnowledge>>
  readonly reporter: Reporter
  /** Called for a program that knowledge does not know. */
  readonly warnUnknown: (program: string, span: Span) => void
}

/** A row before those that differ in their last word alone are joined. */
interface Row {
  readonly run: RunPattern
  /** The written word that the last operand is an alternative of. */
  readonly origin: PatternWord | undefined
}

/** All rows of a stage; undefined after an error. */
export function expandRun(stage: Stage, context: RunContext): readonly RunPattern[] | undefined {
  const { reporter } = context
  const sequences = expandWords(stage.words, context.scope)
  if (!sequences) return tooMany(stage, reporter)
  const rows: Row[] = []
  let isBroken = false
  for (const sequence of sequences) {
    const found = lowerSequence(sequence, stage, context)
    if (!found) isBroken = true
    else rows.push(...found)
    if (rows.length > ALTERNATIVES_MAX) return tooMany(stage, reporter)
  }
  return isBroken ? undefined : joinRows(rows)
}

function tooMany(stage: Stage, reporter: Reporter): undefined {
  const message = `the pattern stands for more than ${ALTERNATIVES_MAX} alternatives`
  reporter.report('OA2017', message, stage.span, { help: 'split it into several rules' })
  return undefined
}

/** Rows whose last words are alternatives of one written word become one row. */
function joinRows(rows: readonly Row[]): readonly RunPattern[] {
  const origins = new Map<PatternWord | undefined, number>()
  const joined = new Map<string, RunPattern>()
  for (const { run, origin } of rows) {
    if (!origins.has(origin)) origins.set(origin, origins.size)
    const at = run.rest ? origins.get(origin) : -1
    const key = JSON.stringify([run.program, run.words, run.options, run.isOnly, at])
    const before = joined.get(key)
    if (before?.rest && run.rest) {
      joined.set(key, { ...before, rest: sortUnique([...before.rest, ...run.rest]) })
    } else joined.set(key, run)
  }
  return sortUnique([...joined.values()])
}

/** Each value once, in the order of its canonical text. */
export function sortUnique<T>(values: readonly T[]): readonly T[] {
  const byText = new Map(values.map((each) => [JSON.stringify(each), each]))
  return [...byText.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, each]) => each)
}

function lowerSequence(
  sequence: Sequence,
  stage: Stage,
  context: RunContext,
): readonly Row[] | undefined {
  const [first, ...rest] = sequence
  const program = first && lowerProgram(first, context.reporter)
  if (!first || program === undefined) return undefined
  const knowledge = knowledgeOf(program, first, context)
  const { operands, options } = splitWords(rest, knowledge)
  const { levels, candidates, aliases } = reachLevels(knowledge, operands)
  warnSeparateValues(rest, levels, context.reporter)
  const words: WordPattern[] = []
  for (const [index, word] of operands.entries()) {
    const lowered = lowerWord(word, context.reporter)
    if (!lowered) return undefined
    if (lowered.kind === 'any' && index < operands.length - 1) {
      context.reporter.report(
        'OA2006',
        '`...` stands for all later words, so it is the last',
        word.span,
        { help: 'remove what follows it' },
      )
      return undefined
    }
    words.push(lowered)
  }
  const sets = lowerOptions(options, { levels, candidates }, context.reporter)
  if (!sets) return undefined
  const last = words.at(-1)
  const isOpen = last !== undefined && isOpenEnded(last)
  const named = isOpen ? words.slice(0, -1) : words
  const programs = [program, ...(knowledge && program === knowledge.name ? knowledge.aliases : [])]
  return programs.flatMap((name) =>
    spellings(named, aliases).flatMap((each) =>
      sets.map((set) => ({
        run: {
          ...{ program: name, words: each, rest: isOpen ? [last] : null },
          ...{ options: set, isOnly: stage.isOnly },
        },
        origin: operands.at(-1)?.origin,
      })),
    ),
  )
}

/** The program as the table keeps it: a name, a glob, `*`, or a normalised path. */
function lowerProgram(word: FlatWord, reporter: Reporter): string | undefined {
  const { text, isQuoted, span } = word
  const fail = (message: string, help?: string): undefined => {
    reporter.report('OA2006', message, span, { help })
    return undefined
  }
  if (text === '') return fail('an empty word is no program', 'write a name')
  if (!isQuoted && text === '...')
    return fail('a pattern starts with a program, not with `...`', 'write `*` for every program')
  if (!isQuoted && /^[-+]/.test(text)) {
    return fail(
      `a pattern starts with a program, not with the option \`${text}\``,
      `write \`* ${text}\` for every program`,
    )
  }
  if (text.includes('/') || isPathWord(text)) {
    const path = lowerPath(word, reporter)
    if (path && path.segments.length === 0)
      return fail(`\`${text}\` is a folder, not a program`, 'write the path of a program')
    return path && showPath(path)
  }
  if (isQuoted) return escapeGlob(text)
  return text.replace(/\*{2,}/g, '*')
}

/** Builtins that need no `command` block to be known. */
const BUILTINS = new Set(
  `. : [ alias bg bind break builtin caller cd command compgen complete continue declare dirs disown
  echo enable eval exec exit export false fc fg getopts hash help history jobs kill let local logout mapfile popd printf
  pushd pwd read readarray readonly return set shift shopt source suspend test times trap true type typeset ulimit umask
  unalias unset wait`.split(/\s+/),
)

/** By basename, then without a version at its end: `python3.11`, `python`. */
function knowledgeOf(
  program: string,
  word: FlatWord,
  context: RunContext,
): CommandKnowledge | undefined {
  const base = program.slice(program.lastIndexOf('/') + 1)
  for (let name = base, step = 0; name !== '' && step < 4; step += 1) {
    if (Object.hasOwn(context.commands, name)) return context.commands[name]
    const shorter = name.replace(/[-.]?\d+$/, '')
    if (shorter === name) break
    name = shorter
  }
  const isName = !program.includes('/') && !isGlob(program) && !BUILTINS.has(program)
  if (isName) context.warnUnknown(program, word.span)
  return undefined
}

interface SplitWords {
  readonly operands: readonly FlatWord[]
  readonly options: readonly FlatWord[]
}

/** Which words are options, as the program itself would tell. */
function splitWords(words: Sequence, knowledge: CommandKnowledge | undefined): SplitWords {
  const levels = knowledge ? [knowledge] : []
  if (hasStyle(levels, 'no-options')) return { operands: words, options: [] }
  const operands: FlatWord[] = []
  const options: FlatWord[] = []
  for (const word of words) {
    const { text } = word
    const isFirst = operands.length === 0 && options.length === 0
    if (word.isQuoted) operands.push(word)
    else if (text.startsWith('-') && text.length > 1) options.push(word)
    else if (text.startsWith('+') && hasStyle(levels, 'plus-options') && findOption(levels, text)) {
      options.push(word)
    } else if (hasStyle(levels, 'key-value') && keyValueName(text, levels)) options.push(word)
    else if (isFirst && hasStyle(levels, 'first-bundle') && /^[A-Za-z]+$/.test(text)) {
      options.push({ ...word, text: `-${text}` })
    } else operands.push(word)
  }
  return { operands, options }
}

function keyValueName(text: string, levels: Levels): string | undefined {
  const name = /^[\w-]+=/.exec(text)?.[0]
  return name !== undefined && findOption(levels, name) ? name : undefined
}

interface Reached {
  readonly levels: Levels
  /** Levels at which options may be listed: the one reached, and all below where the next word is open. */
  readonly candidates: readonly Levels[]
  /** Other names of the subcommand that the operand of this index is. */
  readonly aliases: readonly (readonly string[])[]
}

function reachLevels(
  knowledge: CommandKnowledge | undefined,
  operands: readonly FlatWord[],
): Reached {
  if (!knowledge) return { levels: [], candidates: [[]], aliases: [] }
  const levels = [knowledge]
  const aliases: string[][] = []
  let at = 0
  for (; at < operands.length; at += 1) {
    const word = operands[at]
    const level = levels.at(-1)
    if (!word || !level || (!word.isQuoted && (isGlob(word.text) || word.text === '...'))) break
    const found = findSubcommand(level, word.text)
    if (!found) break
    const isExact = Object.hasOwn(level.subcommands, word.text)
    aliases.push(isExact ? [found.name, ...found.aliases].filter((each) => each !== word.text) : [])
    levels.push(found)
  }
  const next = operands[at]
  const isOpen = !next || (!next.isQuoted && (isGlob(next.text) || next.text === '...'))
  const candidates = isOpen ? [levels, ...levelsBelow(levels)] : [levels]
  return { levels, candidates, aliases }
}

function levelsBelow(levels: Levels): readonly Levels[] {
  const last = levels.at(-1)
  if (!last || levels.length > 4) return []
  return [...new Set(Object.values(last.subcommands))].flatMap((each) => {
    const inner = [...levels, each]
    return [inner, ...levelsBelow(inner)]
  })
}

/** The named words with each subcommand under each of its names. */
function spellings(
  words: readonly WordPattern[],
  aliases: readonly (readonly string[])[],
): readonly (readonly WordPattern[])[] {
  let rows: readonly (readonly WordPattern[])[] = [[]]
  for (const [index, word] of words.entries()) {
    const others = (aliases[index] ?? []).map((text) => ({ kind: 'text', text }) as const)
    rows = rows.flatMap((row) => [word, ...others].map((each) => [...row, each]))
  }
  return rows
}

/** Every combination of the readings of the option words. */
function lowerOptions(
  options: readonly FlatWord[],
  at: Pick<Reached, 'levels' | 'candidates'>,
  reporter: Reporter,
): readonly (readonly OptionPattern[])[] | undefined {
  let sets: readonly (readonly OptionPattern[])[] = [[]]
  for (const word of options) {
    if (word.text === '--') {
      const help = 'leave it out; a word that starts with `-` and is no option is quoted'
      reporter.report('OA2006', '`--` is never part of a pattern', word.span, { help })
      return undefined
    }
    if (/^-\d+$/.test(word.text) && hasStyle(at.levels, 'dash-number')) {
      const message = `\`${word.text}\` is a number to \`${at.levels[0]?.name}\`, which rules cannot name`
      reporter.report('OA2006', message, word.span, { help: 'leave it out' })
      return undefined
    }
    const readings = lowerOption(word, at.candidates, reporter)
    sets = sets.flatMap((set) => readings.map((each) => [...set, ...each]))
    if (sets.length > ALTERNATIVES_MAX) return sets
  }
  return sets.map(sortUnique)
}

/** `head -n 5`: the value of an option stands glued in a pattern, apart it is an operand. */
function warnSeparateValues(words: Sequence, levels: Levels, reporter: Reporter): void {
  for (const [index, word] of words.entries()) {
    const next = words[index + 1]
    if (word.isQuoted || !next || next.text.startsWith('-') || !word.text.startsWith('-')) continue
    const found = findOption(levels, word.text)
    if (found?.value !== 'required') continue
    const glue = word.text.startsWith('--') ? '=' : ''
    const message = `\`${next.text}\` is an operand here, not the value of \`${word.text}\``
    const help = `glue a value to its option: \`${word.text}${glue}${next.text}\``
    reporter.report('OA2505', message, next.span, { help })
  }
}
