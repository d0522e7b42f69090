/**
 * An index over the run rows of one node. Each row is filed under one thing that a run must have to match it: an option
 * with its value, or one of the operands that it names. What fewest rows of the node share is taken.
 */
import { canonicalJson } from '../base/canonical.ts'
import { compareText } from '../base/diagnostic.ts'
import type { OptionPattern, WordPattern } from '../model/pattern.ts'
import { INDEX_EDGES } from '../table/format.ts'
import { wordKey } from '../table/keys.ts'
import type { RunRow } from '../table/row.ts'
import type { TrieBuilder } from './trie-builder.ts'

/** So many rows of one node are candidates without an index. */
const ROWS_TRIED_MAX = 8

type Need =
  | { readonly kind: 'option'; readonly option: OptionPattern }
  /** Some operand matches one of them. */
  | { readonly kind: 'operand'; readonly words: readonly WordPattern[] }

/** Files the rows of every node that has many. `runOf`: the run pattern of a row, null for rows of other kinds. */
export function addRowIndexes(trie: TrieBuilder, runOf: (row: number) => RunRow | null): void {
  for (const node of [...trie.nodes]) {
    if (node.accepts.length <= ROWS_TRIED_MAX) continue
    const runs = node.accepts.map(runOf)
    if (runs.includes(null)) continue
    node.index = trie.add()
    fileRows(trie, node.index, node.accepts, runs)
  }
}

function fileRows(
  trie: TrieBuilder,
  index: number,
  rows: readonly number[],
  runs: readonly (RunRow | null)[],
): void {
  const needs = runs.map((run) => (run ? needsOf(run) : []))
  const counts = new Map<string, number>()
  for (const key of needs.flat().flatMap(keysOf)) counts.set(key, (counts.get(key) ?? 0) + 1)
  const cost = (need: Need): number =>
    keysOf(need).reduce((most, key) => Math.max(most, counts.get(key) ?? 0), 0)
  for (const [at, row] of rows.entries()) {
    const [best] = (needs[at] ?? [])
      .map((need) => ({ need, cost: cost(need), key: keysOf(need).join(' ') }))
      .sort((a, b) => a.cost - b.cost || compareText(a.key, b.key))
    for (const node of best ? placesOf(trie, index, best.need) : [index]) trie.accept(node, row)
  }
}

function needsOf(run: RunRow): readonly Need[] {
  const needs: Need[] = run.options.map((option) => ({ kind: 'option', option }))
  if (run.rest?.every(isTelling)) needs.push({ kind: 'operand', words: run.rest })
  for (const word of run.words) {
    if (word.kind === 'path' && isTelling(word)) needs.push({ kind: 'operand', words: [word] })
  }
  return needs
}

/** Some words do not match it. */
function isTelling(word: WordPattern): boolean {
  if (word.kind === 'path') return word.path.segments.some((each) => each !== '**')
  return word.kind === 'text' || (word.kind === 'glob' && !/^\*+$/.test(word.glob))
}

function keysOf(need: Need): readonly string[] {
  return need.kind === 'option'
    ? [canonicalJson(need.option)]
    : need.words.map((word) => canonicalJson(word))
}

function placesOf(trie: TrieBuilder, index: number, need: Need): readonly number[] {
  if (need.kind === 'option') {
    const { name, value } = need.option
    const node = trie.literal(trie.literal(index, INDEX_EDGES.option), name)
    const isExact = value !== null && value.kind !== 'path' && isTelling(value)
    return [isExact ? trie.insert(node, [wordKey(value)]) : node]
  }
  return need.words.map((word) => {
    if (word.kind !== 'path') {
      return trie.insert(trie.literal(index, INDEX_EDGES.word), [wordKey(word)])
    }
    return trie.insert(trie.literal(index, INDEX_EDGES.paths[word.path.root]), word.path.segments)
  })
}
