/**
 * The rules of meaning applied to every action of an analysis (language.md §3).
 */
import type { Action, Analysis, PathAction, RunAction } from '../model/analysis.ts'
import type { Settings } from '../model/settings.ts'
import {
  type ActionKind,
  both,
  type Decision,
  type Match,
  NO,
  POSSIBLE,
  type Risk,
  SURE,
  stricter,
} from '../model/vocabulary.ts'
import type { Table } from '../table/table.ts'
import { contribution, type Finding, findingsOf, textFindings } from './findings.ts'
import { highestRisk, type RiskReason, riskReasons, settlesRisk } from './risk.ts'
import { Trust } from './trust.ts'

/** Why an action has its decision; the strictest reasons first. */
export interface Cause {
  readonly decision: Decision
  readonly kind:
    | 'rule'
    | 'allowed'
    | 'default'
    | 'risk'
    | 'unknown'
    | 'workspace-code'
    | 'settled'
    | 'free'
  /** The layer and row of a rule. */
  readonly layer: number
  readonly rowId: number | null
  readonly isPossible: boolean
  /** Facts for the sentence: the reason of an unknown, the default's name. */
  readonly detail: string
}

export interface Judgement {
  readonly action: Action
  readonly decision: Decision
  readonly risk: Risk
  readonly causes: readonly Cause[]
  /** What an allowed run of this must be wrapped in, of the rules that settled it. */
  readonly obligations: readonly Settings[]
  readonly needsSandbox: boolean
  /** Only an override may lift it: the role. */
  readonly answerableBy: string | null
}

export interface LineJudgement {
  readonly judgements: readonly Judgement[]
  /** Causes of the line as a whole: text rules, unknown parts. */
  readonly causes: readonly Cause[]
}

/** What one layer says of one action. */
interface LayerView {
  readonly findings: readonly Finding[]
  readonly isSettled: boolean
  readonly settling: readonly Finding[]
}

export class Judge {
  readonly #layers: readonly Table[]
  readonly #analysis: Analysis
  readonly #trust: Trust
  /** By layer and run: operands and fixed effects that its rules settle. */
  readonly #settled = new Map<string, { operands: Set<number>; fixed: boolean }>()
  readonly #stages: StageMatch[] = []

  constructor(layers: readonly Table[], analysis: Analysis) {
    this.#layers = layers
    this.#analysis = analysis
    this.#trust = new Trust(layers, analysis, (table, action) => this.#decidePlace(table, action))
  }

