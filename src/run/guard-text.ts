/**
 * What `oa exec` tells the person on standard error. Foreign text is neutralised here and nowhere before.
 */
import { CODES, type Code } from '../base/codes.ts'
import { neutralise } from '../base/neutral.ts'
import type { Decision } from '../model/decision.ts'

/** Parts shown of one refusal; more says nothing new. */
const PARTS_MAX = 5
/** Lines longer than this are not drawn with their parts underlined. */
const DRAWN_CHARS_MAX = 160

/** Why nothing ran: the sentence, the parts, what to do instead. */
export function refusalText(decision: Decision, line: string): string {
  const lines = [`oa: denied: ${neutralise(decision.reason)}`, ...partLines(decision, line)]
  if (decision.instead !== undefined) lines.push(`  instead: ${neutralise(decision.instead)}`)
  return `${lines.join('\n')}\n`
}

/** Mode explain: what would have been decided. */
export function explainText(decision: Decision, line: string): string {
  const lines = [
    `oa: mode explain, nothing ran; the answer would be ${decision.would ?? 'ask'}: ${neutralise(decision.reason)}`,
    ...partLines({ ...decision, decision: decision.would ?? 'ask' }, line),
  ]
  if (decision.instead !== undefined) lines.push(`  instead: ${neutralise(decision.instead)}`)
  return `${lines.join('\n')}\n`
}

export function warningText(decision: Decision): string {
  const instead =
    decision.instead === undefined ? '' : `\n  instead: ${neutralise(decision.instead)}`
  return `oa: warning: ${neutralise(decision.reason)}${instead}\n`
}

/** One fault with its code. */
export function faultText(code: Code, reason: string, help?: string): string {
  const isError = CODES[code].severity === 'error'
  const more = help === undefined ? '' : `\n  help: ${neutralise(help)}`
  return `oa: ${isError ? '' : 'warning: '}${code} ${neutralise(reason)}${more}\n`
}

export function noteText(note: string): string {
  return `oa: note: ${neutralise(note)}\n`
}

/** The actions that decided, each with its part of the line. */
function partLines(decision: Decision, line: string): readonly string[] {
  const own = decision.actions.filter((each) => each.decision === decision.decision)
  const drawn: string[] = []
  const seen = new Set<string>()
  for (const { action, resource, reason, start, end } of own) {
    if (drawn.length >= PARTS_MAX * 2 || seen.has(reason)) continue
    seen.add(reason)
    if (reason !== decision.reason)
      drawn.push(`  ${action} ${neutralise(resource)}: ${neutralise(reason)}`)
    if (start === undefined || end === undefined || line.length > DRAWN_CHARS_MAX) continue
    if (neutralise(line) !== line) continue
    const mark = `${' '.repeat(start)}${'^'.repeat(Math.max(1, end - start))}`
    if (!seen.has(mark)) drawn.push(`    ${line}`, `    ${mark}`)
    seen.add(mark)
  }
  return drawn
}
