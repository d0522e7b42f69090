/**
 * The risk of an action and what may settle it (language.md §3 rule 7).
 */
import type { Action, RiskFact } from '../model/analysis.ts'
import { NO, RISKS, type Risk, riskier, SURE } from '../model/vocabulary.ts'
import type { Row, RowPattern, RunRow } from '../table/row.ts'
import type { Finding } from './findings.ts'
import { isEverything } from './word-match.ts'

/** One reason for the risk, with the test whether a row names what carries it. */
export interface RiskReason {
  readonly risk: Risk
  readonly isPossible: boolean
  /** The rule that raises it; null: knowledge. */
  readonly rowId: number | null
  namedBy(row: Row): boolean
}

const NO_REASONS: readonly RiskReason[] = []

/** From knowledge and from `risk` rules; a possible match counts. */
export function riskReasons(action: Action, findings: readonly Finding[]): readonly RiskReason[] {
  if (action.risks.length === 0 && findings.length === 0) return NO_REASONS
  const known = action.risks.map((fact: RiskFact) => ({
    risk: fact.risk,
    isPossible: fact.isPossible || action.isPossible,
    rowId: null,
    namedBy: (row: Row) => namesCarrier(row, fact),
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

/** The row names the option or the subcommands that knowledge says carry the risk; of other actions, the resource. */
function namesCarrier({ pattern }: Row, risk: RiskFact): boolean {
  if (pattern.kind !== 'run') return namesResource(pattern)
  if (isStars(pattern.program)) return false
  if (risk.option !== null) return pattern.options.some((each) => each.name === risk.option)
  return risk.subcommands.every((name, index) => isText(pattern, index, name))
}

/** The row names at least the words, options and paths that the risk rule names; pipes and text cannot be named. */
function namesPattern({ pattern }: Row, risky: Row): boolean {
  if (pattern.kind !== 'run') return namesResource(pattern)
  const wanted = risky.pattern
  if (wanted.kind !== 'run' || isStars(pattern.program)) return false
  const hasWords = wanted.words.every((word, index) => {
    const own = pattern.words[index]
    return word.kind === 'text'
      ? isText(pattern, index, word.text)
      : own?.kind === 'text' || own?.kind === 'path'
  })
  const hasOptions = wanted.options.every((option) =>
    pattern.options.some((each) => each.name === option.name),
  )
  return hasWords && hasOptions && (wanted.rest === null || namesOperands(pattern, wanted))
}

function namesOperands(own: RunRow, wanted: RunRow): boolean {
  if (own.rest === null) return own.words.length > wanted.words.length
  return own.rest.every((each) => each.kind === 'path' && !isEverything(each.path))
}

function namesResource(pattern: RowPattern): boolean {
  return 'isEverything' in pattern && !pattern.isEverything
}

function isText(run: RunRow, index: number, text: string): boolean {
  const word = run.words[index]
  return word?.kind === 'text' && word.text === text
}

function isStars(glob: string): boolean {
  return /^\*+$/.test(glob)
}
