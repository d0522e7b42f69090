/**
 * The sandbox's door to the machine: what stands at a path, where the tools are, what was found out before.
 * Tools are looked for in fixed folders, never on the caller's PATH.
 */

import { randomUUID } from 'node:crypto'
import fs from 'node:fs'
import { isatty } from 'node:tty'
import { makeFolders } from '../base/make-folders.ts'
import type { BackendName } from '../model/profile.ts'
import { findGroupRoot } from './groups.ts'
import type { Helpers, PathFact, PlanFacts, PreludeShell } from './plan-types.ts'

const TOOL_FOLDERS = ['/usr/bin', '/bin', '/usr/local/bin', '/run/current-system/sw/bin']
const BOOT_ID = '/proc/sys/kernel/random/boot_id'

/** The program that each backend needs. */
const TOOL_NAMES: Readonly<Record<BackendName, readonly string[]>> = {
  bwrap: ['bwrap'],
  firejail: ['firejail'],
  unshare: ['unshare'],
  container: ['podman', 'docker'],
}

/** What stands at a path, links followed. What cannot be reached counts as missing. */
export function lookAt(path: string): PathFact {
  try {
    const real = fs.realpathSync.native(path)
    const found = fs.statSync(real)
    return {
      kind: found.isDirectory() ? 'folder' : found.isFile() ? 'file' : 'other',
      real,
      device: found.dev,
      inode: found.ino,
      owner: found.uid,
      changedMs: found.ctimeMs,
    }
  } catch {
    return { kind: 'missing', real: path, device: 0, inode: 0, owner: -1 }
  }
}

/** The absolute path of a backend's program that only the superuser can change; undefined when there is none. */
export function findTool(backend: BackendName): string | undefined {
  return TOOL_NAMES[backend].map(findProgram).find((each) => each !== undefined)
}

/** The shell for the prelude: bash where it is, else `sh`. */
export function findShell(): PreludeShell {
  const bash = findProgram('bash')
  if (bash !== undefined) return { path: bash, isBash: true }
  return { path: findProgram('sh') ?? '/bin/sh', isBash: false }
}

function mountNamespace(): string {
  try {
    return fs.readlinkSync('/proc/self/ns/mnt')
  } catch {
    return ''
  }
}

function findHelpers(): Helpers {
  const names = ['perl', 'setpriv', 'unshare'] as const
  const found = names.map((name) => [name, findProgram(name)] as const)
  return Object.fromEntries(found.filter(([, path]) => path !== undefined))
}

function findProgram(name: string): string | undefined {
  return TOOL_FOLDERS.map((folder) => `${folder}/${name}`).find(isTrustedProgram)
}

function isTrustedProgram(path: string): boolean {
  try {
    const found = fs.statSync(path)
    const isSafe = found.uid === 0 && (found.mode & 0o022) === 0
    return found.isFile() && isSafe && (found.mode & 0o111) !== 0
  } catch {
    return false
  }
}

/** The facts of this process's host for a chosen backend. */
export function hostFacts(chosen: { backend: BackendName | 'none'; tool: string }): PlanFacts {
  return {
    backend: chosen.backend,
    tool: chosen.tool,
    helpers: findHelpers(),
    shell: findShell(),
    arch: process.arch,
    uid: process.geteuid?.() ?? -1,
    gid: process.getegid?.() ?? -1,
    hasMixedCgroups: lookAt('/sys/fs/cgroup/unified/cgroup.procs').kind !== 'missing',
    mountNamespace: mountNamespace(),
    groupRoot: findGroupRoot(),
    environment: process.env,
    isTerminal: [0, 1, 2].some(isatty),
    marker: randomUUID(),
    look: lookAt,
  }
}

/** What tells one boot, one account and one binary from another; empty when it cannot be told. */
export function trialKey(tool: string): string {
  try {
    const boot = fs.readFileSync(BOOT_ID, 'utf8').trim()
    const { dev, ino, mtimeMs, size } = fs.statSync(tool)
    return [boot, process.geteuid?.() ?? -1, tool, dev, ino, mtimeMs, size].join(' ')
  } catch {
    return ''
  }
}

/** Remembers which trials worked. Only in a folder of the account's own that nobody else can enter. */
export interface TrialMemory {
  has(key: string): boolean
  add(key: string): void
}

/** A memory kept in `folder`, made with mode 0700; a folder or file that is not safe is not used, trials then repeat. */
export function trialMemory(folder: string): TrialMemory {
  const file = `${folder}/sandbox-trials`
  const read = (): readonly string[] => (isPrivate(folder) ? readLines(file) : [])
  return {
    has: (key) => key !== '' && read().includes(key),
    add: (key) => {
      if (key === '') return
      try {
        makeFolders(folder, 0o700)
        if (!isPrivate(folder)) return
        const boot = key.split(' ', 1)[0] ?? ''
        const kept = read().filter((line) => line.startsWith(`${boot} `) && line !== key)
        const fresh = `${file}.${randomUUID()}`
        fs.writeFileSync(fresh, `${[...kept, key].join('\n')}\n`, { flag: 'wx', mode: 0o600 })
        fs.renameSync(fresh, file)
      } catch {
        // A memory that cannot be written only costs the next run a trial.
      }
    },
  }
}

function isPrivate(folder: string): boolean {
  try {
    const found = fs.lstatSync(folder)
    return found.isDirectory() && found.uid === process.geteuid?.() && (found.mode & 0o077) === 0
  } catch {
    return false
  }
}

function readLines(file: string): readonly string[] {
  try {
    const found = fs.lstatSync(file)
    if (!found.isFile() || found.uid !== process.geteuid?.() || (found.mode & 0o022) !== 0)
      return []
    return found.size > 64 * 1024 ? [] : fs.readFileSync(file, 'utf8').split('\n')
  } catch {
    return []
  }
}
