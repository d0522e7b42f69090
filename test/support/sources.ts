/**
 * The project's own files as the tidy tests see them: sources with their imports, and pages with their links.
 */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { ROOT } from './corpus.ts'

export interface Import {
  /** A path relative to the repository, or a bare module name. */
  readonly target: string
  /** `type`: gone at run time. `dynamic`: by `import()`. */
  readonly kind: 'value' | 'type' | 'dynamic'
}

export interface Source {
  /** Relative to the repository. */
  readonly path: string
  readonly text: string
  readonly imports: readonly Import[]
}

/** Paths of all files below a folder of the repository, sorted; none when the folder is not there. */
export function filesBelow(folder: string, ending: string): readonly string[] {
  if (!existsSync(join(ROOT, folder))) return []
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(ending) && !name.includes('node_modules/'))
    .map((name) => join(folder, name))
    .filter((path) => statSync(join(ROOT, path)).isFile())
    .sort()
}

export function readText(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8')
}

/** All TypeScript files below these folders, with what they import. */
export function readSources(...folders: readonly string[]): readonly Source[] {
  return folders
    .flatMap((folder) => filesBelow(folder, '.ts'))
    .map((path) => {
      const text = readText(path)
      return { path, text, imports: importsOf(path, text) }
    })
}

// The formatter puts every import statement at the start of a line, which makes these two enough.
const STATEMENT = /^(?:import|export)\s+(type\s)?(?:[^;'"`]*?\sfrom\s+)?'([^']+)'/gm
const DYNAMIC = /\bimport\(\s*'([^']+)'/g
const TYPE_QUERY = /\btypeof\s+$/

function importsOf(path: string, text: string): readonly Import[] {
  const resolve = (name: string): string =>
    name.startsWith('.') ? normalize(join(dirname(path), name)) : name
  const found: Import[] = []
  for (const match of text.matchAll(STATEMENT)) {
    found.push({ target: resolve(match[2] ?? ''), kind: match[1] ? 'type' : 'value' })
  }
  for (const match of text.matchAll(DYNAMIC)) {
    const isType = TYPE_QUERY.test(text.slice(0, match.index))
    found.push({ target: resolve(match[1] ?? ''), kind: isType ? 'type' : 'dynamic' })
  }
  return found
}

/** The package or built-in of a bare import: `yaml`, `@scope/name`, `node:fs`. */
export function packageOf(target: string): string {
  const parts = target.split('/')
  return target.startsWith('@') ? parts.slice(0, 2).join('/') : (parts[0] ?? target)
}

export const isOwnFile = (target: string): boolean =>
  /^(?:grammar|src|test|scripts|bench)\//.test(target)
