/**
 * What each route answers.
 */
import { hostname, loadavg, totalmem, uptime } from 'node:os'
import type { AuditLog } from '../audit/log.ts'
import { auditReport } from '../audit/report.ts'
import { verifyAudit } from '../audit/verify.ts'
import { validateApprovalAnswer } from '../model/schemas/approval-answer.gen.js'
import { validateConsoleLogin } from '../model/schemas/console-login.gen.js'
import { validatePolicyText } from '../model/schemas/policy-text.gen.js'
import { validateRequest } from '../model/schemas/request.gen.js'
import { validateRequestBatch } from '../model/schemas/request-batch.gen.js'
import type { ApprovalAnswers } from './approval-answers.ts'
import type { ConsoleFiles } from './console-files.ts'
import type { Decider } from './decider.ts'
import { SAFE_HEADERS } from './http.ts'
import type { Metrics } from './metrics.ts'
import type { PolicyKeeper } from './policy-keeper.ts'
import { Problem } from './problem.ts'
import type { Reply, RouteCall, RoutePath, RouteSpec, SchemaName } from './routes.ts'
import type { Sessions } from './sessions.ts'

export interface AnswersSetting {
  readonly keeper: PolicyKeeper
  readonly decider: Decider
  readonly log: AuditLog
  readonly metrics: Metrics
  readonly version: string
  readonly openapi: string
  readonly approvals: ApprovalAnswers
  readonly sessions: Sessions
  readonly console: ConsoleFiles
  readonly checkPolicy: PolicyChecker
  readonly startedMs: number
  /** Whether it still takes work. */
  readonly isReady: () => boolean
}

/** What is wrong with the text of a policy: an array of findings. Runs elsewhere, in bounds. */
export type PolicyChecker = (text: string) => Promise<readonly unknown[]>

type Answer = (call: RouteCall) => Reply | Promise<Reply | null>

/** Rules that `/v1/policy` lists. */
const RULES_MAX = 10_000

export class Answers {
  readonly #setting: AnswersSetting
  readonly #all: Readonly<Record<RoutePath, Answer>>

  constructor(setting: AnswersSetting) {
    this.#setting = setting
    this.#all = {
      '/v1/decide': (call) => this.#decide(call),
      '/v1/decide/batch': (call) => this.#decideBatch(call),
      '/v1/explain': (call) => this.#explain(call),
      '/v1/policy': () => this.#policy(),
      '/v1/audit/head': () => this.#auditHead(),
      '/v1/audit/report': () => json(auditReport(this.#setting.log.directory)),
      '/v1/check': (call) => this.#check(call),
      '/v1/approvals': () => this.#setting.approvals.list(),
      '/v1/approvals/{id}': (call) => this.#setting.approvals.one(call),
      '/v1/approvals/{id}/decision': (call) => this.#setting.approvals.answer(call),
      '/v1/events': (call) => this.#setting.approvals.stream(call, SAFE_HEADERS),
      '/console/login': (call) => this.#login(call),
      '/console': () => this.#setting.console.get('console.html'),
      '/console/console.css': () => this.#setting.console.get('console.css'),
      '/console/{name}': ({ params }) => this.#setting.console.get(params['name'] ?? ''),
      '/system/info': () => this.#info(),
      '/metrics': () => this.#metrics(),
      '/healthz': () => json({ status: 'ok' }),
      '/readyz': () => this.#ready(),
      '/openapi.json': () => ({ body: this.#setting.openapi }),
    }
  }

  /** Answers a request that passed the gate. Throws Problem. */
  async answer(route: RouteSpec, call: RouteCall): Promise<Reply | null> {
    if (route.takes) check(route.takes, call.body)
    return this.#all[route.path as RoutePath](call)
  }

  async #decide({ body, caller }: RouteCall): Promise<Reply> {
    const { decider, keeper } = this.#setting
    const { decision } = await decider.decide(keeper.snapshot, decider.read(body, caller))
    return json(decision)
  }

  /** All by one snapshot; their records share commits. */
  async #decideBatch({ body, caller }: RouteCall): Promise<Reply> {
    const { decider, keeper } = this.#setting
    const { snapshot } = keeper
    const { requests } = body as { readonly requests: readonly unknown[] }
    const read = requests.map((each) => decider.read(each, caller))
    const decided = await Promise.all(read.map((each) => decider.decide(snapshot, each)))
    return json({ decisions: decided.map((each) => each.decision) })
  }

  async #explain({ body, caller }: RouteCall): Promise<Reply> {
    const { decider, keeper } = this.#setting
    const { analysed, decision } = await decider.decide(keeper.snapshot, decider.read(body, caller))
    const { line, normal, unknowns } = analysed.analysis
    return json({ ...decision, line, normal, unknowns, decoded: analysed.decoded })
  }

