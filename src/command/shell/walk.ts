/**
 * From a text of shell code to every simple command that bash may run, with its words as far as they are known.
 * Total: a fault inside is a refusal. Nothing of programs is known here.
 */

import type { Code } from '../../base/codes.ts'
import { DELEGATION_DEPTH_MAX } from '../../base/limits.ts'
import { refusalOf } from './bounds.ts'
import { type AnyNode, type Context, noteUnknown, type Ran, type Span, within } from './context.ts'
import { inspectDialect } from './dialect.ts'
import { walkUncalled } from './functions.ts'
import { inspect } from './inspect.ts'
import { forEachChild, parse } from './nodes.ts'
import { settled } from './settle.ts'
import { stateOf, withNothingKnown } from './state.ts'
import { runScript, walkNode, walkStatements } from './structure.ts'
import { runTraps } from './traps.ts'
import type { Walked, WalkInput } from './walked.ts'

export { childScope, initialScope, type ScopeOptions } from './state.ts'

/**
 * Steps that a walk may take, so that functions called again and again and texts doubled again and again stay linear in
 * the line. A node visited, a word made and eight characters of expanded text are a step each.
 */
export const STEPS_BASE = 4096
export const STEPS_PER_CHARACTER = 64

/**
 * Reads shell code.
 *
 * @returns every command it may run, in bash's order, with unknown parts named; `refused` when bash would not read it,
 *   when it is over a bound, or on any fault inside
 */
export function walk(input: WalkInput): Walked {
  const refusal = refusalOf(input.text)
  if (refusal) return refused(input, refusal.code, refusal.reason)
  try {
    return walkBounded(input)
  } catch (error) {
    const what = error instanceof Error ? error.message : String(error)
    return refused(input, 'OA4005', `the command line could not be read: ${what}`)
  }
}

function refused(input: WalkInput, code: Code, reason: string): Walked {
  const { scope } = input
  return {
    refused: { code, reason },
    commands: [],
    flows: [],
    unknowns: [],
    tree: null,
    scope,
    steps: 0,
  }
}

const stepsOf = (text: string): number => STEPS_BASE + STEPS_PER_CHARACTER * text.length

function walkBounded(input: WalkInput): Walked {
  const context: Context = {
    input,
    commands: [],
    flows: [],
    unknowns: [],
    reached: new WeakSet(),
    state: stateOf(input.scope),
    place: {
      isConditional: false,
      isConcurrent: false,
      stdin: undefined,
      fixedSpan: undefined,
      calls: [],
      depth: 0,
    },
    sources: [],
    sinks: [],
    traps: [],
    uncalled: new Map(),
    locals: null,
    readonlyNames: new Set(),
    consumed: new WeakSet(),
    leaveCount: 0,
    stepsLeft: stepsOf(input.text),
    runScript,
    runNode: walkNode,
    runText,
  }
  const script = parse(input.text)
  const fault = inspect(context, script, input.text)
  if (fault) return refused(input, 'OA4005', `bash would not accept the line: ${fault.message}`)
  inspectDialect(context, script, input.text)
  const ran = walkStatements(context, script.commands)
  runTraps(context, ran)
  context.state = settled(ran) ?? context.state
  const scope = context.state
  walkUncalled(context, (body) => {
    context.state = withNothingKnown(scope)
    walkNode(context, body)
    runTraps(context, { success: context.state, failure: null })
  })
  noteUnreached(context, script, input.text)
  const { commands, flows, unknowns } = context
  const steps = stepsOf(input.text) - context.stepsLeft
  const tree = script.commands.length > 0 ? ran.tree : null
  return { commands, flows, unknowns, tree, scope, steps }
}

/** Every command that was parsed must have been walked; one that was not is an unknown part. */
function noteUnreached(context: Context, script: AnyNode, text: string): void {
  if (!/[$`()<>{};]|\b(?:do|then)\b/.test(text)) return
  const visit = (node: AnyNode): void => {
    context.stepsLeft--
    if (node.type === 'Command' && !context.reached.has(node)) {
      noteUnknown(context, 'a command in the line was not followed', {
        start: node.pos,
        end: node.end,
      })
    }
    forEachChild(node, visit)
  }
  visit(script)
}

/** Walks the code of `eval` or `trap` in the current state; what is not readable makes the line unknown. */
function runText(context: Context, text: string, span: Span): { readonly isExit: boolean } {
  const refusal = refusalOf(text)
  const { depth } = context.place
  if (refusal || depth >= DELEGATION_DEPTH_MAX) {
    noteUnknown(
      context,
      refusal?.reason ?? `code runs code more than ${DELEGATION_DEPTH_MAX} deep`,
      span,
    )
    context.state = withNothingKnown(context.state)
    return { isExit: false }
  }
  const run = (): Ran | null => {
    const script = parse(text)
    const fault = inspect(context, script, text)
    if (fault) {
      noteUnknown(context, `bash would not accept the code: ${fault.message}`, span)
      return null
    }
    inspectDialect(context, script, text)
    const ran = walkStatements(context, script.commands)
    noteUnreached(context, script, text)
    return ran
  }
  const ran = within(context, { depth: depth + 1, fixedSpan: span }, run)
  const end = ran && settled(ran)
  context.state = end ?? context.state
  return { isExit: ran !== null && end === null }
}
