/**
 * What `find` puts for `{}`: the files that it surely chooses by name, else everything below the places it searches.
 */
import { FOUND_FILES_MAX } from '../base/limits.ts'
import { knownWord, type Word } from '../model/word.ts'
import { compileGlob, matchesGlob } from '../table/glob.ts'
import { below } from '../table/path-match.ts'
import type { EffectRun } from './effect-run.ts'
import { absolutePath } from './paths.ts'

export interface Found {
  /** Stand for `{}`. */
  readonly words: readonly Word[]
  /** They are places of which any entry may be meant. */
  readonly isTree: boolean
}

/** Options with which a name is no condition of every file that is found. */
const LOOSENS = new Set(['-o', '-or', '-not', '-L', '-follow', '-files0-from'])

/** What one `{}` of a run stands for. */
export function foundFiles(run: EffectRun): Found {
  const operands = run.context.parsed.operands.map((each) => each.word)
  const roots = operands.length > 0 ? operands : [knownWord('.', ...rangeOf(run))]
  const named = filesByName(run, roots)
  return named ? { words: [named], isTree: false } : { words: roots, isTree: true }
}

/**
 * Files of the workspace that `-name` lets through: their names where nothing ran before and the listings are complete,
 * else a word that only the run knows. Null: no name is a condition.
 */
function filesByName(run: EffectRun, roots: readonly Word[]): Word | null {
  const glob = nameOf(run)
  const [cwd, ...others] = run.cwds
  if (glob === null || cwd === undefined || others.length > 0) return null
  const { world, draft } = run.analyser
  const { id } = run.context
  const isFirst = !draft.actions.some((each) => each.id !== id && each.kind === 'run')
  const found: string[] = []
  let isComplete = isFirst && draft.touched.length === 0
  for (const root of roots) {
    if (root.kind === 'unknown' || /^[!(),]/.test(root.text)) return null
    const real = world.realpath(absolutePath(root.text, cwd))
    if (real === null || below(real, world.workspace) === null) return null
    const tree = world.tree(real)
    isComplete &&= tree.isComplete
    const start = root.text.replace(/\/+$/, '')
    for (const path of tree.entries) {
      if (!matchesGlob(glob, path.slice(path.lastIndexOf('/') + 1))) continue
      found.push(`${start}${path.slice(real === '/' ? 0 : real.length)}`)
    }
  }
  const isKnown = isComplete && found.length > 0 && found.length <= FOUND_FILES_MAX
  const [start, end] = rangeOf(run)
  const [only, ...more] = found
  if (isKnown && only !== undefined && more.length === 0) return knownWord(only, start, end)
  return {
    ...{ kind: 'unknown', prefix: '', suffix: '', isMany: true, start, end },
    reason: 'a name that only the run finds',
    ...(isKnown ? { values: found } : {}),
  }
}

/** The glob that every file found must match by its own name. */
function nameOf(run: EffectRun): ReturnType<typeof compileGlob> | null {
  const { options } = run.context.parsed
  if (options.some((each) => !each.isSure || LOOSENS.has(each.name))) return null
  const value = options.find((each) => each.name === '-name')?.value
  return value?.kind === 'known' ? compileGlob(value.text) : null
}

const rangeOf = ({ context: { range } }: EffectRun): [number, number] => [range.start, range.end]
