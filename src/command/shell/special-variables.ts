/**
 * Variables that bash itself reads: assigning them runs code, changes what later words mean, or does not stick.
 */
import { type Context, noteUnknown, type Span } from './context.ts'

/** Assigning evaluates the value as arithmetic, subscripts and their substitutions included. */
const EVALUATED = new Set(['RANDOM', 'OPTIND', 'SRANDOM', 'SECONDS', 'HISTCMD'])

/** The assignment changes which programs run or what code runs with them. */
const POWERFUL: ReadonlyMap<string, string> = new Map([
  ['PATH', 'other programs may run under the names that follow'],
  ['BASH_ENV', 'every bash that starts later runs this file'],
  ['ENV', 'shells that start later run this file'],
  ['PROMPT_COMMAND', 'interactive shells run it'],
  ['PS4', 'tracing runs the code in it'],
  ['BASH_CMDS', 'it puts other programs behind names'],
  ['BASH_ALIASES', 'it defines aliases'],
  ['POSIXLY_CORRECT', 'it changes how the line is read'],
  ['BASH_COMPAT', 'it changes how the line is read'],
  ['SHELLOPTS', 'it changes how the line is read'],
  ['BASHOPTS', 'it changes how the line is read'],
  ['EXECIGNORE', 'it changes which programs are found'],
  ['BASH_LOADABLES_PATH', 'it changes which builtins are loaded'],
  ['COMP_WORDBREAKS', 'it changes how the line is read'],
])

/** What is read back is not what was assigned. */
const UNSTABLE =
  /^(?:_|RANDOM|SRANDOM|SECONDS|LINENO|EPOCH\w*|BASHPID|HISTCMD|DIRSTACK|GROUPS|FUNCNAME|BASH_\w+|COMP_\w+|PIPESTATUS|PPID|UID|EUID|BASHOPTS|SHELLOPTS|BASH_VERSINFO|OPTIND)$/

/** Notes what an assignment to a special variable brings. `values`: null when unknown. */
export function noteSpecial(
  context: Context,
  name: string,
  values: readonly string[] | null,
  span: Span,
): void {
  if (EVALUATED.has(name) && !(values?.every((value) => /^\d{1,15}$/.test(value)) ?? false)) {
    noteUnknown(context, `bash evaluates what is assigned to \`${name}\` as code`, span)
  }
  const why = POWERFUL.get(name)
  if (why !== undefined) noteUnknown(context, `\`${name}\` is changed: ${why}`, span)
}

/** The values that a later `$name` gives after an assignment. */
export function readBack(name: string, values: readonly string[] | null): readonly string[] | null {
  return UNSTABLE.test(name) ? null : values
}
