/**
 * Paths of a command: words to absolute, normalised paths in both of their forms (language.md §3 rule 9).
 */
import { PATH_CHARS_MAX } from '../base/limits.ts'
import type { PathFact } from '../model/analysis.ts'
import type { Word } from '../model/word.ts'
import type { World } from './world.ts'

export const UNKNOWN_PATH: PathFact = {
  lexical: null,
  real: null,
  isTree: false,
  entries: null,
  isComplete: false,
}

/** Absolute and normalised (`.`, `..`, `//` resolved by text alone); `cwd` is absolute. */
export function absolutePath(path: string, cwd: string): string {
  const segments: string[] = []
  const joined = path.startsWith('/') ? path : `${cwd}/${path}`
  for (const segment of joined.split('/')) {
    if (segment === '' || segment === '.') continue
    if (segment === '..') segments.pop()
    else segments.push(segment)
  }
  return `/${segments.join('/')}`
}

/** `~` and `~/…` with the home directory put in; other text unchanged. */
export function expandHome(path: string, home: string): string {
  if (path === '~') return home
  return path.startsWith('~/') ? `${home}${path.slice(1)}` : path
}

/** Files that only pass data along; reading or writing them is no action. */
export function isPassThrough(path: string): boolean {
  return /^\/dev\/(?:null|zero|full|random|urandom|std(?:in|out|err)|tty|fd\/\d+)$/.test(path)
}

/**
 * The path facts of a text used as a path: one for each directory it may be read against, or one unknown.
 */
export function pathFacts(
  text: string,
  cwds: readonly string[],
  world: World,
  options: { readonly isTree: boolean; readonly isUnsettled: boolean },
): readonly PathFact[] {
  if (text.length > PATH_CHARS_MAX || text.includes('\0')) return [UNKNOWN_PATH]
  if (!text.startsWith('/') && cwds.length === 0) return [UNKNOWN_PATH]
  const writtens = text.startsWith('/') ? [text] : [...new Set(cwds)].map((cwd) => `${cwd}/${text}`)
  return writtens.map((written) => pathFact(absolutePath(written, '/'), written, world, options))
}

function pathFact(
  lexical: string,
  written: string,
  world: World,
  options: { readonly isTree: boolean; readonly isUnsettled: boolean },
): PathFact {
  // A `..` after a symlink leads elsewhere than the text says: ask the file system about the written form.
  const real = options.isUnsettled ? null : realForm(lexical, written, world)
  if (!options.isTree || real === null) {
    return { lexical, real, isTree: options.isTree, entries: null, isComplete: false }
  }
  const { entries, isComplete } = world.tree(real)
  return { lexical, real, isTree: true, entries, isComplete }
}

function realForm(lexical: string, written: string, world: World): string | null {
  if (!written.includes('..')) return world.realpath(lexical)
  const direct = world.realpath(written)
  return direct === null ? null : absolutePath(direct, '/')
}

/** The word as one path fact for comparing operands with path patterns; null for words that cannot be paths. */
export function operandPath(word: Word, cwds: readonly string[], world: World): PathFact | null {
  if (word.kind === 'unknown') return UNKNOWN_PATH
  const facts = pathFacts(word.text, cwds, world, { isTree: false, isUnsettled: false })
  return facts.length === 1 ? (facts[0] ?? null) : UNKNOWN_PATH
}
