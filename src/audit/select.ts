/**
 * Reading facts out of records, and choosing records by them. Takes whatever a record holds: an old or foreign one
 * has fewer facts, never an error.
 */
import { type AuditRecord, parseTime } from './record.ts'

/** What reports and filters look at. */
export interface RecordFacts {
  readonly kind: string
  /** The decision's word; of a decision in mode explain, `explain`. */
  readonly decision?: string
  readonly risk?: string
  readonly rules: readonly string[]
  /** Names of the programs that would run, without their folders. */
  readonly programs: readonly string[]
  readonly user?: string
  readonly agent?: string
  readonly session?: string
  readonly policy?: string
  /** The line, or its normal form. */
  readonly line?: string
}

/** All that are given must hold; a list holds when one of it does. */
export interface RecordFilter {
  readonly kinds?: readonly string[]
  readonly decisions?: readonly string[]
  readonly rules?: readonly string[]
  readonly programs?: readonly string[]
  readonly users?: readonly string[]
  readonly agents?: readonly string[]
  readonly sessions?: readonly string[]
  /** Nanoseconds since 1970, the start included and the end not. */
  readonly sinceNs?: bigint
  readonly untilNs?: bigint
}

/** What kinds of records are called before their dot. */
export const KIND_FAMILIES: readonly string[] = [
  'policy',
  'decide',
  'run',
  'approval',
  'server',
  'segment',
  'audit',
  'import',
]

/** `run` of `run.start`. */
export function familyOf(kind: string): string {
  const dot = kind.indexOf('.')
  return dot < 0 ? kind : kind.slice(0, dot)
}

type Loose = Readonly<Record<string, unknown>>

/** The facts of a record. Total. */
export function factsOf(record: AuditRecord): RecordFacts {
  const decision = looseOf(record['decision'])
  const line = textOf(record['line']) ?? textOf(record['normal'])
  return {
    kind: record.kind,
    rules: textsOf(decision['rules']),
    programs: programsOf(record, decision),
    ...optional('decision', textOf(decision['decision'])),
    ...optional('risk', textOf(decision['risk'])),
    ...optional('user', textOf(record['user'])),
    ...optional('agent', textOf(record['agent'])),
    ...optional('session', textOf(record['session'])),
    ...optional('policy', textOf(record.policy)),
    ...optional('line', line),
  }
}

/** Whether a record has all that a filter asks for. */
export function isSelected(record: AuditRecord, filter: RecordFilter): boolean {
  const { sinceNs, untilNs } = filter
  if (sinceNs !== undefined || untilNs !== undefined) {
    const ns = parseTime(record.ts) ?? 0n
    if (sinceNs !== undefined && ns < sinceNs) return false
    if (untilNs !== undefined && ns >= untilNs) return false
  }
  const facts = factsOf(record)
  return (
    holds(filter.kinds, [facts.kind, familyOf(facts.kind)]) &&
    holds(filter.decisions, [facts.decision]) &&
    holds(filter.rules, facts.rules) &&
    holds(filter.programs, facts.programs) &&
    holds(filter.users, [facts.user]) &&
    holds(filter.agents, [facts.agent]) &&
    holds(filter.sessions, [facts.session])
  )
}

/** Whether a wanted list is absent or shares a value with what was found. */
function holds(
  wanted: readonly string[] | undefined,
  found: readonly (string | undefined)[],
): boolean {
  return wanted === undefined || wanted.some((each) => found.includes(each))
}

/** Whether a record is meant by an id: its number, or the run or approval that it belongs to. */
export function isMeant(record: AuditRecord, id: string): boolean {
  return String(record.seq) === id || record['run'] === id || record['approval'] === id
}

function programsOf(record: AuditRecord, decision: Loose): readonly string[] {
  const actions = Array.isArray(decision['actions'])
    ? (decision['actions'] as readonly unknown[])
    : []
  const found = new Set<string>()
  for (const each of actions.slice(0, 512)) {
    const { action, resource } = looseOf(each)
    if (action === 'run' && typeof resource === 'string') found.add(programOf(resource))
  }
  const line = textOf(record['normal']) ?? textOf(record['line'])
  if (found.size === 0 && line !== undefined) found.add(programOf(line))
  return [...found].filter((each) => each !== '')
}

function programOf(text: string): string {
  const word = /^\s*(\S*)/.exec(text.slice(0, 300))?.[1] ?? ''
  return word.slice(word.lastIndexOf('/') + 1)
}

function looseOf(value: unknown): Loose {
  return typeof value === 'object' && value !== null ? (value as Loose) : {}
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

function textsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : []
}

function optional<Name extends string>(
  name: Name,
  value: string | undefined,
): { [K in Name]?: string } {
  return value === undefined ? {} : ({ [name]: value } as { [K in Name]: string })
}
