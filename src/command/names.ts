/**
 * Names of options and subcommands as they are written, looked up in knowledge.
 */
import type { CommandKnowledge, OptionKnowledge } from '../model/knowledge.ts'

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
    if (!glob.includes('*') || !matchesStar(glob, name)) continue
    if (best === null || glob.length > best.glob.length) best = { glob, found }
  }
  return best?.found ?? null
}

/** `*` alone stands for any text. */
function matchesStar(glob: string, text: string): boolean {
  const pieces = glob.split('*')
  const first = pieces[0] ?? ''
  const last = pieces.at(-1) ?? ''
  if (text.length < first.length + last.length) return false
  if (!text.startsWith(first) || !text.endsWith(last)) return false
  let at = first.length
  for (const piece of pieces.slice(1, -1)) {
    const found = text.indexOf(piece, at)
    if (found < 0 || found + piece.length > text.length - last.length) return false
    at = found + piece.length
  }
  return true
}
