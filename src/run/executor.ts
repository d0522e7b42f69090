/**
 * From what was judged to what can be started: one program without any shell, or bash with the line printed back from
 * the judged structure. Never the text that was given.
 */
import type { Code } from '../base/codes.ts'
import { isBuiltin } from '../command/builtins.ts'
import { absolutePath } from '../command/paths.ts'
import { printNode, unprintable } from '../command/shell/print.ts'
import type { Redirect, ShellNode, SimpleCommand, Walked } from '../command/shell/walked.ts'
import type { World } from '../command/world.ts'
import type { RequestSubject } from '../model/request.ts'
import type { Word } from '../model/word.ts'

/** What will be started. */
export type Runnable = DirectRun | ShellRun

interface RunnableBase {
  /** What is decided once more: exactly what is started. */
  readonly subject: RequestSubject
  /** Files of the programs that the line names, absolute; looked at again right before the start. */
  readonly programs: readonly string[]
}

/** One program, no shell. */
export interface DirectRun extends RunnableBase {
  readonly kind: 'direct'
  /** Null: there is no such program. */
  readonly executable: string | null
  readonly argv: readonly string[]
  readonly env: Readonly<Record<string, string>>
  /** To be opened by `oa`, in their order. */
  readonly redirects: readonly Redirect[]
}

/** Bash, with a line in which every word is quoted. */
export interface ShellRun extends RunnableBase {
  readonly kind: 'shell'
  readonly line: string
  /** Argv of each simple command, for people. */
  readonly commands: readonly (readonly string[])[]
}

/** Why it cannot be started, and the part of the line. */
export interface NotRunnable {
  readonly kind: 'refused'
  readonly code: Code
  readonly reason: string
  readonly start: number
  readonly end: number
}

export interface ExecutorInput {
  readonly subject: RequestSubject
  /** The structure of a line; null for argv. */
  readonly walked: Walked | null
  readonly cwd: string
  readonly isStrict: boolean
  readonly world: World
}

/** Builtins that are also programs with the same meaning, so that no shell is needed for them. */
const PLAIN_BUILTINS = new Set(['true', 'false', 'echo', 'printf', 'pwd', 'test', '['])

/** Finds out how a request can be started. */
export function runnableOf(input: ExecutorInput): Runnable | NotRunnable {
  const { subject, walked, isStrict } = input
  if (subject.kind === 'argv') return directArgv(subject.argv, input)
  if (subject.kind !== 'line' || !walked) return refused('OA7005', 'only command lines can be run')
  const problem = unprintable(walked)
  if (problem && !isStrict) return refused('OA7005', problem.reason, problem)
  const single = walked.tree ? singleCommand(walked.tree) : null
  const command = single === null ? undefined : walked.commands[single]
  if (isStrict) return strictRun(command, problem, input)
  if (command && isPlain(command, walked)) {
    const run = directCommand(command, input)
    if (run.kind === 'direct') return run
  }
  return shellRun(walked, input)
}

function refused(code: Code, reason: string, at?: { start: number; end: number }): NotRunnable {
  return { kind: 'refused', code, reason, start: at?.start ?? 0, end: at?.end ?? 0 }
}

/** The file that a name stands for, as the analysis finds it. */
function fileOf(name: string, input: ExecutorInput): string | null {
  if (name === '') return null
  const found = name.includes('/')
    ? input.world.executable(absolutePath(name, input.cwd))
    : input.world.which(name)
  return found?.path ?? null
}

function directArgv(argv: readonly string[], input: ExecutorInput): DirectRun | NotRunnable {
  const [name = '', ...rest] = argv
  if (name === '') return refused('OA7001', 'the name of the program is empty')
  const executable = fileOf(name, input)
  const words = [executable ?? name, ...rest]
  return {
    kind: 'direct',
    executable,
    argv,
    env: {},
    redirects: [],
    programs: executable === null ? [] : [executable],
    subject: { kind: 'argv', argv: words },
  }
}

/** The one command of a line that is nothing else; null otherwise. */
function singleCommand(tree: ShellNode): number | null {
  if (tree.kind === 'command') return tree.command
  if (tree.kind === 'list') {
    const [part] = tree.parts
    if (!part || tree.parts.length !== 1 || tree.operators.includes('&')) return null
    return singleCommand(part)
  }
  if (tree.kind !== 'pipeline') return null
  const [stage] = tree.stages
  if (!stage || tree.stages.length !== 1 || tree.isNegated || tree.timed !== undefined) return null
  return singleCommand(stage)
}

/** Outside strict mode: a known program with known words, and nothing around it. */
function isPlain(command: SimpleCommand, walked: Walked): boolean {
  const [first] = command.argv
  return (
    walked.commands.length === 1 &&
    first?.kind === 'known' &&
    !isShellWord(first.text) &&
    command.redirects.length === 0
  )
}

function isShellWord(name: string): boolean {
  return !name.includes('/') && isBuiltin(name)
}

function strictRun(
  command: SimpleCommand | undefined,
  problem: ReturnType<typeof unprintable>,
  input: ExecutorInput,
): Runnable | NotRunnable {
  const { walked } = input
  if (!command || walked?.commands.length !== 1) {
    const construct = constructOf(walked?.tree ?? null)
    return refused(
      'OA7004',
      `strict mode starts no shell, and ${construct} needs one`,
      problem ?? undefined,
    )
  }
  if (problem) {
    return refused('OA7004', `strict mode starts no shell: ${problem.reason}`, problem)
  }
  const [first] = command.argv
  if (!first)
    return refused('OA7004', 'strict mode runs no assignment or redirection alone', command)
  const name = first.kind === 'known' ? first.text : ''
  if (isShellWord(name) && !PLAIN_BUILTINS.has(name)) {
    return refused(
      'OA7004',
      `strict mode starts no shell, and the builtin \`${name}\` needs one`,
      command,
    )
  }
  return directCommand(command, input)
}

