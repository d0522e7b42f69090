/**
 * Arithmetic that bash would evaluate. A name in it is evaluated again as an expression, subscripts and substitutions
 * included, so only whole numbers are safe; everything else is noted.
 */
import { type Context, noteUnknownAt, spanOf } from './context.ts'
import { runNested } from './nested.ts'
import type { ArithmeticExpression } from './nodes.ts'
import { join } from './settle.ts'
import { noteSpecial, readBack } from './special-variables.ts'
import { isSurelyInteger, withVariables } from './state.ts'

/** Special variables that always hold whole numbers unless the text assigns them. */
const COUNTERS = new Set([
  'RANDOM',
  'SRANDOM',
  'SECONDS',
  'LINENO',
  'EPOCHSECONDS',
  'UID',
  'EUID',
  'PPID',
  'BASHPID',
  'OPTIND',
  'SHLVL',
  'COLUMNS',
  'LINES',
])

const NAME = /^[A-Za-z_]\w*$/
const LIMIT = 2n ** 62n

/** The value, or null when it is only known at run time. Notes what may run code; runs substitutions in it. */
export function evaluate(context: Context, node: ArithmeticExpression | undefined): bigint | null {
  if (!node) return 0n
  if (--context.stepsLeft <= 0) return null
  const value = compute(context, node)
  return value === null ? null : bounded(value)
}

/** Null where bash's own numbers would wrap around. */
const bounded = (value: bigint): bigint | null => (value > -LIMIT && value < LIMIT ? value : null)

function compute(context: Context, node: ArithmeticExpression): bigint | null {
  switch (node.type) {
    case 'ArithmeticWord':
      return word(context, node)
    case 'ArithmeticGroup':
      return evaluate(context, node.expression)
    case 'ArithmeticUnary':
      return unary(context, node)
    case 'ArithmeticBinary':
      return binary(context, node)
    case 'ArithmeticTernary': {
      const test = evaluate(context, node.test)
      if (test !== null) return evaluate(context, test === 0n ? node.alternate : node.consequent)
      perhaps(context, node.consequent)
      perhaps(context, node.alternate)
      return null
    }
    case 'ArithmeticCommandExpansion':
      runNested(context, node)
      noteUnknownAt(context, 'arithmetic on the output of a command, which bash evaluates', node)
      return null
    default:
      noteUnknownAt(context, 'a form of arithmetic that oa does not know', node)
      return null
  }
}

/** A part that may not be evaluated: what it assigns may have its old value. */
function perhaps(context: Context, node: ArithmeticExpression): void {
  const before = context.state
  evaluate(context, node)
  context.state = join(before, context.state) ?? before
}

type WordNode = Extract<ArithmeticExpression, { type: 'ArithmeticWord' }>

