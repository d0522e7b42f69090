/**
 * `command` blocks → what oa knows of programs. The form is in docs/knowledge.md. Contradictions are OA2014, keys
 * that do not exist OA2001.
 */

import type { Reporter } from '../base/diagnostic.ts'
import { didYouMean } from '../base/nearest.ts'
import { emptyRecord } from '../base/record.ts'
import type { Span } from '../base/source.ts'
import {
  type CommandKnowledge,
  type FixedEffect,
  type OperandSlot,
  type OptionKnowledge,
  STYLES,
  type Style,
} from '../model/knowledge.ts'
import type { Block, Entry } from '../syntax/ast.ts'
import {
  type OptionFacts,
  readFixed,
  readLanguage,
  readOptionEffects,
  readRisk,
  readSlotFacts,
  WordReader,
} from './knowledge-effects.ts'

/** What a block around the current one has declared. */
interface Outer {
  readonly options: readonly OptionKnowledge[]
  readonly slots: readonly string[]
}

/** A command block while it is read. */
interface Draft {
  readonly name: string
  readonly aliases: string[]
  source?: string
  readonly options: { readonly option: OptionKnowledge; readonly facts: OptionFacts }[]
  operands: OperandSlot[] | undefined
  readonly fixed: FixedEffect[]
  readonly subcommands: Record<string, CommandKnowledge>
  readonly styles: Style[]
  isTransparent: boolean
  stdin?: CommandKnowledge['stdin']
  risk?: CommandKnowledge['risk']
}

const FIXED_KEYS = [
  'reads',
  'writes',
  'deletes',
  'persists',
  'connects',
  'elevates',
  'code',
  'ambient',
]
const ENTRY_KEYS = [
  ...['source', 'alias', 'option', 'operands', 'stdin', 'transparent', 'style', 'risk'],
  ...FIXED_KEYS,
]

/** The knowledge of one `command` block; undefined if it has no name. */
export function readCommand(block: Block, reporter: Reporter): CommandKnowledge | undefined {
  return readBlock(block, { options: [], slots: [] }, reporter)
}

function readBlock(block: Block, outer: Outer, reporter: Reporter): CommandKnowledge | undefined {
  const name = block.label?.value
  if (name === undefined || name === '' || name.includes('/')) {
    const example = block.name.value === 'command' ? 'command acme { … }' : 'subcommand push { … }'
    const span = block.label?.span ?? block.name.span
    const message = `a \`${block.name.value}\` block needs the name of a program, without a path`
    reporter.report('OA2014', message, span, { help: `write \`${example}\`` })
    return undefined
  }
  const draft: Draft = {
    ...{ name, aliases: [], options: [], operands: undefined, fixed: [] },
    ...{ subcommands: emptyRecord<CommandKnowledge>(), styles: [], isTransparent: false },
  }
  for (const entry of block.entries) if (entry.kind === 'entry') readEntry(entry, draft, reporter)
  const options = draft.options.map((each) => each.option)
  const slots = (draft.operands ?? []).map((each) => each.name)
  const inner = {
    options: [...options, ...outer.options],
    slots: [...slots, ...outer.slots],
  }
  for (const entry of block.entries) {
    if (entry.kind === 'block') readSubcommand(entry, { draft, inner, reporter })
  }
  finishOptions(draft, inner, reporter)
  return {
    name,
    aliases: draft.aliases,
    ...(draft.source === undefined ? {} : { source: draft.source }),
    options: draft.options.map((each) => each.option),
    operands: draft.operands ?? [],
    fixed: draft.fixed,
    subcommands: draft.subcommands,
    styles: draft.styles,
    isTransparent: draft.isTransparent,
    ...(draft.stdin ? { stdin: draft.stdin } : {}),
    ...(draft.risk ? { risk: draft.risk } : {}),
  }
}

