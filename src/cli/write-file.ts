/**
 * Files that are replaced whole or not at all.
 */
import {
  closeSync,
  fsyncSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { OaError } from '../base/diagnostic.ts'

/**
 * Writes a file so that a reader sees the old bytes or the new ones, never a part: a temporary file beside it, then a
 * rename. A symbolic link stays; what it names is replaced.
 *
 * @param mode - permission bits of the new file
 * @throws OaError OA8004
 */
export function replaceFile(path: string, bytes: Uint8Array | string, mode = 0o644): void {
  const target = fileToReplace(path)
  const next = join(dirname(target), `.${basename(target)}.${process.pid}`)
  try {
    const file = openSync(next, 'wx', mode)
    try {
      writeAll(file, typeof bytes === 'string' ? Buffer.from(bytes) : bytes)
      fsyncSync(file)
    } finally {
      closeSync(file)
    }
    renameSync(next, target)
  } catch (error) {
    // Not what somebody else left there: a name that was taken was never ours.
    if (codeOf(error) !== 'EEXIST') rmSync(next, { force: true })
    throw cannotWrite(path, error)
  }
}

/**
 * The file that a rename may replace: what a symbolic link names, and never a device, a pipe or a folder.
 *
 * @throws OaError OA8004
 */
export function fileToReplace(path: string): string {
  const target = targetOf(path)
  const there = statSync(target, { throwIfNoEntry: false })
  if (!there || there.isFile()) return target
  const what = there.isDirectory() ? 'it is a folder' : 'it is not a regular file'
  throw new OaError('OA8004', `cannot write \`${path}\`: ${what}`, { help: HELP })
}

/** What the failure to write a file says to people. */
export function cannotWrite(path: string, error: unknown): OaError {
  const reason = REASONS[codeOf(error)] ?? codeOf(error)
  return new OaError('OA8004', `cannot write \`${path}\`: ${reason}`, {
    cause: error,
    help: HELP,
  })
}

const HELP = 'name a file in a folder that you may write'

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'its folder is not there',
  ENOTDIR: 'its folder is not there',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EISDIR: 'it is a folder',
  EEXIST: 'something of that name is there',
  ENOTEMPTY: 'it is a folder',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
}

function targetOf(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    return path
  }
}

function writeAll(file: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at)
}

/** The system's name of a failure, `EACCES`; a word for what has none. */
export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown fault'
}
