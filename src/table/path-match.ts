/**
 * Paths against the path tries, in both of their forms (language.md §3 rule 9): a restriction needs the lexical or the
 * real form, a permission both.
 */
import type { PathFact } from '../model/analysis.ts'
import {
  type ActionKind,
  both,
  either,
  type Match,
  NO,
  POSSIBLE,
  SURE,
} from '../model/vocabulary.ts'
import type { Table } from './table.ts'
import { acceptedAt, acceptedBelow, isStar, reach } from './trie.ts'

export interface Roots {
  readonly home: string
  readonly workspace: string
}

export interface PairMatch {
  readonly restrict: Match
  readonly permit: Match
}

export interface PathMatches {
  readonly rows: ReadonlyMap<number, PairMatch>
  /** The strongest restriction among them. */
  readonly strongest: Match
}

/** Who writes into a tree may create entries that no listing has; those with the program's own names do not count. */
export function withFuture(path: PathFact, action: ActionKind): PathFact {
  const mayCreate = (action === 'write' || action === 'persist') && path.isClosed !== true
  return mayCreate ? { ...path, isComplete: false } : path
}

/** Segments of a normalised absolute path. */
export function segmentsOf(path: string): readonly string[] {
  return path === '/' ? [] : path.slice(1).split('/')
}

/** An absolute path without `.`, `..` and empty segments, by text alone. */
export function normalPath(path: string): string {
  const segments: string[] = []
  for (const segment of path.split('/')) {
    if (segment === '..') segments.pop()
    else if (segment !== '' && segment !== '.') segments.push(segment)
  }
  return `/${segments.join('/')}`
}

/** The segments of `path` below `root`, or null. */
export function below(path: string, root: string): readonly string[] | null {
  if (root === '') return null
  if (root === '/') return segmentsOf(path)
  if (path === root) return []
  return path.startsWith(`${root}/`) ? segmentsOf(path.slice(root.length)) : null
}

const ROOT_NAMES = ['/', 'workspace', 'home'] as const

/** Nodes at which the path patterns of one kind start: absolute ones, those of the workspace, those of home. 0: none. */
export type PathNodes = readonly [root: number, workspace: number, home: number]

/** All rows of an action that match a path fact at least possibly. */
export function matchPath(table: Table, action: string, path: PathFact, roots: Roots): PathMatches {
  const nodes = ROOT_NAMES.map((name) => table.meta.roots[`${action} ${name}`] ?? 0)
  const [root = 0, workspace = 0, home = 0] = nodes
  return matchPathAt(table, [root, workspace, home], path, roots, (row) => {
    const pattern = action === 'place' ? null : table.row(row).pattern
    return pattern?.kind === 'path' && pattern.isEverything
  })
}

/** The same for patterns below any nodes; `isEverything`: the row matches a path that is not known surely. */
export function matchPathAt(
  table: Table,
  nodes: PathNodes,
  path: PathFact,
  roots: Roots,
  isEverything: (row: number) => boolean,
): PathMatches {
  const forms =
    path.lexical === null
      ? [allPossible(table, nodes, isEverything)]
      : [
          formMatches(table, nodes, path.lexical, path, roots),
          path.real === null
            ? allPossible(table, nodes, isEverything)
            : path.real === path.lexical
              ? null
              : formMatches(table, nodes, path.real, path, roots),
        ]
  const [first, second] = forms
  const rows = new Map<number, PairMatch>()
  let strongest: Match = NO
  const known = first ?? new Map<number, PairMatch>()
  for (const [row, pair] of known) {
    const other = second === undefined || second === null ? pair : (second.get(row) ?? NONE)
    const merged = {
      restrict: either(pair.restrict, other.restrict),
      permit: both(pair.permit, other.permit),
    }
    rows.set(row, merged)
    strongest = either(strongest, merged.restrict)
  }
  for (const [row, pair] of second ?? []) {
    if (known.has(row)) continue
    rows.set(row, { restrict: pair.restrict, permit: NO })
    strongest = either(strongest, pair.restrict)
  }
  return { rows, strongest }
}

const NONE: PairMatch = { restrict: NO, permit: NO }

/** A path that is not known may be any: `/**` matches it surely, all others possibly. */
function allPossible(
  table: Table,
  nodes: PathNodes,
  isEverything: (row: number) => boolean,
): Map<number, PairMatch> {
  const rows = new Map<number, PairMatch>()
  for (const node of nodes) {
    acceptedBelow(table, node, (row) => rows.set(row, isEverything(row) ? EVERY : MAYBE))
  }
  return rows
}

const EVERY: PairMatch = { restrict: SURE, permit: SURE }
const MAYBE: PairMatch = { restrict: POSSIBLE, permit: POSSIBLE }

/** One form of the path against the three roots. */
function formMatches(
  table: Table,
  nodes: PathNodes,
  form: string,
  path: PathFact,
  roots: Roots,
): Map<number, PairMatch> {
  const rows = new Map<number, PairMatch>()
  const add = (row: number, restrict: Match, permit: Match): void => {
    const old = rows.get(row) ?? NONE
    rows.set(row, {
      restrict: either(old.restrict, restrict),
      permit: either(old.permit, permit),
    })
  }
  const anchors = ['/', roots.workspace, roots.home]
  for (const [which, root] of nodes.entries()) {
    if (root === 0) continue
    const name = ROOT_NAMES[which]
    const anchor = anchors[which] ?? ''
    const segments = name === '/' ? segmentsOf(form) : below(form, anchor)
    if (segments) {
      matchSegments(table, root, segments, path, add)
    } else if (path.isTree && !path.isComplete && below(anchor, form) !== null) {
      acceptedBelow(table, root, (row) => add(row, POSSIBLE, NO))
    } else if (path.isTree && !path.isComplete && form === '/' && name !== '/') {
      acceptedBelow(table, root, (row) => add(row, POSSIBLE, NO))
    }
    if (path.isTree)
      matchEntries(table, root, name === '/' ? '/' : anchor, entriesOf(form, path), add)
  }
  return rows
}

function matchSegments(
  table: Table,
  root: number,
  segments: readonly string[],
  path: PathFact,
  add: (row: number, restrict: Match, permit: Match) => void,
): void {
  for (const node of reach(table, root, segments)) {
    const contains = isStar(table, node)
    acceptedAt(table, node, (row) => add(row, SURE, !path.isTree || contains ? SURE : NO))
    if (path.isTree && !path.isComplete) acceptedBelow(table, node, (row) => add(row, POSSIBLE, NO))
  }
}

/** The listing has real paths; a tree reached over a link has the same entries under its own name. */
export function entriesOf(form: string, path: PathFact): readonly string[] {
  const { entries, real } = path
  if (entries === null || real === null || real === form) return entries ?? []
  const named = entries.flatMap((entry) => {
    const inside = below(entry, real)
    return inside === null ? [] : [`${form === '/' ? '' : form}/${inside.join('/')}`]
  })
  return [...entries, ...named]
}

/** Entries of a listed tree: a restriction matches surely if one entry does. */
function matchEntries(
  table: Table,
  root: number,
  anchor: string,
  entries: readonly string[],
  add: (row: number, restrict: Match, permit: Match) => void,
): void {
  for (const entry of entries) {
    const segments = anchor === '/' ? segmentsOf(entry) : below(entry, anchor)
    if (!segments) continue
    for (const node of reach(table, root, segments)) {
      acceptedAt(table, node, (row) => add(row, SURE, NO))
    }
  }
}
