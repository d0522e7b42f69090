/**
 * The command line of an explanation: its parts underlined and numbered.
 */
import { columnsOf, neutralise } from '../base/neutral.ts'

/** A numbered part, as a half-open range of UTF-16 offsets in the line. */
export interface Part {
  readonly start: number
  readonly end: number
  readonly number: number
}

/** Characters of a line that are shown; the rest is counted. */
const CHARS_MAX = 2000
/** Rows of underlines below one line: parts inside parts go one row down. */
const ROWS_MAX = 4

interface Range {
  readonly start: number
  readonly end: number
  readonly numbers: readonly number[]
}

/** The text with rows of underlines and numbers below each of its lines; no line ends in blanks. */
export function underlined(text: string, parts: readonly Part[]): readonly string[] {
  const shown = text.slice(0, CHARS_MAX)
  const ranges = rangesOf(parts)
  const lines: string[] = []
  let start = 0
  for (const line of shown.split('\n')) {
    const columns = new Columns(line, start)
    lines.push(columns.text, ...rowsOf(ranges, columns))
    start += line.length + 1
  }
  if (text.length > CHARS_MAX) lines.push(`… and ${text.length - CHARS_MAX} characters more`)
  return lines
}

/** Parts that cover the same range share their underline. */
function rangesOf(parts: readonly Part[]): readonly Range[] {
  const byRange = new Map<string, Range>()
  for (const { start, end, number } of parts) {
    const key = `${start} ${end}`
    const numbers = byRange.get(key)?.numbers ?? []
    byRange.set(key, { start, end, numbers: [...numbers, number] })
  }
  return [...byRange.values()].sort((a, b) => a.start - b.start || b.end - a.end)
}

/** One line as it is shown, and where each of its characters stands. */
class Columns {
  readonly text: string
  readonly start: number
  readonly end: number
  readonly #at: number[] = []

  constructor(line: string, start: number) {
    this.start = start
    this.end = start + line.length
    let text = ''
    let column = 0
    for (const character of line) {
      const shown = neutralise(character)
      for (let unit = 0; unit < character.length; unit += 1) this.#at.push(column)
      for (const each of shown) column += columnsOf(each)
      text += shown
    }
    this.#at.push(column)
    this.text = text
  }

  /** The columns of the part of a range that lies on this line; null where none does. */
  place(range: Range): { readonly from: number; readonly to: number } | null {
    if (range.end <= this.start || range.start > this.end) return null
    const from = this.#at[Math.max(range.start - this.start, 0)] ?? 0
    const to = this.#at[Math.min(range.end, this.end) - this.start] ?? from
    return to > from ? { from, to } : null
  }
}

function rowsOf(ranges: readonly Range[], columns: Columns): readonly string[] {
  const rows: { marks: string; labels: string }[] = []
  for (const range of ranges) {
    const place = columns.place(range)
    if (!place) continue
    const label = labelOf(range.numbers)
    const free = rows.find(
      (row) => row.marks.length <= place.from && row.labels.length < place.from + 1,
    )
    const row = free ?? { marks: '', labels: '' }
    if (!free) {
      if (rows.length >= ROWS_MAX) continue
      rows.push(row)
    }
    row.marks = row.marks.padEnd(place.from) + '^'.repeat(place.to - place.from)
    // A blank between two labels.
    row.labels = `${row.labels.padEnd(place.from)}${label} `
  }
  return rows.flatMap((row) => [row.marks, row.labels.trimEnd()])
}

/** `1`, `2–4`, `1, 5`. */
function labelOf(numbers: readonly number[]): string {
  const runs: [number, number][] = []
  for (const number of numbers) {
    const last = runs.at(-1)
    if (last && last[1] + 1 === number) last[1] = number
    else runs.push([number, number])
  }
  return runs.map(([first, last]) => (first === last ? `${first}` : `${first}–${last}`)).join(',')
}