  #policy(): Reply {
    const { snapshot, fault } = this.#setting.keeper
    const layers = snapshot.layers.map(({ name, path, table }) => ({
      name,
      path,
      policy: table.name,
      mode: table.meta.mode,
      digest: table.digest,
      rules: table.origins.slice(0, RULES_MAX).map((each) => ({ id: each.id, text: each.text })),
    }))
    return json({ digest: snapshot.digest, loadedMs: snapshot.loadedMs, fault, layers })
  }

  #auditHead(): Reply {
    const { segments, records, lastSeq, hash, isIntact } = verifyAudit(
      this.#setting.log.directory,
      {
        mode: 'sealed',
      },
    )
    return json({ segments, records, lastSeq, hash, isIntact })
  }

  #info(): Reply {
    const { version, startedMs, keeper } = this.#setting
    const { rss, heapUsed } = process.memoryUsage()
    return json({
      version,
      node: process.version,
      pid: process.pid,
      uptimeMs: Date.now() - startedMs,
      memory: { rssBytes: rss, heapBytes: heapUsed },
      machine: { name: hostname(), load: loadavg(), memoryBytes: totalmem(), uptimeS: uptime() },
      policy: { digest: keeper.snapshot.digest, fault: keeper.fault },
    })
  }

  async #check({ body }: RouteCall): Promise<Reply> {
    const { text } = body as { readonly text: string }
    return json({ findings: await this.#setting.checkPolicy(text) })
  }

  #login({ body }: RouteCall): Reply {
    const session = this.#setting.sessions.login((body as { readonly code: string }).code)
    if (session) return json(session)
    throw new Problem(401, 'OA8102', 'the code is wrong, was used, or has expired')
  }

  async #metrics(): Promise<Reply> {
    const { registry, approvalsWaiting, approvalsAge } = this.#setting.metrics
    const { count, oldestMs } = this.#setting.approvals.waiting()
    approvalsWaiting.set(count)
    approvalsAge.set(oldestMs / 1000)
    return {
      body: await registry.metrics(),
      type: 'text/plain',
      headers: { 'Content-Type': registry.contentType },
    }
  }

  /** Status only: nobody needs a token to ask. */
  #ready(): Reply {
    const isReady = this.#setting.isReady()
    const policy = this.#setting.keeper.fault === null ? 'current' : 'earlier'
    return {
      ...json({ status: isReady ? 'ready' : 'stopping', policy }),
      status: isReady ? 200 : 503,
    }
  }
}

function json(value: unknown): Reply {
  return { body: JSON.stringify(value) }
}

const VALIDATORS: Readonly<Partial<Record<SchemaName, typeof validateRequest>>> = {
  request: validateRequest,
  'request-batch': validateRequestBatch,
  'approval-answer': validateApprovalAnswer,
  'console-login': validateConsoleLogin,
  'policy-text': validatePolicyText,
}

function check(schema: SchemaName, body: unknown): void {
  const validate = VALIDATORS[schema]
  if (!validate || validate(body)) return
  const [first] = validate.errors ?? []
  const where = first?.instancePath === '' ? 'the body' : `\`${first?.instancePath ?? ''}\``
  throw new Problem(400, 'OA8106', `${where} ${first?.message ?? 'does not fit'}`)
}
