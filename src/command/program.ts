/**
 * Who a program name is (language.md §3 rule 10): the file that would run and what must not be writable for it to be
 * trusted.
 */
import type { PathFact, PlaceFact, ProgramFact } from '../model/analysis.ts'
import type { CommandKnowledge } from '../model/knowledge.ts'
import type { Match } from '../model/vocabulary.ts'
import type { Word } from '../model/word.ts'
import { isBuiltin } from './builtins.ts'
import { absolutePath } from './paths.ts'
import type { Executable, World } from './world.ts'

/** Where the analysis looks up what is known of programs; the table is one. */
export interface KnowledgeSource {
  command(name: string): CommandKnowledge | null
  /** Whether a path is a start-up file, hook or schedule. */
  persistMatch(path: PathFact, roots: { readonly home: string; readonly workspace: string }): Match
}

const NOBODY: ProgramFact = {
  name: null,
  base: null,
  realBase: null,
  path: null,
  isBuiltin: false,
  isKnown: false,
  isGenuine: false,
  places: [],
}

export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}

/** `python3.11` → `python3`, `python`; `gcc-12` → `gcc`. */
function unversioned(name: string): readonly string[] {
  const names: string[] = []
  let rest = name
  for (let step = 0; step < 3; step++) {
    const shorter = rest.replace(/(?:[-.]?\d+)$/, '')
    if (shorter === rest || shorter === '') break
    names.push(shorter)
    rest = shorter
  }
  return names
}

/** The knowledge of a program by its name, its name without version, or the name of the real file. */
export function knowledgeOf(
  source: KnowledgeSource,
  program: { readonly base: string | null; readonly realBase: string | null },
): CommandKnowledge | null {
  if (program.base === null) return null
  const names = [program.base, ...unversioned(program.base)]
  if (program.realBase !== null) names.push(program.realBase, ...unversioned(program.realBase))
  for (const name of names) {
    const found = source.command(name)
    if (found) return found
  }
  return null
}

/** The program that the first word of a command names. */
export function resolveProgram(
  word: Word,
  cwds: readonly string[],
  source: KnowledgeSource,
  world: World,
): ProgramFact {
  if (word.kind === 'unknown') return NOBODY
  const name = word.text
  const base = baseName(name)
  if (!name.includes('/') && isBuiltin(name)) {
    const isKnown = source.command(name) !== null
    return { ...NOBODY, name, base, isBuiltin: true, isKnown, isGenuine: true }
  }
  const found = name.includes('/') ? byPath(name, cwds, world) : byName(name, world)
  const realBase =
    found.file && baseName(found.file.real) !== base ? baseName(found.file.real) : null
  return {
    name,
    base,
    realBase,
    path: found.file?.path ?? null,
    isBuiltin: false,
    isKnown: knowledgeOf(source, { base, realBase }) !== null,
    isGenuine: found.isGenuine,
    places: found.file ? placesOf(found.file, world) : [],
  }
}

interface FoundFile {
  readonly file: Executable | null
  readonly isGenuine: boolean
}

/** A name that is not installed names nothing that could run in its place: it counts as genuine, and runs as 127. */
function byName(name: string, world: World): FoundFile {
  return { file: world.which(name), isGenuine: name !== '' }
}

function byPath(name: string, cwds: readonly string[], world: World): FoundFile {
  const [cwd, ...others] = cwds
  if (!name.startsWith('/') && (cwd === undefined || others.length > 0)) {
    return { file: null, isGenuine: false }
  }
  const file = world.executable(absolutePath(name, cwd ?? '/'))
  const usual = world.which(baseName(name))
  return { file, isGenuine: file !== null && usual !== null && usual.real === file.real }
}

/** The real file, its folders and its interpreter. */
function placesOf(file: Executable, world: World): readonly PlaceFact[] {
  const paths = new Set<string>()
  for (const path of [file.path, file.real, ...(file.interpreter ? [file.interpreter] : [])]) {
    let end = path.length
    while (end > 0) {
      paths.add(path.slice(0, end))
      end = path.lastIndexOf('/', end - 1)
    }
  }
  return [...paths].map((path) => ({ path, isAccountWritable: world.mayWrite(path) }))
}