  judge(): LineJudgement {
    const judgements = this.#analysis.actions.map((action) => this.#judgeAction(action))
    this.#applyPipes(judgements)
    return { judgements, causes: this.#lineCauses() }
  }

  #lineCauses(): readonly Cause[] {
    const causes: Cause[] = this.#analysis.unknowns.map((unknown) => ({
      decision: 'ask',
      kind: 'unknown',
      layer: 0,
      rowId: null,
      isPossible: false,
      detail: unknown.reason,
    }))
    for (const [layer, table] of this.#layers.entries()) {
      for (const each of textFindings(table, this.#analysis)) {
        const decision = contribution(each)
        if (decision) causes.push(ruleCause(each, decision, layer))
      }
    }
    return causes
  }

  #judgeAction(action: Action): Judgement {
    const isRun = action.kind === 'run'
    const isTrusted = isRun ? this.#trust.isTrusted(action) : true
    const isWorkspaceCode = isRun && this.#trust.isWorkspaceCode(action)
    const views = this.#layers.map((table) => findingsOf(table, action, this.#analysis, isTrusted))
    const reasons = riskReasons(action, views.flat())
    const causes: Cause[] = []
    const obligations: Settings[] = []
    let answerableBy: string | null = null
    for (const [layer, findings] of views.entries()) {
      for (const each of findings) {
        const decision = contribution(each)
        if (decision) causes.push(ruleCause(each, decision, layer))
        if (isRun) this.#noteStage(each, action, layer)
      }
      const view = this.#view(layer, action, findings, reasons)
      obligations.push(...view.settling.flatMap((each) => each.row.obligations ?? []))
      if (isRun) this.#noteSettled(layer, action, view.settling)
      const left = this.#unsettled(layer, action, view, reasons)
      causes.push(...left.causes)
      answerableBy ??= left.answerableBy
    }
    const unknown = isRun ? this.#unknownOf(action, isTrusted) : action.unknown
    if (unknown !== null) causes.push(plainCause('ask', 'unknown', unknown))
    const needsSandbox = isWorkspaceCode
    if (isRun && isWorkspaceCode && !this.#allowsWorkspaceCode(action, views, reasons)) {
      causes.push(
        plainCause('ask', 'workspace-code', 'it runs code from a place that may be written'),
      )
    }
    if (reasons.some((each) => each.risk === 'blocked')) {
      causes.push(plainCause('deny', 'risk', 'the risk is blocked'))
    }
    const decision = causes.reduce<Decision>((all, each) => stricter(all, each.decision), 'allow')
    const onlyRisk = causes.every((each) => each.decision !== 'deny' || each.kind === 'risk')
    return {
      action,
      decision,
      risk: highestRisk(reasons),
      causes,
      obligations,
      needsSandbox,
      answerableBy: onlyRisk ? answerableBy : null,
    }
  }

  /** A program whose file may be replaced is another, unknown program (rule 10). */
  #unknownOf(run: RunAction, isTrusted: boolean): string | null {
    if (run.unknown !== null) return run.unknown
    if (isTrusted || run.program.name === null) return null
    return run.program.isGenuine
      ? `${run.program.base ?? ''} lies where the policy lets files be written`
      : null
  }

  #view(
    layer: number,
    action: Action,
    findings: readonly Finding[],
    reasons: readonly RiskReason[],
  ): LayerView {
    const settling = findings.filter(
      (each) =>
        each.settle === SURE &&
        typeof each.row.effect === 'string' &&
        each.row.pattern.kind !== 'stage' &&
        settlesRisk(each.row, reasons),
    )
    const isSettled = settling.length > 0 || this.#isSettledByParent(layer, action)
    return { findings, settling, isSettled }
  }

  /** Rule 1: what the run's rule named is settled with it. */
  #isSettledByParent(layer: number, action: Action): boolean {
    if (action.parent === null || action.kind === 'elevate' || action.kind === 'set') return false
    if (action.kind === 'run' || action.kind === 'persist') return false
    const settled = this.#settled.get(`${layer} ${action.parent}`)
    if (!settled) return false
    if (action.isFixed) return settled.fixed
    return action.operand !== null && settled.operands.has(action.operand)
  }

  #noteSettled(layer: number, run: RunAction, settling: readonly Finding[]): void {
    const operands = new Set<number>()
    let fixed = false
    for (const each of settling) {
      if (each.row.effect === 'deny' || each.row.pattern.kind !== 'run') continue
      for (const operand of each.settledOperands) operands.add(operand)
      if (!/^\*+$/.test(each.row.pattern.program)) fixed = true
    }
    this.#settled.set(`${layer} ${run.id}`, { operands, fixed })
  }

  /** Rule 2 (b): what no rule settles falls to the risk, then to the default. */
  #unsettled(
    layer: number,
    action: Action,
    view: LayerView,
    reasons: readonly RiskReason[],
  ): { readonly causes: readonly Cause[]; readonly answerableBy: string | null } {
    const table = this.#layers[layer]
    if (!table) return { causes: [], answerableBy: null }
    if (view.isSettled) {
      const [first] = view.settling
      const cause: Cause = first
        ? { ...ruleCause(first, 'allow', layer), kind: 'allowed' }
        : plainCause('allow', 'settled', 'the rule for the command names it')
      return { causes: [cause], answerableBy: null }
    }
    const own = defaultOf(table, action.kind)
    if (own === null && this.#layers.length > 1 && !this.#isDefaultLayer(layer)) {
      return { causes: [], answerableBy: null }
    }
    const causes: Cause[] = []
    if (action.kind === 'run' && action.isFree) {
      causes.push(
        plainCause('allow', 'free', 'it only changes the shell or is judged by what it starts'),
      )
    } else {
      causes.push(plainCause(own ?? modeDefault(table), 'default', defaultName(table, action.kind)))
    }
    const { decision, risk } = this.#onRisk(table, reasons)
    if (decision === null) return { causes, answerableBy: null }
    const { override } = table.meta
    const answerableBy =
      decision === 'deny' && risk === 'high' && override !== null && override !== 'off'
        ? override.role
        : null
    causes.push({ ...plainCause(answerableBy ? 'ask' : decision, 'risk', risk), layer })
    return { causes, answerableBy }
  }

  /** Without any default in any layer, the highest layer's mode gives it. */
  #isDefaultLayer(layer: number): boolean {
    const hasAny = this.#layers.some((table) => Object.keys(table.meta.defaults).length > 0)
    return !hasAny && layer === 0
  }

  /** A risk that is only possible asks where a sure one would deny. */
  #onRisk(
    table: Table,
    reasons: readonly RiskReason[],
  ): { readonly decision: Decision | null; readonly risk: Risk } {
    let decision: Decision | null = null
    let risk: Risk = 'low'
    const all = reasons.length > 0 ? reasons : [{ risk: 'low' as const, isPossible: false }]
    for (const reason of all) {
      const on = table.meta.on[reason.risk]
      if (on === undefined) continue
      const own: Decision = on === 'deny' && reason.isPossible ? 'ask' : on
      if (decision === null || stricter(decision, own) === own) {
        decision = decision === null ? own : stricter(decision, own)
        risk = reason.risk
      }
    }
    return { decision, risk }
  }

  /** Rule 11: a rule that names program and script, target or subcommand, in a sandbox. */
  #allowsWorkspaceCode(
    run: RunAction,
    views: readonly (readonly Finding[])[],
    reasons: readonly RiskReason[],
  ): boolean {
    const hasSandbox = this.#layers.some((table) => {
      const { sandbox } = table.meta.settings
      return sandbox !== undefined && sandbox.isOn !== false
    })
    return (
      hasSandbox &&
      views.some((findings) =>
        findings.some((each) => {
          const { pattern, effect } = each.row
          if (each.settle !== SURE || pattern.kind !== 'run' || effect === 'deny') return false
          if (!settlesRisk(each.row, reasons) || /[*?]/.test(pattern.program)) return false
          const namesWord = pattern.words.some(
            (word) => word.kind === 'text' || word.kind === 'path',
          )
          const namesPath = pattern.rest?.every((word) => word.kind === 'path') ?? false
          const needsNone = run.operands.length === 0 && run.program.name !== null
          return namesWord || namesPath || needsNone
        }),
      )
    )
  }

  #noteStage(each: Finding, run: RunAction, layer: number): void {
    const { pattern } = each.row
    if (pattern.kind !== 'stage' || each.restrict === NO) return
    this.#stages.push({
      key: `${layer} ${pattern.pipe}`,
      stage: pattern.stage,
      count: pattern.count,
      run: run.id,
      match: each.restrict,
      finding: each,
      layer,
    })
  }

  /** Pipe rules: a chain of flows through runs that match the stages in order (rule 13). */
  #applyPipes(judgements: Judgement[]): void {
    const next = new Map<number, Set<number>>()
    for (const { from, to } of this.#analysis.flows) {
      const targets = next.get(from) ?? new Set()
      targets.add(to)
      next.set(from, targets)
    }
    const byKey = new Map<string, StageMatch[]>()
    for (const each of this.#stages) byKey.set(each.key, [...(byKey.get(each.key) ?? []), each])
    for (const stages of byKey.values()) {
      let reached = stages.filter((each) => each.stage === 0)
      const count = reached[0]?.count ?? 0
      for (let stage = 1; stage < count; stage++) {
        reached = stages.flatMap((each) => {
          if (each.stage !== stage) return []
          const before = reached.filter((prior) => next.get(prior.run)?.has(each.run) === true)
          if (before.length === 0) return []
          const strongest = before.reduce<Match>(
            (all, prior) => (prior.match > all ? prior.match : all),
            NO,
          )
          return [{ ...each, match: both(each.match, strongest) }]
        })
      }
      for (const each of count > 0 ? reached : []) this.#addPipeCause(judgements, each)
    }
  }

  #addPipeCause(judgements: Judgement[], last: StageMatch): void {
    const judgement = judgements[last.run]
    const decision = contribution({ ...last.finding, restrict: last.match })
    if (!judgement || !decision) return
    judgements[last.run] = {
      ...judgement,
      decision: stricter(judgement.decision, decision),
      causes: [
        ...judgement.causes,
        { ...ruleCause(last.finding, decision, last.layer), isPossible: last.match === POSSIBLE },
      ],
      answerableBy: decision === 'deny' ? null : judgement.answerableBy,
    }
  }

  /** A path action by one layer alone, for what counts as writable. */
  #decidePlace(table: Table, action: PathAction): Decision {
    const findings = findingsOf(table, action, this.#analysis, true)
    const reasons = riskReasons(action, findings)
    let decision: Decision = 'allow'
    for (const each of findings) decision = stricter(decision, contribution(each) ?? 'allow')
    const isSettled = findings.some(
      (each) =>
        each.settle === SURE &&
        typeof each.row.effect === 'string' &&
        settlesRisk(each.row, reasons),
    )
    if (isSettled) return decision
    decision = stricter(decision, defaultOf(table, action.kind) ?? modeDefault(table))
    return stricter(decision, this.#onRisk(table, reasons).decision ?? 'allow')
  }
}

interface StageMatch {
  readonly key: string
  readonly stage: number
  readonly count: number
  readonly run: number
  readonly match: Match
  readonly finding: Finding
  readonly layer: number
}

function ruleCause(each: Finding, decision: Decision, layer: number): Cause {
  return {
    decision,
    kind: 'rule',
    layer,
    rowId: each.rowId,
    isPossible: each.restrict === POSSIBLE,
    detail: '',
  }
}

function plainCause(decision: Decision, kind: Cause['kind'], detail: string): Cause {
  return { decision, kind, layer: 0, rowId: null, isPossible: false, detail }
}

function defaultOf(table: Table, action: ActionKind): Decision | null {
  return table.meta.defaults[action] ?? table.meta.defaults['*'] ?? null
}

function modeDefault(table: Table): Decision {
  return table.meta.mode === 'execute' ? 'allow' : 'ask'
}

function defaultName(table: Table, action: ActionKind): string {
  if (table.meta.defaults[action] !== undefined) return `default ${action}`
  return table.meta.defaults['*'] === undefined ? `mode ${table.meta.mode ?? 'approve'}` : 'default'
}
