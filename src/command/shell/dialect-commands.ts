/**
 * Commands that are built into one shell and not, or otherwise, into another.
 */
import type { Command } from './nodes.ts'

/** What every POSIX shell builds in with one meaning, each with the options that all of them read alike. */
const COMMON: ReadonlyMap<string, RegExp> = new Map([
  ...[':', '.', 'true', 'false', 'echo', 'break', 'continue', 'exit', 'return', 'shift'].map(
    (name) => [name, /^/] as const,
  ),
  ...['eval', 'exec', 'trap', 'wait', 'times', 'umask', 'printf'].map(
    (name) => [name, /^--?$/] as const,
  ),
  ...['test', '['].map((name) => [name, /^-(?:[a-hk-uwxzGLNOS]|\d+|eq|ne|[gl][et]|ef)?$/] as const),
  ['cd', /^-[LP-]?$/],
  ['pwd', /^-[LP]$/],
  ['command', /^-[pvV-]$/],
  ['export', /^--?p?$/],
  ['readonly', /^--?p?$/],
  ['unset', /^-[fv-]$/],
  ['read', /^-[r-]$/],
  ['set', /^(?:--?|-[eux]+)$/],
  ['getopts', /^/],
  ['alias', /^$/],
  ['unalias', /^-?a?$/],
  ['kill', /^/],
  ['jobs', /^/],
  ['fg', /^/],
  ['bg', /^/],
  ['hash', /^-r$/],
  ['type', /^$/],
  ['ulimit', /^/],
])

/** Built into bash, ksh, zsh or dash, or a word of their grammar, and not the same in all. */
const DIFFERENT = new Set(
  (
    '- autoload bind bindkey builtin bye caller cap chdir clone comparguments compcall compctl compgen complete ' +
    'compopt compound coproc declare dirs disable disown echotc echoti emulate enable end enum fc float foreach ' +
    'function functions hist history integer let limit local log logout mapfile nameref nocorrect noglob popd print ' +
    'pushd pushln r readarray redirect rehash repeat sched select setopt shopt source stat suspend ttyctl typeset ' +
    'unfunction unhash unlimit unsetopt vared whence zcompile zformat zle zmodload zparseopts zstyle always'
  ).split(' '),
)

/** Before these, an assignment outlives the command in POSIX shells and not in bash. */
const SPECIAL = new Set([
  ...[':', '.', 'break', 'continue', 'eval', 'exec', 'exit', 'export', 'readonly', 'return'],
  ...['set', 'shift', 'times', 'trap', 'unset'],
])

/** Values that `export A=…` reads as an assignment everywhere; other shells split and expand as in any word. */
const PLAIN_VALUE = /^[^=]*=(?:"(?:[^"\\$`]|\\.|\$\w+)*"|'[^']*'|[\w./:@%+,-])*$/

/** What a command's name, options or assignments mean in another way; null: nothing. */
export function commandDiffers(node: Command, dialect: 'sh' | 'zsh'): string | null {
  if (!node.name) {
    const isBare = node.prefix.length > 0 && node.prefix.every((each) => each.type !== 'Assignment')
    return dialect === 'zsh' && isBare ? 'a redirection without a command' : null
  }
  const name = node.name.value
  if (DIFFERENT.has(name)) return `\`${name}\``
  const options = COMMON.get(name)
  if (!options) return null
  if (SPECIAL.has(name) && node.prefix.some((each) => each.type === 'Assignment')) {
    return `an assignment before \`${name}\``
  }
  for (const argument of node.args) {
    const { text } = argument
    if (argument.type === 'Assignment') {
      if (!PLAIN_VALUE.test(text)) return `\`${name}\` with such a value`
    } else if (/^[-+]./.test(argument.value) && !options.test(argument.value)) {
      return `\`${name} ${argument.value}\``
    }
  }
  return null
}
