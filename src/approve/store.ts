/**
 * Approvals on disk. Every step is one file that is linked into place once: whoever links it won, whatever is killed
 * when. Nothing is rewritten; what an approval is follows from the files that are there.
 */
import { createHash, randomBytes } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import { OaError } from '../base/diagnostic.ts'
import { makeFolders } from '../base/make-folders.ts'
import { type Binding, type BoundField, driftOf } from './binding.ts'

/** What somebody wants to run, as an approver sees it. */
export interface ApprovalRequest {
  readonly id: string
  readonly binding: Binding
  /** Who asks; may not answer. */
  readonly requester: string
  readonly agent: string | null
  readonly session: string | null
  readonly policy: string
  readonly shown: ShownRun
  /** Milliseconds since 1970. */
  readonly askedMs: number
  readonly answerByMs: number
  /** How long a granted run may wait. */
  readonly runWithinMs: number
  readonly persons: number
  /** Roles that an approver must hold, all of them. */
  readonly roles: readonly string[]
}

/** For people: exactly what would run. */
export interface ShownRun {
  readonly commands: readonly (readonly string[])[]
  readonly line: string | null
  readonly cwd: string
  readonly backend: string
  readonly extras: readonly string[]
  readonly reason: string
  readonly risk: string
  readonly rules: readonly string[]
  /** What the agent said of it; nobody checked that. */
  readonly words: string | null
  /** What the run reads that is not bound. */
  readonly unbound: readonly string[]
}

export interface Grant {
  readonly by: string
  readonly atMs: number
}

export interface Refusal {
  readonly by: string
  readonly reason: string
  readonly atMs: number
}

/** How an approval ended: one file, so that a run and a refusal cannot both win. */
type End =
  | { readonly kind: 'used'; readonly atMs: number }
  | ({ readonly kind: 'refused' } & Refusal)

export type ApprovalState =
  | { readonly kind: 'pending'; readonly grants: readonly Grant[] }
  | { readonly kind: 'granted'; readonly grants: readonly Grant[]; readonly runByMs: number }
  | { readonly kind: 'refused'; readonly refusal: Refusal }
  | { readonly kind: 'used'; readonly grants: readonly Grant[] }
  | { readonly kind: 'expired' }

export interface Approval {
  readonly request: ApprovalRequest
  readonly state: ApprovalState
}

/** Why a step could not be made. */
export type StepFault =
  | { readonly kind: 'unknown' }
  | { readonly kind: 'state'; readonly state: ApprovalState['kind'] }
  /** What the approver saw is not what is asked for. */
  | { readonly kind: 'unseen' }
  | { readonly kind: 'self' }
  | { readonly kind: 'policy' }
  | { readonly kind: 'drift'; readonly fields: readonly BoundField[] }

export type Step = { readonly approval: Approval } | { readonly fault: StepFault }

const ID = /^[A-Za-z0-9_-]{22}$/
/** Requests of one session that may wait at once. */
const PENDING_MAX = 20
/** How long files of an approval that is over are kept. */
const KEPT_MS = 7 * 86_400_000

export class ApprovalStore {
  readonly #folder: string
  readonly #now: () => number

