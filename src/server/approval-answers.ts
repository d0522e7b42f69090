/**
 * What the routes about approvals answer. An answer quotes what was seen; whoever asked sees their own.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { type Approval, type StepFault, stepFaultText } from '../approve/approval.ts'
import type { ApprovalDesk } from '../approve/desk.ts'
import { Problem } from './problem.ts'
import { mayDo } from './roles.ts'
import type { Reply, RouteCall } from './routes.ts'

/** The body of an answer; the schema was checked. */
interface GivenAnswer {
  readonly answer: 'grant' | 'refuse'
  readonly seen: string
  readonly reason?: string
  readonly stopsSession?: boolean
}

const POLL_MS = 200
const WAIT_S_MAX = 60
/** Approvals that are over and still listed. */
const OVER_MAX = 50
/** How often a stream says that it is still there. */
const BEAT_MS = 15_000
const STREAMS_MAX = 64

export class ApprovalAnswers {
  readonly #desk: ApprovalDesk
  readonly #hasApprovers: () => boolean
  #streams = 0

  /** @param hasApprovers - whether anybody was made an approver: without one nothing is ever granted */
  constructor(desk: ApprovalDesk, hasApprovers: () => boolean) {
    this.#desk = desk
    this.#hasApprovers = hasApprovers
  }

  /** How many wait, and since when the oldest. */
  waiting(): { readonly count: number; readonly oldestMs: number } {
    const pending = this.#desk.store.list().filter(({ state }) => state.kind === 'pending')
    const [oldest] = pending
    const oldestMs = oldest ? Date.now() - oldest.request.askedMs : 0
    return { count: pending.length, oldestMs }
  }

  list(): Reply {
    return { body: JSON.stringify({ nowMs: Date.now(), approvals: this.#listed() }) }
  }

  async one({ caller, params, query, signal }: RouteCall): Promise<Reply> {
    const id = params['id'] ?? ''
    const seen = this.#visible(id, caller)
    const waitS = Math.min(WAIT_S_MAX, Number(/^\d{1,4}$/.exec(query.get('wait') ?? '')?.[0] ?? 0))
    const until = Date.now() + waitS * 1000
    let approval = seen
    while (approval.state.kind === 'pending' && Date.now() < until && !signal.aborted) {
      await sleep(POLL_MS, undefined, { signal }).catch(() => undefined)
      approval = this.#visible(id, caller)
    }
    return { body: JSON.stringify(approval) }
  }

  async answer({ caller, params, body }: RouteCall): Promise<Reply> {
    const id = params['id'] ?? ''
    const { answer, seen, reason = '', stopsSession = false } = body as GivenAnswer
    const by = { name: caller.name, kind: 'token', roles: caller.roles } as const
    if (answer === 'grant' && !this.#hasApprovers()) {
      throw new Problem(
        403,
        'OA8103',
        'nobody was made an approver here: `oa token add NAME --role approver`',
      )
    }
    const step =
      answer === 'grant'
        ? await this.#desk.grant(id, by, seen)
        : await this.#desk.refuse(id, by, reason, stopsSession)
    if ('fault' in step) throw problemOf(step.fault)
    return { body: JSON.stringify(step.approval) }
  }

  /** Writes the list whenever it changes, until the caller or the server goes. */
  async stream({ response, signal }: RouteCall, headers: Reply['headers']): Promise<null> {
    if (this.#streams >= STREAMS_MAX) throw new Problem(503, 'OA8105', 'too many listen already')
    this.#streams++
    try {
      response.writeHead(200, { ...headers, 'Content-Type': 'text/event-stream; charset=utf-8' })
      let before = ''
      let saidMs = 0
      while (!signal.aborted) {
        const now = JSON.stringify(this.#listed())
        const isLate = Date.now() - saidMs > BEAT_MS
        const news = `event: approvals\ndata: {"nowMs":${Date.now()},"approvals":${now}}\n\n`
        if (now !== before || isLate) {
          response.write(now === before ? ': still here\n\n' : news)
          saidMs = Date.now()
        }
        before = now
        await sleep(POLL_MS, undefined, { signal }).catch(() => undefined)
      }
      response.end()
      return null
    } finally {
      this.#streams--
    }
  }

  #listed(): readonly Approval[] {
    const all = this.#desk.store.list()
    const over = all.filter(({ state }) => !isOpen(state.kind)).slice(-OVER_MAX)
    return all.filter((each) => isOpen(each.state.kind) || over.includes(each))
  }

  /** What somebody else asked is not there for those who may not see all. */
  #visible(id: string, caller: RouteCall['caller']): Approval {
    const approval = this.#desk.store.get(id)
    const maySee =
      mayDo('see-approvals', caller.roles) || approval?.request.requester === caller.name
    if (approval && maySee) return approval
    throw new Problem(404, 'OA8109', 'there is no such approval')
  }
}

function isOpen(kind: Approval['state']['kind']): boolean {
  return kind === 'pending' || kind === 'granted'
}

function problemOf(fault: StepFault): Problem {
  const text = stepFaultText(fault)
  if (fault.kind === 'unknown') return new Problem(404, 'OA8109', text)
  if (fault.kind === 'self' || fault.kind === 'role') return new Problem(403, 'OA8109', text)
  return new Problem(409, 'OA8109', text)
}
