/**
 * What may follow the tokens so far: a block or alternatives after `{`, a regular expression after `text`.
 */
import type { IToken, TokenType } from 'chevrotain'
import type { LexOptions } from './lexed.ts'
import { opensBlockInside } from './scan.ts'
import {
  ActionWord,
  AnyWord,
  BlockName,
  Comma,
  DECISION_WORDS,
  isToken,
  LABELLED_BLOCKS,
  Quoted,
  SetName,
  STATEMENT_WORDS,
} from './tokens.ts'

/** A brace that is not closed yet. */
export interface Open {
  readonly isBlock: boolean
  readonly start: number
  /** Tokens of the entry being read, when a block. */
  entryWords: number
  entryKey: string
}

export const STATEMENT_STARTS: ReadonlySet<string> = new Set<string>([
  ...STATEMENT_WORDS,
  ...DECISION_WORDS,
])

/** Where the lexer stands in a statement. */
export interface Standing {
  readonly tokens: readonly IToken[]
  /** The innermost open brace. */
  readonly top: Open | undefined
  readonly as: LexOptions['as']
  readonly isAfterWith: boolean
}

/** Ends something at `at` that a brace may not be glued to? */
export function isGluedBefore(last: IToken | undefined, at: number): boolean {
  return (
    last !== undefined &&
    last.endOffset === at - 1 &&
    (isToken(last, AnyWord) || isToken(last, SetName) || isToken(last, Quoted))
  )
}

/** Is the `{` at `at` of the text one of a block? */
export function isBlockNext(standing: Standing, text: string, at: number): boolean {
  const { tokens, top, as, isAfterWith } = standing
  if (top) {
    if (!top.isBlock || top.entryWords === 0 || top.entryWords > 2) return false
    return LABELLED_BLOCKS.includes(top.entryKey) || opensBlockInside(text, at)
  }
  const [first] = tokens
  const last = tokens.at(-1)
  if (!first || !last) return false
  const isObligation = isAfterWith && isToken(last, BlockName)
  if (as !== 'file') return as === 'phrase' && isObligation
  if (isAfterWith) return isObligation
  if (tokens.length > 2) return false
  return isToken(first, BlockName) || !STATEMENT_STARTS.has(first.image)
}

/** Does `text` stand where a pattern starts: after the decision, `except`, a comma, and their actions? */
export function isRegexNext({ tokens, top, as }: Standing): boolean {
  if (tokens.at(-1)?.image !== 'text' || top) return false
  let at = tokens.length - 2
  if (isAt(tokens, at, Comma)) return true
  while (isAt(tokens, at, ActionWord)) {
    at -= isAt(tokens, at - 1, Comma) && isAt(tokens, at - 2, ActionWord) ? 2 : 1
  }
  const before = tokens[at]
  if (!before) return as === 'phrase'
  if (before.image === 'except' || isAt(tokens, at, Comma)) return true
  const starts = [tokens[0]?.image, tokens[1]?.image].slice(0, at + 1).join(' ')
  return at < 2 && /^(?:allow|warn|ask|deny|never|never ask|risk \w+)$/.test(starts)
}

function isAt(tokens: readonly IToken[], index: number, type: TokenType): boolean {
  const found = tokens[index]
  return found !== undefined && isToken(found, type)
}
