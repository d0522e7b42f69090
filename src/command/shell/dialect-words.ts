/**
 * What of a word stands outside of quotes, for rules about characters that only some shells treat specially.
 */
import type { Word } from './nodes.ts'

/** The unquoted text: an escaped character is an `x`, a quoted or expanded part an empty pair of quotes. */
export function bareText(word: Word): string {
  if (!word.parts) return withoutEscapes(word.text)
  return word.parts
    .map((part) => {
      const isBare =
        part.type === 'Literal' || part.type === 'Glob' || part.type === 'BraceExpansion'
      return isBare ? withoutEscapes(part.text) : "''"
    })
    .join('')
}

const withoutEscapes = (text: string): string => text.replace(/\\[^]/g, 'x')
