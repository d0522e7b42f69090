/**
 * The sandbox profile of one run, from the same rules that decided it: what the policy lets be written is writable,
 * what it denies to be read is hidden, what outlives a command is pinned.
 */
import { existsSync, statSync } from 'node:fs'
import type { JoinedSettings } from '../decide/settings.ts'
import type { Action, Analysis } from '../model/analysis.ts'
import type { SandboxProfile } from '../model/profile.ts'
import type { Decision } from '../model/vocabulary.ts'
import { cleanEnvironment } from '../sandbox/environment.ts'
import type { Table } from '../table/table.ts'
import { HOME_DEPTH_MAX } from './limits.ts'
import { decidePaths, Expansion, FRESH, type PathPlace, realPathOf } from './profile-paths.ts'

/** What is kept where no layer says: nothing that could be a secret or steer a program. */
const KEPT_BY_DEFAULT = [
  ...['HOME', 'USER', 'LOGNAME', 'SHELL', 'LANG', 'LANGUAGE', 'LC_*', 'TERM', 'COLORTERM', 'TZ'],
  ...['NO_COLOR', 'FORCE_COLOR', 'COLUMNS', 'LINES', 'CI'],
]

export interface ProfileInput {
  readonly tables: readonly Table[]
  readonly analysis: Analysis
  readonly settings: JoinedSettings
  /** The decision leaves to the sandbox what rules say of entries of a tree: also what is asked about is hidden there. */
  readonly isHeld: boolean
  /** A system or user layer holds: only those may widen what is kept. */
  readonly hasOwnLayer: boolean
  /** Lists of the layers that may say what is kept; joined with the others. */
  readonly hasOwnKeep: boolean
  /** `~/.openagent`, the log, and whatever else nobody inside may see. */
  readonly own: readonly string[]
  /** Policies that hold: never writable from inside. */
  readonly policies: readonly string[]
  readonly env: Readonly<Record<string, string | undefined>>
  readonly path: string
}

export interface DerivedProfile {
  readonly profile: SandboxProfile
  /** For the record: what could not be derived in full. */
  readonly unenforced: readonly string[]
  readonly notes: readonly string[]
}

/** Derives the profile. Looks at the file system, within bounds; only where a sandbox is asked for. */
export function deriveProfile(input: ProfileInput): DerivedProfile {
  const { analysis, settings, tables } = input
  const { sandbox } = settings
  const base: SandboxProfile = {
    backend: sandbox?.backend ?? 'auto',
    required: sandbox?.isRequired ?? false,
    ...(sandbox?.image ? { image: sandbox.image } : {}),
    network: sandbox?.network ?? 'open',
    writable: [],
    hidden: [],
    readOnlyPins: [],
    workspace: analysis.workspace === '' ? analysis.cwd : analysis.workspace,
    home: analysis.home,
    env: { keep: keptNames(input), set: { PATH: input.path, HOME: analysis.home } },
    secretNames: settings.secret,
    limits: settings.limits,
  }
  if (!sandbox) return { profile: base, unenforced: [], notes: [] }
  const place: PathPlace = { tables, analysis }
  const notes: string[] = []
  const writable = writableRoots(place, notes)
  const hidden = hiddenPaths(place, writable, input.isHeld)
  const pins = pinnedPaths(place, writable, input.policies)
  const unenforced: string[] = []
  if (!hidden.isComplete) unenforced.push('hidden: more entries than oa looks at')
  if (!pins.isComplete) unenforced.push('readOnlyPins: more entries than oa looks at')
  if (tables.some((table) => isClosed(table.meta.defaults['read'] ?? null))) {
    notes.push('what no rule allows to be read is still visible in the sandbox')
  }
  return {
    profile: {
      ...base,
      writable,
      hidden: [...new Set([...hidden.paths, ...input.own])],
      readOnlyPins: pins.paths,
    },
    unenforced,
    notes,
  }
}

function isClosed(decision: Decision | null): boolean {
  return decision === 'deny' || decision === 'ask'
}

