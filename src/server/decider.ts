/**
 * One request decided and recorded: the answer goes out when the record is on the disk.
 */
import type { AuditLog } from '../audit/log.ts'
import { type Analysed, analyse } from '../command/analyse.ts'
import { layeredKnowledge } from '../command/layered-knowledge.ts'
import { decide } from '../decide/decide.ts'
import type { Facts } from '../model/analysis.ts'
import type { Decision } from '../model/decision.ts'
import { NO_FACTS, type Request } from '../model/request.ts'
import { requestFrom } from '../model/request-json.ts'
import { decideEntry } from '../run/record.ts'
import { nodeWorld } from '../world/node-world.ts'
import type { Metrics } from './metrics.ts'
import type { PolicySnapshot } from './policy-keeper.ts'
import { Problem } from './problem.ts'
import type { Caller } from './tokens.ts'

export interface DeciderSetting {
  readonly home: string
  /** Where requests without a folder are decided. */
  readonly cwd: string
  /** `PATH` of the server. */
  readonly path: string
  /** The trusted folder that a folder belongs to; empty: none. */
  readonly workspaceOf: (cwd: string) => string
  readonly log: AuditLog
  readonly metrics: Metrics
}

export interface Decided {
  readonly request: Request
  readonly analysed: Analysed
  readonly decision: Decision
}

export class Decider {
  readonly #setting: DeciderSetting

  constructor(setting: DeciderSetting) {
    this.#setting = setting
  }

  /** The request that a body holds, asked by whoever the token stands for. Throws Problem 400. */
  read(body: unknown, caller: Caller): Request {
    const defaults = { cwd: this.#setting.cwd, facts: factsOf(caller) }
    const request = requestFrom(body, defaults, false)
    if ('error' in request) throw new Problem(400, 'OA8106', request.error)
    return request
  }

  /** Decides and records. Throws OA6001 and the like: what is not on record was not decided. */
  async decide(snapshot: PolicySnapshot, request: Request): Promise<Decided> {
    const { log, metrics } = this.#setting
    const startNs = process.hrtime.bigint()
    const analysed = this.#analyse(snapshot, request)
    const { analysis } = analysed
    const decision = decide(snapshot.tables, analysis, request.id)
    const durationNs = Number(process.hrtime.bigint() - startNs)
    metrics.auditWaiting.inc()
    const written = metrics.auditSeconds.startTimer()
    try {
      await log.append(
        decideEntry({ analysis, decided: analysis, decision, tables: snapshot.tables, durationNs }),
      )
    } finally {
      metrics.auditWaiting.dec()
      written()
    }
    this.#count(request, decision)
    return { request, analysed, decision }
  }

  #analyse(snapshot: PolicySnapshot, request: Request): Analysed {
    const { home, path, workspaceOf } = this.#setting
    // A fresh world each time: nothing that was seen before counts.
    const world = nodeWorld({ home, workspace: workspaceOf(request.cwd), path })
    return analyse(layeredKnowledge(snapshot.tables), request, world)
  }

  #count({ subject }: Request, { decision, risk }: Decision): void {
    const { metrics } = this.#setting
    metrics.decisions.inc({ decision, risk })
    const isLoad = subject.kind === 'name' && subject.action === 'load'
    if (isLoad && decision === 'deny') metrics.loadsRefused.inc()
  }
}

function factsOf(caller: Caller): Facts {
  return {
    ...NO_FACTS,
    roles: caller.roles,
    user: caller.name,
    session: caller.name,
    isInteractive: false,
    nowMs: Date.now(),
  }
}
