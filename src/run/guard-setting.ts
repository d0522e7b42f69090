/**
 * What holds where a guarded command runs, and the exit codes that `oa exec` makes itself.
 */
import type { Table } from '../table/table.ts'

/** See design §5; 128+n and everything else is the command's own. */
export const GUARD_EXIT = {
  timedOut: 124,
  failed: 125,
  notAllowed: 126,
  notFound: 127,
} as const

/** Taken from the machine, never from the request. */
export interface GuardSetting {
  readonly layers: readonly {
    readonly name: 'system' | 'user' | 'project' | 'session'
    readonly path: string
    readonly table: Table
  }[]
  readonly home: string
  /** Empty: no folder is trusted as one. */
  readonly workspace: string
  readonly cwd: string
  /** `~/.openagent`. */
  readonly own: string
  readonly auditDirectory: string
  readonly auditSegmentBytes?: number
  /** Requests that one agent or session may make in an hour. */
  readonly quotaPerHour?: number
  readonly env: Readonly<Record<string, string | undefined>>
}
