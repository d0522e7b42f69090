/**
 * Python's expressions as what they compute.
 */
import type { SyntaxNode } from '@lezer/common'
import { isComma, partsOf, split } from './lezer.ts'
import { PythonTargets } from './python-targets.ts'
import { pythonText } from './python-text.ts'
import {
  type Argument,
  all,
  argument,
  calling,
  literal,
  type MapEntry,
  type Node,
  unread,
} from './static-tree.ts'

const COMPARING = new Set(['CompareOp', 'in', 'not', 'is'])

/** No keyword or punctuation. */
export const isMeaning = (node: SyntaxNode): boolean =>
  /^[A-Z]/.test(node.name) && !/Op$/.test(node.name)

function numberOf(text: string): Node {
  const number = Number(text.replaceAll('_', ''))
  return Number.isFinite(number) ? literal(number) : { kind: 'data', of: [] }
}

export abstract class PythonExpressions extends PythonTargets {
  protected abstract statement(node: SyntaxNode, parts: readonly SyntaxNode[]): Node

  protected override node(node: SyntaxNode): Node {
    const parts = partsOf(node)
    const [first, second] = parts
    switch (node.name) {
      case 'VariableName':
        return { kind: 'name', name: this.name(node) }
      case 'Number':
        return numberOf(this.text(node))
      case 'String':
      case 'ContinuedString':
      case 'FormatString':
        return this.#string(node)
      case 'Boolean':
        return literal(this.text(node) === 'True')
      case 'None':
        return literal(null)
      case 'Ellipsis':
      case 'PassStatement':
      case 'BreakStatement':
      case 'ContinueStatement':
      case 'ScopeStatement':
        return all([])
      case 'ParenthesizedExpression':
        return this.group(parts.slice(1, -1))
      case 'TupleExpression':
      case 'ArrayExpression':
      case 'SetExpression':
        return { kind: 'list', items: this.#items(parts.slice(1, -1)) }
      case 'DictionaryExpression':
        return { kind: 'map', entries: this.#entries(parts.slice(1, -1)) }
      case 'ArrayComprehensionExpression':
      case 'ComprehensionExpression':
      case 'SetComprehensionExpression':
      case 'DictionaryComprehensionExpression':
        return this.#comprehension(parts.slice(1, -1))
      case 'MemberExpression':
        return this.#member(parts)
      case 'CallExpression':
        if (!first || second?.name !== 'ArgList') return this.unread(node)
        return { kind: 'call', callee: this.node(first), args: this.#arguments(second) }
      case 'BinaryExpression':
        return this.#binary(parts)
      case 'UnaryExpression':
        return this.#unary(parts)
      case 'ConditionalExpression': {
        const [value, , condition, , other] = parts
        if (!value || !condition || !other) return this.unread(node)
        const of = [this.node(value), this.node(other)]
        return all([this.node(condition), { kind: 'any', of }])
      }
      case 'LambdaExpression':
        return this.function(parts.slice(1), true)
      case 'NamedExpression':
        return this.assign([this.target(parts.slice(0, 1))], parts.slice(2))
      case 'AwaitExpression':
        return second ? this.node(second) : this.unread(node)
      case 'YieldExpression':
        return {
          kind: 'yield',
          value: this.group(parts.filter((each) => !/^(?:yield|from)$/.test(each.name))),
        }
      default:
        return this.statement(node, parts)
    }
  }

  /** One expression, or several as a tuple. */
  protected override group(parts: readonly SyntaxNode[]): Node {
    const meant = parts.filter((each) => !/^(?:;|Newline)$/.test(each.name))
    if (meant.length === 0) return literal(null)
    const [only] = meant
    if (only && meant.length === 1) return this.node(only)
    if (meant.some((each) => each.name === ',')) return { kind: 'list', items: this.#items(meant) }
    return all(
      meant.filter((each) => each.firstChild || isMeaning(each)).map((each) => this.node(each)),
    )
  }

  #items(parts: readonly SyntaxNode[]): readonly Argument[] {
    return split(parts, isComma).flatMap((group): readonly Argument[] => {
      const [first, second] = group
      if (!first) return []
      if (first.name === '*' && second) {
        return [{ value: this.node(second), name: null, isSpread: true }]
      }
      if (first.name === '**' && second) {
        return [{ value: this.node(second), name: null, isSpread: true }]
      }
      return [argument(this.group(group))]
    })
  }

  #entries(parts: readonly SyntaxNode[]): readonly MapEntry[] {
    return split(parts, isComma).flatMap((group): readonly MapEntry[] => {
      const [first, sign, value] = group
      if (!first) return []
      if (first.name === '**' && sign) return [{ key: null, value: this.node(sign) }]
      return value
        ? [{ key: this.node(first), value: this.node(value) }]
        : [{ key: this.node(first), value: unread('an entry of a dictionary') }]
    })
  }

  #comprehension(parts: readonly SyntaxNode[]): Node {
    const start = parts.findIndex((each) => each.name === 'for' || each.name === 'async')
    const [key, , value] = parts.slice(0, start)
    const body: Node[] = []
    let rest = parts.slice(start).filter((each) => each.name !== 'async')
    while (rest.length > 0) {
      const [word] = rest
      const next = rest.findIndex(
        (each, at) => at > 0 && (each.name === 'for' || each.name === 'if'),
      )
      const clause = rest.slice(1, next < 0 ? undefined : next)
      rest = next < 0 ? [] : rest.slice(next)
      if (word?.name === 'for') body.push(this.loop(clause))
      else body.push(this.group(clause))
    }
    if (!key) return unread('a comprehension')
    if (value) body.push(this.node(key))
    return { kind: 'bag', body, value: this.node(value ?? key) }
  }

  /** `targets in iterable` */
  protected loop(parts: readonly SyntaxNode[]): Node {
    const at = parts.findIndex((each) => each.name === 'in')
    return {
      kind: 'assign',
      target: this.target(parts.slice(0, at)),
      value: { kind: 'element', of: this.group(parts.slice(at + 1)) },
    }
  }

  #member(parts: readonly SyntaxNode[]): Node {
    const [object, sign, ...rest] = parts
    if (!object || !sign) return unread('a member')
    const of = this.node(object)
    const [name] = rest
    if (sign.name === '.')
      return name ? { kind: 'member', of, name: this.name(name) } : unread('a member')
    const inside = rest.slice(0, -1)
    if (inside.some((each) => each.name === ':')) {
      const bounds = inside.filter((each) => isMeaning(each) && each.name !== ',')
      const found = bounds.map((each) => this.node(each))
      return calling({ kind: 'entity', name: 'slice-of' }, of, { kind: 'data', of: found })
    }
    return { kind: 'index', of, at: this.group(inside) }
  }