/** Names of this process's variables that every list keeps. */
function keptNames(input: ProfileInput): readonly string[] {
  const { settings, env } = input
  const lists = [...settings.keepLists]
  if (lists.length === 0 || (input.hasOwnLayer && !input.hasOwnKeep)) lists.push(KEPT_BY_DEFAULT)
  const kept = lists.map(
    (keep) => new Set(Object.keys(cleanEnvironment(plain(keep, settings), env, {}, 'x').variables)),
  )
  return Object.keys(env).filter((name) => kept.every((each) => each.has(name)) && name in env)
}

function plain(keep: readonly string[], settings: JoinedSettings): SandboxProfile {
  return {
    backend: 'auto',
    required: false,
    network: 'off',
    writable: [],
    hidden: [],
    readOnlyPins: [],
    workspace: '/',
    home: '/',
    env: { keep, set: {} },
    secretNames: settings.secret,
    limits: {},
  }
}

const isRestricting = (table: Table, row: number): boolean => {
  const { effect } = table.row(row)
  return effect === 'deny' || effect === 'ask'
}

/** Also by the risk that it gives. */
const mayRestrict = (table: Table, row: number): boolean =>
  isRestricting(table, row) || typeof table.row(row).effect !== 'string'

const isPermitting = (table: Table, row: number): boolean => {
  const { effect } = table.row(row)
  return effect === 'allow' || effect === 'warn'
}

const isPermitted = (decision: Decision | undefined): boolean =>
  decision === 'allow' || decision === 'warn'

/** Folders and files that the policy lets be written, and what this request was allowed to write. */
function writableRoots(place: PathPlace, notes: string[]): readonly string[] {
  const { analysis, tables } = place
  const expansion = new Expansion({ tables, analysis })
  expansion.add('write', [], isPermitting)
  const candidates = new Set([analysis.workspace, analysis.cwd])
  for (const { path, isThere } of expansion.paths) if (isThere) candidates.add(path)
  const real = [...candidates].filter((each) => each !== '').map(realPathOf)
  const usable = [...new Set(real)].filter((each) => !isTooWide(each, analysis.home))
  const asked = usable.map((each) => (isFolder(each) ? `${each}/${FRESH}` : each))
  const decisions = decidePaths(place, 'write', asked)
  const roots = usable.filter((_, index) => isPermitted(decisions[index]))
  for (const action of ownActions(analysis)) {
    if (action.kind !== 'write' && action.kind !== 'delete' && action.kind !== 'persist') continue
    const path = action.path.real
    if (
      path === null ||
      roots.some((each) => isBelow(path, each)) ||
      isTooWide(path, analysis.home)
    )
      continue
    if (existsSync(path)) roots.push(path)
    else notes.push(`\`${path}\` cannot be made in the sandbox: no rule lets its folder be written`)
  }
  return roots
}

/** What lines of scripts do was not allowed one by one, so it opens nothing. */
function ownActions(analysis: Analysis): readonly Action[] {
  return analysis.actions.filter((each) => each.script === undefined)
}

