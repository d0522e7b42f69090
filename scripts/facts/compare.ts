/**
 * What knowledge declares against what a help text documents. Pure.
 */
import type { CommandKnowledge, OptionKnowledge } from '../../src/model/knowledge.ts'
import { type Arity, type DocumentedOption, readHelpText } from './help-text.ts'

export interface Disagreement {
  /** The program, with its subcommand. */
  readonly command: string
  readonly option: string
  readonly kind: 'lacking' | 'unknown-to-help' | 'value'
  readonly message: string
}

/** A level of a program: its own options and, below a subcommand, those it inherits. */
export interface Level {
  readonly command: string
  readonly knowledge: CommandKnowledge
  readonly inherited: readonly OptionKnowledge[]
}

/**
 * All disagreements between one level and the text that its program prints.
 *
 * @param isBare - the text names options without their values
 */
export function compare(level: Level, text: string, isBare: boolean): readonly Disagreement[] {
  const { command, knowledge } = level
  const declared = new Map<string, OptionKnowledge>()
  for (const option of [...level.inherited, ...knowledge.options]) {
    for (const name of option.names) declared.set(name, option)
  }
  const documented = readHelpText(text)
  const lacking = documented
    .map((option) => [...option.keys()])
    .filter((names) => !names.some((name) => declared.has(name)))
    .map((names): Disagreement => {
      const option = names.join(' ')
      return { command, option, kind: 'lacking', message: 'the help documents it' }
    })
  const unknown = knowledge.options
    .filter(({ names }) => !names.some((name) => isMentioned(name, text)))
    .map(({ names }): Disagreement => {
      const option = names.join(' ')
      return { command, option, kind: 'unknown-to-help', message: 'the help does not name it' }
    })
  const values = isBare ? [] : disagreeingValues(command, documented, declared)
  return [...lacking, ...unknown, ...values]
}

function isMentioned(name: string, text: string): boolean {
  const base = name.replace(/^--no-/, '--')
  return [name, `--[no-]${base.slice(2)}`, base].some((spelling) => text.includes(spelling))
}

function disagreeingValues(
  command: string,
  documented: readonly DocumentedOption[],
  declared: ReadonlyMap<string, OptionKnowledge>,
): readonly Disagreement[] {
  const values = new Map<string, Set<Arity>>()
  for (const [name, value] of documented.flatMap((each) => [...each])) {
    values.set(name, (values.get(name) ?? new Set()).add(value))
  }
  return [...values].flatMap(([option, seen]) => {
    const own = declared.get(option)?.value
    const [only] = seen
    // A help that says two things of one option says nothing.
    if (own === undefined || only === undefined || seen.size > 1) return []
    if (!contradict(option, own, only)) return []
    const message = `declared with ${own === 'none' ? 'no' : own} value, documented ${only}`
    return [{ command, option, kind: 'value', message } as const]
  })
}

/** They read the words of a line differently: one takes the next word, or a glued value, that the other does not. */
function contradict(option: string, own: OptionKnowledge['value'], documented: Arity): boolean {
  if (documented === 'unclear') return false
  if ((own === 'required') !== (documented === 'required')) return true
  return own === 'none' && documented === 'optional' && option.startsWith('--')
}
