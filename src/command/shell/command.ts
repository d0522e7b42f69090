/**
 * Simple commands: their words, assignments and redirections, recorded; then what they do to the shell.
 */
import { ARGV_WORDS_MAX } from '../../base/limits.ts'
import type { Word } from '../../model/word.ts'
import {
  bracedWord,
  declarationOf,
  declarationWord,
  expandAssignments,
  isBraced,
} from './assignments.ts'
import { BUILTINS, behindPrefix } from './builtins.ts'
import { textsOf } from './call.ts'
import {
  type Context,
  noteUnknown,
  noteUnknownAt,
  payFor,
  type Ran,
  type Span,
  spanOf,
  takeStep,
  within,
} from './context.ts'
import type { Declaration } from './declare.ts'
import { expandArgument } from './expand.ts'
import { callFunction, functionNamed } from './functions.ts'
import { literalOutput } from './literal-output.ts'
import type { Command } from './nodes.ts'
import { expandRedirects, keepsOutput, mayFail, stdinAfter } from './redirects.ts'
import { join } from './settle.ts'
import { type Change, type State, withNothingKnown, withVariables } from './state.ts'
import type { Flow, Redirect, ShellNode, SimpleCommand } from './walked.ts'

const FLOWS_MAX = 16_384

interface Words {
  readonly argv: readonly Word[]
  readonly declarations: ReadonlyMap<number, Declaration>
}

interface Recorded {
  readonly argv: readonly Word[]
  readonly assignments: SimpleCommand['assignments']
  readonly redirects: readonly Redirect[]
  readonly stdin?: Word | undefined
}

/** Records a command and the flows that end in it. */
export function record(context: Context, command: Recorded, span: Span, state: State): number {
  const index = context.commands.length
  const { isConditional, isConcurrent } = context.place
  const { argv, assignments, redirects, stdin } = command
  // Written out: every line comes here, and copying objects would be most of its cost.
  const made: SimpleCommand = {
    index,
    argv,
    assignments,
    redirects,
    cwds: state.cwds,
    isConditional,
    isConcurrent,
    scope: state,
    start: span.start,
    end: span.end,
  }
  context.commands.push(stdin ? { ...made, stdin } : made)
  if (context.sources.length === 0 && context.sinks.length === 0) return index
  const node = { pos: span.start, end: span.end }
  for (const source of context.sources) addFlow(context, { ...source, to: index }, node)
  for (const to of context.sinks)
    addFlow(context, { from: index, to, through: 'process-substitution' }, node)
  context.sources = []
  context.sinks = []
  return index
}

/** Adds a flow; over the bound the line is unknown instead. */
export function addFlow(
  context: Context,
  flow: Flow,
  node: { readonly pos: number; readonly end: number },
): void {
  if (context.flows.length < FLOWS_MAX) context.flows.push(flow)
  else noteUnknownAt(context, 'more data flows between commands than oa follows', node)
}

const unreached = (context: Context): Ran => ({
  tree: { kind: 'compound', name: 'not followed', start: 0, end: 0 },
  success: context.state,
  failure: context.state,
  outputs: [],
  text: null,
})

/** Walks one simple command. */
export function walkCommand(context: Context, node: Command): Ran {
  if (!takeStep(context, node)) return unreached(context)
  context.reached.add(node)
  const span = spanOf(context, node)
  const { argv, declarations } = expandWords(context, node)
  const redirects = expandRedirects(context, node.redirects)
  const started = context.state
  const { assignments, changes } = expandAssignments(context, node, argv.length > 0)
  const [program] = argv
  const before = program ? context.state : started
  const stdin = unreadInput(context, stdinAfter(redirects, context.place.stdin), program)
  const isRisky = mayFail(redirects)
  const orNothing = (ran: Ran): Ran =>
    isRisky ? { ...ran, failure: join(ran.failure, before) } : ran
  const isConditional = context.place.isConditional || isRisky
  const called = program?.kind === 'known' ? functionNamed(context, program.text) : null
  if (called) {
    if (
      assignments.length > 0 ||
      redirects.length > 0 ||
      context.sources.length > 0 ||
      called.isMaybe
    ) {
      record(
        context,
        { argv: called.isMaybe ? argv : [], assignments, redirects, stdin },
        span,
        before,
      )
    }
    context.state = withVariables(before, changes)
    const ran = within(context, { isConditional }, () =>
      callFunction(context, called, argv, { stdin, span }),
    )
    const forgotten = changes.map(({ name }) => ({ name, values: null }))
    const after = (state: State | null): State | null => state && withVariables(state, forgotten)
    return orNothing({
      ...ran,
      success: after(ran.success),
      failure: after(ran.failure),
      text: keepsOutput(redirects) ? ran.text : null,
    })
  }
  const index = record(context, { argv, assignments, redirects, stdin }, span, before)
  const tree: ShellNode = { kind: 'command', command: index }
  const text = outputOf(context, argv, redirects, stdin, assignments.length > 0)
  if (!program) {
    const { state } = context
    return orNothing({ tree, outputs: [index], text, success: state, failure: state })
  }
  // Not `within`: `exec` changes the input of this place.
  const usual = context.place.isConditional
  if (isRisky) context.place = { ...context.place, isConditional }
  const ends = effect(context, { argv, declarations, redirects, stdin, span, before, changes })
  if (isRisky) context.place = { ...context.place, isConditional: usual }
  const { success, failure } = ends
  return orNothing({ tree, outputs: [index], text, success, failure })
}

/** Builtins that leave the standard input alone. */
const NOT_READING = new Set([
  ':',
  'true',
  'false',
  'echo',
  'printf',
  'cd',
  'export',
  'local',
  'declare',
  'set',
  'test',
  '[',
])

