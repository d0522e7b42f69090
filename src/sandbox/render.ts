/**
 * Chooses the renderer of a plan's backend.
 */
import type { BackendName } from '../model/profile.ts'
import { renderBubblewrap } from './bubblewrap.ts'
import { renderContainer } from './container.ts'
import { renderFirejail } from './firejail.ts'
import { inGroup } from './groups.ts'
import type { Launch } from './launch.ts'
import type { Plan, SandboxedPlan } from './plan-types.ts'
import { prelude } from './prelude.ts'
import { renderUnshare } from './unshare.ts'

const RENDERERS: Readonly<Record<BackendName, (plan: SandboxedPlan) => Launch>> = {
  bwrap: renderBubblewrap,
  firejail: renderFirejail,
  unshare: renderUnshare,
  container: renderContainer,
}

/** The program to start for a plan. */
export function render(plan: Plan): Launch {
  const launch = isSandboxed(plan) ? RENDERERS[plan.backend](plan) : renderUnsandboxed(plan)
  return inGroup(launch, plan)
}

function isSandboxed(plan: Plan): plan is SandboxedPlan & { readonly backend: BackendName } {
  return plan.backend !== 'none'
}

/** The prelude alone: clean environment and limits, nothing else. */
function renderUnsandboxed(plan: Plan): Launch {
  const { args, environment } = prelude(plan)
  return {
    executable: plan.shell.path,
    args,
    environment,
    cwd: plan.cwd,
    feeds: [],
    hasStatus: false,
  }
}
