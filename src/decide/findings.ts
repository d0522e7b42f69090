/**
 * What one policy layer says of one action: the rows that match it, what is settled, the risk.
 */
import type {
  Action,
  Analysis,
  ConnectAction,
  NameAction,
  PathAction,
  RunAction,
} from '../model/analysis.ts'
import type { RunPattern, WordPattern } from '../model/pattern.ts'
import {
  both,
  type Decision,
  either,
  type Match,
  NO,
  not,
  POSSIBLE,
  SURE,
} from '../model/vocabulary.ts'
import { matchPath, type PairMatch, type Roots, withFuture } from '../table/path-match.ts'
import type { ExceptPattern, Row } from '../table/row.ts'
import type { Table } from '../table/table.ts'
import { acceptedAt, acceptedBelow, reach } from '../table/trie.ts'
import { holds } from './conditions.ts'
import { isHoldableTree } from './hold.ts'
import { hostMatches, matchHost } from './host-match.ts'
import { runCandidates } from './run-candidates.ts'
import {
  exceptOfPermission,
  exceptOfRestriction,
  matchRest,
  type RunMatch,
  type SettledOperand,
} from './run-match.ts'
import {
  bothPairs,
  matchPathPattern,
  matchWord,
  NO_MATCH,
  POSSIBLE_MATCH,
  SURE_MATCH,
} from './word-match.ts'

/** A row that matches an action at least possibly. */
export interface Finding {
  readonly rowId: number
  readonly row: Row
  /** How far it restricts; the except and the condition are in it. */
  readonly restrict: Match
  /** How far it settles: with every operand, trusted, nothing unlisted. */
  readonly settle: Match
  readonly settled: readonly SettledOperand[]
  /** It only speaks of some entries of a tree, which a sandbox can hide or keep from being written. */
  readonly isHoldable: boolean
}

/** All rows of one table that match the action, excepts and conditions applied. */
export function findingsOf(
  table: Table,
  action: Action,
  analysis: Analysis,
  isTrusted: boolean,
): readonly Finding[] {
  switch (action.kind) {
    case 'run':
      return runFindings(table, action, analysis, isTrusted)
    case 'connect':
      return plainFindings(table, action, analysis, hostMatches(table, action))
    case 'read':
    case 'write':
    case 'delete':
    case 'persist':
      return pathFindings(table, action, analysis)
    default:
      return plainFindings(table, action, analysis, nameMatches(table, action))
  }
}

/** How far excepts take back what a row restricts and what it permits. */
interface Excepted {
  readonly restriction: Match
  readonly permission: Match
}

const NO_OPERANDS: readonly SettledOperand[] = []

/** What is possible only restricts possibly and settles nothing less than surely. */
function finding(
  row: Row,
  rowId: number,
  match: PairMatch,
  settled: readonly SettledOperand[],
  action: Action,
  analysis: Analysis,
  excepts: Excepted,
): Finding | null {
  const condition = holds(row.when, analysis)
  let restrict = both(both(match.restrict, not(excepts.restriction)), condition)
  if (action.isPossible) restrict = both(restrict, POSSIBLE)
  const settle = both(both(match.permit, not(excepts.permission)), condition)
  if (restrict === NO && settle === NO) return null
  return { rowId, row, restrict, settle, settled, isHoldable: false }
}

function runFindings(
  table: Table,
  run: RunAction,
  analysis: Analysis,
  isTrusted: boolean,
): readonly Finding[] {
  const found: Finding[] = []
  const candidates = runCandidates(table, run, isTrusted, analysis)
  for (const row of table.meta.always['run'] ?? []) candidates.set(row, SURE_MATCH)
  for (const [rowId, base] of candidates) {
    const row = table.row(rowId)
    const pattern = row.pattern.kind === 'stage' ? row.pattern.run : row.pattern
    const match: RunMatch =
      pattern.kind === 'run'
        ? matchRest(pattern, run, base, analysis)
        : { ...SURE_MATCH, settled: [], matchedOperands: [] }
    if (match.restrict === NO && match.permit === NO) continue
    let restriction: Match = NO
    let permission: Match = NO
    for (const except of row.except) {
      if (except.action !== 'run') continue
      const each = runExcept(table, except.pattern, run, match, isTrusted, analysis)
      restriction = either(restriction, each.permit)
      permission = either(permission, each.restrict)
    }
    const excepts = { restriction, permission }
    const each = finding(row, rowId, match, match.settled, run, analysis, excepts)
    if (each) found.push(each)
  }
  return found
}

/** `permit`: how far it lifts a restriction; `restrict`: how far it takes back a permission. */
function runExcept(
  table: Table,
  pattern: ExceptPattern,
  run: RunAction,
  match: RunMatch,
  isTrusted: boolean,
  analysis: Analysis,
): PairMatch {
  switch (pattern.kind) {
    case 'any':
      return SURE_MATCH
    case 'run':
      return {
        permit: exceptOfRestriction(pattern, run, match.matchedOperands, isTrusted, analysis),
        restrict: exceptOfPermission(pattern, run, analysis),
      }
    case 'text':
      return table.matchesRegex(pattern.regex, analysis.line) ? SURE_MATCH : NO_MATCH
    default:
      return NO_MATCH
  }
}

