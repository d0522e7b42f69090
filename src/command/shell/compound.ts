/**
 * Loops, conditions, `case`, `[[ ]]`, `(( ))`: every branch is walked, each only possibly.
 */
import type { Word } from '../../model/word.ts'
import { evaluate } from './arithmetic.ts'
import { type Context, noteUnknownAt, type Ran, spanOf, within } from './context.ts'
import { valuesOfWord } from './declare.ts'
import { expandArgument, expandWhole } from './expand.ts'
import { beforeEachRound } from './loops.ts'
import { runNested } from './nested.ts'
import type {
  ArithmeticFor,
  Case,
  CompoundList,
  For,
  If,
  Select,
  TestExpression,
  While,
  Word as WordNode,
} from './nodes.ts'
import { join, settled } from './settle.ts'
import { noteSpecial, readBack } from './special-variables.ts'
import { isSurelyInteger, type State, withVariables } from './state.ts'

type Node = { readonly type: string; readonly pos: number; readonly end: number }

const NAMES: Readonly<Record<string, string>> = {
  If: '`if`',
  For: '`for`',
  Select: '`select`',
  While: 'a loop',
  Case: '`case`',
  TestCommand: '`[[ ]]`',
  ArithmeticCommand: '`(( ))`',
  ArithmeticFor: '`for (( ))`',
  Coproc: '`coproc`',
}

/** The result of a compound whose end state is `state` whatever its status. */
export function compoundRan(
  context: Context,
  node: Node,
  state: State | null,
  outputs: readonly number[],
  text: string | null = null,
): Ran {
  const tree = {
    kind: 'compound',
    name: NAMES[node.type] ?? 'a compound command',
    ...spanOf(context, node),
  } as const
  // A substitution in the head (`case $(cmd) in`) flows into no command.
  context.sources = []
  context.sinks = []
  if (state) context.state = state
  return { tree, success: state, failure: state, outputs, text }
}

const run = (context: Context, body: CompoundList, isConditional: boolean): Ran =>
  within(context, { isConditional: context.place.isConditional || isConditional }, () =>
    context.runNode(context, body),
  )

export function walkIf(context: Context, node: If): Ran {
  const outputs: number[] = []
  let end: State | null = null
  let isFirst = true
  let start: State | null = context.state
  for (const { clause, then } of [node, ...node.elif]) {
    const from: State = start ?? context.state
    context.state = from
    const tested = run(context, clause, !isFirst)
    isFirst = false
    context.state = tested.success ?? from
    const body = run(context, then, true)
    outputs.push(...tested.outputs, ...body.outputs)
    if (tested.success) end = join(end, settled(body))
    start = tested.failure
  }
  if (node.else) {
    context.state = start ?? context.state
    const body = run(context, node.else, true)
    outputs.push(...body.outputs)
    if (start) end = join(end, settled(body))
  } else end = join(end, start)
  return compoundRan(context, node, end, outputs)
}

export function walkWhile(context: Context, node: While): Ran {
  context.state = beforeEachRound(context, [node.clause, node.body])
  const tested = run(context, node.clause, false)
  const from = node.kind === 'while' ? tested.success : tested.failure
  context.state = from ?? context.state
  const body = run(context, node.body, true)
  const end = join(settled(tested), settled(body))
  return compoundRan(context, node, end, [...tested.outputs, ...body.outputs])
}

/** All values of a loop's words; null when they are not known or none may be. */
function loopValues(words: readonly Word[]): readonly string[] | null {
  const values = words.map((word) => valuesOfWord(word))
  return words.length > 0 && values.every((each) => each !== null)
    ? [...new Set(values.flat())]
    : null
}

