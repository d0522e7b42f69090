/**
 * Arguments to typed options, strictly: unknown options, missing values and stray words are wrong use. Values stay the
 * text that was given (`007`, `1e3`); nothing is guessed to be a number.
 */
import { parseArgs } from 'node:util'
import { OaError } from '../base/diagnostic.ts'
import { nearest } from '../base/nearest.ts'
import { neutralise } from '../base/neutral.ts'

export interface OptionSpec {
  readonly name: string
  readonly short?: string
  /** Absent: a flag. The word stands for the value in help. */
  readonly value?: string
  readonly isMany?: true
  /** `--name` alone is `--name=`. */
  readonly isValueOptional?: true
  readonly help: string
}

export interface CommandSpec {
  /** `audit verify` for a command of two words. */
  readonly name: string
  readonly summary: string
  /** What stands after the name, for help: `FILE…`. */
  readonly operands: string
  readonly options: readonly OptionSpec[]
  readonly examples: readonly string[]
  load(): Promise<{ readonly run: CommandRunner }>
}

/** Gives the exit code. */
export type CommandRunner = (given: GivenOptions) => Promise<number>

export class GivenOptions {
  readonly #values: Readonly<Record<string, unknown>>
  /** Words before `--`. */
  readonly operands: readonly string[]
  /** Words after `--`; null when there was none. */
  readonly rest: readonly string[] | null

  constructor(
    values: Readonly<Record<string, unknown>>,
    operands: readonly string[],
    rest: readonly string[] | null,
  ) {
    this.#values = values
    this.operands = operands
    this.rest = rest
  }

  flag(name: string): boolean {
    return this.#values[name] === true
  }

  text(name: string): string | undefined {
    const value = this.#values[name]
    return typeof value === 'string' ? value : undefined
  }

  texts(name: string): readonly string[] {
    const value = this.#values[name]
    return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : []
  }
}

export function usageError(message: string, help?: string): OaError {
  return new OaError('OA8001', message, help === undefined ? {} : { help })
}

/** Reads the words after a command's name; wrong use is an OA8001 that says what is possible. */
export function readOptions(spec: CommandSpec, words: readonly string[]): GivenOptions {
  const end = words.indexOf('--')
  const before = end < 0 ? words : words.slice(0, end)
  const options: Record<
    string,
    { type: 'string' | 'boolean'; short?: string; multiple?: boolean }
  > = {}
  for (const option of spec.options) {
    options[option.name] = {
      type: option.value === undefined ? 'boolean' : 'string',
      ...(option.short === undefined ? {} : { short: option.short }),
      ...(option.isMany ? { multiple: true } : {}),
    }
  }
  checkNames(spec, before)
  try {
    const { values, positionals, tokens } = parseArgs({
      args: before.map((word) => withValue(spec, word)),
      options,
      strict: true,
      allowPositionals: true,
      tokens: true,
    })
    const names = tokens.flatMap((token) => (token.kind === 'option' ? [token.name] : []))
    const twice = names.find(
      (name, at) =>
        names.indexOf(name) !== at && options[name]?.type === 'string' && !options[name].multiple,
    )
    // The last would win silently: not what a reader of the first expects to be judged.
    if (twice !== undefined) throw new Error(`Option '--${twice}' is given twice`)
    return new GivenOptions(values, positionals, end < 0 ? null : words.slice(end + 1))
  } catch (error) {
    const message = error instanceof Error ? (error.message.split('\n', 1)[0] ?? '') : ''
    throw usageError(
      message.charAt(0).toLowerCase() + message.slice(1).replace(/\.$/, ''),
      `see \`oa ${spec.name} --help\``,
    )
  }
}

/** The parser wants a value with every option that may have one. */
function withValue({ options }: CommandSpec, word: string): string {
  return options.some((each) => each.isValueOptional && word === `--${each.name}`)
    ? `${word}=`
    : word
}

/** An unknown option is named with the nearest known one. */
function checkNames(spec: CommandSpec, words: readonly string[]): void {
  for (const word of words) {
    const name = /^--([^=]+)/.exec(word)?.[1]
    if (name === undefined || spec.options.some((option) => option.name === name)) continue
    const near = nearest(
      name,
      spec.options.map((option) => option.name),
    )
    throw usageError(
      `\`oa ${spec.name}\` has no option \`${neutralise(`--${name}`)}\``,
      near === undefined ? `see \`oa ${spec.name} --help\`` : `did you mean \`--${near}\`?`,
    )
  }
}
