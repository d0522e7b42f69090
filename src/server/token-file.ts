/**
 * The token file of a server that runs: looked at again now and then.
 */
import { OaError } from '../base/diagnostic.ts'
import { readTokens, type TokenEntry } from './tokens.ts'

/** How long a removed token may still count. */
const FRESH_MS = 1000

/** The tokens of the file as it is now: one that was removed counts no more. */
export class TokenFile {
  readonly #own: string
  readonly #say: (text: string) => void
  #entries: readonly TokenEntry[] = []
  #readMs = 0

  constructor(own: string, say: (text: string) => void) {
    this.#own = own
    this.#say = say
    // A file that cannot be used refuses the start.
    this.#entries = readTokens(own)
    this.#readMs = Date.now()
  }

  entries(): readonly TokenEntry[] {
    if (Date.now() - this.#readMs > FRESH_MS) {
      this.#readMs = Date.now()
      try {
        this.#entries = readTokens(this.#own)
      } catch (error) {
        this.#entries = []
        this.#say(error instanceof OaError ? error.message : 'the tokens cannot be read')
      }
    }
    return this.#entries
  }
}
