/**
 * Other shells: what they read differently from bash is noted as unknown; the rest is analysed as bash.
 */
import { type AnyNode, type Context, noteUnknown, noteUnknownAt } from './context.ts'
import { forEachChild } from './nodes.ts'

/** Notes everything in a parsed text that the dialect may read in another way. */
export function inspectDialect(context: Context, script: AnyNode, source: string): void {
  const { dialect } = context.input
  if (dialect === 'bash') return
  if (dialect === 'other') {
    if (!/^[\w./:@%+,=-]+(?: +[\w./:@%+,=-]+)*$/.test(source)) {
      const span = context.place.fixedSpan ?? { start: 0, end: source.length }
      noteUnknown(context, 'code of a shell that oa does not read', span)
    }
    return
  }
  const differs = dialect === 'sh' ? differsInSh : differsInZsh
  const visit = (node: AnyNode, parent: AnyNode | null): void => {
    const what = differs(node, parent)
    if (what !== null) noteUnknownAt(context, `${what} is read differently by ${dialect}`, node)
    forEachChild(node, (child) => visit(child, node))
  }
  visit(script, null)
}

type Differs = (node: AnyNode, parent: AnyNode | null) => string | null

const SH_NODES: ReadonlyMap<string, string> = new Map([
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

const differsInSh: Differs = (node) => {
  const known = SH_NODES.get(node.type)
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
      return node.text.startsWith('$[') ? '`$[`' : null
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
      return /^~[+-]|=~|[{}]/.test(node.text) ? 'a tilde or brace' : null
    default:
      return null
  }
}

const ZSH_COMMON = new Set([
  'Script',
  'Statement',
  'Command',
  'Pipeline',
  'AndOr',
  'Negation',
  'Subshell',
  'BraceGroup',
  'CompoundList',
  'Word',
  'Literal',
  'SingleQuoted',
  'DoubleQuoted',
  'SimpleExpansion',
  'CommandExpansion',
  'FileDescriptor',
  'Assignment',
])

const differsInZsh: Differs = (node, parent) => {
  switch (node.type) {
    case 'Redirect': {
      const isPlain = ['>', '>>', '<', '>&'].includes(node.operator)
      if (isPlain && !(node.target?.text ?? '!').startsWith('!')) return null
      return `\`${node.operator}\``
    }
    case 'SimpleExpansion':
    case 'CommandExpansion':
      return parent?.type === 'DoubleQuoted' ? null : 'an unquoted expansion'
    case 'Word':
      return /^[=~]|[*?[\]{}^#~!]/.test(node.text.replace(/'[^']*'|"[^"]*"/g, ''))
        ? 'a glob, `=name`, tilde or brace'
        : null
    case 'ParameterExpansion':
      return /^\$\{[A-Za-z_]\w*\}$/.test(node.text) && parent?.type === 'DoubleQuoted'
        ? null
        : `\`${node.text}\``
    default:
      return ZSH_COMMON.has(node.type) ? null : 'a construct'
  }
}
