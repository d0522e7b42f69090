/**
 * The analysis while it is being made: actions get their ids here, parents before children.
 */
import { ACTIONS_MAX } from '../base/limits.ts'
import type {
  Action,
  ActionBase,
  RunAction,
  ScriptFact,
  ScriptLine,
  UnknownFact,
} from '../model/analysis.ts'

type Unnumbered<T> = T extends ActionBase ? Omit<T, 'id'> : never
export type NewAction = Unnumbered<Action>

export class Draft {
  readonly actions: Action[] = []
  readonly unknowns: UnknownFact[] = []
  readonly #flows = new Map<number, Set<number>>()
  /** Paths that earlier parts of the line may have created, moved or linked. */
  readonly touched: string[] = []
  /** Parts of the line as they were decoded, for explanations. */
  readonly decoded: { readonly text: string; readonly language: string }[] = []
  /** Files that were looked into for scripts. */
  readonly scripts: ScriptFact[] = []
  readonly #targets = new Set<string>()
  #script: ScriptLine | null = null

  add(action: NewAction): number {
    const id = this.actions.length
    if (id >= ACTIONS_MAX) {
      if (id === ACTIONS_MAX) {
        const reason = `more than ${ACTIONS_MAX} actions in one line`
        this.unknowns.push({ reason, start: 0, end: 0 })
      }
      return id - 1
    }
    this.actions.push({ ...action, ...(this.#script ? { script: this.#script } : {}), id })
    return id
  }

  /** Replaces a run action by a changed one: what its words do is known only after it has its number. */
  amend(id: number, change: Partial<RunAction>): void {
    const action = this.actions[id]
    if (action?.kind === 'run') this.actions[id] = { ...action, ...change }
  }

  unknown(reason: string, start: number, end: number): void {
    // WHY: what is not known of a script leaves the command that runs it to the rule that names it.
    if (this.#script === null) this.unknowns.push({ reason, start, end })
  }

  /** What `work` adds stems from a line of a script; paths that it changes stay settled for the line itself. */
  within(script: ScriptLine, work: () => void): void {
    const outer = this.#script
    const count = this.touched.length
    this.#script = script
    try {
      work()
    } finally {
      this.#script = outer
      this.touched.length = count
    }
  }

  noteScript(fact: ScriptFact): void {
    if (!this.scripts.some((each) => each.path === fact.path && each.reason === fact.reason)) {
      this.scripts.push(fact)
    }
  }

  /** False: it was visited before, or the request has as many as oa reads. */
  visitTarget(name: string, most: number): boolean {
    if (this.#targets.has(name) || this.#targets.size >= most) return false
    this.#targets.add(name)
    return true
  }

  flow(from: number, to: number): void {
    const targets = this.#flows.get(from) ?? new Set()
    targets.add(to)
    this.#flows.set(from, targets)
  }

  /** All flows, passed on through every stage. */
  flows(): readonly { from: number; to: number }[] {
    const closed: { from: number; to: number }[] = []
    for (const from of this.#flows.keys()) {
      const seen = new Set<number>()
      const open = [from]
      for (let at = open.pop(); at !== undefined; at = open.pop()) {
        for (const to of this.#flows.get(at) ?? []) {
          if (seen.has(to)) continue
          seen.add(to)
          open.push(to)
          closed.push({ from, to })
        }
      }
    }
    return closed
  }

  /** A program may have put a link somewhere above this path. */
  isUnsettled(path: string): boolean {
    return this.touched.some((each) => path === each || path.startsWith(`${each}/`))
  }
}
