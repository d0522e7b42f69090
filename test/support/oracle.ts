/**
 * The naive decider: written from docs/language.md alone, over the flat rules. No table, no index, no caches: every rule
 * is tried on every action. What it and the compiled table disagree on is a bug in one of them, or in the page.
 */
import type { ExceptIr, PatternIr, PolicyIr, RuleIr } from '../../src/lower/ir.ts'
import type {
  Action,
  Analysis,
  PathAction,
  PlaceFact,
  RunAction,
} from '../../src/model/analysis.ts'
import { type Answer, answersOf, highestOf, settling, strictest } from './oracle-answers.ts'
import { namesCode } from './oracle-code.ts'
import { conditionDegree } from './oracle-facts.ts'
import { hostHolds } from './oracle-hosts.ts'
import { chainsOf } from './oracle-pipes.ts'
import { highReasons, type Reason, reasonsOf, type TextRisk } from './oracle-risk.ts'
import {
  exceptOfPermission,
  exceptOfRestriction,
  type RunDegrees,
  runDegrees,
} from './oracle-run.ts'
import { held, isInside } from './oracle-trees.ts'
import {
  all,
  type Degree,
  type Degrees,
  evenly,
  isStars,
  least,
  most,
  pathDegrees,
  wordDegrees,
} from './oracle-words.ts'

export interface OracleAction {
  readonly decision: Answer
  /** By some rule of every layer that has a default. */
  readonly isSettled: boolean
  readonly risk: Reason['risk']
}

export interface OracleVerdict {
  readonly decision: Answer | 'explain'
  readonly would?: Answer
  readonly actions: readonly OracleAction[]
}

/** One pattern of one rule that matches an action. */
export interface Found {
  readonly rule: RuleIr
  readonly pattern: PatternIr
  readonly restrict: Degree
  readonly settle: Degree
  readonly run: RunDegrees | null
}

/** Decides a request by policies, the highest layer first. */
export function oracle(layers: readonly PolicyIr[], analysis: Analysis): OracleVerdict {
  if (layers.length === 0 || analysis.refused) return { decision: 'deny', actions: [] }
  const judge = new NaiveJudge(layers, analysis)
  const actions = analysis.actions.map((action) => judge.action(action))
  const would = strictest([...actions.map((each) => each.decision), ...judge.line()])
  const isExplained = judge.mode === 'explain' && would !== 'deny'
  return isExplained ? { decision: 'explain', would, actions } : { decision: would, actions }
}

/** How far each rule that matches an action restricts and settles, by its number; pipes and texts left out. */
export function rulesAbout(
  layer: PolicyIr,
  analysis: Analysis,
  action: Action,
  isTrusted: boolean,
): ReadonlyMap<number, string> {
  const judge = new NaiveJudge([layer], analysis)
  const found = new Map<number, string>()
  for (const [number, rule] of layer.rules.entries()) {
    const matches = judge.matches(rule, action, isTrusted)
    const restrict = most(...matches.map((each) => each.restrict))
    const settle = most(...matches.map((each) => each.settle))
    if (restrict + settle > 0) found.set(number, `${restrict} ${settle}`)
  }
  return found
}

class NaiveJudge {
  readonly layers: readonly PolicyIr[]
  readonly analysis: Analysis

  constructor(layers: readonly PolicyIr[], analysis: Analysis) {
    this.layers = layers
    this.analysis = analysis
  }

  get mode(): 'execute' | 'approve' | 'explain' {
    const modes = this.layers.map((each, index) => each.mode ?? (index === 0 ? 'approve' : null))
    if (modes.includes('explain')) return 'explain'
    return modes.includes('approve') || !modes.includes('execute') ? 'approve' : 'execute'
  }

