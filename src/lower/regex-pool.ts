/**
 * The regular expressions of a policy, numbered in canonical order, and their records (table/regex.ts).
 */
import { compareText } from '../base/diagnostic.ts'
import type { PolicyIr } from './ir.ts'
import { compileRegex } from './lower-regex.ts'
import type { Dfa } from './regex-dfa.ts'

export interface RegexPool {
  readonly records: readonly Uint8Array[]
  /** The number of an expression of this policy. */
  readonly number: (regex: string) => number
  readonly source: (number: number) => string
}

/** All expressions of rules and their excepts. They were checked before; a bad one here is a bug. */
export function poolRegexes(ir: PolicyIr): RegexPool {
  const patterns = ir.rules.flatMap((rule) => [
    ...rule.patterns,
    ...rule.except.map((each) => each.pattern),
  ])
  const found = patterns.flatMap((each) => (each.kind === 'text' ? [each.regex] : []))
  const sources = [...new Set(found)].sort(compareText)
  const numbers = new Map(sources.map((source, number) => [source, number]))
  return {
    records: sources.map((source) => encodeDfa(compileRegex(source).dfa)),
    number: (regex) => numbers.get(regex) ?? -1,
    source: (number) => sources[number] ?? '',
  }
}

function encodeDfa({ start, stateCount, classCount, starts, classes, moves }: Dfa): Uint8Array {
  const head = Uint32Array.from([start, stateCount, classCount, starts.length, ...starts])
  const cells = new Uint16Array(classes.length + moves.length)
  cells.set(classes)
  cells.set(moves, classes.length)
  const bytes = new Uint8Array(Math.ceil((head.byteLength + cells.byteLength) / 4) * 4)
  bytes.set(new Uint8Array(head.buffer))
  bytes.set(new Uint8Array(cells.buffer), head.byteLength)
  return bytes
}
