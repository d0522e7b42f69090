/**
 * Functions that the text defines: remembered with their bodies, walked where they are called.
 */
import { DELEGATION_DEPTH_MAX } from '../../base/limits.ts'
import type { Word } from '../../model/word.ts'
import type { AnyNode } from './context.ts'
import { type Context, noteUnknown, type Ran, type Span, within } from './context.ts'
import { beforeEachRound } from './loops.ts'
import { UNKNOWN_ZERO } from './positional.ts'
import {
  joinStates,
  withFunction,
  withNothingKnown,
  withPositional,
  withVariables,
} from './state.ts'
import type { ShellNode } from './walked.ts'

interface FunctionCode {
  readonly body: AnyNode
  /** Set when the positions of the body mean nothing in the line. */
  readonly fixedSpan: Span | undefined
}

/** What a name may run: one of several bodies, and perhaps no function at all. */
export interface FunctionInfo {
  readonly name: string
  readonly bodies: readonly FunctionCode[]
  readonly isMaybe: boolean
  readonly node: ShellNode | null
}

/** Bodies by the node that stands for them in a scope; a node from elsewhere has none. */
const bodiesOf = new WeakMap<
  ShellNode,
  { readonly bodies: readonly FunctionCode[]; readonly isMaybe: boolean }
>()

/** Remembers a definition. */
export function defineFunction(
  context: Context,
  name: string,
  body: AnyNode,
  span: Span,
): ShellNode {
  const node: ShellNode = { kind: 'compound', name: 'function', ...span }
  bodiesOf.set(node, { bodies: [{ body, fixedSpan: context.place.fixedSpan }], isMaybe: false })
  context.state = withFunction(context.state, name, node)
  context.uncalled.set(node, name)
  return node
}

/** The function behind a name; null when the text defines none. */
export function functionNamed(context: Context, name: string): FunctionInfo | null {
  const node = context.state.functions.get(name)
  if (node === undefined) return null
  const found = node ? bodiesOf.get(node) : undefined
  return { name, bodies: found?.bodies ?? [], isMaybe: found?.isMaybe ?? true, node }
}

/** Two states of one name, joined. */
export function joinFunctions(
  a: ShellNode | null | undefined,
  b: ShellNode | null | undefined,
): ShellNode | null {
  if (a === b) return a ?? null
  const left = a ? bodiesOf.get(a) : undefined
  const right = b ? bodiesOf.get(b) : undefined
  if (a === null || b === null || (!left && !right)) return null
  const bodies = [...new Set([...(left?.bodies ?? []), ...(right?.bodies ?? [])])]
  const isMaybe = !left || !right || left.isMaybe || right.isMaybe
  const node: ShellNode = { kind: 'compound', name: 'function', start: 0, end: 0 }
  bodiesOf.set(node, { bodies, isMaybe })
  return node
}

interface CallPlace {
  readonly stdin: Word | undefined
  readonly span: Span
}

/** Walks the bodies that a call may run. */
export function callFunction(
  context: Context,
  called: FunctionInfo,
  argv: readonly Word[],
  { stdin, span }: CallPlace,
): Ran {
  const { calls } = context.place
  const tree: ShellNode = { kind: 'compound', name: 'function call', ...span }
  const before = context.state
  const stay: Ran = { tree, success: before, failure: before, outputs: [], text: null }
  if (called.bodies.length === 0) {
    noteUnknown(context, `\`${called.name}\` is a function that oa cannot read`, span)
    return stay
  }
  if (calls.includes(called.name)) {
    noteUnknown(context, `the function \`${called.name}\` calls itself`, span)
    return stay
  }
  if (calls.length >= DELEGATION_DEPTH_MAX) {
    noteUnknown(context, `functions call each other more than ${DELEGATION_DEPTH_MAX} deep`, span)
    return stay
  }
  const isCounted = !argv.some((word) => word.kind === 'unknown' && word.isMany)
  // `$0` stays that of the shell.
  const positional = isCounted
    ? [before.positional?.[0] ?? UNKNOWN_ZERO, ...argv.slice(1)]
    : undefined
  let joined: Ran | null = null
  for (const code of called.bodies) {
    const isConditional = context.place.isConditional || called.bodies.length > 1 || called.isMaybe
    context.state = withPositional(before, positional)
    const place = {
      stdin,
      isConditional,
      fixedSpan: code.fixedSpan,
      calls: [...calls, called.name],
    }
    const ran = within(context, place, () => runBody(context, code.body))
    joined = joined
      ? {
          ...ran,
          success: null,
          failure: null,
          outputs: [...joined.outputs, ...ran.outputs],
          text: null,
        }
      : ran
    forgetUncalled(context, code)
  }
  const isSettled = called.bodies.length === 1 && !called.isMaybe
  const after = isSettled
    ? (joined?.success ?? joined?.failure ?? before)
    : withNothingKnown(before)
  const failure = isSettled ? (joined?.failure ?? after) : after
  const restore = (state: typeof before): typeof before => withPositional(state, before.positional)
  context.state = restore(after)
  const isGone = isSettled && joined?.success === null && joined.failure === null
  if (isGone)
    return { tree, success: null, failure: null, outputs: joined?.outputs ?? [], text: null }
  return {
    tree,
    success: restore(after),
    failure: restore(failure),
    outputs: joined?.outputs ?? [],
    text: joined?.text ?? null,
  }
}

/** Runs a body; what it declared local is unknown afterwards, since the old value is back. */
function runBody(context: Context, body: AnyNode): Ran {
  const outer = context.locals
  context.locals = new Set()
  // A `return` may leave the body anywhere.
  const partial = beforeEachRound(context, [body])
  const { leaveCount } = context
  const ran = context.runNode(context, body)
  const isLeft = context.leaveCount !== leaveCount
  const names = [...context.locals]
  context.locals = outer
  const forget = (state: typeof ran.success): typeof ran.success =>
    state &&
    withVariables(
      (isLeft ? joinStates(state, partial, joinFunctions) : state) ?? state,
      names.map((name) => ({ name, values: null })),
    )
  return { ...ran, success: forget(ran.success), failure: forget(ran.failure) }
}

function forgetUncalled(context: Context, code: FunctionCode): void {
  for (const node of context.uncalled.keys()) {
    if (bodiesOf.get(node)?.bodies.includes(code) === true) context.uncalled.delete(node)
  }
}

/** Walks the functions that nothing in the text calls by name: something else may. */
export function walkUncalled(context: Context, walkBody: (body: AnyNode) => void): void {
  for (const node of [...context.uncalled.keys()]) {
    for (const code of bodiesOf.get(node)?.bodies ?? []) {
      within(context, { isConditional: true, fixedSpan: code.fixedSpan }, () => walkBody(code.body))
    }
  }
  context.uncalled.clear()
}
