/**
 * The only door from the analysis to the outside. What it answers is frozen into the analysis.
 */

/** A file that could be executed. */
export interface Executable {
  /** Absolute, as found. */
  readonly path: string
  readonly real: string
  /** Real path of the `#!` interpreter, if it is a script. */
  readonly interpreter: string | null
}

/** The text of a file, or why it is not read. */
export type ReadScript =
  | { readonly text: string /** `sha256:…` of its bytes. */; readonly digest: string }
  | { readonly reason: string }

export interface World {
  readonly home: string
  readonly workspace: string
  /**
   * Real path of the deepest existing ancestor with the rest appended. Null: it cannot be told.
   */
  realpath(path: string): string | null
  /** The file that the clean PATH finds. */
  which(name: string): Executable | null
  /** The executable at an absolute path. */
  executable(path: string): Executable | null
  /** Names in a directory, sorted; null when there is none or it is larger than oa lists. */
  list(directory: string): readonly string[] | null
  /** Everything below a path, absolute, bounded. */
  tree(path: string): { readonly entries: readonly string[]; readonly isComplete: boolean }
  isDirectory(path: string): boolean
  /**
   * A small regular file that is no link, as text; null: there is none.
   */
  readScript(path: string): ReadScript | null
  /** Whether the account may write it (or create it), as far as the file system says. */
  mayWrite(path: string): boolean
}
