/**
 * What oa knows of a program: its options with arity, its operands, what each of them makes it do.
 * Written in `policies/std/*.oa` (docs/knowledge.md), compiled into the table, read by the command analysis.
 */
import type { Risk } from './vocabulary.ts'

/** Languages that code in an argument can be in; `unknown`: code that oa never reads. */
export const CODE_LANGUAGES = [
  'shell',
  'python',
  'node',
  'perl',
  'perl-import',
  'perl-split',
  'perl-suffix',
  'ruby',
  'ruby-require',
  'php',
  'lua',
  'awk',
  'sed',
  'sql',
  'unknown',
] as const
export type CodeLanguage = (typeof CODE_LANGUAGES)[number]

/** What a value (of an option or operand) or the whole program does. */
export type Effect =
  /** The value is a path. `isTree`: and everything below. `isRemote`: `host:path` and URLs connect instead. */
  | {
      readonly kind: 'path'
      readonly action: 'read' | 'write' | 'delete' | 'persist'
      readonly isTree: boolean
      readonly isRemote: boolean
      /** A value that is a folder stands for what is put into it, under the names of the other operands. */
      readonly isInto?: true
      /** Of a tree: only entries that the program chooses by its options. */
      readonly isChosen?: true
      /** Of a tree that is written: names in it are the program's own, none comes from its input. */
      readonly isOwn?: true
      /** Names of the form `cmd|`, `|cmd`, `>file` are what they say, as Perl opens its operands. */
      readonly isPiped?: true
    }
  /** The value is a URL, host, host:port or user@host. */
  | { readonly kind: 'connect' }
  /** The value is code. */
  | { readonly kind: 'code'; readonly language: CodeLanguage }
  /** The value and all words after it are a command; `untilSemicolon`: up to `;` or `+` (find). */
  | {
      readonly kind: 'argv'
      /** `more`: words from elsewhere are appended (xargs). */
      readonly ending: 'rest' | 'semicolon' | 'more'
    }
  /** The value and all words after it, joined by blanks, are shell code (watch, ssh: `isElsewhere`). */
  | { readonly kind: 'joined'; readonly isElsewhere: boolean }
  /** The value names a file that is run: a script, a makefile, a module path. */
  | { readonly kind: 'script' }
  /** The value is `NAME=VALUE` or NAME, set for the program that is started. */
  | { readonly kind: 'set' }
  /** The value is the directory that later relative paths are read against. */
  | { readonly kind: 'directory' }
  | { readonly kind: 'elevate' }

/** An effect that needs no value: the program does it whenever it runs (or the option stands). */
export type FixedEffect =
  | {
      readonly kind: 'path'
      readonly action: 'read' | 'write' | 'delete' | 'persist'
      /** `~/…`, `/…`, or relative to the directory it runs in. */
      readonly path: string
      readonly isTree: boolean
    }
  /** `*`: a host that only the run knows. */
  | { readonly kind: 'connect'; readonly host: string }
  | { readonly kind: 'elevate' }
  /** Runs code found at this path (Makefile, package.json, `.` for the directory): workspace code. */
  | { readonly kind: 'code'; readonly path: string }
  /** Reads this unasked and obeys it: a path or an environment variable. */
  | { readonly kind: 'ambient'; readonly path?: string; readonly env?: string }

export interface OptionKnowledge {
  /** All spellings; the first is the canonical one that patterns and explanations use. */
  readonly names: readonly string[]
  readonly value: 'none' | 'required' | 'optional'
  /** What its value does. */
  readonly effects: readonly Effect[]
  /** What it does without looking at the value. */
  readonly fixed: readonly FixedEffect[]
  /** What all operands do when it stands, in place of their own effects. */
  readonly operandEffects?: readonly Effect[]
  /** Path effects of operands cover the whole tree. */
  readonly makesTree?: true
  /** Nothing is changed: write, delete and persist effects become reads, connects stay. */
  readonly isDry?: true
  /** The program prints something about itself and ends; nothing else happens. */
  readonly ends?: true
  /** The operand slot (by name) whose place its value takes: `grep -e PATTERN FILE`. */
  readonly replaces?: string
  /** Canonical name of the option that it takes back. */
  readonly negates?: string
  /** Standard input is code in this language. */
  readonly stdin?: CodeLanguage
  readonly risk?: Risk
}

export interface OperandSlot {
  readonly name: string
  readonly isOptional: boolean
  readonly isRepeated: boolean
  readonly effects: readonly Effect[]
  /** What an optional operand is when it is left out: `.` for programs that search where they stand. */
  readonly default?: string
}

/** How a program reads its arguments, where it differs from GNU getopt_long. */
export const STYLES = [
  /** Options end at the first operand. */
  'posix',
  /** `-name` is one long option, never a bundle. */
  'single-dash-long',
  /** `-5` is a number option. */
  'dash-number',
  /** `+5`, `+x` are options. */
  'plus-options',
  /** Long options are never abbreviated. */
  'no-abbreviation',
  /** `-abc` is never a bundle. */
  'no-bundles',
  /** Every word is an operand: `echo`, `test`, `expr`. */
  'no-options',
  /** Operands of the form `key=value` are options named `key=` (dd). */
  'key-value',
  /** `tar xzf`: a first operand of letters is a bundle. */
  'first-bundle',
  /** No option can do more than what is listed: unlisted ones are tolerated, their values count as operands. */
  'open',
  /** Subcommands that are not listed are tolerated and do no more than the program's own effects. */
  'open-subcommands',
] as const
export type Style = (typeof STYLES)[number]

export interface CommandKnowledge {
  readonly name: string
  readonly aliases: readonly string[]
  /** Where the facts are from. */
  readonly source?: string
  readonly options: readonly OptionKnowledge[]
  readonly operands: readonly OperandSlot[]
  readonly fixed: readonly FixedEffect[]
  /** By name, exact or glob (`describe-*`); aliases are repeated under their own name. */
  readonly subcommands: Readonly<Record<string, CommandKnowledge>>
  readonly styles: readonly Style[]
  /** Needs no allow of its own: its inner command is judged. */
  readonly isTransparent: boolean
  /** Without operands that are code or script, standard input is code in this language. */
  readonly stdin?: CodeLanguage
  readonly risk?: Risk
}
