/**
 * Knowledge as it is kept in the artifact: members that say nothing are left out, and put back when it is read.
 */
import type { CommandKnowledge, OperandSlot, OptionKnowledge } from '../model/knowledge.ts'

type Packed<T> = { readonly [K in keyof T]?: unknown }

function withoutEmpty(value: object): Record<string, unknown> {
  const members: [string, unknown][] = Object.entries(value)
  return Object.fromEntries(
    members.filter(
      ([, member]) =>
        member !== undefined &&
        member !== false &&
        !(Array.isArray(member) && member.length === 0) &&
        !(typeof member === 'object' && member !== null && Object.keys(member).length === 0),
    ),
  )
}

/** The record of one command. */
export function packCommand(command: CommandKnowledge): Packed<CommandKnowledge> {
  const { source: _, ...facts } = command
  return withoutEmpty({
    ...facts,
    options: command.options.map((option) => withoutEmpty({ ...option, ...packValue(option) })),
    operands: command.operands.map((slot) => withoutEmpty(slot)),
    subcommands: Object.fromEntries(
      Object.entries(command.subcommands).map(([name, sub]) => [name, packCommand(sub)]),
    ),
  })
}

function packValue(option: OptionKnowledge): { value: OptionKnowledge['value'] | undefined } {
  return { value: option.value === 'none' ? undefined : option.value }
}

/** What a record stands for. */
export function unpackCommand(record: Packed<CommandKnowledge>): CommandKnowledge {
  const packed = record as Partial<CommandKnowledge> & { readonly name: string }
  return {
    aliases: [],
    fixed: [],
    styles: [],
    isTransparent: false,
    ...packed,
    options: (packed.options ?? []).map(unpackOption),
    operands: (packed.operands ?? []).map(unpackSlot),
    subcommands: unpackSubcommands(packed.subcommands ?? {}),
  }
}

/** Each is unpacked when it is first asked for: a request names one, `git` has dozens. */
function unpackSubcommands(
  packed: CommandKnowledge['subcommands'],
): CommandKnowledge['subcommands'] {
  const subcommands = {}
  for (const [name, sub] of Object.entries(packed)) {
    let known: CommandKnowledge | undefined
    Object.defineProperty(subcommands, name, {
      enumerable: true,
      get: () => (known ??= unpackCommand(sub)),
    })
  }
  return subcommands
}

function unpackOption(packed: Partial<OptionKnowledge>): OptionKnowledge {
  return { names: [], value: 'none', effects: [], fixed: [], ...packed }
}

function unpackSlot(packed: Partial<OperandSlot>): OperandSlot {
  return { name: '', isOptional: false, isRepeated: false, effects: [], ...packed }
}
