/**
 * What every renderer gives: the one program to start for a plan, with its argv, environment and descriptors.
 */

/** Descriptors that the launched program gets besides standard input, output and error. */
export const SECCOMP_FD = 3
export const STATUS_FD = 4

export interface Launch {
  /** Absolute. */
  readonly executable: string
  readonly args: readonly string[]
  /** Complete; nothing is inherited. */
  readonly environment: Readonly<Record<string, string>>
  /** Where the launched program itself starts. */
  readonly cwd: string
  /** The filter to write to `SECCOMP_FD`; null when there is none. */
  readonly seccomp: Uint8Array | null
  /** True when the backend reports on `STATUS_FD`. */
  readonly hasStatus: boolean
}
