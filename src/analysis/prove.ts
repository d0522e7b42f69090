/**
 * Whether a `never` holds for every command. Each class of commands has a sample, which the policy's own table decides.
 * *Proved* needs more: that nothing in its class gets a weaker answer (`least.ts`), and that every class was looked at.
 *
 * What is proved is proved for what oa starts: what a started program does is held by the sandbox alone.
 */
import { ANALYSIS_REQUESTS_MAX } from '../base/limits.ts'
import { findOption } from '../lower/expand-options.ts'
import type { NeverIr, PatternIr, RuleIr } from '../lower/ir.ts'
import type { Analysis } from '../model/analysis.ts'
import type { RunPattern } from '../model/pattern.ts'
import type { RequestSubject } from '../model/request.ts'
import type { Decision } from '../model/vocabulary.ts'
import type { Table } from '../table/table.ts'
import { type FactCases, factCases } from './facts.ts'
import { leastDecision, onlyPrints } from './least.ts'
import { openOperands } from './open-operands.ts'
import { programsOf } from './programs.ts'
import { mayNameProgram, patternsOf, RunIndex, rulesAbout, runsOf } from './rules.ts'
import { runClasses } from './run-classes.ts'
import {
  analyseMember,
  type Member,
  probeOf,
  rank,
  type Side,
  showSubject,
  showWord,
  tableOf,
  type Verdict,
  verdictOf,
} from './side.ts'
import { levelsOf } from './spelling.ts'

/** A request that was decided, with its answer. */
export interface Witness {
  /** For people; not neutralised. */
  readonly command: string
  readonly member: Member
  readonly verdict: Verdict
}

/** `classCount`: samples that were decided. */
export type Proof =
  | { readonly kind: 'proved'; readonly classCount: number }
  | { readonly kind: 'refuted'; readonly classCount: number; readonly witness: Witness }
  | { readonly kind: 'unknown'; readonly classCount: number; readonly reasons: readonly string[] }

type Invariant = Pick<NeverIr, 'isAskToo' | 'pattern'>

/** `never P`: nothing that matches is allow or warn. `never ask P`: what surely matches is deny. */
export function proveNever(side: Side, never: Invariant): Proof {
  return new Prover(side, never).prove()
}

class Prover {
  readonly #side: Side
  readonly #never: Invariant
  readonly #asked: readonly RunPattern[]
  readonly #reasons = new Set<string>()
  /** The pattern as the only rule: tells what matches it. */
  readonly #probe: Table
  readonly #facts: FactCases
  /** Programs that the pattern may name, and those of which a command was decided that it matches. */
  readonly #programs = new Set<string>()
  readonly #met = new Set<string>()
  #classCount = 0

