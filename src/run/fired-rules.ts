/** Which rules of a policy decide anything of what a log recorded: its requests are decided again by that policy. */
import type { AuditRecord } from '../audit/record.ts'
import { eachRecord } from '../audit/tail.ts'
import { decide } from '../decide/decide.ts'
import type { Table } from '../table/table.ts'
import { readFacts } from './redacted-facts.ts'

export interface FiredRules {
  /** Requests that could be decided again. */
  readonly requests: number
  /** Ids of the rules that had a part in a decision. */
  readonly ids: ReadonlySet<string>
}

/** Decides every recorded request by one table. Total: records without facts are passed over. */
export function firedRules(directory: string, table: Table): FiredRules {
  const ids = new Set<string>()
  let requests = 0
  eachRecord(directory, (record) => {
    const facts = isRequest(record) ? readFacts(record['facts']) : null
    if (facts === null) return undefined
    requests++
    const { rules, actions } = decide([table], facts.analysis)
    for (const id of [...rules, ...actions.flatMap((each) => each.rules)]) ids.add(id)
    return undefined
  })
  return { requests, ids }
}

/** One request leaves one of the two. */
export function isRequest({ kind }: AuditRecord): boolean {
  return kind === 'decide' || kind === 'run.start'
}