function readEntry(entry: Entry, draft: Draft, reporter: Reporter): void {
  const reader = new WordReader(entry.words, reporter, entry.key.span)
  const { value: key, span } = entry.key
  if (FIXED_KEYS.includes(key)) {
    const keyword = { kind: 'word', text: key, isQuoted: false, span } as const
    readFixed(new WordReader([keyword, ...entry.words], reporter, span), draft.fixed)
    return
  }
  switch (key) {
    case 'source':
      draft.source = takeNames(reader).join(' ')
      return
    case 'alias':
      draft.aliases.push(...takeNames(reader))
      return
    case 'option':
      readOption(reader, draft)
      return
    case 'operands':
      if (draft.operands)
        reader.fail('`operands` stands twice', span, 'list all slots after one `operands`')
      draft.operands = readSlots(reader)
      return
    case 'stdin': {
      const language = readLanguage(reader, span)
      if (language) draft.stdin = language
      return
    }
    case 'transparent':
      draft.isTransparent = true
      return
    case 'style':
      readStyles(reader, draft)
      return
    case 'risk': {
      const risk = readRisk(reader, span)
      if (risk && draft.risk) reader.fail('`risk` stands twice', span, 'keep the higher one')
      if (risk) draft.risk = risk
      return
    }
    default:
      reporter.report('OA2001', `a command has no entry \`${key}\``, span, {
        help: didYouMean(key, [...ENTRY_KEYS, 'subcommand'], 'docs/knowledge.md lists the entries'),
      })
  }
}

function takeNames(reader: WordReader): string[] {
  const names: string[] = []
  while (!reader.isAtEnd) {
    const { here } = reader
    const name = reader.take()
    if (name === undefined) reader.fail('a set cannot stand here', here, 'write the names')
    else names.push(name)
  }
  if (names.length === 0) reader.fail('a name is missing', reader.span, 'write it after the key')
  return names
}

function readStyles(reader: WordReader, draft: Draft): void {
  while (!reader.isAtEnd) {
    const { here } = reader
    const word = reader.take() ?? ''
    const style = STYLES.find((each) => each === word)
    if (!style)
      reader.fail(
        `\`${word}\` is no style`,
        here,
        didYouMean(word, STYLES, 'docs/knowledge.md lists the styles'),
      )
    else if (!draft.styles.includes(style)) draft.styles.push(style)
  }
}

interface OptionNames {
  readonly names: string[]
  readonly value: OptionKnowledge['value']
}

/** Option words look like `-x`, `--name`, `-?`, `+x`, `name=` (key-value), the last with `=<v>` or `[=<v>]`. */
function readNames(reader: WordReader): OptionNames {
  const names: string[] = []
  let value: OptionKnowledge['value'] = 'none'
  while (!reader.isAtEnd && /^(?:[-+]|[\w-]+=)/.test(reader.peek() ?? '')) {
    const { here } = reader
    const word = reader.take() ?? ''
    const parts = /^((?:[-+]|(?=[\w-]+=<))[^=[\]<]*|[-+][^<]*?)(\[?=<[^>]*>\]?|\[=[^\]]*\])?$/.exec(
      word,
    )
    const name = parts?.[1]
    if (!name) {
      reader.fail(
        `\`${word}\` is no option`,
        here,
        'write `--name`, `--name=<value>` or `--name[=<value>]`',
      )
      continue
    }
    if (value !== 'none') {
      reader.fail('the value stands after the last name', here, 'write `-o --output=<file>`')
    }
    const isKeyValue = !/^[-+]/.test(name)
    names.push(isKeyValue ? `${name}=` : name)
    if (parts[2]) value = parts[2].startsWith('[') ? 'optional' : 'required'
  }
  return { names, value }
}

function readOption(reader: WordReader, draft: Draft): void {
  const at = reader.here
  const { names, value } = readNames(reader)
  if (names.length === 0) {
    reader.fail('an option needs a name that starts with `-`', at, 'write `option --name`')
    return
  }
  const known = draft.options.flatMap((each) => each.option.names)
  const twice = names.find((name, index) => known.includes(name) || names.indexOf(name) < index)
  if (twice !== undefined) {
    reader.fail(
      `the option \`${twice}\` is declared twice`,
      wordSpan(reader, twice) ?? at,
      'keep one of them',
    )
  }
  const facts = readOptionEffects(reader, value !== 'none')
  const option: OptionKnowledge = {
    names,
    value,
    effects: facts.effects,
    fixed: facts.fixed,
    ...(facts.operandEffects ? { operandEffects: facts.operandEffects } : {}),
    ...(facts.makesTree ? { makesTree: true } : {}),
    ...(facts.isDry ? { isDry: true } : {}),
    ...(facts.ends ? { ends: true } : {}),
    ...(facts.stdin ? { stdin: facts.stdin } : {}),
    ...(facts.risk ? { risk: facts.risk } : {}),
  }
  draft.options.push({ option, facts })
}

