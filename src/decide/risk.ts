/**
 * The risk of an action and what may settle it (language.md §3 rule 7).
 */
import type { Action, RiskFact } from '../model/analysis.ts'
import { NO, RISKS, type Risk, riskier, SURE } from '../model/vocabulary.ts'
import type { Row } from '../table/row.ts'
import { type Finding, namesCarrier } from './findings.ts'

/** One reason for the risk, with the test whether a row names what carries it. */
export interface RiskReason {
  readonly risk: Risk
  readonly isPossible: boolean
  /** The rule that raises it; null: knowledge. */
  readonly rowId: number | null
  namedBy(row: Row): boolean
}

/** From knowledge and from `risk` rules; a possible match counts. */
export function riskReasons(action: Action, findings: readonly Finding[]): readonly RiskReason[] {
  const known = action.risks.map((fact: RiskFact) => ({
    risk: fact.risk,
    isPossible: fact.isPossible || action.isPossible,
    rowId: null,
    namedBy: (row: Row) => namesCarrier(row, fact, action),
  }))
  const raised = findings.flatMap((each) => {
    const { effect } = each.row
    if (typeof effect === 'string' || each.restrict === NO) return []
    return [
      {
        risk: effect.risk,
        isPossible: each.restrict !== SURE,
        rowId: each.rowId,
        namedBy: (row: Row) => namesPattern(row, each.row),
      },
    ]
  })
  return [...known, ...raised]
}

export function highestRisk(reasons: readonly RiskReason[]): Risk {
  return reasons.reduce<Risk>((all, each) => riskier(all, each.risk), 'low')
}

/** A settled action needs a row that names the carrier of each high risk; blocked is never settled. */
export function settlesRisk(row: Row, reasons: readonly RiskReason[]): boolean {
  return reasons.every(
    (each) => RISKS.indexOf(each.risk) < RISKS.indexOf('high') || each.namedBy(row),
  )
}

/** The row names at least the words, options and paths that the risk rule names. */
function namesPattern(row: Row, risky: Row): boolean {
  const { pattern } = row
  const wanted = risky.pattern
  if (pattern.kind !== 'run' || wanted.kind !== 'run') {
    return pattern.kind === wanted.kind && !('isEverything' in pattern && pattern.isEverything)
  }
  if (/^\*+$/.test(pattern.program)) return false
  const hasWords = wanted.words.every((word, index) => {
    const own = pattern.words[index]
    return (
      own !== undefined && own.kind === 'text' && (word.kind !== 'text' || word.text === own.text)
    )
  })
  const hasOptions = wanted.options.every((option) =>
    pattern.options.some((each) => each.name === option.name),
  )
  const hasPath =
    wanted.rest === null ||
    (pattern.rest?.every((each) => each.kind === 'path' || each.kind === 'text') ?? false)
  return hasWords && hasOptions && hasPath
}
