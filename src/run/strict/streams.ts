/**
 * Descriptors of the strict runner: what each part of the structure has open, shared by count, opened as judged.
 */
import fs from 'node:fs'
import { promisify } from 'node:util'
import { openBytes } from '../outputs.ts'
import type { Opening } from './program.ts'

/** A redirection that cannot be opened: the command does not run and has the status 1, as in bash. */
export class CannotOpen extends Error {}

/** One open descriptor of the runner, held by several parts of the structure. */
export class Handle {
  readonly fd: number
  #holders = 0

  /** 0, 1 and 2 are the runner's own and stay open. */
  constructor(fd: number) {
    this.fd = fd
  }

  hold(): this {
    this.#holders += 1
    return this
  }

  release(): void {
    this.#holders -= 1
    if (this.#holders <= 0 && this.fd > 2) fs.closeSync(this.fd)
  }
}

/** Which handle stands at which number. Changed only through `with` and `set`. */
export class Descriptors {
  readonly #handles: Map<number, Handle>

  private constructor(handles: Map<number, Handle>) {
    this.#handles = handles
    for (const each of handles.values()) each.hold()
  }

  static standard(): Descriptors {
    return new Descriptors(new Map([0, 1, 2].map((fd) => [fd, new Handle(fd)])))
  }

  clone(): Descriptors {
    return new Descriptors(new Map(this.#handles))
  }

  at(number: number): Handle | undefined {
    return this.#handles.get(number)
  }

  set(number: number, handle: Handle | null): void {
    const before = this.#handles.get(number)
    if (handle) this.#handles.set(number, handle.hold())
    else this.#handles.delete(number)
    before?.release()
  }

  /** Lets everything go; to be called once for each `clone`. */
  release(): void {
    for (const each of this.#handles.values()) each.release()
    this.#handles.clear()
  }

  /** For the start of a program: what it gets at each number. */
  stdio(): ('ignore' | number)[] {
    const last = Math.max(2, ...this.#handles.keys())
    return Array.from({ length: last + 1 }, (_, at) => this.#handles.get(at)?.fd ?? 'ignore')
  }
}

/**
 * Opens redirections from left to right.
 *
 * @throws CannotOpen
 */
export async function openAll(
  openings: readonly Opening[],
  into: Descriptors,
  cwd: string,
): Promise<void> {
  for (const each of openings) {
    if (each.kind === 'close') {
      into.set(each.fd, null)
    } else if (each.kind === 'fd') {
      const source = into.at(Number(each.target))
      if (!source) throw new CannotOpen(`${each.target}: Bad file descriptor`)
      into.set(each.fd, source)
    } else if (each.kind === 'data') {
      into.set(each.fd, new Handle(openBytes(Buffer.from(each.target, 'utf8'))))
    } else {
      const file = new Handle(await openFile(each, cwd))
      into.set(each.isBoth ? 1 : each.fd, file)
      if (each.isBoth) into.set(2, file)
    }
  }
}

const FLAGS = {
  read: fs.constants.O_RDONLY,
  write: fs.constants.O_WRONLY | fs.constants.O_CREAT,
  append: fs.constants.O_WRONLY | fs.constants.O_CREAT | fs.constants.O_APPEND,
  'read-write': fs.constants.O_RDWR | fs.constants.O_CREAT,
} as const

const open = promisify(fs.open)

/** By real path, without following a link; truncated only once it is known to be the right file. */
async function openFile({ target, direction }: Opening, cwd: string): Promise<number> {
  const { O_NOFOLLOW, O_NOCTTY } = fs.constants
  let fd: number | undefined
  try {
    const real = realPathOf(target.startsWith('/') ? target : `${cwd}/${target}`)
    // Not `openSync`: a named pipe is opened when its other end is, perhaps by a later command.
    fd = await open(real, FLAGS[direction] | O_NOFOLLOW | O_NOCTTY, 0o666)
    if (fs.readlinkSync(`/proc/self/fd/${fd}`) !== real) throw new Error('it moved meanwhile')
    if (direction === 'write' && fs.fstatSync(fd).isFile()) fs.ftruncateSync(fd, 0)
    return fd
  } catch (error) {
    if (fd !== undefined) fs.closeSync(fd)
    throw new CannotOpen(`${target}: ${faultOf(error)}`)
  }
}

/** The real path of a file that need not exist yet; its folder has to. */
function realPathOf(path: string): string {
  try {
    return fs.realpathSync.native(path)
  } catch (error) {
    if (codeOf(error) !== 'ENOENT' || path.endsWith('/')) throw error
    const slash = path.lastIndexOf('/')
    const name = path.slice(slash + 1)
    if (name === '' || name === '.' || name === '..') throw error
    const folder = fs.realpathSync.native(slash === 0 ? '/' : path.slice(0, slash))
    return `${folder === '/' ? '' : folder}/${name}`
  }
}

const writeSome = promisify(fs.write)

/** Writes bytes to the end; `unread`: the reader is gone. */
export async function writeAll(
  fd: number,
  bytes: Uint8Array,
): Promise<'done' | 'failed' | 'unread'> {
  try {
    for (let at = 0; at < bytes.length; ) {
      const { bytesWritten } = await writeSome(fd, bytes, at, bytes.length - at)
      at += bytesWritten
    }
    return 'done'
  } catch (error) {
    return codeOf(error) === 'EPIPE' ? 'unread' : 'failed'
  }
}

const FAULTS: Readonly<Record<string, string>> = {
  ENOENT: 'No such file or directory',
  ENOTDIR: 'Not a directory',
  EISDIR: 'Is a directory',
  EACCES: 'Permission denied',
  EROFS: 'Read-only file system',
}

/** A fault in the words of the system. */
export function faultOf(error: unknown): string {
  const code = codeOf(error)
  return FAULTS[code] ?? (code === 'fault' && error instanceof Error ? error.message : code)
}

/** The system's name for a fault. */
export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'fault'
}
