/**
 * What an approval is bound to: everything that decides what would run. Not in it: words of a model, time-outs,
 * anything that may change without changing the run.
 */
import { createHash } from 'node:crypto'
import fs from 'node:fs'

/** What is about to run. */
export interface BoundRun {
  /** Argv of each program, in order; or the line that a shell gets, as one word. */
  readonly commands: readonly (readonly string[])[]
  readonly cwd: string
  /** Absolute paths of the programs. */
  readonly executables: readonly string[]
  /** Files whose content is code or operands of the run. */
  readonly files: readonly string[]
  /** Variables that loaders and interpreters obey. */
  readonly environment: Readonly<Record<string, string>>
  /** Digest of standard input where it is bound. */
  readonly stdin: string | null
  /** The sandbox profile, as plain data. */
  readonly profile: unknown
  readonly policy: string
  readonly user: string
  readonly agent: string | null
  readonly session: string | null
}

export const BOUND_FIELDS = [
  'commands',
  'cwd',
  'executables',
  'files',
  'environment',
  'stdin',
  'profile',
  'policy',
  'user',
  'agent',
  'session',
] as const
export type BoundField = (typeof BOUND_FIELDS)[number]

export interface Binding {
  /** `sha256:…` over all fields. */
  readonly digest: string
  /** SHA-256 of each field, hex. */
  readonly fields: Readonly<Record<BoundField, string>>
  /** SHA-256 of each file by path, for people to see what changed; null: it is no file. */
  readonly files: Readonly<Record<string, string | null>>
}

/** Files of one run that are hashed, and bytes of all of them. */
const FILES_MAX = 256
const BYTES_MAX = 512 * 1024 * 1024
const CHUNK_BYTES = 1024 * 1024

/** Why a run cannot be bound: it is then not approvable. */
export class NotBindable extends Error {}

/** Binds a run as it is now. Throws NotBindable beyond the bounds. */
export function bind(run: BoundRun): Binding {
  const files = hashFiles([...new Set([...run.executables, ...run.files])].sort())
  const fields: Record<BoundField, string> = {
    commands: digestOf(run.commands.map((each) => [String(each.length), ...each])),
    cwd: digestOf([[run.cwd, identityOf(run.cwd)]]),
    executables: digestOf(run.executables.map((each) => [each, files[each] ?? ''])),
    files: digestOf(run.files.toSorted().map((each) => [each, files[each] ?? ''])),
    environment: digestOf(Object.entries(run.environment).toSorted(([a], [b]) => (a < b ? -1 : 1))),
    stdin: digestOf([[run.stdin ?? '']]),
    profile: digestOf([[JSON.stringify(run.profile)]]),
    policy: digestOf([[run.policy]]),
    user: digestOf([[run.user]]),
    agent: digestOf([[run.agent === null ? 'none' : `agent ${run.agent}`]]),
    session: digestOf([[run.session === null ? 'none' : `session ${run.session}`]]),
  }
  const digest = digestOf(BOUND_FIELDS.map((name) => [name, fields[name]]))
  return { digest: `sha256:${digest}`, fields, files }
}

/** The fields in which two bindings differ. */
export function driftOf(before: Binding, now: Binding): readonly BoundField[] {
  return BOUND_FIELDS.filter((name) => before.fields[name] !== now.fields[name])
}

/** Every word with its length before it: `a b` is not `a`, `b`. */
function digestOf(rows: readonly (readonly string[])[]): string {
  const hash = createHash('sha256')
  for (const row of rows) {
    hash.update(`${row.length}:`)
    for (const word of row) hash.update(`${Buffer.byteLength(word)}:`).update(word)
  }
  return hash.digest('hex')
}

function identityOf(path: string): string {
  const found = fs.statSync(path, { throwIfNoEntry: false })
  return found ? `${found.dev}:${found.ino}` : 'missing'
}

function hashFiles(paths: readonly string[]): Readonly<Record<string, string | null>> {
  if (paths.length > FILES_MAX) throw new NotBindable(`it names ${paths.length} files`)
  let left = BYTES_MAX
  return Object.fromEntries(
    paths.map((path) => {
      const { digest, bytes } = hashFile(path, left)
      left -= bytes
      return [path, digest]
    }),
  )
}

/** The digest of a regular file; null for anything else. Throws NotBindable for more than may be hashed. */
function hashFile(
  path: string,
  bytesMax: number,
): { readonly digest: string | null; readonly bytes: number } {
  let file: number
  try {
    file = fs.openSync(path, fs.constants.O_RDONLY | fs.constants.O_NONBLOCK)
  } catch {
    return { digest: null, bytes: 0 }
  }
  try {
    if (!fs.fstatSync(file).isFile()) return { digest: null, bytes: 0 }
    const hash = createHash('sha256')
    const chunk = Buffer.allocUnsafe(CHUNK_BYTES)
    let bytes = 0
    for (;;) {
      const count = fs.readSync(file, chunk)
      if (count === 0) return { digest: hash.digest('hex'), bytes }
      bytes += count
      if (bytes > bytesMax) throw new NotBindable(`\`${path}\` is larger than is bound`)
      hash.update(chunk.subarray(0, count))
    }
  } finally {
    fs.closeSync(file)
  }
}
