/**
 * What `oa exec` would do with a request, up to the start: the decision and the plan, nothing asked, recorded or run.
 */
import { OaError } from '../base/diagnostic.ts'
import { analyse } from '../command/analyse.ts'
import { layeredKnowledge } from '../command/layered-knowledge.ts'
import { decideRun } from '../decide/decide.ts'
import { joinSettings } from '../decide/settings.ts'
import type { Decision } from '../model/decision.ts'
import type { Request } from '../model/request.ts'
import type { Launch } from '../sandbox/launch.ts'
import type { Plan } from '../sandbox/plan-types.ts'
import { render } from '../sandbox/render.ts'
import { cleanPath, nodeWorld } from '../world/node-world.ts'
import { runnableOf } from './executor.ts'
import type { GuardSetting } from './guard-setting.ts'
import { prepare } from './guard-start.ts'

export interface ShownPlan {
  readonly decision: Decision
  /** Null where it would not come to a start; `refused` says why. */
  readonly plan: Plan | null
  /** The program that would be started; only with a plan. */
  readonly launch: Launch | null
  readonly refused: string | null
}

/** Plans a request as `oa exec` does. A trial of the backend may run, nothing of the request does. */
export async function showPlan(
  setting: GuardSetting,
  request: Request,
  isStrict: boolean,
): Promise<ShownPlan> {
  const tables = setting.layers.map((each) => each.table)
  const options = {
    home: setting.home,
    workspace: setting.workspace,
    path: setting.env['PATH'] ?? '',
  }
  const judge = (subject: Request['subject']) => {
    const world = nodeWorld(options)
    const analysed = analyse(layeredKnowledge(tables), { ...request, subject }, world)
    return { analysed, ...decideRun(tables, analysed.analysis, request.id) }
  }
  const first = judge(request.subject)
  const early = joinSettings(first.settings, first.needsSandbox)
  const runnable = runnableOf({
    subject: request.subject,
    walked: first.analysed.walked,
    cwd: setting.cwd,
    isStrict: isStrict || early.isStrict,
    world: nodeWorld(options),
  })
  const { decision } = first
  const without = (refused: string): ShownPlan => ({ decision, plan: null, launch: null, refused })
  if (runnable.kind === 'refused') return without(`${runnable.code} ${runnable.reason}`)
  if (runnable.kind === 'direct' && runnable.executable === null) {
    return without(`OA7001 \`${runnable.argv[0] ?? ''}\` is not a program here`)
  }
  const second = judge(runnable.subject)
  const settings = joinSettings(
    [...first.settings, ...second.settings],
    first.needsSandbox || second.needsSandbox,
  )
  try {
    const { plan } = await prepare({
      setting,
      tables,
      analysis: second.analysed.analysis,
      settings,
      isHeld: first.isHeld || second.isHeld,
      runnable,
      path: cleanPath(options).join(':'),
    })
    return { decision, plan, launch: render(plan), refused: null }
  } catch (error) {
    if (!(error instanceof OaError)) throw error
    return without(`${error.code} ${error.message}`)
  }
}
