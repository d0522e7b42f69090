/**
 * Asking and answering by the rules: nobody answers themselves, a session cannot flood people, a refusal holds for a
 * while, every step is on record.
 */
import { OaError } from '../base/diagnostic.ts'
import {
  type Approval,
  type ApprovalRequest,
  type Approver,
  type End,
  type Step,
  type StepFault,
  stepFaultText,
} from './approval.ts'
import { type Binding, driftOf } from './binding.ts'
import type { ApprovalStore } from './store.ts'

/** One step, as the audit log keeps it. */
export interface ApprovalEntry {
  readonly kind:
    | 'approval.ask'
    | 'approval.grant'
    | 'approval.refuse'
    | 'approval.use'
    | 'approval.void'
    | 'approval.fault'
  readonly policy: string
  readonly approval: string
  /** Digest of what it is bound to. */
  readonly binding: string
  readonly user: string
  readonly agent?: string
  readonly session?: string
  readonly approver?: string
  readonly reason?: string
  readonly line?: string
}

export interface DeskDoors {
  /** Returns when the record is on the disk. */
  record(entry: ApprovalEntry): void | Promise<void>
  /** Somebody waits. */
  asked?(approval: Approval): void
}

/** Requests of one session that may wait at once. */
const PENDING_MAX = 20
/** The same run that was refused may be asked for again after this, then after twice as long, and so on. */
const BACK_OFF_MS = 30_000
const BACK_OFF_MS_MAX = 3_600_000
/** How long a session that was stopped stays so. */
const STOP_MS = 3_600_000
const REASON_CHARS_MAX = 2000

export class ApprovalDesk {
  readonly store: ApprovalStore
  readonly #doors: DeskDoors

  constructor(store: ApprovalStore, doors: DeskDoors) {
    this.store = store
    this.#doors = doors
  }

  /**
   * Asks. The same run of the same session that waits already is the same request.
   *
   * @throws OaError OA7006 when the session asks too much, was stopped, or was just refused the same
   */
  async ask(wanted: Omit<ApprovalRequest, 'id' | 'askedMs'>): Promise<Approval> {
    const own = this.store.list().filter(({ request }) => isSameSession(request, wanted))
    const now = this.store.now()
    refuseStopped(own, now)
    const alike = own.filter(({ request }) => request.binding.digest === wanted.binding.digest)
    refuseRepeated(alike, now)
    const waiting = own.filter(({ state }) => state.kind === 'pending')
    const same = alike.find(({ state }) => state.kind === 'pending')
    if (same) return same
    if (waiting.length >= PENDING_MAX) {
      throw new OaError('OA7006', `${waiting.length} requests of this session wait for an answer`, {
        help: 'have them answered first: `oa approve list`',
      })
    }
    const approval = this.store.add(wanted)
    await this.#record('approval.ask', approval.request)
    this.#doors.asked?.(approval)
    return approval
  }

  /**
   * One person says yes.
   *
   * @param seen - digest of the binding that was shown to that person
   */
  async grant(id: string, by: Approver, seen: string): Promise<Step> {
    const approval = this.store.get(id)
    if (!approval) return { fault: { kind: 'unknown' } }
    const fault = faultOf(approval, by, seen)
    if (fault) return this.#fault(approval.request, by, fault)
    // First on record: a yes that nobody can prove is none.
    await this.#record('approval.grant', approval.request, { approver: by.name })
    const grant = { by: by.name, kind: by.kind, atMs: this.store.now() }
    if (!this.store.addGrant(id, grant)) return this.#fault(approval.request, by, { kind: 'twice' })
    return this.#after(id)
  }

  /** Somebody says no, and why; the reason goes back to whoever asked. */
  async refuse(id: string, by: Approver, reason: string, stopsSession = false): Promise<Step> {
    const approval = this.store.get(id)
    if (!approval) return { fault: { kind: 'unknown' } }
    const { request, state } = approval
    if (state.kind !== 'pending' && state.kind !== 'granted')
      return this.#fault(request, by, { kind: 'state', state: state.kind })
    const kept = reason.slice(0, REASON_CHARS_MAX)
    const atMs = this.store.now()
    const end: End = { kind: 'refused', by: by.name, reason: kept, stopsSession, atMs }
    if (!this.store.end(id, end)) return this.#lost(id)
    await this.#record('approval.refuse', request, { approver: by.name, reason: kept })
    return this.#after(id)
  }

