/**
 * The file-system view of a run: which paths are mounted how, in which order. Links are resolved here, because no
 * backend does it safely; what cannot be held is reported, never left out.
 */
import { compareText } from '../base/diagnostic.ts'
import type { SandboxProfile } from '../model/profile.ts'
import type { AbsentPath, Mount, PathFact, PathIdentity, PlannedCommand } from './plan-types.ts'

/** Private folders are in memory; half of the machine's memory is the kernel's own, too generous, bound. */
export const PRIVATE_RUN_BYTES = 16 * 1024 * 1024
export const PRIVATE_TMP_BYTES = 32 * 1024 * 1024
export const PRIVATE_SHM_BYTES = 16 * 1024 * 1024
/** A longer list would not fit into the argv of a backend. */
export const MOUNTS_MAX = 2048

/** Names the name servers; often a link into `/run`. */
const RESOLVER_FILE = '/etc/resolv.conf'

/** Never writable as a whole, and no folder that holds them is. */
const SYSTEM_FOLDERS = [
  '/proc',
  '/sys',
  '/dev',
  '/etc',
  '/usr',
  '/bin',
  '/sbin',
  '/lib',
  '/boot',
  '/run',
]

export interface Layout {
  readonly mounts: readonly Mount[]
  readonly absent: readonly AbsentPath[]
  readonly identities: readonly PathIdentity[]
  readonly notes: readonly string[]
  /** Why the view cannot be made; empty when it can. */
  readonly problems: readonly string[]
}

/** True when `path` is `folder` or lies in it. Both absolute and normalised. */
export function isWithin(path: string, folder: string): boolean {
  return folder === '/' || path === folder || path.startsWith(`${folder}/`)
}

/** What stands below the mounts: the host's own tree, or that of an image, in which nothing of the host is. */
export type Tree = 'host' | 'image'

/** Lays out the mounts for a profile and a command, given what stands at each path. */
export function layOut(
  profile: SandboxProfile,
  command: PlannedCommand,
  look: (path: string) => PathFact,
  tree: Tree,
): Layout {
  return new Drawing(profile, command, look, tree).finish()
}

class Drawing {
  readonly #profile: SandboxProfile
  readonly #command: PlannedCommand
  readonly #look: (path: string) => PathFact
  readonly #mounts: Mount[] = [{ kind: 'base' }]
  readonly #absent: AbsentPath[] = []
  readonly #identities = new Map<string, PathIdentity>()
  readonly #notes: string[] = []
  readonly #problems: string[] = []
  #private: readonly string[] = []
  readonly #tree: Tree

  constructor(
    profile: SandboxProfile,
    command: PlannedCommand,
    look: (path: string) => PathFact,
    tree: Tree,
  ) {
    this.#profile = profile
    this.#command = command
    this.#look = look
    this.#tree = tree
  }

  finish(): Layout {
    this.#mounts.push({ kind: 'devices', shmBytes: PRIVATE_SHM_BYTES }, { kind: 'processes' })
    this.#private = this.#emptyFolders()
    const hidden = this.#hiddenPaths()
    const writable = this.#writablePaths(hidden)
    const visible = this.#visiblePaths(writable)
    for (const path of writable) this.#mounts.push({ kind: 'writable', path })
    this.#pins(writable, hidden)
    this.#hide(hidden, [...writable, ...visible])
    this.#checkReach(hidden)
    if (this.#mounts.length > MOUNTS_MAX) {
      this.#problems.push(`the plan needs ${this.#mounts.length} mounts, more than ${MOUNTS_MAX}`)
    }
    return {
      mounts: this.#mounts,
      absent: this.#absent,
      identities: [...this.#identities.values()],
      notes: this.#notes,
      problems: this.#problems,
    }
  }

  /** Sockets and other people's files live here; each run gets its own, empty. */
  #emptyFolders(): readonly string[] {
    const found: string[] = []
    const sizes = [
      { path: '/run', bytes: PRIVATE_RUN_BYTES, mode: 0o755 },
      { path: '/tmp', bytes: PRIVATE_TMP_BYTES, mode: 0o1777 },
    ]
    for (const { path, bytes, mode } of sizes) {
      const fact = this.#look(path)
      if (fact.kind !== 'folder' || found.includes(fact.real)) continue
      found.push(fact.real)
      this.#mounts.push({ kind: 'empty', path: fact.real, bytes, mode })
    }
    return found
  }

