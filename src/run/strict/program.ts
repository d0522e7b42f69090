/**
 * What the strict executor runs: the judged structure as plain data. Made by `steps.ts` in `oa`, read by `runner.ts`
 * inside the sandbox. It holds no text that anything would parse again.
 */

/** A word, or a glob that is resolved when its command starts. */
export type Argument = string | { readonly pattern: string; readonly literal: string }

export interface Opening {
  readonly kind: 'file' | 'fd' | 'data' | 'close'
  readonly direction: 'read' | 'write' | 'append' | 'read-write'
  readonly fd: number
  /** Standard output and error. */
  readonly isBoth: boolean
  /** The path, the number of the source descriptor, or the data. */
  readonly target: string
}

export type Assigned = readonly (readonly [name: string, value: string])[]

interface CommandStep {
  /** The command's number in the judged structure; what is asked about before it starts. */
  readonly index: number
  readonly words: readonly Argument[]
  readonly openings: readonly Opening[]
}

export type Step =
  | (CommandStep & {
      readonly kind: 'program'
      /** Absolute; null: there is no such program. */
      readonly path: string | null
      readonly variables: Assigned
    })
  | (CommandStep & { readonly kind: 'builtin'; readonly name: string })
  | (CommandStep & { readonly kind: 'assign'; readonly variables: Assigned })
  | {
      readonly kind: 'pipeline'
      readonly stages: readonly Step[]
      readonly withStderr: readonly boolean[]
      readonly isNegated: boolean
    }
  | {
      readonly kind: 'list'
      readonly parts: readonly Step[]
      /** `operators[i]` follows part i; the last may be missing. */
      readonly operators: readonly ('&&' | '||' | ';' | '&')[]
    }
  | {
      readonly kind: 'group'
      readonly isSubshell: boolean
      readonly body: Step
      readonly openings: readonly Opening[]
    }

/** The first message to the runner. */
export interface Program {
  readonly root: Step
  /** Absolute. */
  readonly cwd: string
  /** The whole environment of the commands. */
  readonly environment: Readonly<Record<string, string>>
}

/** Asked before a command starts: its words after globs, where it starts, as which process. */
export interface StartQuestion {
  readonly index: number
  readonly words: readonly string[]
  readonly cwd: string
}

/** The descriptor on which the runner and `oa` talk, one line of JSON each way. */
export const CHANNEL_FD = 6

/** What the runner itself exits with; what it means, it has said on the channel. */
export const RUNNER_EXIT = { failed: 125, refused: 126 } as const
