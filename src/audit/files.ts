/**
 * The files of a log: their names, and opening them without being led elsewhere. Everything here fails closed:
 * a link, a pipe, a foreign owner, a wide mode or a network file system is a refusal.
 */

import fs from 'node:fs'
import path from 'node:path'
import { OaError } from '../base/diagnostic.ts'
import { makeFolders } from '../base/make-folders.ts'

export const LOCK_FILE = 'lock'
export const HEAD_FILE = 'HEAD'
export const RESERVE_FILE = 'reserve'
export const CHECKPOINTS_FILE = 'checkpoints'
export const EPOCHS_FILE = 'epochs'
export const KEY_FILE = 'epoch.key'
export const TREE_FILE = 'tree.json'

const SEGMENT = /^seg-(\d{16})\.jsonl$/

/** `seg-<first sequence number, 16 digits>.jsonl`; names sort in the order of the chain. */
export function segmentName(firstSeq: number): string {
  return `seg-${String(firstSeq).padStart(16, '0')}.jsonl`
}

/** The sequence number a segment's name promises; undefined when the name is not a segment's. */
export function firstSeqOf(name: string): number | undefined {
  const found = SEGMENT.exec(name)
  return found ? Number(found[1]) : undefined
}

/** Names of all segments, oldest first; whatever they are on disk. */
export function listSegments(directory: string): readonly string[] {
  return fs
    .readdirSync(directory)
    .filter((name) => SEGMENT.test(name))
    .sort()
}

/** `statfs` types on which neither locks nor appends can be trusted. See: statfs(2), linux/magic.h. */
const NETWORK_FILE_SYSTEMS = new Map<number, string>([
  [0x6969, 'NFS'],
  [0xff534d42, 'CIFS'],
  [0xfe534d42, 'SMB2'],
  [0x517b, 'SMB'],
  [0x01021997, '9P'],
  [0x5346414f, 'AFS'],
  [0x73757245, 'CODA'],
  [0x00c36400, 'Ceph'],
  [0x0bd00bd0, 'Lustre'],
])

/** The network file system a directory lies on; undefined for a local one. */
export function networkFileSystem(directory: string): string | undefined {
  return NETWORK_FILE_SYSTEMS.get(fs.statfsSync(directory).type >>> 0)
}

/** Who may own the files of a log: the account that runs `oa`. */
function ownUid(): number {
  return process.geteuid?.() ?? -1
}

/** Makes the directory, or checks the one that is there. Throws OA6001. */
export function prepareDirectory(directory: string): void {
  try {
    makeFolders(directory, 0o700)
  } catch (cause) {
    throw unwritable(`the audit directory \`${directory}\` cannot be made`, cause)
  }
  const found = fs.lstatSync(directory)
  if (!found.isDirectory()) throw unwritable(`\`${directory}\` is not a directory`)
  if (found.uid !== ownUid()) throw unwritable(`\`${directory}\` belongs to user ${found.uid}`)
  if ((found.mode & 0o077) !== 0) narrow(directory, found.mode)
  const network = networkFileSystem(directory)
  if (network !== undefined) {
    throw unwritable(
      `\`${directory}\` lies on ${network}, where locks cannot be trusted`,
      undefined,
      {
        help: 'set `OPENAGENT_AUDIT_DIR` to a directory on a local disk',
      },
    )
  }
}

/** A directory that others may only read is narrowed; one that others could have written to is refused. */
function narrow(directory: string, mode: number): void {
  if ((mode & 0o022) !== 0 && fs.readdirSync(directory).length > 0) {
    throw unwritable(`others may write to \`${directory}\``, undefined, {
      help: `look at what is in it, then \`chmod 700 ${directory}\``,
    })
  }
  fs.chmodSync(directory, 0o700)
}

/** Opens one of the log's files to read and append, making it if need be. Throws OA6001. */
export function openForAppend(file: string): number {
  const { O_RDWR, O_APPEND, O_CREAT, O_NOFOLLOW, O_NONBLOCK } = fs.constants
  return openChecked(file, O_RDWR | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK)
}

/** Opens one of the log's files to read and overwrite, making it if need be. Throws OA6001. */
export function openForUpdate(file: string): number {
  const { O_RDWR, O_CREAT, O_NOFOLLOW, O_NONBLOCK } = fs.constants
  return openChecked(file, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK)
}

function openChecked(file: string, flags: number): number {
  let fd: number
  try {
    fd = fs.openSync(file, flags, 0o600)
  } catch (cause) {
    const isLink = (cause as NodeJS.ErrnoException).code === 'ELOOP'
    throw unwritable(
      isLink ? `\`${file}\` is a symbolic link` : `\`${file}\` cannot be opened`,
      cause,
    )
  }
  const reason = wrongFile(fs.fstatSync(fd))
  if (reason !== undefined) {
    fs.closeSync(fd)
    throw unwritable(`\`${file}\` ${reason}`)
  }
  return fd
}

/** Why a file cannot be one of the log's; undefined when it can. */
export function wrongFile(found: fs.Stats): string | undefined {
  if (!found.isFile()) return 'is not a regular file'
  if (found.uid !== ownUid()) return `belongs to user ${found.uid}`
  if (found.nlink > 1) return `has ${found.nlink} names`
  if ((found.mode & 0o077) !== 0) {
    return `may be used by others (mode ${(found.mode & 0o777).toString(8)})`
  }
  return undefined
}

/** Replaces a small file in one step: written beside it, flushed, renamed. */
export function replaceFile(file: string, text: string): void {
  const beside = `${file}.new`
  fs.rmSync(beside, { force: true })
  const fd = fs.openSync(beside, 'wx', 0o600)
  try {
    fs.writeSync(fd, text)
    fs.fdatasyncSync(fd)
  } finally {
    fs.closeSync(fd)
  }
  fs.renameSync(beside, file)
}

/** Flushes a directory, so that names made in it outlive a power cut. */
export function syncDirectory(directory: string): void {
  const fd = fs.openSync(directory, fs.constants.O_RDONLY | fs.constants.O_DIRECTORY)
  try {
    fs.fsyncSync(fd)
  } finally {
    fs.closeSync(fd)
  }
}

/** Flushes a new log directory's own name too. */
export function syncParent(directory: string): void {
  syncDirectory(path.dirname(path.resolve(directory)))
}

/** The error every writer gives when it cannot record: the caller refuses to run. */
export function unwritable(
  message: string,
  cause?: unknown,
  extras: { readonly help?: string } = {},
): OaError {
  const because = cause instanceof Error ? ` (${errorName(cause)})` : ''
  return new OaError('OA6001', `${message}${because}`, { ...extras, cause })
}

function errorName(cause: Error): string {
  return (cause as NodeJS.ErrnoException).code ?? cause.message
}