/** The input of a command, unless an earlier one that shares it may have read from it. */
function unreadInput(
  context: Context,
  stdin: Word | undefined,
  program: Word | undefined,
): Word | undefined {
  if (!stdin || stdin !== context.place.stdin) return stdin
  if (context.consumed.has(stdin)) return undefined
  const isReading =
    program?.kind === 'known' &&
    !NOT_READING.has(program.text) &&
    !context.state.functions.has(program.text)
  if (isReading || program?.kind === 'unknown') context.consumed.add(stdin)
  return stdin
}

function expandWords(context: Context, node: Command): Words {
  const argv: Word[] = node.name ? [...expandArgument(context, node.name)] : []
  context.stepsLeft -= Math.max(0, argv.length - 1)
  const declarations = new Map<number, Declaration>()
  for (const argument of node.args) {
    if (argument.type === 'Word') {
      const words = expandArgument(context, argument)
      context.stepsLeft -= Math.max(0, words.length - 1)
      if (context.stepsLeft <= 0 || argv.length + words.length > ARGV_WORDS_MAX) {
        noteUnknownAt(context, `a command has more than ${ARGV_WORDS_MAX} words`, argument)
        break
      }
      argv.push(...words)
      continue
    }
    if (isBraced(argument)) {
      argv.push(bracedWord(context, argument))
      continue
    }
    const declaration = declarationOf(context, argument)
    declarations.set(argv.length - 1, declaration)
    argv.push(declarationWord(context, argument, declaration))
  }
  return { argv, declarations }
}

function outputOf(
  context: Context,
  argv: readonly Word[],
  redirects: readonly Redirect[],
  stdin: Word | undefined,
  hasAssignments: boolean,
): string | null {
  if (!keepsOutput(redirects)) return null
  if (argv.length === 0) return redirects.length === 0 ? '' : null
  const texts = textsOf(argv)
  if (!texts || hasAssignments) return null
  if (texts.length === 1 && texts[0] === 'pwd' && context.state.cwds.length === 1) {
    return `${context.state.cwds[0]}\n`
  }
  const input = stdin?.kind === 'known' ? stdin.text : undefined
  if (!payFor(context, (input?.length ?? 0) + texts.join('').length)) return null
  return literalOutput(texts, input, context.input.dialect === 'bash')
}

interface Run {
  readonly argv: readonly Word[]
  readonly declarations: ReadonlyMap<number, Declaration>
  readonly redirects: readonly Redirect[]
  readonly stdin: Word | undefined
  readonly span: { readonly start: number; readonly end: number }
  readonly before: State
  readonly changes: readonly Change[]
}

/** After these a later command of the list may not run. */
const LEAVING = new Set([
  'exit',
  'return',
  'break',
  'continue',
  'exec',
  'set',
  'kill',
  'source',
  '.',
  'logout',
  'suspend',
])

/** Builtins after which variables set for them alone surely have their old values. */
const KEEPING = new Set([
  'read',
  'mapfile',
  'readarray',
  'cd',
  'printf',
  'test',
  '[',
  'wait',
  'getopts',
])

/** The states after a command with a program name. */
function effect(context: Context, run: Run): { success: State | null; failure: State | null } {
  const { argv, isUnknown } = behindPrefix(run.argv)
  const [program, ...args] = argv
  if (isUnknown || run.argv[0]?.kind === 'unknown') {
    context.leaveCount++
    context.state = withNothingKnown(run.before)
    return { success: context.state, failure: context.state }
  }
  context.state = run.before
  if (program?.kind !== 'known') return { success: run.before, failure: run.before }
  const name = program.text
  if (context.state.aliases.has(name)) {
    noteUnknown(context, `\`${name}\` may be an alias that the line defines`, run.span)
  }
  if (LEAVING.has(name)) context.leaveCount++
  if (name === 'exec') return afterExec(context, run)
  const handler = BUILTINS.get(name)
  if (!handler) return { success: run.before, failure: run.before }
  const skipped = run.argv.length - argv.length
  const declarations = new Map([...run.declarations].map(([at, each]) => [at - skipped, each]))
  // `A=b eval …` sees the assignment while it runs; afterwards its value depends on the builtin.
  const names = run.changes.map((change) => ({ name: change.name, values: null }))
  if (run.changes.length > 0) context.state = withVariables(run.before, run.changes)
  const ended = handler(context, { name, args, declarations, span: run.span, stdin: run.stdin })
  if (ended?.isExit === true) return { success: null, failure: null }
  if (names.length === 0)
    return { success: context.state, failure: ended?.failure ?? context.state }
  // What `A=b export A` leaves behind differs by builtin and mode: unknown.
  const settle = (state: State): State =>
    KEEPING.has(name) ? restored(state, run.before, run.changes) : withVariables(state, names)
  const failure = settle(ended?.failure ?? context.state)
  context.state = settle(context.state)
  return { success: context.state, failure }
}

/** Variables set only for one builtin have their old values again, as far as it left them alone. */
function restored(state: State, before: State, changes: readonly Change[]): State {
  const variables = new Map(state.variables)
  for (const { name, values } of changes) {
    if (variables.get(name) !== values) continue
    const old = before.variables.get(name)
    if (old === undefined) variables.delete(name)
    else variables.set(name, old)
  }
  return { ...state, variables }
}

/** `exec` without a program redirects the shell itself: what later commands read is no longer known. */
function afterExec(context: Context, run: Run): { success: State | null; failure: State | null } {
  const stdin = stdinAfter(run.redirects, context.place.stdin)
  if (stdin !== context.place.stdin) context.place = { ...context.place, stdin }
  return { success: run.before, failure: run.before }
}
