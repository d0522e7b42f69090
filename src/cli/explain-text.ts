/**
 * An explanation for people: the line with its parts underlined, what it would do action by action, which rule or
 * default decides each, and why.
 */
import { neutralise } from '../base/neutral.ts'
import type { Analysed } from '../command/analyse.ts'
import type { Action, Analysis } from '../model/analysis.ts'
import type { ActionDecision, Decision } from '../model/decision.ts'
import type { RequestSubject } from '../model/request.ts'
import { DECISIONS, type Decision as DecisionWord } from '../model/vocabulary.ts'
import type { RuleOrigin } from '../table/source-map.ts'
import type { Table } from '../table/table.ts'
import { underlined } from './explain-line.ts'
import { paint } from './terminal.ts'

export interface Explained {
  readonly subject: RequestSubject
  readonly analysed: Analysed
  readonly decision: Decision
  readonly tables: readonly Table[]
  /** A command that these policies allow; absent: none is known. */
  readonly safer?: string
  /** What names the policies for people: a path each. */
  readonly policies: readonly string[]
}

const COLOURS = {
  allow: 'green',
  warn: 'yellow',
  ask: 'yellow',
  deny: 'red',
  explain: 'cyan',
} as const

/** Actions that are shown; the rest is counted. */
const ACTIONS_SHOWN = 100

/** The text; ends in a newline. Everything foreign in it is neutralised. */
export function explainText(explained: Explained, isColoured: boolean): string {
  const { decision, analysed } = explained
  return `${[
    ...headLines(decision, isColoured),
    '',
    ...lineLines(explained).map((line) => (line === '' ? '' : `  ${line}`)),
    ...decodedLines(analysed),
    ...actionLines(explained, isColoured),
    ...unknownLines(analysed.analysis),
    ...saferLines(explained.safer),
    '',
    ...footLines(explained),
  ].join('\n')}\n`
}

function headLines(decision: Decision, isColoured: boolean): readonly string[] {
  const { would } = decision
  const word = paint(decision.decision, COLOURS[decision.decision], isColoured)
  const mode = would === undefined ? '' : `, mode explain: without it ${would}`
  const lines = [`${word} (risk ${decision.risk}${mode})`, `  ${neutralise(decision.reason)}`]
  if (decision.instead !== undefined) lines.push(`  instead: ${neutralise(decision.instead)}`)
  if (decision.answerableBy !== undefined) {
    lines.push(`  only the role ${neutralise(decision.answerableBy)} may answer`)
  }
  if (decision.sandbox === 'required' && decision.decision !== 'deny')
    lines.push('  runs only in a sandbox')
  return lines
}

/** Ranges of an argv request count over its words joined by blanks. */
function lineLines({ subject, analysed }: Explained): readonly string[] {
  const { analysis } = analysed
  const text = subject.kind === 'argv' ? subject.argv.join(' ') : analysis.line
  const parts = analysis.actions
    .slice(0, ACTIONS_SHOWN)
    .map((action) => ({ start: action.start, end: action.end, number: action.id + 1 }))
    .filter((part) => part.end > part.start)
  if (text === '') return ['(nothing)']
  const lines = underlined(text, parts)
  const isPlain = analysis.normal === '' || analysis.normal === text
  return isPlain ? lines : [...lines, `means: ${neutralise(cut(analysis.normal))}`]
}

const CUT = 2000

function cut(text: string): string {
  return text.length > CUT ? `${text.slice(0, CUT)}… (${text.length} characters)` : text
}

function decodedLines({ decoded }: Analysed): readonly string[] {
  if (decoded.length === 0) return []
  const all = [...new Set(decoded.map((each) => `${each.language}: ${neutralise(cut(each.text))}`))]
  return ['', 'Code inside it', ...all.map((each) => `  ${each}`)]
}

