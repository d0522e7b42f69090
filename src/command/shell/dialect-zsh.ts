/**
 * What zsh reads differently from bash: all but simple commands with quoted words.
 */
import type { AnyNode } from './context.ts'
import { bareText } from './dialect-words.ts'

const COMMON = new Set([
  'Script',
  'Statement',
  'Command',
  'Pipeline',
  'AndOr',
  'Negation',
  'Subshell',
  'BraceGroup',
  'CompoundList',
  'Literal',
  'SingleQuoted',
  'DoubleQuoted',
])

/** Variables that stand for the shell's own state: arrays tied to `PATH` and the like, tables of commands and aliases. */
const OWN = new Set(
  (
    'aliases argv cdpath commands dirstack dis_aliases dis_functions errnos fignore fpath functions galiases ' +
    'histchars history jobstates keymaps langinfo mailpath manpath module_path modules nameddirs options parameters ' +
    'path pipestatus prompt psvar reswords saliases signals status sysparams termcap terminfo userdirs usergroups ' +
    'watch widgets zsh_eval_context NULLCMD READNULLCMD WORDCHARS ZDOTDIR FPATH CDPATH HISTCHARS PROMPT KEYTIMEOUT'
  ).split(' '),
)

/** What the node may mean in another way; null: the same in zsh. */
export function differsInZsh(node: AnyNode, parent: AnyNode | null): string | null {
  switch (node.type) {
    case 'Redirect': {
      const isPlain = ['>', '>>', '<', '>&'].includes(node.operator)
      if (isPlain && !(node.target?.text ?? '!').startsWith('!')) return null
      return `\`${node.operator}\``
    }
    case 'FileDescriptor':
      return node.value > 9 ? 'a descriptor of two digits' : null
    case 'SimpleExpansion':
    case 'CommandExpansion':
      return parent?.type === 'DoubleQuoted' ? null : 'an unquoted expansion'
    case 'ParameterExpansion':
      return /^\$\{[A-Za-z_]\w*\}$/.test(node.text) && parent?.type === 'DoubleQuoted'
        ? null
        : `\`${node.text}\``
    case 'Assignment':
      return node.append === true || node.index || OWN.has(node.name)
        ? `an assignment to \`${node.text}\``
        : null
    case 'Word': {
      // Modifiers, subscripts and flags work inside double quotes as well.
      if (/\$(?:[=#^~+]|\w+[[:])/.test(node.text)) return '`$` with a flag, subscript or modifier'
      const bare = bareText(node)
      if (/^[[\]!]$/.test(bare)) return null
      return /^=|:=|[~*?[\]{}^#!]/.test(bare) ? 'a glob, `=name`, tilde or brace' : null
    }
    default:
      return COMMON.has(node.type) ? null : 'a construct'
  }
}
