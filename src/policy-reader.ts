/**
 * Reads policies from the file system, and finds the shipped library beside the installed code.
 */
import { readdirSync, readFileSync, realpathSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { PolicyReader } from './check/reader.ts'

/** Folders above this file that are looked in for `policies/std`: sources and bundles lie at different depths. */
const PARENTS_MAX = 4

/** The reader that the command line uses. */
export function policyReader(): PolicyReader {
  const std = findStd()
  return {
    std,
    stdNames: () => listNames(std),
    read: (path) => {
      try {
        return { kind: 'bytes', bytes: readFileSync(path) }
      } catch (error) {
        return { kind: 'error', message: reasonOf(error) }
      }
    },
    realpath: (path) => {
      try {
        return realpathSync(path)
      } catch {
        return undefined
      }
    },
    isRegularFile: (path) => {
      try {
        return statSync(path).isFile()
      } catch {
        return false
      }
    },
  }
}

function findStd(): string {
  let folder = dirname(fileURLToPath(import.meta.url))
  for (let step = 0; step < PARENTS_MAX; step += 1) {
    try {
      return realpathSync(join(folder, 'policies', 'std'))
    } catch {
      folder = dirname(folder)
    }
  }
  return '/nonexistent/policies/std'
}

/** `git`, `lang/node`: names of the library's files, without their ending. */
function listNames(std: string): readonly string[] {
  try {
    return readdirSync(std, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.oa') && name !== 'std.oa')
      .map((name) => name.slice(0, -'.oa'.length))
      .sort()
  } catch {
    return []
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EACCES: 'permission denied',
  EISDIR: 'it is a folder',
}

function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  return REASONS[code] ?? `the system says ${code || 'nothing'}`
}