function actionLines(explained: Explained, isColoured: boolean): readonly string[] {
  const { actions } = explained.decision
  if (actions.length === 0) return []
  const origins = originsOf(explained.tables)
  const lines = ['', 'What it would do']
  for (const [index, each] of actions.slice(0, ACTIONS_SHOWN).entries()) {
    const action = explained.analysed.analysis.actions[index]
    const number = String(index + 1).padStart(3)
    const word = paint(each.decision.padEnd(5), COLOURS[each.decision], isColoured)
    const what = `${each.action.padEnd(7)} ${neutralise(cut(each.resource))}`
    const risk = each.risk === 'low' ? '' : `  (risk ${each.risk})`
    lines.push(`${number}  ${word}  ${what}${risk}`)
    lines.push(...detailLines(each, action, origins).map((line) => `            ${line}`))
  }
  if (actions.length > ACTIONS_SHOWN) lines.push(`  … and ${actions.length - ACTIONS_SHOWN} more`)
  return lines
}

function originsOf(tables: readonly Table[]): ReadonlyMap<string, RuleOrigin> {
  return new Map(tables.flatMap((table) => table.origins.map((each) => [each.id, each] as const)))
}

/** Where it comes from, why it is decided so, and the rules as they are written. */
function detailLines(
  each: ActionDecision,
  action: Action | undefined,
  origins: ReadonlyMap<string, RuleOrigin>,
): readonly string[] {
  const lines: string[] = []
  const from = action === undefined ? '' : sourceOf(action)
  if (from !== '') lines.push(from)
  const rules = each.rules.flatMap((id) => origins.get(id) ?? [])
  for (const rule of rules) lines.push(...ruleLines(rule, each.decision))
  // The rule as it is written says it better than a sentence about it.
  if (rules.length === 0 || action?.unknown) lines.push(neutralise(each.reason))
  return lines
}

/** `from 4: operand <file>`; nothing for a command that the line itself starts. */
function sourceOf(action: Action): string {
  const possibly = action.isPossible ? 'possibly, ' : ''
  const { script } = action
  const place = script ? ` in ${neutralise(script.path)}:${script.line}` : ''
  if (action.parent === null) return action.isPossible ? 'possibly' : ''
  const parent = action.parent + 1
  if (action.via === 'command') return `${possibly}started by ${parent}${place}`
  const via = action.via === 'always' ? 'whatever its words' : neutralise(action.via)
  return `${possibly}from ${parent}: ${via}${place}`
}

function ruleLines(rule: RuleOrigin, decision: DecisionWord): readonly string[] {
  // A rule that only possibly matches decides less than it says.
  const own = DECISIONS.find((word) => rule.text.startsWith(`${word} `))
  const isPossible = own !== undefined && own !== decision
  const name = `${isPossible ? 'possibly ' : ''}rule ${neutralise(rule.id)}`
  const lines = [`${name}: ${neutralise(rule.text)}`]
  if (rule.because !== null && !rule.text.includes(rule.because)) {
    lines.push(`because ${neutralise(rule.because)}`)
  }
  return lines
}

/** What only the run can know, each with its reason once. */
function unknownLines(analysis: Analysis): readonly string[] {
  const found = new Map<string, string>()
  const add = (reason: string, start: number, end: number): void => {
    const text = analysis.line.slice(start, end)
    if (!found.has(reason))
      found.set(reason, end > start && text !== '' ? `\`${cut(text)}\`: ` : '')
  }
  for (const each of analysis.unknowns) add(each.reason, each.start, each.end)
  for (const action of analysis.actions) {
    if (action.unknown !== null) add(action.unknown, action.start, action.end)
    if (action.kind !== 'run') continue
    for (const word of action.words) {
      if (word.kind === 'unknown') add(word.reason, word.start, word.end)
    }
  }
  if (found.size === 0) return []
  const lines = [...found].map(([reason, text]) => `  ${neutralise(`${text}${reason}`)}`)
  return ['', 'Not known before it runs', ...lines]
}

function saferLines(safer: string | undefined): readonly string[] {
  return safer === undefined ? [] : ['', 'Allowed instead', `  ${neutralise(cut(safer))}`]
}

function footLines({ decision, policies, analysed }: Explained): readonly string[] {
  const { cwd, workspace } = analysed.analysis
  const place = workspace === '' ? 'no workspace' : `workspace ${neutralise(workspace)}`
  return [
    `in ${neutralise(cwd)} (${place})`,
    `by ${policies.map((each) => neutralise(each)).join(', ')}`,
    `   ${decision.digest}`,
  ]
}
