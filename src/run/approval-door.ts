/**
 * The way out of a guarded run to people who answer from elsewhere. What is behind it, the guard does not know.
 */
import type { JoinedSettings } from '../decide/settings.ts'
import type { Analysis } from '../model/analysis.ts'
import type { Decision } from '../model/decision.ts'
import type { Plan } from '../sandbox/plan-types.ts'
import type { Question } from './prompt.ts'

/** A run that waits for a yes, with everything that a yes is bound to. */
export interface AskedRun {
  readonly decision: Decision
  /** Of what will be started. */
  readonly analysis: Analysis
  readonly plan: Plan
  readonly shown: Omit<Question, 'decision' | 'withinMs'>
  /** Absolute paths of the programs. */
  readonly programs: readonly string[]
  readonly approval: JoinedSettings['approval']
  /** Roles that whoever answers must hold, all of them. */
  readonly roles: readonly string[]
}

export interface Approved {
  /** Who said yes. */
  readonly approver: string
  /** Takes the yes, once, for the run as it is now; right before the start. Why it may not run after all, or null. */
  use(now: AskedRun): Promise<string | null>
}

/** Waits for an answer; a text says why there is no yes. */
export type ApprovalDoor = (asked: AskedRun) => Promise<Approved | string>
