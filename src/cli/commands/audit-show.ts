/** `oa audit show`: everything that is recorded under a number, a run or an approval. */
import type { AuditRecord } from '../../audit/record.ts'
import { isMeant } from '../../audit/select.ts'
import { eachRecord } from '../../audit/tail.ts'
import { OaError } from '../../base/diagnostic.ts'
import { neutralise, neutraliseJson } from '../../base/neutral.ts'
import { existingLog } from '../existing-log.ts'
import { EXIT } from '../exit.ts'
import type { GivenOptions } from '../options.ts'
import { usageError } from '../options.ts'

export async function run(given: GivenOptions): Promise<number> {
  const [id] = given.operands
  if (id === undefined || given.operands.length > 1 || given.rest !== null) {
    throw usageError(
      '`oa audit show` takes one id',
      'a number from `oa audit tail`, or the id of a run',
    )
  }
  const audit = await existingLog()
  const found: AuditRecord[] = []
  eachRecord(audit, (record) => {
    if (isMeant(record, id)) found.push(record)
    return undefined
  })
  if (found.length === 0) {
    throw new OaError('OA6005', `the log has no record \`${neutralise(id)}\``, {
      help: 'see `oa audit tail`',
    })
  }
  for (const record of found) {
    process.stdout.write(given.flag('json') ? jsonLine(record) : page(record))
  }
  return EXIT.done
}

function jsonLine(record: AuditRecord): string {
  return `${neutraliseJson(JSON.stringify(record))}\n`
}

/** The members one below the other; what has parts of its own is indented. */
function page(record: AuditRecord): string {
  const lines = [`record ${record.seq}`]
  for (const [name, value] of Object.entries(record)) {
    if (name !== 'seq') lines.push(...member(name, value, 1))
  }
  return `${lines.join('\n')}\n`
}

function member(name: string, value: unknown, depth: number): readonly string[] {
  const indent = '  '.repeat(depth)
  const label = `${indent}${neutralise(name)}`
  if (value === null || typeof value !== 'object') return [`${label}: ${scalar(value)}`]
  const entries = Object.entries(value)
  if (entries.length === 0) return [`${label}: ${Array.isArray(value) ? 'none' : '–'}`]
  if (Array.isArray(value) && value.every((each) => each === null || typeof each !== 'object')) {
    return [`${label}: ${value.map(scalar).join(', ')}`]
  }
  return [
    `${label}:`,
    ...entries.flatMap(([key, each]) =>
      member(Array.isArray(value) ? `${Number(key) + 1}` : key, each, depth + 1),
    ),
  ]
}

function scalar(value: unknown): string {
  return neutralise(typeof value === 'string' ? value : JSON.stringify(value))
}
