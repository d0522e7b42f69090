/** Rules that decided nothing of what the log recorded, as findings at the rules. */
import { readFileSync } from 'node:fs'
import { type Diagnostic, diagnostic } from '../base/diagnostic.ts'
import { firedRules } from '../run/fired-rules.ts'
import type { Table } from '../table/table.ts'
import { existingLog } from './existing-log.ts'
import { counted } from './policies.ts'

/** A note for each rule of the file itself; those that it imports are others' to mend. */
export async function unfiredRules(file: string, table: Table): Promise<readonly Diagnostic[]> {
  const { requests, ids } = firedRules(await existingLog(), table)
  const source = { name: file, text: readFileSync(file, 'utf8') }
  const own = table.origins.filter(({ id }) => id.startsWith(`${file}:`) && !ids.has(id))
  const lines = [...new Set(own.map(({ id }) => Number(id.slice(file.length + 1))))]
  return lines
    .toSorted((a, b) => a - b)
    .map((line) => {
      const message = `this rule had no part in any of ${counted(requests, 'recorded request')}`
      const help = 'keep it if it is for what has not happened yet'
      return diagnostic('OA2509', message, { source, ...rangeOf(source.text, line) }, { help })
    })
}

/** A line without the blanks around it. */
function rangeOf(text: string, line: number): { readonly start: number; readonly end: number } {
  let start = 0
  for (let at = 1; at < line; at++) start = text.indexOf('\n', start) + 1
  const end = text.indexOf('\n', start)
  const whole = text.slice(start, end < 0 ? text.length : end)
  const from = start + whole.length - whole.trimStart().length
  return { start: from, end: from + whole.trim().length }
}
