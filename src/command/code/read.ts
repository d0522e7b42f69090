/**
 * Code in an argument, read as far as it is static: what files, hosts and commands it uses.
 */
import type { CodeLanguage } from '../../model/knowledge.ts'
import { readAwk } from './awk.ts'
import { readSed } from './sed.ts'
import { readSql } from './sql.ts'

/** One thing that code surely or possibly does. A text that is null is known only to the run. */
export type CodeUse =
  | {
      readonly kind: 'read' | 'write' | 'delete'
      readonly path: string | null
      readonly isTree: boolean
    }
  | { readonly kind: 'connect'; readonly host: string | null; readonly port: number | null }
  /** Code for `/bin/sh`. */
  | { readonly kind: 'shell'; readonly code: string }
  /** A program started with these words, without a shell. */
  | { readonly kind: 'argv'; readonly words: readonly (string | null)[] }
  /** A file whose content is run. */
  | { readonly kind: 'script'; readonly path: string }
  /** Files that are run where the directory has them: modules that are looked up beside the code first. */
  | { readonly kind: 'beside'; readonly names: readonly string[] }
  /** Code inside the code that was read too: for people; what it does stands beside it. */
  | { readonly kind: 'decoded'; readonly language: CodeLanguage; readonly code: string }
  /** An environment variable for the programs that it starts. */
  | { readonly kind: 'set'; readonly name: string | null }
  | { readonly kind: 'elevate' }

/** What code does. With a reason in `unknown` it may do anything besides: it is at least `ask`. */
export interface CodeReading {
  readonly uses: readonly CodeUse[]
  readonly unknown: string | null
}

/** Everything that the code surely does, and why that may not be all. */
export function readCode(language: CodeLanguage, code: string): CodeReading {
  switch (language) {
    case 'sed':
      return complete(readSed(code), language)
    case 'awk':
      return complete(readAwk(code), language)
    case 'sql':
      return complete(readSql(code), language)
    default:
      return complete(null, language)
  }
}

/** A reader that tells all or nothing. */
function complete(uses: readonly CodeUse[] | null, language: CodeLanguage): CodeReading {
  return uses
    ? { uses, unknown: null }
    : { uses: [], unknown: `code in ${language} that oa does not read` }
}
