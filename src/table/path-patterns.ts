/**
 * The path patterns of a table read back out of its tries: what the sandbox expands before a run.
 */
import { NODE_WORDS } from './format.ts'
import type { Table } from './table.ts'
import { acceptedAt } from './trie.ts'

export interface StoredSegment {
  readonly kind: 'text' | 'glob' | 'star'
  /** Literal text or one glob; `**` for a star. */
  readonly text: string
}

export interface StoredPattern {
  readonly root: '/' | 'workspace' | 'home'
  readonly segments: readonly StoredSegment[]
  /** Rows that it belongs to. */
  readonly rows: readonly number[]
}

const ROOT_NAMES = ['/', 'workspace', 'home'] as const
const STAR: StoredSegment = { kind: 'star', text: '**' }

/** All patterns of an action (`read`, `write`, …, or `place`) that have a path; at most `max`. */
export function pathPatterns(
  table: Table,
  action: string,
  max: number,
): { readonly patterns: readonly StoredPattern[]; readonly isComplete: boolean } {
  const patterns: StoredPattern[] = []
  for (const root of ROOT_NAMES) {
    const open: { node: number; segments: readonly StoredSegment[] }[] = []
    const start = table.meta.roots[`${action} ${root}`] ?? 0
    if (start !== 0) open.push({ node: start, segments: [] })
    for (let at = open.pop(); at !== undefined; at = open.pop()) {
      const rows: number[] = []
      acceptedAt(table, at.node, (row) => rows.push(row))
      if (rows.length > 0) patterns.push({ root, segments: at.segments, rows })
      if (patterns.length > max) return { patterns, isComplete: false }
      const { segments } = at
      for (const { node, segment } of childrenOf(table, at.node)) {
        open.push({ node, segments: [...segments, segment] })
      }
    }
  }
  return { patterns, isComplete: true }
}

function childrenOf(
  table: Table,
  node: number,
): readonly { readonly node: number; readonly segment: StoredSegment }[] {
  const found: { node: number; segment: StoredSegment }[] = []
  for (const { symbol, child } of table.children(node)) {
    found.push({ node: child, segment: { kind: 'text', text: table.string(symbol) } })
  }
  const start = table.nodes[node * NODE_WORDS] ?? 0
  const count = table.nodes[node * NODE_WORDS + 1] ?? 0
  for (let edge = start; edge < start + count; edge++) {
    const text = table.string(table.globEdges[edge * 2] ?? 0)
    found.push({ node: table.globEdges[edge * 2 + 1] ?? 0, segment: { kind: 'glob', text } })
  }
  const star = table.nodes[node * NODE_WORDS + 2] ?? 0
  if (star !== 0) found.push({ node: star, segment: STAR })
  return found
}
