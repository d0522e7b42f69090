/**
 * The Merkle tree over the records of a log, grown leaf by leaf. Only the right edge is kept: one hash per level.
 * Source: RFC 6962 §2.1; its leaf hash is the `prev` of the chain, so one hash serves both.
 */
import { hash } from 'node:crypto'

/** The right edge of a tree: `nodes[level]` is there when the tree has a full subtree of 2^level leaves at its end. */
export interface Edge {
  readonly size: number
  readonly nodes: readonly (string | null)[]
}

const EMPTY_ROOT = hash('sha256', '', 'hex')

/** A growing tree. Owns its nodes; `edge()` gives a copy. */
export class MerkleTree {
  #size: number
  readonly #nodes: (string | null)[]
  readonly #pair = Buffer.alloc(65)

  constructor(edge: Edge = { size: 0, nodes: [] }) {
    this.#size = edge.size
    this.#nodes = [...edge.nodes]
    this.#pair[0] = 1
  }

  get size(): number {
    return this.#size
  }

  /** Adds one leaf hash, 64 hex digits. Cost: one hash on average. */
  push(leaf: string): void {
    let node = leaf
    let count = this.#size
    let level = 0
    // WHY division: sizes may pass 2^31, where shifts wrap.
    while (count % 2 === 1) {
      node = this.#join(this.#nodes[level] ?? EMPTY_ROOT, node)
      this.#nodes[level] = null
      count = (count - 1) / 2
      level++
    }
    this.#nodes[level] = node
    this.#size++
  }

  /** The tree head, 64 hex digits; of an empty tree, the hash of nothing. */
  root(): string {
    let root: string | undefined
    for (const node of this.#nodes) {
      if (node) root = root === undefined ? node : this.#join(node, root)
    }
    return root ?? EMPTY_ROOT
  }

  edge(): Edge {
    return { size: this.#size, nodes: [...this.#nodes] }
  }

  #join(left: string, right: string): string {
    this.#pair.write(left, 1, 'hex')
    this.#pair.write(right, 33, 'hex')
    return hash('sha256', this.#pair, 'hex')
  }
}

/** An edge from JSON; undefined when it is not one. */
export function readEdge(value: unknown): Edge | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const { size, nodes } = value as { size?: unknown; nodes?: unknown }
  if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0) return undefined
  if (!Array.isArray(nodes) || nodes.length > 53) return undefined
  if (!nodes.every(isNode)) return undefined
  // The nodes that are there must be the binary digits of the size, or roots would mean nothing.
  let count = size
  for (const node of nodes) {
    if ((count % 2 === 1) !== (node !== null)) return undefined
    count = Math.floor(count / 2)
  }
  return count === 0 ? { size, nodes } : undefined
}

function isNode(value: unknown): value is string | null {
  return value === null || (typeof value === 'string' && /^[0-9a-f]{64}$/.test(value))
}
