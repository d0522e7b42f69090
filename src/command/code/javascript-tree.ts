/**
 * JavaScript's syntax, TypeScript's types left out, as a tree of what is computed.
 */
import type { SyntaxNode } from '@lezer/common'
import { javascriptText } from './javascript-text.ts'
import { parseCode, partsOf, split } from './lezer.ts'
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

/** The tree of JavaScript code; null: it is not understood. */
export function parseJavaScript(code: string): Node | null {
  // In scripts these begin comments, which the parser does not know.
  if (/<!--|^\s*-->/m.test(code)) return null
  const top = parseCode('javascript', 'Script', code)
  return top && new JavaScriptTree(code).script(partsOf(top))
}

const isComma = (name: string): boolean => name === ','
const isLead = (node: SyntaxNode): boolean => /^[A-Z]/.test(node.name)
/** What only the type checker reads. */
const isType = (node: SyntaxNode): boolean =>
  /^(?:TypeAnnotation|TypeParamList|TypeArgList|Optional|Definite)$/.test(node.name)

class JavaScriptTree {
  readonly #code: string
  #own: ReadonlySet<string> = new Set()

  constructor(code: string) {
    this.#code = code
  }

  script(parts: readonly SyntaxNode[]): Node {
    return this.#within(parts, () => this.block(parts))
  }

