/**
 * The rows of one node that a run may match, from the node's index (lower/row-index.ts): those that need nothing, those
 * whose option stands here, those that name one of the operands. Never fewer; `run-match.ts` compares the rest.
 */
import type { OperandFact, OptionFact, RunAction } from '../model/analysis.ts'
import type { Word } from '../model/word.ts'
import { INDEX_EDGES } from '../table/format.ts'
import { matchPathAt, type PathNodes, type Roots } from '../table/path-match.ts'
import type { Table } from '../table/table.ts'
import { acceptedAt, acceptedBelow, eachChild, globChildren } from '../table/trie.ts'
import { globChildrenOf, mayBe } from './unknown-word.ts'

/** Visits each candidate, some more than once. For runs whose words are not shifted. */
export function indexedRows(
  table: Table,
  index: number,
  run: RunAction,
  roots: Roots,
  visit: (row: number) => void,
): void {
  acceptedAt(table, index, visit)
  const edge = (name: string): number => table.child(index, table.symbol(name))
  const options = edge(INDEX_EDGES.option)
  if (run.mayHaveOptions !== 'none') acceptedBelow(table, options, visit)
  else for (const option of run.options) optionRows(table, options, option, visit)
  const words = edge(INDEX_EDGES.word)
  const paths: PathNodes = [
    edge(INDEX_EDGES.paths['/']),
    edge(INDEX_EDGES.paths.workspace),
    edge(INDEX_EDGES.paths.home),
  ]
  for (const operand of run.operands) {
    wordRows(table, words, operand.word, visit)
    pathRows(table, paths, operand, roots, visit)
  }
}

function optionRows(
  table: Table,
  options: number,
  option: OptionFact,
  visit: (row: number) => void,
): void {
  for (const name of new Set([option.name, ...(option.spellings ?? [])])) {
    const node = table.child(options, table.symbol(name))
    if (node === 0) continue
    if (option.value === null) {
      // Of an option that nobody described, any word may be the value.
      acceptedBelow(table, node, visit)
      continue
    }
    acceptedAt(table, node, visit)
    wordRows(table, node, option.value, visit)
  }
}

function wordRows(table: Table, node: number, word: Word, visit: (row: number) => void): void {
  if (node === 0) return
  if (word.kind === 'known') {
    acceptedAt(table, table.child(node, table.symbol(word.text)), visit)
    for (const child of globChildren(table, node, word.text)) acceptedAt(table, child, visit)
    return
  }
  eachChild(table, node, (symbol, child) => {
    if (mayBe(word, table.string(symbol))) acceptedAt(table, child, visit)
  })
  for (const child of globChildrenOf(table, node, word)) acceptedAt(table, child, visit)
}

function pathRows(
  table: Table,
  nodes: PathNodes,
  { path }: OperandFact,
  roots: Roots,
  visit: (row: number) => void,
): void {
  if (path === null) for (const node of nodes) acceptedBelow(table, node, visit)
  else for (const row of matchPathAt(table, nodes, path, roots, () => false).rows.keys()) visit(row)
}
