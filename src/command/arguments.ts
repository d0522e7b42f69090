/**
 * Reads the words after a program's name as its options, subcommands and operands, the way the program would, by what
 * knowledge says of it. Total; what cannot be told becomes possible, unlisted or shifted, never dropped.
 */
import type { CommandKnowledge, OptionKnowledge, Style } from '../model/knowledge.ts'
import type { Word } from '../model/word.ts'
import { knownWord } from '../model/word.ts'
import { findAbbreviated, findOption, findSubcommand } from './names.ts'
import type { FoundOperand, FoundOption, ParsedArguments } from './parsed.ts'

/** Reads the words; `knowledge` null: a program that nobody described. */
export function parseArguments(
  knowledge: CommandKnowledge | null,
  words: readonly Word[],
): ParsedArguments {
  return new ArgumentReader(knowledge, words).read()
}

class ArgumentReader {
  readonly #words: readonly Word[]
  readonly #levels: CommandKnowledge[]
  readonly #options: FoundOption[] = []
  readonly #operands: FoundOperand[] = []
  readonly #subcommands: string[] = []
  #at = 0
  #optionsEnded = false
  #hasUnlisted = false
  #hasUnknownSubcommand = false
  #mayHaveOptions: 'none' | 'listed' | 'any' = 'none'
  #shiftedFrom: number | null = null
  /** The word before is an option that nobody described: this one may be its value. */
  #mayBeValue = false

  constructor(knowledge: CommandKnowledge | null, words: readonly Word[]) {
    this.#words = words
    this.#levels = knowledge ? [knowledge] : []
  }

  read(): ParsedArguments {
    while (this.#at < this.#words.length) {
      const word = this.#words[this.#at]
      if (!word) break
      this.#at++
      const unlisted = this.#options.length
      if (word.kind === 'unknown') this.#readUnknown(word)
      else this.#readKnown(word.text, word)
      this.#mayBeValue = this.#endsUnlisted(unlisted)
    }
    return {
      level: this.#level,
      levels: this.#levels,
      subcommands: this.#subcommands,
      options: this.#options,
      operands: this.#operands,
      hasUnlisted: this.#hasUnlisted,
      hasUnknownSubcommand: this.#hasUnknownSubcommand,
      mayHaveOptions: this.#mayHaveOptions,
      shiftedFrom: this.#shiftedFrom,
    }
  }

