/**
 * What blocks set: sandbox, limits, environment, approval, audit. Every field is optional: absent means that this
 * policy says nothing of it, and layers join strictest per field.
 */

export interface Settings {
  readonly sandbox?: SandboxSettings
  readonly limits?: LimitSettings
  readonly env?: EnvSettings
  readonly approval?: ApprovalSettings
  readonly audit?: AuditSettings
}

export interface SandboxSettings {
  readonly isRequired?: boolean
  /** False: `sandbox off`. */
  readonly isOn?: boolean
  readonly backend?: 'auto' | 'bwrap' | 'firejail' | 'unshare' | 'container'
  readonly image?: string
  readonly network?: 'off' | 'open' | 'rules'
  /** No shell is started; what cannot run without one is refused. */
  readonly isStrict?: boolean
}

export interface LimitSettings {
  readonly cpuSeconds?: number
  readonly memoryBytes?: number
  readonly fileBytes?: number
  readonly openFiles?: number
  readonly processes?: number
  readonly timeMs?: number
  readonly outputBytes?: number
}

export interface EnvSettings {
  /** Names or globs of variables that reach the program. */
  readonly keep?: readonly string[]
  /** Names or globs of variables whose values are redacted and never reach it. */
  readonly secret?: readonly string[]
}

export interface ApprovalSettings {
  readonly approveWithinMs?: number
  readonly runWithinMs?: number
  readonly persons?: number
  readonly byRole?: string
  readonly notify?: string
}

export interface AuditSettings {
  readonly directory?: string
  readonly segmentBytes?: number
  /** Requests that one agent or session may make in an hour. */
  readonly quotaPerHour?: number
}
