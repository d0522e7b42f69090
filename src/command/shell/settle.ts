/**
 * One state for success and failure together.
 */
import type { Ran } from './context.ts'
import { joinFunctions } from './functions.ts'
import { joinStates, type State } from './state.ts'

/** What holds whichever of two states is real; null: neither is reached. */
export const join = (a: State | null, b: State | null): State | null =>
  joinStates(a, b, joinFunctions)

/** The one state that holds after something ran; null when the shell is gone. */
export const settled = (ran: Pick<Ran, 'success' | 'failure'>): State | null =>
  join(ran.success, ran.failure)