  /** Whether the last word ended in an unlisted option without a value. */
  #endsUnlisted(before: number): boolean {
    const last = this.#options.at(-1)
    const isNew = this.#options.length > before
    return (
      isNew &&
      last !== undefined &&
      last.knowledge === null &&
      last.value === null &&
      !this.#hasStyle('open')
    )
  }

  get #level(): CommandKnowledge | null {
    return this.#levels.at(-1) ?? null
  }

  #hasStyle(style: Style): boolean {
    return this.#levels.some((level) => level.styles.includes(style))
  }

  #readKnown(text: string, word: Word): void {
    if (this.#optionsEnded || this.#hasStyle('no-options')) return this.#addOperand(word)
    if (text === '--') {
      this.#optionsEnded = true
      return
    }
    if (this.#hasStyle('first-bundle') && this.#isFirstBundle(text)) {
      return this.#readFirstBundle(text, word)
    }
    if (text.startsWith('--')) return this.#readLong(text, word)
    if (text.startsWith('-') && text.length > 1) return this.#readShort(text, word)
    if (text.startsWith('+') && this.#hasStyle('plus-options')) return this.#readPlus(text, word)
    if (this.#hasStyle('key-value') && this.#readKeyValue(text, word)) return
    this.#addOperand(word)
  }

  #isFirstBundle(text: string): boolean {
    return this.#operands.length === 0 && this.#options.length === 0 && /^[A-Za-z]+$/.test(text)
  }

  /** A word that only the run knows: an operand, perhaps several, perhaps an option. */
  #readUnknown(word: Word & { kind: 'unknown' }): void {
    const mayBeOption =
      !this.#optionsEnded &&
      !this.#hasStyle('no-options') &&
      (word.values
        ? word.values.some((value) => value.startsWith('-'))
        : /^(?:$|-)/.test(word.prefix))
    if (word.prefix.startsWith('-') && mayBeOption) {
      if (this.#readUnknownOption(word)) return
    }
    if (mayBeOption) this.#mayHaveOptions = this.#levels.length > 0 ? 'listed' : 'any'
    if (word.isMany && this.#shiftedFrom === null) this.#shiftedFrom = this.#operands.length
    this.#addOperand(word, !word.isMany && !mayBeOption)
  }

  /** `--output=$X`: the name is known, the value is not. */
  #readUnknownOption(word: Word & { kind: 'unknown' }): boolean {
    const glued = /^(--[^=]+)=(.*)$/s.exec(word.prefix)
    const found = glued?.[1] === undefined ? null : findOption(this.#levels, glued[1])
    if (!glued || !found) {
      this.#hasUnlisted = true
      this.#mayHaveOptions = 'any'
      return false
    }
    if (word.isMany) this.#noteMany()
    this.#addOption(found.option, { ...word, prefix: glued[2] ?? '' }, found.isOwnLevel, word)
    return true
  }

  /** A value that may become several words: the later ones may be operands and options. */
  #noteMany(): void {
    this.#shiftedFrom ??= this.#operands.length
    if (this.#optionsEnded || this.#mayHaveOptions === 'any') return
    this.#mayHaveOptions = this.#levels.length > 0 ? 'listed' : 'any'
  }

  #readLong(text: string, word: Word): void {
    const equals = text.indexOf('=')
    const name = equals < 0 ? text : text.slice(0, equals)
    const glued = equals < 0 ? null : knownWord(text.slice(equals + 1), word.start, word.end)
    const exact = findOption(this.#levels, name)
    if (exact) return this.#addOption(exact.option, glued, exact.isOwnLevel, word)
    const candidates = this.#hasStyle('no-abbreviation') ? [] : findAbbreviated(this.#levels, name)
    const [only] = candidates
    if (only && candidates.length === 1) {
      return this.#addOption(only.option, glued, only.isOwnLevel, word)
    }
    for (const each of candidates) {
      this.#options.push(this.#possible(each.option, glued, word))
    }
    this.#addUnlisted(name, glued, word, candidates.length > 0)
  }

  #possible(option: OptionKnowledge, value: Word | null, word: Word): FoundOption {
    return {
      name: option.names[0] ?? '',
      knowledge: option,
      value,
      isSure: false,
      isOwnLevel: false,
      argv: null,
      start: word.start,
      end: word.end,
    }
  }

  #readShort(text: string, word: Word): void {
    if (/^-\d+$/.test(text) && this.#hasStyle('dash-number')) return
    const equals = text.indexOf('=')
    const name = equals < 0 ? text : text.slice(0, equals)
    const whole = findOption(this.#levels, name)
    if (whole && (text.length === 2 || equals < 0 || this.#isWhole(name))) {
      const glued = equals < 0 ? null : knownWord(text.slice(equals + 1), word.start, word.end)
      return this.#addOption(whole.option, glued, whole.isOwnLevel, word)
    }
    if (this.#levels.length === 0) {
      this.#addUndescribed(text, word)
      return
    }
    if (this.#hasStyle('single-dash-long') || this.#hasStyle('no-bundles')) {
      const attached = findOption(this.#levels, text.slice(0, 2))
      if (attached && attached.option.value !== 'none' && !this.#hasStyle('no-bundles')) {
        const value = knownWord(text.slice(2).replace(/^=/, ''), word.start, word.end)
        return this.#addOption(attached.option, value, attached.isOwnLevel, word)
      }
      return this.#addUnlisted(name, null, word, false)
    }
    this.#readBundle(text, word)
  }

  #isWhole(name: string): boolean {
    return name.length > 2 || this.#hasStyle('single-dash-long') || this.#hasStyle('no-bundles')
  }

  /** `-xzf FILE`: flags, then at most one option with a value. */
  #readBundle(text: string, word: Word): void {
    for (let index = 1; index < text.length; index++) {
      const name = `-${text[index] ?? ''}`
      const found = findOption(this.#levels, name)
      if (!found) {
        this.#addUnlisted(name, null, word, false)
        if (this.#hasStyle('open')) continue
        return this.#addPossibleRest(text.slice(index + 1), word)
      }
      const rest = text.slice(index + 1)
      if (found.option.value === 'none') {
        this.#addOption(found.option, null, found.isOwnLevel, word)
        continue
      }
      const glued = rest === '' ? null : knownWord(rest, word.start, word.end)
      this.#addOption(found.option, glued, found.isOwnLevel, word)
      return
    }
  }

  /** `tar cvf ARCHIVE`: letters without a dash; each that needs a value takes the next word. */
  #readFirstBundle(letters: string, word: Word): void {
    for (const letter of letters) {
      const found = findOption(this.#levels, `-${letter}`)
      if (found) this.#addOption(found.option, null, found.isOwnLevel, word)
      else this.#addUnlisted(`-${letter}`, null, word, false)
    }
  }

  /** After a letter that nobody described: more letters, or its value. */
  #addPossibleRest(letters: string, word: Word): void {
    for (const letter of letters) {
      const found = findOption(this.#levels, `-${letter}`)
      if (found) this.#options.push(this.#possible(found.option, null, word))
    }
  }

  #readPlus(text: string, word: Word): void {
    const whole = findOption(this.#levels, text)
    const short = findOption(this.#levels, text.slice(0, 2)) ?? findOption(this.#levels, '+')
    if (whole) return this.#addOption(whole.option, null, whole.isOwnLevel, word)
    if (!short) return this.#addUnlisted(text, null, word, false)
    const length = short.option.names.includes('+') ? 1 : 2
    const value = text.length > length ? knownWord(text.slice(length), word.start, word.end) : null
    this.#addOption(short.option, value, short.isOwnLevel, word)
  }

  #readKeyValue(text: string, word: Word): boolean {
    const equals = text.indexOf('=')
    if (equals < 1) return false
    const found = findOption(this.#levels, text.slice(0, equals + 1))
    if (!found) return false
    const value = knownWord(text.slice(equals + 1), word.start, word.end)
    this.#addOption(found.option, value, found.isOwnLevel, word)
    return true
  }

  /** Nobody described the program: the word counts as a bundle of letters and as one long option. */
  #addUndescribed(text: string, word: Word): void {
    this.#addUnlisted(text, null, word, false)
    for (const letter of /^-[A-Za-z]{2,}$/.test(text) ? text.slice(1) : '') {
      this.#options.push({
        name: `-${letter}`,
        knowledge: null,
        value: null,
        isSure: false,
        isOwnLevel: true,
        argv: null,
        start: word.start,
        end: word.end,
      })
    }
  }

  #addUnlisted(name: string, value: Word | null, word: Word, isAmbiguous: boolean): void {
    if (isAmbiguous || !this.#hasStyle('open')) this.#hasUnlisted = true
    this.#options.push({
      name,
      knowledge: null,
      value,
      isSure: !isAmbiguous,
      isOwnLevel: true,
      argv: null,
      start: word.start,
      end: word.end,
    })
  }

  #addOption(option: OptionKnowledge, glued: Word | null, isOwnLevel: boolean, word: Word): void {
    const takesArgv = option.effects.some((each) => each.kind === 'argv' || each.kind === 'joined')
    const argv = takesArgv ? this.#takeCommand(option, glued) : null
    let value = glued
    if (!argv && option.value === 'required' && glued === null) {
      const next = this.#words[this.#at]
      if (next) {
        this.#at++
        value = next
        if (next.kind === 'unknown' && next.isMany) this.#noteMany()
      }
    }
    this.#options.push({
      name: option.names[0] ?? '',
      knowledge: option,
      value,
      isSure: true,
      isOwnLevel,
      argv,
      start: word.start,
      end: word.end,
    })
  }

  #takeCommand(option: OptionKnowledge, glued: Word | null): readonly Word[] {
    const rest = this.#words.slice(this.#at)
    const untilSemicolon = option.effects.some(
      (each) => each.kind === 'argv' && each.ending === 'semicolon',
    )
    const isEnd = (each: Word, index: number): boolean =>
      each.kind === 'known' &&
      (each.text === ';' || (each.text === '+' && isPlaceholder(rest[index - 1])))
    const end = untilSemicolon ? rest.findIndex(isEnd) : -1
    const taken = end < 0 ? rest : rest.slice(0, end)
    this.#at += end < 0 ? rest.length : end + 1
    return glued ? [glued, ...taken] : taken
  }

  #addOperand(word: Word, isSure = true): void {
    const level = this.#level
    if (level && this.#isSubcommandPlace(level)) {
      if (word.kind === 'known') {
        const found = findSubcommand(level, word.text)
        if (found) {
          this.#levels.push(found)
          this.#subcommands.push(found.name.includes('*') ? word.text : found.name)
          this.#operands.push({ word, isSure: isSure && !this.#mayBeValue, isSubcommand: true })
          return
        }
        if (level.operands.length === 0 && !level.styles.includes('open-subcommands')) {
          this.#hasUnknownSubcommand = true
        }
      } else {
        this.#hasUnknownSubcommand = true
      }
    }
    const undescribedValue = this.#levels.length === 0 && this.#options.at(-1)?.value === null
    const isOwn = isSure && !undescribedValue && !this.#mayBeValue
    this.#operands.push({ word, isSure: isOwn, isSubcommand: false })
    if (level?.styles.includes('posix') || this.#startsCommand(level)) this.#optionsEnded = true
  }

  /** The next operand may be a subcommand: none of this level's own operands stands yet. */
  #isSubcommandPlace(level: CommandKnowledge): boolean {
    if (Object.keys(level.subcommands).length === 0) return false
    return this.#operands.every((each) => each.isSubcommand || !each.isSure)
  }

  /** The operand just added begins an inner command: its options are its own. */
  #startsCommand(level: CommandKnowledge | null): boolean {
    if (!level) return false
    const own = this.#operands.filter((each) => !each.isSubcommand)
    let index = 0
    for (const slot of level.operands) {
      const isCommand = slot.effects.some((each) => each.kind === 'argv' || each.kind === 'joined')
      if (isCommand) return own.length > index
      if (slot.effects.some((each) => each.kind === 'set')) {
        while (isSetting(own[index]?.word)) index++
      } else if (!slot.isOptional) index++
    }
    return false
  }
}

function isPlaceholder(word: Word | undefined): boolean {
  return word?.kind === 'known' && word.text.includes('{}')
}

/** `NAME=VALUE`, the form in which `env` and `sudo` take variables. */
export function isSetting(word: Word | undefined): boolean {
  if (!word) return false
  const text = word.kind === 'known' ? word.text : word.prefix
  return /^[A-Za-z_][A-Za-z0-9_]*=/.test(text)
}