  /** Of the line as a whole: what is not understood, and `text` rules. */
  line(): readonly Answer[] {
    const texts = this.layers.flatMap((layer) =>
      layer.rules.flatMap((rule) => {
        const isHit = rule.patterns.some((each) => this.#textHolds(each))
        const isExcepted = rule.except.some((each) => this.#textHolds(each.pattern))
        if (!isHit || isExcepted) return []
        return answersOf(rule, conditionDegree(rule.when, this.analysis))
      }),
    )
    return [...texts, ...this.analysis.unknowns.map((): Answer => 'ask')]
  }

  #textHolds(pattern: PatternIr): boolean {
    return pattern.kind === 'text' && new RegExp(pattern.regex, 'u').test(this.analysis.line)
  }

  action(action: Action): OracleAction {
    const isTrusted = action.kind !== 'run' || this.#isTrusted(action)
    const found = this.layers.map((layer) => this.#found(layer, action, isTrusted))
    const chains = this.layers.map((layer) =>
      action.kind === 'run'
        ? chainsOf(layer, this.analysis, action, (stage, run) => this.#stage(stage, run))
        : [],
    )
    const reasons = reasonsOf(action, [...found.flat(), ...chains.flat()], this.#textRisks(action))
    if (action.script) return this.#scripted(action, found, chains, reasons)
    const answers: Answer[] = []
    let isSettled = true
    for (const [index, layer] of this.layers.entries()) {
      for (const each of [...(found[index] ?? []), ...(chains[index] ?? [])]) {
        answers.push(...answersOf(each.rule, each.restrict))
      }
      if (this.#settles(layer, action, found[index] ?? [], reasons)) continue
      const own = layer.defaults[action.kind] ?? layer.defaults['*'] ?? null
      const isFree = action.kind === 'run' && action.isFree
      const general = own ?? (index === 0 ? (this.mode === 'execute' ? 'allow' : 'ask') : null)
      if (general !== null && !isFree) {
        answers.push(general)
        isSettled = false
      }
      answers.push(...this.#onRisk(layer, reasons))
    }
    if (reasons.some((each) => each.risk === 'blocked')) answers.push('deny')
    if (action.unknown !== null) answers.push('ask')
    if (action.kind === 'run') answers.push(...this.#place(action, isTrusted, found, reasons))
    return { decision: strictest(answers), isSettled, risk: highestOf(reasons) }
  }

  /** A line of a script only restricts: sure rules, and a sure high risk that no rule settles. */
  #scripted(
    action: Action,
    found: readonly (readonly Found[])[],
    chains: readonly (readonly Found[])[],
    reasons: readonly Reason[],
  ): OracleAction {
    const answers: Answer[] = []
    const isHigh = reasons.some((each) => !each.isPossible && /^(?:high|blocked)$/.test(each.risk))
    for (const [index, layer] of this.layers.entries()) {
      if (action.isPossible) break
      for (const each of [...(found[index] ?? []), ...(chains[index] ?? [])]) {
        if (each.restrict === 2) answers.push(...answersOf(each.rule, each.restrict))
      }
      const isSettled = this.#settles(layer, action, found[index] ?? [], reasons)
      if (isHigh && !isSettled) answers.push(...this.#onRisk(layer, reasons))
    }
    if (isHigh && reasons.some((each) => each.risk === 'blocked')) answers.push('deny')
    return { decision: strictest(answers), isSettled: false, risk: highestOf(reasons) }
  }

  /** What the place of a run's program and code says. */
  #place(
    run: RunAction,
    isTrusted: boolean,
    found: readonly (readonly Found[])[],
    reasons: readonly Reason[],
  ): readonly Answer[] {
    const answers: Answer[] = []
    if (!isTrusted && run.program.isGenuine && run.program.name !== null) answers.push('ask')
    const code = run.codePlaces.filter((each) => this.#isWritable(each) || this.#isMovable(each))
    const isAllowed = this.layers.every((layer, index) => {
      const hasDefault = index === 0 || (layer.defaults.run ?? layer.defaults['*']) !== undefined
      if (!hasDefault) return true
      return code.every((place) =>
        (found[index] ?? []).some((each) =>
          namesCode(layer, { run, place, reasons, analysis: this.analysis }, each),
        ),
      )
    })
    return isAllowed ? answers : [...answers, 'ask']
  }

  #isInside(path: string): boolean {
    return isInside(path, this.analysis)
  }

  /** Outside the workspace: some folder above may be put there as a whole. */
  #isMovable(place: PlaceFact): boolean {
    if (this.#isInside(place.path)) return false
    const { home } = this.analysis
    const isAtHome = place.path === home || place.path.startsWith(`${home}/`)
    if (!isAtHome && /^\/(?:tmp|var\/tmp|dev\/shm)(?:\/|$)/.test(place.path)) return true
    if (!place.isAccountWritable) return false
    const folder = place.path.slice(0, place.path.lastIndexOf('/'))
    if (folder === '') return false
    return (
      this.#isWritable({ ...place, path: folder }) || this.#isMovable({ ...place, path: folder })
    )
  }

  #textRisks(action: Action): readonly TextRisk[] {
    if (action.kind !== 'run') return []
    return this.layers.flatMap((layer) =>
      layer.rules.flatMap((rule) => {
        const isHit =
          typeof rule.effect !== 'string' &&
          rule.patterns.some((each) => this.#textHolds(each)) &&
          !rule.except.some((each) => this.#textHolds(each.pattern))
        const restrict = isHit ? conditionDegree(rule.when, this.analysis) : 0
        return restrict === 0 ? [] : [{ rule, restrict }]
      }),
    )
  }

  /** Every rule of a layer on one action. */
  #found(layer: PolicyIr, action: Action, isTrusted: boolean): readonly Found[] {
    return layer.rules
      .flatMap((rule) =>
        this.matches(rule, action, isTrusted).map((each) =>
          held(each, action, this.layers, this.analysis),
        ),
      )
      .filter((each) => each.restrict > 0 || each.settle > 0)
  }

  /** One rule on one action, alone. */
  matches(rule: RuleIr, action: Action, isTrusted: boolean): readonly Found[] {
    if (rule.action !== action.kind) return []
    return rule.patterns
      .filter(({ kind }) => kind !== 'pipe' && kind !== 'text')
      .map((pattern) => this.#match(rule, pattern, action, isTrusted))
  }

  #stage(found: { readonly rule: RuleIr; readonly pattern: PatternIr }, run: RunAction): Degree {
    return this.#match(found.rule, found.pattern, run, this.#isTrusted(run)).restrict
  }

  #match(rule: RuleIr, pattern: PatternIr, action: Action, isTrusted: boolean): Found {
    const run =
      action.kind === 'run' && pattern.kind === 'run'
        ? runDegrees(pattern.run, action, isTrusted, this.analysis)
        : null
    const own = run ?? this.#plain(pattern, action)
    const excepts = rule.except
      .filter((each) => each.action === action.kind)
      .map((each) => this.#except(each, action, run, isTrusted))
    const condition = conditionDegree(rule.when, this.analysis)
    const notRestricted = (2 - most(...excepts.map((each) => each.ofRestriction))) as Degree
    const notPermitted = (2 - most(...excepts.map((each) => each.ofPermission))) as Degree
    return {
      ...{ rule, pattern, run },
      restrict: least(own.restrict, notRestricted, condition, action.isPossible ? 1 : 2),
      settle: least(own.permit, notPermitted, condition),
    }
  }

  #except(
    except: ExceptIr,
    action: Action,
    run: RunDegrees | null,
    isTrusted: boolean,
  ): { readonly ofRestriction: Degree; readonly ofPermission: Degree } {
    const { pattern } = except
    if (action.kind === 'run' && pattern.kind === 'run') {
      const matched = run?.matched ?? []
      return {
        ofRestriction: exceptOfRestriction(pattern.run, action, matched, isTrusted, this.analysis),
        ofPermission: exceptOfPermission(pattern.run, action, this.analysis),
      }
    }
    if (pattern.kind === 'text') {
      const degree = this.#textHolds(pattern) ? 2 : 0
      return { ofRestriction: degree, ofPermission: degree }
    }
    const found = this.#plain(pattern, action)
    return { ofRestriction: found.permit, ofPermission: found.restrict }
  }

  /** Patterns of all but runs. */
  #plain(pattern: PatternIr, action: Action): Degrees {
    if (pattern.kind === 'any') return evenly(2)
    if (pattern.kind === 'path' && 'path' in action) {
      const isWritten = action.kind === 'write' || action.kind === 'persist'
      const mayCreate = isWritten && action.path.isClosed !== true
      return pathDegrees(pattern.path, action.path, this.analysis, mayCreate)
    }
    if (pattern.kind === 'host' && action.kind === 'connect') {
      const port =
        pattern.port === null || pattern.port === action.port ? 2 : action.port === null ? 1 : 0
      const isEvery = isStars(pattern.host)
      if (action.host === null) return all(evenly(isEvery ? 2 : 1), evenly(port))
      return all(evenly(hostHolds(pattern.host, action.host) ? 2 : 0), evenly(port))
    }
    if (pattern.kind === 'name' && 'name' in action) {
      const isEvery = pattern.name.kind === 'glob' && isStars(pattern.name.glob)
      const word = { kind: 'known', text: action.name ?? '', start: 0, end: 0 } as const
      const name =
        action.name === null
          ? evenly(isEvery ? 2 : 1)
          : wordDegrees(pattern.name, word, null, this.analysis)
      return all(
        name,
        ...pattern.options.map((option) => {
          const given = action.options.find((each) => each.name === option.name)
          if (!given) return evenly(0)
          if (option.value === null) return evenly(2)
          return given.value === null
            ? evenly(0)
            : wordDegrees(option.value, given.value, null, this.analysis)
        }),
      )
    }
    return evenly(0)
  }

  /** Settled in this layer: by a rule, or with the operand or fixed effect of a run that one settles. */
  #settles(
    layer: PolicyIr,
    action: Action,
    found: readonly Found[],
    reasons: readonly Reason[],
  ): boolean {
    if (settling(found, reasons).length > 0) return true
    if (!['read', 'write', 'delete', 'connect'].includes(action.kind)) return false
    const parent = action.parent === null ? undefined : this.analysis.actions[action.parent]
    if (parent?.kind !== 'run') return false
    const isTrusted = this.#isTrusted(parent)
    const above = this.layers.map((each) => this.#found(each, parent, isTrusted))
    const chains = this.layers.flatMap((each) =>
      chainsOf(each, this.analysis, parent, (stage, run) => this.#stage(stage, run)),
    )
    const parentReasons = reasonsOf(parent, [...above.flat(), ...chains], this.#textRisks(parent))
    const own = above[this.layers.indexOf(layer)] ?? []
    const isHigh = highReasons(reasons).length > 0
    return settling(own, parentReasons).some(({ rule, pattern, run }) => {
      if (rule.effect === 'deny' || pattern.kind !== 'run' || run === null) return false
      if (action.isFixed) return !isHigh && !isStars(pattern.run.program)
      if (action.operand === null) return false
      if (action.kind === 'connect') {
        if (action.host === null) return false
        return run.hosts.has(action.operand) || (run.opens.has(action.operand) && !isHigh)
      }
      const isNamed = run.settles.get(action.operand)
      return isNamed !== undefined && (isNamed || !isHigh)
    })
  }

  /** `on` for each of its risks; a deny of what is only possible is an ask, and so is what an override may lift. */
  #onRisk(layer: PolicyIr, reasons: readonly Reason[]): readonly Answer[] {
    const risks = reasons.length > 0 ? reasons : [{ risk: 'low' as const, isPossible: false }]
    const canLift = layer.override !== null && layer.override !== 'off'
    return risks.flatMap(({ risk, isPossible }) => {
      const on = layer.on[risk]
      if (on === undefined) return []
      const isSoft = isPossible || (canLift && risk === 'high')
      return [on === 'deny' && isSoft ? 'ask' : on]
    })
  }

  #isTrusted(run: RunAction): boolean {
    return run.program.isGenuine && !run.program.places.some((each) => this.#isWritable(each))
  }

  #isWritable(place: PlaceFact): boolean {
    return (
      place.isAccountWritable && this.layers.some((layer) => this.#letsWrite(layer, place.path))
    )
  }

  #letsWrite(layer: PolicyIr, path: string): boolean {
    const fact = { lexical: path, real: path, isTree: false, entries: null, isComplete: false }
    const base: Omit<PathAction, 'kind'> = {
      ...{ id: 0, path: fact, shown: path, parent: null, operand: null, isFixed: false },
      ...{ isPossible: false, risks: [], unknown: null, via: '', start: 0, end: 0 },
    }
    const isPersist = layer.persistPlaces.some(
      (each) => pathDegrees(each, fact, this.analysis).restrict > 0,
    )
    const kinds = isPersist ? (['write', 'persist'] as const) : (['write'] as const)
    const actions = kinds.map((kind): PathAction => ({ ...base, kind }))
    const alone = new NaiveJudge([layer], { ...this.analysis, actions, flows: [], unknowns: [] })
    const answers = actions.map((each) => alone.action(each).decision)
    return ['allow', 'warn'].includes(strictest(answers))
  }
}
