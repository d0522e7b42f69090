/**
 * PHP's syntax as a tree of what is computed.
 */
import type { SyntaxNode } from '@lezer/common'
import { isComma, parseCode, partsOf, split } from './lezer.ts'
import { PHP_REFERENCES } from './php-library.ts'
import { phpText } from './php-text.ts'
import {
  type Argument,
  all,
  argument,
  calling,
  literal,
  type MapEntry,
  type Node,
  type Param,
  type Target,
  unread,
} from './static-tree.ts'

/** The tree of PHP code, with or without `<?php`; null: it is not understood. */
export function parsePhp(code: string): Node | null {
  // A line comment ends where PHP does.
  if (/(?:\/\/|#)[^\n]*\?>/.test(code)) return null
  // WHY: no statement begins with `<`, so text that does is a file.
  const isFile = /^\s*<\?/.test(code)
  const top = parseCode('php', isFile ? 'Template' : 'Program', code)
  return top && new PhpTree(code).block(partsOf(top))
}

const isMeaning = (node: SyntaxNode): boolean =>
  /^[A-Z]/.test(node.name) &&
  !/Op$|^(?:Visibility|NamedType|OptionalType|UnionType|UseList)$/.test(node.name)

const CONSTANTS: Readonly<Record<string, boolean | null>> = { true: true, false: false, null: null }

class PhpTree {
  readonly #code: string

  constructor(code: string) {
    this.#code = code
  }

  block(parts: readonly SyntaxNode[]): Node {
    return all(parts.filter(isMeaning).map((each) => this.#node(each)))
  }

  #text(node: SyntaxNode): string {
    return this.#code.slice(node.from, node.to)
  }

  #nodes(parts: readonly SyntaxNode[]): readonly Node[] {
    return parts.filter(isMeaning).map((each) => this.#node(each))
  }

  #unread(node: SyntaxNode): Node {
    const of = partsOf(node).filter((each) => each.firstChild)
    return unread(`a ${node.name} of PHP`, this.#nodes(of))
  }

  #node(node: SyntaxNode): Node {
    const parts = partsOf(node)
    const [first, second, third] = parts
    const text = this.#text(node)
    switch (node.name) {
      case 'VariableName':
        return text === '$GLOBALS' || text === '$this'
          ? this.#unread(node)
          : { kind: 'name', name: text }
      case 'Integer':
      case 'Float': {
        const number = Number(text.replaceAll('_', '').replace(/^0(?=\d)/, '0o'))
        return Number.isNaN(number) ? { kind: 'data', of: [] } : literal(number)
      }
      case 'Boolean':
        return literal(text.toLowerCase() === 'true')
      case 'Name': {
        const constant = CONSTANTS[text.toLowerCase()]
        return constant === undefined ? { kind: 'data', of: [] } : literal(constant)
      }
      case 'String':
        return this.#string(node)
      case 'HeredocString':
        return /\{\$|\$\{/.test(text) ? this.#unread(node) : { kind: 'data', of: [] }
      case 'ShellExpression': {
        const line = text.slice(1, -1)
        const code: Node = /[$\\{]/.test(line) ? { kind: 'data', of: [] } : literal(line)
        return calling({ kind: 'entity', name: 'shell_exec' }, code)
      }
      case 'ParenthesizedExpression':
      case 'SequenceExpression':
        return this.block(parts)
      case 'ArrayExpression':
        return this.#array(
          second?.name === 'ValueList' ? partsOf(second).slice(1, -1) : parts.slice(1, -1),
        )
      case 'SubscriptExpression': {
        const index = parts.slice(1).find(isMeaning)
        if (!first) return this.#unread(node)
        return {
          kind: 'index',
          of: this.#node(first),
          at: index ? this.#node(index) : literal(null),
        }
      }
      case 'MemberExpression':
        if (!first || third?.name !== 'Name') return this.#unread(node)
        return { kind: 'member', of: this.#node(first), name: this.#text(third).toLowerCase() }
      case 'CallExpression':
        return this.#call(node, parts)
      case 'NewExpression': {
        const name = parts.find((each) => each.name === 'Name')
        const list = parts.find((each) => each.name === 'ArgList')
        if (!name) return this.#unread(node)
        return {
          kind: 'call',
          callee: { kind: 'entity', name: `new.${this.#text(name).toLowerCase()}` },
          args: list ? this.#arguments(list) : [],
        }
      }
      case 'BinaryExpression':
        return this.#binary(parts)
      case 'UnaryExpression': {
        const operand = parts.find(isMeaning)
        if (!operand) return this.#unread(node)
        return text.startsWith('@')
          ? this.#node(operand)
          : { kind: 'data', of: [this.#node(operand)] }
      }
      case 'ConditionalExpression': {
        const [condition, ...values] = this.#nodes(parts)
        if (!condition) return this.#unread(node)
        return {
          kind: 'any',
          of:
            values.length > 1
              ? [all([condition, ...values.slice(0, 1)]), ...values.slice(1)]
              : [condition, ...values],
        }
      }
      case 'AssignmentExpression':
      case 'UpdateExpression':
        return this.#assignment(node, parts)
      case 'CastExpression':
      case 'PrintIntrinsic':
      case 'ThrowExpression':
      case 'CloneExpression':
        return { kind: 'data', of: this.#nodes(parts) }
      case 'IncludeExpression':
      case 'RequireExpression':
        return calling({ kind: 'entity', name: 'include' }, this.block(parts.slice(1)))
      case 'FunctionExpression':
      case 'ArrowFunction':
        return this.#function(parts)
      default:
        return this.#statement(node, parts)
    }
  }

  #statement(node: SyntaxNode, parts: readonly SyntaxNode[]): Node {
    switch (node.name) {
      case 'ExpressionStatement':
      case 'Block':
      case 'IfStatement':
      case 'WhileStatement':
      case 'DoStatement':
      case 'ForStatement':
      case 'SwitchStatement':
      case 'CaseStatement':
      case 'DefaultStatement':
      case 'TryStatement':
      case 'ForSpec':
      case 'ColonBlock':
        return this.block(parts)
      case 'EchoStatement':
      case 'UnsetStatement':
        return { kind: 'data', of: this.#nodes(parts) }
      case 'TextInterpolation':
      case 'BreakStatement':
      case 'ContinueStatement':
      case 'GlobalDeclaration':
      case 'EmptyStatement':
        return all([])
      case 'ReturnStatement': {
        const value = parts.find(isMeaning)
        return { kind: 'return', value: value ? this.#node(value) : literal(null) }
      }
      case 'ForeachStatement': {
        const spec = parts.find((each) => each.name === 'ForSpec')
        const body = parts.at(-1)
        if (!spec || !body) return this.#unread(node)
        return all([this.#foreach(partsOf(spec)), this.#node(body)])
      }
      case 'CatchDeclarator': {
        const name = parts.find((each) => each.name === 'VariableName')
        if (!name) return all([])
        return { kind: 'assign', target: this.#target(name), value: { kind: 'data', of: [] } }
      }
      case 'FunctionDefinition': {
        const name = parts.find((each) => each.name === 'Name')
        if (!name) return this.#unread(node)
        const target: Target = { kind: 'name', name: this.#text(name).toLowerCase() }
        return { kind: 'assign', target, value: this.#function(parts) }
      }
      default:
        return this.#unread(node)
    }
  }

  #foreach(parts: readonly SyntaxNode[]): Node {
    const [of, item] = parts.filter(isMeaning)
    if (!of || !item) return unread('a loop')
    const pair = item.name === 'Pair' ? partsOf(item).filter(isMeaning) : [item]
    const target = pair.at(-1)
    const key = pair.length > 1 ? pair[0] : undefined
    if (!target) return unread('a loop')
    return all([
      ...(key
        ? [{ kind: 'assign', target: this.#target(key), value: { kind: 'data', of: [] } } as const]
        : []),
      {
        kind: 'assign',
        target: this.#target(target),
        value: calling({ kind: 'entity', name: 'value-of' }, this.#node(of)),
      },
    ])
  }

  #string(node: SyntaxNode): Node {
    const inside = partsOf(node).filter((each) => each.name !== 'EscapeSequence')
    const pieces = phpText(
      this.#text(node),
      inside.map((each) => ({ from: each.from - node.from, to: each.to - node.from })),
    )
    const values = inside.map((each) =>
      each.name === 'Interpolation' ? this.#interpolation(each) : this.#node(each),
    )
    if (!pieces) return { kind: 'data', of: values }
    if (values.length === 0) return literal(pieces[0] ?? '')
    return {
      kind: 'text',
      parts: pieces.flatMap((piece, at): readonly Node[] => {
        const value = values[at]
        return value ? [literal(piece), value] : [literal(piece)]
      }),
    }
  }

  #interpolation(node: SyntaxNode): Node {
    return this.#text(node).startsWith('${') ? this.#unread(node) : this.block(partsOf(node))
  }

  #array(parts: readonly SyntaxNode[]): Node {
    const groups = split(parts, isComma).filter((each) => each.length > 0)
    const items = groups.map((group) => group.find(isMeaning)).filter((each) => each !== undefined)
    if (parts.some((each) => each.name === '&')) return unread('a reference in an array')
    if (!items.some((each) => each.name === 'Pair')) {
      return { kind: 'list', items: items.map((each) => this.#item(each)) }
    }
    const entries = items.map((each, at): MapEntry => {
      if (each.name !== 'Pair') return { key: literal(at), value: this.#item(each).value }
      const [key, value] = partsOf(each).filter(isMeaning)
      return key && value
        ? { key: this.#node(key), value: this.#node(value) }
        : { key: literal(at), value: this.#unread(each) }
    })
    return { kind: 'map', entries }
  }

  #item(node: SyntaxNode): Argument {
    if (node.name !== 'VariadicUnpacking') return argument(this.#node(node))
    return { value: this.block(partsOf(node)), name: null, isSpread: true }
  }

  #arguments(list: SyntaxNode): readonly Argument[] {
    return split(partsOf(list).slice(1, -1), isComma).flatMap((group): readonly Argument[] => {
      const [first] = group.filter(isMeaning)
      if (!first) return []
      if (group.length > 1)
        return [
          { value: unread('a named argument', this.#nodes(group)), name: null, isSpread: true },
        ]
      return [this.#item(first)]
    })
  }

  #call(node: SyntaxNode, parts: readonly SyntaxNode[]): Node {
    const [callee, list] = parts
    if (!callee || list?.name !== 'ArgList') return this.#unread(node)
    const args = this.#arguments(list)
    const name = this.#functionName(callee)
    if (name === null) return { kind: 'call', callee: this.#node(callee), args }
    const call: Node = { kind: 'call', callee: { kind: 'name', name }, args }
    const changed = (PHP_REFERENCES[name] ?? []).flatMap((at): readonly Node[] => {
      const value = args[at]?.value
      if (value?.kind !== 'name' && value?.kind !== 'index') return []
      return [{ kind: 'assign', target: value, value: { kind: 'data', of: [] } }]
    })
    return changed.length > 0 ? all([...changed, call]) : call
  }

  #functionName(callee: SyntaxNode): string | null {
    if (callee.name !== 'Name' && callee.name !== 'QualifiedName') return null
    return this.#text(callee).toLowerCase().replace(/^\\/, '')
  }

  #binary(parts: readonly SyntaxNode[]): Node {
    const [left, sign, right] = parts
    if (!left || !sign || !right) return unread('an operation')
    const of = [this.#node(left), this.#node(right)] as const
    if (sign.name === 'ConcatOp') return { kind: 'text', parts: of }
    return { kind: sign.name === 'LogicOp' ? 'any' : 'data', of }
  }

  #assignment(node: SyntaxNode, parts: readonly SyntaxNode[]): Node {
    const meant = parts.filter(isMeaning)
    const [target, value] = meant
    const sign = parts.find((each) => each.name.endsWith('Op'))
    if (!target || parts.some((each) => each.name === '&')) return this.#unread(node)
    const next: Node = value ? this.#node(value) : { kind: 'data', of: [] }
    if (sign?.name === 'AssignOp')
      return { kind: 'assign', target: this.#target(target), value: next }
    const old = this.#node(target)
    const operator = sign ? this.#text(sign) : ''
    const combined: Node =
      operator === '.='
        ? { kind: 'text', parts: [old, next] }
        : { kind: operator === '??=' ? 'any' : 'data', of: [old, next] }
    return { kind: 'assign', target: this.#target(target), value: combined }
  }

  #target(node: SyntaxNode): Target {
    switch (node.name) {
      case 'VariableName': {
        const name = this.#node(node)
        return name.kind === 'name' ? name : { kind: 'nothing', of: [name] }
      }
      case 'SubscriptExpression': {
        const index = this.#node(node)
        return index.kind === 'index' ? index : { kind: 'nothing', of: [index] }
      }
      case 'ArrayExpression':
      case 'ListExpression': {
        const list = partsOf(node).find((each) => each.name === 'ValueList') ?? node
        const inside = partsOf(list).slice(1, -1)
        if (inside.some((each) => each.name === 'Pair')) break
        return {
          kind: 'parts',
          parts: split(inside, isComma).map((group) => (group[0] ? this.#target(group[0]) : null)),
          rest: null,
        }
      }
      default:
    }
    return { kind: 'nothing', of: [unread(`an assignment to a ${node.name}`)] }
  }

  #function(parts: readonly SyntaxNode[]): Node {
    const list = parts.find((each) => each.name === 'ParamList')
    const body = parts.at(-1)
    if (!body || (list && this.#text(list).includes('&'))) return unread('a function of references')
    const params = list
      ? partsOf(list).flatMap((each): readonly Param[] => {
          const name = partsOf(each).find((part) => part.name === 'VariableName')
          if (!name) return []
          const fallback = partsOf(each).filter(isMeaning).at(-1)
          return [
            {
              target: this.#target(name),
              fallback: fallback && fallback.from !== name.from ? this.#node(fallback) : null,
              isRest: each.name === 'VariadicParameter',
            },
          ]
        })
      : []
    return { kind: 'function', params, body: this.#node(body), isExpression: body.name !== 'Block' }
  }
}
