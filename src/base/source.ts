/**
 * Source text and positions in it. Knows nothing of policies and nothing of the file system.
 */

/** One text that diagnostics can point into. */
export interface SourceFile {
  /** Name for people: a path as the user wrote it, or `<command line>`. */
  readonly name: string
  readonly text: string
}

/** Half-open range of UTF-16 offsets in one source. */
export interface Span {
  readonly source: SourceFile
  readonly start: number
  readonly end: number
}

/** A position for people; both count from 1, columns in code points. */
export interface Position {
  readonly line: number
  readonly column: number
}

const lineStartsOf = new WeakMap<SourceFile, readonly number[]>()

/** Offsets at which the lines of `source` start; a line ends at `\n`. */
function lineStarts(source: SourceFile): readonly number[] {
  let starts = lineStartsOf.get(source)
  if (!starts) {
    const found = [0]
    for (let at = source.text.indexOf('\n'); at >= 0; at = source.text.indexOf('\n', at + 1)) {
      found.push(at + 1)
    }
    starts = found
    lineStartsOf.set(source, starts)
  }
  return starts
}

/** The position of an offset; offsets past the end count as the end. */
export function positionAt(source: SourceFile, offset: number): Position {
  const starts = lineStarts(source)
  let low = 0
  let high = starts.length - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if ((starts[middle] ?? 0) <= offset) low = middle
    else high = middle - 1
  }
  const start = starts[low] ?? 0
  return { line: low + 1, column: [...source.text.slice(start, offset)].length + 1 }
}

/** The text of a line (from 1) without its line end. */
export function lineText(source: SourceFile, line: number): string {
  const starts = lineStarts(source)
  const start = starts[line - 1] ?? source.text.length
  const end = (starts[line] ?? source.text.length + 1) - 1
  return source.text.slice(start, end).replace(/\r$/, '')
}
