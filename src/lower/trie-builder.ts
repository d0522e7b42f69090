/**
 * Tries while they are built: nodes with literal, glob and `**` edges.
 */
import { compareText } from '../base/diagnostic.ts'

export interface BuilderNode {
  readonly literal: Map<string, number>
  readonly globs: Map<string, number>
  star: number
  isStar: boolean
  readonly accepts: number[]
}

export class TrieBuilder {
  /** Node 0 is no node. */
  readonly nodes: BuilderNode[] = [newNode()]
  readonly #roots = new Map<string, number>()

  root(name: string): number {
    const known = this.#roots.get(name)
    if (known !== undefined) return known
    const made = this.#add()
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

  accept(node: number, row: number): void {
    const { accepts } = this.#node(node)
    if (!accepts.includes(row)) accepts.push(row)
  }

  #step(from: number, segment: string): number {
    const node = this.#node(from)
    if (segment === '**') {
      if (node.isStar) return from
      if (node.star === 0) {
        node.star = this.#add()
        this.#node(node.star).isStar = true
      }
      return node.star
    }
    const isGlob = /[*?[]/.test(segment.replace(/\\./g, ''))
    const key = isGlob ? segment : segment.replace(/\\(.)/gs, '$1')
    const edges = isGlob ? node.globs : node.literal
    const known = edges.get(key)
    if (known !== undefined) return known
    const made = this.#add()
    edges.set(key, made)
    return made
  }

  #add(): number {
    this.nodes.push(newNode())
    return this.nodes.length - 1
  }

  #node(index: number): BuilderNode {
    const node = this.nodes[index]
    if (!node) throw new Error(`no node ${index}`)
    return node
  }
}

function newNode(): BuilderNode {
  return { literal: new Map(), globs: new Map(), star: 0, isStar: false, accepts: [] }
}
