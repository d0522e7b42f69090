/**
 * What the shell does itself. Builtins are known by name; those that only change the state of the shell need no allow,
 * and their effects are followed by the shell walker.
 */

/** Change only shell state (language.md §3 rule 10). */
const STATE_ONLY: ReadonlySet<string> = new Set([
  ':',
  'cd',
  'pushd',
  'popd',
  'dirs',
  'export',
  'declare',
  'typeset',
  'local',
  'readonly',
  'unset',
  'set',
  'shopt',
  'shift',
  'getopts',
  'read',
  'mapfile',
  'readarray',
  'let',
  'alias',
  'unalias',
  'return',
  'break',
  'continue',
  'exit',
  'wait',
  'trap',
  'umask',
  'hash',
  'true',
  'false',
])

const OTHERS: ReadonlySet<string> = new Set([
  '.',
  '[',
  'bg',
  'bind',
  'builtin',
  'caller',
  'command',
  'compgen',
  'complete',
  'compopt',
  'disown',
  'echo',
  'enable',
  'eval',
  'exec',
  'fc',
  'fg',
  'help',
  'history',
  'jobs',
  'kill',
  'logout',
  'printf',
  'pwd',
  'source',
  'suspend',
  'test',
  'times',
  'type',
  'ulimit',
])

export function isBuiltin(name: string): boolean {
  return STATE_ONLY.has(name) || OTHERS.has(name)
}

export function isStateOnly(name: string): boolean {
  return STATE_ONLY.has(name)
}

/** Builtins whose operands `NAME=VALUE` reach the programs started later. */
export function setsVariables(name: string): boolean {
  return ['export', 'declare', 'typeset', 'local', 'readonly'].includes(name)
}