  /** Below the parts that define names, these names are no global ones. */
  #within(parts: readonly SyntaxNode[], make: () => Node): Node {
    const outer = this.#own
    this.#own = new Set([...outer, ...parts.flatMap((each) => this.#defined(each))])
    const node = make()
    this.#own = outer
    return node
  }

  #defined(node: SyntaxNode): readonly string[] {
    if (node.name === 'VariableDefinition') return [this.#text(node)]
    return /^(?:VariableDeclaration|FunctionDeclaration|ImportDeclaration|ImportGroup|ObjectPattern|ArrayPattern|PatternProperty)$/.test(
      node.name,
    )
      ? partsOf(node).flatMap((each) => this.#defined(each))
      : []
  }

  block(parts: readonly SyntaxNode[]): Node {
    return all(parts.filter(isMeaning).map((each) => this.#node(each)))
  }

  #text(node: SyntaxNode): string {
    return this.#code.slice(node.from, node.to)
  }

  #unread(node: SyntaxNode): Node {
    const of = partsOf(node).filter((each) => each.firstChild)
    return unread(
      `a ${node.name} of JavaScript`,
      of.map((each) => this.#node(each)),
    )
  }

  #name(node: SyntaxNode): Node {
    const name = this.#text(node)
    // An escape in a name is the letter it stands for.
    if (name.includes('\\')) return unread('a name with escapes')
    return { kind: 'name', name, ...(this.#own.has(name) ? { isOwn: true } : {}) }
  }

  #node(node: SyntaxNode): Node {
    const parts = partsOf(node).filter((each) => !isType(each))
    const [first, second, third] = parts
    switch (node.name) {
      case 'VariableName':
      case 'VariableDefinition':
        return this.#name(node)
      case 'Number': {
        const number = Number(this.#text(node).replaceAll('_', ''))
        return Number.isNaN(number) ? { kind: 'data', of: [] } : literal(number)
      }
      case 'String': {
        const text = javascriptText(this.#text(node).slice(1, -1))
        return text === null ? { kind: 'data', of: [] } : literal(text)
      }
      case 'TemplateString':
        return this.#template(node)
      case 'BooleanLiteral':
        return literal(this.#text(node) === 'true')
      case 'null':
        return literal(null)
      case 'RegExp':
        return { kind: 'data', of: [] }
      case 'this':
        return { kind: 'name', name: 'this' }
      case 'ParenthesizedExpression':
      case 'SequenceExpression':
        return all(parts.filter(isMeaning).map((each) => this.#node(each)))
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
        if (!first || !third || !parts[4]) return this.#unread(node)
        return all([
          this.#node(first),
          { kind: 'any', of: [this.#node(third), this.#node(parts[4])] },
        ])
      case 'AssignmentExpression':
        return this.#assignment(parts)
      case 'ArrowFunction':
      case 'FunctionExpression':
        return this.#function(parts)
      case 'AwaitExpression':
        return second
          ? calling({ kind: 'entity', name: 'await-value' }, this.#node(second))
          : this.#unread(node)
      case 'PrefixCast':
        return parts.at(-1) ? this.#node(parts.at(-1) as SyntaxNode) : this.#unread(node)
      case 'DynamicImport': {
        const name = parts.find(isLead)
        return calling({ kind: 'entity', name: 'require' }, name ? this.#node(name) : literal(null))
      }
      default:
        return this.#statement(node, parts)
    }
  }

  #statement(node: SyntaxNode, parts: readonly SyntaxNode[]): Node {
    switch (node.name) {
      case 'ExpressionStatement':
      case 'Block':
      case 'SwitchBody':
      case 'FinallyClause':
      case 'ExportDeclaration':
      case 'LabeledStatement':
      case 'ThrowStatement':
      case 'CaseLabel':
      case 'DefaultLabel':
      case 'WhileStatement':
      case 'DoStatement':
      case 'IfStatement':
      case 'SwitchStatement':
      case 'TryStatement':
      case 'ForStatement':
        return this.block(parts)
      case 'BreakStatement':
      case 'ContinueStatement':
      case 'Label':
      case 'DebuggerStatement':
      case 'InterfaceDeclaration':
      case 'TypeAliasDeclaration':
      case 'EmptyStatement':
        return all([])
      case 'ReturnStatement': {
        const value = parts.find((each) => isMeaning(each))
        return { kind: 'return', value: value ? this.#node(value) : literal(null) }
      }
      case 'VariableDeclaration':
        return this.#declaration(parts)
      case 'FunctionDeclaration': {
        const name = parts.find((each) => each.name === 'VariableDefinition')
        if (!name) return this.#unread(node)
        return { kind: 'assign', target: this.#target(name), value: this.#function(parts) }
      }
      case 'ForSpec':
        return this.block(parts)
      case 'ForOfSpec':
      case 'ForInSpec':
        return this.#loop(node, parts)
      case 'CatchClause': {
        const target = parts.find((each) => /Definition$|Pattern$/.test(each.name))
        const body = parts.at(-1)
        return all([
          ...(target
            ? [
                {
                  kind: 'assign',
                  target: this.#target(target),
                  value: { kind: 'data', of: [] },
                } as const,
              ]
            : []),
          ...(body ? [this.#node(body)] : []),
        ])
      }
      case 'ImportDeclaration':
        return this.#import(parts)
      default:
        return this.#unread(node)
    }
  }

  #template(node: SyntaxNode): Node {
    const inside = partsOf(node).filter((each) => each.name === 'Interpolation')
    const parts: Node[] = []
    let from = node.from + 1
    const add = (to: number): boolean => {
      const text = javascriptText(this.#code.slice(from, to))
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
        return [{ value: this.#node(second), name: null, isSpread: true }]
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
      if (first.name === 'Spread' && second) entries.push({ key: null, value: this.#node(second) })
      else if (own.some((part) => part.name === 'ParamList')) entries.push(...this.#method(own))
      else if (first === last)
        entries.push({ key: literal(this.#text(first)), value: this.#name(first) })
      else entries.push({ key: this.#key(own), value: this.#node(last) })
    }
    return { kind: 'map', entries }
  }

  /** A method may be called by whoever gets the object: `toString`, getters. */
  #method(own: readonly SyntaxNode[]): readonly MapEntry[] {
    const value = this.#function(own)
    const key = this.#key(own.filter((each) => !/^(?:get|set|async|Star)$/.test(each.name)))
    return [{ key, value: unread('an object with methods of its own', [value]) }]
  }

  #key(own: readonly SyntaxNode[]): Node {
    const [first, second] = own
    if (!first) return { kind: 'data', of: [] }
    if (first.name === '[') return second ? this.#node(second) : { kind: 'data', of: [] }
    if (first.name === 'String' || first.name === 'Number') return this.#node(first)
    return literal(this.#text(first))
  }

  #member(parts: readonly SyntaxNode[]): Node {
    const [object, ...rest] = parts
    const last = rest.at(-1)
    if (!object || !last) return unread('a member')
    const of = this.#node(object)
    if (last.name !== ']') {
      const name = this.#text(last)
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
    return { kind: 'call', callee: this.#node(callee), args }
  }

  #binary(parts: readonly SyntaxNode[]): Node {
    const [left, sign] = parts
    const right = parts.at(-1)
    if (!left || !sign || !right) return unread('an operation')
    const operator = this.#text(sign)
    if (operator === 'as' || operator === 'satisfies') return this.#node(left)
    const of = [this.#node(left), this.#node(right)] as const
    if (sign.name === 'LogicOp') return { kind: 'any', of }
    return operator === '+'
      ? { kind: 'binary', operator, left: of[0], right: of[1] }
      : { kind: 'data', of }
  }

  #unary(node: SyntaxNode, parts: readonly SyntaxNode[]): Node {
    const operand = parts.find((each) => isMeaning(each))
    if (!operand) return this.#unread(node)
    const value = this.#node(operand)
    const text = this.#text(node)
    if (node.name === 'PostfixExpression' && text.endsWith('!')) return value
    if (
      /^delete\b/.test(text) ||
      text.startsWith('++') ||
      text.startsWith('--') ||
      node.name === 'PostfixExpression'
    ) {
      return { kind: 'assign', target: this.#target(operand), value: { kind: 'data', of: [] } }
    }
    if (text.startsWith('-') && value.kind === 'literal' && typeof value.value === 'number') {
      return literal(-value.value)
    }
    return { kind: 'data', of: [value] }
  }

  #assignment(parts: readonly SyntaxNode[]): Node {
    const [target, sign, value] = parts
    if (!target || !sign || !value) return unread('an assignment')
    const operator = this.#text(sign)
    const next = this.#node(value)
    if (operator === '=') return { kind: 'assign', target: this.#target(target), value: next }
    const old = this.#node(target)
    const combined: Node = /^(?:\|\||&&|\?\?)=$/.test(operator)
      ? { kind: 'any', of: [old, next] }
      : operator === '+='
        ? { kind: 'binary', operator: '+', left: old, right: next }
        : { kind: 'data', of: [old, next] }
    return { kind: 'assign', target: this.#target(target), value: combined }
  }

  #declaration(parts: readonly SyntaxNode[]): Node {
    return all(
      split(
        parts.slice(1).filter((each) => each.name !== ';'),
        isComma,
      ).flatMap((group): readonly Node[] => {
        const [target, , value] = group
        if (!target || !value) return []
        return [{ kind: 'assign', target: this.#target(target), value: this.#node(value) }]
      }),
    )
  }

  /** `const x of y` */
  #loop(node: SyntaxNode, parts: readonly SyntaxNode[]): Node {
    const meant = parts.filter((each) => isMeaning(each))
    const [target, of] = meant
    if (!target || !of) return this.#unread(node)
    const value: Node =
      node.name === 'ForInSpec'
        ? { kind: 'data', of: [this.#node(of)] }
        : { kind: 'element', of: this.#node(of) }
    return { kind: 'assign', target: this.#target(target), value }
  }

  #target(node: SyntaxNode): Target {
    switch (node.name) {
      case 'VariableName':
      case 'VariableDefinition': {
        const name = this.#name(node)
        return name.kind === 'name' ? name : { kind: 'nothing', of: [name] }
      }
      case 'ParenthesizedExpression': {
        const inside = partsOf(node).find((each) => isMeaning(each))
        return inside ? this.#target(inside) : { kind: 'nothing', of: [] }
      }
      case 'MemberExpression': {
        const member = this.#node(node)
        return member.kind === 'member' || member.kind === 'index'
          ? member
          : { kind: 'nothing', of: [member] }
      }
      case 'ArrayPattern':
        return this.#arrayPattern(node)
      case 'ObjectPattern':
        return this.#objectPattern(node)
      default:
        return { kind: 'nothing', of: [unread(`an assignment to a ${node.name}`)] }
    }
  }

  #arrayPattern(node: SyntaxNode): Target {
    const parts: (Target | null)[] = []
    let rest: Target | null = null
    for (const group of split(partsOf(node).slice(1, -1), isComma)) {
      const [first, second] = group
      if (first?.name === 'Spread' && second) rest = this.#target(second)
      else if (!first) parts.push(null)
      else if (group.length > 1)
        parts.push({ kind: 'nothing', of: [unread('a pattern with defaults')] })
      else parts.push(this.#target(first))
    }
    return { kind: 'parts', parts, rest }
  }

  #objectPattern(node: SyntaxNode): Target {
    const fields: { readonly name: Node; readonly target: Target }[] = []
    let rest: Target | null = null
    for (const each of partsOf(node)) {
      if (each.name !== 'PatternProperty') continue
      const own = partsOf(each)
      const [first, second] = own
      const equals = own.findIndex((part) => part.name === 'Equals')
      const meant = equals < 0 ? own : own.slice(0, equals)
      const last = meant.at(-1)
      if (!first || !last) continue
      if (first.name === 'Spread') rest = second ? this.#target(second) : rest
      else {
        const target: Target =
          equals < 0
            ? this.#target(last)
            : { kind: 'nothing', of: [unread('a pattern with defaults')] }
        fields.push({ name: this.#key(meant), target })
      }
    }
    return { kind: 'fields', fields, rest }
  }

  #function(parts: readonly SyntaxNode[]): Node {
    const list = parts.find((each) => each.name === 'ParamList')
    const body = parts.at(-1)
    if (!body || parts.some((each) => each.name === 'Star')) return unread('a generator')
    const inside = list ? partsOf(list).filter((each) => !/^[()]$/.test(each.name)) : []
    return this.#within([...inside, ...(body.name === 'Block' ? partsOf(body) : [])], () => {
      const params = split(inside, isComma).flatMap((group) => this.#param(group))
      const isExpression = body.name !== 'Block'
      return { kind: 'function', params, body: this.#node(body), isExpression }
    })
  }

  #param(group: readonly SyntaxNode[]): readonly Param[] {
    const meant = group.filter((each) => !isType(each))
    const isRest = meant[0]?.name === 'Spread'
    const target = isRest ? meant[1] : meant[0]
    if (!target || target.name === 'this') return []
    const equals = meant.findIndex((each) => each.name === 'Equals')
    const fallback = equals < 0 ? undefined : meant[equals + 1]
    return [
      {
        target: this.#target(target),
        fallback: fallback ? this.#node(fallback) : null,
        isRest,
      },
    ]
  }

  #import(parts: readonly SyntaxNode[]): Node {
    const from = parts.find((each) => each.name === 'String')
    if (!from) return unread('an import')
    const of = calling({ kind: 'entity', name: 'require' }, this.#node(from))
    const nodes: Node[] = [of]
    const define = (target: SyntaxNode, value: Node): void => {
      nodes.push({ kind: 'assign', target: this.#target(target), value })
    }
    for (const [at, each] of parts.entries()) {
      if (each.name === 'VariableDefinition') define(each, of)
      if (each.name === 'Star' && parts[at + 2]) define(parts[at + 2] as SyntaxNode, of)
      if (each.name !== 'ImportGroup') continue
      for (const group of split(partsOf(each).slice(1, -1), isComma)) {
        const [name] = group
        const last = group.at(-1)
        if (!name || !last) continue
        const text = this.#text(name)
        define(last, text === 'default' ? of : { kind: 'member', of, name: text })
      }
    }
    return all(nodes)
  }
}

/** No keyword or punctuation. */
const isMeaning = (node: SyntaxNode): boolean =>
  (isLead(node) || node.name === 'this' || node.name === 'null') &&
  !/Op$|^(?:Equals|Star|Arrow|Spread|Semicolon)$/.test(node.name) &&
  !isType(node)