  /** @param own - `~/.openagent`; the sandbox hides it from every run */
  constructor(own: string, now: () => number = Date.now) {
    this.#folder = path.join(own, 'approvals')
    this.#now = now
    makeFolders(this.#folder, 0o700)
  }

  /**
   * Asks. The same run of the same caller that waits already is the same request.
   *
   * @throws OaError OA7006 when too many of the session wait
   */
  ask(wanted: Omit<ApprovalRequest, 'id' | 'askedMs'>): Approval {
    const waiting = this.list().filter(
      ({ request, state }) =>
        state.kind === 'pending' &&
        request.requester === wanted.requester &&
        request.session === wanted.session,
    )
    const same = waiting.find(({ request }) => request.binding.digest === wanted.binding.digest)
    if (same) return same
    if (waiting.length >= PENDING_MAX) {
      throw new OaError('OA7006', `${waiting.length} requests of this session wait for an answer`, {
        help: 'have them answered first: `oa approve list`',
      })
    }
    const id = randomBytes(16).toString('base64url')
    const request: ApprovalRequest = { ...wanted, id, askedMs: this.#now() }
    this.#place(`${id}.request`, request)
    return { request, state: { kind: 'pending', grants: [] } }
  }

  /** Every approval that is known, oldest first. */
  list(): readonly Approval[] {
    const ids = fs
      .readdirSync(this.#folder)
      .flatMap((name) => (name.endsWith('.request') ? [name.slice(0, -'.request'.length)] : []))
    const found = ids.flatMap((id) => this.get(id) ?? [])
    return found.sort((a, b) => a.request.askedMs - b.request.askedMs)
  }

  get(id: string): Approval | null {
    if (!ID.test(id)) return null
    const request = this.#read<ApprovalRequest>(`${id}.request`)
    return request && request.id === id ? { request, state: this.#stateOf(request) } : null
  }

  /**
   * One person says yes.
   *
   * @param seen - digest of the binding that was shown to that person
   * @param policy - digest of the policy in force
   */
  grant(id: string, by: string, seen: string, policy: string): Step {
    const approval = this.get(id)
    const fault = approval ? faultOf(approval, by, seen, policy) : ({ kind: 'unknown' } as const)
    if (!approval || fault) return { fault: fault ?? { kind: 'unknown' } }
    const grant: Grant = { by, atMs: this.#now() }
    if (!this.#place(`${id}.grant-${nameHash(by)}`, grant)) return this.#lost(id)
    return this.#after(id)
  }

  /** Somebody says no, and why; the reason goes back to whoever asked. */
  refuse(id: string, by: string, reason: string): Step {
    const approval = this.get(id)
    if (!approval) return { fault: { kind: 'unknown' } }
    if (approval.state.kind !== 'pending' && approval.state.kind !== 'granted')
      return this.#lost(id)
    const end: End = { kind: 'refused', by, reason: reason.slice(0, 2000), atMs: this.#now() }
    if (!this.#place(`${id}.end`, end)) return this.#lost(id)
    return this.#after(id)
  }

  /** Takes a granted approval, once, for exactly what it was given for; right before the run. */
  use(id: string, now: Binding, policy: string): Step {
    const approval = this.get(id)
    if (!approval) return { fault: { kind: 'unknown' } }
    const { request, state } = approval
    if (state.kind !== 'granted') return { fault: { kind: 'state', state: state.kind } }
    if (request.policy !== policy) return { fault: { kind: 'policy' } }
    const fields = driftOf(request.binding, now)
    if (fields.length > 0) return { fault: { kind: 'drift', fields } }
    const end: End = { kind: 'used', atMs: this.#now() }
    if (!this.#place(`${id}.end`, end)) return this.#lost(id)
    return this.#after(id)
  }

  /** Removes what was over long ago. */
  sweep(): void {
    const before = this.#now() - KEPT_MS
    for (const { request, state } of this.list()) {
      const isOver = state.kind !== 'pending' && state.kind !== 'granted'
      if (!isOver || request.answerByMs > before) continue
      for (const name of fs.readdirSync(this.#folder)) {
        if (name.startsWith(`${request.id}.`))
          fs.rmSync(path.join(this.#folder, name), { force: true })
      }
    }
  }

  #stateOf(request: ApprovalRequest): ApprovalState {
    const { id } = request
    const end = this.#read<End>(`${id}.end`)
    const grants = this.#grants(id)
    if (end?.kind === 'refused') return { kind: 'refused', refusal: end }
    if (end) return { kind: 'used', grants }
    const now = this.#now()
    const counted = grants.filter((each) => each.atMs <= request.answerByMs)
    if (counted.length < request.persons) {
      return now > request.answerByMs ? { kind: 'expired' } : { kind: 'pending', grants: counted }
    }
    const runByMs = Math.max(...counted.map((each) => each.atMs)) + request.runWithinMs
    return now > runByMs ? { kind: 'expired' } : { kind: 'granted', grants: counted, runByMs }
  }

  #grants(id: string): readonly Grant[] {
    const names = fs.readdirSync(this.#folder).filter((each) => each.startsWith(`${id}.grant-`))
    return names.flatMap((name) => this.#read<Grant>(name) ?? [])
  }

  #after(id: string): Step {
    const approval = this.get(id)
    return approval ? { approval } : { fault: { kind: 'unknown' } }
  }

  /** Somebody else was first. */
  #lost(id: string): Step {
    const state = this.get(id)?.state.kind
    return { fault: state === undefined ? { kind: 'unknown' } : { kind: 'state', state } }
  }

  /** A file of the store; null where it is missing or no JSON. */
  #read<T>(name: string): T | null {
    try {
      return JSON.parse(fs.readFileSync(path.join(this.#folder, name), 'utf8')) as T
    } catch {
      return null
    }
  }

  /** Makes a file that is whole from its first moment; false when somebody else made it before. */
  #place(name: string, value: unknown): boolean {
    const file = path.join(this.#folder, name)
    const next = `${file}.${randomBytes(6).toString('hex')}.new`
    const fd = fs.openSync(next, 'wx', 0o600)
    try {
      fs.writeSync(fd, JSON.stringify(value))
      fs.fsyncSync(fd)
    } finally {
      fs.closeSync(fd)
    }
    try {
      fs.linkSync(next, file)
      return true
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
      throw error
    } finally {
      fs.rmSync(next, { force: true })
    }
  }
}

function faultOf(
  { request, state }: Approval,
  by: string,
  seen: string,
  policy: string,
): StepFault | null {
  if (state.kind !== 'pending') return { kind: 'state', state: state.kind }
  if (by === request.requester) return { kind: 'self' }
  if (seen !== request.binding.digest) return { kind: 'unseen' }
  return request.policy === policy ? null : { kind: 'policy' }
}

/** One person counts once, and no name becomes a path. */
function nameHash(name: string): string {
  return createHash('sha256').update(name).digest('hex').slice(0, 32)
}
