/**
 * Commands that change what holds are for people: below an agent or another run of oa they are off (language.md §3
 * rule 15).
 */
import { OaError } from '../base/diagnostic.ts'
import { ancestorsOf, watcherOf } from '../run/agents.ts'

/** @throws OaError OA8005 where no person can be calling */
export function requirePerson(command: string): void {
  const watcher = watcherOf(process.env, ancestorsOf(process.ppid))
  if (!watcher) return
  const below = watcher.agent === null ? 'inside another run of oa' : `below ${watcher.agent}`
  throw new OaError('OA8005', `\`oa ${command}\` is off ${below}: ${watcher.sign}`, {
    help: `call \`oa ${command}\` yourself, in a terminal of your own`,
  })
}
