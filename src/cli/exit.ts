/**
 * The exit codes of `oa` (docs/cli.md). `oa exec` passes its child's own code on beside those it makes itself.
 */
export const EXIT = {
  done: 0,
  /** `check`, `test`, `audit verify`: something was found. */
  findings: 1,
  /** Wrong use: options, arguments, an unknown command. */
  usage: 2,
  /** `decide`: denied. */
  denied: 3,
  /** `decide`: asks. */
  ask: 4,
  /** `decide`: mode explain. */
  explain: 5,
  /** A bug in oa. */
  bug: 70,
  /** `exec`: the command took longer than its limit. */
  timedOut: 124,
  /** `exec`: oa itself failed, nothing ran. */
  failed: 125,
  /** `exec`: denied, not approved, or mode explain. */
  notAllowed: 126,
  /** `exec`: no such program. */
  notFound: 127,
  /** `exec`: the signal's number is added. */
  signal: 128,
} as const
