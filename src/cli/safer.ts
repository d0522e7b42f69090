/**
 * A safer command that the same policy allows: small changes of the parts that are not allowed, made from what knowledge
 * says of their options, each decided before it is shown.
 */
import type { Analysed } from '../command/analyse.ts'
import { normalForm } from '../command/analyser.ts'
import { findSubcommand } from '../command/names.ts'
import { type KnowledgeSource, knowledgeOf } from '../command/program.ts'
import type { Action, PathAction, RunAction } from '../model/analysis.ts'
import type { Decision } from '../model/decision.ts'
import type { CommandKnowledge, OptionKnowledge } from '../model/knowledge.ts'
import type { RequestSubject } from '../model/request.ts'
import { knownWord } from '../model/word.ts'

export interface SaferQuestion {
  readonly subject: RequestSubject
  readonly analysed: Analysed
  readonly decision: Decision
  readonly knowledge: KnowledgeSource
  /** Decides another request in the same place. */
  decide(subject: RequestSubject): Decision
}

/** Changes that are decided before oa gives up. */
const CHANGES_MAX = 64

/** The first change that is allowed or only warned about, as a line; null: none is known. */
export function saferCommand(question: SaferQuestion): string | null {
  const { decision, subject } = question
  if (isAllowed(decision) || (subject.kind !== 'line' && subject.kind !== 'argv')) return null
  const tried = new Set([lineOf(subject)])
  for (const each of changes(question)) {
    const line = lineOf(each)
    if (tried.has(line)) continue
    if (tried.size > CHANGES_MAX) return null
    tried.add(line)
    if (isAllowed(question.decide(each))) return line
  }
  return null
}

function isAllowed({ decision, would }: Decision): boolean {
  const word = decision === 'explain' ? would : decision
  return word === 'allow' || word === 'warn'
}

type CommandSubject = Extract<RequestSubject, { kind: 'line' | 'argv' }>

function lineOf(subject: RequestSubject): string {
  if (subject.kind === 'line') return subject.line
  return subject.kind === 'argv' ? normalForm(subject.argv.map((text) => knownWord(text))) : ''
}

function* changes(question: SaferQuestion): Generator<CommandSubject> {
  const { analysed, decision, subject } = question
  if (decision.instead !== undefined) yield { kind: 'line', line: decision.instead }
  const { actions } = analysed.analysis
  for (const run of actions) {
    if (run.kind !== 'run' || run.parent !== null || hasRedirect(run, actions)) continue
    const below = actions.filter((each) => each === run || isBelow(each, run, actions))
    const words = run.words.flatMap((word) => (word.kind === 'known' ? [word.text] : []))
    if (words.length < run.words.length) continue
    if (below.every((each) => isFine(decision, each))) continue
    const blamed = below.filter((each) => !isFine(decision, each))
    for (const argv of changedWords(words, run, blamed, question)) {
      if (subject.kind === 'argv') yield { kind: 'argv', argv }
      if (subject.kind !== 'line') continue
      const text = normalForm(argv.map((each) => knownWord(each)))
      const { line } = subject
      yield { kind: 'line', line: line.slice(0, run.start) + text + line.slice(run.end) }
    }
  }
}

function isFine({ actions }: Decision, { id }: Action): boolean {
  const word = actions[id]?.decision
  return word === 'allow' || word === 'warn'
}

function isBelow(action: Action, run: RunAction, actions: readonly Action[]): boolean {
  for (let at = action.parent; at !== null; at = actions[at]?.parent ?? null) {
    if (at === run.id) return true
  }
  return false
}

/** Its words cannot be replaced without its redirections. */
function hasRedirect(run: RunAction, actions: readonly Action[]): boolean {
  return actions.some(
    (each) =>
      each.kind !== 'run' && each.parent === null && each.start >= run.start && each.end <= run.end,
  )
}

