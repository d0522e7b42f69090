/**
 * What calls with literal arguments use, whatever the language: the tables of the readers name these kinds.
 */
import { hostOf } from '../hosts.ts'
import type { CodeUse, PathUse } from './read.ts'
import type { Argument } from './tokens.ts'

/** What a call does with its arguments. */
export type CallKind =
  /** Its first or every argument is a path. */
  | 'read'
  | 'write'
  | 'write each'
  | 'delete each'
  | 'delete trees'
  | 'read each'
  /** A glob: the folder that is looked through. */
  | 'list'
  /** A mode, then paths. */
  | 'write rest'
  | 'read, then write'
  | 'delete, then write'
  /** Its second argument is a name that is made for the first. */
  | 'link'
  /** One argument is code for the shell, several are words. */
  | 'command'
  | 'shell'
  | 'script'
  | 'connect to a URL'
  | 'connect to a URL, write'
  /** A host, then a port. */
  | 'connect to a host'

/** What one call uses; null: its arguments are not literal. */
export function usesOf(kind: CallKind, args: readonly Argument[]): readonly CodeUse[] | null {
  const known = args.filter((each): each is string => each !== null)
  const [first, second] = args
  const each = (action: 'read' | 'write' | 'delete', isTree = false): readonly CodeUse[] | null =>
    known.length < args.length || args.length === 0
      ? null
      : known.map((path) => ({ kind: action, path, isTree }))
  switch (kind) {
    case 'read':
    case 'write':
      return typeof first === 'string' ? [file(kind, first)] : null
    case 'read each':
      return each('read')
    case 'write each':
      return each('write')
    case 'list':
      return typeof first === 'string' ? [listed(first)] : null
    case 'delete each':
      return each('delete')
    case 'delete trees':
      return each('delete', true)
    case 'write rest': {
      const paths = known.slice(1)
      if (paths.length !== args.length - 1 || paths.length === 0) return null
      return paths.map((path) => file('write', path))
    }
    case 'read, then write':
    case 'delete, then write':
      if (typeof first !== 'string' || typeof second !== 'string') return null
      return [
        file(kind === 'read, then write' ? 'read' : 'delete', first),
        { ...file('write', second), isMoved: true },
      ]
    case 'link':
      if (typeof first !== 'string' || typeof second !== 'string') return null
      return [{ ...file('write', second), isMoved: true }]
    case 'command':
      if (known.length < args.length || typeof first !== 'string') return null
      return args.length === 1 ? [{ kind: 'shell', code: first }] : [{ kind: 'argv', words: known }]
    case 'shell':
      return typeof first === 'string' ? [{ kind: 'shell', code: first }] : null
    case 'script':
      return typeof first === 'string' ? [{ kind: 'script', path: first }] : null
    case 'connect to a URL':
      return typeof first === 'string' ? urlUses(first) : null
    case 'connect to a URL, write':
      if (typeof first !== 'string' || typeof second !== 'string') return null
      return [...urlUses(first), file('write', second)]
    case 'connect to a host': {
      const port = Number(second)
      if (typeof first !== 'string' || !Number.isInteger(port)) return null
      return [{ kind: 'connect', host: first.toLowerCase(), port }]
    }
  }
}

function listed(glob: string): CodeUse {
  const start = glob.search(/[*?[{\\]/)
  const fixed = start < 0 ? glob : glob.slice(0, start)
  const path = fixed.slice(0, fixed.lastIndexOf('/') + 1) || '.'
  return { kind: 'read', path, isTree: /[*?[{].*\/|\*\*/.test(glob) }
}

function urlUses(url: string): readonly CodeUse[] {
  const local = /^file:(?:\/\/[^/]*)?(.*)$/i.exec(url)?.[1]
  if (local !== undefined) return [file('read', local)]
  const found = hostOf(url)
  return [{ kind: 'connect', host: found?.host ?? null, port: found?.port ?? null }]
}

function file(kind: PathUse['kind'], path: string): PathUse {
  return { kind, path, isTree: false }
}

/** What opening a file in a mode of C's `fopen` does; null: not such a mode. */
export function openedAs(path: string, mode: string): readonly CodeUse[] | null {
  const kinds = /^r[bt]?$/.test(mode)
    ? (['read'] as const)
    : /^[rwax][bt]?\+[bt]?$/.test(mode)
      ? (['read', 'write'] as const)
      : /^[wax][bt]?x?$/.test(mode)
        ? (['write'] as const)
        : null
  return kinds?.map((kind) => file(kind, path)) ?? null
}
