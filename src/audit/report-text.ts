/**
 * Reports as text for people and as tables for other programs. Foreign text is made harmless on the way.
 */
import { neutralise } from '../base/neutral.ts'
import type { AuditRecord } from './record.ts'
import type { AuditSummary, CountTable } from './report.ts'
import { factsOf } from './select.ts'
import type { AuditReport } from './verify.ts'

/** A verification in a few lines: what was found, who vouches, what could still be forged. */
export function printVerification(report: AuditReport): string {
  const lines = [
    `${report.isIntact ? 'intact' : 'NOT INTACT'}: ${counted(report.records, 'record')} in ${counted(report.segments, 'segment')}` +
      ` (${report.firstSeq}–${report.lastSeq}), ${report.bytes} bytes`,
  ]
  if (report.tornGaps > 0) lines.push(`torn writes, all accounted for: ${report.tornGaps}`)
  for (const each of report.findings) {
    const place = [
      each.segment,
      each.line,
      each.offset === undefined ? undefined : `byte ${each.offset}`,
    ]
    const where = place.filter((part) => part !== undefined).join(':')
    const at = where === '' ? '' : `${where}: `
    lines.push(`  ${at}${each.severity} ${each.code} ${each.name}: ${each.message}`)
  }
  const more = report.findingCount - report.findings.length
  if (more > 0) lines.push(`  … and ${more} more findings`)
  if (report.findingsOutside > 0)
    lines.push(`  ${report.findingsOutside} more findings at other records`)
  lines.push('vouched for:')
  for (const each of report.layers) {
    const reach = each.records === 0 ? '' : `, records 0–${each.records - 1}: ${each.says}`
    lines.push(`  ${each.layer}: ${each.state}${reach}`)
  }
  lines.push('could still be forged:', ...report.couldBeForged.map((each) => `  ${each}`))
  return `${lines.map(neutralise).join('\n')}\n`
}

/** A report for people, as text. */
export function printSummary(summary: AuditSummary): string {
  const lines = [
    `records    ${summary.records}${summary.first === undefined ? '' : `, ${summary.first} to ${summary.last}`}`,
    `decisions  ${counts(summary.decisions)}`,
    `risk       ${counts(summary.risks)}`,
    `runs       ${counts(summary.runs)}`,
  ]
  if (summary.latency) {
    const { p50, p95, p99 } = summary.latency
    lines.push(`latency    p50 ${micros(p50)}, p95 ${micros(p95)}, p99 ${micros(p99)}`)
  }
  const tables: readonly (readonly [string, CountTable])[] = [
    ['programs', summary.byProgram],
    ['rules', summary.byRule],
    ['agents', summary.byAgent],
    ['users', summary.byUser],
    ['refused', summary.topRefused],
  ]
  for (const [title, table] of tables) {
    if (table.rows.length === 0) continue
    lines.push('', title)
    for (const row of table.rows.slice(0, 10)) {
      lines.push(`${String(row.count).padStart(8)}  ${row.name}  (${counts(row.decisions)})`)
    }
  }
  return `${lines.map(neutralise).join('\n')}\n\n${printVerification(summary.integrity)}`
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}

function counts(values: Readonly<Record<string, number>>): string {
  const all = Object.entries(values).map(([name, count]) => `${name} ${count}`)
  return all.join(', ') || 'none'
}

function micros(ns: number): string {
  return `${(ns / 1000).toFixed(1)} µs`
}

/** The columns of the CSV form, in order. */
export const CSV_COLUMNS = [
  'seq',
  'ts',
  'kind',
  'decision',
  'risk',
  'rules',
  'programs',
  'user',
  'agent',
  'session',
  'policy',
  'line',
  'exit',
] as const

/** One record as a CSV row. Source: RFC 4180. */
export function csvRow(record: AuditRecord): string {
  const facts = factsOf(record)
  const exit = record['exit']
  const values: Readonly<Record<(typeof CSV_COLUMNS)[number], string>> = {
    seq: String(record.seq),
    ts: record.ts,
    kind: facts.kind,
    decision: facts.decision ?? '',
    risk: facts.risk ?? '',
    rules: facts.rules.join(' '),
    programs: facts.programs.join(' '),
    user: facts.user ?? '',
    agent: facts.agent ?? '',
    session: facts.session ?? '',
    policy: facts.policy ?? '',
    line: facts.line ?? '',
    exit: typeof exit === 'number' ? String(exit) : '',
  }
  return CSV_COLUMNS.map((each) => csvCell(values[each])).join(',')
}

/** WHY the quote before `=`: a spreadsheet would compute what a command line says. */
function csvCell(text: string): string {
  const plain = neutralise(text)
  const calm = /^[=+\-@\t]/.test(plain) ? `'${plain}` : plain
  return /[",\n]/.test(calm) ? `"${calm.replaceAll('"', '""')}"` : calm
}
