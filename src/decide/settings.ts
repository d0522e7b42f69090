/**
 * What a run must be wrapped in: the blocks of all layers and the obligations of the rules that settled its actions,
 * joined strictest per field (language.md §3 rule 14). Layers only tighten, so the order does not matter.
 */
import { compareText } from '../base/diagnostic.ts'
import type { LimitSettings, SandboxSettings, Settings } from '../model/settings.ts'

export interface JoinedSettings {
  /** Null: nothing asks for a sandbox. */
  readonly sandbox: JoinedSandbox | null
  readonly limits: LimitSettings
  /** Every list of variables to keep; a variable must be in all of them. */
  readonly keepLists: readonly (readonly string[])[]
  readonly secret: readonly string[]
  readonly approval: {
    readonly withinMs: number | null
    /** How long a granted run may wait. */
    readonly runWithinMs: number | null
    readonly persons: number
    /** Every role that a rule wants to answer. */
    readonly roles: readonly string[]
    /** Who is told that somebody waits: commands and addresses. */
    readonly notify: readonly string[]
  }
  readonly isStrict: boolean
  /** Demands that exclude each other, for people: nothing may run under them. */
  readonly conflicts: readonly string[]
}

export interface JoinedSandbox {
  readonly isRequired: boolean
  readonly backend: 'auto' | 'bwrap' | 'firejail' | 'unshare' | 'container'
  readonly image: string | null
  readonly network: 'off' | 'open' | 'rules'
}

/** Joins settings; `needsSandbox`: workspace code is allowed in a sandbox only. */
export function joinSettings(all: readonly Settings[], needsSandbox: boolean): JoinedSettings {
  const sandboxes = all.flatMap((each) => each.sandbox ?? [])
  const conflicts: string[] = []
  const approvals = all.flatMap((each) => each.approval ?? [])
  const roles = new Set(approvals.flatMap((each) => each.byRole ?? []))
  return {
    sandbox: joinSandboxes(sandboxes, needsSandbox, conflicts),
    limits: joinLimits(all.flatMap((each) => each.limits ?? [])),
    keepLists: all.flatMap((each) => (each.env?.keep ? [each.env.keep] : [])),
    secret: [...new Set(all.flatMap((each) => each.env?.secret ?? []))].sort(),
    approval: {
      withinMs: least(approvals.map((each) => each.approveWithinMs)) ?? null,
      runWithinMs: least(approvals.map((each) => each.runWithinMs)) ?? null,
      persons: Math.max(1, ...approvals.map((each) => each.persons ?? 1)),
      roles: [...roles].sort(),
      notify: [...new Set(approvals.flatMap((each) => each.notify ?? []))].sort(),
    },
    isStrict: sandboxes.some((each) => each.isStrict === true),
    conflicts,
  }
}

function joinSandboxes(
  all: readonly SandboxSettings[],
  needsSandbox: boolean,
  conflicts: string[],
): JoinedSandbox | null {
  const isRequired = needsSandbox || all.some((each) => each.isRequired === true)
  if (!isRequired && all.every((each) => each.isOn === false)) return null
  const backend = only(
    'backend',
    all.map((each) => each.backend),
    'auto',
    conflicts,
  )
  const networks = all.map((each) => each.network)
  const network = networks.includes('off')
    ? 'off'
    : networks.includes('open') && !networks.includes('rules')
      ? 'open'
      : 'rules'
  const image = only(
    'image',
    all.map((each) => each.image),
    '',
    conflicts,
  )
  return { isRequired, backend: backend ?? 'auto', image: image ? image : null, network }
}

/** The one value that is not the general one; two of them exclude each other. */
function only<T extends string>(
  name: string,
  values: readonly (T | undefined)[],
  general: T | '',
  conflicts: string[],
): T | undefined {
  const named = [...new Set(values)]
    .filter((each): each is T => each !== undefined && each !== general)
    .sort(compareText)
  if (named.length > 1) {
    conflicts.push(
      `the sandbox ${name} cannot be ${named.map((each) => `\`${each}\``).join(' and ')}`,
    )
  }
  return named[0]
}

function joinLimits(all: readonly LimitSettings[]): LimitSettings {
  const joined: Record<string, number> = {}
  for (const limits of all) {
    for (const [name, figure] of Object.entries(limits) as [string, number][]) {
      joined[name] = Math.min(joined[name] ?? figure, figure)
    }
  }
  return joined
}

function least(figures: readonly (number | undefined)[]): number | undefined {
  const known = figures.filter((each) => each !== undefined)
  return known.length === 0 ? undefined : Math.min(...known)
}
