/**
 * Tokens of one-liners in Perl, Ruby and Lua, and the static arguments of a call among them. The readers are no
 * parsers: they know which words are harmless, and every word of the code must be one of them.
 */

export interface Token {
  readonly kind: 'word' | 'variable' | 'number' | 'string' | 'shell' | 'regex' | 'operator'
  /** As written; for variables with their sigil. */
  readonly text: string
  /** What a string or a shell command is; null: the run makes it. */
  readonly value: string | null
  /** A blank or a line end stands before it. */
  readonly isSpaced: boolean
  /** Code inside a string. */
  readonly inner?: readonly Token[]
}

/** Code that is not understood; caught by the reader of its language. */
export class NotUnderstood extends Error {}

const OPENING = new Set(['(', '[', '{'])
const CLOSING = new Set([')', ']', '}'])

/** An argument: a literal, or null where the run makes it. */
export type Argument = string | null

export interface Call {
  readonly args: readonly Argument[]
  /** Index of the first token after the arguments. */
  readonly end: number
}

/**
 * The arguments of the call whose name stands before `at`: in parentheses, or up to one of `ends`.
 *
 * @param joins - the operator that joins two strings to one
 */
export function argumentsAt(
  tokens: readonly Token[],
  at: number,
  joins: string,
  ends: ReadonlySet<string>,
): Call {
  const isEnclosed = tokens[at]?.text === '(' && tokens[at]?.kind === 'operator'
  const args: Argument[] = []
  let parts: Token[] = []
  let depth = 0
  let index = isEnclosed ? at + 1 : at
  const close = (): void => {
    if (parts.length > 0) args.push(literal(parts, joins))
    parts = []
  }
  for (; index < tokens.length; index++) {
    const token = tokens[index]
    if (!token) break
    const isSign = token.kind === 'operator'
    if (isSign && CLOSING.has(token.text) && depth-- === 0) break
    if (isSign && OPENING.has(token.text)) {
      if (!isEnclosed && depth === 0 && ends.has(token.text)) break
      depth++
    }
    const isBare = isSign || token.kind === 'word'
    if (depth === 0 && !isEnclosed && isBare && ends.has(token.text)) break
    if (depth === 0 && isSign && (token.text === ',' || token.text === '=>')) close()
    else parts.push(token)
  }
  close()
  return { args, end: isEnclosed ? index + 1 : index }
}

/** One literal, or several joined; null: something else. */
function literal(parts: readonly Token[], joins: string): Argument {
  let text = ''
  for (const [index, part] of parts.entries()) {
    if (index % 2 === 1) {
      if (part.kind !== 'operator' || part.text !== joins) return null
      continue
    }
    if (part.kind === 'number') text += part.text
    else if (part.kind === 'string' && part.value !== null) text += part.value
    else return null
  }
  return parts.length % 2 === 1 ? text : null
}

/** A quoted text up to its closing delimiter, brackets nested; the text with its escapes still in it. */
export function quoted(
  code: string,
  start: number,
  open: string,
): { readonly body: string; readonly end: number } {
  const close = { '(': ')', '[': ']', '{': '}', '<': '>' }[open] ?? open
  let depth = 0
  for (let at = start; at < code.length; at++) {
    const char = code[at]
    if (char === '\\') at++
    else if (char === close && depth-- === 0) return { body: code.slice(start, at), end: at + 1 }
    else if (char === open && close !== open) depth++
  }
  throw new NotUnderstood('a quotation that is not closed')
}
