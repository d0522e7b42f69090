/**
 * Diagnostics as text: the only place where findings become words on a screen or in a file.
 */
import { CODES, type Severity } from './codes.ts'
import type { Diagnostic, Note } from './diagnostic.ts'
import { excerpt } from './excerpt.ts'
import { DIAGNOSTICS_MAX } from './limits.ts'
import { neutralise, neutraliseJson } from './neutral.ts'
import { renderSarif } from './sarif.ts'
import { positionAt, type Span } from './source.ts'

/**
 * `human`: with excerpt and underline. `plain`: a line each. `json`: an object a line. `sarif`: one SARIF 2.1.0
 * document. `github`: workflow commands that annotate a change.
 */
export const DIAGNOSTIC_FORMATS = ['human', 'plain', 'json', 'sarif', 'github'] as const
export type DiagnosticFormat = (typeof DIAGNOSTIC_FORMATS)[number]

export interface RenderOptions {
  readonly format: DiagnosticFormat
  /** Only `human` has colours. */
  readonly colour: boolean
}

/**
 * The text of `diagnostics` in their order; it ends in a newline, or is empty (never for `sarif`).
 *
 * At most `DIAGNOSTICS_MAX` are written, errors before the rest, and then how many more there are.
 */
export function renderDiagnostics(
  diagnostics: readonly Diagnostic[],
  options: RenderOptions,
): string {
  const shown = select(diagnostics)
  const more = diagnostics.length - shown.length
  switch (options.format) {
    case 'human':
      return lines([...shown.map((each) => human(each, options.colour)), ...moreText(more)], '\n\n')
    case 'plain':
      return lines([...shown.map(plain), ...moreText(more)])
    case 'json':
      return lines([...shown.map(json), ...(more > 0 ? [JSON.stringify({ more })] : [])])
    case 'github':
      return lines([...shown.map(github), ...moreText(more).map((text) => `::notice::${text}`)])
    case 'sarif':
      return renderSarif(shown, more)
  }
}

/** The first `DIAGNOSTICS_MAX`; where there are more, no error gives way to what is not one. */
function select(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  if (diagnostics.length <= DIAGNOSTICS_MAX) return diagnostics
  const errorCount = diagnostics.filter((each) => each.severity === 'error').length
  let errors = DIAGNOSTICS_MAX
  let others = Math.max(DIAGNOSTICS_MAX - errorCount, 0)
  return diagnostics.filter((each) => (each.severity === 'error' ? errors-- > 0 : others-- > 0))
}

function moreText(more: number): readonly string[] {
  return more > 0 ? [`… and ${more} more`] : []
}

function lines(parts: readonly string[], between = '\n'): string {
  return parts.length === 0 ? '' : `${parts.join(between)}\n`
}

/** `policy.oa:3:7`, or nothing where there is no place. */
function place(span: Span | undefined): string {
  if (!span) return ''
  const { line, column } = positionAt(span.source, span.start)
  return `${neutralise(span.source.name)}:${line}:${column}`
}

type Style = Severity | 'strong' | 'help'

const SGR: Readonly<Record<Style, string>> = {
  error: '1;31',
  warning: '1;33',
  note: '1;36',
  strong: '1',
  help: '32',
}

type Paint = (style: Style, text: string) => string

function human(each: Diagnostic, isColoured: boolean): string {
  const paint: Paint = (style, text) =>
    isColoured ? `\u001b[${SGR[style]}m${text}\u001b[0m` : text
  const label = paint(each.severity, `${each.severity} ${each.code} ${CODES[each.code].name}`)
  const where = place(each.span)
  const head = `${where === '' ? '' : `${paint('strong', where)}: `}${label}: ${neutralise(each.message)}`
  return [
    head,
    ...(each.span ? excerptLines(each.span, each.severity, paint) : []),
    ...(each.help === undefined ? [] : [`  ${paint('help', 'help')}: ${neutralise(each.help)}`]),
    ...each.notes.flatMap((note) => [
      `  ${paint('note', 'note')}: ${place(note.span)}: ${neutralise(note.message)}`,
      ...excerptLines(note.span, 'note', paint),
    ]),
  ].join('\n')
}

function excerptLines(span: Span, style: Style, paint: Paint): readonly string[] {
  const { line, text, underline } = excerpt(span)
  const gutter = ' '.repeat(String(line).length)
  const blanks = underline.length - underline.trimStart().length
  return [
    `  ${line} | ${text}`.trimEnd(),
    `  ${gutter} | ${underline.slice(0, blanks)}${paint(style, underline.slice(blanks))}`,
  ]
}

function plain(each: Diagnostic): string {
  const where = place(each.span)
  return [
    `${where === '' ? '' : `${where}: `}${each.severity} ${each.code} ${CODES[each.code].name}: ${neutralise(each.message)}`,
    ...(each.help === undefined ? [] : [`help: ${neutralise(each.help)}`]),
    ...each.notes.map((note) => `note: ${place(note.span)}: ${neutralise(note.message)}`),
  ].join('; ')
}

interface JsonPlace {
  readonly file: string | null
  readonly line: number | null
  readonly column: number | null
  readonly endLine: number | null
  readonly endColumn: number | null
}

function jsonPlace(span: Span | undefined): JsonPlace {
  if (!span) return { file: null, line: null, column: null, endLine: null, endColumn: null }
  const start = positionAt(span.source, span.start)
  const end = positionAt(span.source, span.end)
  const { name } = span.source
  return { file: name, ...start, endLine: end.line, endColumn: end.column }
}

function jsonNote(note: Note): JsonPlace & { readonly message: string } {
  return { message: note.message, ...jsonPlace(note.span) }
}

function json(each: Diagnostic): string {
  return neutraliseJson(
    JSON.stringify({
      code: each.code,
      name: CODES[each.code].name,
      severity: each.severity,
      message: each.message,
      ...jsonPlace(each.span),
      help: each.help ?? null,
      notes: each.notes.map(jsonNote),
    }),
  )
}

const GITHUB_LEVEL: Readonly<Record<Severity, string>> = {
  error: 'error',
  warning: 'warning',
  note: 'notice',
}

/** Source: docs.github.com, "Workflow commands for GitHub Actions"; escapes as in actions/toolkit `command.ts`. */
function github(each: Diagnostic): string {
  const properties: [string, string | number][] = []
  if (each.span) {
    const { file, line, column, endLine, endColumn } = jsonPlace(each.span)
    properties.push(
      ['file', neutralise(file ?? '')],
      ['line', line ?? 1],
      ['endLine', endLine ?? 1],
    )
    // Columns of an annotation must lie on one line.
    if (line === endLine) properties.push(['col', column ?? 1], ['endColumn', endColumn ?? 1])
  }
  properties.push(['title', `${each.code} ${CODES[each.code].name}`])
  const text = [
    neutralise(each.message),
    ...(each.help === undefined ? [] : [`help: ${neutralise(each.help)}`]),
    ...each.notes.map((note) => `note: ${place(note.span)}: ${neutralise(note.message)}`),
  ].join('\n')
  const settings = properties.map(([key, value]) => `${key}=${githubProperty(String(value))}`)
  return `::${GITHUB_LEVEL[each.severity]} ${settings.join(',')}::${githubData(text)}`
}

function githubData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
}

function githubProperty(text: string): string {
  return githubData(text).replaceAll(':', '%3A').replaceAll(',', '%2C')
}
