/**
 * What the builtin `read` takes from a text that the command itself brings (`read a b <<< 'c d'`).
 */
import { knownWord } from '../../model/word.ts'
import type { Call } from './call.ts'
import type { Context } from './context.ts'
import { DEFAULT_IFS } from './fields.ts'
import { ifsOf } from './parameter.ts'
import { readBack } from './special-variables.ts'
import type { Change } from './state.ts'

const NAME = /^[A-Za-z_]\w*$/

/**
 * What the variables become; null where it is not known.
 *
 * An input that is shared (of a loop, a group, a pipe) is not followed: each call takes the next line of it.
 */
export function readChanges(
  context: Context,
  call: Call,
  operands: readonly string[],
  options: ReadonlyMap<string, string>,
): readonly Change[] | null {
  const { stdin } = call
  if (stdin?.kind !== 'known' || stdin === context.place.stdin) return null
  if ([...options.keys()].some((letter) => letter !== 'r' && letter !== 'a')) return null
  if (ifsOf(context.state, context.input.home) !== DEFAULT_IFS) return null
  const [line = ''] = stdin.text.split('\n')
  const array = options.get('a')
  const names = array === undefined ? operands : [array]
  const isPlain = names.every((name) => NAME.test(name) && !context.readonlyNames.has(name))
  if (!isPlain || names.length === 0 || (line.includes('\\') && !options.has('r'))) return null
  const fields = line.split(/[ \t]+/).filter((field) => field !== '')
  if (array !== undefined) {
    const elements = fields.map((field) => knownWord(field, stdin.start, stdin.end))
    return [{ name: array, values: null, elements }]
  }
  let rest = line.replace(/^[ \t]+|[ \t]+$/g, '')
  return names.map((name, index) => {
    const isLast = index === names.length - 1
    const value = isLast ? rest : (/^[^ \t]*/.exec(rest)?.[0] ?? '')
    rest = rest.slice(value.length).replace(/^[ \t]+/, '')
    return { name, values: readBack(name, [value]) }
  })
}
