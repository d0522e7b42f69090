/** A rule as one line, for explanations and records: the canonical spelling of what was written. */
import type { Block, Never, Rule } from '../syntax/ast.ts'
import {
  printActions,
  printCondition,
  printEntry,
  printExcept,
  printName,
  printPattern,
} from '../syntax/print-words.ts'

export function ruleText(rule: Rule): string {
  const { effect } = rule
  const parts = [effect.kind === 'decision' ? effect.decision : `risk ${effect.risk}`]
  if (rule.actions.length > 0) parts.push(printActions(rule.actions))
  if (rule.patterns.length > 0) parts.push(rule.patterns.map(printPattern).join(', '))
  if (rule.except.length > 0) parts.push(`except ${rule.except.map(printExcept).join(', ')}`)
  if (rule.when) parts.push(`when ${printCondition(rule.when)}`)
  if (rule.because) parts.push(`because ${JSON.stringify(rule.because.value)}`)
  if (rule.instead) parts.push(`instead ${JSON.stringify(rule.instead.value)}`)
  if (rule.obligations.length > 0) parts.push(`with ${rule.obligations.map(blockText).join(', ')}`)
  return oneLine(parts.join(' '))
}

export function neverText(never: Never): string {
  return oneLine(`never ${never.isAskToo ? 'ask ' : ''}${printPattern(never.pattern)}`)
}

function blockText(block: Block): string {
  const entries = block.entries.map((each) =>
    each.kind === 'entry' ? printEntry(each) : blockText(each),
  )
  const label = block.label ? ` ${printName(block.label.value)}` : ''
  return `${block.name.value}${label} { ${entries.join('; ')} }`
}

/** Quoted words may hold newlines; a line of a record may not. */
function oneLine(text: string): string {
  return text.replace(/\s*\n\s*/g, ' ')
}
