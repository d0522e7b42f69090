/**
 * Many texts found in one pass over a line (Aho and Corasick): which rows of `text` patterns have their required text
 * in it.
 */
import { hashEdge, LITERAL } from './format.ts'

/** Views over the three sections. */
export interface Literals {
  /** `LITERAL.stateWords` per state, and one state more that ends the last range. */
  readonly states: Uint32Array
  /** u32 × 3, a power of two of them: state + 1, code unit, next state. */
  readonly slots: Uint32Array
  readonly rows: Uint32Array
}

/** Rows of the texts that the line contains. Steps: at most two for each code unit, and what is found. */
export function literalRows(literals: Literals, line: string): ReadonlySet<number> {
  const found = new Set<number>()
  if (literals.rows.length === 0) return found
  let state = 0
  for (let at = 0; at < line.length; at++) {
    const unit = line.charCodeAt(at)
    let next = step(literals, state, unit)
    while (next === 0 && state !== 0) {
      state = earlier(literals, state, LITERAL.fallback)
      next = step(literals, state, unit)
    }
    state = next
    for (let each = state; each !== 0; each = earlier(literals, each, LITERAL.shorter)) {
      addRows(literals, each, found)
    }
  }
  return found
}

function addRows({ states, rows }: Literals, state: number, found: Set<number>): void {
  const first = states[state * LITERAL.stateWords + LITERAL.firstRow] ?? 0
  const end = states[(state + 1) * LITERAL.stateWords + LITERAL.firstRow] ?? 0
  for (let index = first; index < Math.min(end, rows.length); index++) found.add(rows[index] ?? 0)
}

/** A state of a shorter text; states are numbered by length, so this ends whatever the bytes say. */
function earlier({ states }: Literals, state: number, word: number): number {
  const found = states[state * LITERAL.stateWords + word] ?? 0
  return found < state ? found : 0
}

function step({ slots }: Literals, state: number, unit: number): number {
  const mask = slots.length / 3 - 1
  let at = hashEdge(state, unit) & mask
  for (let tries = 0; tries <= mask; tries++) {
    const owner = slots[at * 3] ?? 0
    if (owner === 0) return 0
    if (owner === state + 1 && slots[at * 3 + 1] === unit) return slots[at * 3 + 2] ?? 0
    at = (at + 1) & mask
  }
  return 0
}
