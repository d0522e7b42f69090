/**
 * Texts by which globs they match: one member for each set of globs that some text matches all of, and no other. The
 * product of the globs is walked breadth first, so members are short, and no set that has a text is left out.
 */
import { ANALYSIS_STATES_MAX } from '../base/limits.ts'
import { compileGlob, type Glob, type GlobStep } from '../table/glob.ts'

/** One member for each class; complete: every class has its member. */
export interface Classes {
  readonly members: readonly string[]
  readonly isComplete: boolean
}

export type TextKind = 'word' | 'segment'

const known = new Map<string, Classes>()
const KNOWN_MAX = 2048

/**
 * `groups`: globs of a group are alternatives, and not told apart. `segment`: a text without `/` that is neither empty
 * nor `.` or `..`.
 */
export function textClasses(groups: readonly (readonly string[])[], kind: TextKind): Classes {
  const unique = [...new Map(groups.map((each) => [JSON.stringify(each), each])).values()]
  const key = JSON.stringify([kind, unique])
  const before = known.get(key)
  if (before) return before
  const found = findClasses(unique, kind)
  if (known.size >= KNOWN_MAX) known.clear()
  known.set(key, found)
  return found
}

function findClasses(groups: readonly (readonly string[])[], kind: TextKind): Classes {
  const literals = new Set<string>()
  const patterns: Glob[] = []
  const groupOf: number[] = []
  for (const [index, globs] of groups.entries()) {
    for (const glob of globs) {
      const compiled = compileGlob(glob)
      const literal = literalOf(compiled)
      if (literal !== null) {
        if (isText(literal, kind)) literals.add(literal)
        continue
      }
      patterns.push(compiled)
      groupOf.push(index)
    }
  }
  const walk = new Walk(patterns, groupOf, literals, kind)
  walk.run()
  return {
    members: [...new Set([...walk.members, ...literals])],
    isComplete: walk.isComplete,
  }
}

/** The one text that a glob without wildcards matches. */
export function literalOf(glob: Glob): string | null {
  let text = ''
  for (const step of glob.steps) {
    const char = onlyChar(step)
    if (char === null) return null
    text += char
  }
  return text
}

/** `a`, `[*]`: the one character that a step takes. */
function onlyChar(step: GlobStep): string | null {
  if (step.kind === 'char') return step.char
  if (step.kind !== 'class' || step.isNegated || step.named.length > 0) return null
  const [only] = step.ranges
  const isOne = only !== undefined && step.ranges.length === 1 && only[0] === only[1]
  return isOne ? String.fromCodePoint(only[0]) : null
}

function isText(text: string, kind: TextKind): boolean {
  return kind === 'word' || (text !== '' && text !== '.' && text !== '..' && !text.includes('/'))
}

/** For each living glob, by its index, the steps that it may be at. */
type State = ReadonlyMap<number, readonly number[]>

class Walk {
  readonly #globs: readonly Glob[]
  readonly #groupOf: readonly number[]
  readonly #literals: ReadonlySet<string>
  readonly #kind: TextKind
  /** First text of each class that is no literal; a literal, or no text, only where nothing else was met. */
  readonly #byClass = new Map<string, string>()
  isComplete = true

  constructor(
    globs: readonly Glob[],
    groupOf: readonly number[],
    literals: ReadonlySet<string>,
    kind: TextKind,
  ) {
    this.#globs = globs
    this.#groupOf = groupOf
    this.#literals = literals
    this.#kind = kind
  }

