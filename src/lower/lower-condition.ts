/**
 * Conditions: facts and their values checked, `and` and `or` flattened, in an order that does not depend on how they
 * were written.
 */

import { type Reporter, unreachable } from '../base/diagnostic.ts'
import { didYouMean } from '../base/nearest.ts'
import type { Span } from '../base/source.ts'
import type { SetScope } from '../check/names.ts'
import type { ConditionIr, FactName, FactValue } from '../model/pattern.ts'
import type { Condition, FactCondition } from '../syntax/ast.ts'
import { expandWords, type FlatWord } from './expand.ts'
import { sortUnique } from './expand-run.ts'
import { lowerName, lowerPath } from './lower-word.ts'

const FACTS: readonly FactName[] = [
  ...(['role', 'user', 'agent', 'session', 'cwd', 'machine'] as const),
  ...(['interactive', 'ci', 'time', 'day', 'env'] as const),
]

export const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const

/** Undefined after an error (OA2012). */
export function lowerCondition(
  condition: Condition,
  scope: SetScope,
  reporter: Reporter,
): ConditionIr | undefined {
  switch (condition.kind) {
    case 'and':
    case 'or': {
      const sides = [condition.left, condition.right].map((each) =>
        lowerCondition(each, scope, reporter),
      )
      const operands = sides.flatMap((each) =>
        each === undefined ? [] : each.kind === condition.kind ? each.operands : [each],
      )
      if (sides.includes(undefined)) return undefined
      const unique = sortUnique(operands)
      const [only] = unique
      return unique.length === 1 && only ? only : { kind: condition.kind, operands: unique }
    }
    case 'not': {
      const operand = lowerCondition(condition.operand, scope, reporter)
      if (operand?.kind === 'not') return operand.operand
      return operand && { kind: 'not', operand }
    }
    case 'fact':
      return lowerFact(condition, scope, reporter)
    default:
      return unreachable(condition)
  }
}

function lowerFact(
  condition: FactCondition,
  scope: SetScope,
  reporter: Reporter,
): ConditionIr | undefined {
  const { value: written, span } = condition.fact
  const fact = FACTS.find((each) => each === written)
  if (!fact) {
    const help = didYouMean(
      written,
      FACTS,
      `the facts are ${FACTS.map((each) => `\`${each}\``).join(', ')}`,
    )
    reporter.report('OA2012', `\`${written}\` is no fact`, span, { help })
    return undefined
  }
  const words = condition.values.flatMap((value) => expandWords([value], scope) ?? [])
  const flat = words.flatMap((sequence) => {
    const [word, extra] = sequence
    if (extra)
      reporter.report('OA2012', 'a value is one word; quote it if it has blanks', extra.span, {
        help: 'write `"two words"`',
      })
    return word && !extra ? [word] : []
  })
  if (flat.length < words.length) return undefined
  if (condition.operator === 'is' && flat.length > 1) {
    reporter.report('OA2012', '`is` compares with one value', condition.span, {
      help: `write \`${written} in …\``,
    })
    return undefined
  }
  const values =
    fact === 'time' ? lowerTimes(flat, condition, reporter) : lowerValues(fact, flat, reporter)
  if (!values) return undefined
  const name = condition.name?.value ?? null
  return { kind: 'fact', fact, name, values: sortUnique(values) }
}

function lowerValues(
  fact: FactName,
  words: readonly FlatWord[],
  reporter: Reporter,
): readonly FactValue[] | undefined {
  const values = words.map((word) => lowerValue(fact, word, reporter))
  return values.every((each) => each !== undefined) ? values.flat() : undefined
}

function lowerValue(
  fact: FactName,
  word: FlatWord,
  reporter: Reporter,
): readonly FactValue[] | undefined {
  const { text, span } = word
  switch (fact) {
    case 'cwd': {
      const path = lowerPath(word, reporter)
      return path && [{ kind: 'path', path }]
    }
    case 'interactive':
    case 'ci':
      if (text === 'true' || text === 'false') return [{ kind: 'text', text }]
      return wrongValue(fact, word, ['true', 'false'], reporter)
    case 'day':
      return lowerDay(word, reporter)
    default: {
      const value = lowerName(word)
      if (value.kind === 'text' || value.kind === 'glob') return [value]
      reporter.report('OA2012', `\`${text}\` is no value`, span, { help: 'write a word' })
      return undefined
    }
  }
}

