/**
 * From what was judged to what can be started: one program without any shell, or bash with the line printed back from
 * the judged structure. Never the text that was given.
 */
import type { Code } from '../base/codes.ts'
import { isBuiltin } from '../command/builtins.ts'
import { absolutePath } from '../command/paths.ts'
import { printNode, unprintable } from '../command/shell/print.ts'
import type { ShellNode, SimpleCommand, Walked } from '../command/shell/walked.ts'
import type { World } from '../command/world.ts'
import type { RequestSubject } from '../model/request.ts'
import { knownWord, showWord, type Word } from '../model/word.ts'
import type { Step } from './strict/program.ts'
import { compileSteps, NotStrict, TESTS } from './strict/steps.ts'

/** What will be started. */
export type Runnable = DirectRun | ShellRun | StrictRun

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
}

/** Bash, with a line in which every word is quoted. */
export interface ShellRun extends RunnableBase {
  readonly kind: 'shell'
  readonly line: string
  /** Argv of each simple command, for people. */
  readonly commands: readonly (readonly string[])[]
}

/** The structure itself, run by `oa` without a shell. */
export interface StrictRun extends RunnableBase {
  readonly kind: 'strict'
  readonly root: Step
  /** As judged, every program by its absolute path. */
  readonly walked: Walked
  /** For people. */
  readonly line: string
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

/** One program directly; everything else as structure for the strict runner. */
function strictRun(
  command: SimpleCommand | undefined,
  problem: ReturnType<typeof unprintable>,
  input: ExecutorInput,
): Runnable | NotRunnable {
  const { walked } = input
  if (!walked || problem) {
    const reason = problem?.reason ?? 'the line runs nothing'
    return refused('OA7004', `strict mode starts no shell: ${reason}`, problem ?? undefined)
  }
  if (command && isPlain(command, walked)) {
    const run = directCommand(command, input)
    if (run.kind === 'direct') return run
  }
  const { walked: named, programs } = resolved(walked, input)
  const line = printNode(named)
  if (line === null) return refused('OA7005', 'the line cannot be printed')
  try {
    const root = compileSteps(walked, {
      fileOf: (name, cwd) => fileOf(name, { ...input, cwd }),
      isBuiltin,
    })
    const commands = commandsOf(named)
    return {
      kind: 'strict',
      root,
      walked: named,
      line,
      programs,
      commands,
      subject: { kind: 'line', line },
    }
  } catch (error) {
    if (!(error instanceof NotStrict)) throw error
    return refused('OA7004', `strict mode starts no shell and does not run ${error.message}`, error)
  }
}

/** The line with one command's words as they are when it starts. */
export function lineAtStart(
  run: StrictRun,
  index: number,
  words: readonly string[],
): string | null {
  const commands = run.walked.commands.map((each) => {
    if (each.index !== index) return each
    const [first] = each.argv
    const argv = words.map((text, at) => {
      // The program stays the file that was judged.
      const isProgram = at === 0 && first?.kind === 'known'
      return knownWord(isProgram ? first.text : text, each.start, each.end)
    })
    return { ...each, argv }
  })
  return printNode({ ...run.walked, commands })
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

function shellRun(walked: Walked, input: ExecutorInput): Runnable | NotRunnable {
  const { walked: named, programs } = resolved(walked, input)
  const line = printNode(named)
  if (line === null) return refused('OA7005', 'the line cannot be printed')
  return {
    kind: 'shell',
    line,
    programs,
    commands: commandsOf(named),
    subject: { kind: 'line', line },
  }
}

/** Argv of each command, for people. */
function commandsOf({ tree, commands }: Walked): readonly (readonly string[])[] {
  return indexesOf(tree).flatMap((index) => {
    const words = commands[index]?.argv ?? []
    return words.length === 0 ? [] : [words.map(showWord)]
  })
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
    if (first?.kind !== 'known') return command
    const isOurs = input.isStrict && TESTS.has(first.text)
    if (isShellWord(first.text) && !isOurs) return command
    if (first.text.includes('/')) {
      const written =
        command.cwds.length === 1
          ? fileOf(first.text, { ...input, cwd: command.cwds[0] ?? '' })
          : null
      if (written !== null) programs.push(written)
      return command
    }
    const file = fileOf(first.text, input)
    if (file === null) return command
    programs.push(file)
    return { ...command, argv: [{ ...first, text: file }, ...rest] }
  })
  return { walked: { ...walked, commands }, programs }
}
