/**
 * The shell's state while a text is walked: the public `Scope` and what only the walk needs. Immutable.
 */
import { VALUES_MAX } from '../../base/limits.ts'
import type { Word } from '../../model/word.ts'
import type { Scope, ShellNode } from './walked.ts'

/** A scope with the walk's own knowledge; every state is a valid `Scope`. */
export interface State extends Scope {
  /** Variables with an unknown value that surely is a whole number (set by arithmetic only). */
  readonly integers: ReadonlySet<string>
  /** Arrays whose elements are all known; a name here is `null` in `variables`. */
  readonly arrays: ReadonlyMap<string, readonly Word[]>
  /** False once the text changed how globs work (`set -f`, `shopt -s nullglob`). */
  readonly hasPlainGlobs: boolean
}

export interface ScopeOptions {
  /** Possible working directories, absolute; empty: unknown. */
  readonly cwds: readonly string[]
  /** `$0 $1 …`; left out: unknown. */
  readonly positional?: readonly Word[]
}

/** The scope in which a text starts that nothing ran before. */
export function initialScope(options: ScopeOptions): Scope {
  const state: State = {
    variables: new Map(),
    isComplete: true,
    exported: new Set(),
    functions: new Map(),
    aliases: new Map(),
    cwds: options.cwds,
    integers: new Set(),
    arrays: new Map(),
    hasPlainGlobs: true,
    ...(options.positional ? { positional: options.positional } : {}),
  }
  return state
}

/**
 * The scope of a new shell that a command starts (`bash -c`, a script): what the text exported, and the command's own
 * assignments. A variable that the text set without exporting it is unknown there: it may also be in the environment.
 */
export function childScope(
  scope: Scope,
  options: ScopeOptions & { readonly assigned?: ReadonlyMap<string, readonly string[] | null> },
): Scope {
  const variables = new Map<string, readonly string[] | null>()
  for (const [name, values] of scope.variables) {
    if (name === 'IFS') continue
    variables.set(name, scope.exported.has(name) ? values : null)
  }
  for (const [name, values] of options.assigned ?? []) variables.set(name, values)
  const inner = initialScope(options)
  return { ...inner, variables, isComplete: scope.isComplete, exported: scope.exported }
}

/** The state that a given scope stands for. */
export function stateOf(scope: Scope): State {
  const partial: Partial<State> = scope
  return {
    integers: partial.integers ?? new Set(),
    arrays: partial.arrays ?? new Map(),
    hasPlainGlobs: partial.hasPlainGlobs ?? true,
    ...scope,
  }
}

export interface Change {
  readonly name: string
  /** Possible values; null: unknown. */
  readonly values: readonly string[] | null
  readonly isInteger?: boolean
  readonly elements?: readonly Word[] | undefined
}

const NUMBER = /^-?\d{1,15}$/

/** The state after some variables changed. */
export function withVariables(state: State, changes: readonly Change[]): State {
  if (changes.length === 0) return state
  const variables = new Map(state.variables)
  const integers = new Set(state.integers)
  const arrays = new Map(state.arrays)
  for (const { name, values, isInteger, elements } of changes) {
    variables.set(name, values === null || values.length > VALUES_MAX ? null : values)
    if (isInteger === true && values === null) integers.add(name)
    else integers.delete(name)
    if (elements) arrays.set(name, elements)
    else arrays.delete(name)
  }
  return { ...state, variables, integers, arrays }
}

/** Is every possible value of the variable a whole number that arithmetic reads as such? */
export function isSurelyInteger(state: State, name: string): boolean {
  if (state.integers.has(name)) return true
  const values = state.variables.get(name)
  return values !== undefined && values !== null && values.every((value) => NUMBER.test(value))
}

export function withExported(state: State, names: readonly string[]): State {
  return names.length === 0 ? state : { ...state, exported: new Set([...state.exported, ...names]) }
}

