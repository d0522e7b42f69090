/** The log that is there, for commands that look at one: they need no policy that works, and begin no log. */
import { existsSync } from 'node:fs'
import { OaError } from '../base/diagnostic.ts'
import { neutralise } from '../base/neutral.ts'
import type { Table } from '../table/table.ts'
import { cachedTable } from './artifact-cache.ts'
import { type Folders, folders, policyIn, SYSTEM_FOLDER } from './folders.ts'
import { type HeldLayer, type LogPlace, logPlaceOf } from './log-place.ts'
import { compileFile, isArtifactFile } from './policies.ts'
import { openArtifact } from './policy-source.ts'

/** The folder of the log. Throws OA6005 when nothing was ever recorded there. */
export async function existingLog(): Promise<string> {
  const { directory } = await logPlace()
  if (existsSync(directory)) return directory
  throw new OaError('OA6005', `there is no audit log in \`${neutralise(directory)}\``, {
    help: 'either nothing was run here, or it was removed',
  })
}

/** The place for commands that look at a log. A broken policy is said and does not hide the log. */
export async function logPlace(): Promise<LogPlace> {
  const own = folders()
  const layers: HeldLayer[] = []
  for (const [name, folder] of [['system', SYSTEM_FOLDER] as const, ['user', own.own] as const]) {
    const path = policyIn(folder)
    const table = path === null ? null : await quietTable(path, own)
    if (path !== null && table) layers.push({ name, table })
    else if (path !== null) {
      process.stderr.write(
        `oa: the policy \`${neutralise(path)}\` cannot be used, so it does not say where its log is\n`,
      )
    }
  }
  return logPlaceOf(own, layers)
}

/** Null for a policy with errors: what is wrong with it is not what was asked. */
async function quietTable(path: string, { own }: Folders): Promise<Table | null> {
  try {
    if (isArtifactFile(path)) return openArtifact(path)
    const cached = cachedTable(own, path)
    if (cached) return cached
    const { value } = await compileFile(path)
    return value?.table ?? null
  } catch (error) {
    if (error instanceof OaError) return null
    throw error
  }
}
