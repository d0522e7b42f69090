/** What rules that match answer, and which of answers is the strictest, for the naive decider. */
import type { RuleIr } from '../../src/lower/ir.ts'
import type { Found } from './oracle.ts'
import { highReasons, namesReason, type Reason } from './oracle-risk.ts'
import type { Degree } from './oracle-words.ts'

export type Answer = 'allow' | 'warn' | 'ask' | 'deny'

const ANSWERS: readonly Answer[] = ['allow', 'warn', 'ask', 'deny']

export const strictest = (answers: readonly Answer[]): Answer =>
  ANSWERS[Math.max(0, ...answers.map((each) => ANSWERS.indexOf(each)))] ?? 'deny'

export function settling(found: readonly Found[], reasons: readonly Reason[]): readonly Found[] {
  return found.filter(
    ({ rule, pattern, restrict, settle }) =>
      settle === 2 &&
      (rule.effect !== 'deny' || restrict === 2) &&
      typeof rule.effect === 'string' &&
      highReasons(reasons).every((each) => namesReason(pattern, each)),
  )
}

export function answersOf(rule: RuleIr, degree: Degree): readonly Answer[] {
  const { effect } = rule
  if (typeof effect !== 'string' || effect === 'allow' || degree === 0) return []
  return [degree === 2 || effect === 'warn' ? effect : 'ask']
}

export function highestOf(reasons: readonly Reason[]): Reason['risk'] {
  const order = ['blocked', 'high', 'medium'] as const
  return order.find((risk) => reasons.some((each) => each.risk === risk)) ?? 'low'
}
