/**
 * Commands that change what holds are for people: below an agent or another run of oa they are off (language.md §3
 * rule 15).
 */
import { OaError } from '../base/diagnostic.ts'

/** @throws OaError OA8005 where no person can be calling */
export async function requirePerson(command: string): Promise<void> {
  const found = process.env['OPENAGENT_RUN'] === undefined ? null : 'inside another run of oa'
  if (found === null) return
  throw new OaError('OA8005', `\`oa ${command}\` is off ${found}`, {
    help: `call \`oa ${command}\` yourself, in a terminal of your own`,
  })
}
