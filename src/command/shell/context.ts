/**
 * What one walk carries along: the results so far, the current state, and the place in the structure.
 */
import { LINE_COMMANDS_MAX } from '../../base/limits.ts'
import type { Word } from '../../model/word.ts'
import type { CommandExpansionPart, SyntaxNode } from './nodes.ts'
import type { State } from './state.ts'
import type { Flow, ShellNode, SimpleCommand, UnknownPart, WalkInput } from './walked.ts'

/** A parsed script, as it hangs below substitutions. */
export type ScriptNode = NonNullable<CommandExpansionPart['script']>

export interface Span {
  readonly start: number
  readonly end: number
}

/** What walking a script, a list or a command gave. */
export interface Ran {
  readonly tree: ShellNode
  /** State after success and after failure; null: never gets there. */
  readonly success: State | null
  readonly failure: State | null
  /** Indexes of the commands whose standard output is that of the whole. */
  readonly outputs: readonly number[]
  /** What it surely prints; null: unknown. */
  readonly text: string | null
}

/** Code that `trap` set, for when the shell ends or a signal comes. */
export interface Trap {
  readonly code: string
  readonly state: State
  readonly span: Span
  /** Only on EXIT: variables have their last values. */
  readonly isExit: boolean
}

/** Where in the structure the walk is. */
export interface Place {
  readonly isConditional: boolean
  readonly isConcurrent: boolean
  /** Literal data on the standard input, where known. */
  readonly stdin: Word | undefined
  /** Set inside `eval`, functions of other texts and escaped backquotes: all spans are this one. */
  readonly fixedSpan: Span | undefined
  /** Names of the functions being called. */
  readonly calls: readonly string[]
  readonly depth: number
}

export interface Context {
  readonly input: WalkInput
  readonly commands: SimpleCommand[]
  readonly flows: Flow[]
  readonly unknowns: UnknownPart[]
  /** Command nodes that the walk reached; what is parsed but not here was not followed. */
  readonly reached: WeakSet<object>
  state: State
  place: Place
  /** Substitutions run since the last command was made: they flow into the next one. */
  sources: Omit<Flow, 'to'>[]
  /** `>(…)`: the next command's output goes into these. */
  sinks: number[]
  traps: Trap[]
  /** Functions defined but not yet called. */
  readonly uncalled: Map<ShellNode, string>
  /** Variables that the function being called made local; null outside functions. */
  locals: Set<string> | null
  readonly readonlyNames: Set<string>
  /** Inputs that some command may have read already, so that the next finds less. */
  readonly consumed: WeakSet<Word>
  /** Commands so far after which this shell may not go on: `exit`, `break`, … */
  leaveCount: number
  stepsLeft: number
  /** Runs a script in a subshell; provided by the structure walk. */
  readonly runScript: (context: Context, script: ScriptNode) => Ran
  /** Runs any command node in the current state. */
  readonly runNode: (context: Context, node: AnyNode) => Ran
  /** Walks code given as text (`eval`, `trap`) in the current state. */
  readonly runText: (context: Context, text: string, span: Span) => { readonly isExit: boolean }
}

/** The range of a node in the line. */
export function spanOf(
  context: Context,
  node: { readonly pos: number; readonly end: number },
): Span {
  return context.place.fixedSpan ?? { start: node.pos, end: node.end }
}

/** Notes that a part of the line is not understood; each range and reason once. */
export function noteUnknown(context: Context, reason: string, span: Span): void {
  const isKnown = context.unknowns.some(
    (part) => part.reason === reason && part.start === span.start,
  )
  if (!isKnown && context.unknowns.length < LINE_COMMANDS_MAX) {
    context.unknowns.push({ reason, start: span.start, end: span.end })
  }
}

export function noteUnknownAt(
  context: Context,
  reason: string,
  node: { readonly pos: number; readonly end: number },
): void {
  noteUnknown(context, reason, spanOf(context, node))
}

/** Runs `body` at another place in the structure, then returns to this one. */
export function within<T>(context: Context, change: Partial<Place>, body: () => T): T {
  const before = context.place
  context.place = { ...before, ...change }
  try {
    return body()
  } finally {
    context.place = before
  }
}

/** Counts one step; false when the line does more than oa follows (noted once). */
export function takeStep(
  context: Context,
  node: { readonly pos: number; readonly end: number },
): boolean {
  context.stepsLeft--
  if (context.stepsLeft > 0 && context.commands.length < LINE_COMMANDS_MAX) return true
  noteUnknownAt(context, `the line runs more than ${LINE_COMMANDS_MAX} commands`, node)
  return false
}

/** Characters of expanded text that cost one step. */
const CHARACTERS_PER_STEP = 8

/** Pays for text that is made or read; false when the line makes more than oa follows. What is not paid is not made. */
export function payFor(context: Context, characters: number): boolean {
  context.stepsLeft -= Math.ceil(characters / CHARACTERS_PER_STEP)
  return context.stepsLeft > 0
}

/** A short piece of the line for reasons. */
export function shown(text: string): string {
  const flat = text.replace(/\s+/g, ' ')
  return flat.length > 40 ? `${flat.slice(0, 37)}…` : flat
}

export type AnyNode = SyntaxNode
