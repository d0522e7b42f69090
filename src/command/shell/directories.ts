/**
 * `cd`, `pushd` and `popd`: where later relative paths are read against.
 */
import type { Word } from '../../model/word.ts'
import type { Call, Ended } from './call.ts'
import type { Context } from './context.ts'
import { lookUp } from './parameter.ts'
import { type State, withCwds, withVariables } from './state.ts'

/** An absolute path without `.`, `..` and doubled slashes, by its letters alone. */
export function normalPath(path: string): string {
  const kept: string[] = []
  for (const name of path.split('/')) {
    if (name === '' || name === '.') continue
    if (name === '..') kept.pop()
    else kept.push(name)
  }
  return `/${kept.join('/')}`
}

/** Directories that a word may name from any of the current ones; null: not known. */
function targets(context: Context, word: Word): readonly string[] | null {
  const texts = word.kind === 'known' ? [word.text] : word.isMany ? undefined : word.values
  if (!texts) return null
  const { cwds, variables } = context.state
  const found = new Set<string>()
  for (const text of texts) {
    if (text === '-') return null
    if (text.startsWith('/')) {
      found.add(normalPath(text))
      continue
    }
    if (cwds.length === 0 || variables.has('CDPATH')) return null
    for (const cwd of cwds) found.add(normalPath(`${cwd}/${text}`))
  }
  return [...found]
}

/** After a change of directory `PWD` and `OLDPWD` are the shell's again. */
function moved(state: State, cwds: readonly string[] | null): State {
  const next = withCwds(state, cwds ?? [])
  const names = ['PWD', 'OLDPWD'].filter((name) => state.variables.has(name))
  return withVariables(
    next,
    names.map((name) => ({ name, values: null })),
  )
}

function moveTo(context: Context, cwds: readonly string[] | null): Ended {
  const failure = context.state
  context.state = moved(failure, cwds)
  return { failure }
}

export function changeDirectory(context: Context, call: Call): Ended {
  let at = 0
  let isPhysical = false
  for (; at < call.args.length; at++) {
    const word = call.args[at]
    if (word?.kind !== 'known' || !/^-[LPe@]+$/.test(word.text)) break
    isPhysical ||= word.text.includes('P')
  }
  const mark = call.args[at]
  if (mark?.kind === 'known' && mark.text === '--') at++
  const rest = call.args.slice(at)
  const [target] = rest
  // Physical paths depend on links.
  if (rest.length > 1 || isPhysical) return moveTo(context, null)
  if (target) return moveTo(context, targets(context, target))
  const home = lookUp(context.state, 'HOME', context.input.home)
  return moveTo(
    context,
    home.values?.every((value) => value.startsWith('/')) ? home.values.map(normalPath) : null,
  )
}

export function pushDirectory(context: Context, call: Call): Ended {
  const [target, ...rest] = call.args
  const isPlain = target?.kind === 'known' && !/^[-+]/.test(target.text) && rest.length === 0
  return moveTo(context, isPlain ? targets(context, target) : null)
}

export function popDirectory(context: Context): Ended {
  return moveTo(context, null)
}
