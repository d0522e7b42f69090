/**
 * Tree → `.oa` text in the one canonical layout (`oa fmt`).
 *
 * Keeps comments, the order of statements and single blank lines. What comes out parses to the same tree and prints to
 * itself.
 */
import { DECISION_WORDS, RESERVED_WORDS, STATEMENT_WORDS } from '../../grammar/tokens.ts'
import { unreachable } from '../base/diagnostic.ts'
import type { Span } from '../base/source.ts'
import type {
  Block,
  Comment,
  Entry,
  Pattern,
  PatternWord,
  PolicyFile,
  Rule,
  Statement,
  Test,
} from './ast.ts'
import { quote } from './build-words.ts'
import {
  printActions,
  printCondition,
  printEntry,
  printExcept,
  printMembers,
  printName,
  printPattern,
  printWord,
} from './print-words.ts'

const COLUMNS = 100

/** The canonical text of a policy; ends in one newline. */
export function printPolicy(file: PolicyFile): string {
  const layout: Layout = { text: file.source.text, comments: file.comments }
  const range = { start: 0, end: file.source.text.length }
  const lines = printList(layout, file.statements, range, '', (each) =>
    printStatement(layout, each),
  )
  return `${lines.join('\n')}\n`
}

interface Layout {
  readonly text: string
  readonly comments: readonly Comment[]
}

interface Range {
  readonly start: number
  readonly end: number
}

/** Something on lines of its own, with where it stood. */
interface Unit extends Range {
  readonly lines: string[]
}

/** Items one below the other with the comments around them; at most one blank line where there was one. */
function printList<T extends { readonly kind: string; readonly span: Span }>(
  layout: Layout,
  items: readonly T[],
  range: Range,
  indent: string,
  print: (item: T) => string[],
): string[] {
  const units: Unit[] = []
  const comments = commentsIn(layout, range)
  let next = 0
  for (const item of items) {
    const { start, end } = item.span
    for (; next < comments.length; next += 1) {
      const comment = comments[next]
      if (!comment || comment.span.start >= end) break
      if (comment.span.start < start) placeComment(layout, units, comment)
      // A comment between the lines of one statement moves above it; a block keeps those inside.
      else if (item.kind !== 'block' || !isInsideBlock(layout, item.span, comment)) {
        units.push({ lines: [comment.text], start, end: start })
      }
    }
    units.push({ lines: print(item), start, end })
  }
  for (const comment of comments.slice(next)) placeComment(layout, units, comment)
  return joinUnits(layout, units, indent)
}

function commentsIn(layout: Layout, range: Range): readonly Comment[] {
  const from = firstCommentAt(layout, range.start)
  return layout.comments.slice(from, firstCommentAt(layout, range.end))
}

/** The index of the first comment at or after an offset; comments are in the order of the text. */
function firstCommentAt({ comments }: Layout, offset: number): number {
  let low = 0
  let high = comments.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((comments[middle]?.span.start ?? 0) < offset) low = middle + 1
    else high = middle
  }
  return low
}

/** Inside the braces, that is: after the first `{`. */
function isInsideBlock(layout: Layout, span: Span, comment: Comment): boolean {
  return comment.span.start > bodyStart(layout, span)
}

function bodyStart(layout: Layout, span: Span): number {
  const open = layout.text.indexOf('{', span.start)
  return open < 0 ? span.start : open
}

function placeComment(layout: Layout, units: Unit[], comment: Comment): void {
  const { start, end } = comment.span
  const last = units.at(-1)
  const lastLine = last?.lines.at(-1)
  const isBeside =
    comment.isTrailing && last !== undefined && !layout.text.slice(last.end, start).includes('\n')
  if (isBeside && lastLine !== undefined) {
    last.lines[last.lines.length - 1] = `${lastLine}  ${comment.text}`
    units[units.length - 1] = { ...last, end }
  } else units.push({ lines: [comment.text], start, end })
}

function joinUnits(layout: Layout, units: readonly Unit[], indent: string): string[] {
  const lines: string[] = []
  let end: number | undefined
  for (const unit of units) {
    const between = end === undefined ? '' : layout.text.slice(end, unit.start)
    if (/\n[^\S\n]*\n/.test(between)) lines.push('')
    lines.push(...unit.lines.map((line) => (line === '' ? '' : indent + line)))
    end = unit.end
  }
  return lines
}

