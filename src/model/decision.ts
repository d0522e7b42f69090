/**
 * The answer to a request: what is printed, recorded and sent. Its shape is `schema/decision.schema.json`.
 */
import type { ActionKind, Decision as DecisionWord, Risk } from './vocabulary.ts'

export type DecisionResult = DecisionWord | 'explain'

export interface Decision {
  /** The request's own id, given back. */
  readonly id?: string
  readonly decision: DecisionResult
  /** In mode explain: what would have been decided. */
  readonly would?: DecisionWord
  readonly risk: Risk
  /** `sha256:…` of the policy that decided (of all layers together). */
  readonly digest: string
  /** Ids of the rules that decided, strictest first. */
  readonly rules: readonly string[]
  readonly actions: readonly ActionDecision[]
  /** For people, one sentence. */
  readonly reason: string
  /** What to do instead, where a rule says so. */
  readonly instead?: string
  /** The role that may answer this ask, where only an override may. */
  readonly answerableBy?: string
  /** What an allowed run must be wrapped in. */
  readonly sandbox?: 'required' | 'on' | 'off'
}

export interface ActionDecision {
  readonly action: ActionKind
  readonly resource: string
  readonly decision: DecisionWord
  readonly risk: Risk
  readonly rules: readonly string[]
  readonly reason: string
  /** Range of the line, UTF-16 offsets; absent where it comes from no part of it. */
  readonly start?: number
  readonly end?: number
}
