/**
 * What one policy layer says of one action: the rows that match it, what is settled, the risk.
 */
import type {
  Action,
  Analysis,
  ConnectAction,
  NameAction,
  PathAction,
  RiskFact,
  RunAction,
} from '../model/analysis.ts'
import type { RunPattern } from '../model/pattern.ts'
import { both, type Decision, type Match, NO, not, POSSIBLE, SURE } from '../model/vocabulary.ts'
import { hostSegments } from '../table/keys.ts'
import { matchPath, type PairMatch } from '../table/path-match.ts'
import { searchRegex } from '../table/regex.ts'
import type { ExceptPattern, Row, RunRow } from '../table/row.ts'
import type { Table } from '../table/table.ts'
import { acceptedAt, acceptedBelow, reach } from '../table/trie.ts'
import { holds } from './conditions.ts'
import { runCandidates } from './run-candidates.ts'
import { exceptOfPermission, exceptOfRestriction, matchRest, type RunMatch } from './run-match.ts'
import {
  matchPathPattern,
  matchSegments,
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
  readonly settledOperands: readonly number[]
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
      return plainFindings(
        table,
        action,
        analysis,
        matchPath(table, action.kind, action.path, analysis).rows,
      )
    default:
      return plainFindings(table, action, analysis, nameMatches(table, action))
  }
}

/** What is possible only restricts possibly and settles nothing less than surely. */
function finding(
  row: Row,
  rowId: number,
  match: RunMatch,
  action: Action,
  analysis: Analysis,
  excepts: { readonly restrict: Match; readonly settle: Match },
): Finding | null {
  const condition = holds(row.when, analysis)
  let restrict = both(both(match.restrict, not(excepts.restrict)), condition)
  if (action.isPossible) restrict = both(restrict, POSSIBLE)
  const settle = both(both(match.permit, not(excepts.settle)), condition)
  if (restrict === NO && settle === NO) return null
  return { rowId, row, restrict, settle, settledOperands: match.settledOperands }
}

function runFindings(
  table: Table,
  run: RunAction,
  analysis: Analysis,
  isTrusted: boolean,
): readonly Finding[] {
  const found: Finding[] = []
  const candidates = new Map<number, PairMatch>(runCandidates(table, run, isTrusted, analysis))
  for (const row of table.meta.always['run'] ?? []) candidates.set(row, SURE_MATCH)
  for (const [rowId, base] of candidates) {
    const row = table.row(rowId)
    const pattern = row.pattern.kind === 'stage' ? row.pattern.run : row.pattern
    const match: RunMatch =
      pattern.kind === 'run'
        ? matchRest(pattern, run, base, analysis)
        : { ...SURE_MATCH, settledOperands: [], matchedOperands: [] }
    if (match.restrict === NO && match.permit === NO) continue
    const excepts = { restrict: NO as Match, settle: NO as Match }
    for (const except of row.except) {
      if (except.action !== 'run' || except.pattern.kind !== 'run') continue
      const ofRestriction = exceptOfRestriction(
        except.pattern,
        run,
        match.matchedOperands,
        isTrusted,
        analysis,
      )
      const ofPermission = exceptOfPermission(except.pattern, run, analysis)
      if (ofRestriction > excepts.restrict) excepts.restrict = ofRestriction
      if (ofPermission > excepts.settle) excepts.settle = ofPermission
    }
    const each = finding(row, rowId, match, run, analysis, excepts)
    if (each) found.push(each)
  }
  return found
}

type PlainAction = PathAction | ConnectAction | NameAction

function plainFindings(
  table: Table,
  action: PlainAction,
  analysis: Analysis,
  matches: ReadonlyMap<number, PairMatch>,
): readonly Finding[] {
  const all = new Map(matches)
  for (const row of table.meta.always[action.kind] ?? []) all.set(row, SURE_MATCH)
  const found: Finding[] = []
  for (const [rowId, pair] of all) {
    const row = table.row(rowId)
    const excepts = { restrict: NO as Match, settle: NO as Match }
    for (const except of row.except) {
      if (except.action !== action.kind) continue
      const each = matchExcept(except.pattern, action, analysis)
      if (each.permit > excepts.restrict) excepts.restrict = each.permit
      if (each.restrict > excepts.settle) excepts.settle = each.restrict
    }
    const match = { ...pair, settledOperands: [], matchedOperands: [] }
    const each = finding(row, rowId, match, action, analysis, excepts)
    if (each) found.push(each)
  }
  return found
}

