/**
 * From profile and command to the plan of one run. Pure: the host is seen through `PlanFacts` only. What the chosen
 * backend cannot hold is OA5002, never a weaker plan.
 */
import { type Diagnostic, diagnostic, type Outcome, unreachable } from '../base/diagnostic.ts'
import type { BackendName, SandboxProfile } from '../model/profile.ts'
import { IMAGE_SHELL, unmountable } from './container.ts'
import { cleanEnvironment } from './environment.ts'
import { unnameable } from './firejail.ts'
import { identityOf, isPlainPath, isWithin, type Layout, layOut } from './mounts.ts'
import type { Plan, PlanFacts, PlannedCommand, ProcessLimits } from './plan-types.ts'
import { hasFilter } from './seccomp.ts'

export type { Argument, Mount, PathFact, Plan, PlanFacts, PlannedCommand } from './plan-types.ts'

/** The kernel refuses a longer argument (MAX_ARG_STRLEN, its NUL counted). */
const ARGUMENT_BYTES_MAX = 131_071

/** Lone halves of a UTF-16 pair: they have no bytes to pass on. */
const LONE_SURROGATE = /\p{Surrogate}/u

/** Plans one run. `facts.backend` is the backend detected, `none` only where the profile does not require one. */
export function planRun(
  profile: SandboxProfile,
  command: PlannedCommand,
  facts: PlanFacts,
): Outcome<Plan> {
  const isSandboxed = facts.backend !== 'none'
  const clean = cleanEnvironment(profile, facts.environment, command.env, facts.marker)
  const isContainer = facts.backend === 'container'
  const layout = isSandboxed
    ? layOut(profile, command, facts.look, isContainer ? 'image' : 'host')
    : unsandboxed(command, facts)
  const problems = [
    ...backendProblems(profile, facts),
    ...mountProblems(layout, facts),
    ...commandProblems(command, facts),
    ...limitProblems(profile),
    ...clean.refused.map(({ name, reason }) => `the variable \`${name}\`: ${reason}`),
    ...layout.problems,
  ]
  if (problems.length > 0) return { value: undefined, diagnostics: cannot(facts.backend, problems) }

  const shell = isContainer ? IMAGE_SHELL : facts.shell
  const keepsName = shell.isBash || command.argv0 === command.executable
  const plan: Plan = {
    backend: facts.backend,
    tool: isSandboxed ? facts.tool : '',
    helpers: facts.helpers,
    shell,
    image: isContainer ? (profile.image ?? null) : null,
    uid: facts.uid,
    gid: facts.gid,
    mounts: layout.mounts,
    canary: isSandboxed ? canary(profile, layout, facts) : null,
    absent: layout.absent,
    identities: layout.identities,
    network: isSandboxed && profile.network !== 'open' ? 'off' : 'open',
    seccomp: isSandboxed
      ? { arch: facts.arch, hasUnixSockets: profile.unixSockets === 'open' }
      : null,
    environment: clean.variables,
    limits: processLimits(profile, facts),
    ...groupFigures(profile, facts),
    timeMs: profile.limits.timeMs ?? null,
    outputBytes: profile.limits.outputBytes ?? null,
    cwd: isSandboxed ? facts.look(command.cwd).real : command.cwd,
    executable: command.executable,
    argv0: keepsName ? command.argv0 : command.executable,
    args: command.args,
    session: facts.isTerminal ? 'terminal' : 'own',
    mountNamespace: facts.mountNamespace,
    hasMixedCgroups: facts.hasMixedCgroups,
    toolEnvironment: isContainer ? storeVariables(profile, facts) : {},
    marker: facts.marker,
    unenforced: unenforced(profile, facts),
    notes: [...layout.notes, ...notes(profile, facts, keepsName)],
  }
  return { value: plan, diagnostics: [] }
}

function cannot(backend: BackendName | 'none', problems: readonly string[]): readonly Diagnostic[] {
  const who = backend === 'none' ? 'a run without a sandbox' : `the backend \`${backend}\``
  return problems.map((each) => diagnostic('OA5002', `${who} cannot hold the plan: ${each}`))
}

