/**
 * Packs records (table/packed.ts says how): greedy, the longest of the last places with the same four bytes.
 */
import { MORE, REPEAT_BYTES_MIN } from '../table/packed.ts'

const BACK_MAX = 0xffff
/** So many earlier places are compared. */
const PLACES_MAX = 32

/** The packed form of at most 16 MiB. */
export function packBytes(plain: Uint8Array): Uint8Array {
  const out: number[] = [
    0,
    (plain.length >> 16) & 255,
    (plain.length >> 8) & 255,
    plain.length & 255,
  ]
  const places = new Map<number, number[]>()
  let start = 0
  let at = 0
  while (at + REPEAT_BYTES_MIN <= plain.length) {
    const found = longest(plain, at, places.get(keyAt(plain, at)) ?? [])
    if (found === null) {
      note(plain, at, places)
      at++
      continue
    }
    sequence(out, plain.subarray(start, at), found)
    for (const end = at + found.length; at < end; at++) note(plain, at, places)
    start = at
  }
  sequence(out, plain.subarray(start), null)
  return Uint8Array.from(out)
}

interface Repeat {
  readonly back: number
  readonly length: number
}

function longest(plain: Uint8Array, at: number, places: readonly number[]): Repeat | null {
  let best: Repeat | null = null
  for (const place of places) {
    if (at - place > BACK_MAX) continue
    let length = 0
    while (at + length < plain.length && plain[place + length] === plain[at + length]) length++
    // The last bytes stay literals: the last sequence has no repeat.
    if (at + length === plain.length) length--
    if (length >= REPEAT_BYTES_MIN && length >= (best?.length ?? 0)) {
      best = { back: at - place, length }
    }
  }
  return best
}

function keyAt(plain: Uint8Array, at: number): number {
  const [a = 0, b = 0, c = 0, d = 0] = plain.subarray(at, at + REPEAT_BYTES_MIN)
  return ((a << 24) | (b << 16) | (c << 8) | d) >>> 0
}

function note(plain: Uint8Array, at: number, places: Map<number, number[]>): void {
  if (at + REPEAT_BYTES_MIN > plain.length) return
  const key = keyAt(plain, at)
  const list = places.get(key)
  if (!list) places.set(key, [at])
  else {
    list.push(at)
    if (list.length > PLACES_MAX) list.shift()
  }
}

function sequence(out: number[], literals: Uint8Array, repeat: Repeat | null): void {
  const extra = repeat ? repeat.length - REPEAT_BYTES_MIN : 0
  out.push((Math.min(literals.length, MORE) << 4) | Math.min(extra, MORE))
  count(out, literals.length)
  for (const byte of literals) out.push(byte)
  if (!repeat) return
  out.push(repeat.back >> 8, repeat.back & 255)
  count(out, extra)
}

function count(out: number[], value: number): void {
  if (value < MORE) return
  let left = value - MORE
  for (; left >= 255; left -= 255) out.push(255)
  out.push(left)
}
