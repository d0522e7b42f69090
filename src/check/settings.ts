/**
 * Blocks that set something, read by the registry: unknown keys, keys that stand twice, values of the wrong form.
 */
import type { Reporter } from '../base/diagnostic.ts'
import { didYouMean } from '../base/nearest.ts'
import type { Settings } from '../model/settings.ts'
import type { Block, Entry, EntryWord } from '../syntax/ast.ts'
import { BLOCKS, type BlockSpec, type KeySpec } from './settings-registry.ts'
import { isRate, parseCount, parseDuration, parseSize } from './units.ts'

type Stored = string | number | boolean | readonly string[]

/** Where each field was set, for the note of a duplicate: `limits.cpu` → the entry. */
type Places = Map<string, Entry>

/**
 * What the blocks set together. `use`: at the top of a file, or after `with`. Reports OA2001, OA2002, OA2005, OA2501.
 */
export function readSettings(
  blocks: readonly Block[],
  use: 'top' | 'obligation',
  reporter: Reporter,
): Settings {
  const sections: Record<string, Record<string, Stored>> = {}
  const places: Places = new Map()
  for (const block of blocks) {
    const spec = Object.hasOwn(BLOCKS, block.name.value) ? BLOCKS[block.name.value] : undefined
    const isAllowed = use === 'top' ? spec?.isTop : spec?.isObligation
    if (!spec || !isAllowed) {
      reportBlock(block, use, reporter)
      continue
    }
    if (block.label) {
      const message = `a \`${block.name.value}\` block takes no name`
      reporter.report('OA2005', message, block.label.span, { help: 'remove the name' })
    }
    if (spec.section === undefined) {
      const message = `\`${block.name.value}\` is checked, but this version does not enforce it`
      const help = 'do not rely on it yet'
      reporter.report('OA2501', message, block.name.span, { help })
    }
    const fields = readBlock(block, { spec, places, reporter })
    if (spec.section === undefined) continue
    sections[spec.section] = { ...sections[spec.section], ...fields }
  }
  // Every field was stored by the registry with the type that `Settings` gives it.
  return sections as Settings
}

function reportBlock(block: Block, use: 'top' | 'obligation', reporter: Reporter): void {
  const names = Object.entries(BLOCKS)
    .filter(([, each]) => (use === 'top' ? each.isTop : each.isObligation))
    .map(([name]) => name)
  const where = use === 'top' ? 'block' : 'obligation'
  const { value, span } = block.name
  const help = didYouMean(
    value,
    names,
    `write one of ${names.map((each) => `\`${each}\``).join(', ')}`,
  )
  reporter.report('OA2001', `no ${where} is named \`${value}\``, span, { help })
}

interface BlockReading {
  readonly spec: BlockSpec
  readonly places: Places
  readonly reporter: Reporter
}

function readBlock(block: Block, reading: BlockReading): Record<string, Stored> {
  const { spec, places, reporter } = reading
  const fields: Record<string, Stored> = {}
  for (const entry of block.entries) {
    if (entry.kind === 'block') {
      reporter.report('OA2001', `\`${block.name.value}\` has no inner blocks`, entry.name.span, {
        help: 'write its keys on lines of their own',
      })
      continue
    }
    const { value: name, span } = entry.key
    const key = Object.hasOwn(spec.keys, name) ? spec.keys[name] : undefined
    if (!key) {
      const names = Object.keys(spec.keys)
      const otherwise = `its keys are ${names.map((each) => `\`${each}\``).join(', ')}`
      const help = didYouMean(name, names, otherwise)
      reporter.report('OA2001', `\`${block.name.value}\` has no key \`${name}\``, span, { help })
      continue
    }
    const place = `${spec.section ?? block.name.value}.${key.field ?? name}`
    const before = places.get(place)
    if (before && key.value.kind !== 'names') {
      const message =
        before.key.value === name
          ? `\`${name}\` stands twice`
          : `\`${name}\` contradicts \`${before.key.value}\``
      const notes = [{ message: 'already set here', span: before.span }]
      reporter.report('OA2002', message, span, { notes })
      continue
    }
    places.set(place, entry)
    const stored = readValue(entry, key, reporter)
    if (stored === undefined || key.field === undefined) continue
    const known = fields[key.field]
    fields[key.field] = Array.isArray(known)
      ? [...(known as string[]), ...(stored as string[])]
      : stored
  }
  return fields
}

/** What a kind of value looks like, for messages. */
const FORMS: Readonly<Record<string, string>> = {
  duration: 'a duration such as `500ms`, `30s`, `10m` or `1h`',
  size: 'a size such as `64KiB`, `512MiB` or `1GB`',
  count: 'a whole number from 1',
  rate: 'a rate such as `60/m`',
  text: 'one word or string',
  role: 'the name of one role',
  names: 'one or more names',
}

const EXAMPLES: Readonly<Record<string, string>> = {
  duration: '30s',
  size: '512MiB',
  count: '1',
  rate: '60/m',
}

function readValue(entry: Entry, key: KeySpec, reporter: Reporter): Stored | undefined {
  const { value } = key
  const fail = (form: string, help?: string): undefined => {
    const written = entry.words.map(wordText).join(' ')
    const proof = written === '' ? 'nothing' : `\`${written}\``
    const span = entry.words[0]?.span ?? entry.key.span
    reporter.report('OA2005', `\`${entry.key.value}\` takes ${form}, not ${proof}`, span, { help })
    return undefined
  }
  if (value.kind === 'flag') {
    if (entry.words.length > 0) return fail('no value', `write \`${entry.key.value}\` alone`)
    return key.stored?.[''] ?? true
  }
  if (value.kind === 'names') {
    const names = entry.words.flatMap(wordNames)
    return names.length > 0
      ? names
      : fail(FORMS['names'] ?? '', `write \`${entry.key.value} NAME…\``)
  }
  const text = entry.words.length === 1 ? wordText(entry.words[0]) : undefined
  if (value.kind === 'choice') {
    if (text !== undefined && value.choices.includes(text)) return text
    const choices = value.choices.map((each) => `\`${each}\``).join(', ')
    return fail(
      `one of ${choices}`,
      didYouMean(text ?? '', value.choices, `write \`${entry.key.value} ${value.choices[0]}\``),
    )
  }
  const stored = text === undefined ? undefined : readScalar(text, key)
  return (
    stored ??
    fail(FORMS[value.kind] ?? '', `write \`${entry.key.value} ${EXAMPLES[value.kind] ?? 'NAME'}\``)
  )
}

function readScalar(text: string, key: KeySpec): Stored | undefined {
  switch (key.value.kind) {
    case 'duration': {
      const ms = parseDuration(text)
      return ms !== undefined && key.isSeconds ? Math.ceil(ms / 1000) : ms
    }
    case 'size':
      return parseSize(text)
    case 'count': {
      const count = parseCount(text)
      return count === 0 ? undefined : count
    }
    case 'rate':
      return isRate(text) ? text : undefined
    case 'text':
    case 'role':
      return text === '' ? undefined : text
    default:
      return undefined
  }
}

function wordText(word: EntryWord | undefined): string {
  if (word?.kind === 'word') return word.text
  if (word?.kind === 'set') return `@${word.name}`
  return word ? '{…}' : ''
}

/** Names of one word; braces around single words are read as those words. */
function wordNames(word: EntryWord): readonly string[] {
  if (word.kind === 'word') return [word.text]
  if (word.kind === 'set') return []
  return word.members.flatMap((member) => member.flatMap(wordNames))
}