  /** Real paths to hide, outermost only. */
  #hiddenPaths(): ReadonlyMap<string, PathFact> {
    const found = new Map<string, PathFact>()
    for (const path of this.#profile.hidden) {
      const fact = this.#seen(path)
      if (!fact) continue
      if (fact.kind === 'missing') this.#absent.push({ path, role: 'hidden' })
      else found.set(fact.real, fact)
    }
    return outermost(found)
  }

  /** Real paths that may be written, outermost only; what a hidden folder holds stays hidden. */
  #writablePaths(hidden: ReadonlyMap<string, PathFact>): readonly string[] {
    const found = new Map<string, PathFact>()
    for (const path of this.#profile.writable) {
      const fact = this.#seen(path)
      if (!fact) continue
      if (fact.kind === 'missing') this.#absent.push({ path, role: 'writable' })
      else if (this.#private.includes(fact.real)) continue
      else if (this.#isTooWide(fact.real))
        this.#problems.push(`\`${path}\` is too much to be writable`)
      else if ([...hidden.keys()].some((each) => isWithin(fact.real, each))) {
        this.#notes.push(`\`${path}\` is hidden, so it cannot be written`)
      } else found.set(fact.real, fact)
    }
    return [...outermost(found).keys()].sort(compareText)
  }

  #isTooWide(path: string): boolean {
    const home = this.#look(this.#profile.home)
    return (
      SYSTEM_FOLDERS.some((each) => isWithin(this.#look(each).real, path) || each === path) ||
      isWithin(home.real, path) ||
      ['/proc', '/sys', '/dev'].some((each) => isWithin(path, each))
    )
  }

  /** Mounts read-only what the command needs and a private folder would cover. */
  #visiblePaths(writable: readonly string[]): readonly string[] {
    const found: string[] = []
    const { cwd, executable } = this.#command
    const isImage = this.#tree === 'image'
    const isOnline = this.#profile.network === 'open'
    const needed = [
      ...[this.#profile.workspace, cwd],
      // An image has programs and name servers of its own.
      ...(isImage ? [] : [executable, ...(isOnline ? [RESOLVER_FILE] : [])]),
    ]
    for (const path of needed) {
      const fact = this.#seen(path)
      if (!fact || fact.kind === 'missing') {
        if (fact && path !== RESOLVER_FILE) this.#problems.push(`\`${path}\` does not exist`)
        continue
      }
      const isCovered =
        (isImage && fact.real !== '/') || this.#private.some((each) => isWithin(fact.real, each))
      const isShown = [...writable, ...found].some((each) => isWithin(fact.real, each))
      if (!isCovered || isShown || this.#private.includes(fact.real)) continue
      found.push(fact.real)
      this.#mounts.push({ kind: 'read-only', path: fact.real })
    }
    return found
  }

  /** Read-only targets inside writable folders, with every folder between the two made unmovable. */
  #pins(writable: readonly string[], hidden: ReadonlyMap<string, PathFact>): void {
    const pinned = new Set<string>()
    const targets = new Map<string, PathFact>()
    for (const path of this.#profile.readOnlyPins) {
      const fact = this.#seen(path)
      if (!fact) continue
      const root = writable.find((each) => isWithin(fact.real, each))
      if (fact.real !== path && writable.some((each) => isWithin(path, each))) {
        this.#problems.push(`\`${path}\` is reached through a link, which could be replaced`)
        continue
      }
      if (root === undefined) continue
      this.#pinParents(fact.real, root, pinned)
      if (fact.kind === 'missing') this.#absent.push({ path, role: 'pin' })
      else if (![...hidden.keys()].some((each) => isWithin(fact.real, each))) {
        targets.set(fact.real, fact)
      }
    }
    const byDepth = [...pinned].filter((path) => !targets.has(path)).sort(shallowFirst)
    for (const path of byDepth) {
      if (![...targets.keys()].some((each) => isWithin(path, each))) {
        this.#mounts.push({ kind: 'pin', path })
      }
    }
    for (const path of [...outermost(targets).keys()].sort(shallowFirst)) {
      this.#mounts.push({ kind: 'read-only', path })
    }
  }

  #pinParents(path: string, root: string, pinned: Set<string>): void {
    for (let parent = parentOf(path); parent !== root; parent = parentOf(parent)) {
      if (!isWithin(parent, root)) return
      const fact = this.#look(parent)
      if (fact.kind === 'folder' && fact.real === parent) pinned.add(parent)
    }
  }

  #hide(hidden: ReadonlyMap<string, PathFact>, shown: readonly string[]): void {
    for (const [path, fact] of [...hidden].sort(([a], [b]) => shallowFirst(a, b))) {
      const isGone = this.#private.some((each) => isWithin(path, each))
      if (isGone && !shown.some((each) => isWithin(path, each) || isWithin(each, path))) continue
      this.#mounts.push({ kind: fact.kind === 'folder' ? 'hidden-folder' : 'hidden-file', path })
    }
  }

  #checkReach(hidden: ReadonlyMap<string, PathFact>): void {
    const { cwd, executable } = this.#command
    for (const path of this.#tree === 'image' ? [cwd] : [cwd, executable]) {
      const { real } = this.#look(path)
      const cover = [...hidden.keys()].find((each) => isWithin(real, each))
      if (cover !== undefined)
        this.#problems.push(`\`${path}\` lies in \`${cover}\`, which is hidden`)
    }
  }

  /** The fact of a path in proper form; reports one that is not, and remembers what was there. */
  #seen(path: string): PathFact | undefined {
    if (!isPlainPath(path)) {
      this.#problems.push(`\`${path}\` is not an absolute, normalised path`)
      return undefined
    }
    const fact = this.#look(path)
    if (fact.kind !== 'missing' && !isPlainPath(fact.real)) {
      this.#problems.push(`\`${path}\` has no usable real path`)
      return undefined
    }
    if (fact.kind !== 'missing') {
      this.#identities.set(fact.real, identityOf(fact, path === this.#command.executable))
    }
    return fact
  }
}

