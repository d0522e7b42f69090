/**
 * What a run does by its options and operands: knowledge applied to the words that stand there.
 */
import type { CodePlace } from '../model/analysis.ts'
import type { CodeLanguage, Effect, FixedEffect } from '../model/knowledge.ts'
import type { Word } from '../model/word.ts'
import type { Analyser } from './analyser.ts'
import { hasJoinedCode } from './code/read.ts'
import { isPipe, runCode, runCommand, runScript } from './effect-code.ts'
import { addConnect, addPath, connectTo, elevate, setVariable } from './effect-places.ts'
import { EffectRun, type Origin, type RunContext } from './effect-run.ts'
import { hostOf } from './hosts.ts'
import type { FoundOption } from './parsed.ts'
import { addPathActions } from './path-actions.ts'
import { absolutePath, expandHome } from './paths.ts'
import { possibleEffects } from './possible-options.ts'
import { type FilledSlot, fillSlots } from './slots.ts'

/** Adds all actions of a run; gives the places whose content it executes. */
export function applyEffects(analyser: Analyser, context: RunContext): readonly CodePlace[] {
  return new EffectReader(new EffectRun(analyser, context)).apply()
}

class EffectReader {
  readonly #run: EffectRun
  /** Its program stands in an option: `-e CODE`. */
  readonly #hasProgramOption: boolean