function wordSpan(reader: WordReader, name: string): Span | undefined {
  return reader.words.find((each) => each.kind === 'word' && each.text.startsWith(name))?.span
}

/** `replaces` and `negates` name other things of the command, known only now. */
function finishOptions(draft: Draft, inner: Outer, reporter: Reporter): void {
  const slots = [...inner.slots, ...Object.values(draft.subcommands).flatMap(slotsBelow)]
  draft.options.forEach(({ option, facts }, index) => {
    let finished = option
    if (facts.replaces) {
      const { name, span } = facts.replaces
      if (slots.includes(name)) finished = { ...finished, replaces: name }
      else {
        const help = didYouMean(name, slots, 'name a slot of `operands`')
        reporter.report('OA2014', `no operand slot is named \`${name}\``, span, { help })
      }
    }
    if (facts.negates) {
      const { name, span } = facts.negates
      const other = inner.options.find((each) => each.names.includes(name))
      if (other?.names[0]) finished = { ...finished, negates: other.names[0] }
      else {
        const help = didYouMean(
          name,
          inner.options.flatMap((each) => each.names),
          'declare that option too',
        )
        reporter.report('OA2014', `\`negates\` names an unknown option \`${name}\``, span, { help })
      }
    }
    draft.options[index] = { option: finished, facts }
  })
}

function slotsBelow(command: CommandKnowledge): readonly string[] {
  return [
    ...command.operands.map((each) => each.name),
    ...Object.values(command.subcommands).flatMap(slotsBelow),
  ]
}

/** `<source>... reads, <target> writes`. */
function readSlots(reader: WordReader): OperandSlot[] {
  const slots: OperandSlot[] = []
  while (!reader.isAtEnd) {
    const { here } = reader
    const word = reader.take() ?? ''
    const parts = /^(\[?)<?([\w./:-]+?)>?(\.\.\.)?(\]?)(\.\.\.)?$/.exec(word)
    if (!parts?.[2] || (parts[1] === '[') !== (parts[4] === ']')) {
      const help = 'write `<name>`, `<name>...`, `[<name>]` or `[<name>...]`'
      reader.fail(`\`${word}\` is no operand slot`, here, help)
      readSlotFacts(reader)
      continue
    }
    const isRepeated = parts[3] !== undefined || parts[5] !== undefined
    const before = slots.at(-1)
    if (before?.effects.some((each) => each.kind === 'argv' || each.kind === 'joined')) {
      const message = `no operand can follow \`<${before.name}>\`: it takes all later words`
      reader.fail(message, here, 'remove this slot, or put it first')
    }
    const facts = readSlotFacts(reader)
    const hasTwo = isRepeated && slots.some((each) => each.isRepeated && !takesSettings(each))
    if (hasTwo) reader.fail('only one operand slot can be repeated', here, 'take the `...` away')
    slots.push({ name: parts[2], isOptional: parts[1] === '[', isRepeated, ...facts })
  }
  return slots
}

/** `NAME=VALUE` words end by themselves, so another repeated slot may follow. */
function takesSettings(slot: OperandSlot): boolean {
  return slot.effects.some((each) => each.kind === 'set')
}

interface SubcommandReading {
  readonly draft: Draft
  readonly inner: Outer
  readonly reporter: Reporter
}

function readSubcommand(block: Block, reading: SubcommandReading): void {
  const { draft, inner, reporter } = reading
  if (block.name.value !== 'subcommand') {
    const message = `a command has no inner block \`${block.name.value}\``
    const help = didYouMean(block.name.value, ['subcommand'])
    reporter.report('OA2001', message, block.name.span, { help })
    return
  }
  const command = readBlock(block, inner, reporter)
  if (!command) return
  for (const name of [command.name, ...command.aliases]) {
    if (name in draft.subcommands) {
      const span = block.label?.span ?? block.name.span
      reporter.report('OA2014', `the subcommand \`${name}\` is declared twice`, span, {
        help: 'join the two blocks',
      })
    } else draft.subcommands[name] = command
  }
}
