/**
 * A request as actions: what `analyse` hands to `decide`. Everything the outside answered is frozen in it, so a
 * decision can be repeated from the record alone.
 */
import type { Code } from '../base/codes.ts'
import type { ActionKind, Risk } from './vocabulary.ts'
import type { Word } from './word.ts'

export interface Analysis {
  /** As given; for argv requests the words quoted for a shell. */
  readonly line: string
  /** One spelling for all lines that mean the same: words quoted only where needed, unknown parts as `…`. */
  readonly normal: string
  readonly cwd: string
  /** What `~` and relative path patterns are anchored at. */
  readonly home: string
  readonly workspace: string
  readonly facts: Facts
  /** The line was refused before it could be understood: always `deny`. */
  readonly refused: { readonly code: Code; readonly reason: string } | null
  /** Parents before children. */
  readonly actions: readonly Action[]
  /** Data flows between run actions, closed under passing on. */
  readonly flows: readonly { readonly from: number; readonly to: number }[]
  /** What in the line is not understood; any makes the line at least `ask`. */
  readonly unknowns: readonly UnknownFact[]
  /** Files whose scripts were looked up; absent: none. */
  readonly scripts?: readonly ScriptFact[]
}

/** A file of the workspace that tells what a command runs: `package.json`, a makefile. */
export interface ScriptFact {
  /** Absolute. */
  readonly path: string
  /** `sha256:…` of its bytes; null: it was not read. */
  readonly digest: string | null
  /** Why it was not read, or null. */
  readonly reason: string | null
}

/** Where a line of a script stands. */
export interface ScriptLine {
  readonly path: string
  /** From 1. */
  readonly line: number
}

export interface UnknownFact {
  readonly reason: string
  readonly start: number
  readonly end: number
}

/** Who asks, from where, when. `null`: not known, which is not the same as none. */
export interface Facts {
  readonly roles: readonly string[] | null
  readonly user: string | null
  readonly agent: string | null
  readonly session: string | null
  readonly machine: string | null
  readonly isInteractive: boolean | null
  readonly isCi: boolean | null
  /** Milliseconds since the epoch. */
  readonly nowMs: number | null
  /** The environment of the request; `null`: not known. */
  readonly env: Readonly<Record<string, string>> | null
  /** The variables that `env` can tell of; absent: every one. A record keeps those that a policy asks about. */
  readonly envNames?: readonly string[]
}

export type Action = RunAction | PathAction | ConnectAction | NameAction

export interface ActionBase {
  /** Its index in `Analysis.actions`. */
  readonly id: number
  /** The run it comes from. */
  readonly parent: number | null
  /** Which of the parent's operands it comes from. */
  readonly operand: number | null
  /** Knowledge lists it for the program or subcommand, whatever the words. */
  readonly isFixed: boolean
  /** It may happen, but need not: restrictions match it at most possibly. */
  readonly isPossible: boolean
  readonly risks: readonly RiskFact[]
  /** Why nothing may allow it silently, or null. */
  readonly unknown: string | null
  /** Where it comes from, for people: "option --output". */
  readonly via: string
  /** The line of a script that it stems from: such actions only restrict. */
  readonly script?: ScriptLine
  /** Range of the line. */
  readonly start: number
  readonly end: number
}

/** One reason for a risk and what carries it: a rule settles a high risk only if it names the carrier. */
export interface RiskFact {
  readonly risk: Risk
  readonly subcommands: readonly string[]
  readonly option: string | null
  /** Only some value of an unknown word brings it. */
  readonly isPossible: boolean
}

export interface RunAction extends ActionBase {
  readonly kind: 'run'
  readonly program: ProgramFact
  /** Subcommands recognised, canonical names. */
  readonly subcommands: readonly string[]
  readonly options: readonly OptionFact[]
  /** Subcommand words included: what the named words of patterns are compared with. */
  readonly operands: readonly OperandFact[]
  /** An unknown word may stand for options of these kinds. */
  readonly mayHaveOptions: 'none' | 'listed' | 'any'
  /** The first operand index from which unknown words may have shifted positions; null: none. */
  readonly shiftedFrom: number | null
  /** An option that knowledge does not list stands here: permitting matches are only possible. */
  readonly hasUnlisted: boolean
  /** Only changes shell state, or a transparent wrapper: no rule needs to allow it. */
  readonly isFree: boolean
  /** Places whose content this run executes: workspace code if one is writable. */
  readonly codePlaces: readonly CodePlace[]
  /** Words for people, in order. */
  readonly words: readonly Word[]
}

