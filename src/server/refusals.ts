/**
 * Refusals on record: as many as say something, never so many that they fill the log.
 */
import type { AuditLog } from '../audit/log.ts'
import { TokenBuckets } from './token-bucket.ts'

export interface Refusal {
  readonly code: string
  readonly status: number
  /** The route's pattern; null: none. */
  readonly route: string | null
  readonly reason: string
  /** Empty: nobody who is known. */
  readonly caller: string
}

/** Refusals on record in a row, and then each second. What is more is counted. */
const RATE = { burst: 100, perSecond: 1 }
const REASON_CHARS_MAX = 300

export class RefusalRecord {
  readonly #log: AuditLog
  readonly #say: (text: string) => void
  readonly #bucket = new TokenBuckets(RATE)
  #unrecorded = 0

  constructor(log: AuditLog, say: (text: string) => void) {
    this.#log = log
    this.#say = say
  }

  /** Records without holding up the answer: nothing was granted. */
  add({ code, status, route, reason, caller }: Refusal): void {
    if (this.#bucket.take('all') > 0) {
      this.#unrecorded++
      return
    }
    const unrecorded = this.#unrecorded
    this.#unrecorded = 0
    this.#log
      .append({
        kind: 'server.refuse',
        code,
        status,
        ...(route === null ? {} : { route }),
        reason: reason.slice(0, REASON_CHARS_MAX),
        ...(caller === '' ? {} : { user: caller }),
        ...(unrecorded === 0 ? {} : { unrecorded }),
      })
      .catch((error: unknown) => {
        this.#say(`a refusal is not on record: ${error instanceof Error ? error.message : 'fault'}`)
      })
  }
}
