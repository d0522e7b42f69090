/**
 * Samples of every class of requests that two policies could decide differently. Only what their rules differ in is
 * looked at; where defaults differ, everything that a rule names.
 */
import { isRange } from '../base/host.ts'
import { ANALYSIS_REQUESTS_MAX } from '../base/limits.ts'
import type { PatternIr, RuleIr } from '../lower/ir.ts'
import type { CommandKnowledge } from '../model/knowledge.ts'
import type { PathPattern, RunPattern } from '../model/pattern.ts'
import type { RequestSubject } from '../model/request.ts'
import { type ActionKind, PATH_ACTIONS, type PathActionKind } from '../model/vocabulary.ts'
import { hostSegments } from '../table/keys.ts'
import { addressClasses } from './address-classes.ts'
import { pathClasses } from './path-classes.ts'
import { NAMELESS, programsOf } from './programs.ts'
import { rowSamples } from './row-samples.ts'
import { meaningOf, pathGroupsOf, patternsOf, RunIndex, rulesAbout, runsOf } from './rules.ts'
import { runClasses } from './run-classes.ts'
import { type Side, showWord } from './side.ts'
import { wordClasses, wordMatches } from './words.ts'

export interface Members {
  readonly subjects: readonly RequestSubject[]
  /** Why there may be classes without a sample. */
  readonly gaps: readonly string[]
}

/** What two policies do not have in common. */
export interface Unshared {
  /** Rules with the patterns that the other policy does not have. */
  readonly rules: readonly { readonly rule: RuleIr; readonly patterns: readonly PatternIr[] }[]
  /** Kinds of actions whose defaults, or answers to risks, differ. */
  readonly actions: ReadonlySet<ActionKind>
}

/** Patterns of each policy that the other does not have, for the same effect, except and condition. */
export function unsharedRules(a: readonly RuleIr[], b: readonly RuleIr[]): Unshared['rules'] {
  const [inA, inB] = [a, b].map(
    (rules) =>
      new Set(rules.flatMap((rule) => rule.patterns.map((pattern) => meaningOf(rule, pattern)))),
  ) as [Set<string>, Set<string>]
  const left = (rules: readonly RuleIr[], other: ReadonlySet<string>): Unshared['rules'] =>
    rules.flatMap((rule) => {
      const patterns = rule.patterns.filter((each) => !other.has(meaningOf(rule, each)))
      return patterns.length > 0 ? [{ rule, patterns }] : []
    })
  return [...left(a, inB), ...left(b, inA)]
}

/** Samples for all kinds of actions. */
export function membersOf(sides: readonly [Side, Side], unshared: Unshared): Members {
  const rules = sides.flatMap((each) => each.ir.rules)
  const collector = new Collector(sides, rules, unshared)
  collector.addRuns()
  collector.addPipes()
  for (const action of PATH_ACTIONS) collector.addPaths(action)
  collector.addHosts()
  for (const action of ['set', 'elevate', 'call', 'load'] as const) collector.addNames(action)
  collector.noteTexts()
  return { subjects: collector.subjects, gaps: [...collector.gaps] }
}

/** Programs that only a glob names, of which so many are tried. */
const GLOBBED_TRIED_MAX = 200
const PIPE_LINES_MAX = 512
const STAGE_TRIED_MAX = 4

class Collector {
  readonly #sides: readonly [Side, Side]
  readonly #rules: readonly RuleIr[]
  readonly #unshared: Unshared
  readonly #subjects = new Map<string, RequestSubject>()
  readonly #looked = new Set<string>()
  readonly gaps = new Set<string>()

  constructor(sides: readonly [Side, Side], rules: readonly RuleIr[], unshared: Unshared) {
    this.#sides = sides
    this.#rules = rules
    this.#unshared = unshared
  }

