/**
 * A decision from the compiled policy and an analysis. Pure and total: any fault inside is a `deny` with its reason.
 *
 * In: the tables of all layers, from the highest, and the analysis. Out: the decision with its reasons. Not here: the
 * outside, the audit log, asking people.
 */
import { createHash } from 'node:crypto'
import { OaError } from '../base/diagnostic.ts'
import type { Analysis } from '../model/analysis.ts'
import type { Decision } from '../model/decision.ts'
import type { Table } from '../table/table.ts'
import { Judge } from './judge.ts'
import { report } from './report.ts'

/** The layers of a policy, the highest first; mostly one. */
export type Layers = readonly Table[]

/** The digest of all layers together; of one layer its own. */
export function digestOf(layers: Layers): string {
  const [only] = layers
  if (only && layers.length === 1) return only.digest
  const hash = createHash('sha256')
  for (const layer of layers) hash.update(`${layer.digest}\n`)
  return `sha256:${hash.digest('hex')}`
}

/** Decides one analysed request. Cost: the walks over its words and paths; rules do not count. */
export function decide(layers: Layers, analysis: Analysis, id?: string): Decision {
  const digest = safeDigest(layers)
  try {
    if (layers.length === 0) return denied(digest, 'there is no policy', id)
    if (analysis.refused) return denied(digest, analysis.refused.reason, id)
    return report(layers, analysis, new Judge(layers, analysis).judge(), digest, id)
  } catch (error) {
    const reason =
      error instanceof OaError || error instanceof Error ? error.message : 'unknown fault'
    return denied(digest, `the decision failed: ${reason}`, id)
  }
}

function safeDigest(layers: Layers): string {
  return layers.length === 0 ? `sha256:${'0'.repeat(64)}` : digestOf(layers)
}

function denied(digest: string, reason: string, id: string | undefined): Decision {
  return {
    ...(id === undefined ? {} : { id }),
    decision: 'deny',
    risk: 'high',
    digest,
    rules: [],
    actions: [],
    reason,
  }
}
