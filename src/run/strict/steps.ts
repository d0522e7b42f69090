/**
 * From the judged structure to what the strict runner gets. Whatever has no exact meaning there is refused by name.
 */
import type { Redirect, ShellNode, SimpleCommand, Walked } from '../../command/shell/walked.ts'
import type { Word } from '../../model/word.ts'
import { builtinProblem } from './builtins.ts'
import type { Argument, Assigned, Opening, Step } from './program.ts'

/** The part of the line that strict mode does not run. */
export class NotStrict extends Error {
  readonly start: number
  readonly end: number

  constructor(reason: string, at: { readonly start: number; readonly end: number }) {
    super(reason)
    this.start = at.start
    this.end = at.end
  }
}

export interface StrictHost {
  /** The file that a name stands for in a folder; null: there is none. */
  fileOf(name: string, cwd: string): string | null
  isBuiltin(name: string): boolean
}

/** Builtins that the runner has itself. */
const OWN = new Set([
  ...[':', 'true', 'false', 'echo', 'printf', 'pwd', 'wait', 'cd', 'exit', 'export', 'unset'],
])
/** Builtins that the programs of the same name stand in for, where their words mean the same to both. */
export const TESTS = new Set(['test', '['])

/**
 * Makes the steps of a structure in which everything is known.
 *
 * @throws NotStrict
 */
export function compileSteps(walked: Walked, host: StrictHost): Step {
  if (!walked.tree) throw new NotStrict('an empty line', { start: 0, end: 0 })
  return new Compiler(walked, host).step(walked.tree)
}

class Compiler {
  readonly #walked: Walked
  readonly #host: StrictHost

  constructor(walked: Walked, host: StrictHost) {
    this.#walked = walked
    this.#host = host
  }

  step(node: ShellNode): Step {
    switch (node.kind) {
      case 'command': {
        const found = this.#walked.commands[node.command]
        if (!found) throw new NotStrict('a command that is missing', { start: 0, end: 0 })
        return this.#command(found)
      }
      case 'pipeline':
        if (node.timed !== undefined) throw new NotStrict('the keyword `time`', NOWHERE)
        if (node.stages.length === 0) throw new NotStrict('`!` alone', NOWHERE)
        return {
          kind: 'pipeline',
          stages: node.stages.map((each) => this.step(each)),
          withStderr: node.withStderr,
          isNegated: node.isNegated,
        }
      case 'list':
        return {
          kind: 'list',
          parts: node.parts.map((each) => this.step(each)),
          operators: node.operators,
        }
      case 'group':
        return {
          kind: 'group',
          isSubshell: node.isSubshell,
          body: this.step(node.body),
          openings: node.redirects.map(opening),
        }
      default:
        throw new NotStrict(node.name, node)
    }
  }

  #command(found: SimpleCommand): Step {
    const words = argumentsOf(found)
    const openings = found.redirects.map(opening)
    const variables = found.assignments.map(assigned)
    const base = { index: found.index, words, openings }
    const [name] = words
    if (name === undefined) return { kind: 'assign', ...base, variables }
    if (typeof name !== 'string') throw new NotStrict('a program named by a glob', found)
    if (!name.includes('/') && this.#host.isBuiltin(name) && !TESTS.has(name)) {
      return this.#builtin(name, found, base, variables)
    }
    if (TESTS.has(name)) checkTest(name, words, found)
    return { kind: 'program', ...base, variables, path: this.#file(name, found) }
  }

  #builtin(
    name: string,
    found: SimpleCommand,
    base: Pick<Extract<Step, { kind: 'builtin' }>, 'index' | 'words' | 'openings'>,
    variables: Assigned,
  ): Step {
    if (!OWN.has(name)) throw new NotStrict(`the builtin \`${name}\``, found)
    if (variables.length > 0) throw new NotStrict(`variables for the builtin \`${name}\``, found)
    const isPrinting = name === 'echo'
    if (!isPrinting && base.words.some((each) => typeof each !== 'string')) {
      throw new NotStrict(`a glob for the builtin \`${name}\``, found)
    }
    const texts = base.words.map((each) => (typeof each === 'string' ? each : each.literal))
    if (
      isPrinting &&
      texts.length !== base.words.filter((each) => typeof each === 'string').length
    ) {
      // Names may hold anything; only without escapes is every name printed as it is.
      if (/^-/.test(texts[1] ?? '')) throw new NotStrict('a glob for `echo` with options', found)
    }
    const problem = builtinProblem(name, texts.slice(1))
    if (problem !== null) throw new NotStrict(problem, found)
    return { kind: 'builtin', ...base, name }
  }

  #file(name: string, found: SimpleCommand): string | null {
    if (name === '') return null
    if (!name.includes('/') || name.startsWith('/')) return this.#host.fileOf(name, '/')
    const [cwd, ...others] = found.cwds
    if (cwd === undefined || others.length > 0) {
      throw new NotStrict('a program in a folder that is not known', found)
    }
    return this.#host.fileOf(name, cwd)
  }
}

