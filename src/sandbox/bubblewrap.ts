/**
 * Plan → one bubblewrap command line. Pure. Why each option stands there: docs/sandbox.md.
 */
import { unreachable } from '../base/diagnostic.ts'
import { FEED_FD, type Launch, STATUS_FD } from './launch.ts'
import type { Mount, Plan, SandboxedPlan } from './plan-types.ts'
import { prelude } from './prelude.ts'
import { buildFilter } from './seccomp.ts'

/**
 * On a terminal Ctrl-C goes to every process of the foreground, bubblewrap too, whose death kills the command at once.
 * So bubblewrap starts with INT and QUIT ignored, and inside they are put back before the prelude. Only GNU `env` can
 * put them back; without it nothing is ignored.
 */
const RESET = '/usr/bin/env --default-signal=INT,QUIT'
const CAN_RESET = `${RESET} /usr/bin/env >/dev/null 2>&1`
const HOLD_SIGNALS = `if ${CAN_RESET}; then trap '' INT QUIT; fi; exec "$@"`
const FREE_SIGNALS = `if ${CAN_RESET}; then exec ${RESET} "$@"; fi; exec "$@"`

/** Renders a plan for bubblewrap 0.8 and newer. */
export function renderBubblewrap(plan: SandboxedPlan): Launch {
  const inside = prelude(plan)
  const isOnTerminal = plan.session === 'terminal'
  const within = [plan.shell.path, ...inside.args]
  return {
    executable: isOnTerminal ? plan.shell.path : plan.tool,
    args: [
      ...(isOnTerminal ? ['-c', HOLD_SIGNALS, 'oa', plan.tool] : []),
      ...namespaces(plan),
      ...plan.mounts.flatMap(mountOptions),
      '--chdir',
      plan.cwd,
      '--seccomp',
      String(FEED_FD),
      '--json-status-fd',
      String(STATUS_FD),
      '--',
      ...(isOnTerminal ? [plan.shell.path, '-c', FREE_SIGNALS, 'oa', ...within] : within),
    ],
    environment: inside.environment,
    cwd: '/',
    feeds: [buildFilter(plan.seccomp)],
    hasStatus: true,
  }
}

function namespaces(plan: Plan): readonly string[] {
  return [
    '--unshare-user',
    '--unshare-pid',
    ...(plan.network === 'off' ? ['--unshare-net'] : []),
    '--unshare-ipc',
    '--unshare-uts',
    '--unshare-cgroup-try',
    '--disable-userns',
    '--cap-drop',
    'ALL',
    '--die-with-parent',
    ...(plan.session === 'own' ? ['--new-session'] : []),
  ]
}

function mountOptions(mount: Mount): readonly string[] {
  switch (mount.kind) {
    case 'base':
      return ['--ro-bind', '/', '/']
    case 'devices':
      return [
        ...['--dev', '/dev', '--size', String(mount.shmBytes), '--tmpfs', '/dev/shm'],
        ...['--remount-ro', '/dev'],
      ]
    case 'processes':
      return ['--proc', '/proc', '--ro-bind', '/proc/sys', '/proc/sys']
    case 'empty':
      return [
        ...['--size', String(mount.bytes), '--perms', mount.mode.toString(8).padStart(4, '0')],
        ...['--tmpfs', mount.path],
      ]
    case 'writable':
    case 'pin':
      return ['--bind', mount.path, mount.path]
    case 'read-only':
      return ['--ro-bind', mount.path, mount.path]
    case 'hidden-file':
      return ['--ro-bind', '/dev/null', mount.path]
    case 'hidden-folder':
      return [
        ...['--size', '4096', '--perms', '0000', '--tmpfs', mount.path],
        ...['--remount-ro', mount.path],
      ]
    default:
      return unreachable(mount)
  }
}
