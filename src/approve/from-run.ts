/**
 * A run that waits for a yes, as an approval: what it is bound to and what people are shown.
 */
import type { AskedRun } from '../run/approval-door.ts'
import type { ApprovalRequest } from './approval.ts'
import { type BoundRun, bind } from './binding.ts'

export interface Asker {
  /** The account or the token. */
  readonly requester: string
  readonly agent: string | null
  readonly session: string | null
  /** What the agent says of it. */
  readonly words: string | null
  /** How long to wait at most; null: as the policy says. */
  readonly waitMs: number | null
}

const ANSWER_MS = 600_000
const RUN_MS = 60_000
/** Places shown as not bound; more says nothing new. */
const UNBOUND_MAX = 50

/** What to ask for. Throws NotBindable where a yes could not be held to one run. */
export function requestOf(
  asked: AskedRun,
  asker: Asker,
  nowMs: number,
): Omit<ApprovalRequest, 'id' | 'askedMs'> {
  const { decision, approval, shown, plan, roles } = asked
  const { requester, agent, session, words } = asker
  const withinMs = Math.min(approval.withinMs ?? ANSWER_MS, asker.waitMs ?? ANSWER_MS)
  return {
    binding: bind(boundRunOf(asked, asker)),
    requester,
    agent,
    session,
    policy: decision.digest,
    shown: {
      ...shown,
      network: plan.network,
      reason: decision.reason,
      risk: decision.risk,
      rules: decision.rules,
      words,
      unbound: filesOf(asked).unbound.slice(0, UNBOUND_MAX),
    },
    answerByMs: nowMs + withinMs,
    runWithinMs: approval.runWithinMs ?? RUN_MS,
    persons: approval.persons,
    roles,
  }
}

/** Everything that decides what would run. */
export function boundRunOf(asked: AskedRun, { requester, agent, session }: Asker): BoundRun {
  const { plan, shown, decision } = asked
  const environment = Object.entries(plan.environment).filter(([, value]) => value !== plan.marker)
  return {
    commands: [...shown.commands, ...(shown.line === null ? [] : [[shown.line]]), shown.extras],
    cwd: plan.cwd,
    executables: [...new Set([plan.executable, ...asked.programs])],
    files: filesOf(asked).bound,
    environment: Object.fromEntries(environment),
    // Approved runs read nothing there.
    stdin: null,
    profile: profileOf(plan),
    policy: decision.digest,
    user: requester,
    agent,
    session,
  }
}

/** What holds in the run. Paths that are hidden may only grow in number: they are found anew before the start. */
function profileOf(plan: AskedRun['plan']): unknown {
  const { backend, tool, network, seccomp, limits, outputBytes, session, unenforced } = plan
  const writable = plan.mounts.flatMap((each) => (each.kind === 'writable' ? [each.path] : []))
  return { backend, tool, network, seccomp, limits, outputBytes, session, unenforced, writable }
}

/** Files that the run reads or executes, and trees that nobody can bind. */
function filesOf({ analysis }: AskedRun): {
  readonly bound: readonly string[]
  readonly unbound: readonly string[]
} {
  const bound = new Set<string>()
  const unbound = new Set<string>()
  for (const action of analysis.actions) {
    if (action.kind === 'read') {
      const { real, lexical, isTree } = action.path
      const path = real ?? lexical
      if (path === null) unbound.add(action.shown)
      else (isTree ? unbound : bound).add(path)
    }
    if (action.kind !== 'run') continue
    for (const { path } of action.codePlaces) bound.add(path)
    for (const { path } of action.operands) {
      const name = path?.real ?? path?.lexical
      if (name !== null && name !== undefined) bound.add(name)
    }
  }
  for (const { path } of analysis.scripts ?? []) bound.add(path)
  return { bound: [...bound], unbound: [...unbound] }
}