  constructor(side: Side, never: Invariant) {
    this.#side = side
    this.#never = never
    this.#asked = runsOf(never.pattern)
    this.#probe = this.#probeOf([never.pattern])
    this.#facts = factCases(
      side.ir.rules.filter((each) => each.when !== null && mayConcern(each, this.#asked)),
    )
  }

  prove(): Proof {
    const { pattern } = this.#never
    if (pattern.kind === 'text') {
      return this.#unknown('patterns over the raw text are not modelled')
    }
    const witness =
      pattern.kind === 'pipe' ? this.#tryPipe(pattern.stages) : this.#tryRuns(this.#asked)
    if (witness) return { kind: 'refuted', classCount: this.#classCount, witness }
    for (const gap of this.#facts.gaps) this.#reasons.add(gap)
    // Without a command that matches, nothing was looked at.
    const unmet = [...this.#programs].filter((each) => !this.#met.has(each))
    if (unmet.length > 0) {
      const shown = unmet.slice(0, 3).join('`, `')
      this.#reasons.add(`no command of \`${shown}\` could be made that matches`)
    }
    if (this.#reasons.size > 0) return this.#unknown()
    return { kind: 'proved', classCount: this.#classCount }
  }

  #unknown(...reasons: readonly string[]): Proof {
    const all = [...this.#reasons, ...reasons]
    return { kind: 'unknown', classCount: this.#classCount, reasons: all }
  }

  #probeOf(patterns: readonly PatternIr[]): Table {
    return tableOf(probeOf(this.#side.ir, { action: 'run', patterns, except: [] }))
  }

  #tryRuns(patterns: readonly RunPattern[]): Witness | null {
    const open: (readonly string[])[] = []
    for (const argv of this.#commandsOf(patterns)) {
      const found = this.#try({ kind: 'argv', argv })
      if (found.witness) return found.witness
      if (found.isOpen) open.push(argv)
    }
    for (const argv of open.slice(0, OPEN_TRIED_MAX)) {
      for (const other of openOperands(this.#side, argv)) {
        const { witness } = this.#try({ kind: 'argv', argv: other })
        if (witness) return witness
      }
    }
    const [first] = open
    if (first) {
      const shown = first.map(showWord).join(' ')
      this.#reasons.add(
        `no rule about commands stops \`${shown}\`: what stops it is what it reads, writes, runs or connects to`,
      )
    }
    return null
  }

  /** Stages that are refused by themselves refuse the pipe; of the others every combination is tried. */
  #tryPipe(stages: readonly (readonly RunPattern[])[]): Witness | null {
    let lines: readonly string[] = ['']
    for (const stage of stages) {
      const probe = this.#probeOf(stage.map((run) => ({ kind: 'run', run })))
      const open = this.#commandsOf(stage).filter((argv) => this.#isOpenAlone(argv, probe))
      lines = lines.flatMap((before) =>
        open.map((argv) => `${before}${before === '' ? '' : ' | '}${argv.map(showWord).join(' ')}`),
      )
      if (lines.length > ANALYSIS_REQUESTS_MAX) {
        this.#reasons.add('the stages combine in too many ways')
        lines = lines.slice(0, ANALYSIS_REQUESTS_MAX)
      }
    }
    for (const line of lines) {
      const { witness, isOpen } = this.#try({ kind: 'line', line })
      if (witness) return witness
      if (isOpen) {
        this.#reasons.add(
          `no rule about commands stops \`${line}\`: what stops it is what it reads, writes, runs or connects to`,
        )
      }
    }
    return null
  }

  /** One command for each class that one of the patterns matches. */
  #commandsOf(patterns: readonly RunPattern[]): readonly (readonly string[])[] {
    const programs = programsOf(patterns, [this.#side])
    for (const gap of programs.gaps) this.#reasons.add(gap)
    for (const name of programs.names) this.#programs.add(name)
    const rules = rulesAbout(this.#side.ir.rules, 'run')
    const index = RunIndex.of(rules)
    const lifts = new RunIndex(lifting(rules))
    const byPath = pathPermits(rules)
    return programs.names.flatMap((program) => {
      this.#noteUnlisted(patterns, program)
      const focus = new Set(patterns.filter((each) => mayNameProgram(each, program)))
      for (const { rule, run } of byPath) {
        if (mayNameProgram(run, program)) {
          this.#reasons.add(`\`${rule.text}\` allows what lies at \`${run.program}\``)
        }
      }
      const { commands, gaps } = runClasses({
        program,
        rows: [...focus, ...index.about(program)],
        focus,
        knowledge: this.#side.table.command(program),
        permitting: new Set(lifts.about(program)),
      })
      for (const gap of gaps) this.#reasons.add(gap)
      return commands
    })
  }

  /** An unknown word may match an option that knowledge does not list, though it never is one. */
  #noteUnlisted(patterns: readonly RunPattern[], program: string): void {
    const knowledge = this.#side.table.command(program)
    if (knowledge === null) return
    for (const each of patterns) {
      if (!mayNameProgram(each, program)) continue
      const words = each.words.map((word) => (word.kind === 'text' ? word.text : ''))
      const levels = levelsOf(knowledge, words)
      const unlisted = each.options.find((option) => findOption(levels, option.name) === undefined)
      if (unlisted) {
        this.#reasons.add(`\`${unlisted.name}\` is no option of \`${program}\` that oa knows`)
      }
    }
  }

  /** A command that matches the stage, and that nothing refuses by itself. */
  #isOpenAlone(argv: readonly string[], probe: Table): boolean {
    this.#classCount += 1
    return this.#facts.cases.some((facts) => {
      const analysis = analyseMember(this.#side, { subject: { kind: 'argv', argv }, facts })
      if (this.#matchOf(analysis, probe) === null) return false
      return this.#isOpen(leastDecision(this.#side, analysis, this.#asked), true)
    })
  }

  /** `witness`: it breaks the invariant. `isOpen`: something of its class might. */
  #try(subject: RequestSubject): { readonly witness: Witness | null; readonly isOpen: boolean } {
    this.#classCount += 1
    if (this.#classCount > ANALYSIS_REQUESTS_MAX) {
      this.#reasons.add(`there are more than ${ANALYSIS_REQUESTS_MAX} classes of commands`)
      return { witness: null, isOpen: false }
    }
    let isOpen = false
    for (const facts of this.#facts.cases) {
      const member = { subject, facts }
      const analysis = analyseMember(this.#side, member)
      const match = this.#matchOf(analysis, this.#probe)
      if (match === null) continue
      const verdict = verdictOf(this.#side.table, analysis)
      if (this.#isOpen(verdict.decision, match === 'deny')) {
        return { witness: { command: showSubject(subject), member, verdict }, isOpen: true }
      }
      const least = leastDecision(this.#side, analysis, this.#asked)
      isOpen ||= this.#isOpen(least, match === 'deny')
    }
    return { witness: null, isOpen }
  }

  /** `deny`: the probed pattern surely matches; `ask`: possibly; null: not, or the command only prints its help. */
  #matchOf(analysis: Analysis, probe: Table): Decision | null {
    const { report } = verdictOf(probe, analysis)
    let match: Decision | null = null
    for (const [index, each] of report.actions.entries()) {
      const action = analysis.actions[index]
      if (each.rules.length === 0 || action?.kind !== 'run') continue
      if (onlyPrints(action, this.#side)) continue
      if (action.program.base !== null) this.#met.add(action.program.base)
      if (match === null || rank(each.decision) > rank(match)) match = each.decision
    }
    return match
  }

  #isOpen(decision: Decision, isSure: boolean): boolean {
    if (decision === 'allow' || decision === 'warn') return true
    return decision === 'ask' && this.#never.isAskToo && isSure
  }
}

/** Open classes for which other operands are tried. */
const OPEN_TRIED_MAX = 8

/** Whether the rule may decide something about commands of these programs, or is about no command at all. */
function mayConcern(rule: RuleIr, runs: readonly RunPattern[]): boolean {
  const own = patternsOf(rule).flatMap(runsOf)
  if (own.length === 0) return true
  return own.some((each) => runs.some((run) => mayMeet(each.program, run)))
}

function mayMeet(program: string, run: RunPattern): boolean {
  const base = program.slice(program.lastIndexOf('/') + 1)
  return /[*?[]/.test(base) || /[*?[]/.test(run.program) || mayNameProgram(run, base)
}

/** What lets commands through: permissions, and excepts of restrictions. */
function lifting(rules: readonly RuleIr[]): readonly RunPattern[] {
  return rules
    .flatMap((each) => [
      ...(typeof each.effect === 'string' && each.effect !== 'deny' ? each.patterns : []),
      ...each.except.map((except) => except.pattern),
    ])
    .flatMap(runsOf)
}

/** A permission by path is for the file that lies there, which only the place of the run can tell. */
function pathPermits(
  rules: readonly RuleIr[],
): readonly { readonly rule: RuleIr; readonly run: RunPattern }[] {
  return rules
    .filter((each) => each.effect === 'allow' || each.effect === 'warn')
    .flatMap((rule) => rule.patterns.flatMap(runsOf).map((run) => ({ rule, run })))
    .filter(({ run }) => run.program.includes('/'))
}
