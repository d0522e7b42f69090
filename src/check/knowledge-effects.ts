/**
 * The effect words of options, operands and fixed lines: `reads tree remote`, `runs argv`, `connects HOST`.
 */
import type { Reporter } from '../base/diagnostic.ts'
import { didYouMean } from '../base/nearest.ts'
import type { Span } from '../base/source.ts'
import {
  CODE_LANGUAGES,
  type CodeLanguage,
  type Effect,
  type FixedEffect,
} from '../model/knowledge.ts'
import { RISKS, type Risk } from '../model/vocabulary.ts'
import type { EntryWord } from '../syntax/ast.ts'

/** The words of an entry, read from left to right. */
export class WordReader {
  readonly words: readonly EntryWord[]
  readonly reporter: Reporter
  /** Span of the entry: where something is missing at its end. */
  readonly span: Span
  #at = 0

  constructor(words: readonly EntryWord[], reporter: Reporter, span: Span) {
    this.words = words
    this.reporter = reporter
    this.span = span
  }

  get isAtEnd(): boolean {
    return this.#at >= this.words.length
  }

  /** Text of the next word, undefined at the end or for a set. */
  peek(): string | undefined {
    const word = this.words[this.#at]
    return word?.kind === 'word' ? word.text : undefined
  }

  /** The next word is in quotes: never a keyword. */
  get isQuoted(): boolean {
    const word = this.words[this.#at]
    return word?.kind === 'word' && word.isQuoted
  }

  get isAfterComma(): boolean {
    return this.words[this.#at]?.isAfterComma ?? false
  }

  get here(): Span {
    return this.words[this.#at]?.span ?? this.words.at(-1)?.span ?? this.span
  }

  take(): string | undefined {
    const text = this.peek()
    this.#at += 1
    return text
  }

  /** Takes the next word if it is this keyword. */
  takeIf(keyword: string): boolean {
    if (this.isQuoted || this.peek() !== keyword) return false
    this.#at += 1
    return true
  }

  fail(message: string, span: Span, help?: string): void {
    this.reporter.report('OA2014', message, span, { help })
  }
}

/** What an option does, as its effect words say. */
export interface OptionFacts {
  effects: Effect[]
  fixed: FixedEffect[]
  operandEffects?: Effect[]
  makesTree?: true
  isDry?: true
  ends?: true
  replaces?: { readonly name: string; readonly span: Span }
  negates?: { readonly name: string; readonly span: Span }
  stdin?: CodeLanguage
  risk?: Risk
}

const PATH_WORDS: Readonly<Record<string, 'read' | 'write' | 'delete' | 'persist'>> = {
  reads: 'read',
  writes: 'write',
  deletes: 'delete',
  persists: 'persist',
}

/** Effect words that a value or an operand slot can have. */
const VALUE_WORDS = [
  ...Object.keys(PATH_WORDS),
  ...['tree', 'chosen', 'own', 'remote', 'into', 'piped'],
  ...['connects', 'runs', 'sets', 'changes-directory', 'elevates'],
]

const OPTION_WORDS = [
  ...VALUE_WORDS,
  ...['operands', 'replaces', 'negates', 'dry', 'ends', 'stdin', 'risk', 'code', 'ambient'],
]

const RUN_WORDS = ['argv', 'joined', 'elsewhere', 'script', ...CODE_LANGUAGES]

function isKeyword(reader: WordReader, words: readonly string[]): boolean {
  return !reader.isQuoted && words.includes(reader.peek() ?? '')
}

/** What a slot says behind its name. */
export interface SlotFacts {
  readonly effects: Effect[]
  readonly default?: string
}

/** Effects of an operand slot, and its `default`: up to the next comma or the end. */
export function readSlotFacts(reader: WordReader): SlotFacts {
  const effects: Effect[] = []
  let fallback: string | undefined
  while (!reader.isAtEnd && !reader.isAfterComma) {
    if (reader.takeIf('default')) {
      fallback = reader.take()
      continue
    }
    if (!readValueEffect(reader, effects)) {
      unknownEffect(reader, VALUE_WORDS)
      reader.take()
    }
  }
  return { effects, ...(fallback === undefined ? {} : { default: fallback }) }
}

/** The effect words after an option's names. */
export function readOptionEffects(reader: WordReader, hasValue: boolean): OptionFacts {
  const facts: OptionFacts = { effects: [], fixed: [] }
  while (!reader.isAtEnd) {
    if (readOptionWord(reader, facts)) continue
    const { here } = reader
    const word = reader.peek() ?? ''
    if (hasValue || word === 'tree') {
      if (word === 'tree' && facts.effects.length === 0) {
        reader.take()
        facts.makesTree = true
      } else if (!readValueEffect(reader, facts.effects)) {
        unknownEffect(reader, OPTION_WORDS)
        reader.take()
      }
    } else if (word in PATH_WORDS || word === 'connects' || word === 'elevates') {
      readFixed(reader, facts.fixed, OPTION_WORDS)
    } else if (isKeyword(reader, VALUE_WORDS)) {
      const help = 'give the option a value, `--name=<value>`, or write `operands …`'
      reader.fail(`this option has no value for \`${word}\``, here, help)
      reader.take()
    } else {
      unknownEffect(reader, OPTION_WORDS)
      reader.take()
    }
  }
  return facts
}

/** Words that only options have; false if the next is none of them. */
function readOptionWord(reader: WordReader, facts: OptionFacts): boolean {
  const { here } = reader
  if (reader.takeIf('dry')) facts.isDry = true
  else if (reader.takeIf('ends')) facts.ends = true
  else if (reader.takeIf('risk')) {
    const risk = readRisk(reader, here)
    if (risk) facts.risk = risk
  } else if (reader.takeIf('stdin')) {
    const language = readLanguage(reader, here)
    if (language) facts.stdin = language
  } else if (reader.takeIf('replaces')) {
    const span = reader.here
    const name = reader.take()
    if (name === undefined)
      reader.fail('`replaces` needs the name of a slot', here, 'write `replaces <slot>`')
    else facts.replaces = { name: name.replace(/^<|>$/g, ''), span }
  } else if (reader.takeIf('negates')) {
    const span = reader.here
    const name = reader.take()
    if (!name?.startsWith('-'))
      reader.fail('`negates` needs the name of an option', here, 'write `negates --other`')
    else facts.negates = { name, span }
  } else if (reader.takeIf('operands')) {
    facts.operandEffects = []
    if (reader.isAtEnd) reader.fail('`operands` needs effects', here, 'write `operands writes`')
    while (!reader.isAtEnd && !isKeyword(reader, ['risk', 'dry', 'ends'])) {
      if (readValueEffect(reader, facts.operandEffects)) continue
      unknownEffect(reader, VALUE_WORDS)
      reader.take()
    }
  } else if (!reader.isQuoted && (reader.peek() === 'code' || reader.peek() === 'ambient')) {
    readFixed(reader, facts.fixed, OPTION_WORDS)
  } else return false
  return true
}

/** One effect of a value; false if the next word is no effect. */
function readValueEffect(reader: WordReader, effects: Effect[]): boolean {
  if (reader.isQuoted) return false
  const word = reader.peek() ?? ''
  const action = Object.hasOwn(PATH_WORDS, word) ? PATH_WORDS[word] : undefined
  if (action) effects.push({ kind: 'path', action, isTree: false, isRemote: false })
  else if (word === 'connects') effects.push({ kind: 'connect' })
  else if (word === 'sets') effects.push({ kind: 'set' })
  else if (word === 'changes-directory') effects.push({ kind: 'directory' })
  else if (word === 'elevates') effects.push({ kind: 'elevate' })
  else if (isWidening(word)) widen(reader, effects, word)
  else if (word !== 'runs') return false
  reader.take()
  if (word === 'runs') effects.push(readRuns(reader))
  return true
}

/** Words that say more of every path effect before them. */
const WIDENING = {
  tree: { isTree: true },
  chosen: { isChosen: true },
  own: { isOwn: true },
  remote: { isRemote: true },
  into: { isInto: true },
  piped: { isPiped: true },
} as const

function isWidening(word: string): word is keyof typeof WIDENING {
  return Object.hasOwn(WIDENING, word)
}

function widen(reader: WordReader, effects: Effect[], word: keyof typeof WIDENING): void {
  if (!effects.some((each) => each.kind === 'path')) {
    const help = 'write it after `reads`, `writes`, `deletes` or `persists`'
    reader.fail(`\`${word}\` stands before any path effect`, reader.here, help)
  }
  effects.forEach((each, index) => {
    if (each.kind === 'path') effects[index] = { ...each, ...WIDENING[word] }
  })
}

/** What stands after `runs`. */
function readRuns(reader: WordReader): Effect {
  if (reader.takeIf('argv')) {
    if (reader.takeIf('until-semicolon')) return { kind: 'argv', ending: 'semicolon' }
    return { kind: 'argv', ending: reader.takeIf('with-more') ? 'more' : 'rest' }
  }
  if (reader.takeIf('joined')) return { kind: 'joined', isElsewhere: false }
  if (reader.takeIf('elsewhere')) return { kind: 'joined', isElsewhere: true }
  if (reader.takeIf('script')) return { kind: 'script' }
  const language = CODE_LANGUAGES.find((each) => each === reader.peek())
  if (language && !reader.isQuoted) {
    reader.take()
    return { kind: 'code', language }
  }
  const next = reader.peek()
  const isLast = reader.isAtEnd || reader.isAfterComma || next === undefined
  if (!isLast && !isKeyword(reader, OPTION_WORDS) && !reader.isQuoted) {
    const languages = CODE_LANGUAGES.map((each) => `\`${each}\``).join(', ')
    const help = didYouMean(next, RUN_WORDS, `the languages are ${languages}`)
    reader.fail(`\`${next}\` is nothing that \`runs\` knows`, reader.here, help)
    reader.take()
    return { kind: 'code', language: 'unknown' }
  }
  return { kind: 'code', language: 'shell' }
}

/**
 * Fixed effects: `reads PATH…`, `connects HOST…`, `code PATH…`, `ambient [env] …`, `elevates`. `stop`: words that end
 * the list of arguments.
 */
export function readFixed(
  reader: WordReader,
  fixed: FixedEffect[],
  stop: readonly string[] = [],
): void {
  const at = reader.here
  const word = reader.take() ?? ''
  if (word === 'elevates') {
    fixed.push({ kind: 'elevate' })
    return
  }
  const isEnv = word === 'ambient' && reader.takeIf('env')
  const made: FixedEffect[] = []
  while (!reader.isAtEnd) {
    if (reader.takeIf('tree')) {
      const last = made.at(-1)
      if (last?.kind === 'path') made[made.length - 1] = { ...last, isTree: true }
      else reader.fail('`tree` stands before any path', at, 'write the path first')
      continue
    }
    if (isKeyword(reader, stop)) break
    const { here } = reader
    const value = reader.take()
    if (value === undefined) reader.fail('a set cannot stand here', here, 'write the names')
    else made.push(fixedEffect(word, value, isEnv))
  }
  if (made.length === 0) {
    const help =
      word === 'connects'
        ? 'write `connects *` for a host that only the run knows'
        : `write \`${word} …\``
    reader.fail(`\`${word}\` names nothing`, at, help)
  }
  fixed.push(...made)
}

function fixedEffect(word: string, value: string, isEnv: boolean): FixedEffect {
  if (word === 'connects') return { kind: 'connect', host: value.toLowerCase() }
  if (word === 'code') return { kind: 'code', path: value }
  if (word === 'ambient')
    return isEnv ? { kind: 'ambient', env: value } : { kind: 'ambient', path: value }
  const action = PATH_WORDS[word] ?? 'read'
  const isTree = value.endsWith('/**')
  const path = isTree ? value.slice(0, -'/**'.length) || '/' : value
  return { kind: 'path', action, path, isTree }
}

/** The level after `risk`. */
export function readRisk(reader: WordReader, at: Span): Risk | undefined {
  const { here } = reader
  const word = reader.take()
  const risk = RISKS.find((each) => each === word)
  if (!risk) {
    const help = didYouMean(word ?? '', RISKS, 'write `low`, `medium`, `high` or `blocked`')
    reader.fail(word ? `\`${word}\` is no risk` : '`risk` needs a level', word ? here : at, help)
  }
  return risk
}

/** The language after `stdin`. */
export function readLanguage(reader: WordReader, at: Span): CodeLanguage | undefined {
  const { here } = reader
  const word = reader.take()
  const language = CODE_LANGUAGES.find((each) => each === word)
  if (!language) {
    const known = CODE_LANGUAGES.map((each) => `\`${each}\``).join(', ')
    const help = didYouMean(word ?? '', CODE_LANGUAGES, `the languages are ${known}`)
    const message = word ? `\`${word}\` is no language` : '`stdin` needs a language'
    reader.fail(message, word ? here : at, help)
  }
  return language
}

function unknownEffect(reader: WordReader, known: readonly string[]): void {
  const word = reader.peek()
  const message = word === undefined ? 'a set is no effect' : `\`${word}\` is no effect`
  reader.fail(
    message,
    reader.here,
    didYouMean(word ?? '', known, 'docs/knowledge.md lists the effects'),
  )
}
