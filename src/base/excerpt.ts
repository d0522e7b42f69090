/**
 * A line of source under a finding, with the part that is meant underlined.
 */
import { columnsOf, neutralise } from './neutral.ts'
import { lineText, positionAt, type Span } from './source.ts'

export interface Excerpt {
  readonly line: number
  /** The line, or the part of it around the span, as it may be shown. */
  readonly text: string
  /** Blanks, `^` and `~`, as wide as what they stand under. */
  readonly underline: string
}

/** Wide enough for a rule; a line of a megabyte is still one line on a screen. */
const CHARS_BEFORE_MAX = 60
const CHARS_AFTER_MAX = 100
const TAB_COLUMNS = 4

/** The line on which `span` starts. A span over several lines is underlined to the end of the first. */
export function excerpt(span: Span): Excerpt {
  const { line } = positionAt(span.source, span.start)
  const whole = lineText(span.source, line)
  const at = span.start - lineStart(span)
  const start = Math.min(at, whole.length)
  const end = Math.min(Math.max(at + span.end - span.start, start), whole.length)
  const from = start > CHARS_BEFORE_MAX ? boundary(whole, start - CHARS_BEFORE_MAX) : 0
  const to =
    whole.length - start > CHARS_AFTER_MAX ? boundary(whole, start + CHARS_AFTER_MAX) : whole.length
  const before = show(whole.slice(from, start), from > 0 ? 1 : 0)
  const marked = show(whole.slice(start, Math.min(end, to)), before.end)
  const after = show(whole.slice(Math.min(end, to), to), marked.end)
  const text = `${from > 0 ? '…' : ''}${before.text}${marked.text}${after.text}${to < whole.length ? '…' : ''}`
  const width = Math.max(marked.end - before.end, 1)
  return { line, text, underline: `${' '.repeat(before.end)}^${'~'.repeat(width - 1)}` }
}

function lineStart(span: Span): number {
  return span.source.text.lastIndexOf('\n', span.start - 1) + 1
}

/** `at`, or one less when a character of two code units would be cut. */
function boundary(text: string, at: number): number {
  const code = text.charCodeAt(at)
  return code >= 0xdc00 && code <= 0xdfff ? at - 1 : at
}

/** The text as it is shown when it starts in `column`, and the column after it. */
function show(raw: string, column: number): { readonly text: string; readonly end: number } {
  let text = ''
  let end = column
  for (const character of raw) {
    const shown =
      character === '\t' ? ' '.repeat(TAB_COLUMNS - (end % TAB_COLUMNS)) : neutralise(character)
    text += shown
    end += shown === character ? columnsOf(character) : shown.length
  }
  return { text, end }
}
