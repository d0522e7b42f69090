/**
 * The rules of meaning applied to every action of an analysis (language.md §3).
 */
import type { Action, Analysis, CodePlace, PathAction, RunAction } from '../model/analysis.ts'
import type { Settings } from '../model/settings.ts'
import { type Decision, SURE, stricter } from '../model/vocabulary.ts'
import type { Table } from '../table/table.ts'
import { defaultName, defaultOf, modeDefault, onRisk } from './defaults.ts'
import { contribution, type Finding, findingsOf, maySettle, textFindings } from './findings.ts'
import { hasSandbox, hold } from './hold.ts'
import {
  type Cause,
  type Judgement,
  type LineJudgement,
  plainCause,
  ruleCause,
  scriptJudgement,
} from './judgement.ts'
import { strictestMode } from './mode.ts'
import { pipeFindings } from './pipes.ts'
import { highestRisk, type RiskReason, riskReasons, settlesRisk } from './risk.ts'
import type { SettledOperand } from './run-match.ts'
import { Trust } from './trust.ts'
import { isCodeNamed } from './workspace-code.ts'

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
  readonly #canHold: boolean
  /** By layer and run: operands and fixed effects that its rules settle. */
  readonly #settled = new Map<string, SettledByRun>()
  /** Each layer's findings of all runs, and the pipes that end at them. */
  readonly #runs: readonly ReadonlyMap<number, readonly Finding[]>[]
  readonly #pipes: readonly ReadonlyMap<number, readonly Finding[]>[]
  readonly #texts: readonly (readonly Finding[])[]

  /** `canHold`: a sandbox that is asked for can hide and pin; false once it turned out that it cannot. */
  constructor(layers: readonly Table[], analysis: Analysis, canHold = true) {
    this.#layers = layers
    this.#canHold = canHold && hasSandbox(layers)
    this.#analysis = analysis
    this.#trust = new Trust(layers, analysis, (table, action) => this.#letsPath(table, action))
    this.#runs = layers.map((table) => this.#findRuns(table))
    this.#pipes = this.#runs.map((each) => pipeFindings(each, analysis.flows))
    this.#texts = layers.map((table) => textFindings(table, analysis))
  }

  judge(): LineJudgement {
    const judgements = this.#analysis.actions.map((action) => this.#judgeAction(action))
    return { judgements, causes: this.#lineCauses() }
  }

  #findRuns(table: Table): ReadonlyMap<number, readonly Finding[]> {
    const found = new Map<number, readonly Finding[]>()
    for (const action of this.#analysis.actions) {
      if (action.kind !== 'run') continue
      const isTrusted = this.#trust.isTrusted(action)
      found.set(action.id, findingsOf(table, action, this.#analysis, isTrusted))
    }
    return found
  }

  /** What each layer finds for an action: its rows, pipes that end here, and `text` rules that raise a run's risk. */
  #findings(action: Action): readonly (readonly Finding[])[] {
    if (action.kind !== 'run') {
      return this.#layers.map((table) => findingsOf(table, action, this.#analysis, true))
    }
    return this.#layers.map((_, layer) => [
      ...(this.#runs[layer]?.get(action.id) ?? []).filter(
        (each) => each.row.pattern.kind !== 'stage',
      ),
      ...(this.#pipes[layer]?.get(action.id) ?? []),
      ...(this.#texts[layer] ?? []).filter((each) => typeof each.row.effect !== 'string'),
    ])
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
    for (const [layer, texts] of this.#texts.entries()) {
      for (const each of texts) {
        const decision = contribution(each)
        if (decision) causes.push(ruleCause(each, decision, layer))
      }
    }
    return causes
  }

  #judgeAction(action: Action): Judgement {
    const isRun = action.kind === 'run'
    const isTrusted = isRun ? this.#trust.isTrusted(action) : true
    const code = isRun ? this.#trust.workspaceCode(action) : []
    const held = this.#findings(action).map((each) => hold(each, this.#canHold))
    const views = held.map((each) => each.findings)
    const isHeld = held.some((each) => each.isHeld)
    const reasons = riskReasons(action, views.flat())
    const causes: Cause[] = []
    const obligations: Settings[] = []
    let answerableBy: string | null = null
    for (const [layer, findings] of views.entries()) {
      for (const each of findings) {
        const decision = contribution(each)
        if (decision) causes.push(ruleCause(each, decision, layer))
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
    const needsSandbox = code.length > 0 || isHeld
    if (isRun && !this.#allowsCode(action, code, views, reasons)) {
      causes.push(
        plainCause('ask', 'workspace-code', 'it runs code from a place that may be written'),
      )
    }
    if (reasons.some((each) => each.risk === 'blocked')) {
      causes.push(plainCause('deny', 'risk', 'the risk is blocked'))
    }
    if (action.script) return scriptJudgement(action, causes, reasons)
    const decision = causes.reduce<Decision>((all, each) => stricter(all, each.decision), 'allow')
    return {
      action,
      decision,
      risk: highestRisk(reasons),
      causes,
      obligations,
      needsSandbox,
      isHeld,
      answerableBy: decision === 'ask' ? answerableBy : null,
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
        settlesSurely(each) &&
        typeof each.row.effect === 'string' &&
        settlesRisk(each.row, reasons),
    )
    const isSettled = settling.length > 0 || this.#isSettledByParent(layer, action, reasons)
    return { findings, settling, isSettled }
  }

  /** Rule 1: what the run's rule named is settled with it; a high risk only by the name of the place. */
  #isSettledByParent(layer: number, action: Action, reasons: readonly RiskReason[]): boolean {
    if (action.parent === null) return false
    if (!['read', 'write', 'delete', 'connect'].includes(action.kind)) return false
    const settled = this.#settled.get(`${layer} ${action.parent}`)
    if (!settled) return false
    const isHigh = reasons.some((each) => each.risk === 'high' || each.risk === 'blocked')
    if (action.isFixed) return settled.isFixed && !isHigh
    return settled.operands.some(({ operand, by }) => {
      if (operand !== action.operand) return false
      // A place is no host, and `...` says nothing of one that is not known.
      if (action.kind === 'connect') {
        return action.host !== null && (by === 'host' || (by === 'any' && !isHigh))
      }
      return by === 'place' || (by === 'any' && !isHigh)
    })
  }

  #noteSettled(layer: number, run: RunAction, settling: readonly Finding[]): void {
    const operands: SettledOperand[] = []
    let isFixed = false
    for (const each of settling) {
      if (each.row.effect === 'deny' || each.row.pattern.kind !== 'run') continue
      operands.push(...each.settled)
      if (!/^\*+$/.test(each.row.pattern.program)) isFixed = true
    }
    this.#settled.set(`${layer} ${run.id}`, { operands, isFixed })
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
    const causes: Cause[] = []
    const own = defaultOf(table, action.kind) ?? (layer === 0 ? this.#modeDefault() : null)
    if (action.kind === 'run' && action.isFree) {
      causes.push(
        plainCause('allow', 'free', 'it only changes the shell or is judged by what it starts'),
      )
    } else if (own !== null) {
      causes.push(plainCause(own, 'default', defaultName(table, action.kind)))
    }
    const risk = onRisk(table, reasons)
    if (risk === null) return { causes, answerableBy: null }
    const { override } = table.meta
    const role = override !== null && override !== 'off' ? override.role : null
    // Only what `on high` alone denies may be lifted.
    const answerableBy = risk.decision === 'deny' && risk.isOnlyHigh ? role : null
    const decision = answerableBy === null ? risk.decision : 'ask'
    causes.push({ ...plainCause(decision, 'risk', risk.name), layer })
    return { causes, answerableBy }
  }

  /** Without a default, the strictest mode of all layers gives it, in the highest layer. */
  #modeDefault(): Decision {
    return modeDefault(strictestMode(this.#layers))
  }

  /**
   * Rule 11: in every layer that has a default for runs, each such place is named by a rule, in a sandbox: lower layers
   * cannot lift the ask of a higher one.
   */
  #allowsCode(
    run: RunAction,
    places: readonly CodePlace[],
    views: readonly (readonly Finding[])[],
    reasons: readonly RiskReason[],
  ): boolean {
    const question = { run, reasons, workspace: this.#analysis.workspace }
    return this.#layers.every((table, layer) => {
      if (layer > 0 && defaultOf(table, 'run') === null) return true
      return places.every((each) => isCodeNamed(table, each, views[layer] ?? [], question))
    })
  }

  /** A path action by one layer alone, for what counts as writable. */
  #letsPath(table: Table, action: PathAction): boolean {
    const own = defaultOf(table, action.kind) ?? modeDefault(table.meta.mode)
    // Most places: nothing could settle them.
    if (isStop(own) && !maySettle(table, action, this.#analysis)) return false
    const findings = findingsOf(table, action, this.#analysis, true)
    const reasons = riskReasons(action, findings)
    if (reasons.some((each) => each.risk === 'blocked')) return false
    if (findings.some((each) => isStop(contribution(each)))) return false
    const isSettled = findings.some(
      (each) =>
        settlesSurely(each) &&
        typeof each.row.effect === 'string' &&
        settlesRisk(each.row, reasons),
    )
    return isSettled || !(isStop(own) || isStop(onRisk(table, reasons)?.decision ?? null))
  }
}

interface SettledByRun {
  readonly operands: readonly SettledOperand[]
  readonly isFixed: boolean
}

/** A deny settles only what it surely denies, else it would take a stricter default away. */
function settlesSurely({ row, restrict, settle }: Finding): boolean {
  return settle === SURE && (row.effect !== 'deny' || restrict === SURE)
}

const isStop = (decision: Decision | null): boolean => decision === 'ask' || decision === 'deny'
