/**
 * Rows as they are kept in the artifact: what all rows of a rule share stands once, what says nothing is left out.
 */
import type { Row, RowPattern, RunRow } from './row.ts'

/** What the rows of one rule share. */
export type RowBase = Omit<Row, 'pattern'>

interface PackedRun {
  readonly p: string
  readonly w?: RunRow['words']
  readonly r?: RunRow['rest']
  readonly o?: RunRow['options']
  readonly only?: true
}

/** `b`: number of the base. One of: a run, a stage (`s`: pipe, stage, count) with its run, any other pattern. */
export interface PackedRow {
  readonly b: number
  readonly s?: readonly [number, number, number]
  readonly run?: PackedRun
  readonly x?: RowPattern
}

function packRun(run: RunRow): PackedRun {
  return {
    p: run.program,
    ...(run.words.length > 0 ? { w: run.words } : {}),
    ...(run.rest ? { r: run.rest } : {}),
    ...(run.options.length > 0 ? { o: run.options } : {}),
    ...(run.isOnly ? { only: true } : {}),
  }
}

function unpackRun(packed: PackedRun): RunRow {
  return {
    kind: 'run',
    program: packed.p,
    words: packed.w ?? [],
    rest: packed.r ?? null,
    options: packed.o ?? [],
    isOnly: packed.only === true,
  }
}

/** The record of one row whose base has this number. */
export function packRow(row: Row, base: number): PackedRow {
  const { pattern } = row
  if (pattern.kind === 'run') return { b: base, run: packRun(pattern) }
  if (pattern.kind === 'stage') {
    return { b: base, s: [pattern.pipe, pattern.stage, pattern.count], run: packRun(pattern.run) }
  }
  return { b: base, x: pattern }
}

/** The row that a record stands for. */
export function unpackRow(packed: PackedRow, base: RowBase): Row {
  return { ...base, pattern: unpackPattern(packed) }
}

function unpackPattern(packed: PackedRow): RowPattern {
  if (packed.run && packed.s) {
    const [pipe, stage, count] = packed.s
    return { kind: 'stage', pipe, stage, count, run: unpackRun(packed.run) }
  }
  if (packed.run) return unpackRun(packed.run)
  return packed.x ?? { kind: 'any' }
}