  #arguments(list: SyntaxNode): readonly Argument[] {
    const parts = partsOf(list).slice(1, -1)
    if (parts.some((each) => each.name === 'for')) return [argument(this.#comprehension(parts))]
    return split(parts, isComma).flatMap((group): readonly Argument[] => {
      const [first, second, third] = group
      if (!first) return []
      if (second?.name === 'AssignOp' && third) {
        return [{ value: this.node(third), name: this.name(first), isSpread: false }]
      }
      if ((first.name === '*' || first.name === '**') && second) {
        return [{ value: this.node(second), name: null, isSpread: true }]
      }
      return [argument(this.group(group))]
    })
  }

  #binary(parts: readonly SyntaxNode[]): Node {
    const [left, sign] = parts
    const right = parts.at(-1)
    if (!left || !sign || !right) return unread('an operation')
    const of = [this.node(left), this.node(right)] as const
    if (sign.name === 'and' || sign.name === 'or') return { kind: 'any', of }
    if (COMPARING.has(sign.name)) return { kind: 'data', of }
    return { kind: 'binary', operator: this.text(sign), left: of[0], right: of[1] }
  }

  #unary(parts: readonly SyntaxNode[]): Node {
    const [sign, operand] = parts
    if (!sign || !operand) return unread('an operation')
    const value = this.node(operand)
    if (this.text(sign) === '-' && value.kind === 'literal' && typeof value.value === 'number') {
      return literal(-value.value)
    }
    return { kind: 'data', of: [value] }
  }

  #string(node: SyntaxNode): Node {
    if (node.name === 'ContinuedString') {
      return { kind: 'text', parts: partsOf(node).map((each) => this.#string(each)) }
    }
    const inside = partsOf(node).filter((each) => each.name === 'FormatReplacement')
    const pieces = pythonText(
      this.text(node),
      inside.map((each) => ({ from: each.from - node.from, to: each.to - node.from })),
    )
    if (!pieces) return { kind: 'data', of: inside.map((each) => this.#replacement(each)) }
    const parts: Node[] = []
    for (const [at, piece] of pieces.entries()) {
      if (piece !== '') parts.push(literal(piece))
      const next = inside[at]
      if (next) parts.push(this.#replacement(next))
    }
    return node.name === 'String' ? literal(pieces[0] ?? '') : { kind: 'text', parts }
  }

  /** `{value!r:format}` */
  #replacement(node: SyntaxNode): Node {
    const parts = partsOf(node).slice(1, -1)
    const isSpecial = (each: SyntaxNode): boolean => each.name.startsWith('Format')
    const value = this.group(parts.filter((each) => !isSpecial(each)))
    if (!parts.some(isSpecial)) return value
    const nested = parts
      .filter(isSpecial)
      .flatMap((each) => partsOf(each).filter((own) => own.name === 'FormatReplacement'))
    return { kind: 'data', of: [value, ...nested.map((each) => this.#replacement(each))] }
  }
}
