/**
 * Control groups of a run: what the kernel counts for the whole tree, the superuser's processes too. One group a run,
 * made before the start and removed after it; one that a killed `oa` left is removed by the next.
 */
import fs from 'node:fs'
import type { Launch } from './launch.ts'
import type { Plan } from './plan-types.ts'

const NAME = 'oa-run-'
const VERSION_1 = '/sys/fs/cgroup/pids'
const VERSION_2 = '/sys/fs/cgroup'

/** The folder in which this account can make groups that count processes; null where there is none. */
export function findGroupRoot(): string | null {
  return [VERSION_1, VERSION_2].find(countsProcesses) ?? null
}

function countsProcesses(folder: string): boolean {
  try {
    fs.accessSync(folder, fs.constants.W_OK)
    if (folder === VERSION_1) return fs.existsSync(`${folder}/cgroup.procs`)
    const controllers = fs.readFileSync(`${folder}/cgroup.subtree_control`, 'utf8')
    return controllers.split(/\s+/).includes('pids')
  } catch {
    return false
  }
}

/** The group of a plan; null when it has none. */
export function groupOf({ groupRoot, marker }: Plan): string | null {
  return groupRoot === null ? null : `${groupRoot}/${NAME}${marker}`
}

/** Joins the group first, then becomes the program to launch; what cannot join starts nothing. */
export function inGroup(launch: Launch, plan: Plan): Launch {
  const group = groupOf(plan)
  if (group === null) return launch
  const script = 'echo $$ >"$1/cgroup.procs" || exit 125; shift; exec "$@"'
  return {
    ...launch,
    executable: '/bin/sh',
    args: ['-c', script, 'oa', group, launch.executable, ...launch.args],
  }
}

/** Makes the group of a plan with its bound. Gives what removes it; call that when the whole tree is dead. */
export function openGroup(plan: Plan): () => void {
  const group = groupOf(plan)
  if (group === null || plan.groupRoot === null) return () => {}
  removeLeft(plan.groupRoot)
  fs.mkdirSync(group, { mode: 0o755 })
  fs.writeFileSync(`${group}/pids.max`, String(plan.groupProcesses ?? 'max'))
  return () => removeGroup(group)
}

function removeLeft(root: string): void {
  for (const name of fs.readdirSync(root)) if (name.startsWith(NAME)) removeGroup(`${root}/${name}`)
}

/** A group with processes in it stays: it belongs to another run. */
function removeGroup(path: string): void {
  try {
    fs.rmdirSync(path)
  } catch {
    // In use, or gone already.
  }
}
