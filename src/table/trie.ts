/**
 * Walks over the tries: sets of nodes moved over segments. No backtracking; the active set is bounded by the depth of
 * the patterns, not by their number.
 */
import { IS_STAR, NODE, NODE_WORDS } from './format.ts'
import { compileGlob, matchesAll, matchesGlob, mayMatchGlob } from './glob.ts'
import type { Table } from './table.ts'

/** One word of a node. */
function wordOf(table: Table, node: number, word: number): number {
  return table.nodes[node * NODE_WORDS + word] ?? 0
}

/** The child over `**`, or 0. */
export function starOf(table: Table, node: number): number {
  return (wordOf(table, node, NODE.star) & ~IS_STAR) >>> 0
}

export function isStar(table: Table, node: number): boolean {
  return (wordOf(table, node, NODE.star) & IS_STAR) !== 0
}

/** The index over its rows, or 0. */
export function indexOf(table: Table, node: number): number {
  return wordOf(table, node, NODE.index)
}

/** Nodes in the order in which they were reached, each once. Mostly few: a list is searched until it is long. */
class NodeList {
  readonly nodes: number[] = []
  #seen: Set<number> | null = null

  has(node: number): boolean {
    return this.#seen ? this.#seen.has(node) : this.nodes.includes(node)
  }

  add(node: number): void {
    this.nodes.push(node)
    if (this.#seen) this.#seen.add(node)
    else if (this.nodes.length === SEARCHED_MAX) this.#seen = new Set(this.nodes)
  }
}

const SEARCHED_MAX = 32

/** The node and, over `**`, what it reaches without a segment. */
function enter(table: Table, active: NodeList, node: number): void {
  for (let at = node; at !== 0 && !active.has(at); at = starOf(table, at)) active.add(at)
}

/** All literal children of a node. */
export function eachChild(
  table: Table,
  node: number,
  visit: (symbol: number, child: number) => void,
): void {
  const end = Math.min(wordOf(table, node + 1, NODE.firstEdge), table.edges.length / 2)
  for (let edge = wordOf(table, node, NODE.firstEdge); edge < end; edge++) {
    visit(table.edges[edge * 2] ?? 0, table.edges[edge * 2 + 1] ?? 0)
  }
}

/** All glob edges of a node. */
export function eachGlob(
  table: Table,
  node: number,
  visit: (glob: string, child: number) => void,
): void {
  const end = Math.min(wordOf(table, node + 1, NODE.firstGlob), table.globEdges.length / 2)
  for (let edge = wordOf(table, node, NODE.firstGlob); edge < end; edge++) {
    visit(table.string(table.globEdges[edge * 2] ?? 0), table.globEdges[edge * 2 + 1] ?? 0)
  }
}

const NO_NODES: readonly number[] = []

/** Children over glob edges that match a segment. */
export function globChildren(table: Table, node: number, segment: string): readonly number[] {
  const first = wordOf(table, node, NODE.firstGlob)
  if (first === wordOf(table, node + 1, NODE.firstGlob)) return NO_NODES
  const found: number[] = []
  const root = wordOf(table, node, NODE.globRoot)
  if (root !== 0) {
    for (const each of reach(table, root, [...segment])) {
      acceptedAt(table, each, (child) => found.push(child))
    }
    return found
  }
  const end = Math.min(wordOf(table, node + 1, NODE.firstGlob), table.globEdges.length / 2)
  for (let edge = first; edge < end; edge++) {
    const glob = table.glob(table.globEdges[edge * 2] ?? 0)
    if (matchesGlob(glob, segment)) found.push(table.globEdges[edge * 2 + 1] ?? 0)
  }
  return found
}

/** Children over glob edges that match some segment with this start and end. */
export function globChildrenAround(
  table: Table,
  node: number,
  prefix: string,
  suffix: string,
): readonly number[] {
  const found: number[] = []
  const root = wordOf(table, node, NODE.globRoot)
  if (root === 0) {
    eachGlob(table, node, (glob, child) => {
      if (mayMatchGlob(compileGlob(glob), prefix, suffix)) found.push(child)
    })
    return found
  }
  const between = new NodeList()
  for (const each of reach(table, root, [...prefix])) {
    for (const inner of nodesBelow(table, each)) if (!between.has(inner)) between.add(inner)
  }
  for (const each of advance(table, between, [...suffix])) {
    acceptedAt(table, each, (child) => found.push(child))
  }
  return found
}

/** The child over the glob `*`, or 0. */
export function anyChild(table: Table, node: number): number {
  let found = 0
  const root = wordOf(table, node, NODE.globRoot)
  if (root !== 0) {
    acceptedAt(table, starOf(table, root), (child) => {
      found = child
    })
    return found
  }
  eachGlob(table, node, (glob, child) => {
    if (matchesAll(compileGlob(glob))) found = child
  })
  return found
}

/** The nodes reached from a root over all segments, each once. */
export function reach(table: Table, root: number, segments: readonly string[]): readonly number[] {
  const active = new NodeList()
  enter(table, active, root)
  return advance(table, active, segments)
}

function advance(table: Table, from: NodeList, segments: readonly string[]): readonly number[] {
  let active = from
  for (const segment of segments) {
    const next = new NodeList()
    const symbol = table.symbol(segment)
    for (const node of active.nodes) {
      if (isStar(table, node)) enter(table, next, node)
      enter(table, next, table.child(node, symbol))
      for (const child of globChildren(table, node, segment)) enter(table, next, child)
    }
    active = next
    if (active.nodes.length === 0) break
  }
  return active.nodes
}

/** Rows of the ranges that an address lies in, by its bits. */
export function rangesOf(
  table: Table,
  root: number,
  bits: string,
  visit: (row: number) => void,
): void {
  let node = root
  for (let at = 0; node !== 0; at++) {
    acceptedAt(table, node, visit)
    if (at === bits.length) break
    node = table.child(node, table.symbol(bits.charAt(at)))
  }
}

/** Rows accepted at a node. */
export function acceptedAt(table: Table, node: number, visit: (row: number) => void): void {
  if (node === 0) return
  const end = Math.min(wordOf(table, node + 1, NODE.firstAccept), table.accepts.length)
  for (let index = wordOf(table, node, NODE.firstAccept); index < end; index++) {
    visit(table.accepts[index] ?? 0)
  }
}

/** All rows accepted at or below a node. Cost: the size of the part below; only for unknown words and whole trees. */
export function acceptedBelow(table: Table, node: number, visit: (row: number) => void): void {
  let left = table.accepts.length
  for (const each of nodesBelow(table, node)) {
    acceptedAt(table, each, (row) => {
      if (left-- === 0) throw overlap()
      visit(row)
    })
  }
}

/** Ranges of nodes that overlap, which no compiler writes, would make walks long. */
const overlap = (): RangeError => new RangeError('the nodes of the table overlap')

/** The node and all below it. */
export function nodesBelow(table: Table, node: number): ReadonlySet<number> {
  const seen = new Set<number>()
  let left = (table.edges.length + table.globEdges.length) / 2
  const open = [node]
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    if (at === 0 || seen.has(at)) continue
    seen.add(at)
    const push = (_: unknown, child: number): void => {
      if (left-- === 0) throw overlap()
      open.push(child)
    }
    eachChild(table, at, push)
    eachGlob(table, at, push)
    open.push(starOf(table, at))
  }
  return seen
}
