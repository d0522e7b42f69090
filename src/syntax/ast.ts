/**
 * The one tree that `.oa` and YAML both build. Plain data, discriminated by `kind`, every node with its span.
 * It says what was written; names are not yet bound, braces not yet expanded, keys not yet checked.
 */
import type { SourceFile, Span } from '../base/source.ts'
import type { ActionKind, Decision, Mode, Risk } from '../model/vocabulary.ts'

export interface PolicyFile {
  readonly kind: 'policy-file'
  readonly source: SourceFile
  /** In source order. */
  readonly statements: readonly Statement[]
  /** `#` comments with their text including `#`; YAML comments are not kept. */
  readonly comments: readonly Comment[]
}

export interface Comment {
  readonly text: string
  /** True when something stands before it on its line. */
  readonly isTrailing: boolean
  readonly span: Span
}

export type Statement =
  | PolicyStatement
  | LanguageStatement
  | ImportStatement
  | ModeStatement
  | LetStatement
  | DefaultStatement
  | OnStatement
  | OverrideStatement
  | Rule
  | Block
  | Test
  | Never

export interface Text {
  readonly value: string
  readonly span: Span
}

export interface PolicyStatement {
  readonly kind: 'policy'
  readonly name: Text
  readonly span: Span
}
export interface LanguageStatement {
  readonly kind: 'language'
  readonly version: number
  readonly span: Span
}
/** `import std` (isPath false) or `import "./team.oa"` (isPath true). */
export interface ImportStatement {
  readonly kind: 'import'
  readonly target: Text
  readonly isPath: boolean
  readonly span: Span
}
export interface ModeStatement {
  readonly kind: 'mode'
  readonly mode: Mode
  readonly span: Span
}
export interface LetStatement {
  readonly kind: 'let'
  readonly name: Text
  /** Each member is a sequence of words, mostly one. */
  readonly members: readonly (readonly PatternWord[])[]
  readonly span: Span
}
export interface DefaultStatement {
  readonly kind: 'default'
  /** Absent: for every action that has no default of its own. */
  readonly action?: ActionKind
  readonly decision: Decision
  readonly span: Span
}
export interface OnStatement {
  readonly kind: 'on'
  readonly risk: Risk
  readonly decision: Decision
  readonly span: Span
}
/** `override off` (no role) or `override by ROLE`. */
export interface OverrideStatement {
  readonly kind: 'override'
  readonly role?: Text
  readonly span: Span
}

export interface Rule {
  readonly kind: 'rule'
  readonly effect: RuleEffect
  /** Empty means `run`. */
  readonly actions: readonly ActionWord[]
  /** Empty only for actions other than `run`: the rule covers all of them. */
  readonly patterns: readonly Pattern[]
  readonly except: readonly Except[]
  readonly when?: Condition
  readonly because?: Text
  readonly instead?: Text
  /** `with sandbox { … }, network off`: the blocks of these names. */
  readonly obligations: readonly Block[]
  readonly span: Span
}

export type RuleEffect =
  | { readonly kind: 'decision'; readonly decision: Decision }
  | { readonly kind: 'risk'; readonly risk: Risk }

export interface ActionWord {
  readonly action: ActionKind
  readonly span: Span
}

export interface Except {
  /** Empty: the rule's actions. */
  readonly actions: readonly ActionWord[]
  readonly pattern: Pattern
  readonly span: Span
}

export type Pattern = TextPattern | CommandPattern

/** `text /…/`: a regular expression over the raw line; the text between the slashes, `\/` not yet undone. */
export interface TextPattern {
  readonly kind: 'text'
  readonly regex: Text
  readonly span: Span
}

/** Stages joined by `|`; patterns of actions other than `run` have one stage. */
export interface CommandPattern {
  readonly kind: 'command'
  readonly stages: readonly Stage[]
  readonly span: Span
}

export interface Stage {
  readonly words: readonly PatternWord[]
  /** `only` closes the stage: no words and options but those named. */
  readonly isOnly: boolean
  readonly span: Span
}

export type PatternWord = PlainWord | SetWord | GroupWord

/**
 * One written word: a name, option, glob or path, braces glued to other text still in it (`/usr/{bin,sbin}/**`,
 * `--env={dev,staging}`). Quoted: one literal word, no glob, option, brace or keyword in it; `text` is without quotes,
 * escapes undone.
 */
export interface PlainWord {
  readonly kind: 'word'
  readonly text: string
  readonly isQuoted: boolean
  readonly span: Span
}
/** `@name`, without the `@`. */
export interface SetWord {
  readonly kind: 'set'
  readonly name: string
  readonly span: Span
}
/** Braces standing alone: alternatives, each a sequence of words. */
export interface GroupWord {
  readonly kind: 'group'
  readonly members: readonly (readonly PatternWord[])[]
  readonly span: Span
}

export type Condition =
  | {
      readonly kind: 'and'
      readonly left: Condition
      readonly right: Condition
      readonly span: Span
    }
  | {
      readonly kind: 'or'
      readonly left: Condition
      readonly right: Condition
      readonly span: Span
    }
  | { readonly kind: 'not'; readonly operand: Condition; readonly span: Span }
  | FactCondition

/** `role is operator` · `env CI is "true"` · `time in 09:00-17:00 Europe/Berlin` · `day in { mon, tue }` · `cwd in ./sub/**`. */
export interface FactCondition {
  readonly kind: 'fact'
  /** As written: role, user, agent, session, cwd, machine, interactive, ci, time, day, env. */
  readonly fact: Text
  /** The variable's name after `env`. */
  readonly name?: Text
  readonly operator: 'is' | 'in'
  /** One for `is`; one or more for `in`: words, set words, or a range written `A-B` or `A..B`. */
  readonly values: readonly PatternWord[]
  readonly span: Span
}

/**
 * `name [label] { entries }`. `sandbox { required; backend auto }`, `command acme { option --env=<name> }`.
 * Also used for the one-line forms after `with`: `network off` is a block `network` with one entry `off`.
 */
export interface Block {
  readonly kind: 'block'
  readonly name: Text
  readonly label?: Text
  readonly entries: readonly (Entry | Block)[]
  readonly span: Span
}

/** A line of a block: a key and its words. `option -f --force=<when> writes` has key `option` and three words. */
export interface Entry {
  readonly kind: 'entry'
  readonly key: Text
  readonly words: readonly EntryWord[]
  readonly span: Span
}

/** Commas between words are kept as `isAfterComma` of the word that follows them. */
export type EntryWord = PatternWord & { readonly isAfterComma?: boolean }

export interface Test {
  readonly kind: 'test'
  readonly line: Text
  /** `in PATH`: the working directory. */
  readonly path?: Text
  /** `when role is operator and ci is true`: facts, joined by `and`. */
  readonly facts?: Condition
  readonly decision: Decision
  readonly span: Span
}

export interface Never {
  readonly kind: 'never'
  /** `never ask P`: not even `ask`. */
  readonly isAskToo: boolean
  readonly pattern: Pattern
  readonly span: Span
}
