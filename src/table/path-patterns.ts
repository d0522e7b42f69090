/**
 * The path patterns of a table read back out of its tries: what the sandbox expands before a run.
 */
import type { Table } from './table.ts'
import { acceptedAt, eachChild, eachGlob, starOf } from './trie.ts'

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
  eachChild(table, node, (symbol, child) => {
    found.push({ node: child, segment: { kind: 'text', text: table.string(symbol) } })
  })
  eachGlob(table, node, (glob, child) => {
    found.push({ node: child, segment: { kind: 'glob', text: glob } })
  })
  const star = starOf(table, node)
  if (star !== 0) found.push({ node: star, segment: STAR })
  return found
}