function printStatement(layout: Layout, it: Statement): string[] {
  switch (it.kind) {
    case 'policy':
      return [`policy ${quote(it.name.value)}`]
    case 'language':
      return [`language ${it.version}`]
    case 'import':
      return [`import ${it.isPath ? quote(it.target.value) : it.target.value}`]
    case 'mode':
      return [`mode ${it.mode}`]
    case 'let':
      return printWrapped(`let ${it.name.value} =`, it.members, '')
    case 'default':
      return [`default ${it.action ? `${it.action} ` : ''}${it.decision}`]
    case 'on':
      return [`on ${it.risk} ${it.decision}`]
    case 'override':
      return [it.role ? `override by ${printName(it.role.value)}` : 'override off']
    case 'rule':
      return printRule(it)
    case 'block':
      return printBlock(layout, it)
    case 'test':
      return [printTest(it)]
    case 'never':
      return [`never ${it.isAskToo ? 'ask ' : ''}${printPattern(it.pattern)}`]
    default:
      return unreachable(it)
  }
}

function printTest(test: Test): string {
  const path = test.path ? ` in ${printName(test.path.value)}` : ''
  const facts = test.facts ? ` when ${printCondition(test.facts)}` : ''
  return `test ${quote(test.line.value)}${path}${facts} is ${test.decision}`
}

function printRule(rule: Rule): string[] {
  const { effect } = rule
  const word = effect.kind === 'decision' ? effect.decision : `risk ${effect.risk}`
  const start = [word, printActions(rule.actions)].filter((each) => each !== '').join(' ')
  const clauses: string[] = []
  if (rule.except.length > 0) clauses.push(`except ${rule.except.map(printExcept).join(', ')}`)
  if (rule.when) clauses.push(`when ${printCondition(rule.when)}`)
  if (rule.because) clauses.push(`because ${quote(rule.because.value)}`)
  if (rule.instead) clauses.push(`instead ${quote(rule.instead.value)}`)
  if (rule.obligations.length > 0) {
    clauses.push(`with ${rule.obligations.map(printObligation).join(', ')}`)
  }
  const patterns = rule.patterns.map(printPattern)
  const line = [start, patterns.join(', '), ...clauses].filter((each) => each !== '').join(' ')
  if (line.length <= COLUMNS) return [line]
  return [...printHead(start, rule.patterns), ...clauses.map((each) => `  ${each}`)]
}

const STATEMENT_STARTS: ReadonlySet<string> = new Set<string>([
  ...STATEMENT_WORDS,
  ...DECISION_WORDS,
])

/** Decision, actions and patterns: one line if it fits, else a pattern a line, else the braces broken up. */
function printHead(start: string, patterns: readonly Pattern[]): string[] {
  const texts = patterns.map(printPattern)
  const line = `${start} ${texts.join(', ')}`.trimEnd()
  if (line.length <= COLUMNS) return [line]
  const [first] = patterns
  if (first && patterns.length === 1) return printLongPattern(start, first)
  // A pattern that starts like a statement may not stand at the start of a line.
  const isRisky = texts.some((text) => STATEMENT_STARTS.has(text.split(/[\s,]/)[0] ?? ''))
  if (isRisky) return [line]
  return fill(texts, '  ').map((each, index) =>
    index === 0 ? `${start} ${each.trimStart()}` : each,
  )
}

function printLongPattern(start: string, pattern: Pattern): string[] {
  const stage = pattern.kind === 'command' ? pattern.stages[0] : undefined
  const last = stage?.words.at(-1)
  if (pattern.kind === 'text' || pattern.stages.length > 1 || last?.kind !== 'group') {
    return [`${start} ${printPattern(pattern)}`]
  }
  const before = (stage?.words ?? []).slice(0, -1).map(printWord)
  return printWrapped([start, ...before].join(' '), last.members, stage?.isOnly ? ' only' : '')
}

/** `START { members }`, broken over lines when too long. */
function printWrapped(
  start: string,
  members: readonly (readonly PatternWord[])[],
  after: string,
): string[] {
  const texts = printMembers(members)
  const line = `${start} { ${texts.join(', ')} }${after}`
  if (line.length <= COLUMNS) return [line]
  return [`${start} {`, ...fillMembers(members, '  '), `}${after}`]
}

/** Members as many a line as fit; one too long for a line that ends in braces is broken inside them. */
function fillMembers(members: readonly (readonly PatternWord[])[], indent: string): string[] {
  const lines: string[] = []
  let run: string[] = []
  const flush = (comma: string): void => {
    if (run.length > 0) lines.push(...fill(run, indent))
    if (run.length > 0 && comma !== '') lines[lines.length - 1] += comma
    run = []
  }
  for (const [index, words] of members.entries()) {
    const [text = ''] = printMembers([words])
    const last = words.at(-1)
    const comma = index < members.length - 1 ? ',' : ''
    if (indent.length + text.length < COLUMNS || last?.kind !== 'group') {
      run.push(text)
      continue
    }
    flush(',')
    const before = words.slice(0, -1).map(printWord).join(' ')
    lines.push(`${indent}${before}${before ? ' ' : ''}{`)
    lines.push(...fillMembers(last.members, `${indent}  `), `${indent}}${comma}`)
  }
  flush('')
  return lines
}

