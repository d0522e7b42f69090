/**
 * JavaScript's names and what is assigned to: scopes, targets, patterns, parameters and functions.
 */
import type { SyntaxNode } from '@lezer/common'
import { isComma, partsOf, split } from './lezer.ts'
import { all, literal, type Node, type Param, type Target, unread } from './static-tree.ts'

export const isLead = (node: SyntaxNode): boolean => /^[A-Z]/.test(node.name)

/** What only the type checker reads. */
export const isType = (node: SyntaxNode): boolean =>
  /^(?:TypeAnnotation|TypeParamList|TypeArgList|Optional|Definite)$/.test(node.name)

/** No keyword or punctuation. */
export const isMeaning = (node: SyntaxNode): boolean =>
  (isLead(node) || node.name === 'this' || node.name === 'null') &&
  !/Op$|^(?:Equals|Star|Arrow|Spread|Semicolon)$/.test(node.name) &&
  !isType(node)

export abstract class JavaScriptNames {
  protected readonly code: string
  #own: ReadonlySet<string> = new Set()

  constructor(code: string) {
    this.code = code
  }

  protected abstract node(node: SyntaxNode): Node

  /** Below the parts that define names, these names are no global ones. */
  protected within(parts: readonly SyntaxNode[], make: () => Node): Node {
    const outer = this.#own
    this.#own = new Set([...outer, ...parts.flatMap((each) => this.#defined(each))])
    const node = make()
    this.#own = outer
    return node
  }

  #defined(node: SyntaxNode): readonly string[] {
    if (node.name === 'VariableDefinition') return [this.text(node)]
    return /^(?:VariableDeclaration|FunctionDeclaration|ImportDeclaration|ImportGroup|ObjectPattern|ArrayPattern|PatternProperty)$/.test(
      node.name,
    )
      ? partsOf(node).flatMap((each) => this.#defined(each))
      : []
  }

  protected block(parts: readonly SyntaxNode[]): Node {
    return all(parts.filter(isMeaning).map((each) => this.node(each)))
  }

  protected text(node: SyntaxNode): string {
    return this.code.slice(node.from, node.to)
  }

  protected name(node: SyntaxNode): Node {
    const name = this.text(node)
    // An escape in a name is the letter it stands for.
    if (name.includes('\\')) return unread('a name with escapes')
    return { kind: 'name', name, ...(this.#own.has(name) ? { isOwn: true } : {}) }
  }

  protected unread(node: SyntaxNode): Node {
    const of = partsOf(node).filter((each) => each.firstChild)
    return unread(
      `a ${node.name} of JavaScript`,
      of.map((each) => this.node(each)),
    )
  }

  protected key(own: readonly SyntaxNode[]): Node {
    const [first, second] = own
    if (!first) return { kind: 'data', of: [] }
    if (first.name === '[') return second ? this.node(second) : { kind: 'data', of: [] }
    if (first.name === 'String' || first.name === 'Number') return this.node(first)
    return literal(this.text(first))
  }

  protected target(node: SyntaxNode): Target {
    switch (node.name) {
      case 'VariableName':
      case 'VariableDefinition': {
        const name = this.name(node)
        return name.kind === 'name' ? name : { kind: 'nothing', of: [name] }
      }
      case 'ParenthesizedExpression': {
        const inside = partsOf(node).find((each) => isMeaning(each))
        return inside ? this.target(inside) : { kind: 'nothing', of: [] }
      }
      case 'MemberExpression': {
        const member = this.node(node)
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
      if (first?.name === 'Spread' && second) rest = this.target(second)
      else if (!first) parts.push(null)
      else if (group.length > 1)
        parts.push({ kind: 'nothing', of: [unread('a pattern with defaults')] })
      else parts.push(this.target(first))
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
      if (first.name === 'Spread') rest = second ? this.target(second) : rest
      else {
        const target: Target =
          equals < 0
            ? this.target(last)
            : { kind: 'nothing', of: [unread('a pattern with defaults')] }
        fields.push({ name: this.key(meant), target })
      }
    }
    return { kind: 'fields', fields, rest }
  }

  protected function(parts: readonly SyntaxNode[]): Node {
    const list = parts.find((each) => each.name === 'ParamList')
    const body = parts.at(-1)
    if (!body || parts.some((each) => each.name === 'Star')) return unread('a generator')
    const inside = list ? partsOf(list).filter((each) => !/^[()]$/.test(each.name)) : []
    return this.within([...inside, ...(body.name === 'Block' ? partsOf(body) : [])], () => {
      const params = split(inside, isComma).flatMap((group) => this.#param(group))
      const isExpression = body.name !== 'Block'
      return { kind: 'function', params, body: this.node(body), isExpression }
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
        target: this.target(target),
        fallback: fallback ? this.node(fallback) : null,
        isRest,
      },
    ]
  }
}
