/**
 * The words of approvals: who asks for what, who answered, how it stands.
 */
import type { Binding, BoundField } from './binding.ts'

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
  readonly network: string
  readonly extras: readonly string[]
  readonly reason: string
  readonly risk: string
  readonly rules: readonly string[]
  /** What the agent said of it; nobody checked that. */
  readonly words: string | null
  /** What the run reads that is not bound. */
  readonly unbound: readonly string[]
}

/** Somebody who answers. */
export interface Approver {
  readonly name: string
  /** `terminal`: a person of this account, as far as can be seen, which is weak; `token`: whoever holds it. */
  readonly kind: 'terminal' | 'token'
  readonly roles: readonly string[]
}

export interface Grant {
  readonly by: string
  readonly kind: Approver['kind']
  readonly atMs: number
}

export interface Refusal {
  readonly by: string
  readonly reason: string
  /** Nothing more of this session is asked for a while. */
  readonly stopsSession: boolean
  readonly atMs: number
}

/** How an approval ended: one file, so that a run and a refusal cannot both win. */
export type End =
  | { readonly kind: 'used'; readonly atMs: number }
  | { readonly kind: 'void'; readonly reason: string; readonly atMs: number }
  | ({ readonly kind: 'refused' } & Refusal)

export type ApprovalState =
  | { readonly kind: 'pending'; readonly grants: readonly Grant[] }
  | { readonly kind: 'granted'; readonly grants: readonly Grant[]; readonly runByMs: number }
  | { readonly kind: 'refused'; readonly refusal: Refusal }
  | { readonly kind: 'used'; readonly grants: readonly Grant[]; readonly atMs: number }
  | { readonly kind: 'void'; readonly reason: string; readonly atMs: number }
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
  | { readonly kind: 'role'; readonly role: string }
  | { readonly kind: 'twice' }
  | { readonly kind: 'policy' }
  | { readonly kind: 'drift'; readonly fields: readonly BoundField[] }

export type Step = { readonly approval: Approval } | { readonly fault: StepFault }

/** A fault in a sentence. */
export function stepFaultText(fault: StepFault): string {
  switch (fault.kind) {
    case 'unknown':
      return 'there is no such approval'
    case 'state':
      return `it is ${fault.state}`
    case 'unseen':
      return 'what was shown is not what is asked for: look again'
    case 'self':
      return 'nobody answers what they asked for themselves'
    case 'role':
      return `only the role \`${fault.role}\` may answer`
    case 'twice':
      return 'the same person has answered before'
    case 'policy':
      return 'the policy changed since it was asked'
    case 'drift':
      return `it is not what was approved: ${fault.fields.join(', ')} changed`
  }
}
