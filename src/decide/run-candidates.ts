/**
 * The rows whose program and named words a run matches: one walk over the trie, whatever the number of rules.
 */
import type { RunAction } from '../model/analysis.ts'
import { type Match, NO, POSSIBLE, SURE } from '../model/vocabulary.ts'
import type { Word } from '../model/word.ts'
import { PROGRAM_END, PROGRAM_PATH_ROOTS } from '../table/keys.ts'
import { below, normalPath, type PairMatch, type Roots } from '../table/path-match.ts'
import type { Table } from '../table/table.ts'
import {
  acceptedAt,
  acceptedBelow,
  anyChild,
  eachChild,
  globChildren,
  indexOf,
  nodesBelow,
  reach,
} from '../table/trie.ts'
import { indexedRows } from './row-index.ts'
import { globChildrenOf, mayBe } from './unknown-word.ts'
import {
  bothPairs,
  eitherPair,
  NO_MATCH,
  POSSIBLE_MATCH,
  pairOf,
  SURE_MATCH,
} from './word-match.ts'

type Reached = Map<number, PairMatch>

/** Rows by how far program and named words match; path words are compared again with the row. */
export function runCandidates(
  table: Table,
  run: RunAction,
  isTrusted: boolean,
  roots: Roots,
): Map<number, PairMatch> {
  const found: Reached = new Map()
  const add = (row: number, pair: PairMatch): void => {
    found.set(row, eitherPair(found.get(row) ?? NO_MATCH, pair))
  }
  if (run.program.name === null) {
    for (const root of ['run', ...PROGRAM_PATH_ROOTS]) {
      acceptedBelow(table, table.meta.roots[root] ?? 0, (row) => add(row, ofNoName(table, row)))
    }
    return found
  }
  let reached = reachProgram(table, run, isTrusted, roots)
  for (const [index, operand] of run.operands.entries()) {
    collect(table, reached, run, roots, add)
    if (run.shiftedFrom !== null && index >= run.shiftedFrom)
      return addShifted(table, reached, found, add)
    const isSure: Match = operand.isSure ? SURE : POSSIBLE
    const before = reached
    reached = reachWord(table, before, operand.word, isSure)
    if (operand.canonical !== undefined) {
      const word: Word = { kind: 'known', text: operand.canonical, start: 0, end: 0 }
      for (const [node, pair] of reachWord(table, before, word, isSure)) put(reached, node, pair)
    }
    if (!operand.isSure) {
      // It may be an option or an option's value: the next word stands in its place.
      for (const [node, pair] of before) put(reached, node, bothPairs(pair, POSSIBLE_MATCH))
    }
    if (reached.size === 0) return found
  }
  collect(table, reached, run, roots, add)
  return run.shiftedFrom === null ? found : addShifted(table, reached, found, add)
}

/** An unknown word may be any number of words: all that could follow is possible. */
function addShifted(
  table: Table,
  reached: Reached,
  found: Reached,
  add: (row: number, pair: PairMatch) => void,
): Reached {
  for (const [node, pair] of reached) {
    const possible = bothPairs(pair, POSSIBLE_MATCH)
    acceptedBelow(table, node, (row) => add(row, possible))
  }
  return found
}

/** A program whose name is not static: only what names no program and no word matches surely. */
function ofNoName(table: Table, row: number): PairMatch {
  const { pattern } = table.row(row)
  const run = pattern.kind === 'stage' ? pattern.run : pattern
  const isSure = run.kind === 'run' && /^\*+$/.test(run.program) && run.words.length === 0
  return isSure ? { restrict: SURE, permit: POSSIBLE } : POSSIBLE_MATCH
}

function collect(
  table: Table,
  reached: Reached,
  run: RunAction,
  roots: Roots,
  add: (row: number, pair: PairMatch) => void,
): void {
  for (const [node, pair] of reached) {
    const index = run.shiftedFrom === null ? indexOf(table, node) : 0
    if (index === 0) acceptedAt(table, node, (row) => add(row, pair))
    else indexedRows(table, index, run, roots, (row) => add(row, pair))
  }
}

function put(reached: Reached, node: number, pair: PairMatch): void {
  if (node !== 0) reached.set(node, eitherPair(reached.get(node) ?? NO_MATCH, pair))
}

function reachProgram(table: Table, run: RunAction, isTrusted: boolean, roots: Roots): Reached {
  const reached: Reached = new Map()
  const { base, realBase } = run.program
  const root = table.meta.roots['run'] ?? 0
  const byName: PairMatch = isTrusted ? SURE_MATCH : { restrict: SURE, permit: NO }
  const onlyRestrict: PairMatch = { restrict: SURE, permit: NO }
  for (const [name, pair] of [
    [base, byName],
    [realBase, onlyRestrict],
  ] as const) {
    if (name === null || root === 0) continue
    put(reached, table.child(root, table.symbol(name)), pair)
    for (const node of globChildren(table, root, name)) put(reached, node, pair)
  }
  const { path, certainty } = programPlace(run)
  if (certainty === null) return reached
  const end = table.symbol(PROGRAM_END)
  for (const name of PROGRAM_PATH_ROOTS) {
    const start = table.meta.roots[name] ?? 0
    if (start === 0) continue
    if (path === null) {
      for (const node of nodesBelow(table, start)) put(reached, table.child(node, end), certainty)
      continue
    }
    const segments = below(
      path,
      name === 'run /' ? '/' : name === 'run home' ? roots.home : roots.workspace,
    )
    for (const node of segments ? reach(table, start, segments) : []) {
      put(reached, table.child(node, end), certainty)
    }
  }
  return reached
}

/** The file that patterns with a slash are compared with; `path` null: any. */
export function programPlace({ program }: RunAction): {
  readonly path: string | null
  /** Null: it has no path. */
  readonly certainty: PairMatch | null
} {
  const { name, path } = program
  if (path !== null) return { path, certainty: SURE_MATCH }
  if (name === null || !name.includes('/')) return { path: null, certainty: null }
  // No such file yet: an earlier part of the line may make it.
  if (name.startsWith('/')) {
    return { path: normalPath(name), certainty: { restrict: SURE, permit: POSSIBLE } }
  }
  return { path: null, certainty: POSSIBLE_MATCH }
}

function reachWord(table: Table, from: Reached, word: Word, certainty: Match): Reached {
  const reached: Reached = new Map()
  const limit = pairOf(certainty)
  for (const [node, pair] of from) {
    const bounded = bothPairs(pair, limit)
    if (word.kind === 'known') {
      put(reached, table.child(node, table.symbol(word.text)), bounded)
      for (const child of globChildren(table, node, word.text)) put(reached, child, bounded)
      continue
    }
    const unsure = bothPairs(bounded, POSSIBLE_MATCH)
    eachChild(table, node, (symbol, child) => {
      if (mayBe(word, table.string(symbol))) put(reached, child, unsure)
    })
    for (const child of globChildrenOf(table, node, word)) put(reached, child, unsure)
    // `*` surely matches one unknown word.
    if (!word.isMany) put(reached, anyChild(table, node), bounded)
  }
  return reached
}
