/**
 * Knowledge in canonical order: what it says does not depend on the order of its lines, nor on where its facts are
 * from. The names of an option, its effects and the operand slots keep their order: it means something.
 */
import { emptyRecord } from '../base/record.ts'
import type { CommandKnowledge } from '../model/knowledge.ts'
import { sortUnique } from './expand-run.ts'

/** The same programs, sorted; aliases share one value, as before. */
export function lowerCommands(
  commands: Readonly<Record<string, CommandKnowledge>>,
): Readonly<Record<string, CommandKnowledge>> {
  const done = new Map<CommandKnowledge, CommandKnowledge>()
  const lowered = emptyRecord<CommandKnowledge>()
  for (const name of Object.keys(commands).sort()) {
    const command = commands[name]
    if (command) lowered[name] = lowerCommand(command, done)
  }
  return lowered
}

function lowerCommand(
  command: CommandKnowledge,
  done: Map<CommandKnowledge, CommandKnowledge>,
): CommandKnowledge {
  const known = done.get(command)
  if (known) return known
  const { source: _, ...facts } = command
  const lowered: CommandKnowledge = {
    ...facts,
    aliases: sortUnique(command.aliases),
    options: sortUnique(command.options),
    fixed: sortUnique(command.fixed),
    styles: sortUnique(command.styles),
    subcommands: lowerCommands(command.subcommands),
  }
  done.set(command, lowered)
  return lowered
}
