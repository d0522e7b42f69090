/**
 * Which projects a person trusts: the folder as a workspace, and the exact bytes of its policy with all imports.
 */

import { createHash } from 'node:crypto'
import { chmodSync, existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { OaError } from '../base/diagnostic.ts'
import { makeFolders } from '../base/make-folders.ts'
import { isArtifactFile } from './policies.ts'
import { mapPath } from './policy-source.ts'

export interface TrustedProject {
  /** Real path. */
  readonly folder: string
  /** The policy below it, or null: only the folder is trusted. */
  readonly policy: string | null
  /** SHA-256 of the policy and of every file that it imports from the project, by path. */
  readonly files: Readonly<Record<string, string>>
}

const STORE = 'trust.json'

/** All trusted projects; none when nobody trusted any. */
export function readTrust(own: string): readonly TrustedProject[] {
  let text: string
  try {
    text = readFileSync(join(own, STORE), 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
    throw new OaError('OA8003', `\`${join(own, STORE)}\` cannot be read`, { cause: error })
  }
  try {
    const store = JSON.parse(text) as { version: number; projects: TrustedProject[] }
    if (store.version !== 1 || !Array.isArray(store.projects)) throw new Error('its shape')
    return store.projects
  } catch (error) {
    throw new OaError('OA8003', `\`${join(own, STORE)}\` is damaged`, {
      cause: error,
      help: 'remove it and trust your projects again with `oa trust`',
    })
  }
}

/** Adds or renews one project. */
export function writeTrust(own: string, project: TrustedProject): void {
  const others = readTrust(own).filter((each) => each.folder !== project.folder)
  makeFolders(own, 0o700)
  chmodSync(own, 0o700)
  const path = join(own, STORE)
  const next = `${path}.${process.pid}`
  const projects = [...others, project].sort((a, b) => (a.folder < b.folder ? -1 : 1))
  writeFileSync(next, `${JSON.stringify({ version: 1, projects }, null, 2)}\n`, { mode: 0o600 })
  renameSync(next, path)
}

/** The trusted project that holds a folder: the innermost. */
export function trustedAt(
  projects: readonly TrustedProject[],
  folder: string,
): TrustedProject | null {
  let at = folder
  for (;;) {
    const found = projects.find((each) => each.folder === at)
    if (found) return found
    const above = dirname(at)
    if (above === at) return null
    at = above
  }
}

export function hashFile(path: string): string {
  return `sha256:${createHash('sha256').update(readFileSync(path)).digest('hex')}`
}

/**
 * Holds a project's files to what was trusted.
 *
 * @throws OaError OA8002 when one changed or is gone
 */
export function checkTrust(project: TrustedProject): void {
  refuseNewMap(project)
  for (const [path, hash] of Object.entries(project.files)) {
    let now: string | null = null
    try {
      now = hashFile(path)
    } catch {
      // Gone or unreadable: not what was trusted.
    }
    if (now === hash) continue
    throw new OaError(
      'OA8002',
      `\`${path}\` ${now === null ? 'is gone' : 'changed'} since it was trusted`,
      { help: `read it, then \`oa trust ${project.folder}\`` },
    )
  }
}

/** What explains an artifact is bound with it, so none may come later. */
function refuseNewMap({ folder, policy, files }: TrustedProject): void {
  if (policy === null || !isArtifactFile(policy)) return
  const map = mapPath(policy)
  if (files[map] !== undefined || !existsSync(map)) return
  throw new OaError('OA8002', `\`${map}\` is new since \`${policy}\` was trusted`, {
    help: `remove it, or \`oa trust ${folder}\``,
  })
}
