/**
 * Perl's `open`, and the names of files that it takes as commands.
 * Source: perlopentut(1); perlfunc(1), `open`.
 */
import type { CodeUse } from './read.ts'
import type { Argument } from './tokens.ts'

const LAYERS = /^(?:\s*:(?:utf8|raw|bytes|crlf|unix|perlio|stdio|encoding\([\w -]+\)))*\s*$/

/** The arguments after the handle; null: not literal, or not understood. */
export function openedFile(args: readonly Argument[]): readonly CodeUse[] | null {
  const [mode, path, ...more] = args
  if (typeof mode !== 'string') return null
  if (args.length === 1) return namedFile(mode)
  const sign = /^\s*(\+?(?:>>|[<>])|-\||\|-)/.exec(mode)
  if (!sign || !LAYERS.test(mode.slice(sign[0].length)) || typeof path !== 'string') return null
  const kind = sign[1] ?? ''
  if (kind === '-|' || kind === '|-') {
    const words = more.filter((each): each is string => each !== null)
    if (words.length < more.length) return null
    return words.length === 0
      ? [{ kind: 'shell', code: path }]
      : [{ kind: 'argv', words: [path, ...words] }]
  }
  return more.length > 0 ? null : files(kind, path)
}

/** What opening a name does when the name itself says how: `>file`, `cmd |`; null: not understood. */
export function namedFile(name: string): readonly CodeUse[] | null {
  const text = name.trim()
  if (text.startsWith('|')) return [{ kind: 'shell', code: text.slice(1) }]
  if (text.endsWith('|')) return [{ kind: 'shell', code: text.slice(0, -1) }]
  if (text === '' || text === '-' || text === '>-') return []
  const [sign = ''] = /^\+?(?:>>|[<>])?/.exec(text) ?? []
  const path = text.slice(sign.length).trim()
  if (path.startsWith('&')) return /^&=?\s*(?:STD(?:IN|OUT|ERR)|\d)$/.test(path) ? [] : null
  return path === '' || sign === '+' ? null : files(sign || '<', path)
}

function files(sign: string, path: string): readonly CodeUse[] {
  const kinds = sign === '<' ? (['read'] as const) : (['write'] as const)
  const both = sign.startsWith('+') ? (['read', 'write'] as const) : kinds
  return both.map((kind) => ({ kind, path, isTree: false }))
}
