/**
 * The smallest automaton that accepts the same (Hopcroft), numbered in the order in which a walk from the start meets
 * its states; the accepting state is 0.
 */

export interface Automaton {
  /** Letters. */
  readonly width: number
  /** state × letter → state. */
  readonly moves: readonly number[]
  readonly start: number
  readonly accepting: number
}

export interface Minimal {
  readonly stateCount: number
  readonly start: number
  readonly moves: readonly number[]
}

/** States that no text tells apart become one. */
export function minimise(automaton: Automaton): Minimal {
  return renumber(automaton, blocksOf(automaton))
}

/** The block of every state. */
function blocksOf({ width, moves, accepting }: Automaton): Int32Array {
  const count = moves.length / width
  const blockOf = new Int32Array(count).fill(1)
  blockOf[accepting] = 0
  const blocks: Set<number>[] = [
    new Set([accepting]),
    new Set([...blockOf.keys()].filter((state) => state !== accepting)),
  ]
  const into = inverse(width, moves)
  const open = [0]
  const isOpen = new Set(open)
  for (let splitter = open.pop(); splitter !== undefined; splitter = open.pop()) {
    isOpen.delete(splitter)
    const members = [...(blocks[splitter] ?? [])]
    for (let letter = 0; letter < width; letter++) {
      const touched = new Map<number, number[]>()
      for (const state of members) {
        for (const from of into(state, letter)) {
          const block = blockOf[from] ?? 0
          const list = touched.get(block)
          if (list) list.push(from)
          else touched.set(block, [from])
        }
      }
      for (const [block, inside] of touched) {
        const all = blocks[block]
        if (!all || inside.length === all.size) continue
        const made = blocks.length
        const isSmaller = inside.length * 2 <= all.size
        const moved = isSmaller ? new Set(inside) : difference(all, inside)
        for (const state of moved) {
          all.delete(state)
          blockOf[state] = made
        }
        blocks.push(moved)
        // The smaller half suffices unless the larger is still to be used.
        open.push(made)
        isOpen.add(made)
      }
    }
  }
  return blockOf
}

function difference(all: ReadonlySet<number>, without: readonly number[]): Set<number> {
  const left = new Set(all)
  for (const each of without) left.delete(each)
  return left
}

/** Who moves into a state over a letter. */
function inverse(
  width: number,
  moves: readonly number[],
): (state: number, letter: number) => readonly number[] {
  const from: number[][] = moves.map(() => [])
  for (const [at, to] of moves.entries()) {
    const letter = at % width
    from[to * width + letter]?.push((at - letter) / width)
  }
  return (state, letter) => from[state * width + letter] ?? []
}

function renumber({ width, moves, start, accepting }: Automaton, blockOf: Int32Array): Minimal {
  const numbers = new Map([[blockOf[accepting] ?? 0, 0]])
  const order = [accepting]
  const meet = (state: number): number => {
    const block = blockOf[state] ?? 0
    const known = numbers.get(block)
    if (known !== undefined) return known
    numbers.set(block, order.length)
    order.push(state)
    return order.length - 1
  }
  const first = meet(start)
  const least: number[] = []
  for (let at = 0; at < order.length; at++) {
    const state = order[at] ?? 0
    for (let letter = 0; letter < width; letter++) {
      const to = moves[state * width + letter] ?? 0
      least.push(state === accepting ? 0 : meet(to))
    }
  }
  return { stateCount: order.length, start: first, moves: least }
}
