/**
 * A call of a builtin, as its handler gets it.
 */
import type { Word } from '../../model/word.ts'
import type { Context, Span } from './context.ts'
import type { Declaration } from './declare.ts'
import type { State } from './state.ts'

/** A builtin about to run. */
export interface Call {
  readonly name: string
  readonly args: readonly Word[]
  /** Arguments that the parser read as assignments (`export A=b`), by their place in `args`. */
  readonly declarations: ReadonlyMap<number, Declaration>
  readonly span: Span
  readonly stdin: Word | undefined
}

/** How it ended: the state on failure where that differs; `isExit`: the shell is gone. */
export interface Ended {
  readonly failure?: State
  readonly isExit?: boolean
}

/** What a builtin does to the shell; how it ended, where that is not plain. */
export type Handler = (context: Context, call: Call) => Ended | undefined | void

/** The texts of words; null when one is not known. */
export function textsOf(words: readonly Word[]): readonly string[] | null {
  const texts: string[] = []
  for (const word of words) {
    if (word.kind !== 'known') return null
    texts.push(word.text)
  }
  return texts
}
