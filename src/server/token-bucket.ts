/**
 * Rate limits: one bucket of tokens for each caller, a bounded number of callers.
 */

export interface Rate {
  /** Requests that may come at once. */
  readonly burst: number
  readonly perSecond: number
}

interface Bucket {
  tokens: number
  atMs: number
}

/** Callers that are remembered; the one longest silent is forgotten, and its bucket is then full again. */
const CALLERS_MAX = 10_000

export class TokenBuckets {
  readonly #rate: Rate
  readonly #now: () => number
  /** In the order of their last request. */
  readonly #buckets = new Map<string, Bucket>()

  constructor(rate: Rate, now: () => number = Date.now) {
    this.#rate = rate
    this.#now = now
  }

  /**
   * Takes what one request costs.
   *
   * @returns 0 when it may go on, else the seconds after which it may
   */
  take(caller: string, cost = 1): number {
    const nowMs = this.#now()
    const { burst, perSecond } = this.#rate
    const before = this.#buckets.get(caller)
    // A clock that was set back gives nothing.
    const refilled = before ? (Math.max(0, nowMs - before.atMs) / 1000) * perSecond : 0
    const tokens = Math.min(burst, before ? before.tokens + refilled : burst)
    const isEnough = tokens >= Math.min(cost, burst)
    this.#buckets.delete(caller)
    this.#buckets.set(caller, { tokens: isEnough ? tokens - cost : tokens, atMs: nowMs })
    if (this.#buckets.size > CALLERS_MAX) this.#forget()
    return isEnough ? 0 : Math.max(1, Math.ceil((Math.min(cost, burst) - tokens) / perSecond))
  }

  #forget(): void {
    const [oldest] = this.#buckets.keys()
    if (oldest !== undefined) this.#buckets.delete(oldest)
  }
}
