/**
 * Code in an argument, read as far as it is static: what files, hosts and commands it uses. Null: not read, hence at
 * least `ask`.
 */
import type { CodeLanguage } from '../../model/knowledge.ts'
import { readAwk } from './awk.ts'
import { readSed } from './sed.ts'
import { readSql } from './sql.ts'

/** One thing that code surely or possibly does. */
export type CodeUse =
  | {
      readonly kind: 'read' | 'write' | 'delete'
      readonly path: string
      readonly isTree: boolean
    }
  | { readonly kind: 'connect'; readonly host: string | null; readonly port: number | null }
  | { readonly kind: 'shell'; readonly code: string }

/** Everything the code does, or null when some of it cannot be told. */
export function readCode(language: CodeLanguage, code: string): readonly CodeUse[] | null {
  switch (language) {
    case 'sed':
      return readSed(code)
    case 'awk':
      return readAwk(code)
    case 'sql':
      return readSql(code)
    default:
      return null
  }
}
