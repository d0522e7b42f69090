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

const MATCHES: readonly Match[] = [NO, POSSIBLE, SURE]
const PAIRS = MATCHES.map((restrict) => MATCHES.map((permit): PairMatch => ({ restrict, permit })))

/** There are nine; each is made once. */
export function pair(restrict: Match, permit: Match): PairMatch {
  return PAIRS[restrict]?.[permit] ?? { restrict, permit }
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

let lastPath = '/'
let lastSegments: readonly string[] = []

/** Segments of a normalised absolute path. Those of the last path are kept: one path is compared with many patterns. */
export function segmentsOf(path: string): readonly string[] {
  if (path !== lastPath) {
    lastSegments = path === '/' ? [] : path.slice(1).split('/')
    lastPath = path
  }
  return lastSegments
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

/** What the roots of path patterns are called in a table. */
export const ROOT_NAMES = ['/', 'workspace', 'home'] as const

/** Nodes at which the path patterns of one kind start: absolute ones, those of the workspace, those of home. 0: none. */
export type PathNodes = readonly [root: number, workspace: number, home: number]

/** All rows of an action that match a path fact at least possibly. */
export function matchPath(table: Table, action: string, path: PathFact, roots: Roots): PathMatches {
  return matchPathAt(table, table.pathNodes(action), path, roots, (row) => {
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
  const { lexical, real } = path
  if (lexical === null) return strongestOf(allPossible(table, nodes, isEverything))
  const first = formMatches(table, nodes, lexical, path, roots)
  if (real === lexical) return strongestOf(first)
  const second =
    real === null
      ? allPossible(table, nodes, isEverything)
      : formMatches(table, nodes, real, path, roots)
  const rows = new Map<number, PairMatch>()
  for (const [row, one] of first) {
    const other = second.get(row) ?? NONE
    rows.set(row, pair(either(one.restrict, other.restrict), both(one.permit, other.permit)))
  }
  for (const [row, one] of second) if (!first.has(row)) rows.set(row, pair(one.restrict, NO))
  return strongestOf(rows)
}

function strongestOf(rows: ReadonlyMap<number, PairMatch>): PathMatches {
  let strongest: Match = NO
  for (const each of rows.values()) strongest = either(strongest, each.restrict)
  return { rows, strongest }
}

const NONE = pair(NO, NO)

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

const EVERY = pair(SURE, SURE)
const MAYBE = pair(POSSIBLE, POSSIBLE)

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
    rows.set(row, pair(either(old.restrict, restrict), either(old.permit, permit)))
  }
  for (let which = 0; which < nodes.length; which++) {
    const root = nodes[which] ?? 0
    if (root === 0) continue
    const name = ROOT_NAMES[which]
    const anchor = which === 0 ? '/' : which === 1 ? roots.workspace : roots.home
    const segments = which === 0 ? segmentsOf(form) : below(form, anchor)
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