function word(context: Context, node: WordNode): bigint | null {
  if (!node.parts) {
    const text = node.value
    if (/^\d{1,18}$/.test(text) && (text === '0' || !text.startsWith('0'))) return BigInt(text)
    if (/^0[0-7]{1,18}$/.test(text)) return BigInt(`0o${text.slice(1)}`)
    if (/^0[xX][0-9a-fA-F]{1,15}$/.test(text)) return BigInt(text)
    if (/^2#[01]{1,18}$/.test(text)) return BigInt(`0b${text.slice(2)}`)
    if (/^\d+#[0-9A-Za-z]+$/.test(text)) return null
    if (NAME.test(text)) return variable(context, text, node)
  } else {
    const [part] = node.parts
    if (
      node.parts.length === 1 &&
      (part?.type === 'SimpleExpansion' || part?.type === 'ParameterExpansion')
    ) {
      const name = /^\$\{?([A-Za-z_]\w*)\}?$/.exec(part.text)?.[1]
      if (name !== undefined) return variable(context, name, node)
      if (/^\$(?:[#?$!]|\{#[A-Za-z_]\w*(?:\[[@*]\])?\})$/.test(part.text)) return null
    }
    runNested(context, node)
  }
  noteUnknownAt(context, `arithmetic evaluates \`${node.value.slice(0, 40)}\` as code`, node)
  return null
}

function variable(context: Context, name: string, node: WordNode): bigint | null {
  const values = context.state.variables.get(name)
  if (isSurelyInteger(context.state, name)) {
    const only = values?.length === 1 ? values[0] : undefined
    return only !== undefined && /^-?(?:0|[1-9]\d*)$/.test(only) ? BigInt(only) : null
  }
  if (values === undefined && context.state.isComplete && COUNTERS.has(name)) return null
  noteUnknownAt(
    context,
    `arithmetic evaluates the value of \`${name}\` as code, and that is not a known number`,
    node,
  )
  return null
}

function assign(context: Context, target: ArithmeticExpression, value: bigint | null): void {
  if (target.type !== 'ArithmeticWord' || !NAME.test(target.value)) {
    noteUnknownAt(context, 'arithmetic assigns to something that bash evaluates', target)
    return
  }
  const name = target.value
  noteSpecial(context, name, value === null ? null : [String(value)], spanOf(context, target))
  const isKept = value !== null && !context.readonlyNames.has(name)
  const values = isKept ? readBack(name, [String(value)]) : null
  context.state = withVariables(context.state, [{ name, values, isInteger: true }])
}

function unary(
  context: Context,
  node: Extract<ArithmeticExpression, { type: 'ArithmeticUnary' }>,
): bigint | null {
  const value = evaluate(context, node.operand)
  switch (node.operator) {
    case '++':
    case '--': {
      const next = value === null ? null : bounded(node.operator === '++' ? value + 1n : value - 1n)
      assign(context, node.operand, next)
      return node.prefix ? next : value
    }
    case '-':
      return value === null ? null : -value
    case '+':
      return value
    case '!':
      return value === null ? null : value === 0n ? 1n : 0n
    case '~':
      return value === null ? null : ~value
    default:
      return null
  }
}

const OPERATORS: ReadonlyMap<string, (a: bigint, b: bigint) => bigint | null> = new Map([
  ['+', (a, b) => a + b],
  ['-', (a, b) => a - b],
  ['*', (a, b) => a * b],
  ['/', (a, b) => (b === 0n ? null : a / b)],
  ['%', (a, b) => (b === 0n ? null : a % b)],
  ['<', (a, b) => (a < b ? 1n : 0n)],
  ['>', (a, b) => (a > b ? 1n : 0n)],
  ['<=', (a, b) => (a <= b ? 1n : 0n)],
  ['>=', (a, b) => (a >= b ? 1n : 0n)],
  ['==', (a, b) => (a === b ? 1n : 0n)],
  ['!=', (a, b) => (a === b ? 0n : 1n)],
  ['&', (a, b) => a & b],
  ['|', (a, b) => a | b],
  ['^', (a, b) => a ^ b],
  [',', (_, b) => b],
  ['<<', (a, b) => (b >= 0n && b < 62n ? a << b : null)],
  ['>>', (a, b) => (b >= 0n && b < 62n ? a >> b : null)],
  ['**', (a, b) => (b >= 0n && b < 62n ? a ** b : null)],
])

function binary(
  context: Context,
  node: Extract<ArithmeticExpression, { type: 'ArithmeticBinary' }>,
): bigint | null {
  const { operator } = node
  if (operator === '=') {
    const value = evaluate(context, node.right)
    assign(context, node.left, value)
    return value
  }
  const left = evaluate(context, node.left)
  const isLazy = operator === '&&' || operator === '||'
  if (isLazy) {
    if (left === null) {
      perhaps(context, node.right)
      return null
    }
    const isDecided = operator === '&&' ? left === 0n : left !== 0n
    if (isDecided) {
      perhaps(context, node.right)
      return left === 0n ? 0n : 1n
    }
    const right = evaluate(context, node.right)
    return right === null ? null : right === 0n ? 0n : 1n
  }
  const right = evaluate(context, node.right)
  if (operator.endsWith('=') && !['==', '!=', '<=', '>='].includes(operator)) {
    const change = OPERATORS.get(operator.slice(0, -1))
    const value = change && left !== null && right !== null ? change(left, right) : null
    const kept = value === null ? null : bounded(value)
    assign(context, node.left, kept)
    return kept
  }
  const apply = OPERATORS.get(operator)
  return apply && left !== null && right !== null ? apply(left, right) : null
}