const NOWHERE = { start: 0, end: 0 }

function known(word: Word): string {
  if (word.kind === 'unknown') throw new NotStrict(word.reason, word)
  if (word.text.includes('\0')) throw new NotStrict('a zero byte', word)
  return word.text
}

/** Words that one glob gave become the glob again: its names are looked up when the command starts. */
function argumentsOf({ argv }: SimpleCommand): readonly Argument[] {
  const made: Argument[] = []
  let open: { readonly pattern: string; readonly start: number; readonly first: string } | undefined
  for (const word of argv) {
    const text = known(word)
    const pattern = word.kind === 'known' ? word.glob : undefined
    if (pattern === undefined) {
      made.push(text)
      open = undefined
      continue
    }
    // A name twice: the same glob stands twice, from braces.
    if (open && open.pattern === pattern && open.start === word.start && open.first !== text)
      continue
    made.push({ pattern, literal: pattern.replace(/\\(.)/gs, '$1') })
    open = { pattern, start: word.start, first: text }
  }
  return made
}

function assigned(each: SimpleCommand['assignments'][number]): readonly [string, string] {
  if (each.isAppend) throw new NotStrict('`+=`', each)
  return [each.name, known(each.value)]
}

function opening(each: Redirect): Opening {
  const { kind, direction, fd, isBoth } = each
  const target = known(each.target)
  if (fd === null) throw new NotStrict('`{name}>`', each)
  if (fd > 9) throw new NotStrict('a descriptor above 9', each)
  if (each.target.kind === 'known' && each.target.glob !== undefined)
    throw new NotStrict('a glob as the target of a redirection', each)
  if (kind === 'close' && fd <= 2) throw new NotStrict('the closing of a standard descriptor', each)
  if (kind === 'fd' && !/^\d$/.test(target)) throw new NotStrict('a moved descriptor', each)
  if (kind === 'file' && /^\/(?:dev|proc)\//.test(target) && target !== '/dev/null') {
    throw new NotStrict('the redirection to a device', each)
  }
  return { kind, direction, fd, isBoth, target }
}

const UNARY = /^-[bcdefghknprsuwxzLSO]$/
const BINARY = /^(?:=|==|!=|-eq|-ne|-lt|-le|-gt|-ge|-nt|-ot|-ef)$/
const NUMERIC = /^-(?:eq|ne|lt|le|gt|ge)$/

/** `test` and `[` by POSIX's rule of the number of words, which bash and the programs both keep. */
function checkTest(name: string, words: readonly Argument[], found: SimpleCommand): void {
  const texts = words.slice(1).map((each) => (typeof each === 'string' ? each : null))
  const isClosed = name === 'test' || texts.at(-1) === ']'
  const inner = name === '[' ? texts.slice(0, -1) : texts
  const rest = inner[0] === '!' && inner.length > 1 ? inner.slice(1) : inner
  const [first, second, third] = rest
  const isPlain = (text: string | null | undefined): boolean =>
    text !== null && text !== undefined && !/^(?:!|\(|\)|--help|--version)$/.test(text)
  const isNumber = (text: string | null | undefined): boolean => /^-?\d{1,15}$/.test(text ?? '')
  const isFine =
    rest.length === 0 ||
    (rest.length === 1 && isPlain(first)) ||
    (rest.length === 2 && UNARY.test(first ?? '') && isPlain(second)) ||
    (rest.length === 3 &&
      BINARY.test(second ?? '') &&
      isPlain(first) &&
      isPlain(third) &&
      (!NUMERIC.test(second ?? '') || (isNumber(first) && isNumber(third))))
  if (!isClosed || !isFine) throw new NotStrict(`\`${name}\` with such words`, found)
}
