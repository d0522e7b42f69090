/**
 * Output on its way from the command to its reader: counted, bounded, in the order and bytes in which it came.
 */
import type { Readable } from 'node:stream'
import { DRAIN_QUIET_MS } from './limits.ts'

/** Takes a piece of output; the next comes when the promise is kept. A rejection ends the stream. */
export type Sink = (chunk: Uint8Array) => void | Promise<void>

/** Hands output on to this process's own stream and waits for it: a slow reader slows the command. */
export function standardSink(name: 'stdout' | 'stderr'): Sink {
  const stream = process[name]
  // A closed reader is told to the callback of each write; the event alone would end oa.
  if (!stream.listeners('error').includes(ignoreError)) stream.on('error', ignoreError)
  return (chunk) =>
    new Promise((resolve, reject) => {
      stream.write(chunk, (error) => (error ? reject(error) : resolve()))
    })
}

function ignoreError(): void {}

/** Counts the output of one run and cuts it at its limit. */
export class Meter {
  readonly #max: number
  readonly #onFull: () => void
  #bytes = 0
  #isFull = false

  /** `max` null: no limit. `onFull` is called once, when the first byte over the limit arrives. */
  constructor(max: number | null, onFull: () => void) {
    this.#max = max ?? Number.POSITIVE_INFINITY
    this.#onFull = onFull
  }

  get bytes(): number {
    return this.#bytes
  }

  get isFull(): boolean {
    return this.#isFull
  }

  /** Relays a stream; `drain` waits for its end, but not for silent strangers that hold it open. */
  relay(stream: Readable, sink: Sink): { drain(): Promise<void> } {
    let lastAt = performance.now()
    let isBusy = false
    const done = (async () => {
      try {
        for await (const chunk of stream as AsyncIterable<Uint8Array>) {
          lastAt = performance.now()
          const kept = this.#take(chunk)
          isBusy = true
          if (kept.length > 0) await sink(kept)
          isBusy = false
          if (this.#isFull) break
        }
      } catch {
        // The reader or the writer is gone; the command learns it by a closed pipe.
        isBusy = false
        stream.destroy()
      }
    })()
    return { drain: () => drained(stream, done, () => (isBusy ? performance.now() : lastAt)) }
  }

  #take(chunk: Uint8Array): Uint8Array {
    const room = this.#max - this.#bytes
    const kept = chunk.length > room ? chunk.subarray(0, Math.max(0, room)) : chunk
    this.#bytes += kept.length
    if (chunk.length > room && !this.#isFull) {
      this.#isFull = true
      this.#onFull()
    }
    return kept
  }
}

async function drained(stream: Readable, done: Promise<void>, lastAt: () => number): Promise<void> {
  const from = performance.now()
  let timer: NodeJS.Timeout | undefined
  const quiet = new Promise<void>((resolve) => {
    timer = setInterval(() => {
      if (performance.now() - Math.max(lastAt(), from) > DRAIN_QUIET_MS) resolve()
    }, DRAIN_QUIET_MS / 4)
  })
  try {
    await Promise.race([done, quiet])
  } finally {
    clearInterval(timer)
    stream.destroy()
  }
}
