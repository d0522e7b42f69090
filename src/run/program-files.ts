/**
 * The files of the programs that a run names: what they were when they were judged, for the comparison right before
 * the start and for the record.
 */
import { createHash } from 'node:crypto'
import fs from 'node:fs'
import { makeFolders } from '../base/make-folders.ts'
import { lookAt } from '../sandbox/host.ts'
import { identityOf } from '../sandbox/mounts.ts'
import type { PathIdentity } from '../sandbox/plan-types.ts'

export interface ProgramFile extends PathIdentity {
  /** `sha256:…` of its bytes; null: it cannot be read, or is no file. */
  readonly digest: string | null
}

/** Larger files are hashed once: a digest is kept under the numbers that change with the bytes. */
const KEPT_FROM_BYTES = 1024 * 1024
const CHUNK_BYTES = 1024 * 1024

/** Looks at each program once. `cache` is a folder of the account's own. */
export function programFiles(paths: readonly string[], cache: string): readonly ProgramFile[] {
  return [...new Set(paths)].map((path) => {
    const identity = identityOf(lookAt(path), true)
    return { ...identity, digest: digestOf(identity, `${cache}/programs`) }
  })
}

function digestOf({ path, device, inode, changedMs }: PathIdentity, cache: string): string | null {
  let fd: number | undefined
  try {
    fd = fs.openSync(path, fs.constants.O_RDONLY | fs.constants.O_NONBLOCK)
    const found = fs.fstatSync(fd)
    const isSame = found.dev === device && found.ino === inode && found.ctimeMs === changedMs
    if (!found.isFile() || !isSame) return null
    if (found.size < KEPT_FROM_BYTES) return hashOf(fd)
    const kept = `${cache}/${device}-${inode}-${found.ctimeMs}-${found.size}`
    return readKept(cache, kept) ?? keep(cache, kept, hashOf(fd))
  } catch {
    return null
  } finally {
    if (fd !== undefined) fs.closeSync(fd)
  }
}

function hashOf(fd: number): string {
  const hash = createHash('sha256')
  const chunk = Buffer.allocUnsafe(CHUNK_BYTES)
  for (let length = fs.readSync(fd, chunk); length > 0; length = fs.readSync(fd, chunk)) {
    hash.update(chunk.subarray(0, length))
  }
  return `sha256:${hash.digest('hex')}`
}

function readKept(cache: string, path: string): string | null {
  try {
    if (!isPrivate(cache)) return null
    const text = fs.readFileSync(path, 'latin1')
    return /^sha256:[0-9a-f]{64}$/.test(text) ? text : null
  } catch {
    return null
  }
}

/** A digest that cannot be kept is made again next time. */
function keep(cache: string, path: string, digest: string): string {
  try {
    makeFolders(cache, 0o700)
    if (isPrivate(cache)) fs.writeFileSync(path, digest, { mode: 0o600, flag: 'wx' })
  } catch {
    // There already, or not to be written.
  }
  return digest
}

function isPrivate(folder: string): boolean {
  const { uid, mode } = fs.lstatSync(folder)
  return uid === process.geteuid?.() && (mode & 0o077) === 0
}
