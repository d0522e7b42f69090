/**
 * What the lexer gives: statements as tokens, comments, and what it could not read.
 */
import type { IToken } from 'chevrotain'

/** What the lexer cannot read; `start` and `end` are UTF-16 offsets of what to underline. */
export interface LexProblem {
  readonly kind:
    | 'unclosed-string'
    | 'unclosed-regex'
    | 'unclosed-brace'
    | 'stray-brace'
    | 'too-deep'
    | 'glued-quote'
    | 'glued-brace'
    | 'bad-set-name'
    | 'swallowed-statement'
  readonly start: number
  readonly end: number
}

export interface LexComment {
  readonly text: string
  readonly isTrailing: boolean
  readonly start: number
  readonly end: number
}

/** The tokens of one statement, without its `End`; half-open range of the text. */
export interface LexStatement {
  readonly tokens: IToken[]
  readonly start: number
  readonly end: number
  readonly problem?: LexProblem
}

export interface Lexed {
  readonly statements: readonly LexStatement[]
  readonly comments: readonly LexComment[]
  /** Set when the text nests deeper than allowed; the rest was not read. */
  readonly tooDeep?: LexProblem
}

export interface LexOptions {
  readonly nestingMax: number
  /** What the text is: a file, the inside of a block (one entry a line), or anything without statement words. */
  readonly as: 'file' | 'entry' | 'phrase'
}
