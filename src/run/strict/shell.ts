/**
 * What the parts of the strict runner share: the state of one shell, and how it ends.
 */
import type { Descriptors } from './streams.ts'

/** Ends the shell or subshell in which it is thrown. */
export class Leave extends Error {
  readonly status: number

  constructor(status: number) {
    super(`exit ${status}`)
    this.status = status
  }
}

/** What one shell or subshell has of its own. */
export interface Shell {
  cwd: string
  readonly exported: Map<string, string>
  readonly own: Map<string, string>
  descriptors: Descriptors
  status: number
  readonly background: Promise<unknown>[]
}

/** How writing went; `unread`: the reader is gone. */
export type Told = 'done' | 'failed' | 'unread'