export function walkFor(context: Context, node: For | Select): Ran {
  const name = node.name.text
  const words = node.wordlist
    ? node.wordlist.flatMap((word) => expandArgument(context, word))
    : (context.state.positional?.slice(1) ?? null)
  const values = words && loopValues(words)
  const isPlain = /^[A-Za-z_]\w*$/.test(name)
  if (!isPlain) noteUnknownAt(context, 'the name of a loop variable is not plain', node.name)
  noteSpecial(context, name, values, spanOf(context, node))
  if (node.type === 'Select')
    context.state = withVariables(context.state, [{ name: 'REPLY', values: null }])
  const before = context.state
  const start = beforeEachRound(context, [node.body])
  context.state = withVariables(start, [{ name, values: readBack(name, values) }])
  const isSure = values !== null && node.type === 'For'
  const { leaveCount } = context
  const body = run(context, node.body, !isSure)
  const after = settled(body)
  // A `break` may leave the body anywhere.
  const isLeft = context.leaveCount !== leaveCount
  const end = isLeft ? join(after, start) : isSure ? after : join(after, before)
  return compoundRan(context, node, end, body.outputs)
}

export function walkArithmeticFor(context: Context, node: ArithmeticFor): Ran {
  evaluate(context, node.initialize)
  const start = beforeEachRound(context, [
    node.body,
    ...(node.test ? [node.test] : []),
    ...(node.update ? [node.update] : []),
  ])
  context.state = start
  evaluate(context, node.test)
  const body = run(context, node.body, true)
  const after = settled(body)
  if (after) context.state = after
  evaluate(context, node.update)
  return compoundRan(context, node, join(context.state, start), body.outputs)
}

export function walkCase(context: Context, node: Case): Ran {
  expandWhole(context, node.word)
  const start = context.state
  const outputs: number[] = []
  let end: State | null = start
  let falling: State | null = null
  for (const item of node.items) {
    context.state = start
    for (const pattern of item.pattern) expandWhole(context, pattern)
    context.state = join(context.state, falling) ?? context.state
    const body = run(context, item.body, true)
    outputs.push(...body.outputs)
    const after = settled(body)
    falling = item.terminator === ';&' || item.terminator === ';;&' ? after : null
    end = join(end, after)
  }
  return compoundRan(context, node, end, outputs)
}

const NUMERIC = new Set(['-eq', '-ne', '-lt', '-le', '-gt', '-ge'])

/** Walks the words of `[[ ]]`; numeric comparison and `-v` evaluate their words as code. */
export function walkTest(context: Context, node: TestExpression): void {
  if (--context.stepsLeft <= 0) return
  switch (node.type) {
    case 'TestUnary':
      expandWhole(context, node.operand)
      if (
        (node.operator === '-v' || node.operator === '-R') &&
        !/^\w+(?:\[(?:\d+|@|\*)\])?$/.test(node.operand.text)
      ) {
        noteUnknownAt(context, `\`[[ ${node.operator}\` evaluates a name that is not plain`, node)
      }
      return
    case 'TestBinary':
      expandWhole(context, node.left)
      expandWhole(context, node.right)
      if (
        NUMERIC.has(node.operator) &&
        !(isNumber(context, node.left) && isNumber(context, node.right))
      ) {
        noteUnknownAt(context, `\`[[ ${node.operator}\` evaluates its words as code`, node)
      }
      return
    case 'TestLogical':
      for (const operand of node.operands) walkTest(context, operand)
      return
    case 'TestNot':
      return walkTest(context, node.operand)
    case 'TestGroup':
      return walkTest(context, node.expression)
    default:
      noteUnknownAt(context, 'a form of `[[ ]]` that oa does not know', node)
      runNested(context, node)
  }
}

function isNumber(context: Context, word: WordNode): boolean {
  const text = word.text.replace(/^"(.*)"$/s, '$1')
  if (/^-?\d{1,15}$/.test(text) || /^\$(?:[#?$!]|\{#\w+(?:\[[@*]\])?\})$/.test(text)) return true
  const name = /^\$\{?([A-Za-z_]\w*)\}?$/.exec(text)?.[1] ?? /^([A-Za-z_]\w*)$/.exec(text)?.[1]
  if (name === undefined) return false
  if (isSurelyInteger(context.state, name)) return true
  const isSet = context.state.variables.has(name)
  return (
    !isSet &&
    context.state.isComplete &&
    /^(?:EUID|UID|SECONDS|RANDOM|LINENO|BASHPID|PPID)$/.test(name)
  )
}
