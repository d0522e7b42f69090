/**
 * The checks over all files of a policy, in order: headers, sets, blocks, commands. Comes in: trees as parsed. Goes
 * out: one policy with every name bound. Patterns and conditions are checked where they are expanded, in `lower/`.
 */

import { type DiagnosticExtras, type Outcome, Reporter } from '../base/diagnostic.ts'
import { didYouMean } from '../base/nearest.ts'
import { emptyRecord } from '../base/record.ts'
import type { Span } from '../base/source.ts'
import type { CommandKnowledge } from '../model/knowledge.ts'
import type { Settings } from '../model/settings.ts'
import type { ActionKind, Decision, Mode, Risk } from '../model/vocabulary.ts'
import type { Block, EntryWord, Never, PolicyFile, Rule, Statement, Test } from '../syntax/ast.ts'
import { readCommand } from './knowledge.ts'
import { mergeCommands } from './knowledge-merge.ts'
import type { LoadedFile } from './modules.ts'
import { bindSets, EMPTY_SCOPE, type SetScope } from './names.ts'
import { readSettings } from './settings.ts'
import { BLOCKS } from './settings-registry.ts'

/** A policy of which every name means something. Exists only without errors. */
export interface CheckedPolicy {
  readonly name: string
  readonly mode: Mode | null
  /** Key `*`: the general default. */
  readonly defaults: Readonly<Partial<Record<ActionKind | '*', Decision>>>
  readonly on: Readonly<Partial<Record<Risk, Decision>>>
  readonly override: { readonly role: string } | 'off' | null
  readonly rules: readonly CheckedRule[]
  /** By name and by alias. */
  readonly commands: Readonly<Record<string, CommandKnowledge>>
  /** The shipped library is imported: a program without knowledge is worth a word. */
  readonly hasLibrary: boolean
  /** Path patterns of `places { persist … }` with the scope of their file. */
  readonly places: readonly { readonly word: EntryWord; readonly scope: SetScope }[]
  readonly settings: Settings
  /** Of all files but the shipped library's. */
  readonly tests: readonly { readonly test: Test; readonly scope: SetScope }[]
  readonly nevers: readonly { readonly never: Never; readonly scope: SetScope }[]
}

export interface CheckedRule {
  readonly rule: Rule
  readonly scope: SetScope
  readonly obligations: Settings
  readonly isStd: boolean
}

export interface CheckOutcome extends Outcome<CheckedPolicy> {
  /** What could be made of it despite errors: only to find more of them. */
  readonly partial: CheckedPolicy
}

/** `files`: imports before importers, the root last. Errors: OA1005, OA2001 to OA2005, OA2011, OA2014, OA2015. */
export function check(files: readonly LoadedFile[]): CheckOutcome {
  const reporter = new Reporter()
  const scopes = bindSets(files, reporter)
  const header = new Header(reporter)
  const rules: CheckedRule[] = []
  const blocks: Block[] = []
  const tests: { test: Test; scope: SetScope }[] = []
  const nevers: { never: Never; scope: SetScope }[] = []
  const places: { word: EntryWord; scope: SetScope }[] = []
  const commands = new Commands(reporter)
  const root = files.at(-1)
  for (const loaded of files) {
    const scope = scopes.get(loaded.file) ?? EMPTY_SCOPE
    const isTested = !loaded.isStd || loaded === root
    header.startFile()
    for (const statement of loaded.file.statements) {
      if (statement.kind === 'rule') {
        const obligations = readSettings(statement.obligations, 'obligation', reporter)
        reportIdleObligations(statement, reporter)
        rules.push({ rule: statement, scope, obligations, isStd: loaded.isStd })
      } else if (statement.kind === 'test') {
        if (isTested) tests.push({ test: statement, scope })
      } else if (statement.kind === 'never') {
        if (isTested) nevers.push({ never: statement, scope })
      } else if (statement.kind !== 'block') header.read(statement)
      else if (statement.name.value === 'command') commands.add(statement)
      else if (statement.name.value === 'places') {
        places.push(...readPlaces(statement, reporter).map((word) => ({ word, scope })))
      } else if (!Object.hasOwn(BLOCKS, statement.name.value))
        reportUnknownBlock(statement, reporter)
      else blocks.push(statement)
    }
  }
  if (root) reportEmpty(root.file, reporter)
  const settings = readSettings(blocks, 'top', reporter)
  const policy = {
    ...{ name: header.nameOf(root?.file), mode: header.mode, defaults: header.defaults },
    ...{ on: header.on, override: header.override, rules, commands: commands.byName },
    ...{ places, settings, tests, nevers },
    hasLibrary: files.some((each) => each.isStd && each !== root),
  }
  const value = reporter.hasErrors ? undefined : policy
  return { value, partial: policy, diagnostics: reporter.diagnostics }
}

/** Statements that say one thing for the whole policy: a second one may only repeat it. */
class Header {
  mode: Mode | null = null
  override: CheckedPolicy['override'] = null
  readonly defaults: Partial<Record<ActionKind | '*', Decision>> = {}
  readonly on: Partial<Record<Risk, Decision>> = {}
  readonly #reporter: Reporter
  readonly #names = new Map<PolicyFile['source'], string>()
  /** What was said, where: over all files, and in this file alone. */
  readonly #said = new Map<string, { readonly value: string; readonly span: Span }>()
  #saidHere = new Set<string>()

  constructor(reporter: Reporter) {
    this.#reporter = reporter
  }

  startFile(): void {
    this.#saidHere = new Set()
  }

