/**
 * What a run may touch, as the policy and the rule's obligations demand it. No backend is named in any field but
 * `backend`; how a backend holds it is the sandbox's matter.
 */

/** Backends that `oa` can render a plan for. */
export const BACKENDS = ['bwrap', 'firejail', 'unshare', 'container'] as const
export type BackendName = (typeof BACKENDS)[number]

/** `auto`: the first of bwrap, firejail, unshare that works here. A container is used only when it is named. */
export type BackendChoice = 'auto' | BackendName

/** `off`: loopback only. `open`: the host's network. `rules`: only what `connect` rules allow. */
export type NetworkMode = 'off' | 'open' | 'rules'

/** Figures that hold for one run; absent: no limit. Every figure is a whole number above zero. */
export interface RunLimits {
  /** CPU time of each process. */
  readonly cpuSeconds?: number | undefined
  /** Private writable memory of each process (`RLIMIT_DATA`). */
  readonly memoryBytes?: number | undefined
  /** Size of any file written. */
  readonly fileBytes?: number | undefined
  /** Open descriptors of each process. */
  readonly openFiles?: number | undefined
  /** Processes and threads at once. */
  readonly processes?: number | undefined
  /** Wall time of the whole run. */
  readonly timeMs?: number | undefined
  /** Standard output and error together. */
  readonly outputBytes?: number | undefined
}

/** Which variables the command sees. */
export interface EnvironmentProfile {
  /** Names or globs (`LC_*`) of variables taken over from the environment of `oa`. */
  readonly keep: readonly string[]
  /** Variables given a value; they win over `keep`. */
  readonly set: Readonly<Record<string, string>>
}

/** Everything a policy demands of one run. Paths are absolute and real. */
export interface SandboxProfile {
  readonly backend: BackendChoice
  /** True: no working backend means deny. */
  readonly required: boolean
  /** For `container` only. */
  readonly image?: string | undefined
  readonly network: NetworkMode
  /** Absent means `off`: sockets of the file system are doors past the network rules. */
  readonly unixSockets?: 'off' | 'open' | undefined
  /** Files and folders that may be written; all else is read-only. */
  readonly writable: readonly string[]
  /** Files and folders that may not be read. */
  readonly hidden: readonly string[]
  /** Persist targets (`.git/hooks`, `.git/config`): read-only, and no parent of theirs can be renamed away. */
  readonly readOnlyPins: readonly string[]
  readonly workspace: string
  readonly home: string
  readonly env: EnvironmentProfile
  /** Globs of variable names that `keep` never takes over; compared without regard to case. */
  readonly secretNames: readonly string[]
  readonly limits: RunLimits
}
