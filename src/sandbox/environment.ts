/**
 * The clean environment of a command: what the profile keeps, minus secrets, plus what the profile and the line set.
 */
import type { SandboxProfile } from '../model/profile.ts'

/** The variable that marks every process of a run. */
export const RUN_MARKER = 'OPENAGENT_RUN'

/** A shell can hand on only names of this form. */
const SHELL_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/

/** Names that the prelude's shell owns: it cannot set them, or gives them a meaning of its own. */
const SHELL_OWNED = new Set([
  ...['BASHOPTS', 'BASHPID', 'BASH_ARGC', 'BASH_ARGV', 'BASH_ARGV0', 'BASH_COMMAND'],
  ...[
    'BASH_LINENO',
    'BASH_SOURCE',
    'BASH_SUBSHELL',
    'BASH_VERSINFO',
    'BASH_XTRACEFD',
    'COMP_WORDBREAKS',
  ],
  ...['DIRSTACK', 'EPOCHREALTIME', 'EPOCHSECONDS', 'EUID', 'FUNCNAME', 'GROUPS', 'HISTCMD', 'IFS'],
  ...[
    'LINENO',
    'OLDPWD',
    'OPTIND',
    'PPID',
    'PWD',
    'RANDOM',
    'SECONDS',
    'SHELLOPTS',
    'SHLVL',
    'SRANDOM',
  ],
  ...['UID', '_'],
])

/** Names that steer the loader, a shell or Node: no glob keeps them, only their full name does. */
const STEERING = [
  ...['LD_*', 'BASH_ENV', 'ENV', 'GLIBC_TUNABLES', 'GCONV_PATH', 'LOCPATH', 'NLSPATH', 'MALLOC_*'],
  ...[
    'NODE_*',
    'PYTHON*',
    'PERL5*',
    'PERLLIB',
    'RUBYOPT',
    'RUBYLIB',
    'GIT_*',
    'PS4',
    'PROMPT_COMMAND',
  ],
  ...['JAVA_TOOL_OPTIONS', '_JAVA_OPTIONS', 'JDK_JAVA_OPTIONS', 'OPENAGENT_*', 'SSH_AUTH_SOCK'],
]

export interface CleanEnvironment {
  readonly variables: Readonly<Record<string, string>>
  /** Variables asked for by value that cannot be given, with the reason. */
  readonly refused: readonly { readonly name: string; readonly reason: string }[]
}

/**
 * Builds the environment of the command. Nothing is inherited that `keep` does not name; a variable that was set by
 * value and cannot be handed on is reported, never dropped.
 */
export function cleanEnvironment(
  profile: SandboxProfile,
  host: Readonly<Record<string, string | undefined>>,
  assigned: Readonly<Record<string, string>>,
  marker: string,
): CleanEnvironment {
  const variables: Record<string, string> = Object.create(null) as Record<string, string>
  for (const name of Object.keys(host).sort()) {
    const value = host[name]
    if (value !== undefined && isKept(profile, name) && isUsable(name)) variables[name] = value
  }
  const refused: { name: string; reason: string }[] = []
  for (const [name, value] of [...Object.entries(profile.env.set), ...Object.entries(assigned)]) {
    if (!isUsable(name)) refused.push({ name, reason: 'the name cannot be handed on by a shell' })
    else if (value.includes('\0')) refused.push({ name, reason: 'the value holds a NUL byte' })
    else variables[name] = value
  }
  variables[RUN_MARKER] = marker
  return { variables, refused }
}

function isUsable(name: string): boolean {
  return SHELL_NAME.test(name) && !SHELL_OWNED.has(name) && name !== RUN_MARKER
}

function isKept(profile: SandboxProfile, name: string): boolean {
  const upper = name.toUpperCase()
  if (profile.secretNames.some((glob) => matchesName(glob.toUpperCase(), upper))) {
    return false
  }
  if (profile.env.keep.includes(name)) return true
  if (STEERING.some((glob) => matchesName(glob, name))) return false
  return profile.env.keep.some((glob) => matchesName(glob, name))
}

/** Whether a name matches a glob of `*` and `?`; linear, one star remembered at a time. */
export function matchesName(glob: string, name: string): boolean {
  let at = 0
  let inGlob = 0
  let starInGlob = -1
  let starAt = 0
  while (at < name.length) {
    const symbol = glob[inGlob]
    if (symbol === '*') {
      starInGlob = inGlob
      starAt = at
      inGlob += 1
    } else if (symbol === '?' || symbol === name[at]) {
      inGlob += 1
      at += 1
    } else if (starInGlob >= 0) {
      inGlob = starInGlob + 1
      starAt += 1
      at = starAt
    } else {
      return false
    }
  }
  while (glob[inGlob] === '*') inGlob += 1
  return inGlob === glob.length
}
