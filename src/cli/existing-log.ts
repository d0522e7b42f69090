/** The log that is there: commands that look after a log do not begin one. */
import { existsSync } from 'node:fs'
import { OaError } from '../base/diagnostic.ts'
import { neutralise } from '../base/neutral.ts'
import { folders } from './folders.ts'

/** The folder of the log. Throws OA6005 when nothing was ever recorded there. */
export function existingLog(): string {
  const { audit } = folders()
  if (existsSync(audit)) return audit
  throw new OaError('OA6005', `there is no audit log in \`${neutralise(audit)}\``, {
    help: 'either nothing was run here, or it was removed',
  })
}
