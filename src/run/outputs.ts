/**
 * The way of a command's output to `oa`, and of given bytes to the command: files and pipes that programs can open by
 * name (`/dev/stdout`, `/dev/stdin`), not sockets.
 */
import { randomUUID } from 'node:crypto'
import fs from 'node:fs'
import { Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { makePipes, type Pipe, type QuietRunner } from './pipes.ts'
import { scratchName } from './scratch.ts'

export type OutputName = 'stdout' | 'stderr'

/** The reading ends of the outputs that are relayed. */
export class Outputs {
  readonly #pipes: ReadonlyMap<OutputName, Pipe>
  readonly #streams: Socket[] = []
  #isHandedOn = false

  private constructor(pipes: ReadonlyMap<OutputName, Pipe>) {
    this.#pipes = pipes
  }

  /** Makes a pipe for each name; where the machine cannot, Node's sockets serve. */
  static async open(names: readonly OutputName[], run: QuietRunner): Promise<Outputs> {
    const pipes = names.length > 0 ? await makePipes(names.length, 'oa', run) : []
    const found = new Map<OutputName, Pipe>()
    for (const [index, name] of names.entries()) {
      const pipe = pipes?.[index]
      if (pipe) found.set(name, pipe)
    }
    return new Outputs(found)
  }

  /** What the child gets for a name. */
  stdioFor(name: OutputName): 'pipe' | number {
    return this.#pipes.get(name)?.writeFd ?? 'pipe'
  }

  /** To call once the child has the writing ends, or never will: the end of output is seen only when ours are closed. */
  handOn(): void {
    if (this.#isHandedOn) return
    this.#isHandedOn = true
    for (const { writeFd } of this.#pipes.values()) fs.closeSync(writeFd)
  }

  /** The stream to read a name from; at most once for each. */
  streamFor(name: OutputName, ofChild: Readable | null): Readable | null {
    const pipe = this.#pipes.get(name)
    if (!pipe) return ofChild
    const stream = new Socket({ fd: pipe.readFd, readable: true, writable: false })
    stream.on('error', () => {})
    this.#streams.push(stream)
    return stream
  }

  close(): void {
    this.handOn()
    if (this.#streams.length === 0) {
      for (const { readFd } of this.#pipes.values()) fs.closeSync(readFd)
    }
    for (const stream of this.#streams) stream.destroy()
  }
}

/** A descriptor that reads the bytes from an unlinked file, as a shell does for a here-document. The caller closes it. */
export function openBytes(bytes: Uint8Array): number {
  const { O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW, O_RDONLY } = fs.constants
  const path = join(tmpdir(), `${scratchName('input')}${randomUUID()}`)
  const writer = fs.openSync(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600)
  try {
    const reader = fs.openSync(path, O_RDONLY | O_NOFOLLOW)
    fs.writeFileSync(writer, bytes)
    return reader
  } finally {
    fs.closeSync(writer)
    fs.unlinkSync(path)
  }
}
