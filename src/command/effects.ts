/**
 * What a run does by its options and operands: knowledge applied to the words that stand there.
 */
import type { CodePlace, ProgramFact } from '../model/analysis.ts'
import type { CodeLanguage, CommandKnowledge, Effect, FixedEffect } from '../model/knowledge.ts'
import type { Word } from '../model/word.ts'
import type { Analyser } from './analyser.ts'
import { namedFile } from './code/perl-open.ts'
import { type CodeUse, hasJoinedCode, readCode } from './code/read.ts'
import { hostOf, isRemote } from './hosts.ts'
import type { FoundOption, ParsedArguments } from './parsed.ts'
import { addPathActions, type PathUse } from './path-actions.ts'
import { absolutePath, expandHome } from './paths.ts'
import { inner, type Place } from './place.ts'
import { possibleEffects } from './possible-options.ts'
import { type FilledSlot, fillSlots } from './slots.ts'

export interface RunContext {
  readonly id: number
  readonly program: ProgramFact
  readonly knowledge: CommandKnowledge | null
  readonly parsed: ParsedArguments
  readonly place: Place
  readonly range: { readonly start: number; readonly end: number }
}

/** Where a value stands, for explanations and for settling. */
interface Origin {
  readonly via: string
  readonly operand: number | null
  /** Canonical name of the option that it is the value of. */
  readonly option?: string
  readonly isPossible: boolean
}

/** Adds all actions of a run; gives the places whose content it executes. */
export function applyEffects(analyser: Analyser, context: RunContext): readonly CodePlace[] {
  return new EffectReader(analyser, context).apply()
}

class EffectReader {
  readonly #analyser: Analyser
  readonly #context: RunContext
  readonly #codePlaces: CodePlace[] = []
  #cwds: readonly string[]
  #hasCode = false
  #hasReadInput = false
  readonly #isDry: boolean
  /** Its program stands in an option: `-e CODE`. */
  readonly #hasProgramOption: boolean
  readonly #isTree: boolean
  readonly #operandEffects: readonly Effect[] | null

