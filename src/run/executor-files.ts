/**
 * Redirections that `oa` opens itself, where no shell is started. Opened by real path without following a link, and
 * looked at again: what was judged is what is open.
 */
import fs from 'node:fs'
import { OaError } from '../base/diagnostic.ts'
import { neutralise } from '../base/neutral.ts'
import { absolutePath } from '../command/paths.ts'
import type { Redirect } from '../command/shell/walked.ts'
import { realPathOf } from './profile-paths.ts'
import { standardSink } from './relay.ts'
import type { SpawnOptions } from './spawn.ts'

export interface OpenedStreams {
  readonly options: Pick<SpawnOptions, 'stdin' | 'stdout' | 'stderr'>
  close(): void
}

/** What a descriptor of the command is for now. */
type Stream =
  | { readonly kind: 'own'; readonly fd: 0 | 1 | 2 }
  | { readonly kind: 'file'; readonly fd: number }
  | { readonly kind: 'data'; readonly bytes: Uint8Array }

/** A redirection that could not be opened: the command does not run, as in bash. */
export class CannotOpen extends Error {}

/**
 * Opens redirections from left to right.
 *
 * @throws CannotOpen for what bash would report with exit code 1; OaError OA7007 when a path changed meanwhile
 */
export function openRedirects(
  redirects: readonly Redirect[],
  cwd: string,
  isCounted: boolean,
): OpenedStreams {
  const opened: number[] = []
  const close = (): void => {
    for (const fd of opened.splice(0)) fs.closeSync(fd)
  }
  const streams: Stream[] = [
    { kind: 'own', fd: 0 },
    { kind: 'own', fd: 1 },
    { kind: 'own', fd: 2 },
  ]
  try {
    for (const each of redirects) {
      const target = each.target.kind === 'known' ? each.target.text : ''
      const fd = each.fd ?? 1
      if (each.kind === 'fd') {
        streams[fd] = streams[Number(target)] ?? { kind: 'own', fd: 1 }
      } else if (each.kind === 'data') {
        streams[fd] = { kind: 'data', bytes: Buffer.from(target, 'utf8') }
      } else {
        const file: Stream = { kind: 'file', fd: openFile(absolutePath(target, cwd), target, each) }
        opened.push(file.fd)
        streams[fd] = file
        if (each.isBoth) streams[1] = streams[2] = file
      }
    }
  } catch (error) {
    close()
    throw error
  }
  const [input, output, error] = streams
  return {
    options: {
      stdin: input?.kind === 'file' ? input.fd : input?.kind === 'data' ? input.bytes : 'inherit',
      stdout: outputOf(output, 1, isCounted),
      stderr: outputOf(error, 2, isCounted),
    },
    close,
  }
}

function outputOf(
  stream: Stream | undefined,
  own: 1 | 2,
  isCounted: boolean,
): NonNullable<SpawnOptions['stdout']> {
  if (!stream || stream.kind === 'data' || (stream.kind === 'own' && stream.fd === own))
    return 'inherit'
  if (stream.kind === 'file') return stream.fd
  // Standard output on standard error, or the other way round: what is counted passes through oa.
  if (isCounted) return standardSink(stream.fd === 1 ? 'stdout' : 'stderr')
  return stream.fd
}

const FLAGS = {
  read: fs.constants.O_RDONLY,
  write: fs.constants.O_WRONLY | fs.constants.O_CREAT | fs.constants.O_TRUNC,
  append: fs.constants.O_WRONLY | fs.constants.O_CREAT | fs.constants.O_APPEND,
  'read-write': fs.constants.O_RDWR | fs.constants.O_CREAT,
} as const

function openFile(path: string, written: string, { direction }: Redirect): number {
  const real = realPathOf(path)
  const { O_NOFOLLOW, O_NOCTTY, O_TRUNC } = fs.constants
  const flags = FLAGS[direction] | O_NOFOLLOW | O_NOCTTY
  let fd: number
  try {
    // Truncated only once it is known to be the right file.
    fd = fs.openSync(real, flags & ~O_TRUNC, 0o666)
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown fault'
    throw new CannotOpen(`\`${neutralise(written)}\` cannot be opened (${code})`, { cause })
  }
  try {
    const now = fs.readlinkSync(`/proc/self/fd/${fd}`)
    if (now !== real) throw new OaError('OA7007', `\`${written}\` is not what was judged`)
    const found = fs.fstatSync(fd)
    if (direction === 'write' && found.isFile()) fs.ftruncateSync(fd, 0)
    return fd
  } catch (error) {
    fs.closeSync(fd)
    throw error
  }
}
