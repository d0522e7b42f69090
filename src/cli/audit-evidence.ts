/**
 * What `oa audit` commands are told about evidence: anchors, the pinned key, the part of the log that is asked about.
 */
import { readFileSync } from 'node:fs'
import { firstKey } from '../audit/checkpoint.ts'
import { readKey } from '../audit/note.ts'
import { parseTime } from '../audit/record.ts'
import { eachRecord } from '../audit/tail.ts'
import type { VerifyOptions } from '../audit/verify.ts'
import { OaError } from '../base/diagnostic.ts'
import { readAnchorsFrom } from './anchor-places.ts'
import { timeNs } from './audit-options.ts'
import { type GivenOptions, usageError } from './options.ts'
import { codeOf } from './write-file.ts'

/** The part of a verification that options ask for. Throws OA6007, OA8001. */
export async function verifyOptionsOf(given: GivenOptions): Promise<VerifyOptions> {
  const against = given.texts('against')
  const anchors = (await Promise.all(against.map(readAnchorsFrom))).flat()
  const key = given.text('key')
  const age = given.text('max-age')
  return {
    ...(given.flag('sealed') ? { mode: 'sealed' as const } : {}),
    ...(anchors.length > 0 ? { anchors } : {}),
    ...(key === undefined ? {} : { pinnedKey: keyOf(key) }),
    ...(age === undefined ? {} : { checkpointAgeMsMax: ageMs(age) }),
  }
}

function ageMs(text: string): number {
  const now = Date.now()
  if (!/^\d+[smhdw]$/.test(text))
    throw usageError(`\`${text}\` is no span of time`, 'write `--max-age 12h`')
  return now - Number(timeNs(text, '--max-age', now) / 1_000_000n)
}

function keyOf(text: string): string {
  if (readKey(text)) return text
  try {
    const written = readFileSync(text, 'utf8').trim()
    if (readKey(written)) return written
  } catch (cause) {
    throw usageError(
      `\`${text}\` is neither a key nor a file with one (${codeOf(cause)})`,
      'print it on the machine of the log: `oa audit key`',
    )
  }
  throw usageError(`\`${text}\` holds no key`, 'print it on the machine of the log: `oa audit key`')
}

/** The first key of a log. Throws OA6006 when nothing was signed yet. */
export function printedKey(audit: string): string {
  const key = firstKey(audit)
  if (key !== undefined) return key
  throw new OaError('OA6006', 'nothing in this log was signed yet, so there is no key', {
    help: 'sign what is there: `oa audit anchor --to FILE`',
  })
}

/**
 * The records that `--from` and `--to` name, by number or by time. Both ends are included.
 *
 * @returns nothing where neither was given
 */
export function rangeOf(
  given: GivenOptions,
  audit: string,
): { readonly fromSeq: number; readonly toSeq: number } | undefined {
  const from = given.text('from')
  const to = given.text('to')
  if (from === undefined && to === undefined) return undefined
  const range = {
    fromSeq: from === undefined ? 0 : seqOf(from, '--from', audit),
    toSeq: to === undefined ? Number.MAX_SAFE_INTEGER : seqOf(to, '--to', audit),
  }
  if (range.fromSeq > range.toSeq) throw usageError(`\`--from ${from}\` is after \`--to ${to}\``)
  return range
}

/** A record's number, or the number of the first record at a time (`--from`), of the last before it (`--to`). */
function seqOf(text: string, option: '--from' | '--to', audit: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text)
  const ns = timeNs(text, option, Date.now())
  let before = -1
  let after = Number.MAX_SAFE_INTEGER
  eachRecord(audit, (record) => {
    if ((parseTime(record.ts) ?? 0n) < ns) {
      before = record.seq
      return true
    }
    after = record.seq
    return false
  })
  return option === '--from' ? after : Math.max(0, before)
}