  get members(): readonly string[] {
    return [...this.#byClass.values()]
  }

  run(): void {
    const start: State = new Map(this.#globs.map((glob, index) => [index, closure(glob, [0])]))
    const seen = new Set([keyOf(start)])
    const queue: { readonly state: State; readonly text: string }[] = [{ state: start, text: '' }]
    for (let at = 0; at < queue.length; at++) {
      const entry = queue[at]
      if (!entry) break
      this.#note(entry.state, entry.text)
      for (const char of this.#alphabet(entry.state)) {
        const state = this.#step(entry.state, char)
        const key = keyOf(state)
        const text = entry.text + char
        if (seen.has(key)) {
          this.#note(state, text)
          continue
        }
        if (seen.size >= ANALYSIS_STATES_MAX) {
          this.isComplete = false
          continue
        }
        seen.add(key)
        queue.push({ state, text })
      }
    }
    for (const text of this.#byClass.values()) {
      if (this.#isPoor(text)) this.isComplete &&= text === ''
    }
    for (const [key, text] of this.#byClass) {
      if (!isText(text, this.#kind)) this.#byClass.delete(key)
    }
  }

  /** A literal is a class of its own, and the empty text is hard to show. */
  #isPoor(text: string): boolean {
    return text === '' || this.#literals.has(text) || !isText(text, this.#kind)
  }

  #note(state: State, text: string): void {
    const accepted = new Set<number>()
    for (const [index, steps] of state) {
      if (steps.includes(this.#globs[index]?.steps.length ?? -1)) {
        accepted.add(this.#groupOf[index] ?? -1)
      }
    }
    const key = [...accepted].sort((a, b) => a - b).join(' ')
    const before = this.#byClass.get(key)
    if (before === undefined || (this.#isPoor(before) && !this.#isPoor(text))) {
      this.#byClass.set(key, text)
    }
  }

  #step(state: State, char: string): State {
    const next = new Map<number, readonly number[]>()
    for (const [index, steps] of state) {
      const glob = this.#globs[index]
      if (!glob) continue
      const reached: number[] = []
      for (const at of steps) {
        const step = glob.steps[at]
        if (step && takes(step, char)) reached.push(step.kind === 'star' ? at : at + 1)
      }
      if (reached.length > 0) next.set(index, closure(glob, reached))
    }
    return this.#withoutDecided(next)
  }

  /** A glob that takes all that may follow decides its group: one such glob stands for all of it. */
  #withoutDecided(state: Map<number, readonly number[]>): State {
    const decided = new Set<number>()
    for (const [index, steps] of state) {
      if (this.#takesAll(index) && steps.includes(this.#lastOf(index))) {
        decided.add(this.#groupOf[index] ?? -1)
      }
    }
    if (decided.size === 0) return state
    const kept = new Map([...state].filter(([index]) => !decided.has(this.#groupOf[index] ?? -1)))
    for (const group of decided) {
      const index = this.#globs.findIndex(
        (_, at) => this.#groupOf[at] === group && this.#takesAll(at),
      )
      kept.set(index, [this.#lastOf(index), this.#lastOf(index) + 1])
    }
    return kept
  }

  #lastOf(index: number): number {
    return (this.#globs[index]?.steps.length ?? 0) - 1
  }

  #takesAll(index: number): boolean {
    return this.#globs[index]?.steps.at(-1)?.kind === 'star'
  }

  /** One character for each way that the living steps tell characters apart. */
  #alphabet(state: State): readonly string[] {
    const chars = new Set<string>()
    const points = new Set<number>()
    for (const [index, steps] of state) {
      for (const at of steps) {
        const step = this.#globs[index]?.steps[at]
        if (step?.kind === 'char') chars.add(step.char)
        if (step?.kind !== 'class') continue
        if (step.named.length > 0) this.isComplete = false
        for (const [from, to] of step.ranges) {
          for (const point of [from - 1, from, to, to + 1]) points.add(point)
        }
      }
    }
    for (const point of points) {
      if (point > 0x20 && point !== 0x7f && point <= 0x10ffff)
        chars.add(String.fromCodePoint(point))
    }
    const others = [...OTHERS].filter((each) => !chars.has(each))
    const all = [...others.slice(0, 2), ...chars]
    if (this.#kind === 'word') return all
    return all.filter((each) => each !== '/')
  }
}

/** Characters that stand for all that no glob names. */
const OTHERS = 'xyzwkqvjuabcdefghilmnoprst0123456789_'

function takes(step: GlobStep, char: string): boolean {
  switch (step.kind) {
    case 'char':
      return step.char === char
    case 'any':
    case 'star':
      return true
    case 'class': {
      const point = char.codePointAt(0) ?? 0
      const isIn =
        step.ranges.some(([from, to]) => from <= point && point <= to) ||
        step.named.some((each) => each.test(char))
      return isIn !== step.isNegated
    }
  }
}

/** With the steps behind stars, which may stand for nothing; sorted, each once. */
function closure(glob: Glob, steps: readonly number[]): readonly number[] {
  const all = new Set<number>()
  for (const each of steps) {
    let at = each
    all.add(at)
    while (glob.steps[at]?.kind === 'star') all.add(++at)
  }
  return [...all].sort((a, b) => a - b)
}

function keyOf(state: State): string {
  let key = ''
  for (const index of [...state.keys()].sort((a, b) => a - b)) {
    key += `${index}:${state.get(index)?.join(',')};`
  }
  return key
}
