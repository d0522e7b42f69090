/**
 * Names of options and subcommands as they are written, looked up in knowledge.
 */
import type { CommandKnowledge, OptionKnowledge } from '../model/knowledge.ts'
import { matchesPieces } from '../table/glob.ts'

/** Finds an option by its written name at the innermost level that has it. */
export function findOption(
  levels: readonly CommandKnowledge[],
  name: string,
): { option: OptionKnowledge; isOwnLevel: boolean } | null {
  for (let index = levels.length - 1; index >= 0; index--) {
    const option = levels[index]?.options.find((each) => each.names.includes(name))
    if (option) return { option, isOwnLevel: index === levels.length - 1 }
  }
  return null
}

/** Every long option that `name` abbreviates. */
export function findAbbreviated(
  levels: readonly CommandKnowledge[],
  name: string,
): readonly { option: OptionKnowledge; isOwnLevel: boolean }[] {
  const found: { option: OptionKnowledge; isOwnLevel: boolean }[] = []
  for (let index = levels.length - 1; index >= 0; index--) {
    for (const option of levels[index]?.options ?? []) {
      if (option.names.some((each) => each.startsWith('--') && each.startsWith(name))) {
        found.push({ option, isOwnLevel: index === levels.length - 1 })
      }
    }
  }
  return found
}

/** The subcommand of this name: exact names win over globs, longer globs over shorter ones. */
export function findSubcommand(level: CommandKnowledge, name: string): CommandKnowledge | null {
  const exact = Object.hasOwn(level.subcommands, name) ? level.subcommands[name] : undefined
  if (exact) return exact
  let best: { glob: string; found: CommandKnowledge } | null = null
  for (const [glob, found] of Object.entries(level.subcommands)) {
    // `*` alone stands for any text.
    if (!glob.includes('*') || !matchesPieces(glob.split('*'), name)) continue
    if (best === null || glob.length > best.glob.length) best = { glob, found }
  }
  return best?.found ?? null
}
