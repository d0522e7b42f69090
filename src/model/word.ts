/**
 * A word of a command as bash would pass it, as far as it is known before the run.
 */

/** A word whose text is certain. */
export interface KnownWord {
  readonly kind: 'known'
  readonly text: string
  /** Came from an unquoted glob that the world listed; decided again at spawn. */
  readonly glob?: string
  /** Range of the line that the word came from. */
  readonly start: number
  readonly end: number
}

/** A word that only the run can know, with what is known of it. */
export interface UnknownWord {
  readonly kind: 'unknown'
  /** Text that surely stands at the start and at the end; they never overlap. */
  readonly prefix: string
  readonly suffix: string
  /** The complete set of texts it can have, where that is known. */
  readonly values?: readonly string[]
  /** Unquoted: it may become any number of words, none included. */
  readonly isMany: boolean
  /** Why it is unknown, for people: "the variable X is not set in the line". */
  readonly reason: string
  readonly start: number
  readonly end: number
}

export type Word = KnownWord | UnknownWord

export function knownWord(text: string, start = 0, end = 0): KnownWord {
  return { kind: 'known', text, start, end }
}

/** The word for people: unknown parts are shown as `…`. */
export function showWord(word: Word): string {
  return word.kind === 'known' ? word.text : `${word.prefix}…${word.suffix}`
}