  get subjects(): readonly RequestSubject[] {
    return [...this.#subjects.values()]
  }

  addRuns(): void {
    const rules = rulesAbout(this.#rules, 'run')
    const index = RunIndex.of(rules)
    const isEverywhere = this.#unshared.actions.has('run')
    const own = this.#patterns('run').flatMap((each) => (each.kind === 'run' ? [each.run] : []))
    const ownIndex = new RunIndex(own)
    this.#noteSettling(own)
    const asked = isEverywhere ? rules.flatMap((each) => each.patterns.flatMap(runsOf)) : own
    const named = programsOf(
      asked.filter((each) => !/[*?]/.test(each.program)),
      this.#sides,
    )
    for (const program of named.names)
      this.#addProgram(program, index, isEverywhere ? null : ownIndex)
    for (const gap of isEverywhere ? [] : named.gaps) this.gaps.add(gap)
    this.#addGlobbed(asked, index, { named: new Set(named.names), isEverywhere, own: ownIndex })
  }

  /** What a permission settles of its operands depends on what the rules about them say, which is not looked at. */
  #noteSettling(own: readonly RunPattern[]): void {
    const settling = own.find(
      (each) => each.rest !== null || each.words.some((word) => word.kind === 'path'),
    )
    if (settling) {
      this.gaps.add(
        `what patterns of \`${settling.program}\` settle of their operands is decided for samples only`,
      )
    }
  }

  #addGlobbed(
    asked: readonly RunPattern[],
    index: RunIndex,
    about: {
      readonly named: ReadonlySet<string>
      readonly isEverywhere: boolean
      readonly own: RunIndex
    },
  ): void {
    const open = asked.filter((each) => /[*?]/.test(each.program))
    if (open.length === 0 && !about.isEverywhere) return
    if (about.isEverywhere) {
      this.gaps.add(
        'what no rule settles is decided otherwise; of each rule some commands were tried',
      )
      this.#addProgram(NAMELESS, new RunIndex(index.open), null)
      for (const name of distinctPrograms(this.#sides))
        if (!about.named.has(name)) this.#add({ kind: 'argv', argv: [name] })
      return
    }
    const { names } = programsOf(open, this.#sides)
    const others = names.filter((each) => !about.named.has(each))
    // The one without knowledge is the last.
    const tried = [...others.slice(-1), ...others.slice(0, GLOBBED_TRIED_MAX)]
    for (const name of new Set(tried)) this.#addProgram(name, index, about.own)
    if (tried.length <= others.length) {
      this.gaps.add(`a pattern names ${others.length} programs at once; ${tried.length} were tried`)
    }
  }

  #addProgram(program: string, index: RunIndex, own: RunIndex | null): void {
    const knowledge = this.#sides[0].table.command(program) ?? this.#sides[1].table.command(program)
    const rows = own === null ? index.naming(program) : index.about(program)
    // Another name of a program that was looked at, and rules that say the same of it.
    const key = JSON.stringify([
      knowledge?.name ?? null,
      rows.map(({ program: _own, ...row }) => row),
    ])
    const isOther = knowledge !== null && this.#looked.has(key)
    this.#looked.add(key)
    if (isOther) return
    if (own === null) {
      for (const argv of rowSamples(program, rows, knowledge)) this.#add({ kind: 'argv', argv })
      return
    }
    const { commands, gaps } = runClasses({
      ...{ program, rows, focus: new Set(own.about(program)), knowledge },
      permitting: null,
    })
    for (const gap of gaps) this.gaps.add(gap)
    for (const argv of commands) this.#add({ kind: 'argv', argv })
  }

  /** Each command of a stage once; which of them come together makes no difference to one pattern. */
  addPipes(): void {
    const pipes = this.#patterns('run').flatMap((each) => (each.kind === 'pipe' ? [each] : []))
    for (const { stages } of pipes) {
      const commands = stages.map((stage) => stage.flatMap((run) => this.#stageCommands(run)))
      if (commands.some((each) => each.length === 0)) continue
      const count = Math.min(PIPE_LINES_MAX, Math.max(...commands.map((each) => each.length)))
      for (let at = 0; at < count; at++) {
        const line = commands.map((each) => (each[at % each.length] ?? []).map(showWord).join(' '))
        this.#add({ kind: 'line', line: line.join(' | ') })
      }
    }
    if (pipes.length > 0)
      this.gaps.add('rules about pipes differ; of each stage some commands were tried')
  }

  #stageCommands(run: RunPattern): readonly (readonly string[])[] {
    const { names } = programsOf([run], this.#sides)
    return names.slice(-STAGE_TRIED_MAX).flatMap((program) => {
      const knowledge = this.#sides[0].table.command(program)
      const focus = new Set([run])
      const question = { program, rows: [run], focus, knowledge, permitting: new Set<RunPattern>() }
      return runClasses(question).commands.slice(0, STAGE_TRIED_MAX)
    })
  }

  addPaths(action: PathActionKind): void {
    const rules = rulesAbout(this.#rules, action)
    const isEverywhere = this.#unshared.actions.has(action)
    const own = this.#patterns(action)
    if (!isEverywhere && own.length === 0) return
    const places = action === 'write' ? this.#sides.flatMap((each) => each.ir.persistPlaces) : []
    const hasAny = own.some((each) => each.kind === 'any')
    const focus = own.flatMap((each) => (each.kind === 'path' ? [each.path] : []))
    const everything: PathPattern = { root: '/', segments: ['**'] }
    const { members, isComplete } = pathClasses([
      ...rules.flatMap(pathGroupsOf).map((patterns) => ({ patterns, isInFocus: false })),
      { patterns: places, isInFocus: false },
      { patterns: isEverywhere || hasAny ? [everything] : focus, isInFocus: true },
    ])
    if (!isComplete) this.gaps.add(`paths of \`${action}\` rules are told apart in too many ways`)
    for (const path of members) this.#add({ kind: 'path', action, path })
  }

  addHosts(): void {
    if (!this.#unshared.actions.has('connect') && this.#patterns('connect').length === 0) return
    const rules = rulesAbout(this.#rules, 'connect')
    const patterns = rules
      .flatMap(patternsOf)
      .flatMap((each) => (each.kind === 'host' ? [each] : []))
    const names = patterns.filter(({ host }) => !isRange(host))
    const asPaths = names.map(
      ({ host }): PathPattern => ({ root: '/', segments: hostSegments(host) }),
    )
    const { members, isComplete } = pathClasses([
      ...asPaths.map((each) => ({ patterns: [each], isInFocus: false })),
      // A host has at least one label.
      { patterns: [{ root: '/', segments: ['*', '**'] }], isInFocus: true },
    ])
    if (!isComplete) this.gaps.add('hosts are told apart in too many ways')
    const addresses = addressClasses(patterns.map(({ host }) => host))
    if (addresses.length > 0 && names.some(({ host }) => /\d/.test(host) && /[*?[]/.test(host))) {
      this.gaps.add('ranges of addresses and globs over them were not put together')
    }
    const ports = new Set([null, OTHER_PORT, ...patterns.map((each) => each.port)])
    for (const host of [...members.map(hostOf), ...addresses]) {
      for (const port of host === '' ? [] : ports) this.#add({ kind: 'connect', host, port })
    }
  }

  addNames(action: 'set' | 'elevate' | 'call' | 'load'): void {
    if (!this.#unshared.actions.has(action) && this.#patterns(action).length === 0) return
    const rules = rulesAbout(this.#rules, action)
    const patterns = rules.flatMap((each) => namesIn(patternsOf(each)))
    const { members, isComplete } = wordClasses([
      ...rules.map((each) => namesIn(each.patterns).map((pattern) => pattern.name)),
      ...rules.flatMap((rule) =>
        rule.except.map((each) => namesIn([each.pattern]).map((one) => one.name)),
      ),
    ])
    if (!isComplete) this.gaps.add(`names of \`${action}\` are told apart in too many ways`)
    if (patterns.filter((each) => each.options.length > 0).length > 1) {
      this.gaps.add(`arguments of \`${action}\` were tried one rule at a time`)
    }
    for (const name of members.length > 0 ? members : ['x']) {
      if (name === '') continue
      for (const options of this.#argumentsOf(patterns, name)) {
        this.#add({ kind: 'name', action, name, options })
      }
    }
  }

  /** None, and for each pattern of the name what it asks for, once for each class of values. */
  #argumentsOf(
    patterns: readonly NamePattern[],
    name: string,
  ): readonly Readonly<Record<string, string>>[] {
    const found: Record<string, string>[] = [{}]
    for (const { name: wanted, options } of patterns) {
      if (options.length === 0 || !wordMatches(wanted, name)) continue
      let sets: Record<string, string>[] = [{}]
      for (const option of options) {
        const values = option.value === null ? ['x'] : wordClasses([[option.value]]).members
        sets = sets.flatMap((set) =>
          values.map((value) => ({ ...set, [option.name.replace(/^--/, '')]: value })),
        )
      }
      found.push(...sets)
    }
    return found
  }

  noteTexts(): void {
    const texts = this.#patterns('run').flatMap((each) => (each.kind === 'text' ? [each] : []))
    for (const { regex } of texts.slice(0, 3)) {
      this.gaps.add(
        `\`text /${regex}/\` stands in one policy only; which lines it matches is not modelled`,
      )
    }
  }

  #patterns(action: ActionKind): readonly PatternIr[] {
    return this.#unshared.rules.flatMap((each) =>
      each.rule.action === action ? each.patterns : [],
    )
  }

  #add(subject: RequestSubject): void {
    if (this.#subjects.size >= ANALYSIS_REQUESTS_MAX) {
      this.gaps.add(`there are more than ${ANALYSIS_REQUESTS_MAX} classes of requests`)
      return
    }
    this.#subjects.set(JSON.stringify(subject), subject)
  }
}

/** A name of each program that is known; aliases are other names of one. */
function distinctPrograms(sides: readonly Side[]): readonly string[] {
  const names = new Map<CommandKnowledge['name'], string>()
  for (const { ir } of sides) {
    for (const [name, { name: own }] of Object.entries(ir.commands)) {
      if (!names.has(own) || name === own) names.set(own, name)
    }
  }
  return [...names.values()]
}

type NamePattern = Extract<PatternIr, { kind: 'name' }>

function namesIn(patterns: readonly PatternIr[]): readonly NamePattern[] {
  return patterns.flatMap((each) => (each.kind === 'name' ? [each] : []))
}

/** A port that is nobody's in particular. */
const OTHER_PORT = 9

/** `/example/www` → `www.example`; a lone segment with a dot is an address. */
function hostOf(path: string): string {
  const labels = path.slice(1).split('/')
  const [only] = labels
  if (labels.length === 1 && only?.includes('.')) return only.replace(/[^\d.]/g, '1')
  return labels.reverse().join('.')
}
