/**
 * JavaScript's expressions as what they compute.
 */
import type { SyntaxNode } from '@lezer/common'
import { isLead, isMeaning, isType, JavaScriptNames } from './javascript-names.ts'
import { javascriptText } from './javascript-text.ts'
import { isComma, partsOf, split } from './lezer.ts'
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

export abstract class JavaScriptExpressions extends JavaScriptNames {
  protected abstract statement(node: SyntaxNode, parts: readonly SyntaxNode[]): Node

  protected override node(node: SyntaxNode): Node {
    const parts = partsOf(node).filter((each) => !isType(each))
    const [first, second, third] = parts
    switch (node.name) {
      case 'VariableName':
      case 'VariableDefinition':
        return this.name(node)
      case 'Number': {
        const number = Number(this.text(node).replaceAll('_', ''))
        return Number.isNaN(number) ? { kind: 'data', of: [] } : literal(number)
      }
      case 'String': {
        const text = javascriptText(this.text(node).slice(1, -1))
        return text === null ? { kind: 'data', of: [] } : literal(text)
      }
      case 'TemplateString':
        return this.#template(node)
      case 'BooleanLiteral':
        return literal(this.text(node) === 'true')
      case 'null':
        return literal(null)
      case 'RegExp':
        return { kind: 'data', of: [] }
      case 'this':
        return { kind: 'name', name: 'this' }
      case 'ParenthesizedExpression':
      case 'SequenceExpression':
        return all(parts.filter(isMeaning).map((each) => this.node(each)))
      case 'ArrayExpression':
        return { kind: 'list', items: this.#items(parts.slice(1, -1)) }
      case 'ObjectExpression':
        return this.#object(parts.slice(1, -1))
      case 'MemberExpression':
        return this.#member(parts)
      case 'CallExpression':
      case 'NewExpression':
        return this.#call(parts)
      case 'BinaryExpression':
        return this.#binary(parts)
      case 'UnaryExpression':
      case 'PostfixExpression':
        return this.#unary(node, parts)
      case 'ConditionalExpression':
        if (!first || !third || !parts[4]) return this.unread(node)
        return all([this.node(first), { kind: 'any', of: [this.node(third), this.node(parts[4])] }])
      case 'AssignmentExpression':
        return this.#assignment(parts)
      case 'ArrowFunction':
      case 'FunctionExpression':
        return this.function(parts)
      case 'AwaitExpression':
        return second
          ? calling({ kind: 'entity', name: 'await-value' }, this.node(second))
          : this.unread(node)
      case 'PrefixCast':
        return parts.at(-1) ? this.node(parts.at(-1) as SyntaxNode) : this.unread(node)
      case 'DynamicImport': {
        const name = parts.find(isLead)
        return calling({ kind: 'entity', name: 'require' }, name ? this.node(name) : literal(null))
      }
      default:
        return this.statement(node, parts)
    }
  }

  #template(node: SyntaxNode): Node {
    const inside = partsOf(node).filter((each) => each.name === 'Interpolation')
    const parts: Node[] = []
    let from = node.from + 1
    const add = (to: number): boolean => {
      const text = javascriptText(this.code.slice(from, to))
      if (text !== null && text !== '') parts.push(literal(text))
      return text !== null
    }
    let isRead = true
    for (const each of inside) {
      isRead = add(each.from) && isRead
      parts.push(this.block(partsOf(each).filter((own) => !own.name.startsWith('Interpolation'))))
      from = each.to
    }
    isRead = add(node.to - 1) && isRead
    return isRead ? { kind: 'text', parts } : { kind: 'data', of: parts }
  }

