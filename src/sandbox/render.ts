/**
 * Chooses the renderer of a plan's backend.
 */
import { OaError } from '../base/diagnostic.ts'
import { renderBubblewrap } from './bubblewrap.ts'
import type { Launch } from './launch.ts'
import type { Plan } from './plan-types.ts'
import { prelude } from './prelude.ts'

/** The program to start for a plan. Throws OA5002 for a backend without renderer. */
export function render(plan: Plan): Launch {
  switch (plan.backend) {
    case 'none':
      return renderUnsandboxed(plan)
    case 'bwrap':
      return renderBubblewrap(plan)
    case 'firejail':
    case 'unshare':
    case 'container':
      throw new OaError('OA5002', `oa does not render plans for \`${plan.backend}\` yet`)
  }
}

/** The prelude alone: clean environment and limits, nothing else. */
function renderUnsandboxed(plan: Plan): Launch {
  const { args, environment } = prelude(plan)
  return {
    executable: plan.shell.path,
    args,
    environment,
    cwd: plan.cwd,
    seccomp: null,
    hasStatus: false,
  }
}
