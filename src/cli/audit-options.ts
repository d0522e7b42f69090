/**
 * How the options are read by which `oa audit` commands choose records.
 */
import { familyOf, KIND_FAMILIES, type RecordFilter } from '../audit/select.ts'
import { DECISIONS } from '../model/vocabulary.ts'
import { type GivenOptions, usageError } from './options.ts'

/** The filter that the options ask for. Throws OA8001 for a time, kind or decision that is none. */
export function filterOf(given: GivenOptions, nowMs: number = Date.now()): RecordFilter {
  const decisions = wordsOf(given, 'decision', [...DECISIONS, 'explain'])
  const kinds = wordsOf(given, 'kind', KIND_FAMILIES)
  return {
    ...timesOf(given, nowMs),
    ...(kinds ? { kinds } : {}),
    ...(decisions ? { decisions } : {}),
    ...listOf('rules', given.texts('rule')),
    ...listOf('programs', given.texts('program')),
    ...listOf('users', given.texts('user')),
    ...listOf('agents', given.texts('agent')),
    ...listOf('sessions', given.texts('session')),
  }
}

function timesOf(given: GivenOptions, nowMs: number): Pick<RecordFilter, 'sinceNs' | 'untilNs'> {
  const since = given.text('since')
  const until = given.text('until')
  return {
    ...(since === undefined ? {} : { sinceNs: timeNs(since, '--since', nowMs) }),
    ...(until === undefined ? {} : { untilNs: timeNs(until, '--until', nowMs) }),
  }
}

const UNIT_MS = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const

/**
 * A point in time: a date or a time of RFC 3339 (UTC where it names no zone), or how long ago.
 *
 * @returns nanoseconds since 1970
 */
export function timeNs(text: string, option: string, nowMs: number): bigint {
  const ago = /^(\d{1,6})([smhdw])$/.exec(text)
  if (ago) return ns(nowMs - Number(ago[1]) * UNIT_MS[ago[2] as keyof typeof UNIT_MS])
  const iso =
    /^(\d{4}-\d\d-\d\d)(?:[Tt ](\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?)([Zz]|[+-]\d\d:\d\d)?)?$/.exec(
      text,
    )
  if (iso) {
    const ms = Date.parse(`${iso[1]}T${iso[2] ?? '00:00'}${(iso[3] ?? 'Z').toUpperCase()}`)
    // WHY the day again: `2026-02-31` would be read as a day in March.
    const isDay = new Date(Date.parse(`${iso[1]}T00:00Z`)).toISOString().startsWith(iso[1] ?? '')
    if (!Number.isNaN(ms) && isDay) return ns(ms)
  }
  throw usageError(
    `\`${text}\` is no time`,
    `write \`${option} 2026-01-31\`, \`${option} 2026-01-31T08:30Z\` or \`${option} 12h\``,
  )
}

function ns(ms: number): bigint {
  return BigInt(Math.trunc(ms)) * 1_000_000n
}

function wordsOf(
  given: GivenOptions,
  option: string,
  known: readonly string[],
): readonly string[] | undefined {
  const words = given.texts(option)
  const odd = words.find((each) => !known.includes(option === 'kind' ? familyOf(each) : each))
  if (odd !== undefined) {
    throw usageError(`\`--${option} ${odd}\` would select nothing`, `one of ${known.join(', ')}`)
  }
  return words.length > 0 ? words : undefined
}

function listOf<Name extends string>(
  name: Name,
  words: readonly string[],
): { readonly [K in Name]?: readonly string[] } {
  return words.length > 0 ? ({ [name]: words } as { [K in Name]: readonly string[] }) : {}
}
