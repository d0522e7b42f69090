/**
 * Long output with flat memory: to standard output, or to a file that is there whole or not at all.
 */
import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { EXIT } from './exit.ts'
import { cannotWrite, codeOf, fileToReplace } from './write-file.ts'

export interface Output {
  write(text: string): void
  /** Writes what is left; from then on a file has its name. */
  end(): void
}

const CHUNK_CHARS = 64 * 1024
/** Milliseconds between two tries while a reader is slower than we are. */
const FULL_PIPE_MS = 5

/** @param path - absent: standard output */
export function openOutput(path: string | undefined): Output {
  return path === undefined ? new Chunks(1) : new FileOutput(path)
}

class Chunks implements Output {
  readonly #file: number
  #waiting = ''

  constructor(file: number) {
    this.#file = file
  }

  write(text: string): void {
    this.#waiting += text
    if (this.#waiting.length >= CHUNK_CHARS) this.end()
  }

  end(): void {
    const bytes = Buffer.from(this.#waiting)
    this.#waiting = ''
    for (let at = 0; at < bytes.length; ) at += writeSome(this.#file, bytes.subarray(at))
  }
}

function writeSome(file: number, bytes: Uint8Array): number {
  try {
    return writeSync(file, bytes)
  } catch (error) {
    if (codeOf(error) === 'EPIPE' && file === 1) process.exit(EXIT.done)
    if (codeOf(error) !== 'EAGAIN') throw file === 1 ? cannotWrite('standard output', error) : error
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, FULL_PIPE_MS)
    return 0
  }
}

class FileOutput implements Output {
  readonly #path: string
  readonly #next: string
  readonly #file: number
  readonly #chunks: Chunks

  constructor(path: string) {
    this.#path = fileToReplace(path)
    this.#next = join(dirname(this.#path), `.${basename(this.#path)}.${process.pid}`)
    try {
      this.#file = openSync(this.#next, 'wx', 0o600)
    } catch (error) {
      throw cannotWrite(path, error)
    }
    this.#chunks = new Chunks(this.#file)
  }

  write(text: string): void {
    this.#guard(() => this.#chunks.write(text))
  }

  end(): void {
    this.#guard(() => {
      this.#chunks.end()
      fsyncSync(this.#file)
      closeSync(this.#file)
      renameSync(this.#next, this.#path)
    })
  }

  #guard(action: () => void): void {
    try {
      action()
    } catch (error) {
      rmSync(this.#next, { force: true })
      throw cannotWrite(this.#path, error)
    }
  }
}
