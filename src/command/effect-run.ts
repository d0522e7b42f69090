/**
 * One run while its words are turned into actions: what is known of it so far.
 */
import type { CodePlace, ProgramFact } from '../model/analysis.ts'
import type { CommandKnowledge, Effect } from '../model/knowledge.ts'
import type { Analyser } from './analyser.ts'
import { isDryRun, type ParsedArguments } from './parsed.ts'
import { absolutePath, expandHome } from './paths.ts'
import type { Place } from './place.ts'

export interface RunContext {
  readonly id: number
  readonly program: ProgramFact
  readonly knowledge: CommandKnowledge | null
  readonly parsed: ParsedArguments
  readonly place: Place
  readonly range: { readonly start: number; readonly end: number }
}

/** Where a value stands, for explanations and for settling. */
export interface Origin {
  readonly via: string
  readonly operand: number | null
  /** Canonical name of the option that it is the value of. */
  readonly option?: string
  readonly isPossible: boolean
}

/** What every action has that an effect adds. */
interface ActionBase {
  readonly parent: number
  readonly operand: number | null
  readonly isFixed: boolean
  readonly isPossible: boolean
  readonly risks: []
  readonly unknown: null
  readonly via: string
  readonly start: number
  readonly end: number
}

export class EffectRun {
  readonly analyser: Analyser
  readonly context: RunContext
  /** Places whose content it executes. */
  readonly codePlaces: CodePlace[] = []
  /** Its directories; an option may change them. */
  cwds: readonly string[]
  /** Its program is among its words, so it is not read from standard input. */
  hasCode = false
  /** Standard input was read as code, so inner commands have none. */
  hasReadInput = false
  readonly isDry: boolean
  readonly isTree: boolean
  /** An option says that operands are used otherwise. */
  readonly operandEffects: readonly Effect[] | null

  constructor(analyser: Analyser, context: RunContext) {
    this.analyser = analyser
    this.context = context
    this.cwds = context.place.cwds
    const { options } = context.parsed
    this.isDry = isDryRun(options)
    this.isTree = context.place.isTree || options.some((each) => each.knowledge?.makesTree === true)
    const overrides = options.flatMap((each) => each.knowledge?.operandEffects ?? [])
    this.operandEffects = overrides.length > 0 ? overrides : null
  }

  base(origin: Origin, isFixed: boolean): ActionBase {
    return {
      parent: this.context.id,
      operand: origin.operand,
      isFixed,
      isPossible: origin.isPossible,
      risks: [],
      unknown: null,
      via: origin.via,
      start: this.context.range.start,
      end: this.context.range.end,
    }
  }

  /** It executes code that oa cannot read: nothing may allow it silently. */
  unread(reason: string): void {
    this.hasCode = true
    // What it runs is not judged by itself, so it is no mere wrapper: a rule must allow it.
    this.analyser.draft.amend(this.context.id, { unknown: reason, isFree: false })
  }

  /** Where inner commands stand: input that was read as code is gone for them. */
  below(): Place {
    const { place } = this.context
    return this.hasReadInput ? { ...place, stdin: null, hasInput: true } : place
  }

  addCodePlace(path: string, named?: Pick<Origin, 'operand' | 'option'>): void {
    const { world } = this.analyser
    if (this.cwds.length === 0 && !/^[/~]/.test(path)) {
      return this.unread('code from a directory that is not known')
    }
    for (const cwd of this.cwds.length > 0 ? this.cwds : ['/']) {
      const absolute = absolutePath(expandHome(path, world.home), cwd)
      const real = world.realpath(absolute) ?? absolute
      for (const each of new Set([absolute, real])) {
        this.codePlaces.push({
          path: each,
          isAccountWritable: world.mayWrite(each),
          operand: named?.operand ?? null,
          option: named?.option ?? null,
        })
      }
    }
  }
}
