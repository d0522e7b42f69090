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
import type { Settings } from '../model/settings.ts'
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

/** A decision with what an allowed run must be wrapped in. */
export interface RunDecision {
  readonly decision: Decision
  /** Blocks of all layers and obligations of the rules that settled; for `joinSettings`. */
  readonly settings: readonly Settings[]
  /** It runs workspace code: only in a sandbox. */
  readonly needsSandbox: boolean
  /** It is allowed because the sandbox hides or pins entries of a tree; where it cannot, decide with `canHold` false. */
  readonly isHeld: boolean
}

/** Decides one analysed request. Cost: the walks over its words and paths; rules do not count. */
export function decide(layers: Layers, analysis: Analysis, id?: string): Decision {
  return decideRun(layers, analysis, id).decision
}

/** Decides one analysed request that shall run if it may. */
export function decideRun(
  layers: Layers,
  analysis: Analysis,
  id?: string,
  canHold = true,
): RunDecision {
  const digest = safeDigest(layers)
  const refuse = (reason: string): RunDecision => ({
    decision: denied(digest, reason, id),
    settings: [],
    needsSandbox: true,
    isHeld: false,
  })
  try {
    if (layers.length === 0) return refuse('there is no policy')
    if (analysis.refused) return refuse(analysis.refused.reason)
    const line = new Judge(layers, analysis, canHold).judge()
    return {
      decision: report(layers, analysis, line, digest, id),
      settings: [
        ...layers.map((table) => table.meta.settings),
        ...line.judgements.flatMap((each) => each.obligations),
      ],
      needsSandbox: line.judgements.some((each) => each.needsSandbox),
      isHeld: line.judgements.some((each) => each.isHeld),
    }
  } catch (error) {
    const reason =
      error instanceof OaError || error instanceof Error ? error.message : 'unknown fault'
    return refuse(`the decision failed: ${reason}`)
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