function isBelow(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}/`)
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory()
  } catch {
    return false
  }
}

/** The system, and whatever holds the home directory, is never writable as a whole. */
function isTooWide(path: string, home: string): boolean {
  if (path === '/' || home === path || home.startsWith(`${path}/`)) return true
  return /^\/(?:proc|sys|dev|etc|usr|bin|sbin|lib\w*|boot|run|var)$|^\/(?:proc|sys|dev)\//.test(
    path,
  )
}

interface Derived {
  readonly paths: readonly string[]
  readonly isComplete: boolean
}

/** What `deny read` names, where it is there. A folder that holds the run itself is opened, its entries judged. */
function hiddenPaths(place: PathPlace, writable: readonly string[], isHeld: boolean): Derived {
  const { analysis, tables } = place
  const expansion = new Expansion({ tables, analysis })
  const needed = [...new Set([analysis.cwd, analysis.workspace, ...writable])].filter(
    (each) => each !== '',
  )
  const roots = [
    ...needed
      .filter((each) => !needed.some((other) => other !== each && isBelow(each, other)))
      .map((path) => ({ path, depth: Number.POSITIVE_INFINITY })),
    { path: analysis.home, depth: HOME_DEPTH_MAX },
  ]
  expansion.add('read', roots, (table, row) =>
    isHeld ? mayRestrict(table, row) : table.row(row).effect === 'deny',
  )
  const isHidden = (path: string, decision: Decision | undefined): boolean =>
    decision === 'deny' || (isHeld && decision === 'ask' && isBelow(path, analysis.workspace))
  const granted = new Set(
    ownActions(analysis).flatMap((each) =>
      each.kind === 'read' && each.path.real !== null ? [each.path.real] : [],
    ),
  )
  const hidden: string[] = []
  const seen = new Set<string>()
  let open = expansion.paths.filter((each) => each.isThere).map((each) => each.path)
  while (open.length > 0) {
    const decisions = decidePaths(place, 'read', open)
    const next: string[] = []
    for (const [index, path] of open.entries()) {
      seen.add(path)
      if (!isHidden(path, decisions[index]) || granted.has(path)) continue
      const real = realPathOf(path)
      if (needed.some((each) => isBelow(each, real))) next.push(...expansion.entriesOf(path))
      else if (!isFresh(real)) hidden.push(path)
    }
    open = next.filter((each) => !seen.has(each))
  }
  return { paths: hidden, isComplete: expansion.isComplete }
}

/** Every sandbox has these of its own: what is denied there is not in it. */
function isFresh(path: string): boolean {
  return /^\/(?:proc|dev)(?:\/|$)/.test(path)
}

/** Below what is writable: places that outlive a command, and paths that a rule keeps from being written. */
function pinnedPaths(
  place: PathPlace,
  writable: readonly string[],
  policies: readonly string[],
): Derived {
  const { tables, analysis } = place
  const expansion = new Expansion({ tables, analysis })
  const folders = writable.filter(isFolder)
  const roots = folders.map((path) => ({ path, depth: Number.POSITIVE_INFINITY }))
  expansion.add('place', roots, () => true)
  expansion.add('write', roots, isRestricting)
  expansion.add('persist', roots, isRestricting)
  expansion.addExcepts('write', roots, isPermitting)
  const paths = expansion.paths
    .map((each) => each.path)
    .filter((path) => folders.some((each) => isBelow(path, each) && path !== each))
  // A folder is pinned with all that is in it, so what counts is whether something new may be made there: its entries
  // have rules of their own.
  const judged = paths.map((path) => (isFolder(path) ? `${path}/${FRESH}` : path))
  const write = decidePaths(place, 'write', judged)
  const persist = decidePaths(place, 'persist', judged)
  const granted = new Set(
    ownActions(analysis).flatMap((each) =>
      (each.kind === 'write' || each.kind === 'persist') && each.path.real !== null
        ? [each.path.real]
        : [],
    ),
  )
  const places = placesAmong(place, judged)
  const pinned = paths.filter((path, index) => {
    if (granted.has(path)) return false
    const isPlace = places.has(judged[index] ?? path)
    return !isPermitted(write[index]) || (isPlace && !isPermitted(persist[index]))
  })
  const own = [...policies, ...folders.map((each) => `${each}/.openagent`)]
  return {
    paths: [
      ...new Set([...pinned, ...own.filter((each) => folders.some((root) => isBelow(each, root)))]),
    ],
    isComplete: expansion.isComplete,
  }
}

function placesAmong(
  { tables, analysis }: PathPlace,
  paths: readonly string[],
): ReadonlySet<string> {
  return new Set(
    paths.filter((path) =>
      tables.some((table) => {
        const fact = {
          lexical: path,
          real: realPathOf(path),
          isTree: false,
          entries: null,
          isComplete: false,
        }
        return table.persistMatch(fact, analysis) !== 0
      }),
    ),
  )
}
