/**
 * The segments under which rows hang in the tries; the builder and the matchers use the same.
 */
import { isRange, rangeBits } from '../base/host.ts'
import type { PathPattern, WordPattern } from '../model/pattern.ts'

/** Ranges of addresses hang by their bits, all other hosts by their labels. */
export function hostPlace(host: string): {
  readonly root: 'connect' | 'connect range'
  readonly segments: readonly string[]
} {
  return isRange(host)
    ? { root: 'connect range', segments: [...rangeBits(host)] }
    : { root: 'connect', segments: hostSegments(host) }
}

/** Labels from the last one; `*.example.com` covers every depth below, `*` every host. */
export function hostSegments(host: string): readonly string[] {
  if (host === '*' || host === '**') return ['**']
  // Addresses, and globs over addresses, are one segment: `10.*` is not a name whose last label is `10`.
  if (/^[\d.*?[\]!-]*\d[\d.*?[\]!-]*$|:/.test(host)) return [host]
  const labels = host.split('.').reverse()
  return labels.at(-1) === '*' ? [...labels.slice(0, -1), '*', '**'] : labels
}

/** The edge between the path of a program and the named words: no segment of a path has a slash. */
export const PROGRAM_END = '/'

/** Where the path of a program hangs, by what it is anchored at. */
export const PROGRAM_PATH_ROOTS = ['run /', 'run workspace', 'run home'] as const

/**
 * A program with a slash as a path pattern; null for names. The compiler writes them in normal form: `/…`, `~/…`,
 * `./…`.
 */
export function programPath(program: string): PathPattern | null {
  if (!program.includes('/')) return null
  const segments = program.split('/').filter((each) => each !== '' && each !== '.')
  if (program.startsWith('/') || segments[0] === '**') return { root: '/', segments }
  if (segments[0] === '~') return { root: 'home', segments: segments.slice(1) }
  return { root: 'workspace', segments }
}

/** The edge of a named word: literal text or a glob; path words are compared again at the row. */
export function wordKey(word: WordPattern): string {
  switch (word.kind) {
    case 'text':
      return escapeGlob(word.text)
    case 'glob':
      // `**` is one word here, not any number of them.
      return /^\*+$/.test(word.glob) ? '*' : word.glob
    case 'path':
    case 'any':
      return '*'
  }
}

/** Segments are globs; literal text with glob characters is escaped. */
function escapeGlob(text: string): string {
  return text.replace(/[\\*?[\]]/g, '\\$&')
}
