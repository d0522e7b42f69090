/**
 * What one flat word is: text, glob, path or `...`; and paths in their one normal form.
 */
import type { Reporter } from '../base/diagnostic.ts'
import { PATH_CHARS_MAX } from '../base/limits.ts'
import type { Span } from '../base/source.ts'
import type { PathPattern, WordPattern } from '../model/pattern.ts'

/** A word, or the text after `=` of an option. */
export interface WrittenWord {
  readonly text: string
  readonly isQuoted: boolean
  readonly span: Span
}

/** True for words that are read as paths wherever they stand. */
export function isPathWord(text: string): boolean {
  return /^(?:\/|\.\.?(?:\/|$)|~)/.test(text)
}

/** Unquoted `*` or `?`, or a closed `[…]`. */
export function isGlob(text: string): boolean {
  return /[*?]|\[[^\]]+\]/.test(text)
}

/** Text with glob characters made literal, as one-character classes. */
export function escapeGlob(text: string): string {
  return text.replace(/[*?[\\]/g, (character) => (character === '\\' ? '\\\\' : `[${character}]`))
}

/** One word of a command pattern; undefined after an error. */
export function lowerWord(word: WrittenWord, reporter: Reporter): WordPattern | undefined {
  if (word.text === '...' && !word.isQuoted) return { kind: 'any' }
  if (isPathWord(word.text)) {
    const path = lowerPath(word, reporter)
    return path && { kind: 'path', path }
  }
  return lowerName(word)
}

/** A word that is never a path: names of variables, tools, models; values of facts. */
export function lowerName(word: WrittenWord): WordPattern {
  if (word.isQuoted || !isGlob(word.text)) return { kind: 'text', text: word.text }
  return { kind: 'glob', glob: word.text }
}

/** True if the word may stand for all remaining operands. */
export function isOpenEnded(word: WordPattern): boolean {
  return word.kind !== 'text'
}

/**
 * A path in normal form: `.`, `//` and a slash at the end gone, `..` taken back lexically. Errors: OA2006 for
 * `~user` and for `..` after `**`, OA2016 for what leaves the workspace or home.
 */
export function lowerPath(word: WrittenWord, reporter: Reporter): PathPattern | undefined {
  const { text, isQuoted, span } = word
  if (text.length > PATH_CHARS_MAX) {
    reporter.report(
      'OA2006',
      `a path of more than ${PATH_CHARS_MAX} characters matches nothing`,
      span,
      { help: 'use a glob' },
    )
    return undefined
  }
  if (text === '') {
    reporter.report('OA2006', 'an empty word is no path', span, {
      help: 'write `.` for the workspace',
    })
    return undefined
  }
  const user = /^~([^/]+)/.exec(text)?.[1]
  if (user !== undefined) {
    reporter.report('OA2006', `\`~${user}\` names the home of another user`, span, {
      help: `write the path out: \`/home/${user}/…\``,
    })
    return undefined
  }
  const start = rootOf(text)
  const segments: string[] = []
  for (const written of start.rest.split('/')) {
    if (written === '' || written === '.') continue
    if (written !== '..') {
      const segment = isQuoted ? escapeGlob(written) : simplify(written)
      if (segment !== '**' || segments.at(-1) !== '**') segments.push(segment)
      continue
    }
    const back = segments.pop()
    if (back === '**') {
      const help = 'write the path that is meant, without `..`'
      reporter.report('OA2006', '`..` after `**` can be anywhere', span, { help })
      return undefined
    }
    if (back === undefined && start.root !== '/') {
      const what = start.root === 'home' ? 'home directory' : 'workspace'
      reporter.report('OA2016', `\`${text}\` leaves the ${what}`, span, {
        help: 'write the absolute path: it starts with `/`',
      })
      return undefined
    }
  }
  return { root: start.root, segments }
}

function rootOf(text: string): { readonly root: PathPattern['root']; readonly rest: string } {
  if (text.startsWith('/')) return { root: '/', rest: text }
  if (text.startsWith('~')) return { root: 'home', rest: text.slice(1) }
  return { root: /^\*\*(?:\/|$)/.test(text) ? '/' : 'workspace', rest: text }
}

/** `**` beside other text is one star; so are several. */
function simplify(segment: string): string {
  return /^\*{2,}$/.test(segment) ? '**' : segment.replace(/\*{2,}/g, '*')
}

/** The path as a policy writes it. */
export function showPath(path: PathPattern): string {
  const rest = path.segments.join('/')
  if (path.root === '/') return `/${rest}`
  return path.root === 'home' ? `~/${rest}` : `./${rest}`
}
