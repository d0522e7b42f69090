/** `oa exec`: decides a command, records it and runs it under the policy. */
import { digestOf } from '../../decide/decide.ts'
import type { Facts } from '../../model/analysis.ts'
import { ancestorsOf, watcherOf } from '../../run/agents.ts'
import { type GuardDoors, guard, isStrictWord } from '../../run/guard.ts'
import type { GuardSetting } from '../../run/guard-setting.ts'
import { openTerminal, type PromptTerminal } from '../../run/prompt.ts'
import { approvalDoor, type WaitSetting } from '../approval-wait.ts'
import { installedSetting } from '../layers.ts'
import { type LogPlace, logPlaceOf } from '../log-place.ts'
import { type GivenOptions, usageError } from '../options.ts'
import { givenSubject, processFacts } from '../request.ts'

export async function run(given: GivenOptions): Promise<number> {
  const subject = givenSubject(given, 'exec')
  const setting = await installedSetting(given.text('policy'), given.text('verify'))
  const watcher = watcherOf(process.env, ancestorsOf(process.ppid))
  const facts = { ...processFacts(), agent: watcher?.agent ?? null }
  const place = logPlaceOf(setting.folders, setting.layers)
  const say = (text: string): void => void process.stderr.write(text)
  return guard(
    {
      layers: setting.layers,
      home: setting.folders.home,
      workspace: setting.workspace,
      cwd: setting.cwd,
      own: setting.folders.own,
      ...auditOf(place),
      env: process.env,
    },
    { subject, cwd: setting.cwd, facts },
    {
      say,
      ...waiting(given, { own: setting.folders.own, auditDirectory: place.directory, facts, say }),
      openTerminal: () => terminalOf(watcher?.sign ?? null),
      isStrict: isStrictWord(process.env['OPENAGENT_EXEC_STRICT']),
    },
  )
}

/** People elsewhere answer, where that was asked for. */
function waiting(
  given: GivenOptions,
  at: Pick<WaitSetting, 'own' | 'auditDirectory' | 'say'> & { readonly facts: Facts },
): Pick<GuardDoors, 'waitForApproval'> {
  const time = given.text('wait-approval')
  if (time === undefined) return {}
  const policyNow = async (): Promise<string> =>
    digestOf((await installedSetting(given.text('policy'), given.text('verify'))).tables)
  const asker = {
    requester: at.facts.user ?? '',
    agent: at.facts.agent,
    session: at.facts.session,
    words: given.text('why') ?? null,
    waitMs: time === '' ? null : durationMs(time),
  }
  const { own, auditDirectory, say } = at
  return { waitForApproval: approvalDoor({ own, auditDirectory, say, asker, policyNow }) }
}

function durationMs(text: string): number {
  const found = /^(\d{1,6})([smh])$/.exec(text)
  const unit = { s: 1000, m: 60_000, h: 3_600_000 }[found?.[2] ?? '']
  if (found && unit !== undefined) return Number(found[1]) * unit
  throw usageError(`\`${text}\` is no time`, '`--wait-approval=90s`, `10m`, `1h`')
}

/** The log of the policies here, as the guard takes it. */
function auditOf(
  place: LogPlace,
): Pick<GuardSetting, 'auditDirectory' | 'auditSegmentBytes' | 'quotaPerHour'> {
  const { directory, segmentBytes, quotaPerHour } = place
  return {
    auditDirectory: directory,
    ...(segmentBytes === undefined ? {} : { auditSegmentBytes: segmentBytes }),
    ...(quotaPerHour === undefined ? {} : { quotaPerHour }),
  }
}

/** The person's terminal, or why nobody can answer: a terminal alone is no proof of a person. */
function terminalOf(watched: string | null): PromptTerminal | string {
  if (watched !== null) return watched
  if (process.stdin.isTTY !== true || process.stderr.isTTY !== true) {
    return 'standard input and error are not a terminal'
  }
  return openTerminal() ?? 'there is no terminal'
}
