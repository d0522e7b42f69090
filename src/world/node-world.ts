/**
 * The real world behind the analysis: the file system and the clean PATH. Answers are cached for one request; every
 * listing is bounded.
 */
import {
  accessSync,
  closeSync,
  constants,
  openSync,
  readdirSync,
  readSync,
  realpathSync,
  statSync,
} from 'node:fs'
import { LISTING_ENTRIES_MAX } from '../base/limits.ts'
import type { Executable, ReadScript, World } from '../command/world.ts'
import { readSmallFile } from './small-file.ts'

/** Where system programs are, whatever the caller's PATH says. */
export const SYSTEM_PATH = [
  '/usr/local/sbin',
  '/usr/local/bin',
  '/usr/sbin',
  '/usr/bin',
  '/sbin',
  '/bin',
] as const

export interface NodeWorldOptions {
  readonly home: string
  readonly workspace: string
  /** The caller's PATH; its absolute folders outside workspace and temporary folders are searched last. */
  readonly path: string
}

/**
 * The folders in which programs are looked up: the system's first, then the caller's own. Whether a program found in
 * one of them is trusted is the policy's to say: a writable place makes it a stranger.
 */
export function cleanPath(options: NodeWorldOptions): readonly string[] {
  const own = options.path.split(':').filter((folder) => {
    if (!folder.startsWith('/') || folder.includes('/../')) return false
    if (/^\/(?:tmp|var\/tmp|dev|proc)(?:\/|$)/.test(folder)) return false
    return folder !== options.workspace && !folder.startsWith(`${options.workspace}/`)
  })
  return [...new Set([...SYSTEM_PATH, ...own])]
}

/** A world that answers from this machine. */
export function nodeWorld(options: NodeWorldOptions): World {
  return new NodeWorld(options)
}

class NodeWorld implements World {
  readonly home: string
  readonly workspace: string
  readonly #folders: readonly string[]
  readonly #executables = new Map<string, Executable | null>()
  readonly #names = new Map<string, Executable | null>()
  readonly #lists = new Map<string, readonly string[] | null>()
  readonly #scripts = new Map<string, ReadScript | null>()
  readonly #isRoot = process.getuid?.() === 0

  constructor(options: NodeWorldOptions) {
    this.home = options.home
    this.workspace = options.workspace
    this.#folders = cleanPath(options)
  }

  realpath(path: string): string | null {
    let existing = path
    let rest = ''
    for (;;) {
      try {
        const real = realpathSync.native(existing === '' ? '/' : existing)
        return rest === '' ? real : `${real === '/' ? '' : real}${rest}`
      } catch (error) {
        const code = codeOf(error)
        if (code !== 'ENOENT' && code !== 'ENOTDIR') return null
        if (isDanglingLink(existing)) return null
        const slash = existing.lastIndexOf('/')
        if (slash < 0 || existing === '/' || existing === '') return null
        rest = `${existing.slice(slash)}${rest}`
        existing = existing.slice(0, slash)
      }
    }
  }

  which(name: string): Executable | null {
    const known = this.#names.get(name)
    if (known !== undefined) return known
    let found: Executable | null = null
    for (const folder of this.#folders) {
      found = this.executable(`${folder}/${name}`)
      if (found) break
    }
    this.#names.set(name, found)
    return found
  }

  executable(path: string): Executable | null {
    const known = this.#executables.get(path)
    if (known !== undefined) return known
    const found = this.#findExecutable(path)
    this.#executables.set(path, found)
    return found
  }

  #findExecutable(path: string): Executable | null {
    try {
      if (!statSync(path).isFile()) return null
      accessSync(path, constants.X_OK)
      return { path, real: realpathSync(path), interpreter: this.#interpreterOf(path) }
    } catch {
      return null
    }
  }

  /** `#!/usr/bin/env NAME` and `#!/path`: the file that really runs. */
  #interpreterOf(path: string): string | null {
    const line = firstLine(path)
    const words = line?.startsWith('#!') ? line.slice(2).trim().split(/\s+/) : []
    const [first, ...rest] = words
    if (first === undefined || first === '') return null
    const name = first.endsWith('/env') ? rest.find((word) => !/^-|=/.test(word)) : undefined
    if (name !== undefined) return this.which(name)?.real ?? null
    try {
      return realpathSync(first)
    } catch {
      return null
    }
  }

  list(directory: string): readonly string[] | null {
    const known = this.#lists.get(directory)
    if (known !== undefined) return known
    let names: readonly string[] | null
    try {
      names = readdirSync(directory).sort()
      if (names.length > LISTING_ENTRIES_MAX) names = null
    } catch {
      names = null
    }
    this.#lists.set(directory, names)
    return names
  }

  /** Breadth first, so that what lies near the top is seen even where the bound ends it. */
  tree(path: string): { entries: string[]; isComplete: boolean } {
    const entries: string[] = []
    const open = [path]
    for (let at = 0; at < open.length; at++) {
      const folder = open[at] ?? ''
      let found: readonly { name: string; isFolder: boolean }[]
      try {
        found = readdirSync(folder, { withFileTypes: true }).map((entry) => ({
          name: entry.name,
          isFolder: entry.isDirectory(),
        }))
      } catch (error) {
        const code = codeOf(error)
        if (code === 'ENOENT' || code === 'ENOTDIR') continue
        return { entries, isComplete: false }
      }
      for (const { name, isFolder } of found) {
        if (entries.length >= LISTING_ENTRIES_MAX) return { entries, isComplete: false }
        const below = folder === '/' ? `/${name}` : `${folder}/${name}`
        entries.push(below)
        if (isFolder) open.push(below)
      }
    }
    return { entries, isComplete: true }
  }

  isDirectory(path: string): boolean {
    try {
      return statSync(path).isDirectory()
    } catch {
      return false
    }
  }

  readScript(path: string): ReadScript | null {
    const known = this.#scripts.get(path)
    if (known !== undefined) return known
    const read = readSmallFile(path)
    this.#scripts.set(path, read)
    return read
  }

  mayWrite(path: string): boolean {
    if (this.#isRoot) return true
    let existing = path
    for (;;) {
      try {
        accessSync(existing === '' ? '/' : existing, constants.W_OK)
        return true
      } catch (error) {
        if (codeOf(error) !== 'ENOENT') return false
        const slash = existing.lastIndexOf('/')
        if (slash < 0 || existing === '/' || existing === '') return false
        existing = existing.slice(0, slash)
      }
    }
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : ''
}

/** A link whose target does not exist: writing to it creates a file somewhere else. */
function isDanglingLink(path: string): boolean {
  try {
    return readdirSync(path.slice(0, path.lastIndexOf('/')) || '/', { withFileTypes: true }).some(
      (entry) => entry.isSymbolicLink() && entry.name === path.slice(path.lastIndexOf('/') + 1),
    )
  } catch {
    return false
  }
}

const SHEBANG_BYTES = 256

function firstLine(path: string): string | null {
  let file: number | null = null
  try {
    file = openSync(path, 'r')
    const bytes = Buffer.alloc(SHEBANG_BYTES)
    const length = readSync(file, bytes, 0, SHEBANG_BYTES, 0)
    return bytes.subarray(0, length).toString('latin1').split('\n', 1)[0] ?? null
  } catch {
    return null
  } finally {
    if (file !== null) closeSync(file)
  }
}