/** Texts separated by commas, as many a line as fit. */
function fill(texts: readonly string[], indent: string): string[] {
  const lines: string[] = []
  let line = indent
  for (const [index, text] of texts.entries()) {
    const piece = index < texts.length - 1 ? `${text},` : text
    const isFirst = line === indent
    if (!isFirst && line.length + 1 + piece.length > COLUMNS) {
      lines.push(line)
      line = `${indent}${piece}`
    } else line += `${isFirst ? '' : ' '}${piece}`
  }
  return [...lines, line]
}

const NOT_IN_LINE: ReadonlySet<string> = new Set(RESERVED_WORDS)

/** A block after `with`: in one line, without braces where it holds a single plain line. */
function printObligation(block: Block): string {
  const [only] = block.entries
  const isLine =
    block.entries.length === 1 &&
    only?.kind === 'entry' &&
    isPatternText(only.key.value) &&
    only.words.every((word) => !word.isAfterComma && (word.kind !== 'word' || isPatternWord(word)))
  if (isLine) return `${block.name.value} ${printEntry(only)}`
  return inline(block)
}

const isPatternWord = (word: Extract<PatternWord, { kind: 'word' }>): boolean =>
  word.isQuoted || isPatternText(word.text)

const isPatternText = (text: string): boolean => !NOT_IN_LINE.has(text) && !text.includes('|')

function inline(block: Block): string {
  const entries = block.entries.map((each) =>
    each.kind === 'entry' ? printEntry(each) : inline(each),
  )
  const head = blockHead(block)
  return entries.length === 0 ? `${head} { }` : `${head} { ${entries.join('; ')} }`
}

function blockHead(block: Block): string {
  return block.label ? `${block.name.value} ${printName(block.label.value)}` : block.name.value
}

/** One line if it was one, holds no block and no comment, and fits; else an entry a line. */
function printBlock(layout: Layout, block: Block, depth = 0): string[] {
  const { start, end } = block.span
  const line = inline(block)
  const range = { start: bodyStart(layout, block.span), end }
  const isOneLine =
    line.length <= COLUMNS - 2 * depth &&
    block.entries.every((each) => each.kind === 'entry') &&
    commentsIn(layout, range).length === 0 &&
    !layout.text.slice(start, end).includes('\n')
  if (isOneLine) return [line]
  const inside = printList(
    layout,
    lineGroups(layout, block.entries, COLUMNS - 2 * depth - 2),
    range,
    '  ',
    (each) =>
      each.kind === 'block' ? printBlock(layout, each, depth + 1) : printLine(each.entries),
  )
  return [`${blockHead(block)} {`, ...inside, '}']
}

/** Entries that share a line. */
interface LineGroup {
  readonly kind: 'line'
  readonly entries: readonly Entry[]
  readonly span: Span
}

/** Entries written on one line stay on one line, as far as it goes: knowledge of commands is dense. */
function lineGroups(
  layout: Layout,
  entries: Block['entries'],
  columns: number,
): (LineGroup | Block)[] {
  const groups: (LineGroup | Block)[] = []
  for (const each of entries) {
    const last = groups.at(-1)
    if (each.kind === 'block') groups.push(each)
    else if (last?.kind === 'line' && sharesLine(layout, last, each, columns)) {
      const span = { ...last.span, end: each.span.end }
      groups[groups.length - 1] = { kind: 'line', entries: [...last.entries, each], span }
    } else groups.push({ kind: 'line', entries: [each], span: each.span })
  }
  return groups
}

function sharesLine(layout: Layout, line: LineGroup, entry: Entry, columns: number): boolean {
  const between = layout.text.slice(line.span.end, entry.span.start)
  if (between.includes('\n')) return false
  return [...line.entries, entry].map(printEntry).join('; ').length <= columns
}

function printLine(entries: readonly Entry[]): string[] {
  const [first] = entries
  if (first && entries.length === 1) return printLongEntry(first)
  return [entries.map(printEntry).join('; ')]
}

function printLongEntry(entry: Entry): string[] {
  const text = printEntry(entry)
  const last = entry.words.at(-1)
  if (text.length < COLUMNS || last?.kind !== 'group' || last.members.length < 2) return [text]
  const before = printEntry({ ...entry, words: entry.words.slice(0, -1) })
  return printWrapped(`${before}${last.isAfterComma ? ',' : ''}`, last.members, '')
}