export function withCwds(state: State, cwds: readonly string[]): State {
  return { ...state, cwds: cwds.length > VALUES_MAX ? [] : cwds }
}

export function withFunction(state: State, name: string, body: ShellNode | null): State {
  return { ...state, functions: new Map(state.functions).set(name, body) }
}

export function withAlias(state: State, name: string, value: string | null): State {
  return { ...state, aliases: new Map(state.aliases).set(name, value) }
}

export function withPositional(state: State, positional: readonly Word[] | undefined): State {
  const { positional: _, ...rest } = state
  return positional ? { ...rest, positional } : rest
}

/** After something that may have done anything to the shell: `source`, unknown `eval`, an unknown program name. */
export function withNothingKnown(state: State): State {
  const functions = new Map(state.functions)
  for (const name of functions.keys()) functions.set(name, null)
  const variables = new Map(state.variables)
  for (const name of variables.keys()) variables.set(name, null)
  return withPositional(
    {
      ...state,
      variables,
      functions,
      isComplete: false,
      integers: new Set(),
      arrays: new Map(),
      hasPlainGlobs: false,
      cwds: [],
    },
    undefined,
  )
}

/** Forgets the values of the variables that the text set, keeps the rest: for code that runs at an unknown time. */
export function withValuesForgotten(state: State): State {
  const variables = new Map(state.variables)
  for (const name of variables.keys()) variables.set(name, null)
  return { ...state, variables, integers: new Set(), arrays: new Map() }
}

/** How two definitions of one function, or a definition and none, are held together; set by `functions.ts`. */
export type JoinFunctions = (
  a: ShellNode | null | undefined,
  b: ShellNode | null | undefined,
) => ShellNode | null

/** What holds whichever of the two states is the real one. `null`: cannot be reached. */
export function joinStates(
  a: State | null,
  b: State | null,
  joinFunctions: JoinFunctions,
): State | null {
  if (a === b || !b) return a
  if (!a) return b
  const joined: State = {
    variables: joinMaps(a.variables, b.variables, joinValues),
    isComplete: a.isComplete && b.isComplete,
    exported: a.exported === b.exported ? a.exported : new Set([...a.exported, ...b.exported]),
    functions: joinMaps(a.functions, b.functions, joinFunctions),
    aliases: joinMaps(a.aliases, b.aliases, (x, y) => (x === y ? (x ?? null) : null)),
    cwds: joinCwds(a.cwds, b.cwds),
    integers: a.integers === b.integers ? a.integers : new Set(),
    arrays: a.arrays === b.arrays ? a.arrays : new Map(),
    hasPlainGlobs: a.hasPlainGlobs && b.hasPlainGlobs,
  }
  return a.positional === b.positional ? withPositional(joined, a.positional) : joined
}

function joinMaps<V>(
  a: ReadonlyMap<string, V>,
  b: ReadonlyMap<string, V>,
  join: (x: V | undefined, y: V | undefined) => V,
): ReadonlyMap<string, V> {
  if (a === b) return a
  const joined = new Map<string, V>()
  for (const [name, value] of a) joined.set(name, join(value, b.get(name)))
  for (const [name, value] of b) if (!a.has(name)) joined.set(name, join(undefined, value))
  return joined
}

/** A variable that only one side sets may come from the environment on the other: unknown. */
function joinValues(
  a: readonly string[] | null | undefined,
  b: readonly string[] | null | undefined,
): readonly string[] | null {
  if (a === b) return a ?? null
  if (!a || !b) return null
  const values = [...new Set([...a, ...b])]
  return values.length > VALUES_MAX ? null : values
}

function joinCwds(a: readonly string[], b: readonly string[]): readonly string[] {
  if (a === b) return a
  if (a.length === 0 || b.length === 0) return []
  const cwds = [...new Set([...a, ...b])]
  return cwds.length > VALUES_MAX ? [] : cwds
}
