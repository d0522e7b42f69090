/**
 * One request decided in a setting: what `decide`, `explain` and `exec` share.
 */
import { type Analysed, analyse } from '../command/analyse.ts'
import { layeredKnowledge } from '../command/layered-knowledge.ts'
import { decide } from '../decide/decide.ts'
import type { Analysis } from '../model/analysis.ts'
import type { Decision } from '../model/decision.ts'
import type { Request } from '../model/request.ts'
import { nodeWorld } from '../world/node-world.ts'
import type { Setting } from './layers.ts'

/** Analyses a request against this machine. */
export function analyseRequest(setting: Setting, request: Request): Analysed {
  const world = nodeWorld({
    home: setting.folders.home,
    workspace: setting.workspace,
    path: process.env['PATH'] ?? '',
  })
  return analyse(layeredKnowledge(setting.tables), request, world)
}

/** A request decided, with what a record of it needs. */
export interface DecidedRequest {
  readonly analysis: Analysis
  readonly decision: Decision
  /** How long analysis and decision took, in nanoseconds. */
  readonly durationNs: number
}

/** Decides one request. */
export function decideRequest(setting: Setting, request: Request): DecidedRequest {
  const startNs = process.hrtime.bigint()
  const { analysis } = analyseRequest(setting, request)
  const decision = decide(setting.tables, analysis, request.id)
  return { analysis, decision, durationNs: Number(process.hrtime.bigint() - startNs) }
}
