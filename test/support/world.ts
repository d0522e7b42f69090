/** A world in memory: files, folders, links and executables, as the analysis asks for them. */
import { posix } from 'node:path'
import type { Executable, World } from '../../src/command/world.ts'

export interface MemoryWorld {
  readonly home?: string
  readonly workspace?: string
  /** Paths of regular files; their folders exist. */
  readonly files?: readonly string[]
  /** Symbolic links: path → target, absolute. */
  readonly links?: Readonly<Record<string, string>>
  /** Programs: path → interpreter, or null. Those in `/usr/bin` are on the clean PATH. */
  readonly programs?: Readonly<Record<string, string | null>>
  /** Every name on the clean PATH, whether listed or not: a file in `/usr/bin`. */
  readonly hasEveryProgram?: boolean
  /** What the account may write; everything else is the system's. */
  readonly writable?: readonly string[]
}

const ENTRIES_MAX = 64

/** The world of the corpus: ann at home, her project, a few links. */
export const ANN: MemoryWorld = {
  home: '/home/ann',
  workspace: '/home/ann/project',
  files: [
    '/home/ann/project/build/a.o',
    '/home/ann/project/build/b.o',
    '/home/ann/project/src/main.c',
    '/home/ann/project/notes.txt',
    '/home/ann/project/.env',
    '/home/ann/.ssh/id_rsa',
    '/home/ann/.profile',
    '/etc/passwd',
    '/tmp/x',
  ],
  links: {
    '/home/ann/project/keys': '/home/ann/.ssh',
    '/home/ann/project/out': '/home/ann/project/build',
  },
  programs: {
    '/home/ann/project/tools/gen': null,
    '/tmp/ls': null,
    '/usr/local/bin/tool': '/usr/bin/python3',
  },
  hasEveryProgram: true,
  writable: ['/home/ann', '/tmp'],
}

/** Makes the world; what is not listed does not exist. */
export function memoryWorld(memory: MemoryWorld = ANN): World {
  const { files = [], links = {}, programs = {}, writable = [] } = memory
  const home = memory.home ?? '/home/ann'
  const workspace = memory.workspace ?? `${home}/project`
  const known = [...files, ...Object.keys(programs), ...Object.keys(links)]
  const isBelow = (path: string, root: string): boolean =>
    path === root || path.startsWith(root === '/' ? '/' : `${root}/`)
  const realpath = (path: string): string => {
    let rest = posix.normalize(path)
    for (let step = 0; step < 8; step += 1) {
      const link = Object.keys(links).find((each) => isBelow(rest, each))
      if (link === undefined) break
      rest = posix.normalize(`${links[link] ?? ''}${rest.slice(link.length)}`)
    }
    return rest.length > 1 && rest.endsWith('/') ? rest.slice(0, -1) : rest
  }
  const executable = (path: string): Executable | null => {
    const real = realpath(path)
    const isListed = Object.hasOwn(programs, real)
    const isSystem = memory.hasEveryProgram === true && /^\/usr\/bin\/[^/]+$/.test(real)
    return isListed || isSystem ? { path, real, interpreter: programs[real] ?? null } : null
  }
  return {
    ...{ home, workspace, realpath, executable },
    which: (name) => (name.startsWith('no-such-') ? null : executable(`/usr/bin/${name}`)),
    list: (directory) => {
      const below = known.filter((each) => each !== directory && isBelow(each, directory))
      const depth = directory === '/' ? 1 : directory.split('/').length
      const names = below.map((each) => each.split('/')[depth] ?? '')
      return names.length === 0 ? null : [...new Set(names)].sort()
    },
    tree: (path) => {
      const entries = known.filter((each) => each !== path && isBelow(each, path))
      return { entries: entries.slice(0, ENTRIES_MAX), isComplete: entries.length <= ENTRIES_MAX }
    },
    readScript: () => null,
    isDirectory: (path) => known.some((each) => each !== path && isBelow(each, path)),
    mayWrite: (path) => writable.some((each) => isBelow(path, each)),
  }
}