// In the order in which they are worth showing.
function* changedWords(
  words: readonly string[],
  run: RunAction,
  blamed: readonly Action[],
  { knowledge, analysed }: SaferQuestion,
): Generator<readonly string[]> {
  const levels = levelsOf(knowledgeOf(knowledge, run.program), run.subcommands)
  const options = levels.flatMap((level) => level.options)
  const written = words.map((_, index) => index).filter((index) => /^-./.test(words[index] ?? ''))
  for (const index of written) yield* milder(words, index, options)
  const place = afterSubcommands(words, run.subcommands)
  for (const name of options.filter(isProtective).flatMap(longName)) {
    yield [...words.slice(0, place), name, ...words.slice(place)]
  }
  for (const index of written) yield* without(words, index, options)
  for (const action of blamed) if ('path' in action) yield* otherPath(words, run, action)
  for (const inner of analysed.analysis.actions) {
    if (inner.kind !== 'run' || inner.parent !== run.id) continue
    const own = inner.words.flatMap((word) => (word.kind === 'known' ? [word.text] : []))
    if (own.length > 0 && own.length === inner.words.length) yield own
  }
}

function levelsOf(
  knowledge: CommandKnowledge | null,
  subcommands: readonly string[],
): readonly CommandKnowledge[] {
  const levels = knowledge ? [knowledge] : []
  for (const name of subcommands) {
    const found = levels.at(-1) && findSubcommand(levels.at(-1) as CommandKnowledge, name)
    if (!found) break
    levels.push(found)
  }
  return levels
}

/** Nothing is changed, or less is run. */
function isProtective(option: OptionKnowledge): boolean {
  if (option.value !== 'none') return false
  return (
    option.isDry === true ||
    option.names.some((name) =>
      /^--(?:ignore-scripts|no-scripts|no-plugins|check|list)$/.test(name),
    )
  )
}

function longName({ names }: OptionKnowledge): readonly string[] {
  const name = names.find((each) => each.startsWith('--')) ?? names[0]
  return name === undefined ? [] : [name]
}

// Options whose name goes on where this one ends: `--force-with-lease` for `--force`.
function* milder(
  words: readonly string[],
  index: number,
  options: readonly OptionKnowledge[],
): Generator<readonly string[]> {
  const own = options.find(({ names }) => names.includes(words[index] ?? ''))
  for (const long of own?.names.filter((each) => each.startsWith('--')) ?? []) {
    for (const { names } of options) {
      const name = names.find((each) => each.startsWith(`${long}-`))
      if (name !== undefined) yield words.map((word, at) => (at === index ? name : word))
    }
  }
}

// An option left out, with the word after it where that is its value; what protects stays.
function* without(
  words: readonly string[],
  index: number,
  options: readonly OptionKnowledge[],
): Generator<readonly string[]> {
  const word = words[index] ?? ''
  const own = options.find(({ names }) => names.includes(word.split('=')[0] ?? ''))
  if (/^--?(?:no|dry|check)\b/.test(word) || (own && isProtective(own))) return
  const hasValue = own?.value === 'required' && !word.includes('=')
  yield words.filter((_, at) => at !== index && !(hasValue && at === index + 1))
}

// The same name in the workspace; for a read, the example beside it.
function* otherPath(
  words: readonly string[],
  run: RunAction,
  action: PathAction,
): Generator<readonly string[]> {
  const operand = action.operand === null ? undefined : run.operands[action.operand]
  const text = operand?.word.kind === 'known' ? operand.word.text : ''
  const index = words.lastIndexOf(text)
  const name = text.split('/').findLast((each) => each !== '')
  if (index < 1 || name === undefined) return
  const others = action.kind === 'read' ? [`${text}.example`] : [`./${name}`]
  for (const other of others) yield words.map((word, at) => (at === index ? other : word))
}

/** The place right behind the last subcommand. */
function afterSubcommands(words: readonly string[], subcommands: readonly string[]): number {
  let place = 1
  for (const name of subcommands) {
    const found = words.indexOf(name, place)
    if (found < 0) return place
    place = found + 1
  }
  return place
}