  constructor(run: EffectRun) {
    this.#run = run
    this.#hasProgramOption = (run.context.parsed.level?.options ?? []).some(
      (each) =>
        each.replaces !== undefined && each.effects.some((effect) => effect.kind === 'code'),
    )
  }

  apply(): readonly CodePlace[] {
    const { parsed, knowledge } = this.#run.context
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
      this.#run.analyser.draft.amend(this.#run.context.id, { hasUnlisted: true })
    }
    this.#applySlots(filled)
    this.#noteData(filled)
    this.#applyDefaults(filled)
    this.#applyPossibleOptions(filled)
    for (const level of parsed.levels) {
      for (const effect of level.fixed) this.#applyFixed(effect, 'always')
    }
    this.#applyStdin()
    return this.#run.codePlaces
  }

  /** Operands that were left out and have a default: `find`, `grep -r`. */
  #applyDefaults(filled: readonly FilledSlot[]): void {
    for (const slot of this.#run.context.parsed.level?.operands ?? []) {
      if (slot.default === undefined || filled.some((each) => each.slot === slot)) continue
      const word: Word = { kind: 'known', text: slot.default, ...this.#run.context.range }
      const own = this.#run.operandEffects ?? slot.effects
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
    const { parsed, id, range } = this.#run.context
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
      this.#run.unread(`an unknown word may be the option \`${possible.code}\`, which runs code`)
    }
    for (const effect of possible.effects) this.#applyEffect(effect, value, origin)
    for (const effect of possible.operandEffects) {
      for (const { word, operand } of filled) {
        this.#applyEffect(effect, word, { ...origin, operand })
      }
    }
    this.#run.analyser.addRisks(id, possible.risks)
  }

  /** A program without knowledge may read every operand that looks like a path. */
  #applyUndescribed(): void {
    for (const [index, { word }] of this.#run.context.parsed.operands.entries()) {
      const looksLikePath = word.kind === 'unknown' || /^[~./]|\//.test(word.text)
      if (!looksLikePath || this.#isUrl(word)) continue
      addPath(
        this.#run,
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
    this.#run.cwds =
      value?.kind === 'known' ? this.#run.cwds.map((cwd) => absolutePath(value.text, cwd)) : []
  }

  #applyOption(option: FoundOption): void {
    const knowledge = option.knowledge
    if (!knowledge) return
    const via = `option ${option.name}`
    const origin = { via, operand: null, option: option.name }
    for (const effect of knowledge.fixed) this.#applyFixed(effect, via, option.name)
    if (option.argv) {
      const [effect] = knowledge.effects
      if (effect) runCommand(this.#run, option.argv, effect, via)
      return
    }
    if (option.value === null) return
    const hadCode = this.#run.hasCode
    for (const effect of knowledge.effects) {
      this.#applyEffect(effect, option.value, { ...origin, isPossible: !option.isSure })
    }
    // What an option loads besides is not the program: that may still come from standard input.
    if (knowledge.replaces === undefined && this.#hasProgramOption) this.#run.hasCode = hadCode
  }

  #applySlots(filled: readonly FilledSlot[]): void {
    let hasCommand = false
    for (const [index, { slot, word, operand, isPossible }] of filled.entries()) {
      if (hasCommand || !slot) continue
      const origin: Origin = { via: `operand <${slot.name}>`, operand, isPossible }
      const command = slot.effects.find((each) => each.kind === 'argv' || each.kind === 'joined')
      if (command) {
        runCommand(
          this.#run,
          filled.slice(index).map((each) => each.word),
          command,
          origin.via,
        )
        hasCommand = true
        continue
      }
      // WHY: code in an operand stays code, whatever an option does to the files beside it (`sed -i`).
      const isCode = slot.effects.some((each) => each.kind === 'code' || each.kind === 'script')
      const own = isCode ? slot.effects : (this.#run.operandEffects ?? slot.effects)
      for (const effect of own) this.#applyEffect(effect, word, origin)
    }
    const more = this.#run.context.parsed.level?.operands.some((slot) =>
      slot.effects.some((each) => each.kind === 'argv' && each.ending === 'more'),
    )
    if (!hasCommand && more) this.#run.hasCode = true
  }

  /** Which operands are data: what stands in a place for paths alone. */
  #noteData(filled: readonly FilledSlot[]): void {
    const { draft } = this.#run.analyser
    const run = draft.actions[this.#run.context.id]
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
        if (effect.isPiped && isPipe(this.#run, word, origin)) return
        return addPath(this.#run, word, effect.action, effect, origin)
      case 'connect':
        return connectTo(this.#run, word, origin)
      case 'code':
        return runCode(this.#run, word, effect.language, origin)
      case 'script':
        return runScript(this.#run, word, origin)
      case 'set':
        return setVariable(this.#run, word, origin)
      case 'elevate':
        return elevate(this.#run, origin.via)
      case 'directory':
      case 'argv':
      case 'joined':
        return
    }
  }

  #applyFixed(effect: FixedEffect, via: string, option?: string): void {
    const named = option === undefined ? {} : { option }
    const origin: Origin = { via, operand: null, ...named, isPossible: false }
    switch (effect.kind) {
      case 'path': {
        const word: Word = {
          kind: 'known',
          text: expandHome(effect.path, this.#run.analyser.world.home),
          ...this.#run.context.range,
        }
        if (this.#run.context.place.isElsewhere) return
        addPathActions(this.#run.analyser, {
          action: this.#run.isDry ? 'read' : effect.action,
          word,
          cwds: this.#run.cwds,
          // WHY: a program's own folder is judged by its name; what the program puts there only the sandbox can hold.
          isTree: effect.isTree && effect.action !== 'write',
          isFixed: option === undefined,
          parent: this.#run.context.id,
          range: this.#run.context.range,
          ...origin,
        })
        return
      }
      case 'connect':
        if (effect.host === '*') return addConnect(this.#run, null, null, origin, true)
        return addConnect(
          this.#run,
          hostOf(effect.host)?.host ?? null,
          hostOf(effect.host)?.port ?? null,
          origin,
          true,
        )
      case 'elevate':
        return elevate(this.#run, via)
      case 'code':
        this.#run.hasCode = true
        this.#run.analyser.draft.amend(this.#run.context.id, { isFree: false })
        return this.#run.addCodePlace(effect.path, origin)
      case 'ambient':
        if (effect.path !== undefined) this.#run.addCodePlace(effect.path, origin)
        return
    }
  }

  /** Code from standard input: read where it is literal, unknown otherwise. */
  #applyStdin(): void {
    const { parsed, place } = this.#run.context
    const asked = parsed.options.find((each) => each.knowledge?.stdin)?.knowledge?.stdin
    const language = asked ?? (this.#run.hasCode ? undefined : parsed.level?.stdin)
    if (!language) return
    if (place.stdin) {
      this.#run.hasReadInput = language !== 'shell'
      return runCode(this.#run, place.stdin, language, {
        via: 'standard input',
        operand: null,
        isPossible: false,
      })
    }
    this.#run.unread(place.hasInput ? 'reads code from its input' : 'reads code from the terminal')
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