  constructor(analyser: Analyser, context: RunContext) {
    this.#analyser = analyser
    this.#context = context
    this.#cwds = context.place.cwds
    const sure = context.parsed.options.filter((each) => each.isSure)
    this.#hasProgramOption = (context.parsed.level?.options ?? []).some(
      (each) =>
        each.replaces !== undefined && each.effects.some((effect) => effect.kind === 'code'),
    )
    this.#isDry = sure.some((each) => each.knowledge?.isDry === true)
    this.#isTree =
      context.place.isTree ||
      context.parsed.options.some((each) => each.knowledge?.makesTree === true)
    const overrides = context.parsed.options.flatMap((each) => each.knowledge?.operandEffects ?? [])
    this.#operandEffects = overrides.length > 0 ? overrides : null
  }

  apply(): readonly CodePlace[] {
    const { parsed, knowledge } = this.#context
    const ends = parsed.options.some(
      (each) => each.isSure && each.isOwnLevel && each.knowledge?.ends === true,
    )
    if (ends) return []
    if (!knowledge) {
      this.#applyUndescribed()
      return []
    }
    for (const option of parsed.options) this.#applyDirectory(option)
    for (const option of joinedCode(parsed.options)) this.#applyOption(option)
    const { filled, hasExtra } = fillSlots(parsed)
    if (hasExtra && !knowledge.styles.includes('no-options')) {
      this.#analyser.draft.amend(this.#context.id, { hasUnlisted: true })
    }
    this.#applySlots(filled)
    this.#noteData(filled)
    this.#applyDefaults(filled)
    this.#applyPossibleOptions(filled)
    for (const level of parsed.levels) {
      for (const effect of level.fixed) this.#applyFixed(effect, 'always')
    }
    this.#applyStdin()
    return this.#codePlaces
  }

  /** Operands that were left out and have a default: `find`, `grep -r`. */
  #applyDefaults(filled: readonly FilledSlot[]): void {
    for (const slot of this.#context.parsed.level?.operands ?? []) {
      if (slot.default === undefined || filled.some((each) => each.slot === slot)) continue
      const word: Word = { kind: 'known', text: slot.default, ...this.#context.range }
      const own = this.#operandEffects ?? slot.effects
      for (const effect of own) {
        this.#applyEffect(effect, word, {
          via: `operand <${slot.name}>`,
          operand: null,
          isPossible: false,
        })
      }
    }
  }

  /** An unknown word before `--` may be any option that knowledge lists (language.md §3 rule 2). */
  #applyPossibleOptions(filled: readonly FilledSlot[]): void {
    const { parsed, id, range } = this.#context
    if (parsed.mayHaveOptions === 'none') return
    const possible = possibleEffects(parsed.levels)
    const value: Word = {
      kind: 'unknown',
      prefix: '',
      suffix: '',
      isMany: false,
      reason: 'the value of an option that an unknown word may be',
      ...range,
    }
    const origin = { via: 'an unknown word that may be an option', operand: null, isPossible: true }
    if (possible.code !== null) {
      this.#unread(`an unknown word may be the option \`${possible.code}\`, which runs code`)
    }
    for (const effect of possible.effects) this.#applyEffect(effect, value, origin)
    for (const effect of possible.operandEffects) {
      for (const { word, operand } of filled) {
        this.#applyEffect(effect, word, { ...origin, operand })
      }
    }
    this.#analyser.addRisks(id, possible.risks)
  }

  /** A program without knowledge may read every operand that looks like a path. */
  #applyUndescribed(): void {
    for (const [index, { word }] of this.#context.parsed.operands.entries()) {
      const looksLikePath = word.kind === 'unknown' || /^[~./]|\//.test(word.text)
      if (!looksLikePath || this.#isUrl(word)) continue
      this.#path(
        word,
        'read',
        { isTree: false, isRemote: false },
        {
          via: 'operand of an unknown program',
          operand: index,
          isPossible: true,
        },
      )
    }
  }

  #isUrl(word: Word): boolean {
    return word.kind === 'known' && /^[a-z][a-z0-9+.-]*:\/\//i.test(word.text)
  }

  #applyDirectory(option: FoundOption): void {
    if (!option.knowledge?.effects.some((each) => each.kind === 'directory')) return
    const value = option.value
    this.#cwds =
      value?.kind === 'known' ? this.#cwds.map((cwd) => absolutePath(value.text, cwd)) : []
  }

  #applyOption(option: FoundOption): void {
    const knowledge = option.knowledge
    if (!knowledge) return
    const via = `option ${option.name}`
    const origin = { via, operand: null, option: option.name }
    for (const effect of knowledge.fixed) this.#applyFixed(effect, via, option.name)
    if (option.argv) {
      const [effect] = knowledge.effects
      if (effect) this.#command(option.argv, effect, via)
      return
    }
    if (option.value === null) return
    const hadCode = this.#hasCode
    for (const effect of knowledge.effects) {
      this.#applyEffect(effect, option.value, { ...origin, isPossible: !option.isSure })
    }
    // What an option loads besides is not the program: that may still come from standard input.
    if (knowledge.replaces === undefined && this.#hasProgramOption) this.#hasCode = hadCode
  }

  #applySlots(filled: readonly FilledSlot[]): void {
    let hasCommand = false
    for (const [index, { slot, word, operand, isPossible }] of filled.entries()) {
      if (hasCommand || !slot) continue
      const origin: Origin = { via: `operand <${slot.name}>`, operand, isPossible }
      const command = slot.effects.find((each) => each.kind === 'argv' || each.kind === 'joined')
      if (command) {
        this.#command(
          filled.slice(index).map((each) => each.word),
          command,
          origin.via,
        )
        hasCommand = true
        continue
      }
      // WHY: code in an operand stays code, whatever an option does to the files beside it (`sed -i`).
      const isCode = slot.effects.some((each) => each.kind === 'code' || each.kind === 'script')
      const own = isCode ? slot.effects : (this.#operandEffects ?? slot.effects)
      for (const effect of own) this.#applyEffect(effect, word, origin)
    }
    const more = this.#context.parsed.level?.operands.some((slot) =>
      slot.effects.some((each) => each.kind === 'argv' && each.ending === 'more'),
    )
    if (!hasCommand && more) this.#hasCode = true
  }

  /** Which operands are data: what stands in a place for paths alone. */
  #noteData(filled: readonly FilledSlot[]): void {
    const { draft } = this.#analyser
    const run = draft.actions[this.#context.id]
    const isPath = ({ slot, isPossible }: FilledSlot): boolean =>
      !isPossible && slot !== null && slot.effects.length > 0 && slot.effects.every(isPathEffect)
    const data = new Set(filled.filter(isPath).map((each) => each.operand))
    if (run?.kind !== 'run' || data.size === 0) return
    const operands = run.operands.map((each, index) =>
      data.has(index) ? { ...each, isData: true as const } : each,
    )
    draft.amend(run.id, { operands })
  }

  #applyEffect(effect: Effect, word: Word, origin: Origin): void {
    switch (effect.kind) {
      case 'path':
        return this.#path(word, effect.action, effect, origin)
      case 'connect':
        return this.#connect(word, origin)
      case 'code':
        return this.#code(word, effect.language, origin)
      case 'script':
        return this.#script(word, origin)
      case 'set':
        return this.#set(word, origin)
      case 'elevate':
        return this.#elevate(origin.via)
      case 'directory':
      case 'argv':
      case 'joined':
        return
    }
  }

  #path(
    word: Word,
    written: PathUse['action'],
    form: Omit<Extract<Effect, { kind: 'path' }>, 'kind' | 'action'>,
    origin: Origin,
  ): void {
    if (this.#context.place.isElsewhere) return
    if (word.kind === 'known' && (word.text === '-' || word.text === '')) return
    if (form.isRemote && word.kind === 'known' && isRemote(word.text)) {
      return this.#connect(word, origin)
    }
    const action = this.#isDry ? 'read' : written
    if (form.isPiped && this.#isPipe(word, origin)) return
    if (form.isInto && word.kind === 'known' && this.#putInto(word, action, origin)) return
    addPathActions(this.#analyser, {
      action,
      word,
      cwds: this.#cwds,
      isTree: form.isTree || this.#isTree,
      isChosen: this.#context.place.isTree,
      isOwn: form.isOwn === true,
      ...(form.isInto ? { copied: this.#sources(origin) } : {}),
      isFixed: false,
      parent: this.#context.id,
      range: this.#context.range,
      ...origin,
    })
  }

  /** The operands that are copied: all but the target. */
  #sources(origin: Origin): readonly Word[] {
    const own = this.#context.parsed.operands.filter((each) => !each.isSubcommand)
    return (origin.operand === null ? own : own.slice(0, -1)).map((each) => each.word)
  }

  /** A name that the program takes as a command: `perl -n`. True when it was dealt with. */
  #isPipe(word: Word, origin: Origin): boolean {
    if (word.kind === 'unknown' && !word.values) {
      this.#unread('a file name that may be a command')
      return false
    }
    const texts = word.kind === 'known' ? [word.text] : (word.values ?? [])
    const signs = texts.filter((text) => /^\s*\+?[|<>]|\|\s*$/.test(text))
    if (signs.length === 0) return false
    const uses = word.kind === 'known' ? namedFile(word.text) : null
    if (uses) for (const use of uses) this.#use(use, word, origin)
    else this.#unread('a file name that is a command')
    return uses !== null
  }

  /** `cp a b DIR`: what is written is DIR/a and DIR/b. False when the word is no folder. */
  #putInto(word: Word & { kind: 'known' }, action: PathUse['action'], origin: Origin): boolean {
    const sources = this.#sources(origin)
    const { world } = this.#analyser
    const isFolder =
      origin.operand === null ||
      sources.length > 1 ||
      word.text.endsWith('/') ||
      this.#cwds.some((cwd) => world.isDirectory(absolutePath(word.text, cwd)))
    if (!isFolder || sources.length === 0) return false
    for (const source of sources) {
      const name = source.kind === 'known' ? source.text.split('/').at(-1) : ''
      const isPlain = name !== undefined && name !== '' && name !== '.' && name !== '..'
      addPathActions(this.#analyser, {
        action,
        word: isPlain ? { ...word, text: `${word.text}/${name}` } : word,
        cwds: this.#cwds,
        isTree: this.#isTree || !isPlain,
        copied: [source],
        isFixed: false,
        parent: this.#context.id,
        range: this.#context.range,
        ...origin,
      })
    }
    return true
  }

  #connect(word: Word, origin: Origin): void {
    if (this.#context.place.isElsewhere) return
    if (word.kind === 'known' && /^file:/i.test(word.text)) {
      const path = word.text.replace(/^file:(?:\/\/[^/]*)?/i, '')
      return this.#path({ ...word, text: path }, 'read', { isTree: false, isRemote: false }, origin)
    }
    const host = word.kind === 'known' ? hostOf(word.text) : null
    this.#addConnect(host?.host ?? null, host?.port ?? null, origin, false)
  }

  #addConnect(host: string | null, port: number | null, origin: Origin, isFixed: boolean): void {
    this.#analyser.draft.add({
      kind: 'connect',
      host,
      port,
      ...this.#base(origin, isFixed),
    })
  }

  #base(
    origin: Origin,
    isFixed: boolean,
  ): {
    parent: number
    operand: number | null
    isFixed: boolean
    isPossible: boolean
    risks: []
    unknown: null
    via: string
    start: number
    end: number
  } {
    return {
      parent: this.#context.id,
      operand: origin.operand,
      isFixed,
      isPossible: origin.isPossible,
      risks: [],
      unknown: null,
      via: origin.via,
      start: this.#context.range.start,
      end: this.#context.range.end,
    }
  }

  #elevate(via: string): void {
    this.#analyser.draft.add({
      kind: 'elevate',
      name: this.#context.program.base,
      options: [],
      ...this.#base({ via, operand: null, isPossible: false }, false),
    })
  }

  #set(word: Word, origin: Origin): void {
    const text = word.kind === 'known' ? word.text : word.prefix
    const name = /^([^=]+)/.exec(text)?.[1]
    const isComplete = word.kind === 'known' || text.includes('=')
    this.#analyser.addSetting(
      isComplete && name !== undefined ? name : null,
      this.#context.id,
      this.#context.range,
      origin.via,
    )
  }

  /** The run executes code that oa cannot read: nothing may allow it silently. */
  #unread(reason: string): void {
    this.#hasCode = true
    // What it runs is not judged by itself, so it is no mere wrapper: a rule must allow it.
    this.#analyser.draft.amend(this.#context.id, { unknown: reason, isFree: false })
  }

  #code(word: Word, language: CodeLanguage, origin: Origin): void {
    this.#hasCode = true
    if (word.kind === 'unknown') {
      return this.#unread(`the code is not known before the run: ${word.reason}`)
    }
    if (language === 'shell') return this.#shellCode(word.text, origin.via)
    const read = readCode(language, word.text, this.#optionNames(), this.#analyser.world.home)
    if (read.uses.length > 0) this.#analyser.draft.decoded.push({ text: word.text, language })
    for (const use of read.uses) this.#use(use, word, origin)
    if (read.unknown !== null) this.#unread(read.unknown)
  }

  /** One thing that code does. */
  #use(use: CodeUse, code: Word, origin: Origin): void {
    const at = { start: code.start, end: code.end }
    switch (use.kind) {
      case 'shell':
        return this.#shellCode(use.code, origin.via)
      case 'connect':
        return this.#addConnect(use.host, use.port, origin, false)
      case 'argv':
        return this.#command(
          use.words.map((text) => codeWord(text, code)),
          { kind: 'argv', ending: 'rest' },
          origin.via,
        )
      case 'script':
        return this.#script({ kind: 'known', text: use.path, ...at }, origin)
      case 'beside':
        return this.#beside(use.names)
      case 'decoded':
        this.#analyser.draft.decoded.push({ text: use.code, language: use.language })
        return
      case 'set':
        return this.#analyser.addSetting(
          use.name,
          this.#context.id,
          this.#context.range,
          origin.via,
        )
      case 'elevate':
        return this.#elevate(origin.via)
      default:
        if (use.isMoved) this.#noteMoved(use.path)
        return this.#path(
          // WHY: `-` and `~` are ordinary names for code.
          codeWord(use.path === null ? null : use.path.replace(/^(?=[-~])/, './'), code),
          use.kind,
          { isTree: use.isTree, isRemote: false },
          origin,
        )
    }
  }

  #optionNames(): ReadonlySet<string> {
    return new Set(this.#context.parsed.options.map((each) => each.name))
  }

  /** A link may stand there from now on. */
  #noteMoved(path: string | null): void {
    if (path === null) return
    for (const cwd of this.#cwds) this.#analyser.draft.touched.push(absolutePath(path, cwd))
  }

  /** Modules beside the code come first: one that is there is run. */
  #beside(names: readonly string[]): void {
    const { world } = this.#analyser
    if (this.#cwds.length === 0) return this.#unread('modules of a directory that is not known')
    for (const cwd of this.#cwds) {
      const found = world.list(cwd)
      if (found === null && world.isDirectory(cwd)) this.#addCodePlace(cwd)
      const there = new Set(found)
      for (const name of names) {
        const [folder = '', file] = name.split('/')
        if (!there.has(folder)) continue
        const isThere =
          file === undefined || world.list(`${cwd}/${folder}`)?.includes(file) !== false
        if (isThere) this.#addCodePlace(`${cwd}/${name}`)
      }
      for (const name of names) {
        if (this.#analyser.draft.isUnsettled(absolutePath(name, cwd))) this.#addCodePlace(name)
      }
    }
  }

  /** Where inner commands stand: input that was read as code is gone for them. */
  #below(): Place {
    const { place } = this.#context
    return this.#hasReadInput ? { ...place, stdin: null, hasInput: true } : place
  }

  #shellCode(text: string, via: string): void {
    const { id, range, program } = this.#context
    const place = this.#below()
    const walked = this.#analyser.analyseCode(text, dialectOf(program.base), {
      ...inner({ ...place, cwds: this.#cwds }, id, range),
      hasInput: place.hasInput,
    })
    this.#analyser.draft.decoded.push({ text, language: 'shell' })
    if (walked?.refused) this.#unread(`${via}: ${walked.refused.reason}`)
  }

  #script(word: Word, origin: Origin): void {
    if (word.kind === 'known' && word.text === '-') return
    this.#hasCode = true
    if (word.kind === 'unknown') return this.#unread(`the script is not known: ${word.reason}`)
    this.#analyser.draft.amend(this.#context.id, { isFree: false })
    this.#path(word, 'read', { isTree: false, isRemote: false }, origin)
    this.#addCodePlace(word.text, origin)
  }

  #addCodePlace(path: string, named?: Pick<Origin, 'operand' | 'option'>): void {
    const { world } = this.#analyser
    if (this.#cwds.length === 0 && !/^[/~]/.test(path)) {
      return this.#unread('code from a directory that is not known')
    }
    for (const cwd of this.#cwds.length > 0 ? this.#cwds : ['/']) {
      const absolute = absolutePath(expandHome(path, world.home), cwd)
      const real = world.realpath(absolute) ?? absolute
      for (const each of new Set([absolute, real])) {
        this.#codePlaces.push({
          path: each,
          isAccountWritable: world.mayWrite(each),
          operand: named?.operand ?? null,
          option: named?.option ?? null,
        })
      }
    }
  }

  /** An inner command: words to be run as they are, or joined into shell code. */
  #command(words: readonly Word[], effect: Effect, via: string): void {
    this.#hasCode = true
    const { id, range } = this.#context
    const place = this.#below()
    const below = inner({ ...place, cwds: this.#cwds }, id, range)
    if (effect.kind === 'joined') {
      if (effect.isElsewhere) this.#unread('runs on another machine')
      const known = words.flatMap((word) => (word.kind === 'known' ? [word.text] : []))
      if (known.length < words.length) {
        return this.#unread(`${via}: the command is not known before the run`)
      }
      const outside = { ...below, isElsewhere: effect.isElsewhere || place.isElsewhere }
      const walked = this.#analyser.analyseCode(known.join(' '), 'sh', outside)
      if (walked?.refused) this.#unread(`${via}: ${walked.refused.reason}`)
      return
    }
    if (effect.kind !== 'argv' || words.length === 0) return
    if (effect.ending === 'semicolon') {
      this.#analyser.analyseArgv(
        words.flatMap((word) => this.#found(word)),
        { ...below, isTree: true },
      )
      return
    }
    const more: Word = {
      kind: 'unknown',
      prefix: '',
      suffix: '',
      isMany: true,
      reason: 'words from its input or from the files found',
      ...range,
    }
    const argv = effect.ending === 'more' ? [...words.map(withoutPlaceholder), more] : words
    this.#analyser.analyseArgv(argv, { ...below, hasInput: place.hasInput })
  }

  /** `{}` stands for everything below the places that are searched: their whole trees. */
  #found(word: Word): readonly Word[] {
    if (word.kind === 'unknown' || word.text !== '{}') return [withoutPlaceholder(word)]
    const searched = this.#context.parsed.operands.map((each) => each.word)
    return searched.length > 0 ? searched : [{ ...word, text: '.' }]
  }

  #applyFixed(effect: FixedEffect, via: string, option?: string): void {
    const named = option === undefined ? {} : { option }
    const origin: Origin = { via, operand: null, ...named, isPossible: false }
    switch (effect.kind) {
      case 'path': {
        const word: Word = {
          kind: 'known',
          text: expandHome(effect.path, this.#analyser.world.home),
          ...this.#context.range,
        }
        if (this.#context.place.isElsewhere) return
        addPathActions(this.#analyser, {
          action: this.#isDry ? 'read' : effect.action,
          word,
          cwds: this.#cwds,
          // WHY: a program's own folder is judged by its name; what the program puts there only the sandbox can hold.
          isTree: effect.isTree && effect.action !== 'write',
          isFixed: option === undefined,
          parent: this.#context.id,
          range: this.#context.range,
          ...origin,
        })
        return
      }
      case 'connect':
        if (effect.host === '*') return this.#addConnect(null, null, origin, true)
        return this.#addConnect(
          hostOf(effect.host)?.host ?? null,
          hostOf(effect.host)?.port ?? null,
          origin,
          true,
        )
      case 'elevate':
        return this.#elevate(via)
      case 'code':
        this.#hasCode = true
        this.#analyser.draft.amend(this.#context.id, { isFree: false })
        return this.#addCodePlace(effect.path, origin)
      case 'ambient':
        if (effect.path !== undefined) this.#addCodePlace(effect.path, origin)
        return
    }
  }

  /** Code from standard input: read where it is literal, unknown otherwise. */
  #applyStdin(): void {
    const { parsed, place } = this.#context
    const asked = parsed.options.find((each) => each.knowledge?.stdin)?.knowledge?.stdin
    const language = asked ?? (this.#hasCode ? undefined : parsed.level?.stdin)
    if (!language) return
    if (place.stdin) {
      this.#hasReadInput = language !== 'shell'
      return this.#code(place.stdin, language, {
        via: 'standard input',
        operand: null,
        isPossible: false,
      })
    }
    this.#unread(place.hasInput ? 'reads code from its input' : 'reads code from the terminal')
  }
}

