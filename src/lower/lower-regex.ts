/**
 * Regular expressions of `text` patterns: only what is regular and small, so that matching is linear in the line. What
 * cannot be used is refused with its part underlined.
 */

import type { Reporter } from '../base/diagnostic.ts'
import { REGEX_STEPS_MAX } from '../base/limits.ts'
import type { Span } from '../base/source.ts'
import type { Text } from '../syntax/ast.ts'
import { parseRegex, RegexRefusal, regexNfa, tooLarge } from './regex.ts'
import { type Dfa, determinise } from './regex-dfa.ts'
import { requiredLiterals } from './regex-literals.ts'

export interface CompiledRegex {
  readonly dfa: Dfa
  /** Every match contains one text of each list. */
  readonly literals: readonly (readonly string[])[]
}

/** The last ones: the checker and the table builder ask for the same. */
const compiled = new Map<string, CompiledRegex>()
const COMPILED_MAX = 16_384

/**
 * Compiles the text between the slashes.
 *
 * @throws RegexRefusal
 */
export function compileRegex(pattern: string): CompiledRegex {
  const known = compiled.get(pattern)
  if (known) return known
  const tree = parseRegex(pattern)
  const dfa = determinise(regexNfa(tree))
  if (dfa === null) throw tooLarge(tree, REGEX_STEPS_MAX)
  const made = { dfa, literals: requiredLiterals(tree) }
  if (compiled.size >= COMPILED_MAX) compiled.clear()
  compiled.set(pattern, made)
  return made
}

/** The expression without `\/`; undefined after an error (OA2013). */
export function lowerRegex(regex: Text, reporter: Reporter): string | undefined {
  const { value } = regex
  if (value === '') {
    reporter.report('OA2013', 'an empty expression matches every line', inside(regex, 0, 0), {
      help: 'write `*` for every program',
    })
    return undefined
  }
  try {
    compileRegex(value)
    return value.replace(/\\\//g, '/')
  } catch (error) {
    if (!(error instanceof RegexRefusal)) throw error
    const { start, end } = error.place
    reporter.report('OA2013', error.message, inside(regex, start, end), { help: error.help })
    return undefined
  }
}

/** The span of a part of the expression; the text's span may include the slashes. */
function inside(regex: Text, start: number, end: number): Span {
  const { source, start: from, end: to } = regex.span
  const offset = source.text.slice(from, to).indexOf(regex.value)
  if (offset < 0) return regex.span
  return { source, start: from + offset + start, end: Math.min(to, from + offset + end) }
}
