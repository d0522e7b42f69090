/** Who asks, from where: the cases that the conditions of a policy tell apart. */
import type { RuleIr } from '../lower/ir.ts'
import { escapeGlob } from '../lower/lower-word.ts'
import type { Facts } from '../model/analysis.ts'
import type { ConditionIr, FactName } from '../model/pattern.ts'
import { NO_FACTS } from '../model/request.ts'
import { textClasses } from './text-classes.ts'

export interface FactCases {
  readonly cases: readonly Facts[]
  readonly gaps: readonly string[]
}

const CASES_MAX = 64

type FactCondition = Extract<ConditionIr, { kind: 'fact' }>

/** One case for each way that the conditions of the rules tell requests apart. */
export function factCases(rules: readonly RuleIr[]): FactCases {
  const atoms = rules.flatMap((each) => (each.when ? atomsOf(each.when) : []))
  const gaps = new Set<string>()
  const byFact = new Map<string, FactCondition[]>()
  for (const atom of atoms) {
    const key = `${atom.fact} ${atom.name ?? ''}`
    byFact.set(key, [...(byFact.get(key) ?? []), atom])
  }
  let cases: readonly Facts[] = [NO_FACTS]
  for (const each of byFact.values()) {
    const changes = changesOf(each)
    if (changes === null) {
      gaps.add(`conditions on \`${each[0]?.fact}\` are not modelled`)
      continue
    }
    cases = cases.flatMap((before) => changes.map((change) => change(before)))
    if (cases.length > CASES_MAX) {
      gaps.add(`conditions combine in more than ${CASES_MAX} ways`)
      cases = cases.slice(0, CASES_MAX)
    }
  }
  return { cases, gaps: [...gaps] }
}

function atomsOf(condition: ConditionIr): readonly FactCondition[] {
  switch (condition.kind) {
    case 'and':
    case 'or':
      return condition.operands.flatMap(atomsOf)
    case 'not':
      return atomsOf(condition.operand)
    case 'fact':
      return [condition]
  }
}

type Change = (facts: Facts) => Facts

/** What the fact may be, as far as these conditions see; null: not modelled. */
function changesOf(conditions: readonly FactCondition[]): readonly Change[] | null {
  const [first] = conditions
  if (!first) return []
  const globs = conditions.flatMap((each) =>
    each.values.flatMap((value) => {
      if (value.kind === 'text') return [escapeGlob(value.text)]
      return value.kind === 'glob' ? [value.glob] : []
    }),
  )
  const { members, isComplete } = textClasses(
    globs.map((each) => [each]),
    'word',
  )
  if (!isComplete) return null
  const texts = members.filter((each) => each !== '')
  const { fact, name } = first
  switch (fact) {
    case 'role':
      return [[], ...texts.map((each) => [each]), ...pairs(texts), texts].map(
        (roles) => (facts) => ({ ...facts, roles }),
      )
    case 'user':
    case 'agent':
    case 'session':
    case 'machine':
      return [null, ...texts].map((value) => (facts) => ({ ...facts, [fact]: value }))
    case 'interactive':
      return TRUTHS.map((isInteractive) => (facts) => ({ ...facts, isInteractive }))
    case 'ci':
      return TRUTHS.map((isCi) => (facts) => ({ ...facts, isCi }))
    case 'env':
      return [
        (facts) => facts,
        (facts) => ({ ...facts, env: { ...facts.env } }),
        ...texts.map(
          (value): Change =>
            (facts) => ({ ...facts, env: { ...facts.env, [name ?? '']: value } }),
        ),
      ]
    case 'time':
    case 'day':
    case 'cwd':
      return null
  }
}

const TRUTHS = [null, true, false] as const

function pairs(texts: readonly string[]): readonly (readonly string[])[] {
  return texts.flatMap((a, index) => texts.slice(index + 1).map((b) => [a, b]))
}

/** What a case says that is not nothing: `role admin, ci true`. */
export function showFacts(facts: Facts): string | null {
  const said: string[] = []
  const add = (name: FactName, value: string | null): void => {
    if (value !== null) said.push(`${name} ${value}`)
  }
  for (const role of facts.roles ?? []) add('role', role)
  add('user', facts.user)
  add('agent', facts.agent)
  add('session', facts.session)
  add('machine', facts.machine)
  add('interactive', facts.isInteractive === null ? null : String(facts.isInteractive))
  add('ci', facts.isCi === null ? null : String(facts.isCi))
  for (const [name, value] of Object.entries(facts.env ?? {})) add('env', `${name}=${value}`)
  return said.length === 0 ? null : said.join(', ')
}
