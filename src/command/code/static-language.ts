/**
 * What a language gives to the reader: its tree, its library, and where its names lead.
 */
import type { CodeLanguage } from '../../model/knowledge.ts'
import type { CodeUse } from './read.ts'
import type { LibraryTable } from './static-table.ts'
import type { Literal, Node } from './static-tree.ts'
import type { Value } from './static-values.ts'

export interface StaticLanguage {
  readonly name: CodeLanguage
  /** The tree of code; null: its grammar is not understood. */
  parse(code: string): Node | null
  readonly table: LibraryTable
  /** Functions and methods (`data.upper`) that are computed where all is known; undefined: not for these. */
  readonly folds: Readonly<Record<string, (...args: readonly Literal[]) => Literal | undefined>>
  /** Those of them that make text readable which the code hides. */
  readonly decoders: ReadonlySet<string>
  /** A name that no variable has; null: none that is known. */
  global(name: string): Value | null
  /** Members that lead from any value to everything else. */
  isDoor(name: string): boolean
  /** A module by its name. */
  module(name: string): ImportedModule
  /** Members and indexes are the same. */
  readonly hasOpenMembers: boolean
  /** A text that is called names a function. */
  readonly callsTexts: boolean
  /** A path may be a URL. */
  readonly hasUrlPaths: boolean
  /** The URL that a path names; null: it is a path; empty: it is neither; `?`: it cannot be told. */
  urlIn(path: string): string | null
  /** Another name of the same thing. */
  canonical(name: string): string
}

export interface ImportedModule {
  readonly value: Value
  readonly uses: readonly CodeUse[]
  readonly unknown: string | null
}
