/**
 * Plan → `podman run` with a local image. Pure. The image takes the place of the host's tree: of the host only the
 * folders that the plan shows are there. Why each option stands there: docs/sandbox.md.
 */
import { OaError, unreachable } from '../base/diagnostic.ts'
import { containerFilter } from './container-filter.ts'
import { FEED_FD, type Launch, STATUS_FD } from './launch.ts'
import { isWithin } from './mounts.ts'
import type { Mount, PreludeShell, SandboxedPlan } from './plan-types.ts'
import { preludeScript, READY_FD } from './prelude.ts'

/** The shell that an image must have. */
export const IMAGE_SHELL: PreludeShell = { path: '/bin/sh', isBash: false }

/** What podman and images set; the command gets its own. */
const FOREIGN = ['container', 'HOSTNAME', 'TERM', 'HOME', 'PATH']

/** Container runtimes refuse a machine that has both versions of control groups; nothing here needs the second. */
const HIDE_CGROUPS = '/sys/fs/cgroup/unified'

/** Renders a plan for podman 4.3 and newer. */
export function renderContainer(plan: SandboxedPlan): Launch {
  if (plan.image === null) throw new OaError('OA5002', 'a container needs an image')
  const foreign = FOREIGN.filter((name) => !Object.hasOwn(plan.environment, name))
  const inside = [IMAGE_SHELL.path, `/proc/self/fd/${STATUS_FD}`]
  const args = [...runOptions(plan), plan.image, ...inside]
  const { executable, before } = starter(plan)
  return {
    executable,
    args: [...before, ...args],
    environment: hostVariables(plan),
    cwd: '/',
    feeds: [
      Buffer.from(containerFilter(plan.seccomp)),
      preludeScript(plan, { foreign, isFirst: true }),
    ],
    hasStatus: false,
  }
}

/** What podman needs to find the account's images; nothing of it reaches the container. */
function hostVariables(plan: SandboxedPlan): Readonly<Record<string, string>> {
  return { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', ...plan.toolEnvironment }
}

function starter(plan: SandboxedPlan): { executable: string; before: readonly string[] } {
  const { setpriv, unshare } = plan.helpers
  if (setpriv === undefined) return { executable: plan.tool, before: [] }
  const tied = ['--pdeathsig', 'KILL', '--']
  if (!plan.hasMixedCgroups) return { executable: setpriv, before: [...tied, plan.tool] }
  if (plan.uid !== 0) {
    const script = `mount -t tmpfs none ${HIDE_CGROUPS} && exec "$@"`
    const shell = [plan.tool, 'unshare', '/bin/sh', '-c', script, 'oa', plan.tool]
    return { executable: setpriv, before: [...tied, ...shell] }
  }
  if (unshare === undefined) throw new OaError('OA5002', 'podman needs unshare here')
  const script = `umount ${HIDE_CGROUPS} && exec "$@"`
  const shell = ['--propagation', 'private', '--mount', '--', '/bin/sh', '-c', script, 'oa']
  return { executable: setpriv, before: [...tied, unshare, ...shell, plan.tool] }
}

/** Without figures podman asks for more than it may have; the prelude sets the smaller ones of the plan. */
const OPEN_FILES = 4096
const PROCESSES = 4096

function runOptions(plan: SandboxedPlan): readonly string[] {
  const figures = [
    `nofile=${Math.max(OPEN_FILES, plan.limits.openFiles ?? 0)}`,
    `nproc=${Math.max(PROCESSES, plan.limits.processes ?? 0)}`,
  ]
  return [
    ...['run', '--rm', '--interactive', '--pull=never', '--log-driver=none'],
    ...[`--preserve-fds=${READY_FD - 2}`, `--network=${plan.network === 'off' ? 'none' : 'host'}`],
    ...['--cap-drop=all', '--security-opt=no-new-privileges'],
    // Without control groups of its own a container sees the host's, which root owns.
    '--security-opt=mask=/sys/fs/cgroup',
    `--security-opt=seccomp=/proc/self/fd/${FEED_FD}`,
    ...['--read-only', '--read-only-tmpfs=false', '--cgroups=disabled', '--env-host=false'],
    ...figures.map((each) => `--ulimit=${each}`),
    ...plan.mounts.flatMap((each) => mountOptions(each, plan.mounts)),
    ...['--workdir=/', '--entrypoint=', '--user=0:0', '--'],
  ]
}

function mountOptions(mount: Mount, all: readonly Mount[]): readonly string[] {
  switch (mount.kind) {
    case 'base':
    case 'processes':
      return []
    case 'devices':
      return [`--shm-size=${mount.shmBytes}b`]
    case 'empty':
      return [`--tmpfs=${mount.path}:rw,nosuid,nodev,size=${mount.bytes},mode=${octal(mount.mode)}`]
    case 'writable':
    case 'pin':
      return [`--volume=${mount.path}:${mount.path}:rw,rprivate`]
    case 'read-only':
      return [`--volume=${mount.path}:${mount.path}:ro,rprivate`]
    case 'hidden-file':
      return isShown(mount.path, all) ? [`--volume=/dev/null:${mount.path}:ro`] : []
    case 'hidden-folder':
      return isShown(mount.path, all)
        ? [`--tmpfs=${mount.path}:ro,nosuid,nodev,size=4096,mode=0000`]
        : []
    default:
      return unreachable(mount)
  }
}

function octal(mode: number): string {
  return mode.toString(8).padStart(4, '0')
}

/** What lies outside the shown folders is not in the container at all. */
function isShown(path: string, all: readonly Mount[]): boolean {
  return all.some(
    (each) => (each.kind === 'writable' || each.kind === 'read-only') && isWithin(path, each.path),
  )
}

/** Paths of the plan that cannot be written in an option of podman. */
export function unmountable(mounts: readonly Mount[]): readonly string[] {
  return mounts.flatMap((each) => ('path' in each && /[:,\n]/.test(each.path) ? [each.path] : []))
}