  nameOf(file: PolicyFile | undefined): string {
    return (file && this.#names.get(file.source)) ?? ''
  }

  read(statement: Statement): void {
    const { span } = statement
    switch (statement.kind) {
      case 'policy':
        if (this.#saidHere.has('policy')) this.#report('a policy has one name', span)
        this.#saidHere.add('policy')
        this.#names.set(span.source, statement.name.value)
        return
      case 'language':
        if (this.#saidHere.has('language')) this.#report('`language` stands twice', span)
        this.#saidHere.add('language')
        if (statement.version !== 1) this.#reportVersion(statement.version, span)
        return
      case 'mode':
        if (this.#say('mode', statement.mode, span)) this.mode = statement.mode
        return
      case 'default': {
        const { action = '*', decision } = statement
        const what = action === '*' ? 'default' : `default ${action}`
        if (this.#say(what, decision, span)) this.defaults[action] = decision
        return
      }
      case 'on': {
        const { risk, decision } = statement
        if (this.#say(`on ${risk}`, decision, span)) this.on[risk] = decision
        if (risk === 'blocked' && decision !== 'deny') {
          const message = `\`on blocked ${decision}\` cannot be: blocked is always deny`
          this.#reporter.report('OA2005', message, span, { help: 'remove the line' })
        }
        return
      }
      case 'override': {
        const role = statement.role?.value
        const what = role === undefined ? 'off' : `by ${role}`
        if (this.#say('override', what, span)) this.override = role === undefined ? 'off' : { role }
        return
      }
      default:
        return
    }
  }

  #say(what: string, value: string, span: Span): boolean {
    const before = this.#said.get(what)
    const isAgain = this.#saidHere.has(what)
    this.#saidHere.add(what)
    if (!before) {
      this.#said.set(what, { value, span })
      return true
    }
    if (isAgain || before.value !== value) {
      const message = isAgain ? `\`${what}\` stands twice` : `\`${what}\` contradicts another file`
      this.#report(message, span, before.span)
    }
    return false
  }

  #report(message: string, span: Span, other?: Span): void {
    const notes = other ? [{ message: 'already said here', span: other }] : []
    this.#reporter.report('OA2002', message, span, { notes })
  }

  #reportVersion(version: number, span: Span): void {
    const message = `this oa knows language 1, not ${version}`
    this.#reporter.report('OA2015', message, span, { help: 'write `language 1`' })
  }
}

/** Programs by name and alias; a second block for a program may only add. */
class Commands {
  readonly byName = emptyRecord<CommandKnowledge>()
  readonly #spans = new Map<string, Span>()
  readonly #reporter: Reporter

  constructor(reporter: Reporter) {
    this.#reporter = reporter
  }

  add(block: Block): void {
    const command = readCommand(block, this.#reporter)
    if (!command) return
    const span = block.label?.span ?? block.name.span
    const known = this.byName[command.name]
    const extras = (name: string): DiagnosticExtras => {
      const other = this.#spans.get(name)
      const help = 'a second block may only add: remove what the first one says'
      return { help, notes: other ? [{ message: 'already declared here', span: other }] : [] }
    }
    const again: string[] = []
    const merged = known ? mergeCommands(known, command, (what) => again.push(what)) : command
    if (again.length > 0) {
      const more = again.length > 1 ? ` and ${again.length - 1} more` : ''
      const message = `\`${command.name}\` is known already; this says ${again[0]}${more} again`
      this.#reporter.report('OA2014', message, span, extras(command.name))
    }
    for (const name of [merged.name, ...merged.aliases]) {
      const other = this.byName[name]
      if (other && other !== known) {
        const message = `\`${name}\` already names another program, \`${other.name}\``
        this.#reporter.report('OA2014', message, span, extras(name))
        continue
      }
      this.byName[name] = merged
      if (!this.#spans.has(name)) this.#spans.set(name, span)
    }
  }
}

/** The words of `places { persist PATH… }`. */
function readPlaces(block: Block, reporter: Reporter): readonly EntryWord[] {
  return block.entries.flatMap((entry) => {
    if (entry.kind === 'entry' && entry.key.value === 'persist') return entry.words
    const { value, span } = entry.kind === 'entry' ? entry.key : entry.name
    const help = didYouMean(value, ['persist'], 'its only key is `persist`')
    reporter.report('OA2001', `\`places\` has no key \`${value}\``, span, { help })
    return []
  })
}

function reportUnknownBlock(block: Block, reporter: Reporter): void {
  const names = [...Object.keys(BLOCKS), 'command', 'places']
  const { value, span } = block.name
  const help = didYouMean(
    value,
    names,
    `the blocks are ${names.map((each) => `\`${each}\``).join(', ')}`,
  )
  reporter.report('OA2001', `no block is named \`${value}\``, span, { help })
}

/** Obligations bind what is allowed to run; a deny or a risk has nothing to bind. */
function reportIdleObligations(rule: Rule, reporter: Reporter): void {
  const first = rule.obligations[0]
  if (!first) return
  const isIdle = rule.effect.kind === 'risk' || rule.effect.decision === 'deny'
  if (!isIdle) return
  const word = rule.effect.kind === 'risk' ? 'risk' : 'deny'
  const message = `a \`${word}\` rule has no run that \`with\` could bind`
  reporter.report('OA2005', message, first.span, { help: 'remove `with …`' })
}

function reportEmpty(file: PolicyFile, reporter: Reporter): void {
  if (file.statements.some((each) => each.kind !== 'policy' && each.kind !== 'language')) return
  const span = { source: file.source, start: 0, end: 0 }
  reporter.report('OA1005', 'the policy says nothing', span, {
    help: 'start with `import std` and `default ask`',
  })
}
