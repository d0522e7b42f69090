/**
 * Python's syntax as a tree of what is computed.
 */
import type { SyntaxNode } from '@lezer/common'
import { isComma, parseCode, partsOf, split } from './lezer.ts'
import { isMeaning, PythonExpressions } from './python-expressions.ts'
import { all, calling, literal, type Node, unread } from './static-tree.ts'

/** The tree of Python code; null: it is not understood. */
export function parsePython(code: string): Node | null {
  // Another encoding is another text.
  if (/^[^\n]*\n?[^\n]*coding[:=]/.test(code) && code.includes('#')) return null
  const top = parseCode('python', 'Script', code)
  return top && new PythonTree(code).block(partsOf(top))
}

class PythonTree extends PythonExpressions {
  block(parts: readonly SyntaxNode[]): Node {
    return all(parts.filter((each) => each.name !== ':').map((each) => this.node(each)))
  }

  protected override statement(node: SyntaxNode, parts: readonly SyntaxNode[]): Node {
    switch (node.name) {
      case 'ExpressionStatement':
      case 'StatementGroup':
        return this.group(parts)
      case 'Body':
        return this.block(parts)
      case 'AssignStatement':
        return this.#assignment(parts)
      case 'UpdateStatement': {
        const [target, operator, value] = parts
        if (!target || !operator || !value) return this.unread(node)
        const sign = this.text(operator).slice(0, -1)
        const old = this.node(target)
        return all([
          // A list grows in place.
          ...(sign === '+'
            ? [calling({ kind: 'member', of: old, name: 'extend' }, this.node(value))]
            : []),
          {
            kind: 'assign',
            target: this.target([target]),
            value: { kind: 'binary', operator: sign, left: old, right: this.node(value) },
          },
        ])
      }
      case 'ImportStatement':
        return this.#import(parts)
      case 'ForStatement':
        return this.#for(parts.slice(1))
      case 'IfStatement':
      case 'WhileStatement':
        return all(parts.filter(isMeaning).map((each) => this.node(each)))
      case 'WithStatement':
        return this.#with(parts.slice(1))
      case 'TryStatement':
        return this.#try(parts)
      case 'ReturnStatement':
        return { kind: 'return', value: this.group(parts.slice(1)) }
      case 'RaiseStatement':
      case 'AssertStatement':
        return { kind: 'data', of: parts.filter(isMeaning).map((each) => this.node(each)) }
      case 'DeleteStatement':
        return all(
          split(parts.slice(1), isComma).map((group): Node => {
            return { kind: 'assign', target: this.target(group), value: literal(null) }
          }),
        )
      case 'FunctionDefinition': {
        const start = parts.findIndex((each) => each.name === 'def')
        const name = parts[start + 1]
        if (!name) return this.unread(node)
        const value = this.function(parts.slice(start + 2), false)
        return { kind: 'assign', target: { kind: 'name', name: this.name(name) }, value }
      }
      case 'TypeDef':
        return { kind: 'data', of: parts.filter(isMeaning).map((each) => this.node(each)) }
      default:
        return this.unread(node)
    }
  }

  #for(parts: readonly SyntaxNode[]): Node {
    const meant = parts.filter((each) => each.name !== 'for')
    const end = meant.findIndex((each) => each.name === 'Body')
    const bodies = meant.slice(end).filter((each) => each.name === 'Body')
    return all([this.loop(meant.slice(0, end)), ...bodies.map((each) => this.node(each))])
  }

  #with(parts: readonly SyntaxNode[]): Node {
    const body = parts.at(-1)
    const items = parts.slice(0, -1).filter((each) => each.name !== 'with')
    return all([
      ...split(items, isComma).map((group): Node => {
        const at = group.findIndex((each) => each.name === 'as')
        if (at < 0) return this.group(group)
        return this.assign([this.target(group.slice(at + 1))], group.slice(0, at))
      }),
      ...(body ? [this.node(body)] : []),
    ])
  }

  #try(parts: readonly SyntaxNode[]): Node {
    const of: Node[] = []
    for (const [at, each] of parts.entries()) {
      const isTarget = parts[at - 1]?.name === 'as'
      if (isTarget) {
        of.push({ kind: 'assign', target: this.target([each]), value: { kind: 'data', of: [] } })
      } else if (isMeaning(each)) of.push(this.node(each))
    }
    return all(of)
  }

  /** Targets and value of `a = b = value`. */
  #assignment(parts: readonly SyntaxNode[]): Node {
    const types = parts.filter((each) => each.name === 'TypeDef')
    const groups = split(
      parts.filter((each) => each.name !== 'TypeDef'),
      (name) => name === 'AssignOp',
    )
    const value = groups.at(-1) ?? []
    const targets = groups.slice(0, -1).map((each) => this.target(each))
    const evaluated = types.map((each) => this.node(each))
    if (groups.length < 2) return all(evaluated)
    return all([...evaluated, this.assign(targets, value)])
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
            literal(this.name(name)),
          )
          return [{ kind: 'assign', target: { kind: 'name', name: this.name(last) }, value }]
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
          target: { kind: 'name', name: this.name(alias) },
          value: as < 0 ? all([module, { kind: 'entity', name: root }]) : module,
        }
      }),
    )
  }

  #dotted(parts: readonly SyntaxNode[]): string | null {
    if (parts[0]?.name !== 'VariableName') return null
    return parts.map((each) => this.name(each)).join('')
  }
}
