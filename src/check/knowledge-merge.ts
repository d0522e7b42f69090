/**
 * One program declared in several blocks. A later block only adds: options, subcommands, aliases, fixed effects and
 * a higher risk. It never says again what is known already, so the order of the blocks does not matter.
 */
import { emptyRecord } from '../base/record.ts'
import type { CommandKnowledge } from '../model/knowledge.ts'
import { riskier } from '../model/vocabulary.ts'

/** `fail`: called once for each contradiction, with what it is. */
export function mergeCommands(
  known: CommandKnowledge,
  added: CommandKnowledge,
  fail: (what: string) => void,
): CommandKnowledge {
  const names = new Set(known.options.flatMap((each) => each.names))
  const again = added.options.flatMap((each) => each.names).filter((name) => names.has(name))
  for (const name of again) fail(`its option \`${name}\``)
  if (added.operands.length > 0) fail('its operands')
  if (added.styles.length > 0) fail('how it reads arguments')
  if (added.isTransparent && !known.isTransparent) fail('that it is transparent')
  if (added.stdin && known.stdin && added.stdin !== known.stdin) fail('its standard input')
  const stdin = known.stdin ?? added.stdin
  const risk =
    known.risk && added.risk ? riskier(known.risk, added.risk) : (known.risk ?? added.risk)
  return {
    ...known,
    aliases: [...new Set([...known.aliases, ...added.aliases])],
    options: [...known.options, ...added.options],
    fixed: uniqueFacts([...known.fixed, ...added.fixed]),
    subcommands: mergeSubcommands(known, added, fail),
    ...(stdin ? { stdin } : {}),
    ...(risk ? { risk } : {}),
  }
}

function mergeSubcommands(
  known: CommandKnowledge,
  added: CommandKnowledge,
  fail: (what: string) => void,
): Readonly<Record<string, CommandKnowledge>> {
  const merged: Record<string, CommandKnowledge> = Object.assign(
    emptyRecord<CommandKnowledge>(),
    known.subcommands,
  )
  for (const command of new Set(Object.values(added.subcommands))) {
    const before = merged[command.name]
    if (before === undefined) {
      for (const name of [command.name, ...command.aliases]) {
        if (merged[name]) fail(`its subcommand \`${name}\``)
        merged[name] ??= command
      }
      continue
    }
    const both = mergeCommands(before, command, (what) => fail(`${what} of \`${command.name}\``))
    for (const name of [both.name, ...both.aliases]) {
      if (merged[name] && merged[name] !== before) fail(`its subcommand \`${name}\``)
      merged[name] = both
    }
  }
  return merged
}

function uniqueFacts<T>(facts: readonly T[]): readonly T[] {
  return [...new Map(facts.map((each) => [JSON.stringify(each), each])).values()]
}
