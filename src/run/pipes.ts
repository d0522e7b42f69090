/**
 * Real pipes. What Node makes for a child's output are sockets, and `/dev/stdout` on a socket cannot be opened
 * (`tee /dev/stderr`, `curl -o /dev/stdout` fail). Node has no pipe(2); a named pipe, opened at both ends and unlinked,
 * is the same thing.
 */
import fs from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { scratchName, sweepScratch } from './scratch.ts'

const MAKER = '/usr/bin/mkfifo'

/** Starts a program, waits, and says whether it ended well; `runQuietly` of `spawn.ts`. */
export type QuietRunner = (executable: string, args: readonly string[]) => Promise<boolean>

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
  run: QuietRunner,
): Promise<readonly Pipe[] | undefined> {
  let folder: string | undefined
  const opened: number[] = []
  try {
    if (reader === 'oa') sweepScratch()
    folder = fs.mkdtempSync(join(tmpdir(), scratchName('pipes')))
    const paths = Array.from({ length: count }, (_, index) => `${folder}/${index}`)
    if (!(await run(MAKER, ['-m', '600', '--', ...paths]))) return undefined
    return paths.map((path) => openBoth(path, reader, opened))
  } catch {
    for (const fd of opened) fs.closeSync(fd)
    return undefined
  } finally {
    if (folder !== undefined) fs.rmSync(folder, { recursive: true, force: true })
  }
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
