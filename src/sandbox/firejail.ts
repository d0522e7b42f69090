/**
 * Plan → firejail. Pure. Firejail bounds the number and length of its arguments, so that its options come as a profile
 * and the command as a script, each on a descriptor. Why each option stands there: docs/sandbox.md.
 */
import { unreachable } from '../base/diagnostic.ts'
import { loadFilter } from './filter-loader.ts'
import { FEED_FD, type Launch, STATUS_FD } from './launch.ts'
import { isWithin } from './mounts.ts'
import type { Mount, Plan, SandboxedPlan } from './plan-types.ts'
import { preludeScript, READY_FD } from './prelude.ts'

/** What firejail sets in the environment of the command. */
const FOREIGN = [
  'SHLVL',
  'container',
  'LS_COLORS',
  'PROMPT_COMMAND',
  'QT_X11_NO_MITSHM',
  'QML_DISABLE_DISK_CACHE',
]

/** Parts of the tree that firejail mounts anew, so that `read-only /` does not reach them. */
const APART = ['/home', '/var/tmp', '/var/lock', '/run/lock', '/dev/shm']

/** Firejail reads globs, variables and lists in the paths of its options. */
const NAMEABLE = /^[A-Za-z0-9/._+@=:~ -]+$/

/** Renders a plan for firejail 0.9.72. */
export function renderFirejail(plan: SandboxedPlan): Launch {
  const flags = plan.shell.isBash ? ['--noprofile', '--norc', '-p'] : []
  return {
    executable: plan.tool,
    args: [
      ...['--quiet', `--profile=/proc/self/fd/${FEED_FD}`, `--keep-fd=${STATUS_FD},${READY_FD}`],
      ...['--deterministic-exit-code', '--deterministic-shutdown', '--'],
      ...loadFilter(plan),
      ...[plan.shell.path, ...flags, `/proc/self/fd/${STATUS_FD}`],
    ],
    // The login shell that firejail starts takes a socket on standard input for a remote caller, and then reads start-up
    // files; not from this level on.
    environment: { SHLVL: '2' },
    cwd: '/',
    feeds: [
      Buffer.from(`${profileLines(plan).join('\n')}\n`),
      preludeScript(plan, { foreign: FOREIGN, isFirst: false }),
    ],
    hasStatus: false,
  }
}

/** Paths of the plan that firejail cannot name. */
export function unnameable(mounts: readonly Mount[]): readonly string[] {
  return mounts.flatMap((each) => ('path' in each && !NAMEABLE.test(each.path) ? [each.path] : []))
}

function profileLines(plan: Plan): readonly string[] {
  return [
    ...(plan.network === 'off' ? ['net none'] : []),
    ...['caps.drop all', 'nonewprivs', 'nogroups', 'ipc-namespace', 'keep-var-tmp'],
    ...['dbus-user none', 'dbus-system none', 'restrict-namespaces'],
    `protocol ${plan.seccomp?.hasUnixSockets ? 'unix,' : ''}inet,inet6,netlink`,
    ...plan.mounts.flatMap((each) => mountLines(each, plan)),
  ]
}

function mountLines(mount: Mount, plan: Plan): readonly string[] {
  switch (mount.kind) {
    case 'base':
      return [
        'read-only /',
        ...APART.map((path) => `read-only ${path}`),
        `read-only ${homeOf(plan)}`,
      ]
    case 'devices':
      return ['private-dev']
    case 'processes':
      return []
    case 'empty':
      return mount.path === '/tmp' ? privateTmp(plan) : []
    case 'writable':
      return [`read-write ${mount.path}`]
    case 'pin':
      return [`read-only ${mount.path}`, `read-write ${mount.path}`]
    case 'read-only':
      return [`read-only ${mount.path}`]
    case 'hidden-file':
    case 'hidden-folder':
      return [`blacklist ${mount.path}`]
    default:
      return unreachable(mount)
  }
}

function homeOf(plan: Plan): string {
  return plan.canary ?? '/root'
}

/** What lies in `/tmp` and is to be seen there is named; the rest of it is not there. */
function privateTmp(plan: Plan): readonly string[] {
  const shown = plan.mounts.flatMap((each) =>
    (each.kind === 'writable' || each.kind === 'read-only') && isWithin(each.path, '/tmp')
      ? [each.path]
      : [],
  )
  return shown.length === 0 ? ['private-tmp'] : shown.map((path) => `whitelist ${path}`)
}
