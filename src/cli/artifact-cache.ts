/**
 * Compiled policies kept beside the policies: `~/.openagent/cache`, a folder of the caller's own that nobody else may
 * enter. An entry counts only if every file that it was compiled from still has the same bytes, under the same oa.
 */

import { createHash } from 'node:crypto'
import { lstatSync, readFileSync, realpathSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { makeFolders } from '../base/make-folders.ts'
import { Table } from '../table/table.ts'
import { VERSION } from './version.ts'

interface Entry {
  readonly version: string
  /** SHA-256 by path of the policy and all that it imports, the shipped library included. */
  readonly files: Readonly<Record<string, string>>
  readonly artifact: string
}

/** The table of a policy, if it was compiled from the very same bytes; null otherwise. */
export function cachedTable(own: string, policy: string): Table | null {
  try {
    const base = entryPath(own, policy)
    if (base === null) return null
    const entry = JSON.parse(readFileSync(`${base}.json`, 'utf8')) as Entry
    if (entry.version !== VERSION) return null
    for (const [path, hash] of Object.entries(entry.files)) {
      if (hashOf(readFileSync(path)) !== hash) return null
    }
    const bytes = readFileSync(`${base}.oat`)
    return hashOf(bytes) === entry.artifact ? Table.open(bytes) : null
  } catch {
    // Not there, not readable, not whole: compile.
    return null
  }
}

/** The files that a cached policy came from; none where it is not cached. */
export function cachedFiles(own: string, policy: string): readonly string[] {
  try {
    const base = entryPath(own, policy)
    if (base === null) return []
    return Object.keys((JSON.parse(readFileSync(`${base}.json`, 'utf8')) as Entry).files)
  } catch {
    return []
  }
}

/** Keeps an artifact; a cache that cannot be written is no failure. */
export function keepTable(
  own: string,
  policy: string,
  compiled: { readonly bytes: Uint8Array; readonly paths: readonly string[] },
): void {
  try {
    makeFolders(join(own, 'cache'), 0o700)
    const base = entryPath(own, policy)
    if (base === null) return
    const entry: Entry = {
      version: VERSION,
      files: Object.fromEntries(compiled.paths.map((path) => [path, hashOf(readFileSync(path))])),
      artifact: hashOf(compiled.bytes),
    }
    replace(`${base}.oat`, compiled.bytes)
    replace(`${base}.json`, JSON.stringify(entry))
  } catch {
    // The next run compiles again.
  }
}

/** Where the entry of a policy lies; null when the folder is not the caller's alone. */
function entryPath(own: string, policy: string): string | null {
  const folder = join(own, 'cache')
  const found = lstatSync(folder)
  const isOwn = found.uid === process.getuid?.() && (found.mode & 0o077) === 0
  if (!found.isDirectory() || !isOwn) return null
  return join(folder, hashOf(Buffer.from(realpathSync(policy))).slice(0, 32))
}

function hashOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

function replace(path: string, content: Uint8Array | string): void {
  const next = `${path}.${process.pid}`
  writeFileSync(next, content, { mode: 0o600 })
  renameSync(next, path)
}
