/**
 * Runs the judged structure with the meaning that bash gives it: lists, pipelines, groups, background commands,
 * redirections, exit codes. The outside is reached through `Hands` only.
 */
import { builtin } from './builtins.ts'
import type { Argument, Assigned, Opening, StartQuestion, Step } from './program.ts'
import { Leave, type Shell, type Told } from './shell.ts'
import { CannotOpen, Descriptors, Handle, openAll, writeAll } from './streams.ts'

export interface Started {
  /** The path of the program; absolute. */
  readonly path: string
  readonly words: readonly string[]
  readonly cwd: string
  readonly environment: Readonly<Record<string, string>>
  readonly stdio: readonly ('ignore' | number)[]
}

/** What the interpreter can do outside. */
export interface Hands {
  /** Asks `oa` once more; false ends the whole run. */
  mayStart(question: StartQuestion): boolean
  /** Starts a program and waits; gives the status as a shell counts it. */
  start(program: Started): Promise<number>
  pipes(count: number): Promise<readonly { readonly readFd: number; readonly writeFd: number }[]>
  /** Names that a glob matches, sorted by their bytes. */
  glob(pattern: string, cwd: string): readonly string[]
  openNothing(): number
}

/** Ends the run: `oa` said no. */
export class Refused extends Error {}

export class Interpreter {
  readonly #hands: Hands

  constructor(hands: Hands) {
    this.#hands = hands
  }

  /** Runs a whole structure and waits for what it left in the background. Gives the exit code. */
  async run(
    root: Step,
    cwd: string,
    environment: Readonly<Record<string, string>>,
  ): Promise<number> {
    const shell: Shell = {
      cwd,
      exported: new Map(Object.entries({ ...environment, PWD: cwd })),
      own: new Map(),
      descriptors: Descriptors.standard(),
      status: 0,
      background: [],
    }
    const code = await this.#inside(shell, root)
    await Promise.all(shell.background)
    return code
  }

