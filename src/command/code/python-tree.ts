/**
 * Python's syntax as a tree of what is computed.
 */
import type { SyntaxNode } from '@lezer/common'
import { parseCode, partsOf, split } from './lezer.ts'
import { pythonText } from './python-text.ts'
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

/** The tree of Python code; null: it is not understood. */
export function parsePython(code: string): Node | null {
  // Another encoding is another text.
  if (/^[^\n]*\n?[^\n]*coding[:=]/.test(code) && code.includes('#')) return null
  const top = parseCode('python', 'Script', code)
  return top && new PythonTree(code).block(partsOf(top))
}

const isComma = (name: string): boolean => name === ','
const COMPARING = new Set(['CompareOp', 'in', 'not', 'is'])

class PythonTree {
  readonly #code: string

  constructor(code: string) {
    this.#code = code
  }

  block(parts: readonly SyntaxNode[]): Node {
    return all(parts.filter((each) => each.name !== ':').map((each) => this.#node(each)))
  }

  #text(node: SyntaxNode): string {
    return this.#code.slice(node.from, node.to)
  }

  /** Python takes names that look alike for the same. */
  #name(node: SyntaxNode): string {
    return this.#text(node).normalize('NFKC')
  }

  #unread(node: SyntaxNode): Node {
    return unread(
      `a ${node.name} of Python`,
      partsOf(node).flatMap((each) => (each.firstChild ? [this.#node(each)] : [])),
    )
  }

  #node(node: SyntaxNode): Node {
    const parts = partsOf(node)
    const [first, second] = parts
    switch (node.name) {
      case 'VariableName':
        return { kind: 'name', name: this.#name(node) }
      case 'Number':
        return numberOf(this.#text(node))
      case 'String':
      case 'ContinuedString':
      case 'FormatString':
        return this.#string(node)
      case 'Boolean':
        return literal(this.#text(node) === 'True')
      case 'None':
        return literal(null)
      case 'Ellipsis':
      case 'PassStatement':
      case 'BreakStatement':
      case 'ContinueStatement':
      case 'ScopeStatement':
        return all([])
      case 'ParenthesizedExpression':
        return this.#group(parts.slice(1, -1))
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
        if (!first || second?.name !== 'ArgList') return this.#unread(node)
        return { kind: 'call', callee: this.#node(first), args: this.#arguments(second) }
      case 'BinaryExpression':
        return this.#binary(parts)
      case 'UnaryExpression':
        return this.#unary(parts)
      case 'ConditionalExpression': {
        const [value, , condition, , other] = parts
        if (!value || !condition || !other) return this.#unread(node)
        const of = [this.#node(value), this.#node(other)]
        return all([this.#node(condition), { kind: 'any', of }])
      }
      case 'LambdaExpression':
        return this.#function(parts.slice(1), true)
      case 'NamedExpression':
        return this.#assign([this.#target(parts.slice(0, 1))], parts.slice(2))
      case 'AwaitExpression':
        return second ? this.#node(second) : this.#unread(node)
      case 'YieldExpression':
        return {
          kind: 'yield',
          value: this.#group(parts.filter((each) => !/^(?:yield|from)$/.test(each.name))),
        }
      default:
        return this.#statement(node, parts)
    }
  }

  #statement(node: SyntaxNode, parts: readonly SyntaxNode[]): Node {
    switch (node.name) {
      case 'ExpressionStatement':
      case 'StatementGroup':
        return this.#group(parts)
      case 'Body':
        return this.block(parts)
      case 'AssignStatement':
        return this.#assignment(parts)
      case 'UpdateStatement': {
        const [target, operator, value] = parts
        if (!target || !operator || !value) return this.#unread(node)
        const sign = this.#text(operator).slice(0, -1)
        const old = this.#node(target)
        return all([
          // A list grows in place.
          ...(sign === '+'
            ? [calling({ kind: 'member', of: old, name: 'extend' }, this.#node(value))]
            : []),
          {
            kind: 'assign',
            target: this.#target([target]),
            value: { kind: 'binary', operator: sign, left: old, right: this.#node(value) },
          },
        ])
      }
      case 'ImportStatement':
        return this.#import(parts)
      case 'ForStatement':
        return this.#for(parts.slice(1))
      case 'IfStatement':
      case 'WhileStatement':
        return all(parts.filter(isMeaning).map((each) => this.#node(each)))
      case 'WithStatement':
        return this.#with(parts.slice(1))
      case 'TryStatement':
        return this.#try(parts)
      case 'ReturnStatement':
        return { kind: 'return', value: this.#group(parts.slice(1)) }
      case 'RaiseStatement':
      case 'AssertStatement':
        return { kind: 'data', of: parts.filter(isMeaning).map((each) => this.#node(each)) }
      case 'DeleteStatement':
        return all(
          split(parts.slice(1), isComma).map((group): Node => {
            return { kind: 'assign', target: this.#target(group), value: literal(null) }
          }),
        )
      case 'FunctionDefinition': {
        const start = parts.findIndex((each) => each.name === 'def')
        const name = parts[start + 1]
        if (!name) return this.#unread(node)
        const value = this.#function(parts.slice(start + 2), false)
        return { kind: 'assign', target: { kind: 'name', name: this.#name(name) }, value }
      }
      case 'TypeDef':
        return { kind: 'data', of: parts.filter(isMeaning).map((each) => this.#node(each)) }
      default:
        return this.#unread(node)
    }
  }

  /** One expression, or several as a tuple. */
  #group(parts: readonly SyntaxNode[]): Node {
    const meant = parts.filter((each) => !/^(?:;|Newline)$/.test(each.name))
    if (meant.length === 0) return literal(null)
    const [only] = meant
    if (only && meant.length === 1) return this.#node(only)
    if (meant.some((each) => each.name === ',')) return { kind: 'list', items: this.#items(meant) }
    return all(
      meant.filter((each) => each.firstChild || isMeaning(each)).map((each) => this.#node(each)),
    )
  }

  #items(parts: readonly SyntaxNode[]): readonly Argument[] {
    return split(parts, isComma).flatMap((group): readonly Argument[] => {
      const [first, second] = group
      if (!first) return []
      if (first.name === '*' && second) {
        return [{ value: this.#node(second), name: null, isSpread: true }]
      }
      if (first.name === '**' && second) {
        return [{ value: this.#node(second), name: null, isSpread: true }]
      }
      return [argument(this.#group(group))]
    })
  }

  #entries(parts: readonly SyntaxNode[]): readonly MapEntry[] {
    return split(parts, isComma).flatMap((group): readonly MapEntry[] => {
      const [first, sign, value] = group
      if (!first) return []
      if (first.name === '**' && sign) return [{ key: null, value: this.#node(sign) }]
      return value
        ? [{ key: this.#node(first), value: this.#node(value) }]
        : [{ key: this.#node(first), value: unread('an entry of a dictionary') }]
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
      if (word?.name === 'for') body.push(this.#loop(clause))
      else body.push(this.#group(clause))
    }
    if (!key) return unread('a comprehension')
    if (value) body.push(this.#node(key))
    return { kind: 'bag', body, value: this.#node(value ?? key) }
  }

  /** `targets in iterable` */
  #loop(parts: readonly SyntaxNode[]): Node {
    const at = parts.findIndex((each) => each.name === 'in')
    return {
      kind: 'assign',
      target: this.#target(parts.slice(0, at)),
      value: { kind: 'element', of: this.#group(parts.slice(at + 1)) },
    }
  }

  #for(parts: readonly SyntaxNode[]): Node {
    const meant = parts.filter((each) => each.name !== 'for')
    const end = meant.findIndex((each) => each.name === 'Body')
    const bodies = meant.slice(end).filter((each) => each.name === 'Body')
    return all([this.#loop(meant.slice(0, end)), ...bodies.map((each) => this.#node(each))])
  }

  #with(parts: readonly SyntaxNode[]): Node {
    const body = parts.at(-1)
    const items = parts.slice(0, -1).filter((each) => each.name !== 'with')
    return all([
      ...split(items, isComma).map((group): Node => {
        const at = group.findIndex((each) => each.name === 'as')
        if (at < 0) return this.#group(group)
        return this.#assign([this.#target(group.slice(at + 1))], group.slice(0, at))
      }),
      ...(body ? [this.#node(body)] : []),
    ])
  }

  #try(parts: readonly SyntaxNode[]): Node {
    const of: Node[] = []
    for (const [at, each] of parts.entries()) {
      const isTarget = parts[at - 1]?.name === 'as'
      if (isTarget) {
        of.push({ kind: 'assign', target: this.#target([each]), value: { kind: 'data', of: [] } })
      } else if (isMeaning(each)) of.push(this.#node(each))
    }
    return all(of)
  }

  #member(parts: readonly SyntaxNode[]): Node {
    const [object, sign, ...rest] = parts
    if (!object || !sign) return unread('a member')
    const of = this.#node(object)
    const [name] = rest
    if (sign.name === '.')
      return name ? { kind: 'member', of, name: this.#name(name) } : unread('a member')
    const inside = rest.slice(0, -1)
    if (inside.some((each) => each.name === ':')) {
      const bounds = inside.filter((each) => isMeaning(each) && each.name !== ',')
      const found = bounds.map((each) => this.#node(each))
      return calling({ kind: 'entity', name: 'slice-of' }, of, { kind: 'data', of: found })
    }
    return { kind: 'index', of, at: this.#group(inside) }
  }

  #arguments(list: SyntaxNode): readonly Argument[] {
    const parts = partsOf(list).slice(1, -1)
    if (parts.some((each) => each.name === 'for')) return [argument(this.#comprehension(parts))]
    return split(parts, isComma).flatMap((group): readonly Argument[] => {
      const [first, second, third] = group
      if (!first) return []
      if (second?.name === 'AssignOp' && third) {
        return [{ value: this.#node(third), name: this.#name(first), isSpread: false }]
      }
      if ((first.name === '*' || first.name === '**') && second) {
        return [{ value: this.#node(second), name: null, isSpread: true }]
      }
      return [argument(this.#group(group))]
    })
  }

  #binary(parts: readonly SyntaxNode[]): Node {
    const [left, sign] = parts
    const right = parts.at(-1)
    if (!left || !sign || !right) return unread('an operation')
    const of = [this.#node(left), this.#node(right)] as const
    if (sign.name === 'and' || sign.name === 'or') return { kind: 'any', of }
    if (COMPARING.has(sign.name)) return { kind: 'data', of }
    return { kind: 'binary', operator: this.#text(sign), left: of[0], right: of[1] }
  }

  #unary(parts: readonly SyntaxNode[]): Node {
    const [sign, operand] = parts
    if (!sign || !operand) return unread('an operation')
    const value = this.#node(operand)
    if (this.#text(sign) === '-' && value.kind === 'literal' && typeof value.value === 'number') {
      return literal(-value.value)
    }
    return { kind: 'data', of: [value] }
  }

  /** Targets and value of `a = b = value`. */
  #assignment(parts: readonly SyntaxNode[]): Node {
    const types = parts.filter((each) => each.name === 'TypeDef')
    const groups = split(
      parts.filter((each) => each.name !== 'TypeDef'),
      (name) => name === 'AssignOp',
    )
    const value = groups.at(-1) ?? []
    const targets = groups.slice(0, -1).map((each) => this.#target(each))
    const evaluated = types.map((each) => this.#node(each))
    if (groups.length < 2) return all(evaluated)
    return all([...evaluated, this.#assign(targets, value)])
  }

  #assign(targets: readonly Target[], value: readonly SyntaxNode[]): Node {
    return targets.reduce<Node>(
      (node, target) => ({ kind: 'assign', target, value: node }),
      this.#group(value),
    )
  }

  #target(parts: readonly SyntaxNode[]): Target {
    const [only] = parts
    if (!only) return { kind: 'nothing', of: [] }
    if (parts.length > 1) return this.#partsTarget(parts)
    switch (only.name) {
      case 'VariableName':
        return { kind: 'name', name: this.#name(only) }
      case 'TupleExpression':
      case 'ArrayExpression':
        return this.#partsTarget(partsOf(only).slice(1, -1))
      case 'ParenthesizedExpression':
        return this.#target(partsOf(only).slice(1, -1))
      case 'MemberExpression': {
        const node = this.#node(only)
        if (node.kind === 'member' || node.kind === 'index') return node
        if (node.kind === 'call') {
          const [list] = node.args
          if (list) return { kind: 'index', of: list.value, at: { kind: 'data', of: [node] } }
        }
        return { kind: 'nothing', of: [node] }
      }
      default:
        return { kind: 'nothing', of: [unread(`an assignment to a ${only.name}`)] }
    }
  }

  #partsTarget(parts: readonly SyntaxNode[]): Target {
    const groups = split(parts, isComma).filter((each) => each.length > 0)
    const starred = groups.findIndex((each) => each[0]?.name === '*')
    const before = starred < 0 ? groups : groups.slice(0, starred)
    const later = starred < 0 ? [] : groups.slice(starred)
    if (later.length > 1)
      return { kind: 'nothing', of: [unread('an assignment to the middle of a list')] }
    return {
      kind: 'parts',
      parts: before.map((each) => this.#target(each)),
      rest: later[0] ? this.#target(later[0].slice(1)) : null,
    }
  }

  /** `ParamList`, types and the body. */
  #function(parts: readonly SyntaxNode[], isExpression: boolean): Node {
    const list = parts.find((each) => each.name === 'ParamList')
    const body = parts.at(-1)
    if (!body) return unread('a function')
    const inside = list ? partsOf(list).filter((each) => !/^[()]$/.test(each.name)) : []
    // Python computes what is said of types when it defines the function.
    const types = [...parts, ...inside].flatMap((each) =>
      each.name === 'TypeDef' ? [this.#node(each)] : [],
    )
    const params = split(inside, isComma).flatMap((group) => this.#param(group))
    const node: Node = { kind: 'function', params, body: this.#node(body), isExpression }
    return types.length > 0 ? all([...types, node]) : node
  }

  #param(group: readonly SyntaxNode[]): readonly Param[] {
    const name = group.find((each) => each.name === 'VariableName')
    if (!name) return []
    const sign = group.findIndex((each) => each.name === 'AssignOp')
    const fallback = sign < 0 ? undefined : group[sign + 1]
    return [
      {
        target: { kind: 'name', name: this.#name(name) },
        fallback: fallback ? this.#node(fallback) : null,
        isRest: group[0]?.name === '*' || group[0]?.name === '**',
      },
    ]
  }

  #import(parts: readonly SyntaxNode[]): Node {
    const [word] = parts
    const at = parts.findIndex((each) => each.name === 'import')
    if (word?.name === 'from') {
      const module = this.#dotted(parts.slice(1, at))
      if (module === null) return unread('imports from the package around the code')
      const of: Node = { kind: 'import', name: module }
      const names = parts.slice(at + 1).filter((each) => !/^[()]$/.test(each.name))
      return all(
        split(names, isComma).flatMap((group): readonly Node[] => {
          const [name] = group
          const last = group.at(-1)
          if (!name || !last) return []
          if (name.name === '*') return [of, unread('imports everything of a module')]
          const value: Node = calling(
            { kind: 'entity', name: 'from-import' },
            of,
            literal(this.#name(name)),
          )
          return [{ kind: 'assign', target: { kind: 'name', name: this.#name(last) }, value }]
        }),
      )
    }
    return all(
      split(parts.slice(1), isComma).map((group): Node => {
        const as = group.findIndex((each) => each.name === 'as')
        const name = this.#dotted(as < 0 ? group : group.slice(0, as))
        const alias = as < 0 ? group[0] : group[as + 1]
        if (name === null || !alias) return unread('an import')
        const module: Node = { kind: 'import', name }
        const [root = ''] = name.split('.')
        return {
          kind: 'assign',
          target: { kind: 'name', name: this.#name(alias) },
          value: as < 0 ? all([module, { kind: 'entity', name: root }]) : module,
        }
      }),
    )
  }

  #dotted(parts: readonly SyntaxNode[]): string | null {
    if (parts[0]?.name !== 'VariableName') return null
    return parts.map((each) => this.#name(each)).join('')
  }

  #string(node: SyntaxNode): Node {
    if (node.name === 'ContinuedString') {
      return { kind: 'text', parts: partsOf(node).map((each) => this.#string(each)) }
    }
    const inside = partsOf(node).filter((each) => each.name === 'FormatReplacement')
    const pieces = pythonText(
      this.#text(node),
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
    const value = this.#group(parts.filter((each) => !isSpecial(each)))
    if (!parts.some(isSpecial)) return value
    const nested = parts
      .filter(isSpecial)
      .flatMap((each) => partsOf(each).filter((own) => own.name === 'FormatReplacement'))
    return { kind: 'data', of: [value, ...nested.map((each) => this.#replacement(each))] }
  }
}

/** No keyword or punctuation. */
const isMeaning = (node: SyntaxNode): boolean => /^[A-Z]/.test(node.name) && !/Op$/.test(node.name)

function numberOf(text: string): Node {
  const number = Number(text.replaceAll('_', ''))
  return Number.isFinite(number) ? literal(number) : { kind: 'data', of: [] }
}
