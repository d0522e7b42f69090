/**
 * One row of the table: a rule's alternative for one action. Kept as JSON in the artifact, read when it is a candidate.
 */
import type { ConditionIr, OptionPattern, RuleEffectIr, WordPattern } from '../model/pattern.ts'
import type { Settings } from '../model/settings.ts'
import type { ActionKind } from '../model/vocabulary.ts'

export interface Row {
  readonly effect: RuleEffectIr
  readonly action: ActionKind
  readonly pattern: RowPattern
  readonly except: readonly RowExcept[]
  readonly when: ConditionIr | null
  readonly obligations: Settings | null
}

/** What is left to check when the trie led here. `regex`: its number in the table. */
export type RowPattern =
  | { readonly kind: 'any' }
  | RunRow
  /** Stage `stage` of `count`; the rows of one pipe share `pipe`. */
  | {
      readonly kind: 'stage'
      readonly pipe: number
      readonly stage: number
      readonly count: number
      readonly run: RunRow
    }
  | { readonly kind: 'path'; readonly isEverything: boolean }
  | { readonly kind: 'host'; readonly port: number | null; readonly isEverything: boolean }
  | {
      readonly kind: 'name'
      readonly isEverything: boolean
      readonly options: readonly OptionPattern[]
    }
  | { readonly kind: 'text'; readonly regex: number }

export interface RunRow {
  readonly kind: 'run'
  /** `*`: names no program. */
  readonly program: string
  readonly words: readonly WordPattern[]
  readonly rest: readonly WordPattern[] | null
  readonly options: readonly OptionPattern[]
  readonly isOnly: boolean
}

export interface RowExcept {
  readonly action: ActionKind
  readonly pattern: ExceptPattern
}

/** Excepts are checked one by one: they are few and belong to one candidate. */
export type ExceptPattern =
  | { readonly kind: 'any' }
  | RunRow
  | {
      readonly kind: 'path'
      readonly root: '/' | 'workspace' | 'home'
      readonly segments: readonly string[]
    }
  | { readonly kind: 'host'; readonly host: string; readonly port: number | null }
  | {
      readonly kind: 'name'
      readonly name: WordPattern
      readonly options: readonly OptionPattern[]
    }
  | { readonly kind: 'text'; readonly regex: number }

/** What the whole policy says beside its rows. */
export interface TableMeta {
  readonly language: number
  readonly mode: 'explain' | 'approve' | 'execute' | null
  readonly defaults: Readonly<Record<string, 'allow' | 'warn' | 'ask' | 'deny'>>
  readonly on: Readonly<Record<string, 'allow' | 'warn' | 'ask' | 'deny'>>
  readonly override: { readonly role: string } | 'off' | null
  readonly settings: Settings
  /** Node numbers: `run`, and for path actions, hosts and names `<action> <root>`. */
  readonly roots: Readonly<Record<string, number>>
  /** Rows without a pattern, by action. */
  readonly always: Readonly<Record<string, readonly number[]>>
  /** Rows of `text` patterns that no required text tells: candidates for every line. */
  readonly texts: readonly number[]
  /** Variables that conditions look at; absent: none. */
  readonly envNames?: readonly string[]
}
