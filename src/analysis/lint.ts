/**
 * Rules that never decide: whatever they match is decided alike without them. Each class of requests that a rule matches
 * is decided by all rules and by all others; unknown words, trees and links to elsewhere are among the samples, so that
 * a rule which only then decides is not called dead.
 */
import { ANALYSIS_REQUESTS_MAX } from '../base/limits.ts'
import type { RuleIr } from '../lower/ir.ts'
import type { Analysis, PathAction, PathFact } from '../model/analysis.ts'
import type { ActionDecision } from '../model/decision.ts'
import type { PathPattern } from '../model/pattern.ts'
import { NO_FACTS, type RequestSubject } from '../model/request.ts'
import { isPathAction, type PathActionKind } from '../model/vocabulary.ts'
import type { Table } from '../table/table.ts'
import { pathClasses } from './path-classes.ts'
import { programsOf } from './programs.ts'
import { rowSamples } from './row-samples.ts'
import { pathGroupsOf, patternsOf, programName, RunIndex, rulesAbout, runsOf } from './rules.ts'
import { runClasses } from './run-classes.ts'
import { analyseMember, probeOf, type Side, showWord, tableOf, verdictOf } from './side.ts'

export interface DeadRule {
  readonly rule: RuleIr
  /**
   * `never-matches`: its excepts take all that it matches. `redundant`: others decide the same. `shadowed`: stricter ones
   * decide all of it. `contradicted`: an `allow` of which everything is denied.
   */
  readonly kind: 'never-matches' | 'redundant' | 'shadowed' | 'contradicted'
  /** Rules that decide in its place. */
  readonly covering: readonly RuleIr[]
}

/** Dead rules of the policy's own files. `isOwn`: whether a file is one that the author can change. */
export function deadRules(side: Side, isOwn: (file: string) => boolean): readonly DeadRule[] {
  const own = side.ir.rules.filter((each) => isOwn(each.origin.file) && isModelled(each))
  if (own.length > LINTED_RULES_MAX) return []
  const runs = rulesAbout(side.ir.rules, 'run')
  const shared = { side, runs, index: RunIndex.of(runs) }
  return own.flatMap((rule) => new Case(shared, rule).judge() ?? [])
}

/** A policy of more rules is made by a program, which has no use for hints. */
const LINTED_RULES_MAX = 2000

interface Shared {
  readonly side: Side
  readonly runs: readonly RuleIr[]
  /** What the rules about commands say of each program. */
  readonly index: RunIndex
}

/** Conditions, risks, obligations, pipes and raw text are left alone: a rule that has them may matter. */
function isModelled(rule: RuleIr): boolean {
  if (typeof rule.effect !== 'string' || rule.when !== null) return false
  if (Object.keys(rule.obligations).length > 0) return false
  return rule.patterns.every((each) => each.kind === 'run' || each.kind === 'path')
}

/** A member of a class; not plain: with an unknown word, a tree, or a link to elsewhere. */
interface Sample {
  readonly analysis: Analysis
  readonly isPlain: boolean
}

class Case {
  readonly #shared: Shared
  readonly #side: Side
  readonly #rule: RuleIr
  #isComplete = true

  constructor(shared: Shared, rule: RuleIr) {
    this.#shared = shared
    this.#side = shared.side
    this.#rule = rule
  }

