/**
 * The plan of one run: everything that holds while it runs, in no backend's words. Plain data, so that it can be shown
 * (`oa plan`), recorded and rendered by a pure function.
 */
import type { BackendName } from '../model/profile.ts'

/** One step of the file-system view; the order of the list is the order of mounting. */
export type Mount =
  /** The host's tree, read-only throughout. */
  | { readonly kind: 'base' }
  /** A private `/dev` with the harmless devices, read-only but for its `shm`. */
  | { readonly kind: 'devices'; readonly shmBytes: number }
  /** A `/proc` of the run's own processes; `/proc/sys` read-only. */
  | { readonly kind: 'processes' }
  /** An empty private folder of bounded size. */
  | { readonly kind: 'empty'; readonly path: string; readonly bytes: number; readonly mode: number }
  /** The host's path, writable. */
  | { readonly kind: 'writable'; readonly path: string }
  /** A writable folder made a mount point of its own, so that it cannot be renamed or removed. */
  | { readonly kind: 'pin'; readonly path: string }
  /** The host's path, read-only. */
  | { readonly kind: 'read-only'; readonly path: string }
  /** A file (or socket, device) whose content is not there. */
  | { readonly kind: 'hidden-file'; readonly path: string }
  /** A folder that cannot be listed or entered. */
  | { readonly kind: 'hidden-folder'; readonly path: string }

/** A path that the profile names and that does not exist; nothing could be mounted for it. */
export interface AbsentPath {
  readonly path: string
  /** `pin`: look after the run whether it appeared (`appearedPaths`). */
  readonly role: 'writable' | 'hidden' | 'pin'
}

/** What a path was when the plan was made; compared again right before the start. */
export interface PathIdentity {
  readonly path: string
  readonly device: number
  readonly inode: number
  /** For the executable: inode numbers are used again, the time of change is not. */
  readonly changedMs?: number
}

/** Resource limits set inside, for each process. */
export interface ProcessLimits {
  readonly cpuSeconds?: number
  readonly memoryBytes?: number
  readonly fileBytes?: number
  readonly openFiles?: number
  readonly processes?: number
}

/** The shell that runs the prelude. Bash can give the command its own argv[0]; other shells cannot. */
export interface PreludeShell {
  readonly path: string
  readonly isBash: boolean
}

/** Programs that some backends need besides their own; absolute paths, absent where the machine has none. */
export interface Helpers {
  /** Makes the system calls of `unshare` and loads the filter where the backend cannot. */
  readonly perl?: string
  /** Drops rights, and ties the backend's life to that of `oa`. */
  readonly setpriv?: string
  /** Gives podman mounts of its own, where needed. */
  readonly unshare?: string
}

/** One word of argv: text, or bytes that are not UTF-8. */
export type Argument = string | Uint8Array

export interface Plan {
  /** `none`: without a sandbox; only environment, limits, time and output hold. */
  readonly backend: BackendName | 'none'
  /** Absolute path of the backend's program; empty for `none`. */
  readonly tool: string
  readonly helpers: Helpers
  readonly shell: PreludeShell
  /** The local image of a container; null for all else. */
  readonly image: string | null
  /** The account that runs it. */
  readonly uid: number
  readonly gid: number
  readonly mounts: readonly Mount[]
  /** A folder that the account could write without a sandbox; proven out of reach inside. */
  readonly canary: string | null
  readonly absent: readonly AbsentPath[]
  readonly identities: readonly PathIdentity[]
  readonly network: 'off' | 'open'
  /** The system call filter; null without a sandbox. */
  readonly seccomp: { readonly arch: string; readonly hasUnixSockets: boolean } | null
  /** The whole environment of the command. */
  readonly environment: Readonly<Record<string, string>>
  readonly limits: ProcessLimits
  /** Where the run gets a control group of its own that counts processes; null: it gets none. */
  readonly groupRoot: string | null
  /** Processes and threads at once in that group. */
  readonly groupProcesses: number | null
  readonly timeMs: number | null
  readonly outputBytes: number | null
  readonly cwd: string
  /** Absolute; never looked up again. */
  readonly executable: string
  readonly argv0: string
  readonly args: readonly Argument[]
  /** `terminal`: keeps the controlling terminal; `own`: a session of its own. */
  readonly session: 'own' | 'terminal'
  /** The mount namespace of `oa`, as `/proc/self/ns/mnt` names it: steps that mount refuse to run in it. */
  readonly mountNamespace: string
  /** See `PlanFacts`; for `container` only. */
  readonly hasMixedCgroups: boolean
  /** What the backend's own program needs of the environment of `oa`; the command does not see it. */
  readonly toolEnvironment: Readonly<Record<string, string>>
  /** Marks the run's processes in their environment, so that the whole tree can be found. */
  readonly marker: string
  /** Demands of the profile that do not hold in this run, named as in the profile. */
  readonly unenforced: readonly string[]
  /** Sentences for people: where the plan is tighter than the profile, or may surprise. */
  readonly notes: readonly string[]
}

/** A plan that a backend holds. */
export type SandboxedPlan = Plan & { readonly seccomp: NonNullable<Plan['seccomp']> }

/** The command as it was judged. */
export interface PlannedCommand {
  /** Absolute. */
  readonly executable: string
  readonly argv0: string
  readonly args: readonly Argument[]
  /** Absolute. */
  readonly cwd: string
  /** Variables that the line itself sets for the command (`A=b command`). */
  readonly env: Readonly<Record<string, string>>
}

/** What stands at a path, links resolved. */
export interface PathFact {
  readonly kind: 'missing' | 'file' | 'folder' | 'other'
  /** The real path; the path itself when missing. */
  readonly real: string
  readonly device: number
  readonly inode: number
  readonly owner: number
  /** Last change of content or attributes (ctime). */
  readonly changedMs?: number
}

/** What the planner needs to know of the host; the only door to it. */
export interface PlanFacts {
  /** The backend that detection chose. */
  readonly backend: BackendName | 'none'
  readonly tool: string
  readonly helpers: Helpers
  readonly shell: PreludeShell
  /** As `process.arch` says it. */
  readonly arch: string
  readonly uid: number
  readonly gid: number
  /** Version 1 and 2 of control groups are mounted side by side, which container runtimes refuse. */
  readonly hasMixedCgroups: boolean
  /** See `Plan`; empty where it cannot be told. */
  readonly mountNamespace: string
  /** `findGroupRoot`. */
  readonly groupRoot: string | null
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly isTerminal: boolean
  /** Unique for each run; letters, digits and `-` only. */
  readonly marker: string
  readonly look: (path: string) => PathFact
}
