/**
 * The policy layers that hold for a request (language.md §3 rule 14): system, user, project, session.
 */
import { realpathSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { OaError } from '../base/diagnostic.ts'
import type { Table } from '../table/table.ts'
import { checkArtifacts } from './artifact-place.ts'
import { type Folders, folders, isSystemFolder, policyIn, SYSTEM_FOLDER } from './folders.ts'
import { loadTable } from './policy-source.ts'
import { checkTrust, readTrust, trustedAt } from './trust-store.ts'

export interface NamedLayer {
  readonly name: 'system' | 'user' | 'project' | 'session'
  readonly path: string
  readonly table: Table
}

export interface Setting {
  readonly folders: Folders
  readonly layers: readonly NamedLayer[]
  readonly tables: readonly Table[]
  /** Empty when no folder is trusted as one: relative paths of the policy then match nothing. */
  readonly workspace: string
  /** Absolute real path. */
  readonly cwd: string
}

/**
 * The layers that hold in a folder for commands that run. A broken layer is a refusal.
 *
 * @param key - path of a public key that artifacts may be signed with
 */
export async function installedSetting(policy: string | undefined, key?: string): Promise<Setting> {
  const own = folders()
  const cwd = realpathSync(process.cwd())
  const layers: NamedLayer[] = []
  for (const each of installedPaths(policy)) {
    layers.push({ ...each, table: await loadTable(each.path) })
  }
  checkLayers(layers, key)
  const workspace = trustedWorkspace(cwd)
  return { folders: own, layers, tables: layers.map((each) => each.table), workspace, cwd }
}

/** Holds the artifacts among them to their place or signature; `oa trust` holds those of projects. */
export function checkLayers(layers: readonly NamedLayer[], key: string | undefined): void {
  checkArtifacts(
    layers.map(({ name, path, table }) => ({ path, table, isTrusted: name === 'project' })),
    { key, workspaceOf: trustedWorkspace },
  )
}

/** The trusted folder that a folder belongs to; empty: none. */
export function trustedWorkspace(cwd: string): string {
  const own = folders()
  const project = trustedAt(readTrust(own.own), cwd)
  return project && !isSystemFolder(project.folder, own.home) ? project.folder : ''
}

/** The policies of all layers that hold here, the highest first. Throws OA8002, OA8003. */
export function installedPaths(
  policy: string | undefined,
): readonly { readonly name: NamedLayer['name']; readonly path: string }[] {
  const own = folders()
  const cwd = realpathSync(process.cwd())
  const found: { readonly name: NamedLayer['name']; readonly path: string }[] = []
  const system = policyIn(SYSTEM_FOLDER)
  if (system !== null) found.push({ name: 'system', path: system })
  const user = policyIn(own.own)
  if (user !== null) found.push({ name: 'user', path: user })
  const project = trustedAt(readTrust(own.own), cwd)
  if (project) {
    checkTrust(project)
    if (project.policy !== null) found.push({ name: 'project', path: project.policy })
  }
  if (policy !== undefined) found.push({ name: 'session', path: policy })
  if (found.length === 0) {
    throw new OaError('OA8003', 'no policy holds here', {
      help: 'write one with `oa init` and trust it with `oa trust`, or name one: `--policy P`',
    })
  }
  return found
}

/** For commands that only decide: any policy, any place. */
export async function simulatedSetting(asked: {
  readonly policy: string | undefined
  readonly cwd: string | undefined
  readonly workspace: string | undefined
}): Promise<Setting> {
  const cwd = folderOf(asked.cwd ?? process.cwd())
  if (asked.policy === undefined) {
    const setting = await installedSetting(undefined)
    const workspace = asked.workspace === undefined ? setting.workspace : folderOf(asked.workspace)
    return { ...setting, cwd, workspace }
  }
  const own = folders()
  const table = await loadTable(asked.policy)
  const workspace =
    asked.workspace === undefined ? workspaceOf(cwd, own) : folderOf(asked.workspace)
  return {
    folders: own,
    layers: [{ name: 'session', path: asked.policy, table }],
    tables: [table],
    workspace,
    cwd,
  }
}

function folderOf(path: string): string {
  try {
    if (!statSync(path).isDirectory()) throw new Error('not a folder')
    return realpathSync(path)
  } catch (error) {
    throw new OaError('OA8001', `there is no folder \`${path}\``, { cause: error })
  }
}

/** A simulation's workspace: the folder with a policy or a repository around it, else the folder itself. */
function workspaceOf(cwd: string, own: Folders): string {
  let at = cwd
  while (!isSystemFolder(at, own.home)) {
    if (policyIn(join(at, '.openagent')) !== null || isThere(join(at, '.git'))) return at
    const above = at.slice(0, at.lastIndexOf('/')) || '/'
    if (above === at) break
    at = above
  }
  return isSystemFolder(cwd, own.home) ? '' : cwd
}

function isThere(path: string): boolean {
  try {
    realpathSync(path)
    return true
  } catch {
    return false
  }
}
