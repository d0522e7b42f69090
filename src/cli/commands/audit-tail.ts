/** `oa audit tail`: the last records of the log, and new ones as they come. */
import type { AuditRecord } from '../../audit/record.ts'
import { factsOf } from '../../audit/select.ts'
import { followRecords, lastRecords } from '../../audit/tail.ts'
import { neutralise, neutraliseJson } from '../../base/neutral.ts'
import { filterOf } from '../audit-options.ts'
import { existingLog, logPlace } from '../existing-log.ts'
import { EXIT } from '../exit.ts'
import type { GivenOptions } from '../options.ts'
import { usageError } from '../options.ts'
import { hasColour, paint } from '../terminal.ts'

const LINES = 10
const LINES_MAX = 1_000_000
/** Characters of a command line that are shown. */
const LINE_CHARS = 120
/** Hex digits of a digest that tell policies apart for people. */
const DIGEST_CHARS = 12

export async function run(given: GivenOptions): Promise<number> {
  if (given.operands.length > 0 || given.rest !== null) {
    throw usageError('`oa audit tail` takes no words', 'how many records: `oa audit tail -n 20`')
  }
  // Who follows may be earlier than the first record.
  const audit = given.flag('follow') ? (await logPlace()).directory : await existingLog()
  const filter = filterOf(given)
  const print = given.flag('json') ? printJson : printLine
  // Taken before the last ones are read, so that none falls between the two.
  const stop = new AbortController()
  const fresh = given.flag('follow') ? followRecords(audit, { signal: stop.signal, filter }) : null
  const first = fresh?.next()
  const last = lastRecords(audit, countOf(given), filter)
  for (const each of last) print(each)
  if (!fresh) return EXIT.done
  process.once('SIGINT', () => stop.abort())
  let seen = last.at(-1)?.seq ?? -1
  for (let next = await first; next && !next.done; next = await fresh.next()) {
    if (next.value.seq <= seen) continue
    seen = next.value.seq
    print(next.value)
  }
  return EXIT.done
}

function countOf(given: GivenOptions): number {
  const text = given.text('lines')
  if (text === undefined) return LINES
  const count = /^\d{1,7}$/.test(text) ? Number(text) : -1
  if (count >= 0 && count <= LINES_MAX) return count
  throw usageError(`\`${text}\` is no number of records`, 'write `oa audit tail -n 20`')
}

function printJson(record: AuditRecord): void {
  process.stdout.write(`${neutraliseJson(JSON.stringify(record))}\n`)
}

const COLOURS = {
  allow: 'green',
  warn: 'yellow',
  ask: 'yellow',
  deny: 'red',
  explain: 'cyan',
} as const

/** `seq  time  kind  decision  exit  policy  line`. */
function printLine(record: AuditRecord): void {
  const isOn = hasColour(process.stdout)
  const facts = factsOf(record)
  const decision = facts.decision ?? ''
  const colour = Object.entries(COLOURS).find(([name]) => name === decision)?.[1]
  const shown = decision.padEnd(7)
  const columns = [
    String(record.seq).padStart(5),
    record.ts.slice(0, 19).concat('Z'),
    neutralise(facts.kind).padEnd(12),
    colour ? paint(shown, colour, isOn) : neutralise(shown),
    outcomeOf(record).padEnd(8),
    facts.policy === undefined ? '' : neutralise(shortDigest(facts.policy)),
    facts.line === undefined ? '' : neutralise(cut(facts.line)),
  ]
  process.stdout.write(`${columns.join('  ').trimEnd()}\n`)
}

function outcomeOf(record: AuditRecord): string {
  const { exit, signal } = record
  if (typeof exit === 'number') return `exit ${exit}`
  return typeof signal === 'string' ? neutralise(signal) : ''
}

function shortDigest(digest: string): string {
  return digest.slice(0, 'sha256:'.length + DIGEST_CHARS)
}

function cut(text: string): string {
  return text.length > LINE_CHARS ? `${text.slice(0, LINE_CHARS)}…` : text
}
