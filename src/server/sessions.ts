/**
 * Console sessions: a one-time code that only the terminal showed becomes a token that only the tab keeps.
 */
import { randomInt } from 'node:crypto'
import { makeToken, sameSecret, type TokenEntry } from './tokens.ts'

export interface Session {
  readonly token: string
  readonly name: string
  readonly role: 'admin'
  readonly expiresMs: number
}

/** Letters and digits that nobody mistakes for each other. */
const ALPHABET = 'ABCDEFGHJKMNPQRSTUVWXYZ23456789'
/** 59 random bits against five tries. */
const CODE_CHARS = 12
const TRIES_MAX = 5
const CODE_MS = 600_000
const SESSION_MS = 8 * 3_600_000
const SESSIONS_MAX = 32
/** Whoever comes by the code is the one at the terminal: one person, however many tabs. */
const NAME = 'console'

export class Sessions {
  readonly #now: () => number
  #code: { readonly text: string; readonly untilMs: number; triesLeft: number } | null = null
  #entries: readonly TokenEntry[] = []

  constructor(now: () => number = Date.now) {
    this.#now = now
  }

  /** A new code; an earlier one counts no more. */
  newCode(): string {
    const text = Array.from(
      { length: CODE_CHARS },
      () => ALPHABET[randomInt(ALPHABET.length)],
    ).join('')
    this.#code = { text, untilMs: this.#now() + CODE_MS, triesLeft: TRIES_MAX }
    return text.replaceAll(/(.{4})(?=.)/g, '$1-')
  }

  /** A session for the code, once; null for any other text. */
  login(given: string): Session | null {
    const code = this.#code
    if (!code) return null
    code.triesLeft--
    const isRight = sameSecret(given.toUpperCase().replaceAll(/[^A-Z0-9]/g, ''), code.text)
    const isTimely = this.#now() < code.untilMs
    if (isRight || !isTimely || code.triesLeft <= 0) this.#code = null
    if (!isRight || !isTimely) return null
    const now = this.#now()
    const expiresMs = now + SESSION_MS
    const { token, sha256 } = makeToken()
    const entry = { name: NAME, role: 'admin', sha256, createdMs: now, expiresMs } as const
    this.#entries = [...this.entries(), entry].slice(-SESSIONS_MAX)
    return { token, name: NAME, role: 'admin', expiresMs }
  }

  /** The tokens of sessions that are still good. */
  entries(): readonly TokenEntry[] {
    const now = this.#now()
    return this.#entries.filter((each) => (each.expiresMs ?? 0) > now)
  }
}
