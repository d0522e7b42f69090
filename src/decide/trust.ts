/**
 * Writable places (language.md §3 rules 10 to 12): a program is trusted only if nobody whom the policy lets write could
 * have put it there, and code from a writable place is workspace code.
 */
import type { Analysis, CodePlace, PathAction, PlaceFact, RunAction } from '../model/analysis.ts'
import { NO } from '../model/vocabulary.ts'
import { below, segmentsOf } from '../table/path-match.ts'
import type { Table } from '../table/table.ts'

/** Whether one table alone allows a path action, perhaps with a warning; before mode explain. */
export type PathQuestion = (table: Table, action: PathAction) => boolean

export class Trust {
  readonly #tables: readonly Table[]
  readonly #analysis: Analysis
  readonly #lets: PathQuestion
  readonly #writable = new Map<string, boolean>()

  constructor(tables: readonly Table[], analysis: Analysis, lets: PathQuestion) {
    this.#tables = tables
    this.#analysis = analysis
    this.#lets = lets
  }

  /** The program is who its name says, and no writable place could have replaced it. */
  isTrusted(run: RunAction): boolean {
    return run.program.isGenuine && run.program.places.every((place) => !this.isWritable(place))
  }

  /** Places of its code where somebody could have written it. */
  workspaceCode(run: RunAction): readonly CodePlace[] {
    return run.codePlaces.filter((place) => this.isWritable(place) || this.#isReplaceable(place))
  }

  /** Outside the workspace a whole folder can be put in the place of one whose files nobody may write. */
  #isReplaceable({ path, isAccountWritable }: CodePlace): boolean {
    const { workspace, home } = this.#analysis
    if (below(path, workspace) !== null) return false
    // WHY: a home may itself lie in a shared folder, as those of tests do; what is below it is the account's alone.
    const isAtHome = below(path, home) !== null
    if (!isAtHome && SHARED_FOLDERS.some((each) => below(path, each) !== null)) return true
    if (!isAccountWritable) return false
    return foldersAbove(path).some((each) => this.isWritable({ path: each, isAccountWritable }))
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
    if (!this.#lets(table, write)) return false
    const isPersisting = table.persistMatch(fact, this.#analysis) !== NO
    return !isPersisting || this.#lets(table, { ...write, kind: 'persist' })
  }
}

/** Every account of a machine writes there, whatever a policy says. */
const SHARED_FOLDERS = ['/tmp', '/var/tmp', '/dev/shm'] as const

/** `/a/b/c`: `/a`, `/a/b`. */
function foldersAbove(path: string): readonly string[] {
  const segments = segmentsOf(path).slice(0, -1)
  return segments.map((_, index) => `/${segments.slice(0, index + 1).join('/')}`)
}