/** What a line holds beside one simple command, for people. */
function constructOf(tree: ShellNode | null): string {
  switch (tree?.kind) {
    case 'list': {
      const [operator] = tree.operators
      if (tree.parts.length === 1 && operator !== '&') return constructOf(tree.parts[0] ?? null)
      return operator === '&' ? 'a background command (`&`)' : `the list (\`${operator ?? ';'}\`)`
    }
    case 'pipeline':
      if (tree.timed !== undefined) return 'the keyword `time`'
      if (tree.isNegated) return 'the negation (`!`)'
      return tree.stages.length > 1 ? 'the pipe (`|`)' : constructOf(tree.stages[0] ?? null)
    case 'group':
      return tree.isSubshell ? 'the subshell (`( )`)' : 'the group (`{ }`)'
    case 'compound':
      return `the construct ${tree.name}`
    case 'command':
      return 'the substitution'
    default:
      return 'an empty line'
  }
}

/** One command with everything known; the caller has looked at what is around it. */
function directCommand(command: SimpleCommand, input: ExecutorInput): DirectRun | NotRunnable {
  const argv: string[] = []
  for (const [index, word] of command.argv.entries()) {
    const text = textOf(word, index > 0)
    if (text === null)
      return refused('OA7005', word.kind === 'unknown' ? word.reason : 'a zero byte', word)
    argv.push(text)
  }
  const env: Record<string, string> = {}
  for (const each of command.assignments) {
    const value = textOf(each.value, false)
    if (value === null || each.isAppend)
      return refused('OA7005', `\`${each.name}\` is not known`, each)
    env[each.name] = value
  }
  const redirect = command.redirects.find((each) => !canOpen(each))
  if (redirect) {
    return refused('OA7004', 'strict mode does not open this redirection', redirect)
  }
  const [cwd] = command.cwds
  if (command.cwds.length !== 1 || cwd !== input.cwd) {
    return refused('OA7005', 'the working directory is not known', command)
  }
  const [name = ''] = argv
  const executable = fileOf(name, input)
  const line = input.walked ? printNode(resolved(input.walked, input).walked) : null
  if (line === null) return refused('OA7005', 'the line cannot be printed', command)
  return {
    kind: 'direct',
    executable,
    argv,
    env,
    redirects: command.redirects,
    programs: executable === null ? [] : [executable],
    subject: { kind: 'line', line },
  }
}

/** A name that a glob gave must not turn into an option. */
function textOf(word: Word, isArgument: boolean): string | null {
  if (word.kind === 'unknown' || word.text.includes('\0')) return null
  return isArgument && word.glob !== undefined && word.text.startsWith('-')
    ? `./${word.text}`
    : word.text
}

function canOpen(redirect: Redirect): boolean {
  const { kind, fd, target, direction } = redirect
  if (target.kind !== 'known' || fd === null || fd > 2) return false
  if (kind === 'data') return fd === 0
  if (kind === 'fd') return fd > 0 && /^[12]$/.test(target.text)
  if (kind === 'close') return false
  const isDevice = /^\/(?:dev|proc)\//.test(target.text) && target.text !== '/dev/null'
  return !isDevice && (fd === 0) === (direction === 'read')
}

function shellRun(walked: Walked, input: ExecutorInput): Runnable | NotRunnable {
  const { walked: named, programs } = resolved(walked, input)
  const line = printNode(named)
  if (line === null) return refused('OA7005', 'the line cannot be printed')
  return {
    kind: 'shell',
    line,
    programs,
    commands: indexesOf(named.tree).flatMap((index) => {
      const words = named.commands[index]?.argv ?? []
      return words.length === 0
        ? []
        : [words.map((word) => (word.kind === 'known' ? word.text : '…'))]
    }),
    subject: { kind: 'line', line },
  }
}

/** The commands of a structure in their order; what a substitution gave is a word by now. */
function indexesOf(tree: ShellNode | null): readonly number[] {
  switch (tree?.kind) {
    case 'command':
      return [tree.command]
    case 'list':
      return tree.parts.flatMap(indexesOf)
    case 'pipeline':
      return tree.stages.flatMap(indexesOf)
    case 'group':
      return indexesOf(tree.body)
    default:
      return []
  }
}

/** The structure with every program by its absolute path, so that bash looks nothing up. */
function resolved(
  walked: Walked,
  input: ExecutorInput,
): { readonly walked: Walked; readonly programs: readonly string[] } {
  const programs: string[] = []
  const commands = walked.commands.map((command) => {
    const [first, ...rest] = command.argv
    if (first?.kind !== 'known' || isShellWord(first.text)) {
      const isPlainRun = input.isStrict && first?.kind === 'known'
      if (!isPlainRun) return command
    }
    if (first?.kind !== 'known' || first.text.includes('/')) return command
    const file = fileOf(first.text, input)
    if (file === null) return command
    programs.push(file)
    return { ...command, argv: [{ ...first, text: file }, ...rest] }
  })
  return { walked: { ...walked, commands }, programs }
}
