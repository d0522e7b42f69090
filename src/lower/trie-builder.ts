/**
 * Tries while they are built: nodes with literal, glob and `**` edges.
 */
import { compareText } from '../base/diagnostic.ts'
import { compileGlob } from '../table/glob.ts'

export interface BuilderNode {
  readonly literal: Map<string, number>
  readonly globs: Map<string, number>
  star: number
  isStar: boolean
  readonly accepts: number[]
  globRoot: number
  index: number
}

/** So many globs of one node are tried one by one; more become a trie of their own. */
const GLOBS_TRIED_MAX = 8

export class TrieBuilder {
  /** Node 0 is no node. */
  readonly nodes: BuilderNode[] = [newNode()]
  readonly #roots = new Map<string, number>()

  root(name: string): number {
    const known = this.#roots.get(name)
    if (known !== undefined) return known
    const made = this.add()
    this.#roots.set(name, made)
    return made
  }

  get roots(): Record<string, number> {
    return Object.fromEntries([...this.#roots].sort(([a], [b]) => compareText(a, b)))
  }

  /** The node reached over all segments; `**` is any number of segments, others are globs over one. */
  insert(root: number, segments: readonly string[]): number {
    let at = root
    for (const segment of segments) at = this.#step(at, segment)
    return at
  }

  /** The child over a plain word, whatever its characters. */
  literal(from: number, text: string): number {
    return this.#edge(from, 'literal', text)
  }

  /** Rows come in ascending order. */
  accept(node: number, row: number): void {
    const { accepts } = this.node(node)
    if (accepts.at(-1) !== row) accepts.push(row)
  }

  /** A node without edges to it. */
  add(): number {
    this.nodes.push(newNode())
    return this.nodes.length - 1
  }

  node(index: number): BuilderNode {
    const node = this.nodes[index]
    if (!node) throw new Error(`no node ${index}`)
    return node
  }

  /** Where a node has many globs: a trie over their characters, so that a word is matched with all of them at once. */
  addGlobRoots(): void {
    for (const node of [...this.nodes]) {
      if (node.globs.size <= GLOBS_TRIED_MAX) continue
      node.globRoot = this.add()
      for (const [glob, child] of node.globs) {
        this.accept(this.#insertCharacters(node.globRoot, glob), child)
      }
    }
  }

  #insertCharacters(root: number, glob: string): number {
    let at = root
    for (const step of compileGlob(glob).steps) {
      if (step.kind === 'star') at = this.#star(at)
      else if (step.kind === 'char') at = this.#edge(at, 'literal', step.char)
      else at = this.#edge(at, 'globs', step.kind === 'any' ? '?' : step.text)
    }
    return at
  }

  #step(from: number, segment: string): number {
    if (segment === '**') return this.#star(from)
    const isGlob = /[*?[]/.test(segment.replace(/\\./g, ''))
    return isGlob
      ? this.#edge(from, 'globs', segment)
      : this.#edge(from, 'literal', segment.replace(/\\(.)/gs, '$1'))
  }

  #star(from: number): number {
    const node = this.node(from)
    if (node.isStar) return from
    if (node.star === 0) {
      node.star = this.add()
      this.node(node.star).isStar = true
    }
    return node.star
  }

  #edge(from: number, kind: 'literal' | 'globs', key: string): number {
    const edges = this.node(from)[kind]
    const known = edges.get(key)
    if (known !== undefined) return known
    const made = this.add()
    edges.set(key, made)
    return made
  }
}

function newNode(): BuilderNode {
  return {
    literal: new Map(),
    globs: new Map(),
    star: 0,
    isStar: false,
    accepts: [],
    globRoot: 0,
    index: 0,
  }
}
