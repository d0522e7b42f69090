/**
 * Scripts of the workspace that a command runs by name, judged line by line (language.md §3.11). They only restrict: what
 * they surely do may be denied or asked for; what is not known of them leaves the command to the rule that names it.
 */
import { SCRIPT_TARGETS_MAX } from '../../base/limits.ts'
import type { Analyser } from '../analyser.ts'
import type { ParsedArguments } from '../parsed.ts'
import { absolutePath } from '../paths.ts'
import { inner, type Place } from '../place.ts'
import { jsonScript, type ScriptStep } from './json-scripts.ts'
import { justRecipes, makeRecipes, type Recipe } from './makefile.ts'
import { type Targets, targetsOf } from './targets.ts'

interface Found {
  readonly path: string
  readonly folder: string
  readonly text: string
}

/** Adds what the scripts of one run do, as actions that stem from it. */
export function analyseScripts(
  analyser: Analyser,
  base: string | null,
  parsed: ParsedArguments,
  run: {
    readonly id: number
    readonly place: Place
    readonly range: { start: number; end: number }
  },
): void {
  const [cwd, ...others] = run.place.cwds
  if (base === null || cwd === undefined || others.length > 0 || run.place.isElsewhere) return
  const targets = targetsOf(base, parsed)
  if (!targets) return
  const found = findFile(analyser, targets.files, cwd)
  if (!found) return
  const place = inner({ ...run.place, cwds: [found.folder] }, run.id, run.range)
  try {
    for (const { code, line } of stepsOf(analyser, targets, found)) {
      analyser.draft.within({ path: found.path, line }, () => {
        analyser.draft.decoded.push({ text: code, language: `${found.path}:${line}` })
        analyser.analyseCode(code, 'sh', place)
      })
    }
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    analyser.draft.noteScript({
      path: found.path,
      digest: null,
      reason: 'its text is not understood',
    })
  }
}

/** The file in the directory, or the nearest one above it in the workspace. */
function findFile(analyser: Analyser, names: readonly string[], cwd: string): Found | null {
  const { world, draft } = analyser
  const root = world.workspace
  if (root === '' || (cwd !== root && !cwd.startsWith(`${root}/`))) return null
  for (let folder = cwd; ; folder = folder.slice(0, folder.lastIndexOf('/'))) {
    for (const name of names) {
      const path = absolutePath(name, folder)
      if (draft.isUnsettled(path)) {
        draft.noteScript({ path, digest: null, reason: 'an earlier part may have changed it' })
        return null
      }
      const read = world.readScript(path)
      if (read === null) continue
      const isText = 'text' in read
      const digest = isText ? read.digest : null
      draft.noteScript({ path, digest, reason: isText ? null : read.reason })
      return isText ? { path, folder, text: read.text } : null
    }
    if (folder === root || folder === '') return null
  }
}

/** The lines of all targets, each target once in a request: cycles end. */
function stepsOf(analyser: Analyser, targets: Targets, found: Found): readonly ScriptStep[] {
  const steps: ScriptStep[] = []
  const visit = (name: string, look: (name: string) => Recipe | null): void => {
    const isNew = analyser.draft.visitTarget(`${found.path}#${name}`, SCRIPT_TARGETS_MAX)
    const recipe = isNew ? look(name) : null
    if (!recipe) return
    for (const each of recipe.needs) visit(each, look)
    steps.push(...recipe.steps)
  }
  if (targets.kind === 'json') {
    for (const name of targets.names) visit(name, (each) => jsonRecipe(targets, found, each))
    return steps
  }
  const recipes = targets.kind === 'make' ? makeRecipes(found.text) : justRecipes(found.text)
  const first = [...recipes.keys()].find((each) => !each.startsWith('.'))
  const names = targets.names.length > 0 ? targets.names : first === undefined ? [] : [first]
  for (const name of names) visit(name, (each) => recipes.get(each) ?? null)
  return steps
}

function jsonRecipe(targets: Targets, found: Found, name: string): Recipe | null {
  const all = jsonScript(found.text, targets.key, name)
  if (!all) return null
  const needs = all.flatMap((each) => (each.calls === undefined ? [] : [each.calls]))
  const steps = all.filter((each) => each.calls === undefined)
  if (name !== targets.main || targets.more.length === 0) return { needs, steps }
  const words = targets.more.map((each) => `'${each.replaceAll("'", "'\\''")}'`).join(' ')
  return {
    needs,
    steps: steps.map((each, at) =>
      at === steps.length - 1 ? { ...each, code: `${each.code} ${words}` } : each,
    ),
  }
}
