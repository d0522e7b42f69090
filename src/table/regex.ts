/**
 * Regular expressions at run time: one deterministic automaton each, one step for each code point. It says whether a
 * text has a match.
 *
 * Record: u32 start state, states, classes (the last: the end of the text), ranges; u32 first code point of each range;
 * u16 class of each range; u16 state × class → state. State 0: there is a match.
 */

const HEADER_WORDS = 4
const ASCII = 128

/** What is searched; a string. */
export interface Text {
  readonly length: number
  codePointAt(at: number): number | undefined
}

/** One automaton: views over its record. */
export class Regex {
  readonly #start: number
  readonly #width: number
  readonly #starts: Uint32Array
  readonly #classes: Uint16Array
  readonly #moves: Uint16Array
  /** Classes of the first code points; the others are searched for. */
  readonly #ascii = new Uint16Array(ASCII)

  /**
   * `bytes` starts at a multiple of four.
   *
   * @throws RangeError where the record is shorter than it says
   */
  constructor(bytes: Uint8Array) {
    const [start = 0, states = 0, width = 0, ranges = 0] = new Uint32Array(
      bytes.buffer,
      bytes.byteOffset,
      HEADER_WORDS,
    )
    const classesAt = HEADER_WORDS * 4 + ranges * 4
    const movesAt = classesAt + ranges * 2
    if (movesAt + states * width * 2 > bytes.length) throw new RangeError('a short expression')
    this.#start = start
    this.#width = width
    this.#starts = new Uint32Array(bytes.buffer, bytes.byteOffset + HEADER_WORDS * 4, ranges)
    this.#classes = new Uint16Array(bytes.buffer, bytes.byteOffset + classesAt, ranges)
    this.#moves = new Uint16Array(bytes.buffer, bytes.byteOffset + movesAt, states * width)
    for (let point = 0; point < ASCII; point++) this.#ascii[point] = this.#classOf(point)
  }

  /** Whether some part of the text matches. Steps: at most one for each code point, and one for the end. */
  matches(text: Text): boolean {
    const { length } = text
    let state = this.#start
    for (let at = 0; at < length && state !== 0; at++) {
      const point = text.codePointAt(at) ?? 0
      if (point > 0xffff) at++
      const column = point < ASCII ? (this.#ascii[point] ?? 0) : this.#classOf(point)
      // What a damaged record leaves open matches: texts only restrict.
      state = this.#moves[state * this.#width + column] ?? 0
    }
    return state === 0 || this.#moves[state * this.#width + this.#width - 1] === 0
  }

  #classOf(point: number): number {
    let low = 0
    let high = this.#starts.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if ((this.#starts[middle] ?? 0) <= point) low = middle
      else high = middle - 1
    }
    return this.#classes[low] ?? 0
  }
}
