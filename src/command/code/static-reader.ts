/**
 * What the reading of one code offers to the calls of its library.
 */
import type { CodeUse } from './read.ts'
import type { StaticLanguage } from './static-language.ts'
import type { RowResult } from './static-table.ts'
import type { Literal } from './static-tree.ts'
import { DATA, NOTHING, type Value } from './static-values.ts'

/** Arguments as they are known. */
export interface Call {
  readonly args: readonly Value[]
  readonly named: ReadonlyMap<string, Value>
  /** Some are the elements of something: positions are not known. */
  readonly isOpen: boolean
}

export interface Reader {
  readonly language: StaticLanguage
  use(use: CodeUse): void
  /** Something that cannot be told. */
  doubt(reason: string): void
  /** A constant that the code hides behind a decoder. */
  hide(value: Value): void
  /** Something is run that may be one of the hidden constants. */
  doubtHidden(code: string): void
  /** Code inside the code, in the same language. */
  read(code: string): void
  member(of: Value, name: string): Value
  call(callee: Value, call: Call): Value
  /** What a loop over it gives. */
  each(of: Value): Value
  /** The module of this name. */
  load(name: string): Value
  /** What is put into a container besides what it was made with. */
  put(container: Value, value: Value): void
  make(result: RowResult, from: Value | null): Value
}

const COMBINATIONS_MAX = 8

/** `compute` of every combination of the constants; data where one is not known. */
export function foldTexts(
  values: readonly Value[],
  compute: (...args: readonly Literal[]) => Literal | undefined,
): Value {
  let rows: (readonly Literal[])[] = [[]]
  for (const value of values) {
    if (value.kind === 'nothing') return NOTHING
    if (value.kind !== 'known') return DATA
    rows = rows.flatMap((row) => value.of.map((each) => [...row, each]))
    if (rows.length > COMBINATIONS_MAX) return DATA
  }
  const results = rows.map((row) => compute(...row))
  const of = results.flatMap((each) => (each === undefined ? [] : [each]))
  return of.length < results.length ? DATA : { kind: 'known', of: [...new Set(of)] }
}
