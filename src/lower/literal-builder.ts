/**
 * The automaton over the required texts of all `text` rows (table/literals.ts says how it is read).
 */
import { compareText } from '../base/diagnostic.ts'
import { hashEdge, LITERAL } from '../table/format.ts'
import type { Literals } from '../table/literals.ts'
import { powerOfTwo } from './power-of-two.ts'

interface State {
  readonly next: Map<number, number>
  readonly rows: number[]
  fallback: number
  shorter: number
}

/** For each row the list of texts to look for: the rarest of those that it requires, else the longest. */
export function chooseLiterals(
  rows: readonly (readonly (readonly string[])[])[],
): readonly (readonly string[] | null)[] {
  const counts = new Map<string, number>()
  for (const text of rows.flat(2)) counts.set(text, (counts.get(text) ?? 0) + 1)
  const shared = (list: readonly string[]): number =>
    list.reduce((sum, text) => sum + (counts.get(text) ?? 0), 0)
  const shortest = (list: readonly string[]): number => Math.min(...list.map((text) => text.length))
  return rows.map((lists) => {
    const [best] = [...lists].sort(
      (a, b) =>
        shared(a) - shared(b) || shortest(b) - shortest(a) || compareText(a.join(), b.join()),
    )
    return best ?? null
  })
}

/** `texts`: what to look for, with the row of each. */
export function buildLiterals(texts: readonly (readonly [string, number])[]): Literals {
  const states: State[] = [newState()]
  const sorted = [...texts].sort((a, b) => compareText(a[0], b[0]) || a[1] - b[1])
  for (const [text, row] of sorted) at(states, text).rows.push(row)
  return encode(byLength(states))
}

function newState(): State {
  return { next: new Map(), rows: [], fallback: 0, shorter: 0 }
}

function at(states: State[], text: string): State {
  let state = states[0]
  for (let index = 0; index < text.length && state; index++) {
    const unit = text.charCodeAt(index)
    const known = state.next.get(unit)
    if (known === undefined) {
      state.next.set(unit, states.length)
      states.push(newState())
    }
    state = states[known ?? states.length - 1]
  }
  if (!state) throw new Error('a state is missing')
  return state
}

/** Breadth first, so that what a state falls back to has a smaller number. */
function byLength(states: readonly State[]): readonly State[] {
  const numbers = new Map([[0, 0]])
  const order = [0]
  for (let index = 0; index < order.length; index++) {
    for (const child of states[order[index] ?? 0]?.next.values() ?? []) {
      numbers.set(child, order.length)
      order.push(child)
    }
  }
  const renumbered = order.map((old): State => {
    const state = states[old] ?? newState()
    const next = [...state.next].map(([unit, child]) => [unit, numbers.get(child) ?? 0] as const)
    return { ...state, next: new Map(next) }
  })
  for (const [number, state] of renumbered.entries()) link(renumbered, number, state)
  return renumbered
}

function link(states: readonly State[], number: number, state: State): void {
  for (const [unit, child] of state.next) {
    const target = states[child]
    if (!target || number === 0) continue
    let from = state.fallback
    while (from !== 0 && states[from]?.next.get(unit) === undefined)
      from = states[from]?.fallback ?? 0
    target.fallback = states[from]?.next.get(unit) ?? 0
    const fallback = states[target.fallback]
    target.shorter =
      fallback && fallback.rows.length > 0 ? target.fallback : (fallback?.shorter ?? 0)
  }
}

function encode(states: readonly State[]): Literals {
  const words = new Uint32Array((states.length + 1) * LITERAL.stateWords)
  const rows: number[] = []
  const size = powerOfTwo(states.length * 2)
  const slots = new Uint32Array(size * 3)
  for (const [number, state] of states.entries()) {
    words[number * LITERAL.stateWords + LITERAL.fallback] = state.fallback
    words[number * LITERAL.stateWords + LITERAL.shorter] = state.shorter
    words[number * LITERAL.stateWords + LITERAL.firstRow] = rows.length
    for (const row of state.rows) rows.push(row)
    for (const [unit, child] of state.next) {
      let slot = hashEdge(number, unit) & (size - 1)
      while (slots[slot * 3] !== 0) slot = (slot + 1) & (size - 1)
      slots.set([number + 1, unit, child], slot * 3)
    }
  }
  words[states.length * LITERAL.stateWords + LITERAL.firstRow] = rows.length
  return { states: words, slots, rows: Uint32Array.from(rows) }
}
