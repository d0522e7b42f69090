/**
 * Code that `trap` set: it runs when the shell ends or a signal comes.
 */
import { type Context, type Ran, within } from './context.ts'
import { settled } from './settle.ts'
import { type State, withValuesForgotten } from './state.ts'

const TRAPS_MAX = 64

/** Runs the traps that the shell which ends here had set; each only possibly. */
export function runTraps(context: Context, ran: Pick<Ran, 'success' | 'failure'>): void {
  const { traps } = context
  if (traps.length === 0) return
  const end = settled(ran) ?? context.state
  for (const { code, state, span, isExit } of traps.slice(0, TRAPS_MAX)) {
    context.traps = []
    context.state = isExit ? unchanged(state, end) : withValuesForgotten({ ...end, cwds: [] })
    within(context, { isConditional: true, stdin: undefined }, () =>
      context.runText(context, code, span),
    )
  }
  context.traps = []
}

/** What was the same when the trap was set and at the end, and so, as far as is known, in between. */
function unchanged(then: State, end: State): State {
  const variables = new Map(end.variables)
  for (const [name, values] of end.variables) {
    if (then.variables.get(name) !== values) variables.set(name, null)
  }
  return { ...end, variables, cwds: then.cwds === end.cwds ? end.cwds : [] }
}
