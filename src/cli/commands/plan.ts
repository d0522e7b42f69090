/** `oa plan`: shows what `oa exec` would wrap a command in, without running it. */
import { neutralise } from '../../base/neutral.ts'
import { isStrictWord } from '../../run/guard.ts'
import { type ShownPlan, showPlan } from '../../run/show-plan.ts'
import type { Mount, Plan } from '../../sandbox/plan-types.ts'
import { EXIT } from '../exit.ts'
import { installedSetting } from '../layers.ts'
import { logPlaceOf } from '../log-place.ts'
import type { GivenOptions } from '../options.ts'
import { givenSubject, processFacts } from '../request.ts'

export async function run(given: GivenOptions): Promise<number> {
  const subject = givenSubject(given, 'plan')
  const setting = await installedSetting(given.text('policy'), given.text('verify'))
  const shown = await showPlan(
    {
      layers: setting.layers,
      home: setting.folders.home,
      workspace: setting.workspace,
      cwd: setting.cwd,
      own: setting.folders.own,
      auditDirectory: logPlaceOf(setting.folders, setting.layers).directory,
      env: process.env,
    },
    { subject, cwd: setting.cwd, facts: processFacts() },
    isStrictWord(process.env['OPENAGENT_EXEC_STRICT']),
  )
  const isRendered = given.flag('render')
  process.stdout.write(given.flag('json') ? jsonOf(shown, isRendered) : textOf(shown, isRendered))
  return shown.plan === null ? EXIT.findings : EXIT.done
}

function jsonOf({ decision, plan, launch, refused }: ShownPlan, isRendered: boolean): string {
  const rendered = isRendered && launch ? { argv: [launch.executable, ...launch.args] } : {}
  const args = plan?.args.map((each) => (typeof each === 'string' ? each : bytesText(each)))
  return `${JSON.stringify({
    decision: decision.decision,
    reason: decision.reason,
    refused,
    plan: plan === null ? null : { ...plan, args },
    ...rendered,
  })}\n`
}

function bytesText(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('latin1')
}

function textOf({ decision, plan, launch, refused }: ShownPlan, isRendered: boolean): string {
  const lines = [`decision  ${decision.decision}: ${decision.reason}`]
  if (refused !== null) lines.push(`refused   ${refused}`)
  if (plan) lines.push(...planLines(plan))
  if (isRendered && launch) {
    lines.push('argv', ...[launch.executable, ...launch.args].map((word) => `  ${word}`))
  }
  return `${lines
    .flatMap((line) => line.split('\n'))
    .map(neutralise)
    .join('\n')}\n`
}

function planLines(plan: Plan): readonly string[] {
  const { limits } = plan
  const figures = { ...limits, timeMs: plan.timeMs, outputBytes: plan.outputBytes }
  const set = Object.entries(figures).filter(([, figure]) => figure !== null)
  return [
    `backend   ${plan.backend}${plan.tool === '' ? '' : ` (${plan.tool})`}`,
    `runs      ${plan.executable}`,
    `in        ${plan.cwd}`,
    `network   ${plan.network}`,
    `limits    ${set.map(([name, figure]) => `${name}=${figure}`).join(' ') || 'none'}`,
    `env       ${Object.keys(plan.environment).join(' ')}`,
    ...plan.mounts.map((mount) => `mount     ${mountText(mount)}`),
    ...plan.absent.map(({ path, role }) => `absent    ${path} (${role})`),
    ...plan.unenforced.map((each) => `not held  ${each}`),
    ...plan.notes.map((each) => `note      ${each}`),
  ]
}

function mountText(mount: Mount): string {
  return 'path' in mount ? `${mount.kind} ${mount.path}` : mount.kind
}