  judge(): DeadRule | null {
    const { ir } = this.#side
    const rule = this.#rule
    if (this.#decidesAlone()) return null
    const samples = isPathAction(rule.action) ? this.#places() : this.#commands()
    if (!this.#isComplete || samples.length === 0) return null
    const concerned = this.#concerned()
    const others = concerned.filter((each) => each !== rule)
    const [withIt, without, own] = [
      tableOf({ ...ir, rules: concerned }),
      tableOf({ ...ir, rules: others }),
      tableOf(probeOf(ir, rule)),
    ] as [Table, Table, Table]
    const covering = new Set<RuleIr>()
    let isMet = false
    let isStricter = true
    for (const { analysis, isPlain } of samples) {
      const before = verdictOf(withIt, analysis)
      const after = verdictOf(without, analysis)
      const isMatched = verdictOf(own, analysis).report.actions.some(
        (each) => each.rules.length > 0,
      )
      if (actionsOf(before.report) !== actionsOf(after.report)) return null
      if (!isMatched) continue
      isMet = true
      if (!isPlain) continue
      const deciding = after.report.actions.filter((each) => each.action === rule.action)
      // A default may be changed without a thought of this rule: it covers nothing.
      if (deciding.every((each) => each.rules.length === 0)) return null
      for (const id of deciding.flatMap((each) => each.rules)) {
        const found = others.find((each) => idOf(each) === id)
        if (found) covering.add(found)
      }
      isStricter &&= deciding.some((each) => each.decision !== rule.effect)
    }
    if (isMet && covering.size === 0) return null
    if (!isMet) return { rule, kind: 'never-matches', covering: [] }
    return { rule, kind: kindOf(rule, [...covering], isStricter), covering: [...covering] }
  }

  /**
   * Whether some sample is decided by this rule and no other: without it another decision falls, or none by a rule, which
   * is no cover either. Most rules are found alive so, with one table at most.
   */
  #decidesAlone(): boolean {
    const { action, effect } = this.#rule
    if (this.#sharesLine()) return false
    const subjects = isPathAction(action) ? this.#ownPlaces(action) : this.#ownCommands()
    const analyses = subjects.map((each) => this.#analyse(each))
    const [id, table] = [idOf(this.#rule), this.#side.table]
    const deciding = (by: Table, analysis: Analysis): readonly ActionDecision[] =>
      verdictOf(by, analysis).report.actions.filter((each) => each.action === action)
    const alone = analyses.filter((each) => {
      const actions = deciding(table, each)
      return actions.length > 0 && actions.every(({ rules }) => rules.join() === id)
    })
    if (alone.length === 0 || effect !== 'allow') return alone.length > 0
    // Of all that allow, a decision names one.
    const rules = this.#concerned().filter((each) => each !== this.#rule)
    const without = tableOf({ ...this.#side.ir, rules })
    return alone.some((each) =>
      deciding(without, each).every((one) => one.rules.length === 0 || one.decision !== 'allow'),
    )
  }

  /** Another rule on the same line has the same id. */
  #sharesLine(): boolean {
    const id = idOf(this.#rule)
    return this.#side.ir.rules.some(
      (each) => each !== this.#rule && each.action === this.#rule.action && idOf(each) === id,
    )
  }

  #ownPlaces(action: PathActionKind): readonly RequestSubject[] {
    const patterns = this.#rule.patterns.flatMap((each) =>
      each.kind === 'path' ? [each.path] : [],
    )
    const { members } = pathClasses([{ patterns, isInFocus: true }])
    return members.map((path) => ({ kind: 'path', action, path }))
  }

  #ownCommands(): readonly RequestSubject[] {
    const asked = this.#rule.patterns.flatMap(runsOf).slice(0, ALONE_TRIED_MAX)
    return asked.flatMap((each) => {
      const program = programName(each)
      if (program === null) return []
      const commands = rowSamples(program, [each], this.#side.table.command(program))
      return commands.map((argv): RequestSubject => ({ kind: 'argv', argv }))
    })
  }

  /**
   * Rules that may matter for what the rule matches; what others decide is the same with and without it. What may be
   * written tells which code is the workspace's own.
   */
  #concerned(): readonly RuleIr[] {
    const { action, patterns } = this.#rule
    if (action !== 'run') return rulesAbout(this.#side.ir.rules, action)
    const names = programsOf(patterns.flatMap(runsOf), [this.#side]).names
    const rows = new Set(names.flatMap((each) => this.#shared.index.about(each)))
    const isAbout = (each: RuleIr): boolean =>
      patternsOf(each).some((pattern) => runsOf(pattern).some((run) => rows.has(run)))
    const { rules } = this.#side.ir
    return [
      ...this.#shared.runs.filter(isAbout),
      ...rules.filter((each) => each.action === 'write' || each.action === 'persist'),
    ]
  }

  /** Commands of each class, each also with an unknown word in place of an operand and behind it. */
  #commands(): readonly Sample[] {
    const { index } = this.#shared
    const asked = this.#rule.patterns.flatMap(runsOf)
    const programs = programsOf(asked, [this.#side])
    // A glob over programs, or a path, speaks of programs that nobody has listed.
    if (programs.gaps.length > 0 || asked.some((each) => /[*?[]/.test(each.program))) {
      this.#isComplete = false
      return []
    }
    return programs.names.flatMap((program) => {
      const { commands, gaps } = runClasses({
        program,
        rows: index.about(program),
        focus: new Set(new RunIndex(asked).about(program)),
        knowledge: this.#side.table.command(program),
        permitting: null,
      })
      if (gaps.length > 0 || commands.length > COMMANDS_MAX) this.#isComplete = false
      return this.#isComplete ? commands.flatMap((argv) => this.#variants(argv)) : []
    })
  }

  #variants(argv: readonly string[]): readonly Sample[] {
    const words = argv.map(showWord)
    const plain = words.join(' ')
    const lines = new Set([plain])
    for (const unknown of ['"$UNKNOWN"', '$UNKNOWN']) {
      lines.add([...words, unknown].join(' '))
      for (let at = 1; at < words.length; at++) {
        lines.add(words.map((each, index) => (index === at ? unknown : each)).join(' '))
      }
    }
    return [...lines].map((line) => ({
      analysis: this.#analyse({ kind: 'line', line }),
      isPlain: line === plain,
    }))
  }

  /** Paths of each class: files, whole trees, and each pair of a name and what it links to. */
  #places(): readonly Sample[] {
    const { action } = this.#rule
    if (!isPathAction(action)) return []
    const own = this.#rule.patterns.flatMap((each): readonly PathPattern[] =>
      each.kind === 'path' ? [each.path] : [],
    )
    const { members, isComplete } = pathClasses([
      ...rulesAbout(this.#side.ir.rules, action)
        .flatMap(pathGroupsOf)
        .map((patterns) => ({ patterns, isInFocus: false })),
      { patterns: own, isInFocus: true },
    ])
    if (!isComplete || members.length > PLACES_MAX) this.#isComplete = false
    const elsewhere = [...members, '/x/elsewhere']
    const facts = members.flatMap((lexical) => [
      placeOf(lexical, lexical, false),
      ...elsewhere.map((real) => placeOf(lexical, real, false)),
      ...elsewhere.map((real) => placeOf(real, lexical, false)),
      placeOf(lexical, lexical, true),
      ...parentsOf(lexical).map((parent) => placeOf(parent, parent, true)),
    ])
    if (facts.length > ANALYSIS_REQUESTS_MAX) this.#isComplete = false
    const first = this.#analyse({ kind: 'path', action, path: '/x' })
    const base = first.actions.find((each): each is PathAction => each.kind === action)
    if (!base || !this.#isComplete) return []
    return facts.map((path) => ({
      analysis: {
        ...first,
        actions: [{ ...base, id: 0, parent: null, path, risks: [], unknown: null }],
        unknowns: [],
      },
      isPlain: path.lexical === path.real && !path.isTree,
    }))
  }

  #analyse(subject: RequestSubject): Analysis {
    return analyseMember(this.#side, { subject, facts: NO_FACTS })
  }
}

/** Patterns of one rule that are tried by themselves. */
const ALONE_TRIED_MAX = 8

/** Classes of one rule that are looked at; a rule of more is left alone. */
const COMMANDS_MAX = 128
const PLACES_MAX = 48

function placeOf(lexical: string, real: string, isTree: boolean): PathFact {
  return { lexical, real, isTree, entries: null, isComplete: false }
}

function parentsOf(path: string): readonly string[] {
  const segments = path.split('/').slice(1)
  return segments.map((_, index) => `/${segments.slice(0, index).join('/')}`)
}

function actionsOf(report: ReturnType<typeof verdictOf>['report']): string {
  return report.actions.map((each) => `${each.decision} ${each.risk}`).join(' ')
}

function idOf({ origin }: RuleIr): string {
  return `${origin.file}:${origin.line}`
}

function kindOf(rule: RuleIr, covering: readonly RuleIr[], isStricter: boolean): DeadRule['kind'] {
  if (!isStricter) return 'redundant'
  const denied = covering.every((each) => each.effect === 'deny')
  return rule.effect === 'allow' && denied ? 'contradicted' : 'shadowed'
}
