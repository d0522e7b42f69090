/**
 * JavaScript's syntax, TypeScript's types left out, as a tree of what is computed.
 */
import type { SyntaxNode } from '@lezer/common'
import { JavaScriptExpressions } from './javascript-expressions.ts'
import { isMeaning } from './javascript-names.ts'
import { isComma, parseCode, partsOf, split } from './lezer.ts'
import { all, calling, literal, type Node, unread } from './static-tree.ts'

/** The tree of JavaScript code; null: it is not understood. */
export function parseJavaScript(code: string): Node | null {
  // In scripts these begin comments, which the parser does not know.
  if (/<!--|^\s*-->/m.test(code)) return null
  const top = parseCode('javascript', 'Script', code)
  return top && new JavaScriptTree(code).script(partsOf(top))
}

class JavaScriptTree extends JavaScriptExpressions {
  script(parts: readonly SyntaxNode[]): Node {
    return this.within(parts, () => this.block(parts))
  }

  protected override statement(node: SyntaxNode, parts: readonly SyntaxNode[]): Node {
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
        return { kind: 'return', value: value ? this.node(value) : literal(null) }
      }
      case 'VariableDeclaration':
        return this.#declaration(parts)
      case 'FunctionDeclaration': {
        const name = parts.find((each) => each.name === 'VariableDefinition')
        if (!name) return this.unread(node)
        return { kind: 'assign', target: this.target(name), value: this.function(parts) }
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
                  target: this.target(target),
                  value: { kind: 'data', of: [] },
                } as const,
              ]
            : []),
          ...(body ? [this.node(body)] : []),
        ])
      }
      case 'ImportDeclaration':
        return this.#import(parts)
      default:
        return this.unread(node)
    }
  }

  #declaration(parts: readonly SyntaxNode[]): Node {
    return all(
      split(
        parts.slice(1).filter((each) => each.name !== ';'),
        isComma,
      ).flatMap((group): readonly Node[] => {
        const [target, , value] = group
        if (!target || !value) return []
        return [{ kind: 'assign', target: this.target(target), value: this.node(value) }]
      }),
    )
  }

  /** `const x of y` */
  #loop(node: SyntaxNode, parts: readonly SyntaxNode[]): Node {
    const meant = parts.filter((each) => isMeaning(each))
    const [target, of] = meant
    if (!target || !of) return this.unread(node)
    const value: Node =
      node.name === 'ForInSpec'
        ? { kind: 'data', of: [this.node(of)] }
        : { kind: 'element', of: this.node(of) }
    return { kind: 'assign', target: this.target(target), value }
  }

  #import(parts: readonly SyntaxNode[]): Node {
    const from = parts.find((each) => each.name === 'String')
    if (!from) return unread('an import')
    const of = calling({ kind: 'entity', name: 'require' }, this.node(from))
    const nodes: Node[] = [of]
    const define = (target: SyntaxNode, value: Node): void => {
      nodes.push({ kind: 'assign', target: this.target(target), value })
    }
    for (const [at, each] of parts.entries()) {
      if (each.name === 'VariableDefinition') define(each, of)
      if (each.name === 'Star' && parts[at + 2]) define(parts[at + 2] as SyntaxNode, of)
      if (each.name !== 'ImportGroup') continue
      for (const group of split(partsOf(each).slice(1, -1), isComma)) {
        const [name] = group
        const last = group.at(-1)
        if (!name || !last) continue
        const text = this.text(name)
        define(last, text === 'default' ? of : { kind: 'member', of, name: text })
      }
    }
    return all(nodes)
  }
}
