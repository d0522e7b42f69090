/**
 * Where a command stands: its directories, its shell state, what flows into it, how deep it lies.
 */
import type { Word } from '../model/word.ts'
import { childScope, initialScope } from './shell/state.ts'
import type { Scope } from './shell/walked.ts'

/** Where an inner command stands. */
export interface Place {
  readonly parent: number | null
  readonly depth: number
  readonly cwds: readonly string[]
  readonly scope: Scope
  /** Literal standard input, where it is known. */
  readonly stdin: Word | null
  /** Something flows into its standard input. */
  readonly hasInput: boolean
  /** Paths among its words stand for whole trees: `find DIR -exec … {}`. */
  readonly isTree: boolean
  /** It runs on another machine: its paths and hosts are not ours. */
  readonly isElsewhere: boolean
  /** Range of the outer line, for code inside code. */
  readonly range: { readonly start: number; readonly end: number } | null
}

/** The scope and place of a line that nothing ran before. */
export function outermost(cwd: string): Place {
  return {
    parent: null,
    depth: 0,
    cwds: [cwd],
    scope: initialScope({ cwds: [cwd] }),
    stdin: null,
    hasInput: false,
    isTree: false,
    isElsewhere: false,
    range: null,
  }
}

/** The place of a shell started by a command: a child's variables, the same directories. */
export function inner(place: Place, parent: number, range: { start: number; end: number }): Place {
  return {
    ...place,
    parent,
    depth: place.depth + 1,
    scope: childScope(place.scope, { cwds: place.cwds }),
    range,
  }
}
