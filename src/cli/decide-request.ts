/**
 * One request decided in a setting: what `decide`, `explain` and `exec` share.
 */
import { type Analysed, analyse } from '../command/analyse.ts'
import { layeredKnowledge } from '../command/layered-knowledge.ts'
import { decide } from '../decide/decide.ts'
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

/** Decides one request. */
export function decideRequest(setting: Setting, request: Request): Decision {
  return decide(setting.tables, analyseRequest(setting, request).analysis, request.id)
}