  /**
   * Takes a granted approval, once, for exactly what it was given for; right before the run.
   *
   * @param policy - digest of the policy in force
   */
  async use(id: string, now: Binding, policy: string): Promise<Step> {
    const approval = this.store.get(id)
    if (!approval) return { fault: { kind: 'unknown' } }
    const { request, state } = approval
    if (state.kind !== 'granted') return { fault: { kind: 'state', state: state.kind } }
    const fields = driftOf(request.binding, now)
    const fault: StepFault | null =
      request.policy !== policy
        ? { kind: 'policy' }
        : fields.length > 0
          ? { kind: 'drift', fields }
          : null
    if (fault) {
      await this.void(id, stepFaultText(fault))
      return { fault }
    }
    if (!this.store.end(id, { kind: 'used', atMs: this.store.now() })) return this.#lost(id)
    const approver = state.grants.map((each) => each.by).join(', ')
    await this.#record('approval.use', request, { approver })
    return this.#after(id)
  }

  /** Ends what still waits, with nobody having said no. */
  async void(id: string, reason: string): Promise<void> {
    const approval = this.store.get(id)
    if (!approval) return
    if (!this.store.end(id, { kind: 'void', reason, atMs: this.store.now() })) return
    await this.#record('approval.void', approval.request, { reason })
  }

  /** Ends everything that waits under a policy that is no longer in force. */
  async voidUnder(policy: string): Promise<void> {
    for (const { request, state } of this.store.list()) {
      const isOpen = state.kind === 'pending' || state.kind === 'granted'
      if (isOpen && request.policy === policy) await this.void(request.id, 'the policy changed')
    }
  }

  #after(id: string): Step {
    const approval = this.store.get(id)
    return approval ? { approval } : { fault: { kind: 'unknown' } }
  }

  /** Somebody else was first. */
  #lost(id: string): Step {
    const state = this.store.get(id)?.state.kind
    return { fault: state === undefined ? { kind: 'unknown' } : { kind: 'state', state } }
  }

  async #fault(request: ApprovalRequest, by: Approver, fault: StepFault): Promise<Step> {
    const reason = stepFaultText(fault)
    await this.#record('approval.fault', request, { approver: by.name, reason })
    return { fault }
  }

  async #record(
    kind: ApprovalEntry['kind'],
    request: ApprovalRequest,
    more: { readonly approver?: string; readonly reason?: string } = {},
  ): Promise<void> {
    const { id, policy, binding, requester, agent, session, shown } = request
    await this.#doors.record({
      kind,
      policy,
      approval: id,
      binding: binding.digest,
      user: requester,
      ...(agent === null ? {} : { agent }),
      ...(session === null ? {} : { session }),
      ...more,
      ...(kind === 'approval.ask' ? { line: lineOf(shown.commands) } : {}),
    })
  }
}

function lineOf(commands: readonly (readonly string[])[]): string {
  return commands.map((argv) => argv.map((word) => JSON.stringify(word)).join(' ')).join(' ; ')
}

type Session = Pick<ApprovalRequest, 'requester' | 'agent' | 'session'>

function isSameSession(a: Session, b: Session): boolean {
  return a.requester === b.requester && a.agent === b.agent && a.session === b.session
}

function refuseStopped(own: readonly Approval[], now: number): void {
  for (const { state } of own) {
    if (state.kind !== 'refused' || !state.refusal.stopsSession) continue
    if (now >= state.refusal.atMs + STOP_MS) continue
    const { by, reason } = state.refusal
    throw new OaError('OA7006', `\`${by}\` stopped this session: ${reason}`)
  }
}

function refuseRepeated(alike: readonly Approval[], now: number): void {
  const refusals = alike.flatMap(({ state }) => (state.kind === 'refused' ? [state.refusal] : []))
  const last = refusals.at(-1)
  if (!last) return
  const again = last.atMs + Math.min(BACK_OFF_MS_MAX, BACK_OFF_MS * 2 ** (refusals.length - 1))
  if (now >= again) return
  const seconds = Math.ceil((again - now) / 1000)
  throw new OaError('OA7006', `\`${last.by}\` refused the same: ${last.reason}`, {
    help: `do something else, or ask again in ${seconds} s`,
  })
}

function faultOf({ request, state }: Approval, by: Approver, seen: string): StepFault | null {
  if (state.kind !== 'pending') return { kind: 'state', state: state.kind }
  if (isSelf(request, by)) return { kind: 'self' }
  if (seen !== request.binding.digest) return { kind: 'unseen' }
  const role = request.roles.find((each) => !by.roles.includes(each))
  if (role !== undefined) return { kind: 'role', role }
  return state.grants.some((each) => each.by === by.name) ? { kind: 'twice' } : null
}

/**
 * Whether the one who answers is the one who asked. A person at a terminal of the account that the run has is let
 * through as long as one person suffices: that is the prompt of `oa exec`, answered elsewhere.
 */
function isSelf({ requester, persons }: ApprovalRequest, { name, kind }: Approver): boolean {
  return name === requester && !(kind === 'terminal' && persons === 1)
}
