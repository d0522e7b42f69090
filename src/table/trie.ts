/**
 * Walks over the tries: sets of nodes moved over segments. No backtracking; the active set is bounded by the depth of
 * the patterns, not by their number.
 */
import { NODE_HAS_BELOW, NODE_IS_STAR, NODE_WORDS } from './format.ts'
import { compileGlob, matchesGlob } from './glob.ts'
import type { Table } from './table.ts'

/** The node and, over `**`, what it reaches without a segment. */
function enter(table: Table, active: Set<number>, node: number): void {
  for (let at = node; at !== 0 && !active.has(at); at = table.nodes[at * NODE_WORDS + 2] ?? 0) {
    active.add(at)
  }
}

export function isStar(table: Table, node: number): boolean {
  return ((table.nodes[node * NODE_WORDS + 5] ?? 0) & NODE_IS_STAR) !== 0
}

function hasBelow(table: Table, node: number): boolean {
  return ((table.nodes[node * NODE_WORDS + 5] ?? 0) & NODE_HAS_BELOW) !== 0
}

/** Children over glob edges that match a segment. */
export function globChildren(table: Table, node: number, segment: string): readonly number[] {
  const start = table.nodes[node * NODE_WORDS] ?? 0
  const count = table.nodes[node * NODE_WORDS + 1] ?? 0
  const found: number[] = []
  for (let edge = start; edge < start + count; edge++) {
    const glob = compileGlob(table.string(table.globEdges[edge * 2] ?? 0))
    if (matchesGlob(glob, segment)) found.push(table.globEdges[edge * 2 + 1] ?? 0)
  }
  return found
}

/** The nodes reached from a root over all segments. */
export function reach(table: Table, root: number, segments: readonly string[]): Set<number> {
  let active = new Set<number>()
  enter(table, active, root)
  for (const segment of segments) {
    const next = new Set<number>()
    const symbol = table.symbol(segment)
    for (const node of active) {
      if (isStar(table, node)) enter(table, next, node)
      enter(table, next, table.child(node, symbol))
      for (const child of globChildren(table, node, segment)) enter(table, next, child)
    }
    active = next
    if (active.size === 0) break
  }
  return active
}

/** Rows accepted at a node. */
export function acceptedAt(table: Table, node: number, visit: (row: number) => void): void {
  const start = table.nodes[node * NODE_WORDS + 3] ?? 0
  const count = table.nodes[node * NODE_WORDS + 4] ?? 0
  for (let index = start; index < start + count; index++) visit(table.accepts[index] ?? 0)
}

/** All rows accepted at or below a node. Cost: the size of the part below; only for unknown words and whole trees. */
export function acceptedBelow(table: Table, node: number, visit: (row: number) => void): void {
  for (const each of nodesBelow(table, node)) acceptedAt(table, each, visit)
}

/** The node and all below it. */
export function nodesBelow(table: Table, node: number): ReadonlySet<number> {
  const seen = new Set<number>()
  const open = [node]
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    if (at === 0 || seen.has(at)) continue
    seen.add(at)
    if (!hasBelow(table, at)) continue
    for (const { child } of table.children(at)) open.push(child)
    const start = table.nodes[at * NODE_WORDS] ?? 0
    const count = table.nodes[at * NODE_WORDS + 1] ?? 0
    for (let edge = start; edge < start + count; edge++) {
      open.push(table.globEdges[edge * 2 + 1] ?? 0)
    }
    open.push(table.nodes[at * NODE_WORDS + 2] ?? 0)
  }
  return seen
}
