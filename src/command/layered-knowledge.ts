/**
 * The knowledge of all layers (language.md §3 rule 14): a higher layer's option lists count, lower layers may teach
 * programs that no higher layer knows. Places of every layer count.
 */

import { either, type Match, NO } from '../model/vocabulary.ts'
import type { Table } from '../table/table.ts'
import type { KnowledgeSource } from './program.ts'

/** Knowledge of the first layer that has it. */
export function layeredKnowledge(tables: readonly Table[]): KnowledgeSource {
  const [only] = tables
  if (only && tables.length === 1) return only
  return {
    command: (name) => {
      for (const table of tables) {
        const found = table.command(name)
        if (found) return found
      }
      return null
    },
    persistMatch: (path, roots) =>
      tables.reduce<Match>((all, table) => either(all, table.persistMatch(path, roots)), NO),
  }
}