function backendProblems(profile: SandboxProfile, facts: PlanFacts): readonly string[] {
  const { backend } = facts
  if (backend === 'none') {
    return profile.required ? ['the policy requires a sandbox'] : []
  }
  const found: string[] = []
  if (profile.backend !== 'auto' && profile.backend !== backend) {
    found.push(`the policy names \`${profile.backend}\``)
  }
  if (profile.image !== undefined && backend !== 'container') {
    found.push(`it has no use for the image \`${profile.image}\``)
  }
  found.push(...ownProblems(backend, profile, facts))
  if (!isPlainPath(facts.tool)) found.push('its program has no absolute path')
  if (!hasFilter(facts.arch)) found.push(`oa has no system call filter for \`${facts.arch}\``)
  return found
}

/** What each backend lacks. */
function ownProblems(
  backend: BackendName,
  profile: SandboxProfile,
  { helpers, tool, isTerminal, mountNamespace }: PlanFacts,
): readonly string[] {
  switch (backend) {
    case 'bwrap':
      return []
    case 'unshare':
      return [
        ...(helpers.perl && helpers.setpriv
          ? []
          : ['it needs perl and setpriv in the system folders']),
        ...(mountNamespace === '' ? ['the mount namespace of oa cannot be told'] : []),
      ]
    case 'firejail':
      return [
        ...(helpers.perl ? [] : ['nothing can load the system call filter: there is no perl']),
        ...(profile.unixSockets === 'open' ? ['it leaves the sockets of `/run` in view'] : []),
      ]
    case 'container':
      return [
        ...(profile.image === undefined ? ['the policy names no image'] : []),
        ...(/^[\w][\w./:@-]*$/.test(profile.image ?? 'x') ? [] : ['the image has no usable name']),
        ...(tool.endsWith('/docker')
          ? ['docker hands no descriptor into a container, so that nothing could be proven']
          : []),
        ...(isTerminal ? ['it has no terminal to hand on'] : []),
      ]
    default:
      return unreachable(backend)
  }
}

function mountProblems({ mounts }: Layout, { backend }: PlanFacts): readonly string[] {
  const wrong =
    backend === 'firejail' ? unnameable(mounts) : backend === 'container' ? unmountable(mounts) : []
  return wrong.map((path) => `the path \`${path}\` has characters that its options cannot hold`)
}

/** The account's home folder, where it is not what the plan opens. */
function canary(profile: SandboxProfile, { mounts }: Layout, facts: PlanFacts): string | null {
  const home = facts.look(profile.home)
  if (home.kind !== 'folder' || home.real === '/') return null
  const isTouched = mounts.some(
    (each) => (each.kind === 'writable' || each.kind === 'empty') && isWithin(home.real, each.path),
  )
  return isTouched ? null : home.real
}

/** Where podman finds the account's images. */
function storeVariables(
  profile: SandboxProfile,
  facts: PlanFacts,
): Readonly<Record<string, string>> {
  const runtime = facts.environment['XDG_RUNTIME_DIR'] ?? ''
  return {
    HOME: profile.home,
    ...(isPlainPath(runtime) ? { XDG_RUNTIME_DIR: runtime } : {}),
  }
}

function commandProblems(command: PlannedCommand, facts: PlanFacts): readonly string[] {
  const found: string[] = []
  if (!isPlainPath(command.executable)) found.push('the executable has no absolute path')
  if (!isPlainPath(command.cwd)) found.push('the working directory has no absolute path')
  if (!isPlainPath(facts.shell.path)) found.push('the prelude has no shell')
  if (!/^[A-Za-z0-9-]+$/.test(facts.marker)) found.push('the marker of the run is not a plain word')
  for (const [index, arg] of [command.argv0, ...command.args].entries()) {
    const reason = argumentProblem(arg)
    if (reason !== undefined) found.push(`argument ${index} ${reason}`)
  }
  if (LONE_SURROGATE.test(command.executable) || LONE_SURROGATE.test(command.cwd)) {
    found.push('a path holds half a character')
  }
  return found
}

function argumentProblem(arg: string | Uint8Array): string | undefined {
  if (Buffer.byteLength(arg) > ARGUMENT_BYTES_MAX) return 'is longer than the kernel takes'
  if (typeof arg !== 'string') return arg.includes(0) ? 'holds a NUL byte' : undefined
  if (arg.includes('\0')) return 'holds a NUL byte'
  return LONE_SURROGATE.test(arg) ? 'holds half a character' : undefined
}

