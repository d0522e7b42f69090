/**
 * What `sh` may read differently from bash, whichever shell it is: dash, busybox, ksh or bash itself.
 */
import type { AnyNode } from './context.ts'
import { bareText } from './dialect-words.ts'

const NODES: ReadonlyMap<string, string> = new Map([
  ['AnsiCQuoted', "`$'…'`"],
  ['LocaleString', '`$"…"`'],
  ['BraceExpansion', 'a brace list'],
  ['ProcessSubstitution', 'process substitution'],
  ['HereString', 'a here-string'],
  ['TestCommand', '`[[`'],
  ['ArithmeticCommand', '`((`'],
  ['ArithmeticFor', '`for ((`'],
  ['ArrayValue', 'an array'],
  ['Coproc', '`coproc`'],
  ['Time', '`time`'],
  ['Select', '`select`'],
  ['ExtendedGlob', 'an extended glob'],
])

/** Arithmetic of small numbers and names without what only some shells have. */
const COMMON_ARITHMETIC = /^\$\(\((?:(?!\*\*|\+\+|--)[\s\w+*/%()<>=!&|^~?:-])*\)\)$/

/** What the node may mean in another way; null: the same in every shell. */
export function differsInSh(node: AnyNode): string | null {
  const known = NODES.get(node.type)
  if (known !== undefined) return known
  switch (node.type) {
    case 'Redirect':
      if (node.operator.startsWith('&')) return `\`${node.operator}\``
      if (node.operator === '>&' && !/^(?:\d|-)$/.test(node.target?.text ?? ''))
        return '`>&` with a file'
      return null
    case 'FileDescriptor':
      return node.value > 9 ? 'a descriptor of two digits' : null
    case 'FileDescriptorVariable':
      return '`{name}>`'
    case 'Pipeline':
      return node.operators.includes('|&') ? '`|&`' : null
    case 'ArithmeticExpansion':
      // Leading zeros are octal in one shell and decimal in the other; long numbers end in different ways.
      return COMMON_ARITHMETIC.test(node.text) && !/\b0\w|\d{6}/.test(node.text)
        ? null
        : `\`${node.text}\``
    case 'Assignment':
      return node.append === true || node.index ? '`+=` or a subscript' : null
    case 'Function':
      return node.pos < node.name.pos ? '`function`' : null
    case 'CaseItem':
      return node.terminator === ';&' || node.terminator === ';;&' ? `\`${node.terminator}\`` : null
    case 'ParameterExpansion': {
      const kind = node.operation?.type
      const isCommon = kind === undefined || kind === 'Default' || kind === 'Remove'
      return isCommon && !node.index && node.prefix !== '!' ? null : `\`${node.text}\``
    }
    case 'Word':
      return /=.*~|~(?![/:]|$)|[{}]|\[\^/.test(bareText(node)) ? 'a tilde, brace or `[^`' : null
    default:
      return null
  }
}
