/**
 * The words of a command as its options, subcommands and operands: what `arguments.ts` makes.
 */
import type { CommandKnowledge, OptionKnowledge } from '../model/knowledge.ts'
import type { Word } from '../model/word.ts'

/** An option as it stands in the line. */
export interface FoundOption {
  readonly name: string
  readonly knowledge: OptionKnowledge | null
  readonly value: Word | null
  readonly isSure: boolean
  /** Declared by the level it stands at (an `ends` of the program does not hold after its subcommand). */
  readonly isOwnLevel: boolean
  /** The words from this option on are a command: `find -exec`, `fd -x`. */
  readonly argv: readonly Word[] | null
  readonly start: number
  readonly end: number
}

export interface FoundOperand {
  readonly word: Word
  readonly isSure: boolean
  readonly isSubcommand: boolean
}

export interface ParsedArguments {
  /** The level reached: the program or its innermost subcommand. */
  readonly level: CommandKnowledge | null
  readonly levels: readonly CommandKnowledge[]
  readonly subcommands: readonly string[]
  readonly options: readonly FoundOption[]
  readonly operands: readonly FoundOperand[]
  readonly hasUnlisted: boolean
  readonly hasUnknownSubcommand: boolean
  readonly mayHaveOptions: 'none' | 'listed' | 'any'
  readonly shiftedFrom: number | null
}

/** An option surely says that nothing is changed: `--dry-run`, but for `--dry-run=none` and `--no-dry-run`. */
export function isDryRun(options: readonly FoundOption[]): boolean {
  return options.some(({ name, isSure, knowledge, value }) => {
    if (!isSure || knowledge?.isDry !== true) return false
    if (value && (value.kind === 'unknown' || /^(?:none|false|no|0|)$/i.test(value.text)))
      return false
    return !options.some((other) => other.knowledge?.negates === name)
  })
}
