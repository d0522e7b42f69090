/**
 * Python's names and what is assigned to: targets, parameters and functions.
 */
import type { SyntaxNode } from '@lezer/common'
import { isComma, partsOf, split } from './lezer.ts'
import { all, type Node, type Param, type Target, unread } from './static-tree.ts'

export abstract class PythonTargets {
  protected readonly code: string

  constructor(code: string) {
    this.code = code
  }

  protected abstract group(parts: readonly SyntaxNode[]): Node
  protected abstract node(node: SyntaxNode): Node

  protected text(node: SyntaxNode): string {
    return this.code.slice(node.from, node.to)
  }

  /** Python takes names that look alike for the same. */
  protected name(node: SyntaxNode): string {
    return this.text(node).normalize('NFKC')
  }

  protected unread(node: SyntaxNode): Node {
    return unread(
      `a ${node.name} of Python`,
      partsOf(node).flatMap((each) => (each.firstChild ? [this.node(each)] : [])),
    )
  }

  protected target(parts: readonly SyntaxNode[]): Target {
    const [only] = parts
    if (!only) return { kind: 'nothing', of: [] }
    if (parts.length > 1) return this.#partsTarget(parts)
    switch (only.name) {
      case 'VariableName':
        return { kind: 'name', name: this.name(only) }
      case 'TupleExpression':
      case 'ArrayExpression':
        return this.#partsTarget(partsOf(only).slice(1, -1))
      case 'ParenthesizedExpression':
        return this.target(partsOf(only).slice(1, -1))
      case 'MemberExpression': {
        const node = this.node(only)
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
      parts: before.map((each) => this.target(each)),
      rest: later[0] ? this.target(later[0].slice(1)) : null,
    }
  }

  protected assign(targets: readonly Target[], value: readonly SyntaxNode[]): Node {
    return targets.reduce<Node>(
      (node, target) => ({ kind: 'assign', target, value: node }),
      this.group(value),
    )
  }

  /** `ParamList`, types and the body. */
  protected function(parts: readonly SyntaxNode[], isExpression: boolean): Node {
    const list = parts.find((each) => each.name === 'ParamList')
    const body = parts.at(-1)
    if (!body) return unread('a function')
    const inside = list ? partsOf(list).filter((each) => !/^[()]$/.test(each.name)) : []
    // Python computes what is said of types when it defines the function.
    const types = [...parts, ...inside].flatMap((each) =>
      each.name === 'TypeDef' ? [this.node(each)] : [],
    )
    const params = split(inside, isComma).flatMap((group) => this.#param(group))
    const node: Node = { kind: 'function', params, body: this.node(body), isExpression }
    return types.length > 0 ? all([...types, node]) : node
  }

  #param(group: readonly SyntaxNode[]): readonly Param[] {
    const name = group.find((each) => each.name === 'VariableName')
    if (!name) return []
    const sign = group.findIndex((each) => each.name === 'AssignOp')
    const fallback = sign < 0 ? undefined : group[sign + 1]
    return [
      {
        target: { kind: 'name', name: this.name(name) },
        fallback: fallback ? this.node(fallback) : null,
        isRest: group[0]?.name === '*' || group[0]?.name === '**',
      },
    ]
  }
}