  #items(parts: readonly SyntaxNode[]): readonly Argument[] {
    return split(parts, isComma).flatMap((group): readonly Argument[] => {
      const [first, second] = group.filter((each) => !isType(each))
      if (!first) return []
      if (first.name === 'Spread' && second) {
        return [{ value: this.node(second), name: null, isSpread: true }]
      }
      return [argument(this.block(group))]
    })
  }

  #object(parts: readonly SyntaxNode[]): Node {
    const entries: MapEntry[] = []
    for (const each of parts) {
      if (each.name !== 'Property') continue
      const own = partsOf(each).filter((part) => !isType(part))
      const [first, second] = own
      const last = own.at(-1)
      if (!first || !last) continue
      if (first.name === 'Spread' && second) entries.push({ key: null, value: this.node(second) })
      else if (own.some((part) => part.name === 'ParamList')) entries.push(...this.#method(own))
      else if (first === last)
        entries.push({ key: literal(this.text(first)), value: this.name(first) })
      else entries.push({ key: this.key(own), value: this.node(last) })
    }
    return { kind: 'map', entries }
  }

  /** A method may be called by whoever gets the object: `toString`, getters. */
  #method(own: readonly SyntaxNode[]): readonly MapEntry[] {
    const value = this.function(own)
    const key = this.key(own.filter((each) => !/^(?:get|set|async|Star)$/.test(each.name)))
    return [{ key, value: unread('an object with methods of its own', [value]) }]
  }

  #member(parts: readonly SyntaxNode[]): Node {
    const [object, ...rest] = parts
    const last = rest.at(-1)
    if (!object || !last) return unread('a member')
    const of = this.node(object)
    if (last.name !== ']') {
      const name = this.text(last)
      return name.includes('\\')
        ? unread('a name with escapes', [of])
        : { kind: 'member', of, name }
    }
    const inside = rest.filter((each) => !/^(?:\?\.|\[|\])$/.test(each.name))
    return { kind: 'index', of, at: this.block(inside) }
  }

  #call(parts: readonly SyntaxNode[]): Node {
    const meant = parts.filter((each) => each.name !== 'new' && each.name !== '?.')
    const [callee, list] = meant
    if (!callee) return unread('a call')
    if (callee.name === 'import' || callee.name === 'super')
      return unread('a call of a class above')
    const args = list?.name === 'ArgList' ? this.#items(partsOf(list).slice(1, -1)) : []
    return { kind: 'call', callee: this.node(callee), args }
  }

  #binary(parts: readonly SyntaxNode[]): Node {
    const [left, sign] = parts
    const right = parts.at(-1)
    if (!left || !sign || !right) return unread('an operation')
    const operator = this.text(sign)
    if (operator === 'as' || operator === 'satisfies') return this.node(left)
    const of = [this.node(left), this.node(right)] as const
    if (sign.name === 'LogicOp') return { kind: 'any', of }
    return operator === '+'
      ? { kind: 'binary', operator, left: of[0], right: of[1] }
      : { kind: 'data', of }
  }

  #unary(node: SyntaxNode, parts: readonly SyntaxNode[]): Node {
    const operand = parts.find((each) => isMeaning(each))
    if (!operand) return this.unread(node)
    const value = this.node(operand)
    const text = this.text(node)
    if (node.name === 'PostfixExpression' && text.endsWith('!')) return value
    if (
      /^delete\b/.test(text) ||
      text.startsWith('++') ||
      text.startsWith('--') ||
      node.name === 'PostfixExpression'
    ) {
      return { kind: 'assign', target: this.target(operand), value: { kind: 'data', of: [] } }
    }
    if (text.startsWith('-') && value.kind === 'literal' && typeof value.value === 'number') {
      return literal(-value.value)
    }
    return { kind: 'data', of: [value] }
  }

  #assignment(parts: readonly SyntaxNode[]): Node {
    const [target, sign, value] = parts
    if (!target || !sign || !value) return unread('an assignment')
    const operator = this.text(sign)
    const next = this.node(value)
    if (operator === '=') return { kind: 'assign', target: this.target(target), value: next }
    const old = this.node(target)
    const combined: Node = /^(?:\|\||&&|\?\?)=$/.test(operator)
      ? { kind: 'any', of: [old, next] }
      : operator === '+='
        ? { kind: 'binary', operator: '+', left: old, right: next }
        : { kind: 'data', of: [old, next] }
    return { kind: 'assign', target: this.target(target), value: combined }
  }
}
