/**
 * Packed records: runs of bytes, and repeats of what came before. Ours, not zlib's, so that the same bytes are packed
 * the same by every version of everything.
 *
 * u32 length when unpacked, then sequences: one byte (high half: literal count, low half: repeat length - 4; 15 goes on
 * in bytes of 255 and one less), the literals, u16 how far back the repeat starts. The last sequence has no repeat.
 * The first byte is never `{`: lengths are below 2^24 and stored from the highest byte.
 */

export const REPEAT_BYTES_MIN = 4
export const MORE = 15

/**
 * The bytes that were packed.
 *
 * @throws RangeError where the record says what cannot be, or is longer than `max` when unpacked
 */
export function unpackBytes(packed: Uint8Array, max: number): Uint8Array {
  const reader = new Reader(packed)
  const length = reader.u16() * 0x10000 + reader.u16()
  if (length > max) throw new RangeError('a packed record is too long')
  const out = new Uint8Array(length)
  let at = 0
  while (at < length) {
    const token = reader.byte()
    const literals = reader.count(token >> 4)
    if (at + literals > length) throw new RangeError('a packed record is longer than it says')
    out.set(reader.bytes(literals), at)
    at += literals
    if (at === length) break
    const back = reader.u16()
    const repeat = reader.count(token & MORE) + REPEAT_BYTES_MIN
    if (back === 0 || back > at || at + repeat > length) {
      throw new RangeError('a packed record repeats what is not there')
    }
    // Byte by byte: a repeat may reach into itself.
    for (const end = at + repeat; at < end; at++) out[at] = out[at - back] ?? 0
  }
  return out
}

class Reader {
  readonly #bytes: Uint8Array
  #at = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  byte(): number {
    const byte = this.#bytes[this.#at++]
    if (byte === undefined) throw new RangeError('a packed record is cut short')
    return byte
  }

  u16(): number {
    return this.byte() * 256 + this.byte()
  }

  count(half: number): number {
    let count = half
    for (let more = half === MORE ? 255 : 0; more === 255; ) {
      more = this.byte()
      count += more
    }
    return count
  }

  bytes(count: number): Uint8Array {
    const end = this.#at + count
    if (end > this.#bytes.length) throw new RangeError('a packed record is cut short')
    const found = this.#bytes.subarray(this.#at, end)
    this.#at = end
    return found
  }
}
