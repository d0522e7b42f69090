/**
 * Hosts of `connect` rules: names by their labels, addresses as one word or by the range they lie in.
 */
import { addressBits, isRange, rangeBits } from '../base/host.ts'
import type { ConnectAction } from '../model/analysis.ts'
import { NO } from '../model/vocabulary.ts'
import { hostSegments } from '../table/keys.ts'
import type { PairMatch } from '../table/path-match.ts'
import type { Table } from '../table/table.ts'
import { acceptedAt, acceptedBelow, rangesOf, reach } from '../table/trie.ts'
import { bothPairs, matchSegments, NO_MATCH, POSSIBLE_MATCH, SURE_MATCH } from './word-match.ts'

/** The rows whose host and port an action matches. */
export function hostMatches(table: Table, action: ConnectAction): ReadonlyMap<number, PairMatch> {
  const found = new Map<number, PairMatch>()
  const { connect: names = 0, 'connect range': ranges = 0 } = table.meta.roots
  const add = (row: number): void => {
    const { pattern } = table.row(row)
    if (pattern.kind !== 'host') return
    const host = action.host === null && !pattern.isEverything ? POSSIBLE_MATCH : SURE_MATCH
    const pair = bothPairs(host, portMatch(pattern.port, action))
    if (pair.restrict !== NO) found.set(row, pair)
  }
  if (action.host === null) {
    for (const root of [names, ranges]) acceptedBelow(table, root, add)
    return found
  }
  if (names !== 0) {
    for (const node of reach(table, names, hostLabels(action.host))) acceptedAt(table, node, add)
  }
  const bits = ranges === 0 ? null : addressBits(action.host)
  if (bits !== null) rangesOf(table, ranges, bits, add)
  return found
}

/** One pattern of an except. */
export function matchHost(
  pattern: { readonly host: string; readonly port: number | null },
  action: ConnectAction,
): PairMatch {
  const port = portMatch(pattern.port, action)
  if (action.host === null) {
    return bothPairs(/^\*+$/.test(pattern.host) ? SURE_MATCH : POSSIBLE_MATCH, port)
  }
  const isSame = isRange(pattern.host)
    ? addressBits(action.host)?.startsWith(rangeBits(pattern.host)) === true
    : matchSegments(hostSegments(pattern.host), hostLabels(action.host))
  return isSame ? port : NO_MATCH
}

function portMatch(port: number | null, action: ConnectAction): PairMatch {
  if (port === null || port === action.port) return SURE_MATCH
  return action.port === null ? POSSIBLE_MATCH : NO_MATCH
}

/** Labels from the last one; addresses are one label. */
function hostLabels(host: string): readonly string[] {
  return /^[\d.]+$|:/.test(host) ? [host] : host.split('.').reverse()
}
