/**
 * Scripts inside words and expressions that are not evaluated: their commands are listed all the same.
 */
import { type AnyNode, type Context, type ScriptNode, spanOf, takeStep, within } from './context.ts'
import { forEachChild } from './nodes.ts'

/** Runs every substitution below `node`, each only possibly, for its commands. */
export function runNested(context: Context, node: AnyNode): void {
  if (!takeStep(context, node)) return
  switch (node.type) {
    case 'CommandExpansion':
    case 'ArithmeticCommandExpansion':
    case 'ProcessSubstitution':
      if (node.script) {
        const script: ScriptNode = node.script
        within(context, { isConditional: true }, () => substitute(context, script, node))
      }
      return
    default:
      forEachChild(node, (child) => runNested(context, child))
  }
}

/** Runs a command substitution; what it prints, trailing newlines included, or null. */
export function substitute(
  context: Context,
  script: ScriptNode,
  node: { readonly pos: number; readonly end: number },
): string | null {
  // Escaped backquotes are parsed from their own text, so positions in them mean nothing in the line.
  const fixedSpan = script.source === undefined ? context.place.fixedSpan : spanOf(context, node)
  const sources = context.sources
  const sinks = context.sinks
  context.sources = []
  context.sinks = []
  const ran = within(context, { fixedSpan }, () => context.runScript(context, script))
  context.sources = sources
  context.sinks = sinks
  for (const from of ran.outputs) context.sources.push({ from, through: 'substitution' })
  return ran.text
}

/** Runs `<(…)` or `>(…)` beside the command that it stands in. */
export function substituteProcess(
  context: Context,
  script: ScriptNode,
  node: { readonly pos: number; readonly end: number; readonly operator: '<' | '>' },
): void {
  const { sources, sinks } = context
  const first = context.commands.length
  context.sources = []
  context.sinks = []
  const fixedSpan = script.source === undefined ? context.place.fixedSpan : spanOf(context, node)
  const stdin = node.operator === '>' ? undefined : context.place.stdin
  const ran = within(context, { fixedSpan, isConcurrent: true, stdin }, () =>
    context.runScript(context, script),
  )
  context.sources = sources
  context.sinks = sinks
  if (node.operator === '<') {
    for (const from of ran.outputs) context.sources.push({ from, through: 'process-substitution' })
  } else {
    for (let index = first; index < context.commands.length; index++) context.sinks.push(index)
  }
}
