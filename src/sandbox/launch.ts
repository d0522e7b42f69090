/**
 * What every renderer gives: the one program to start for a plan, with its argv, environment and descriptors.
 */

/** Descriptors that the launched program gets besides standard input, output and error. */
export const FEED_FD = 3
/** Status of the backend, or a second feed. */
export const STATUS_FD = 4

export interface Launch {
  /** Absolute. */
  readonly executable: string
  readonly args: readonly string[]
  /** Complete; nothing is inherited. */
  readonly environment: Readonly<Record<string, string>>
  /** Where the launched program itself starts. */
  readonly cwd: string
  /** What can be read from `FEED_FD` and, without status, `STATUS_FD`; each is a file that has no name. */
  readonly feeds: readonly Uint8Array[]
  /** True when the backend reports on `STATUS_FD`. */
  readonly hasStatus: boolean
}
