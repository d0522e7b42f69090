/**
 * The flat form of a checked policy: names bound, sets and braces expanded, one row per alternative. Input of the
 * table builder and of the digest. JSON-able; nothing in it depends on order, spelling, spacing or machine except
 * `origin`, `text`, `because` and `instead`, which the digest leaves out.
 */
import type { CommandKnowledge } from '../model/knowledge.ts'
import type {
  ConditionIr,
  PathPattern,
  RuleEffectIr,
  RunPattern,
  WordPattern,
} from '../model/pattern.ts'
import type { Settings } from '../model/settings.ts'
import type { ActionKind, Decision, Mode, Risk } from '../model/vocabulary.ts'

export interface PolicyIr {
  readonly name: string
  readonly language: 1
  readonly mode: Mode | null
  /** Key `*`: the general default. */
  readonly defaults: Readonly<Partial<Record<ActionKind | '*', Decision>>>
  readonly on: Readonly<Partial<Record<Risk, Decision>>>
  readonly override: { readonly role: string } | 'off' | null
  readonly rules: readonly RuleIr[]
  readonly commands: Readonly<Record<string, CommandKnowledge>>
  /** Paths whose change outlives a command. */
  readonly persistPlaces: readonly PathPattern[]
  readonly settings: Settings
  readonly tests: readonly TestIr[]
  readonly nevers: readonly NeverIr[]
}

/** One rule as written (rows of the same rule share its number). */
export interface RuleIr {
  readonly effect: RuleEffectIr
  readonly action: ActionKind
  /** Alternatives: the rule matches if one does. */
  readonly patterns: readonly PatternIr[]
  readonly except: readonly ExceptIr[]
  readonly when: ConditionIr | null
  /** Settings that hold for runs this rule allows. */
  readonly obligations: Settings
  readonly because: string | null
  readonly instead: string | null
  /** The rule as written, one line. */
  readonly text: string
  readonly origin: Origin
}

export interface Origin {
  readonly file: string
  readonly line: number
  readonly column: number
}

export type PatternIr =
  | { readonly kind: 'any' }
  | { readonly kind: 'run'; readonly run: RunPattern }
  /** At least two stages, each a list of alternatives; data flows left to right. */
  | { readonly kind: 'pipe'; readonly stages: readonly (readonly RunPattern[])[] }
  | { readonly kind: 'text'; readonly regex: string }
  | { readonly kind: 'path'; readonly path: PathPattern }
  /** `connect`: host glob and port (null: any). */
  | { readonly kind: 'host'; readonly host: string; readonly port: number | null }
  /** `set` variable, `elevate`/`persist` without path, `call` tool, `load` model: a glob over the name, options. */
  | {
      readonly kind: 'name'
      readonly name: WordPattern
      readonly options: RunPattern['options']
    }

export interface ExceptIr {
  readonly action: ActionKind
  readonly pattern: PatternIr
}

export interface TestIr {
  readonly line: string
  readonly cwd: string | null
  /** Facts by name; `env NAME` as `env:NAME`. */
  readonly facts: Readonly<Record<string, string>>
  readonly decision: Decision
  readonly origin: Origin
}

export interface NeverIr {
  readonly isAskToo: boolean
  readonly pattern: PatternIr
  readonly text: string
  readonly origin: Origin
}