/** What is compared before the start. A folder changes with each file in it, so its time is not. */
export function identityOf(fact: PathFact, isExecutable: boolean): PathIdentity {
  const { real, device, inode, changedMs } = fact
  const hasTime = isExecutable && changedMs !== undefined
  return { path: real, device, inode, ...(hasTime ? { changedMs } : {}) }
}

/** Absolute, no `.` or `..`, no doubled or final slash, no NUL. */
export function isPlainPath(path: string): boolean {
  if (path === '/') return true
  if (!path.startsWith('/') || path.includes('\0')) return false
  return path
    .slice(1)
    .split('/')
    .every((part) => part !== '' && part !== '.' && part !== '..')
}

function parentOf(path: string): string {
  return path.slice(0, Math.max(path.lastIndexOf('/'), 0)) || '/'
}

function shallowFirst(a: string, b: string): number {
  return a.split('/').length - b.split('/').length || compareText(a, b)
}

/** The entries that no other entry holds. */
function outermost(paths: ReadonlyMap<string, PathFact>): ReadonlyMap<string, PathFact> {
  const found = new Map<string, PathFact>()
  for (const [path, fact] of [...paths].sort(([a], [b]) => shallowFirst(a, b))) {
    if (![...found.keys()].some((each) => isWithin(path, each))) found.set(path, fact)
  }
  return found
}
