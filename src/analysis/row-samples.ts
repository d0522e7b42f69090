/** Commands that rows speak of, some for each row: where everything differs, enough to see what does. */
import type { CommandKnowledge } from '../model/knowledge.ts'
import type { RunPattern, WordPattern } from '../model/pattern.ts'
import { levelsOf, spellCommand } from './spelling.ts'
import { wordClasses } from './words.ts'

/** The bare program, subcommands that no row names, and of each row a command with and without an operand. */
export function rowSamples(
  program: string,
  rows: readonly RunPattern[],
  knowledge: CommandKnowledge | null,
): readonly (readonly string[])[] {
  const found = new Map<string, readonly string[]>()
  const add = (words: readonly string[], options: RunPattern['options']): void => {
    const given = options.map(({ name, value }) => ({ name, value: value && sampleOf(value) }))
    const command = spellCommand(program, words, given, knowledge)
    found.set(JSON.stringify(command), command)
  }
  add([], [])
  for (const name of unnamedSubcommands(rows, knowledge)) add([name], [])
  for (const { words, rest, options } of rows) {
    const named = words.map(sampleOf)
    add(named, options)
    const [open] = rest ?? []
    if (open) add([...named, sampleOf(open)], options)
  }
  return [...found.values()]
}

/** The shortest word that matches. */
function sampleOf(pattern: WordPattern): string {
  if (pattern.kind === 'text') return pattern.text
  const { members } = wordClasses([[pattern]])
  return members.reduce(
    (best, each) => (each.length < best.length ? each : best),
    members[0] ?? 'x',
  )
}

/** One for each risk. */
function unnamedSubcommands(
  rows: readonly RunPattern[],
  knowledge: CommandKnowledge | null,
): Iterable<string> {
  const named = new Set(
    rows.flatMap(({ words: [word] }) => (word?.kind === 'text' ? [word.text] : [])),
  )
  const byRisk = new Map<string, string>()
  for (const [name, level] of Object.entries(levelsOf(knowledge, [])[0]?.subcommands ?? {})) {
    const risk = level.risk ?? 'low'
    if (!named.has(name) && !name.includes('*') && !byRisk.has(risk)) byRisk.set(risk, name)
  }
  return byRisk.values()
}
