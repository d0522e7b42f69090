/** Words and options as the program itself reads them: one command line for what a class of commands says. */
import { findOption, findSubcommand, hasStyle, type Levels } from '../lower/expand-options.ts'
import type { CommandKnowledge } from '../model/knowledge.ts'

export interface GivenOption {
  readonly name: string
  /** Null: without one. */
  readonly value: string | null
}

/** Program, subcommands, options, operands: the order that every style of reading understands. */
export function spellCommand(
  program: string,
  words: readonly string[],
  options: readonly GivenOption[],
  knowledge: CommandKnowledge | null,
): readonly string[] {
  const levels = levelsOf(knowledge, words)
  const count = Math.max(0, levels.length - 1)
  const operands = words.slice(count)
  const needsEnd = operands.some((each) => each.startsWith('-') && each.length > 1)
  return [
    program,
    ...words.slice(0, count),
    ...options.flatMap((each) => spellOption(each, levels)),
    ...(needsEnd && !hasStyle(levels, 'no-options') ? ['--'] : []),
    ...operands,
  ]
}

/** The program and the subcommands that the words name. */
export function levelsOf(knowledge: CommandKnowledge | null, words: readonly string[]): Levels {
  if (knowledge === null) return []
  const levels = [knowledge]
  for (const word of words) {
    const inner = levels.at(-1)
    const found = inner && findSubcommand(inner, word)
    if (!found) break
    levels.push(found)
  }
  return levels
}

function spellOption({ name, value }: GivenOption, levels: Levels): readonly string[] {
  const found = findOption(levels, name)
  const given = value ?? (found?.value === 'required' ? 'x' : null)
  if (given === null) return [name]
  if (name.endsWith('=')) return [`${name}${given}`]
  if (name.startsWith('--')) return [`${name}=${given}`]
  if (found?.value === 'required') return [name, given]
  return [found ? `${name}${given}` : `${name}=${given}`]
}
