/**
 * Patterns after expansion, as the table keeps them and the matchers read them.
 */
import type { Decision, Risk } from './vocabulary.ts'

export type RuleEffectIr = Decision | { readonly risk: Risk }

/**
 * One word of a pattern. `text` is literal; `glob` is minimatch's word dialect (`*`, `?`, `[…]`, `**`; braces already
 * expanded) over the written word, where `*` and `**` cross `/`; `path` compares as a path (rule 9); `any` is `...`.
 */
export type WordPattern =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'glob'; readonly glob: string }
  | { readonly kind: 'path'; readonly path: PathPattern }
  | { readonly kind: 'any' }

/**
 * An absolute or anchored path glob. `root` says what it starts at: `/`, the workspace, the home directory.
 * `segments` are minimatch segments with `dot: true` (no braces), `**` only as a whole segment; `X/**` includes `X`.
 * Written relative: workspace; `~`: home; a first `**`: root `/`.
 */
export interface PathPattern {
  readonly root: '/' | 'workspace' | 'home'
  readonly segments: readonly string[]
}

/** A pattern over one simple command (language.md §3 rule 4). */
export interface RunPattern {
  /** A name, a glob over names, a path (contains `/`), or `*` for every program. */
  readonly program: string
  /** Named words, in order from the first operand. */
  readonly words: readonly WordPattern[]
  /**
   * When the last word is a path, a glob or `...`: its alternatives (any one may match each operand), which stand for
   * all remaining operands, at least one. Null: further words are tolerated.
   */
  readonly rest: readonly WordPattern[] | null
  readonly options: readonly OptionPattern[]
  readonly isOnly: boolean
}

export interface OptionPattern {
  /** Canonical name where knowledge has one, else as written (`--force`, `-f`); single letters of a bundle apart. */
  readonly name: string
  /** Null: with any value or none. */
  readonly value: WordPattern | null
}

export type FactName =
  | 'role'
  | 'user'
  | 'agent'
  | 'session'
  | 'cwd'
  | 'machine'
  | 'interactive'
  | 'ci'
  | 'time'
  | 'day'
  | 'env'

export type ConditionIr =
  | { readonly kind: 'and' | 'or'; readonly operands: readonly ConditionIr[] }
  | { readonly kind: 'not'; readonly operand: ConditionIr }
  | {
      readonly kind: 'fact'
      readonly fact: FactName
      /** The variable of `env NAME`. */
      readonly name: string | null
      readonly values: readonly FactValue[]
    }

export type FactValue =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'glob'; readonly glob: string }
  | { readonly kind: 'path'; readonly path: PathPattern }
  /** Minutes since midnight, end exclusive; may wrap. `zone`: IANA name, null for UTC. */
  | {
      readonly kind: 'time'
      readonly fromMinute: number
      readonly toMinute: number
      readonly zone: string | null
    }