function limitProblems(profile: SandboxProfile): readonly string[] {
  return Object.entries(profile.limits)
    .filter(([, figure]) => figure !== undefined && !(Number.isSafeInteger(figure) && figure > 0))
    .map(
      ([name, figure]) => `the limit ${name} is ${String(figure)}, not a whole number above zero`,
    )
}

/**
 * The kernel does not count processes for the superuser, and without a user namespace it counts all processes of the
 * account, other programs' too: in both cases a control group counts them, or the figure is left out and reported.
 */
function holdsProcessLimit(facts: PlanFacts): boolean {
  return facts.backend !== 'none' && facts.uid !== 0
}

/** What the group holds besides the command: the backend's own processes. */
const BACKEND_PROCESSES = 16

function groupFigures(
  profile: SandboxProfile,
  facts: PlanFacts,
): Pick<Plan, 'groupRoot' | 'groupProcesses'> {
  const { processes } = profile.limits
  if (processes === undefined || holdsProcessLimit(facts) || facts.groupRoot === null) {
    return { groupRoot: null, groupProcesses: null }
  }
  return { groupRoot: facts.groupRoot, groupProcesses: processes + BACKEND_PROCESSES }
}

function unenforced(profile: SandboxProfile, facts: PlanFacts): readonly string[] {
  const found: string[] = []
  const { processes } = profile.limits
  const isCounted = holdsProcessLimit(facts) || facts.groupRoot !== null
  if (processes !== undefined && !isCounted) found.push('processes')
  if (facts.backend === 'firejail') found.push('sizes of private folders', 'private /run')
  if (facts.backend !== 'none') return found
  if (profile.network !== 'open') found.push('network')
  if (profile.hidden.length > 0) found.push('hidden')
  if (profile.readOnlyPins.length > 0) found.push('readOnlyPins')
  return found
}

function processLimits(profile: SandboxProfile, facts: PlanFacts): ProcessLimits {
  const { cpuSeconds, memoryBytes, fileBytes, openFiles, processes } = profile.limits
  return {
    ...(cpuSeconds === undefined ? {} : { cpuSeconds }),
    ...(memoryBytes === undefined ? {} : { memoryBytes }),
    ...(fileBytes === undefined ? {} : { fileBytes }),
    ...(openFiles === undefined ? {} : { openFiles }),
    ...(processes === undefined || !holdsProcessLimit(facts) ? {} : { processes }),
  }
}

function notes(profile: SandboxProfile, facts: PlanFacts, keepsName: boolean): readonly string[] {
  const found: string[] = []
  if (facts.backend === 'none') found.push('no sandbox: only environment, limits and time hold')
  if (facts.backend !== 'none' && profile.network === 'rules') {
    found.push('network rules are not enforced by this version: the network is off')
  }
  if (facts.backend === 'container') {
    found.push('the programs of the image run, not those of this machine that were judged')
  }
  if (!keepsName) found.push('no bash here: argv[0] is the path of the executable')
  const workspace = facts.look(profile.workspace)
  if (facts.backend !== 'none' && facts.uid === 0 && workspace.kind === 'folder') {
    if (workspace.owner !== 0) {
      found.push(
        `the workspace belongs to user ${workspace.owner}: without capabilities root cannot write it`,
      )
    }
  }
  return found
}

/** Without a sandbox nothing is mounted; only what is started is remembered. */
function unsandboxed(command: PlannedCommand, facts: PlanFacts): Layout {
  const fact = facts.look(command.executable)
  const isThere = fact.kind !== 'missing'
  return {
    mounts: [],
    absent: [],
    identities: isThere ? [identityOf(fact, true)] : [],
    notes: [],
    problems: isThere ? [] : [`\`${command.executable}\` does not exist`],
  }
}

/** Paths of the plan that are no longer what they were when it was planned. */
export function changedPaths(plan: Plan, look: PlanFacts['look']): readonly string[] {
  return plan.identities
    .filter(({ path, device, inode, changedMs }) => {
      const now = look(path)
      const isSame = now.device === device && now.inode === inode
      return now.kind === 'missing' || !isSame || (changedMs ?? now.changedMs) !== now.changedMs
    })
    .map(({ path }) => path)
}
