/** `oa audit report`: what happened, counted; as text, JSON, CSV or a page that needs nothing else. */
import { type AuditSummary, auditReport } from '../../audit/report.ts'
import { printPage } from '../../audit/report-page.ts'
import { CSV_COLUMNS, csvRow, printSummary } from '../../audit/report-text.ts'
import { isSelected, type RecordFilter } from '../../audit/select.ts'
import { eachRecord } from '../../audit/tail.ts'
import { neutraliseJson } from '../../base/neutral.ts'
import { verifyOptionsOf } from '../audit-evidence.ts'
import { filterOf } from '../audit-options.ts'
import { existingLog } from '../existing-log.ts'
import { EXIT } from '../exit.ts'
import type { GivenOptions } from '../options.ts'
import { usageError } from '../options.ts'
import { type Output, openOutput } from '../output.ts'
import { progressBar } from '../progress.ts'

const FORMATS = ['summary', 'json', 'csv', 'html'] as const
type Format = (typeof FORMATS)[number]

/** Exit 1 where the log is not intact: its counts are then not to be relied on. */
export async function run(given: GivenOptions): Promise<number> {
  if (given.operands.length > 0 || given.rest !== null) {
    throw usageError(
      '`oa audit report` takes no words',
      'the form: `oa audit report --format html`',
    )
  }
  const format = formatOf(given)
  const filter = filterOf(given)
  const audit = await existingLog()
  const evidence = await verifyOptionsOf(given)
  const progress = progressBar('verifying')
  const summary = auditReport(audit, { filter, verify: { ...evidence, progress: progress.show } })
  progress.end()
  const output = openOutput(given.text('output'))
  if (format === 'csv') writeRows(output, audit, filter)
  else output.write(PRINTERS[format](summary))
  output.end()
  return summary.integrity.isIntact ? EXIT.done : EXIT.findings
}

const PRINTERS: Readonly<Record<Exclude<Format, 'csv'>, (summary: AuditSummary) => string>> = {
  summary: printSummary,
  json: (summary) => `${neutraliseJson(JSON.stringify(summary))}\n`,
  html: printPage,
}

/** Rows as they are met, so that a long log needs no more memory than a short one. */
function writeRows(output: Output, audit: string, filter: RecordFilter): void {
  output.write(`${CSV_COLUMNS.join(',')}\r\n`)
  eachRecord(audit, (record) => {
    if (isSelected(record, filter)) output.write(`${csvRow(record)}\r\n`)
    return undefined
  })
}

function formatOf(given: GivenOptions): Format {
  const asked = given.flag('json') ? 'json' : (given.text('format') ?? 'summary')
  const format = FORMATS.find((each) => each === asked)
  if (format === undefined || (given.flag('json') && given.text('format') !== undefined)) {
    throw usageError(`\`${asked}\` is no form of a report`, `one of ${FORMATS.join(', ')}`)
  }
  return format
}