  /** One shell to its end. */
  async #inside(shell: Shell, step: Step): Promise<number> {
    try {
      return await this.#step(shell, step)
    } catch (error) {
      if (error instanceof Leave) return error.status
      throw error
    } finally {
      shell.descriptors.release()
    }
  }

  async #step(shell: Shell, step: Step): Promise<number> {
    shell.status = await this.#kind(shell, step)
    return shell.status
  }

  #kind(shell: Shell, step: Step): Promise<number> {
    switch (step.kind) {
      case 'list':
        return this.#list(shell, step)
      case 'pipeline':
        return this.#pipeline(shell, step)
      case 'group':
        return this.#group(shell, step)
      default:
        return this.#command(shell, step)
    }
  }

  async #list(
    shell: Shell,
    { parts, operators }: Extract<Step, { kind: 'list' }>,
  ): Promise<number> {
    let status = shell.status
    for (const [index, part] of parts.entries()) {
      const before = operators[index - 1]
      if ((before === '&&' && status !== 0) || (before === '||' && status === 0)) continue
      if (operators[index] === '&') {
        this.#inBackground(shell, part)
        status = 0
        shell.status = 0
      } else status = await this.#step(shell, part)
    }
    return status
  }

  /** Without job control the input of a background command is empty. */
  #inBackground(shell: Shell, part: Step): void {
    const own = this.#copy(shell)
    own.descriptors.set(0, new Handle(this.#hands.openNothing()))
    const done = this.#inside(own, part).then(() => Promise.all(own.background))
    shell.background.push(done)
    // Seen at the end, by whoever waits; until then it is nobody's failure.
    done.catch(() => {})
  }

  async #pipeline(shell: Shell, step: Extract<Step, { kind: 'pipeline' }>): Promise<number> {
    const status = await this.#stages(shell, step)
    return step.isNegated ? Number(status === 0) : status
  }

  async #stages(
    shell: Shell,
    { stages, withStderr }: Extract<Step, { kind: 'pipeline' }>,
  ): Promise<number> {
    const [only] = stages
    if (stages.length === 1 && only) return this.#step(shell, only)
    const pipes = await this.#hands.pipes(stages.length - 1)
    const copies = stages.map(() => this.#copy(shell))
    for (const [index, { readFd, writeFd }] of pipes.entries()) {
      const writing = new Handle(writeFd)
      copies[index]?.descriptors.set(1, writing)
      if (withStderr[index] === true) copies[index]?.descriptors.set(2, writing)
      copies[index + 1]?.descriptors.set(0, new Handle(readFd))
    }
    const ends = copies.map(async (own, index) => {
      const stage = stages[index]
      const status = stage ? await this.#inside(own, stage) : 0
      shell.background.push(...own.background)
      return status
    })
    const all = await Promise.all(ends)
    return all.at(-1) ?? 0
  }

  async #group(shell: Shell, step: Extract<Step, { kind: 'group' }>): Promise<number> {
    const inner = step.isSubshell ? this.#copy(shell) : shell
    const outer = inner.descriptors
    if (!step.isSubshell) inner.descriptors = outer.clone()
    try {
      await openAll(step.openings, inner.descriptors, inner.cwd)
      if (!step.isSubshell) return await this.#step(inner, step.body)
      const status = await this.#inside(inner, step.body)
      shell.background.push(...inner.background)
      return status
    } catch (error) {
      return await this.#notOpened(inner, error)
    } finally {
      inner.descriptors.release()
      if (!step.isSubshell) inner.descriptors = outer
    }
  }

  async #command(
    shell: Shell,
    step: Extract<Step, { kind: 'program' | 'builtin' | 'assign' }>,
  ): Promise<number> {
    const words = step.words.flatMap((each) => this.#expand(each, shell.cwd))
    const outer = shell.descriptors
    shell.descriptors = outer.clone()
    try {
      if (
        isJudgedAgain(step) &&
        !this.#hands.mayStart({ index: step.index, words, cwd: shell.cwd })
      )
        throw new Refused()
      await openAll(step.openings, shell.descriptors, shell.cwd)
      if (step.kind === 'builtin') {
        return await builtin(step.name, words, shell, (fd, text) => write(shell, fd, text))
      }
      if (step.kind === 'assign') {
        assign(shell, step.variables)
        return 0
      }
      return await this.#program(shell, step, words)
    } catch (error) {
      return await this.#notOpened(shell, error)
    } finally {
      shell.descriptors.release()
      shell.descriptors = outer
    }
  }

  async #program(
    shell: Shell,
    step: Extract<Step, { kind: 'program' }>,
    words: readonly string[],
  ): Promise<number> {
    if (step.path === null) {
      await write(shell, 2, `oa: ${words[0] ?? ''}: command not found\n`)
      return 127
    }
    return this.#hands.start({
      path: step.path,
      words,
      cwd: shell.cwd,
      environment: { ...Object.fromEntries(shell.exported), ...Object.fromEntries(step.variables) },
      stdio: shell.descriptors.stdio(),
    })
  }

  async #notOpened(shell: Shell, error: unknown): Promise<number> {
    if (!(error instanceof CannotOpen)) throw error
    await write(shell, 2, `oa: ${error.message}\n`)
    return 1
  }

  #expand(argument: Argument, cwd: string): readonly string[] {
    if (typeof argument === 'string') return [argument]
    const names = this.#hands.glob(argument.pattern, cwd)
    if (names.length === 0) return [argument.literal]
    // A name must not turn into an option.
    return names.map((name) => (name.startsWith('-') ? `./${name}` : name))
  }

  #copy(shell: Shell): Shell {
    return {
      cwd: shell.cwd,
      exported: new Map(shell.exported),
      own: new Map(shell.own),
      descriptors: shell.descriptors.clone(),
      status: shell.status,
      background: [],
    }
  }
}

/** Builtins with judged words that open no file do nothing that could have changed since. */
function isJudgedAgain(step: Extract<Step, { kind: 'program' | 'builtin' | 'assign' }>): boolean {
  return (
    step.kind === 'program' ||
    step.words.some((each) => typeof each !== 'string') ||
    step.openings.some(({ kind }: Opening) => kind === 'file')
  )
}

/** Assignments alone: a variable that programs get already keeps reaching them. */
function assign({ exported, own }: Shell, variables: Assigned): void {
  for (const [name, value] of variables) (exported.has(name) ? exported : own).set(name, value)
}

/** Writes what a builtin says; a reader that is gone ends the shell as SIGPIPE would. */
async function write(shell: Shell, fd: number, text: string): Promise<Told> {
  const handle = shell.descriptors.at(fd)
  if (!handle) return 'failed'
  const told = await writeAll(handle.fd, Buffer.from(text, 'utf8'))
  if (told === 'unread') throw new Leave(141)
  return told
}
