/**
 * What a loop's body may change, found before it is walked: a later round starts with what an earlier one left.
 */
import type { AnyNode, Context } from './context.ts'
import { forEachChild } from './nodes.ts'
import { isSurelyInteger, type State, withCwds, withNothingKnown, withVariables } from './state.ts'

interface Effects {
  readonly names: Set<string>
  /** Set by arithmetic only. */
  readonly numbers: Set<string>
  mayMove: boolean
  mayDoAnything: boolean
}

/** The state that holds at the start of every round. */
export function beforeEachRound(context: Context, nodes: readonly AnyNode[]): State {
  const effects: Effects = {
    names: new Set(),
    numbers: new Set(),
    mayMove: false,
    mayDoAnything: false,
  }
  for (const node of nodes) collect(context, effects, node)
  const { state } = context
  if (effects.mayDoAnything) return withNothingKnown(state)
  const changed = withVariables(state, [
    ...[...effects.numbers].map((name) => ({
      name,
      values: null,
      isInteger: isSurelyInteger(state, name),
    })),
    ...[...effects.names].map((name) => ({ name, values: null })),
  ])
  return effects.mayMove ? withCwds(changed, []) : changed
}

const ANYTHING = new Set([
  'eval',
  'source',
  '.',
  'builtin',
  'shopt',
  'set',
  'shift',
  'trap',
  'let',
  'alias',
  'exec',
])
const NAMING = new Set([
  'read',
  'mapfile',
  'readarray',
  'getopts',
  'unset',
  'wait',
  'declare',
  'typeset',
  'local',
  'export',
  'readonly',
])

function collect(context: Context, effects: Effects, node: AnyNode): void {
  context.stepsLeft--
  switch (node.type) {
    case 'Assignment':
      effects.names.add(node.name)
      break
    case 'For':
    case 'Select':
      effects.names.add(node.name.text)
      if (node.type === 'Select') effects.names.add('REPLY')
      break
    case 'Coproc':
      for (const each of [node.name?.text ?? 'COPROC', `${node.name?.text ?? 'COPROC'}_PID`])
        effects.names.add(each)
      break
    case 'FileDescriptorVariable':
      effects.names.add(node.name)
      break
    case 'ArithmeticUnary':
      if (
        (node.operator === '++' || node.operator === '--') &&
        node.operand.type === 'ArithmeticWord'
      ) {
        effects.numbers.add(node.operand.value)
      }
      break
    case 'ArithmeticBinary':
      if (node.operator.endsWith('=') && node.left.type === 'ArithmeticWord') {
        effects.numbers.add(node.left.value)
      }
      break
    case 'ParameterExpansion':
      if (node.operation?.type === 'Default' && node.operation.operator.endsWith('=')) {
        effects.names.add(node.parameter)
      }
      break
    case 'Function':
      effects.mayDoAnything = true
      break
    case 'Command':
      command(context, effects, node)
      break
    default:
  }
  forEachChild(node, (child) => collect(context, effects, child))
}

function command(
  context: Context,
  effects: Effects,
  node: Extract<AnyNode, { type: 'Command' }>,
): void {
  if (!node.name) return
  const name = node.name.text
  const isPlain = /^[\w./:@%+,-]+$|^\[$/.test(name)
  const words = node.args.flatMap((argument) => (argument.type === 'Word' ? [argument.text] : []))
  if (!isPlain || ANYTHING.has(name) || context.state.functions.has(name)) {
    effects.mayDoAnything = true
  } else if (name === 'cd' || name === 'pushd' || name === 'popd') effects.mayMove = true
  else if (name === 'command') {
    if (!/^-[vV]$/.test(words[0] ?? ''))
      effects.mayDoAnything ||=
        !/^[a-z]+$/.test(words[0] ?? '') ||
        ANYTHING.has(words[0] ?? '') ||
        NAMING.has(words[0] ?? '') ||
        words[0] === 'cd'
  } else if (NAMING.has(name) || (name === 'printf' && /^-v/.test(words[0] ?? ''))) {
    if (name === 'read' && words.every((word) => /^-/.test(word))) effects.names.add('REPLY')
    if (name === 'mapfile' || name === 'readarray') effects.names.add('MAPFILE')
    if (name === 'getopts') for (const each of ['OPTARG', 'OPTIND']) effects.names.add(each)
    if (name === 'printf' && /[$`]/.test(words[1] ?? '')) effects.mayDoAnything = true
    for (const written of words) {
      const word = written.replace(/["'\\]/g, '')
      if (!/^[\w=.,:/+-]*$/.test(word) && name !== 'printf')
        effects.mayDoAnything ||= /[$`]/.test(word.split('=')[0] ?? '')
      const found = /^(?:-\w*[avp])?([A-Za-z_]\w*)/.exec(word)?.[1]
      if (found !== undefined) effects.names.add(found)
    }
  } else if (name === 'printf' && /[$`]/.test(words[0] ?? '') && !/^["']/.test(words[0] ?? '')) {
    effects.mayDoAnything = true
  }
}