/** `-e A -e B` is one program of two lines. */
function joinedCode(options: readonly FoundOption[]): readonly FoundOption[] {
  const languages = (option: FoundOption): CodeLanguage | null => {
    const effect = option.knowledge?.effects.find((each) => each.kind === 'code')
    return effect?.kind === 'code' && hasJoinedCode(effect.language) ? effect.language : null
  }
  const parts = options.filter((each) => languages(each) !== null)
  const [first] = parts
  if (!first || parts.length === 1) return options
  const unknown = parts.find((each) => each.value?.kind !== 'known')?.value
  const lines = parts.map((each) => (each.value?.kind === 'known' ? each.value.text : ''))
  const whole = unknown ?? (first.value ? { ...first.value, text: lines.join('\n') } : null)
  const joined = { ...first, value: whole } as FoundOption
  return options.flatMap((each) => (each === first ? [joined] : parts.includes(each) ? [] : [each]))
}

const isPathEffect = ({ kind }: Effect): boolean => kind === 'path'

/** The shell dialect that a program's code is in. */
function dialectOf(base: string | null): 'bash' | 'sh' | 'zsh' | 'other' {
  if (base === null) return 'sh'
  if (base === 'bash' || base === 'eval' || base === 'trap' || base === 'rbash') return 'bash'
  if (base === 'zsh') return 'zsh'
  return /^(?:fish|pwsh|powershell|csh|tcsh|nu|xonsh|elvish|cmd|cmd\.exe)$/.test(base)
    ? 'other'
    : 'sh'
}

/** A text of code as a word of the line that the code stands in. */
function codeWord(text: string | null, { start, end }: Word): Word {
  if (text !== null) return { kind: 'known', text, start, end }
  return {
    ...{ kind: 'unknown', prefix: '', suffix: '', isMany: false, start, end },
    reason: 'a text that only the run of the code knows',
  }
}

/** A word around `{}`: what stands there only the run knows. */
function withoutPlaceholder(word: Word): Word {
  if (word.kind === 'unknown') return word
  const at = word.text.indexOf('{}')
  if (at < 0) return word
  return {
    kind: 'unknown',
    prefix: word.text.slice(0, at),
    suffix: word.text.slice(word.text.lastIndexOf('{}') + 2),
    isMany: false,
    reason: 'a name that only the run finds',
    start: word.start,
    end: word.end,
  }
}
