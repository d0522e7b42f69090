/** `oa exec`: decides a command, records it and runs it under the policy. */
import { ancestorsOf, watcherOf } from '../../run/agents.ts'
import { guard, isStrictWord } from '../../run/guard.ts'
import { openTerminal, type PromptTerminal } from '../../run/prompt.ts'
import { installedSetting } from '../layers.ts'
import type { GivenOptions } from '../options.ts'
import { givenSubject, processFacts } from '../request.ts'

export async function run(given: GivenOptions): Promise<number> {
  const subject = givenSubject(given, 'exec')
  const setting = await installedSetting(given.text('policy'))
  const watcher = watcherOf(process.env, ancestorsOf(process.ppid))
  const facts = { ...processFacts(), agent: watcher?.agent ?? null }
  return guard(
    {
      layers: setting.layers,
      home: setting.folders.home,
      workspace: setting.workspace,
      cwd: setting.cwd,
      own: setting.folders.own,
      auditDirectory: setting.folders.audit,
      env: process.env,
    },
    { subject, cwd: setting.cwd, facts },
    {
      say: (text) => void process.stderr.write(text),
      openTerminal: () => terminalOf(watcher?.sign ?? null),
      isStrict: isStrictWord(process.env['OPENAGENT_EXEC_STRICT']),
    },
  )
}

/** The person's terminal, or why nobody can answer: a terminal alone is no proof of a person. */
function terminalOf(watched: string | null): PromptTerminal | string {
  if (watched !== null) return watched
  if (process.stdin.isTTY !== true || process.stderr.isTTY !== true) {
    return 'standard input and error are not a terminal'
  }
  return openTerminal() ?? 'there is no terminal'
}