export interface ProgramFact {
  /** As written; null: not static. */
  readonly name: string | null
  readonly base: string | null
  /** Basename of the real path, where it differs. */
  readonly realBase: string | null
  /** The file that would run, absolute; null: builtin, not found or unknown. */
  readonly path: string | null
  readonly isBuiltin: boolean
  /** Knowledge knows it. */
  readonly isKnown: boolean
  /** It is the file that the clean PATH finds under its basename, a builtin, or not installed at all. */
  readonly isGenuine: boolean
  /** Its real path, ancestors and interpreter: it is trusted only if none is writable. */
  readonly places: readonly PlaceFact[]
}

/** A path that must not be writable for something to be trusted. */
export interface PlaceFact {
  readonly path: string
  /** The account may write it, as far as the file system says. */
  readonly isAccountWritable: boolean
}

/** A place whose content a run executes or obeys, and what named it. */
export interface CodePlace extends PlaceFact {
  /** Index of the operand that names it; null: none does. */
  readonly operand: number | null
  /** Canonical name of the option that names it; null: none does. */
  readonly option: string | null
}

export interface OptionFact {
  /** Canonical name, or as written where knowledge has none. */
  readonly name: string
  /** All names that knowledge has for it: patterns over every program use any of them. */
  readonly spellings?: readonly string[]
  readonly value: Word | null
  /** The value as a path; absent: it has none. */
  readonly path?: PathFact | null
  readonly isSure: boolean
  readonly isListed: boolean
  /** Canonical names of options that take it back stand too. */
  readonly isNegated: boolean
}

export interface OperandFact {
  readonly word: Word
  /** The canonical name where the word is an alias of a subcommand. */
  readonly canonical?: string
  /** The word as a path; null: it does not look like one and is not used as one. */
  readonly path: PathFact | null
  /** An operand for sure, not possibly the value of an option. */
  readonly isSure: boolean
  /** A file or folder that is only read or written: no target, script or module. */
  readonly isData?: true
}

/** A path in both of its forms. `lexical` null: unknown. */
export interface PathFact {
  readonly lexical: string | null
  /** By real path of the deepest existing ancestor; null: unknown. */
  readonly real: string | null
  readonly isTree: boolean
  /** Real entries below, for trees that the world listed. */
  readonly entries: readonly string[] | null
  /** The listing has everything. */
  readonly isComplete: boolean
  /** Of a tree: the command itself chooses entries in it (`find -exec`), so none is passed over by chance. */
  readonly isChosen?: true
  /** Of a tree that is written: no foreign name comes there that is not listed. */
  readonly isClosed?: true
}

export interface PathAction extends ActionBase {
  readonly kind: 'read' | 'write' | 'delete' | 'persist'
  readonly path: PathFact
  /** For people. */
  readonly shown: string
}

export interface ConnectAction extends ActionBase {
  readonly kind: 'connect'
  /** In normal form (base/host.ts); null: unknown. */
  readonly host: string | null
  readonly port: number | null
}

/** Actions on a name: a variable, a tool, a model, another user. */
export interface NameAction extends ActionBase {
  readonly kind: 'elevate' | 'set' | 'call' | 'load'
  /** Null: unknown. */
  readonly name: string | null
  readonly options: readonly OptionFact[]
}

/** The resource of an action for people and records. */
export function showResource(action: Action): string {
  switch (action.kind) {
    case 'run':
      return action.words
        .map((word) => (word.kind === 'known' ? word.text : `${word.prefix}…${word.suffix}`))
        .join(' ')
    case 'connect':
      return `${action.host ?? '…'}${action.port === null ? '' : `:${action.port}`}`
    case 'elevate':
    case 'set':
    case 'call':
    case 'load':
      return action.name ?? '…'
    default:
      return action.shown
  }
}

export type { ActionKind }
