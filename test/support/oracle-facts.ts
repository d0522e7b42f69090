/** The naive decider's conditions: docs/language.md 2.9 and 3.6. */
import type { Analysis } from '../../src/model/analysis.ts'
import type { ConditionIr, FactValue } from '../../src/model/pattern.ts'
import { type Degree, globHolds, least, most, pathDegrees } from './oracle-words.ts'

/** How far the condition holds. */
export function conditionDegree(condition: ConditionIr | null, analysis: Analysis): Degree {
  if (condition === null) return 2
  switch (condition.kind) {
    case 'and':
      return least(...condition.operands.map((each) => conditionDegree(each, analysis)))
    case 'or':
      return most(...condition.operands.map((each) => conditionDegree(each, analysis)))
    case 'not':
      return (2 - conditionDegree(condition.operand, analysis)) as Degree
    case 'fact': {
      const values = factValues(condition.fact, condition.name, analysis)
      if (values === null) return 1
      const isMet = condition.values.some((wanted) =>
        values.some((each) => meets(wanted, each, analysis)),
      )
      return isMet ? 2 : 0
    }
  }
}

type Fact = Extract<ConditionIr, { kind: 'fact' }>['fact']

/** What the request says of a fact, as texts; null: not known. */
function factValues(fact: Fact, name: string | null, analysis: Analysis): readonly string[] | null {
  const { facts } = analysis
  const one = (value: string | boolean | null): readonly string[] | null =>
    value === null ? null : [String(value)]
  switch (fact) {
    case 'role':
      return facts.roles
    case 'cwd':
      return [analysis.cwd]
    case 'interactive':
      return one(facts.isInteractive)
    case 'ci':
      return one(facts.isCi)
    case 'day': {
      if (facts.nowMs === null) return null
      const names = ['thu', 'fri', 'sat', 'sun', 'mon', 'tue', 'wed']
      return [names[((Math.floor(facts.nowMs / 86_400_000) % 7) + 7) % 7] ?? '']
    }
    case 'time':
      return facts.nowMs === null ? null : [String(facts.nowMs)]
    case 'env': {
      if (facts.env === null || name === null) return null
      const value = Object.entries(facts.env).find(([key]) => key === name)?.[1]
      return value === undefined ? [] : [value]
    }
    default:
      return one(facts[fact])
  }
}

function meets(wanted: FactValue, value: string, analysis: Analysis): boolean {
  switch (wanted.kind) {
    case 'text':
      return value === wanted.text
    case 'glob':
      return globHolds(wanted.glob, value)
    case 'path': {
      const path = { lexical: value, real: value, isTree: false, entries: null, isComplete: true }
      return pathDegrees(wanted.path, path, analysis).permit === 2
    }
    case 'time': {
      const minute = minuteOfDay(Number(value), wanted.zone ?? 'UTC')
      const isAfter = minute >= wanted.fromMinute
      const isBefore = minute < wanted.toMinute
      return wanted.fromMinute < wanted.toMinute ? isAfter && isBefore : isAfter || isBefore
    }
  }
}

function minuteOfDay(ms: number, zone: string): number {
  const parts = new Date(ms)
    .toLocaleTimeString('en-GB', { timeZone: zone, hour12: false })
    .split(':')
  return (Number(parts[0]) % 24) * 60 + Number(parts[1])
}
