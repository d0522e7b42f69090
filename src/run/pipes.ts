/**
 * Real pipes. What Node makes for a child's output are sockets, and `/dev/stdout` on a socket cannot be opened
 * (`tee /dev/stderr`, `curl -o /dev/stdout` fail). Node has no pipe(2); a named pipe, opened at both ends and unlinked,
 * is the same thing.
 */
import { spawn } from 'node:child_process'
import fs from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const MAKER = '/usr/bin/mkfifo'

/** Both ends of one pipe; whoever has them closes them. */
export interface Pipe {
  readonly readFd: number
  readonly writeFd: number
}

/**
 * Makes pipes; undefined where the machine cannot.
 *
 * @param reader - `oa`: the reading end never blocks, for a stream of this process; `child`: it does, for a program
 */
export async function makePipes(
  count: number,
  reader: 'oa' | 'child',
): Promise<readonly Pipe[] | undefined> {
  let folder: string | undefined
  const opened: number[] = []
  try {
    folder = fs.mkdtempSync(join(tmpdir(), 'oa-pipes-'))
    const paths = Array.from({ length: count }, (_, index) => `${folder}/${index}`)
    if (!(await makeNamed(paths))) return undefined
    return paths.map((path) => openBoth(path, reader, opened))
  } catch {
    for (const fd of opened) fs.closeSync(fd)
    return undefined
  } finally {
    if (folder !== undefined) fs.rmSync(folder, { recursive: true, force: true })
  }
}

function makeNamed(paths: readonly string[]): Promise<boolean> {
  return new Promise((resolve) => {
    const child = spawn(MAKER, ['-m', '600', '--', ...paths], { stdio: 'ignore', env: {} })
    child.once('error', () => resolve(false))
    child.once('exit', (code) => resolve(code === 0))
  })
}

/** Opening one end waits for the other, but for a reader that asks not to wait; so that one goes first. */
function openBoth(path: string, reader: 'oa' | 'child', opened: number[]): Pipe {
  const { O_RDONLY, O_WRONLY, O_NONBLOCK, O_NOFOLLOW } = fs.constants
  const open = (flags: number): number => {
    const fd = fs.openSync(path, flags | O_NOFOLLOW)
    opened.push(fd)
    return fd
  }
  const first = open(O_RDONLY | O_NONBLOCK)
  const writeFd = open(O_WRONLY)
  if (reader === 'oa') return { readFd: first, writeFd }
  const readFd = open(O_RDONLY)
  fs.closeSync(first)
  opened.splice(opened.indexOf(first), 1)
  return { readFd, writeFd }
}