function wrongValue(
  fact: FactName,
  word: FlatWord,
  values: readonly string[],
  reporter: Reporter,
): undefined {
  const list = values.map((each) => `\`${each}\``).join(', ')
  const help = didYouMean(word.text, values, `write one of ${list}`)
  reporter.report('OA2012', `\`${fact}\` is never \`${word.text}\``, word.span, { help })
  return undefined
}

/** `mon`, or a range such as `mon-fri` or `sat..mon`, which may wrap. */
function lowerDay(word: FlatWord, reporter: Reporter): readonly FactValue[] | undefined {
  const [from = '', to = from, extra] = word.text.split(/-|\.\./)
  const first = DAYS.findIndex((each) => each === from)
  const last = DAYS.findIndex((each) => each === to)
  if (first < 0 || last < 0 || extra !== undefined) {
    const slip = first < 0 ? from : to
    return wrongValue(
      'day',
      { ...word, text: extra === undefined ? slip : word.text },
      DAYS,
      reporter,
    )
  }
  const length = ((last - first + DAYS.length) % DAYS.length) + 1
  return Array.from({ length }, (_, index) => ({
    kind: 'text',
    text: DAYS[(first + index) % DAYS.length] ?? '',
  }))
}

interface TimeRange {
  readonly fromMinute: number
  readonly toMinute: number
  readonly span: Span
  zone: string | null | undefined
}

/** Ranges, each followed by its zone; one zone after a single list of ranges would be ambiguous, so each has its own. */
function lowerTimes(
  words: readonly FlatWord[],
  condition: FactCondition,
  reporter: Reporter,
): readonly FactValue[] | undefined {
  const fail = (message: string, span: Span, help?: string): undefined => {
    reporter.report('OA2012', message, span, { help })
    return undefined
  }
  const example = 'write `time in 09:00-17:00 Europe/Berlin`'
  if (condition.operator === 'is')
    return fail('`time` is compared with a range', condition.span, example)
  const ranges: TimeRange[] = []
  for (const word of words) {
    const parts = /^(\d{1,2}):(\d\d)(?:-|\.\.)(\d{1,2}):(\d\d)$/.exec(word.text)
    const before = ranges.at(-1)
    if (!parts) {
      if (!before || before.zone !== undefined || /^\d/.test(word.text)) {
        return fail(`\`${word.text}\` is no range of times`, word.span, example)
      }
      before.zone = zoneOf(word, reporter)
      if (before.zone === undefined) return undefined
      continue
    }
    const fromMinute = minuteOf(parts[1], parts[2])
    const toMinute = minuteOf(parts[3], parts[4])
    if (fromMinute === undefined || toMinute === undefined || fromMinute === 1440) {
      return fail(
        `\`${word.text}\` is no range of times`,
        word.span,
        'times go from `00:00` to `24:00`',
      )
    }
    if (fromMinute === toMinute)
      return fail(`\`${word.text}\` is empty`, word.span, 'write the whole day as `00:00-24:00`')
    ranges.push({ fromMinute, toMinute, span: word.span, zone: undefined })
  }
  const bare = ranges.find((each) => each.zone === undefined)
  if (bare && ranges.length > 1 && ranges.some((each) => each.zone !== undefined)) {
    return fail('this range has no zone, others have', bare.span, 'write the zone after each range')
  }
  return ranges.map(({ fromMinute, toMinute, zone }) => ({
    kind: 'time',
    ...{ fromMinute, toMinute, zone: zone ?? null },
  }))
}

function minuteOf(hours: string | undefined, minutes: string | undefined): number | undefined {
  const total = Number(hours) * 60 + Number(minutes)
  return Number(minutes) < 60 && total <= 24 * 60 ? total : undefined
}

/** The zone as written; null for UTC; undefined after an error. */
function zoneOf(word: FlatWord, reporter: Reporter): string | null | undefined {
  if (/^(?:UTC|Z|Etc\/UTC)$/.test(word.text)) return null
  try {
    new Intl.DateTimeFormat('en', { timeZone: word.text }).format(0)
    return word.text
  } catch {
    const zones = Intl.supportedValuesOf('timeZone')
    const help = didYouMean(
      word.text,
      zones,
      'write an IANA name such as `Europe/Berlin`, or `UTC`',
    )
    reporter.report('OA2012', `no time zone is named \`${word.text}\``, word.span, { help })
    return undefined
  }
}
