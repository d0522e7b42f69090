/**
 * Writable places (language.md §3 rules 10 to 12): a program is trusted only if nobody whom the policy lets write could
 * have put it there, and code from a writable place is workspace code.
 */
import type { Analysis, PathAction, PlaceFact, RunAction } from '../model/analysis.ts'
import { type Decision, NO, stricter } from '../model/vocabulary.ts'
import type { Table } from '../table/table.ts'

/** Decides one path action by one table alone, before mode explain. */
export type PathDecider = (table: Table, action: PathAction) => Decision

export class Trust {
  readonly #tables: readonly Table[]
  readonly #analysis: Analysis
  readonly #decide: PathDecider
  readonly #writable = new Map<string, boolean>()

  constructor(tables: readonly Table[], analysis: Analysis, decide: PathDecider) {
    this.#tables = tables
    this.#analysis = analysis
    this.#decide = decide
  }

  /** The program is who its name says, and no writable place could have replaced it. */
  isTrusted(run: RunAction): boolean {
    return run.program.isGenuine && run.program.places.every((place) => !this.isWritable(place))
  }

  /** It executes what somebody could have written there. */
  isWorkspaceCode(run: RunAction): boolean {
    return run.codePlaces.some((place) => this.isWritable(place))
  }

  isWritable(place: PlaceFact): boolean {
    if (!place.isAccountWritable) return false
    const known = this.#writable.get(place.path)
    if (known !== undefined) return known
    const found = this.#tables.some((table) => this.#isWritableBy(table, place.path))
    this.#writable.set(place.path, found)
    return found
  }

  #isWritableBy(table: Table, path: string): boolean {
    const fact = { lexical: path, real: path, isTree: false, entries: null, isComplete: false }
    const write: PathAction = {
      id: -1,
      kind: 'write',
      path: fact,
      shown: path,
      parent: null,
      operand: null,
      isFixed: false,
      isPossible: false,
      risks: [],
      unknown: null,
      via: 'trust',
      start: 0,
      end: 0,
    }
    let decision = this.#decide(table, write)
    if (table.persistMatch(fact, this.#analysis) !== NO) {
      decision = stricter(decision, this.#decide(table, { ...write, kind: 'persist' }))
    }
    return decision === 'allow' || decision === 'warn'
  }
}