function matchExcept(pattern: ExceptPattern, action: PlainAction, analysis: Analysis): PairMatch {
  switch (pattern.kind) {
    case 'any':
      return SURE_MATCH
    case 'path':
      return 'path' in action ? matchPathPattern(pattern, action.path, analysis) : NO_MATCH
    case 'host':
      return action.kind === 'connect' ? matchHost(pattern, action) : NO_MATCH
    case 'name': {
      if (!('name' in action)) return NO_MATCH
      if (action.name === null) return POSSIBLE_MATCH
      const word = { kind: 'known', text: action.name, start: 0, end: 0 } as const
      return matchWord(pattern.name, word, null, analysis)
    }
    default:
      return NO_MATCH
  }
}

function matchHost(
  pattern: { readonly host: string; readonly port: number | null },
  action: ConnectAction,
): PairMatch {
  if (action.host === null) return POSSIBLE_MATCH
  if (!matchSegments(hostSegments(pattern.host), hostLabels(action.host))) return NO_MATCH
  return portMatch(pattern.port, action)
}

function portMatch(port: number | null, action: ConnectAction): PairMatch {
  if (port === null || port === action.port) return SURE_MATCH
  return action.port === null ? POSSIBLE_MATCH : NO_MATCH
}

/** Labels from the last one; addresses are one label. */
function hostLabels(host: string): readonly string[] {
  return /^[\d.]+$|:/.test(host) ? [host] : host.split('.').reverse()
}

function hostMatches(table: Table, action: ConnectAction): ReadonlyMap<number, PairMatch> {
  const found = new Map<number, PairMatch>()
  const root = table.meta.roots['connect'] ?? 0
  if (root === 0) return found
  if (action.host === null) {
    acceptedBelow(table, root, (row) => {
      const { pattern } = table.row(row)
      const isAll = pattern.kind === 'host' && pattern.isEverything && pattern.port === null
      found.set(row, isAll ? SURE_MATCH : POSSIBLE_MATCH)
    })
    return found
  }
  for (const node of reach(table, root, hostLabels(action.host))) {
    acceptedAt(table, node, (row) => {
      const { pattern } = table.row(row)
      const pair = pattern.kind === 'host' ? portMatch(pattern.port, action) : NO_MATCH
      if (pair !== NO_MATCH) found.set(row, pair)
    })
  }
  return found
}

function nameMatches(table: Table, action: NameAction): ReadonlyMap<number, PairMatch> {
  const found = new Map<number, PairMatch>()
  const root = table.meta.roots[action.kind] ?? 0
  if (root === 0) return found
  if (action.name === null) {
    acceptedBelow(table, root, (row) => found.set(row, POSSIBLE_MATCH))
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

function matchNameOptions(options: RunPattern['options'], action: NameAction): PairMatch {
  let pair: PairMatch = SURE_MATCH
  for (const option of options) {
    const given = action.options.find((each) => each.name === option.name)
    if (!given) return NO_MATCH
    if (option.value === null || given.value === null) continue
    const value = matchWord(option.value, given.value, null, { home: '/', workspace: '/' })
    pair = {
      restrict: both(pair.restrict, value.restrict),
      permit: both(pair.permit, value.permit),
    }
  }
  return pair
}

/** `text` rows over the raw line. */
export function textFindings(table: Table, analysis: Analysis): readonly Finding[] {
  const found: Finding[] = []
  for (const rowId of table.meta.texts) {
    const row = table.row(rowId)
    if (row.pattern.kind !== 'text' || !searchRegex(row.pattern.regex, analysis.line)) continue
    const isExcepted = row.except.some(
      (each) => each.pattern.kind === 'text' && searchRegex(each.pattern.regex, analysis.line),
    )
    const restrict = isExcepted ? NO : holds(row.when, analysis)
    if (restrict !== NO) found.push({ rowId, row, restrict, settle: NO, settledOperands: [] })
  }
  return found
}

/** Whether a settling row names what carries a high risk (language.md §3 rule 7). */
export function namesCarrier(row: Row, risk: RiskFact, action: Action): boolean {
  const { pattern } = row
  if (action.kind !== 'run' || pattern.kind !== 'run') {
    return !(('isEverything' in pattern && pattern.isEverything) || pattern.kind === 'any')
  }
  if (/^\*+$/.test(pattern.program)) return false
  if (risk.option !== null) return pattern.options.some((each) => each.name === risk.option)
  return namesWords(pattern, risk.subcommands)
}

function namesWords(pattern: RunRow, subcommands: readonly string[]): boolean {
  return subcommands.every((name, index) => {
    const word = pattern.words[index]
    return word?.kind === 'text' && word.text === name
  })
}

/** The decision that a finding contributes, or null when it only settles. */
export function contribution(each: Finding): Decision | null {
  const { effect } = each.row
  if (typeof effect !== 'string' || effect === 'allow' || each.restrict === NO) return null
  if (each.restrict === SURE) return effect
  return effect === 'warn' ? 'warn' : 'ask'
}
