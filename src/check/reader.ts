/**
 * The door through which policies and their imports are read. The compiler half never touches the file system itself.
 */

export type ReadResult =
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  /** `message`: lower case, no final stop, for people. */
  | { readonly kind: 'error'; readonly message: string }

export interface PolicyReader {
  /** The whole file. Total: a fault is a result. */
  readonly read: (path: string) => ReadResult
  /** The absolute path with all symbolic links resolved; undefined if there is nothing. */
  readonly realpath: (path: string) => string | undefined
  /** True for a regular file (links followed). */
  readonly isRegularFile: (path: string) => boolean
  /** Absolute real path of the folder that `import std` means. */
  readonly std: string
  /** Names that `import std/NAME` can have, for "did you mean". */
  readonly stdNames: () => readonly string[]
}
