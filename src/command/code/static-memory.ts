/**
 * What a reading of code remembers: uses, doubts, and everything that a variable may be.
 */
import type { CodeUse } from './read.ts'
import type { FunctionNode } from './static-tree.ts'
import { DATA, isSame, join, NOTHING, textsOf, type Value } from './static-values.ts'

/** From this reading on, constants that still change are any text. */
const WIDEN_FROM = 4

export abstract class StaticMemory {
  protected readonly variables = new Map<string, Value>()
  protected readonly returns = new Map<FunctionNode, Value>()
  protected readonly called = new Set<FunctionNode>()
  protected uses: CodeUse[] = []
  protected doubts = new Set<string>()
  readonly #hidden = new Set<string>()
  /** Something may be more than it was: all is read again. */
  protected hasGrown = false
  /** How often all was read. */
  protected reading = 0
  /** The function whose body is read. */
  protected function: FunctionNode | null = null

  use(use: CodeUse): void {
    this.uses.push(use)
  }

  doubt(reason: string): void {
    this.doubts.add(reason)
  }

  hide(value: Value): void {
    for (const each of textsOf(value) ?? []) if (each !== '') this.#hidden.add(each)
  }

  /** WHY: who hides what is run does not want it read, so somebody should read it. */
  doubtHidden(code: string): void {
    for (const each of this.#hidden) {
      if (code.includes(each)) return this.doubt('the code runs what it hides')
    }
  }

  protected grow<K>(map: Map<K, Value>, key: K, value: Value): void {
    const old = map.get(key) ?? NOTHING
    let next = join(old, value)
    if (isSame(old, next)) return
    if (this.reading >= WIDEN_FROM && next.kind === 'known' && old.kind !== 'nothing') next = DATA
    map.set(key, next)
    this.hasGrown = true
  }

  protected noteReturn(value: Value): void {
    if (!this.function) return
    this.grow(this.returns, this.function, value)
  }
}
