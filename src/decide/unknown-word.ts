/**
 * Words that are not fully known, against the edges of a node.
 */
import type { Word } from '../model/word.ts'
import type { Table } from '../table/table.ts'
import { globChildren, globChildrenAround } from '../table/trie.ts'

/** Children over globs that a word which is not known may match. */
export function globChildrenOf(
  table: Table,
  node: number,
  word: Word & { kind: 'unknown' },
): readonly number[] {
  return word.values
    ? word.values.flatMap((value) => globChildren(table, node, value))
    : globChildrenAround(table, node, word.prefix, word.suffix)
}

/** Whether a word that is not known may be this one. */
export function mayBe(word: Word & { kind: 'unknown' }, text: string): boolean {
  if (word.values) return word.values.includes(text)
  return (
    text.length >= word.prefix.length + word.suffix.length &&
    text.startsWith(word.prefix) &&
    text.endsWith(word.suffix)
  )
}
