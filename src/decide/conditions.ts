/**
 * `when` in three values: a fact that is not known makes a condition possible.
 */
import type { Analysis, Facts } from '../model/analysis.ts'
import type { ConditionIr, FactValue } from '../model/pattern.ts'
import { both, either, type Match, NO, not, POSSIBLE, SURE } from '../model/vocabulary.ts'
import { compileGlob, matchesGlob } from '../table/glob.ts'
import { matchPathPattern } from './word-match.ts'

/** Whether the condition holds for the request. */
export function holds(condition: ConditionIr | null, analysis: Analysis): Match {
  if (condition === null) return SURE
  switch (condition.kind) {
    case 'and':
      return condition.operands.reduce<Match>((all, each) => both(all, holds(each, analysis)), SURE)
    case 'or':
      return condition.operands.reduce<Match>(
        (some, each) => either(some, holds(each, analysis)),
        NO,
      )
    case 'not':
      return not(holds(condition.operand, analysis))
    case 'fact':
      return holdsFact(condition, analysis)
  }
}

type FactCondition = Extract<ConditionIr, { kind: 'fact' }>

function holdsFact(condition: FactCondition, analysis: Analysis): Match {
  const { facts } = analysis
  switch (condition.fact) {
    case 'time':
      return facts.nowMs === null
        ? POSSIBLE
        : some(condition, (value) => inTime(value, facts.nowMs ?? 0))
    case 'day':
      return facts.nowMs === null
        ? POSSIBLE
        : some(
            condition,
            (value) => value.kind === 'text' && value.text === dayOf(facts.nowMs ?? 0),
          )
    case 'cwd':
      return some(condition, (value) => isIn(value, analysis))
    default: {
      const texts = textsOf(condition, facts)
      if (texts === null) return POSSIBLE
      return some(condition, (value) => texts.some((text) => equals(value, text)))
    }
  }
}

function some(condition: FactCondition, matches: (value: FactValue) => boolean): Match {
  return condition.values.some(matches) ? SURE : NO
}

function textsOf(condition: FactCondition, facts: Facts): readonly string[] | null {
  const single = (value: string | null): readonly string[] | null =>
    value === null ? null : [value]
  switch (condition.fact) {
    case 'role':
      return facts.roles
    case 'user':
      return single(facts.user)
    case 'agent':
      return single(facts.agent)
    case 'session':
      return single(facts.session)
    case 'machine':
      return single(facts.machine)
    case 'interactive':
      return facts.isInteractive === null ? null : [String(facts.isInteractive)]
    case 'ci':
      return facts.isCi === null ? null : [String(facts.isCi)]
    case 'env': {
      if (facts.env === null || condition.name === null) return null
      if (facts.envNames?.includes(condition.name) === false) return null
      return Object.hasOwn(facts.env, condition.name) ? [facts.env[condition.name] ?? ''] : []
    }
    default:
      return null
  }
}

function equals(value: FactValue, text: string): boolean {
  if (value.kind === 'text') return value.text === text
  return value.kind === 'glob' && matchesGlob(compileGlob(value.glob), text)
}

function isIn(value: FactValue, analysis: Analysis): boolean {
  if (value.kind === 'text') return value.text === analysis.cwd
  if (value.kind === 'glob') return matchesGlob(compileGlob(value.glob), analysis.cwd)
  if (value.kind !== 'path') return false
  const path = {
    lexical: analysis.cwd,
    real: analysis.cwd,
    isTree: false,
    entries: null,
    isComplete: false,
  }
  return matchPathPattern(value.path, path, analysis).permit === SURE
}

const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat']

function dayOf(nowMs: number): string {
  return DAYS[new Date(nowMs).getUTCDay()] ?? ''
}

function inTime(value: FactValue, nowMs: number): boolean {
  if (value.kind !== 'time') return false
  const text = new Intl.DateTimeFormat('en-GB', {
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    timeZone: value.zone ?? 'UTC',
  }).format(nowMs)
  const [hours, minutes] = text.split(':').map(Number)
  const minute = (hours ?? 0) * 60 + (minutes ?? 0)
  return value.fromMinute <= value.toMinute
    ? value.fromMinute <= minute && minute < value.toMinute
    : minute >= value.fromMinute || minute < value.toMinute
}
