/**
 * From a parsed word to atoms: literal text with its quoting, and the expansions that still need a scope.
 */

import { decodeAnsiC } from './ansi-c.ts'
import type { DoubleQuotedChild, HereDoc, Word as WordNode, WordPart } from './nodes.ts'

/** An expansion that needs the scope: `$x`, `${…}`, `$(…)`, `$((…))`, `<(…)`. */
export type ExpansionPart = Extract<
  WordPart,
  {
    type:
      | 'SimpleExpansion'
      | 'ParameterExpansion'
      | 'CommandExpansion'
      | 'ArithmeticExpansion'
      | 'ProcessSubstitution'
  }
>

export type Atom =
  | { readonly kind: 'text'; readonly text: string; readonly isQuoted: boolean }
  | { readonly kind: 'expansion'; readonly part: ExpansionPart; readonly isQuoted: boolean }
  | { readonly kind: 'opaque'; readonly reason: string; readonly isMany: boolean }

const quoted = (text: string): Atom => ({ kind: 'text', text, isQuoted: true })
const bare = (text: string): Atom => ({ kind: 'text', text, isQuoted: false })

/** Unquoted literal text with its backslash escapes. */
export function bareAtoms(text: string): Atom[] {
  if (!text.includes('\\')) return text === '' ? [] : [bare(text)]
  const atoms: Atom[] = []
  let run = ''
  const flush = (): void => {
    if (run !== '') atoms.push(bare(run))
    run = ''
  }
  for (let at = 0; at < text.length; at++) {
    if (text[at] !== '\\') {
      run += text[at] ?? ''
      continue
    }
    at++
    if (at >= text.length) {
      flush()
      atoms.push(quoted('\\'))
    } else if (text[at] !== '\n') {
      flush()
      const point = String.fromCodePoint(text.codePointAt(at) ?? 0)
      atoms.push(quoted(point))
      at += point.length - 1
    }
  }
  flush()
  return atoms
}

const unescapeDouble = (text: string): string =>
  text.replace(/\\([$`"\\\n])/g, (_, escaped: string) => (escaped === '\n' ? '' : escaped))

function doubleQuotedAtoms(parts: readonly DoubleQuotedChild[]): Atom[] {
  if (parts.length === 0) return [quoted('')]
  return parts.map((part) =>
    part.type === 'Literal'
      ? quoted(unescapeDouble(part.text))
      : { kind: 'expansion', part, isQuoted: true },
  )
}

function partAtoms(part: WordPart): Atom[] {
  switch (part.type) {
    case 'Literal':
      return bareAtoms(part.text)
    case 'Glob':
      if (!part.parts) return bareAtoms(part.text)
      return [bare('['), ...part.parts.flatMap(partAtoms), bare(']')]
    case 'SingleQuoted':
      return [quoted(part.value)]
    case 'AnsiCQuoted': {
      const text = /^\$'[^]*'$/.test(part.text) ? decodeAnsiC(part.text.slice(2, -1)) : null
      if (text !== null) return [quoted(text)]
      return [{ kind: 'opaque', reason: `${part.text} is not plain text`, isMany: false }]
    }
    case 'DoubleQuoted':
    case 'LocaleString':
      return doubleQuotedAtoms(part.parts)
    case 'ExtendedGlob':
      return [{ kind: 'opaque', reason: 'an extended glob', isMany: true }]
    case 'BraceExpansion':
      if (!part.parts) return bareAtoms(part.text)
      return [bare('{'), ...part.parts.flatMap(partAtoms), bare('}')]
    case 'SimpleExpansion':
    case 'ParameterExpansion':
    case 'CommandExpansion':
    case 'ArithmeticExpansion':
    case 'ProcessSubstitution':
      return [{ kind: 'expansion', part, isQuoted: false }]
    default:
      return [{ kind: 'opaque', reason: 'a form of word that oa does not know', isMany: true }]
  }
}

/** The atoms of a word, left to right. */
export function atomsOf(word: WordNode): Atom[] {
  return word.parts ? word.parts.flatMap(partAtoms) : bareAtoms(word.text)
}

/** The atoms of a here-document's body: everything counts as quoted. */
export function bodyAtoms(node: HereDoc): Atom[] {
  const strip = (text: string): string =>
    node.operator === '<<-' ? text.replace(/^\t+/gm, '') : text
  if (node.delimiter?.quoted === true) return [quoted(strip(node.body.text))]
  const unescape = (text: string): string => text.replace(/\\([$`\\])/g, '$1')
  if (!node.body.parts) return [quoted(unescape(strip(node.body.text)))]
  // A literal that follows an expansion starts in the middle of a line: its tabs there are text.
  return node.body.parts.flatMap((part, index) => {
    if (part.type !== 'Literal') return partAtoms(part).map(asQuoted)
    const text =
      index === 0 ? strip(part.text) : stripLaterLines(part.text, node.operator === '<<-')
    return [quoted(unescape(text))]
  })
}

const stripLaterLines = (text: string, isStripping: boolean): string =>
  isStripping ? text.replace(/\n\t+/g, '\n') : text

function asQuoted(atom: Atom): Atom {
  return atom.kind === 'opaque' ? { ...atom, isMany: false } : { ...atom, isQuoted: true }
}
