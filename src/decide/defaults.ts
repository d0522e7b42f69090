/**
 * What holds where no rule settles: the default, the mode, and what is said on a risk (rule 2).
 */
import {
  type ActionKind,
  type Decision,
  type Mode,
  type Risk,
  riskier,
  stricter,
} from '../model/vocabulary.ts'
import type { Table } from '../table/table.ts'
import type { RiskReason } from './risk.ts'

interface RiskAnswer {
  readonly decision: Decision
  readonly isOnlyHigh: boolean
  readonly name: Risk
}

/** The strictest of `on` for all its risks; a risk that is only possible asks where a sure one would deny. */
export function onRisk(table: Table, reasons: readonly RiskReason[]): RiskAnswer | null {
  const risks = reasons.length > 0 ? reasons : [{ risk: 'low' as const, isPossible: false }]
  const answers = risks.flatMap(({ risk, isPossible }): RiskAnswer[] => {
    const on = table.meta.on[risk]
    if (on === undefined) return []
    const decision: Decision = on === 'deny' && isPossible ? 'ask' : on
    return [{ decision, isOnlyHigh: risk === 'high', name: risk }]
  })
  return answers.reduce<RiskAnswer | null>(strongerAnswer, null)
}

/** The stricter; of two equal ones both reasons. */
function strongerAnswer(a: RiskAnswer | null, b: RiskAnswer): RiskAnswer {
  if (a === null) return b
  if (a.decision !== b.decision) return stricter(a.decision, b.decision) === a.decision ? a : b
  return { ...a, isOnlyHigh: a.isOnlyHigh && b.isOnlyHigh, name: riskier(a.name, b.name) }
}

export function defaultOf(table: Table, action: ActionKind): Decision | null {
  return table.meta.defaults[action] ?? table.meta.defaults['*'] ?? null
}

export function modeDefault(mode: Mode | null): Decision {
  return mode === 'execute' ? 'allow' : 'ask'
}

export function defaultName(table: Table, action: ActionKind): string {
  if (table.meta.defaults[action] !== undefined) return `default ${action}`
  return table.meta.defaults['*'] === undefined ? `mode ${table.meta.mode ?? 'approve'}` : 'default'
}
