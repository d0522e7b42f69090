/**
 * Regular expressions of `text` patterns: only what is regular, so that matching is linear in the line. The table
 * builder compiles them; here they are refused with the part underlined that cannot be used.
 */
import {
  type AST,
  RegExpParser,
  RegExpSyntaxError,
  visitRegExpAST,
} from '@eslint-community/regexpp'
import type { Reporter } from '../base/diagnostic.ts'
import type { Span } from '../base/source.ts'
import type { Text } from '../syntax/ast.ts'

/** The expression without `\/`; undefined after an error (OA2013). */
export function lowerRegex(regex: Text, reporter: Reporter): string | undefined {
  const { value } = regex
  const fail = (start: number, end: number, message: string, help?: string): undefined => {
    reporter.report('OA2013', message, inside(regex, start, end), { help })
    return undefined
  }
  if (value === '')
    return fail(0, 0, 'an empty expression matches every line', 'write `*` for every program')
  let tree: AST.Pattern
  try {
    tree = new RegExpParser({ ecmaVersion: 2023 }).parsePattern(value, 0, value.length, {
      unicode: true,
    })
  } catch (error) {
    if (!(error instanceof RegExpSyntaxError)) throw error
    const what = error.message.replace(/^Invalid regular expression: .*: /s, '').toLowerCase()
    return fail(
      error.index,
      error.index + 1,
      `the expression is broken: ${what}`,
      'escape a character that should stand for itself: `\\(`',
    )
  }
  const found: { start: number; end: number; what: string; help?: string }[] = []
  visitRegExpAST(tree, {
    onBackreferenceEnter: ({ start, end }) => found.push({ start, end, what: 'a back-reference' }),
    onAssertionEnter: ({ kind, start, end }) => {
      if (kind === 'lookahead') found.push({ start, end, what: 'a look-ahead' })
      if (kind === 'lookbehind') found.push({ start, end, what: 'a look-behind' })
    },
  })
  const [first] = found
  if (first) {
    const help = 'match what must be there, and use `except` for what must not'
    return fail(first.start, first.end, `${first.what} cannot be matched in linear time`, help)
  }
  return value.replace(/\\\//g, '/')
}

/** The span of a part of the expression; the text's span may include the slashes. */
function inside(regex: Text, start: number, end: number): Span {
  const { source, start: from, end: to } = regex.span
  const offset = source.text.slice(from, to).indexOf(regex.value)
  if (offset < 0) return regex.span
  return { source, start: from + offset + start, end: Math.min(to, from + offset + end) }
}
