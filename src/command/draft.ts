/**
 * The analysis while it is being made: actions get their ids here, parents before children.
 */
import { ACTIONS_MAX } from '../base/limits.ts'
import type { Action, ActionBase, RunAction, UnknownFact } from '../model/analysis.ts'

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

  add(action: NewAction): number {
    const id = this.actions.length
    if (id >= ACTIONS_MAX) {
      if (id === ACTIONS_MAX) this.unknown(`more than ${ACTIONS_MAX} actions in one line`, 0, 0)
      return id - 1
    }
    this.actions.push({ ...action, id })
    return id
  }

  /** Replaces a run action by a changed one: what its words do is known only after it has its number. */
  amend(id: number, change: Partial<RunAction>): void {
    const action = this.actions[id]
    if (action?.kind === 'run') this.actions[id] = { ...action, ...change }
  }

  unknown(reason: string, start: number, end: number): void {
    this.unknowns.push({ reason, start, end })
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
