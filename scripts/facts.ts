/**
 * `npm run facts [-- [--json] [--strict] [PROGRAM…]]`: what the shipped knowledge declares against what the installed
 * programs document.
 *
 * For each asked program that is installed: options that its help documents and knowledge lacks, options that knowledge
 * declares and the help does not name, and options whose value the two see differently. Only `--help`, `-h`, `help` and
 * `man` are ever run. Ends with 1 under `--strict` if a value disagrees.
 */

import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { compilePolicy } from '../src/compile.ts'
import type { CommandKnowledge } from '../src/model/knowledge.ts'
import { policyReader } from '../src/policy-reader.ts'
import { ask, whereIs } from './facts/ask.ts'
import { compare, type Disagreement, type Level } from './facts/compare.ts'
import { type AskedProgram, PROGRAMS } from './facts/programs.ts'

export type Commands = Readonly<Record<string, CommandKnowledge>>

/** The knowledge that is shipped, by every name of every program. */
export function shippedCommands(): Commands {
  const path = fileURLToPath(new URL('../policies/std/std.oa', import.meta.url))
  const { value, diagnostics } = compilePolicy({ kind: 'file', path }, policyReader())
  if (!value) throw new Error(diagnostics.map((each) => each.message).join('\n'))
  return value.checked.commands
}

/** Disagreements of one program and its asked subcommands; null if it is not installed, not known or prints nothing. */
export function factsOf(asked: AskedProgram, commands: Commands): readonly Disagreement[] | null {
  const knowledge = commands[asked.name]
  if (!knowledge || whereIs(asked.name) === null) return null
  const levels: readonly (readonly [Level, readonly string[]])[] = [
    [
      { command: asked.name, knowledge, inherited: [] },
      asked.help === 'man' ? ['man', asked.name] : [asked.name, ...(asked.help ?? ['--help'])],
    ],
    ...(asked.subcommands ?? []).flatMap((name) => subcommandLevel(asked, knowledge, name)),
  ]
  const texts = levels.map(([level, argv]) => [level, ask(argv)] as const)
  const printed = texts.filter(([, text]) => /^\s*-/m.test(text))
  if (printed.length === 0) return null
  return printed.flatMap(([level, text]) => compare(level, text, asked.isBare === true))
}

function subcommandLevel(
  asked: AskedProgram,
  program: CommandKnowledge,
  name: string,
): readonly (readonly [Level, readonly string[]])[] {
  const knowledge = program.subcommands[name]
  if (!knowledge) return []
  const level = { command: `${asked.name} ${name}`, knowledge, inherited: program.options }
  const isWordFirst = asked.help?.[0] === 'help'
  const argv = isWordFirst
    ? [asked.name, 'help', name]
    : [asked.name, name, ...(asked.subcommandHelp ?? ['--help'])]
  return [[level, argv]]
}

function main(): void {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { json: { type: 'boolean' }, strict: { type: 'boolean' } },
  })
  const commands = shippedCommands()
  const isAsked = ({ name }: AskedProgram): boolean =>
    positionals.length === 0 || positionals.includes(name)
  const unknown = positionals.filter((name) => !PROGRAMS.some((each) => each.name === name))
  if (unknown.length > 0) {
    process.stderr.write(`not on the list of programs that may be asked: ${unknown.join(' ')}\n`)
    process.exitCode = 2
    return
  }
  const answers = PROGRAMS.filter(isAsked).map(
    (each) => [each.name, factsOf(each, commands)] as const,
  )
  const found = answers.flatMap(([, facts]) => facts ?? [])
  const skipped = answers.filter(([, facts]) => facts === null).map(([name]) => name)
  if (values.json) process.stdout.write(`${JSON.stringify({ found, skipped }, null, 2)}\n`)
  else print(found, answers.length - skipped.length, skipped)
  if (values.strict && found.some(({ kind }) => kind === 'value')) process.exitCode = 1
}

function print(found: readonly Disagreement[], count: number, skipped: readonly string[]): void {
  for (const { command, option, kind, message } of found) {
    process.stdout.write(`${kind.padEnd(15)} ${command}: ${option} — ${message}\n`)
  }
  const of = (kind: Disagreement['kind']): number =>
    found.filter((each) => each.kind === kind).length
  process.stdout.write(
    `\n${count} programs asked, ${skipped.length} not here: ${of('lacking')} options lacking, ` +
      `${of('unknown-to-help')} unknown to the help, ${of('value')} values that disagree\n`,
  )
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main()
