/**
 * What the shell part of the analysis hands to the rest: every simple command that a line may run, with its words
 * resolved as far as they are known. No knowledge of programs here, only of the shell itself.
 */
import type { Code } from '../../base/codes.ts'
import type { Word } from '../../model/word.ts'

/** Everything about one text of shell code. */
export interface Walked {
  /** Set when the text was refused before or by parsing; the rest is then empty and the line is denied. */
  readonly refused?: { readonly code: Code; readonly reason: string }
  /** In the order in which bash would reach them; substitutions before the command that holds them. */
  readonly commands: readonly SimpleCommand[]
  /** Data flows from one command's output into another's input or words: pipes, substitutions, process substitutions. */
  readonly flows: readonly Flow[]
  /** What the text holds that is not understood; each makes the whole line at least `ask`. */
  readonly unknowns: readonly UnknownPart[]
  /** The structure for printing and running. */
  readonly tree: ShellNode | null
  /** The state after the whole text, for `eval` and `source`. */
  readonly scope: Scope
  /** What the walk counted as its work; at most linear in the text. */
  readonly steps: number
}

export interface Flow {
  /** Indexes into `commands`. */
  readonly from: number
  readonly to: number
  readonly through: 'pipe' | 'substitution' | 'process-substitution'
}

export interface UnknownPart {
  readonly reason: string
  readonly start: number
  readonly end: number
}

/** One simple command: assignments, words, redirections, in its place. */
export interface SimpleCommand {
  readonly index: number
  /** Assignments before the words (`A=b cmd`), or alone (`A=b`). */
  readonly assignments: readonly Assignment[]
  /** Program and arguments after all expansions; empty for a bare assignment or redirection. */
  readonly argv: readonly Word[]
  readonly redirects: readonly Redirect[]
  /** Directories it may start in; absolute. Empty: unknown. More than one: after a `cd` that may fail. */
  readonly cwds: readonly string[]
  /** Literal data that its standard input is known to be: here-document, here-string, or a literal `echo`/`printf` piped in. */
  readonly stdin?: Word
  /** True when bash runs it only under a condition (`&&`, `if`, loop body); false when it surely runs. */
  readonly isConditional: boolean
  /** Commands that may run at the same time (background, pipeline neighbours). */
  readonly isConcurrent: boolean
  readonly scope: Scope
  readonly start: number
  readonly end: number
}

export interface Assignment {
  readonly name: string
  readonly value: Word
  readonly isAppend: boolean
  readonly start: number
  readonly end: number
}

export interface Redirect {
  /** `file`: `> f`, `< f`; `fd`: `2>&1`; `data`: here-document, here-string; `close`: `>&-`. */
  readonly kind: 'file' | 'fd' | 'data' | 'close'
  readonly direction: 'read' | 'write' | 'append' | 'read-write'
  /** The descriptor redirected; null for `{name}>`. */
  readonly fd: number | null
  /** `&>` and `>&file`: standard output and error. */
  readonly isBoth: boolean
  /** `>|`: also where the shell was told not to overwrite. */
  readonly isForced?: true
  /** The file, the source descriptor as text, or the data. */
  readonly target: Word
  readonly start: number
  readonly end: number
}

/** State of the shell that later words depend on. Immutable; each change makes a new one. */
export interface Scope {
  /** Values of variables set in the text; `null`: set to something unknown. Absent: not set in the text. */
  readonly variables: ReadonlyMap<string, readonly string[] | null>
  /** False after `eval`, `source` or anything that may set any variable. */
  readonly isComplete: boolean
  /** Names exported in the text. */
  readonly exported: ReadonlySet<string>
  /** Functions defined in the text: the tree of their bodies; `null` when the body is unknown. */
  readonly functions: ReadonlyMap<string, ShellNode | null>
  readonly aliases: ReadonlyMap<string, string | null>
  /** Possible working directories; empty: unknown. */
  readonly cwds: readonly string[]
  /** Positional parameters `$0 $1 …` where known (`bash -c CODE a b`); undefined: unknown. */
  readonly positional?: readonly Word[]
}

/**
 * Structure of the text for re-printing and for the strict executor. Words are those of `commands` (by index), so that
 * what is printed is what was judged.
 */
export type ShellNode =
  | { readonly kind: 'command'; readonly command: number }
  | {
      readonly kind: 'pipeline'
      readonly stages: readonly ShellNode[]
      readonly isNegated: boolean
      /** For each `|` between stages: is it `|&`? */
      readonly withStderr: readonly boolean[]
      /** Set by the keyword `time`, or `time -p`. */
      readonly timed?: 'bash' | 'posix'
    }
  /** `operators[i]` joins parts i and i+1; a last `&` or `;` may follow the last part. */
  | {
      readonly kind: 'list'
      readonly parts: readonly ShellNode[]
      readonly operators: readonly ('&&' | '||' | ';' | '&')[]
    }
  | {
      readonly kind: 'group'
      readonly isSubshell: boolean
      readonly body: ShellNode
      readonly redirects: readonly Redirect[]
    }
  /** Loops, conditions, functions, arithmetic …: understood for judging, not printable. */
  | {
      readonly kind: 'compound'
      readonly name: string
      readonly start: number
      readonly end: number
    }

/** What a walk needs from outside, and what it is told about the start. */
export interface WalkInput {
  readonly text: string
  /** `bash` is read in full; other shells: what is common is analysed, what differs is unknown. */
  readonly dialect: 'bash' | 'sh' | 'zsh' | 'other'
  readonly scope: Scope
  readonly home: string
  /** Names that match an unquoted glob in a directory: sorted as bash would, `null` when it cannot be told. */
  readonly glob: (pattern: string, cwd: string) => readonly string[] | null
}