function pathFindings(table: Table, action: PathAction, analysis: Analysis): readonly Finding[] {
  const place = withFuture(action.path, action.kind)
  const { rows } = matchPath(table, action.kind, place, analysis)
  const found = plainFindings(table, action, analysis, rows)
  if (!isHoldableTree(action, analysis)) return found
  const root = { ...action.path, isTree: false, entries: null, isComplete: false }
  const own = matchPath(table, action.kind, root, analysis).rows
  const always = table.meta.always[action.kind] ?? []
  return found.map((each) => {
    const isBelow = (own.get(each.rowId)?.restrict ?? NO) === NO && !always.includes(each.rowId)
    return isBelow && each.settle === NO ? { ...each, isHoldable: true } : each
  })
}

/** False: whatever rows say, none settles the action surely. */
export function maySettle(table: Table, action: PathAction, roots: Roots): boolean {
  if (table.meta.always[action.kind] !== undefined) return true
  const { rows } = matchPath(table, action.kind, withFuture(action.path, action.kind), roots)
  for (const each of rows.values()) if (each.permit === SURE) return true
  return false
}

type PlainAction = PathAction | ConnectAction | NameAction

function plainFindings(
  table: Table,
  action: PlainAction,
  analysis: Analysis,
  matches: ReadonlyMap<number, PairMatch>,
): readonly Finding[] {
  const found: Finding[] = []
  const add = (rowId: number, match: PairMatch): void => {
    const row = table.row(rowId)
    let restriction: Match = NO
    let permission: Match = NO
    for (const except of row.except) {
      if (except.action !== action.kind) continue
      const each = matchExcept(except.pattern, action, analysis)
      restriction = either(restriction, each.permit)
      permission = either(permission, each.restrict)
    }
    const excepts = { restriction, permission }
    const each = finding(row, rowId, match, NO_OPERANDS, action, analysis, excepts)
    if (each) found.push(each)
  }
  for (const [rowId, match] of matches) add(rowId, match)
  for (const rowId of table.meta.always[action.kind] ?? []) add(rowId, SURE_MATCH)
  return found
}

function matchExcept(pattern: ExceptPattern, action: PlainAction, analysis: Analysis): PairMatch {
  switch (pattern.kind) {
    case 'any':
      return SURE_MATCH
    case 'path':
      return 'path' in action
        ? matchPathPattern(pattern, withFuture(action.path, action.kind), analysis)
        : NO_MATCH
    case 'host':
      return action.kind === 'connect' ? matchHost(pattern, action) : NO_MATCH
    case 'name':
      if (!('name' in action)) return NO_MATCH
      return bothPairs(matchName(pattern.name, action), matchNameOptions(pattern.options, action))
    default:
      return NO_MATCH
  }
}

function nameMatches(table: Table, action: NameAction): ReadonlyMap<number, PairMatch> {
  const found = new Map<number, PairMatch>()
  const root = table.meta.roots[action.kind] ?? 0
  if (root === 0) return found
  if (action.name === null) {
    acceptedBelow(table, root, (row) => {
      const { pattern } = table.row(row)
      if (pattern.kind !== 'name') return
      const isSure = pattern.isEverything ? SURE_MATCH : POSSIBLE_MATCH
      const pair = bothPairs(isSure, matchNameOptions(pattern.options, action))
      if (pair.restrict !== NO) found.set(row, pair)
    })
    return found
  }
  for (const node of reach(table, root, [action.name])) {
    acceptedAt(table, node, (rowId) => {
      const { pattern } = table.row(rowId)
      if (pattern.kind !== 'name') return
      const pair = matchNameOptions(pattern.options, action)
      if (pair.restrict !== NO) found.set(rowId, pair)
    })
  }
  return found
}

function matchName(name: WordPattern, action: NameAction): PairMatch {
  if (action.name === null) {
    return name.kind === 'glob' && /^\*+$/.test(name.glob) ? SURE_MATCH : POSSIBLE_MATCH
  }
  return matchWord(name, { kind: 'known', text: action.name, start: 0, end: 0 }, null, {
    home: '/',
    workspace: '/',
  })
}

function matchNameOptions(options: RunPattern['options'], action: NameAction): PairMatch {
  let pair: PairMatch = SURE_MATCH
  for (const option of options) {
    const given = action.options.find((each) => each.name === option.name)
    if (!given) return NO_MATCH
    if (option.value === null) continue
    if (given.value === null) return NO_MATCH
    pair = bothPairs(
      pair,
      matchWord(option.value, given.value, null, { home: '/', workspace: '/' }),
    )
  }
  return pair
}

/** `text` rows over the raw line. */
export function textFindings(table: Table, analysis: Analysis): readonly Finding[] {
  const found: Finding[] = []
  for (const rowId of table.textRows(analysis.line)) {
    const row = table.row(rowId)
    if (row.pattern.kind !== 'text' || !table.matchesRegex(row.pattern.regex, analysis.line))
      continue
    const isExcepted = row.except.some(
      (each) =>
        each.pattern.kind === 'text' && table.matchesRegex(each.pattern.regex, analysis.line),
    )
    const restrict = isExcepted ? NO : holds(row.when, analysis)
    if (restrict !== NO)
      found.push({ rowId, row, restrict, settle: NO, settled: [], isHoldable: false })
  }
  return found
}

/** The decision that a finding contributes, or null when it only settles. */
export function contribution(each: Finding): Decision | null {
  const { effect } = each.row
  if (typeof effect !== 'string' || effect === 'allow' || each.restrict === NO) return null
  if (each.restrict === SURE) return effect
  return effect === 'warn' ? 'warn' : 'ask'
}
