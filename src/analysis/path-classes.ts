/**
 * Paths by which groups of patterns they match: one absolute path for each set of groups. Walked over whole segments,
 * which are told apart by `text-classes.ts`, and only while a group in question may still match.
 */
import { ANALYSIS_STATES_MAX } from '../base/limits.ts'
import type { PathPattern } from '../model/pattern.ts'
import { compileGlob, matchesGlob } from '../table/glob.ts'
import { BLANK_HOME, BLANK_WORKSPACE } from '../world/blank-world.ts'
import { type Classes, literalOf, textClasses } from './text-classes.ts'

/** Alternatives, which are not told apart. */
export interface PathGroup {
  readonly patterns: readonly PathPattern[]
  /** Classes that no group in focus matches are left out. */
  readonly isInFocus: boolean
}

/** One path for each class; without any group in focus there is none. */
export function pathClasses(groups: readonly PathGroup[]): Classes {
  return new Walk(groups).run()
}

const ANCHORS = { '/': '/', home: BLANK_HOME, workspace: BLANK_WORKSPACE } as const

function segmentsFrom({ root, segments }: PathPattern): readonly string[] {
  const anchor = ANCHORS[root]
  return anchor === '/' ? segments : [...anchor.slice(1).split('/'), ...segments]
}

/** What of a pattern is left to match, shared by all patterns that end so. */
interface Rest {
  readonly id: number
  /** Null: nothing is left. */
  readonly head: string | null
  /** The head where it is one text, else null. */
  readonly literal: string | null
  readonly tail: Rest | null
}

/** For each living group, by its index, what is left of its patterns; sorted by id. */
type State = ReadonlyMap<number, readonly Rest[]>

class Walk {
  readonly #groups: readonly PathGroup[]
  readonly #rests = new Map<string, Rest>()

  constructor(groups: readonly PathGroup[]) {
    this.#groups = groups
  }

  run(): Classes {
    const byClass = new Map<string, string>()
    const start = this.#start()
    const seen = new Set([keyOf(start)])
    const queue: { readonly state: State; readonly path: string }[] = [{ state: start, path: '' }]
    let isComplete = true
    for (let at = 0; at < queue.length; at++) {
      const entry = queue[at]
      if (!entry) break
      const { state, path } = entry
      const accepted = [...state].filter(([, rests]) => rests.some((each) => each.head === null))
      if (accepted.some(([index]) => this.#groups[index]?.isInFocus)) {
        const key = accepted.map(([index]) => index).join(' ')
        if (!byClass.has(key)) byClass.set(key, path === '' ? '/' : path)
      }
      if (![...state.keys()].some((index) => this.#groups[index]?.isInFocus)) continue
      const segments = textClasses(globsOf(state), 'segment')
      isComplete &&= segments.isComplete
      for (const segment of segments.members) {
        const next = this.#step(state, segment)
        const key = keyOf(next)
        if (seen.has(key)) continue
        if (seen.size >= ANALYSIS_STATES_MAX) {
          isComplete = false
          break
        }
        seen.add(key)
        queue.push({ state: next, path: `${path}/${segment}` })
      }
    }
    return { members: [...byClass.values()], isComplete }
  }

  #start(): State {
    const state = new Map<number, readonly Rest[]>()
    for (const [index, { patterns }] of this.#groups.entries()) {
      const rests = patterns.map((each) => this.#restOf(segmentsFrom(each)))
      if (rests.length > 0) state.set(index, closure(rests))
    }
    return state
  }

  #restOf(segments: readonly string[]): Rest {
    const key = segments.join('/')
    const known = this.#rests.get(key)
    if (known) return known
    const [head] = segments
    const tail = head === undefined ? null : this.#restOf(segments.slice(1))
    const rest: Rest = {
      id: this.#rests.size,
      head: head ?? null,
      literal: literalHead(head),
      tail,
    }
    this.#rests.set(key, rest)
    return rest
  }

  #step(state: State, segment: string): State {
    const next = new Map<number, readonly Rest[]>()
    for (const [index, rests] of state) {
      const reached: Rest[] = []
      for (const rest of rests) {
        if (rest.head === null || rest.tail === null) continue
        if (rest.head === '**') reached.push(rest)
        else if (rest.literal !== null) {
          if (rest.literal === segment) reached.push(rest.tail)
        } else if (matchesGlob(compileGlob(rest.head), segment)) reached.push(rest.tail)
      }
      if (reached.length > 0) next.set(index, closure(reached))
    }
    return next
  }
}

function literalHead(head: string | undefined): string | null {
  return head === undefined || head === '**' ? null : literalOf(compileGlob(head))
}

/** With what stands behind `**`, which may be nothing. A last `**` takes all that may follow and stands alone. */
function closure(rests: readonly Rest[]): readonly Rest[] {
  const all = new Set(rests)
  for (const each of all) if (each.head === '**' && each.tail) all.add(each.tail)
  const open = [...all].find((each) => each.head === '**' && each.tail?.head === null)
  if (open?.tail) return [open, open.tail].sort((a, b) => a.id - b.id)
  return [...all].sort((a, b) => a.id - b.id)
}

/** The globs of the next segment; those of a group that lead to the same are alternatives. */
function globsOf(state: State): readonly (readonly string[])[] {
  const groups = new Map<string, string[]>()
  for (const [index, rests] of state) {
    for (const { head, tail } of rests) {
      if (head === null || head === '**' || tail === null) continue
      const key = `${index} ${tail.id}`
      const globs = groups.get(key) ?? []
      globs.push(head)
      groups.set(key, globs)
    }
  }
  return [...groups.values()].map((each) => [...new Set(each)].sort())
}

function keyOf(state: State): string {
  let key = ''
  for (const [index, rests] of state) key += `${index}:${rests.map((each) => each.id).join(',')};`
  return key
}
