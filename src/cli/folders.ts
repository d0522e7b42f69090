/**
 * Where oa keeps its things, and who is asking. Home comes from the password database, never from `HOME`.
 */
import { existsSync, realpathSync } from 'node:fs'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { OaError } from '../base/diagnostic.ts'

export const SYSTEM_FOLDER = '/etc/openagent'
/** Names that a policy of a layer may have, the first that exists counts. */
const POLICY_NAMES = ['policy.oat', 'policy.oa', 'policy.yaml', 'policy.yml'] as const

export interface Folders {
  readonly home: string
  /** `~/.openagent`. */
  readonly own: string
  readonly audit: string
}

/** Home by the password database; `OPENAGENT_HOME` for tests, refused where it would put a policy aside. */
export function folders(): Folders {
  const real = userInfo().homedir
  const asked = process.env['OPENAGENT_HOME']
  if (asked !== undefined && asked !== '') {
    if (!asked.startsWith('/')) throw new OaError('OA8001', '`OPENAGENT_HOME` is not absolute')
    if (policyIn(join(real, '.openagent')) !== null && asked !== real) {
      throw new OaError('OA8003', '`OPENAGENT_HOME` would put your own policy aside', {
        help: `unset it, or move ${join(real, '.openagent')} away`,
      })
    }
  }
  const isTest = asked !== undefined && asked !== ''
  if (isTest && asked !== real && policyIn(SYSTEM_FOLDER) !== null) {
    throw new OaError('OA8003', "`OPENAGENT_HOME` would put the log of the system's policy aside", {
      help: 'unset it',
    })
  }
  const home = realOr(isTest ? asked : real)
  const own = join(home, '.openagent')
  const isHeld = policyIn(SYSTEM_FOLDER) !== null || policyIn(own) !== null
  return {
    home,
    own,
    audit: auditFolder(own, process.env['OPENAGENT_AUDIT_DIR'], isHeld && !isTest),
  }
}

/**
 * The folder of the log.
 *
 * @param isHeld whether a policy of system or user holds: whoever calls `oa` may then not choose where it records
 * @throws OaError OA8001 (not absolute), OA8003 (would move the log away)
 */
export function auditFolder(own: string, asked: string | undefined, isHeld: boolean): string {
  const usual = join(own, 'audit')
  if (asked === undefined || asked === '' || asked === usual) return usual
  if (!asked.startsWith('/')) throw new OaError('OA8001', '`OPENAGENT_AUDIT_DIR` is not absolute')
  if (!isHeld) return asked
  throw new OaError('OA8003', '`OPENAGENT_AUDIT_DIR` would move the log of an installed policy', {
    help: `unset it; the log is \`${usual}\``,
  })
}

function realOr(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    return path
  }
}

/** The policy file of a layer's folder, or null. */
export function policyIn(folder: string): string | null {
  for (const name of POLICY_NAMES) {
    const path = join(folder, name)
    if (existsSync(path)) return path
  }
  return null
}

/** Never a workspace: what holds everything else. */
export function isSystemFolder(path: string, home: string): boolean {
  if (path === '/' || path === home || home.startsWith(`${path}/`)) return true
  return /^\/(?:bin|boot|dev|etc|lib|lib64|proc|root|run|sbin|sys|usr|var|home|opt|tmp|srv|mnt|media)$|^\/(?:boot|dev|etc|lib|lib64|proc|run|sbin|sys|usr)\//.test(
    path,
  )
}
