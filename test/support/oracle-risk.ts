/** The naive decider's risks: docs/language.md 3.7. */
import type { PatternIr, RuleIr } from '../../src/lower/ir.ts'
import type { Action, RiskFact } from '../../src/model/analysis.ts'
import type { RunPattern } from '../../src/model/pattern.ts'
import type { Found } from './oracle.ts'
import { type Degree, isEverything, isStars } from './oracle-words.ts'

/** One reason for a risk. */
export interface Reason {
  readonly risk: 'low' | 'medium' | 'high' | 'blocked'
  readonly isPossible: boolean
  readonly carrier: RiskFact | PatternIr
}

/** A `risk text` rule that matches the line; a condition may make it possible only. */
export interface TextRisk {
  readonly rule: RuleIr
  readonly restrict: Degree
}

/** Of knowledge, of `risk` rules with their pipes, and of `text` rules, which concern every run of the line. */
export function reasonsOf(
  action: Action,
  found: readonly Found[],
  texts: readonly TextRisk[],
): readonly Reason[] {
  return [
    ...action.risks.map((fact) => ({
      risk: fact.risk,
      isPossible: fact.isPossible || action.isPossible,
      carrier: fact,
    })),
    ...found.flatMap(({ rule, pattern, restrict }) =>
      typeof rule.effect === 'string' || restrict === 0
        ? []
        : [{ risk: rule.effect.risk, isPossible: restrict === 1, carrier: pattern }],
    ),
    ...texts.flatMap(({ rule, restrict }) => {
      const pattern = rule.patterns.find((each) => each.kind === 'text')
      if (typeof rule.effect === 'string' || !pattern) return []
      return [{ risk: rule.effect.risk, isPossible: restrict === 1, carrier: pattern }]
    }),
  ]
}

/** What a settling rule must name. */
export function highReasons(reasons: readonly Reason[]): readonly Reason[] {
  return reasons.filter((each) => each.risk === 'high' || each.risk === 'blocked')
}

/** The pattern names what carries the risk. */
export function namesReason(pattern: PatternIr, reason: Reason): boolean {
  if (pattern.kind !== 'run')
    return namesResource(pattern) && !('kind' in reason.carrier && reason.carrier.kind === 'run')
  const { run } = pattern
  if (isStars(run.program)) return false
  if (!('kind' in reason.carrier)) {
    const { option, subcommands } = reason.carrier
    if (option !== null) return run.options.some((each) => each.name === option)
    return subcommands.every((name, index) => isText(run, index, name))
  }
  return reason.carrier.kind === 'run' && namesPattern(run, reason.carrier.run)
}

function isText(run: RunPattern, index: number, text: string): boolean {
  const word = run.words[index]
  return word?.kind === 'text' && word.text === text
}

function namesPattern(own: RunPattern, wanted: RunPattern): boolean {
  const hasWords = wanted.words.every((word, index) =>
    word.kind === 'text'
      ? isText(own, index, word.text)
      : own.words[index]?.kind === 'text' || own.words[index]?.kind === 'path',
  )
  const hasOptions = wanted.options.every((option) =>
    own.options.some((each) => each.name === option.name),
  )
  return hasWords && hasOptions && (wanted.rest === null || namesOperands(own, wanted.words.length))
}

/** Names the operands from there on: by text, or by paths that are not everything. */
function namesOperands(own: RunPattern, from: number): boolean {
  if (own.rest === null) return own.words.length > from
  return own.rest.every((each) => each.kind === 'path' && !isEverything(each.path))
}

function namesResource(pattern: PatternIr): boolean {
  switch (pattern.kind) {
    case 'path':
      return !isEverything(pattern.path)
    case 'host':
      return !isStars(pattern.host)
    case 'name':
      return (
        pattern.name.kind === 'text' ||
        (pattern.name.kind === 'glob' && !isStars(pattern.name.glob))
      )
    default:
      return false
  }
}
