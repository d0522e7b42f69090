/**
 * What is said of an action and of a line, and why.
 */
import type { Action } from '../model/analysis.ts'
import type { Settings } from '../model/settings.ts'
import { type Decision, POSSIBLE, type Risk, stricter } from '../model/vocabulary.ts'
import type { Finding } from './findings.ts'
import { highestRisk, type RiskReason } from './risk.ts'

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
  /** The sandbox must hold what rules say of entries of a tree. */
  readonly isHeld: boolean
  /** Only an override may lift it: the role. */
  readonly answerableBy: string | null
}

export interface LineJudgement {
  readonly judgements: readonly Judgement[]
  /** Causes of the line as a whole: text rules, unknown parts. */
  readonly causes: readonly Cause[]
}

export function ruleCause(each: Finding, decision: Decision, layer: number): Cause {
  return {
    decision,
    kind: 'rule',
    layer,
    rowId: each.rowId,
    isPossible: each.restrict === POSSIBLE,
    detail: '',
  }
}

export function plainCause(decision: Decision, kind: Cause['kind'], detail: string): Cause {
  return { decision, kind, layer: 0, rowId: null, isPossible: false, detail }
}

/**
 * A line of a script that a rule names only restricts (rule 11): sure rules and a sure high risk hold, what is not
 * settled or not known is left to that rule.
 */
export function scriptJudgement(
  action: Action,
  causes: readonly Cause[],
  reasons: readonly RiskReason[],
): Judgement {
  const isHigh = reasons.some((each) => !each.isPossible && /^(?:high|blocked)$/.test(each.risk))
  const kept = causes.filter(
    (each) =>
      (each.kind === 'rule' && !each.isPossible && !action.isPossible) ||
      (each.kind === 'risk' && isHigh && !action.isPossible),
  )
  const free = plainCause('allow', 'free', 'a line of a script is left to the rule that names it')
  return {
    action,
    decision: kept.reduce<Decision>((all, each) => stricter(all, each.decision), 'allow'),
    risk: highestRisk(reasons),
    causes: kept.length > 0 ? kept : [free],
    obligations: [],
    needsSandbox: false,
    isHeld: false,
    answerableBy: null,
  }
}
