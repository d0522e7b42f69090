/**
 * Unquoted globs of a command line against the world's listings, as bash with its default options expands them.
 */
import { LISTING_ENTRIES_MAX } from '../base/limits.ts'
import { compileGlob, matchesGlob } from '../table/glob.ts'
import { absolutePath } from './paths.ts'
import type { World } from './world.ts'

/** Expands a glob in a directory; null: the world cannot list it. */
export function globber(
  world: Pick<World, 'list' | 'isDirectory'>,
): (pattern: string, cwd: string) => readonly string[] | null {
  return (pattern, cwd) => {
    // Slashes stay as they are written, as bash leaves them.
    const segments = [...pattern.matchAll(/([^/]*)(\/*)/g)].filter(([all]) => all !== '')
    let found: readonly string[] = ['']
    for (const [, segment = '', slashes = ''] of segments) {
      const next: string[] = []
      for (const base of found) {
        const names =
          segment === '' ? [''] : expandSegment(segment, base, cwd, world, slashes === '')
        if (names === null) return null
        for (const name of names) next.push(`${base}${name}${slashes}`)
        if (next.length > LISTING_ENTRIES_MAX) return null
      }
      found = next
    }
    return found.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
  }
}

function expandSegment(
  segment: string,
  base: string,
  cwd: string,
  world: Pick<World, 'list' | 'isDirectory'>,
  mayBeFile: boolean,
): readonly string[] | null {
  const at = absolutePath(base === '' ? '.' : base, cwd)
  if (!/[*?[\\]/.test(segment)) {
    const path = absolutePath(segment, at)
    const exists = mayBeFile
      ? segment === '.' || segment === '..' || (world.list(at)?.includes(segment) ?? false)
      : world.isDirectory(path)
    return exists ? [segment] : []
  }
  if (!world.isDirectory(at)) return []
  const names = world.list(at)
  if (names === null) return null
  const glob = compileGlob(segment)
  const wantsDot = segment.startsWith('.')
  return names.filter((name) => {
    if (name.startsWith('.') !== wantsDot && name.startsWith('.')) return false
    if (!matchesGlob(glob, name)) return false
    return mayBeFile || world.isDirectory(absolutePath(name, at))
  })
}
