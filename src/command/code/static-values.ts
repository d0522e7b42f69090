/**
 * What is known of a value before the run. Values only grow when they are joined, and only so far, so that reading ends.
 */
import type { FunctionNode, Literal } from './static-tree.ts'

export type Value =
  /** Not computed yet. */
  | { readonly kind: 'nothing' }
  /** One of these constants. */
  | { readonly kind: 'known'; readonly of: readonly Literal[] }
  /** Text, numbers and lists or maps of such: nothing in it can be called. */
  | { readonly kind: 'data' }
  /** `sites`: where it was made, as long as it is not a copy. */
  | { readonly kind: 'list'; readonly items: readonly Value[]; readonly sites: readonly object[] }
  | {
      readonly kind: 'map'
      readonly entries: ReadonlyMap<string, Value>
      readonly sites: readonly object[]
    }
  /** Any number of elements, each one of these. */
  | { readonly kind: 'bag'; readonly element: Value; readonly sites: readonly object[] }
  /** One of the named things of the library; `self` is what a method belongs to. */
  | { readonly kind: 'entity'; readonly names: readonly string[]; readonly self: Value | null }
  /** An object of a class of the library, with the value it was made from. */
  | { readonly kind: 'instance'; readonly of: string; readonly from: Value | null }
  | { readonly kind: 'function'; readonly of: readonly FunctionNode[] }
  | { readonly kind: 'unknown'; readonly reason: string }

const CONSTANTS_MAX = 8
const FUNCTIONS_MAX = 8
const DEPTH_MAX = 4

export const NOTHING: Value = { kind: 'nothing' }
export const DATA: Value = { kind: 'data' }
export const known = (...of: readonly Literal[]): Value => ({ kind: 'known', of })
export const unknown = (reason: string): Value => ({ kind: 'unknown', reason })
export const entity = (name: string, self: Value | null = null): Value => ({
  kind: 'entity',
  names: [name],
  self,
})

/** Nothing in it can be called or has methods that do something. */
export function isPlain(value: Value, depth = 0): boolean {
  if (depth > DEPTH_MAX) return false
  switch (value.kind) {
    case 'nothing':
    case 'known':
    case 'data':
      return true
    case 'list':
      return value.items.every((each) => isPlain(each, depth + 1))
    case 'map':
      return [...value.entries.values()].every((each) => isPlain(each, depth + 1))
    case 'bag':
      return isPlain(value.element, depth + 1)
    case 'entity':
      return isProperty(value)
    default:
      return false
  }
}

/** What a member of plain data is, as long as nothing calls it. */
export function isProperty(value: Value): boolean {
  return (
    value.kind === 'entity' &&
    value.self !== null &&
    value.names.every((each) => each.startsWith('data.')) &&
    isPlain(value.self)
  )
}

/** The texts that it may be; null: others as well. */
export function textsOf(value: Value | undefined): readonly string[] | null {
  if (value?.kind !== 'known') return null
  return value.of.map((each) => (each === null ? 'None' : String(each)))
}

/** Whether both say the same. */
export function isSame(a: Value, b: Value, depth = 0): boolean {
  if (a === b) return true
  if (depth > DEPTH_MAX) return false
  switch (a.kind) {
    case 'nothing':
    case 'data':
      return a.kind === b.kind
    case 'known':
      return b.kind === 'known' && hasSame(a.of, b.of)
    case 'list':
      return (
        b.kind === 'list' &&
        hasSame(a.sites, b.sites) &&
        a.items.length === b.items.length &&
        a.items.every((each, at) => isSame(each, b.items[at] ?? NOTHING, depth + 1))
      )
    case 'map':
      return (
        b.kind === 'map' &&
        hasSame(a.sites, b.sites) &&
        hasSame([...a.entries.keys()], [...b.entries.keys()]) &&
        [...a.entries].every(([key, each]) =>
          isSame(each, b.entries.get(key) ?? NOTHING, depth + 1),
        )
      )
    case 'bag':
      return (
        b.kind === 'bag' && hasSame(a.sites, b.sites) && isSame(a.element, b.element, depth + 1)
      )
    case 'entity':
      return (
        b.kind === 'entity' &&
        hasSame(a.names, b.names) &&
        isSame(a.self ?? NOTHING, b.self ?? NOTHING, depth + 1)
      )
    case 'instance':
      return (
        b.kind === 'instance' &&
        a.of === b.of &&
        isSame(a.from ?? NOTHING, b.from ?? NOTHING, depth + 1)
      )
    case 'function':
      return b.kind === 'function' && hasSame(a.of, b.of)
    case 'unknown':
      return b.kind === 'unknown'
  }
}

function hasSame<T>(a: readonly T[], b: readonly T[]): boolean {
  return a.length === b.length && a.every((each) => b.includes(each))
}

/** What is known when it may be either. */
export function join(a: Value, b: Value, depth = 0): Value {
  if (a.kind === 'nothing') return b
  if (b.kind === 'nothing' || a === b) return a
  if (depth > DEPTH_MAX) return unknown('values too deep')
  if (a.kind === 'unknown') return a
  if (b.kind === 'unknown') return b
  if (a.kind === 'known' && b.kind === 'known') {
    const of = [...new Set([...a.of, ...b.of])]
    return of.length > CONSTANTS_MAX ? DATA : { kind: 'known', of }
  }
  if (a.kind === 'function' && b.kind === 'function') {
    const of = [...new Set([...a.of, ...b.of])]
    return of.length > FUNCTIONS_MAX ? unknown('too many functions') : { kind: 'function', of }
  }
  if (a.kind === 'entity' && b.kind === 'entity' && a.self === null && b.self === null) {
    const names = [...new Set([...a.names, ...b.names])]
    return names.length > FUNCTIONS_MAX
      ? unknown('too many functions')
      : { kind: 'entity', names, self: null }
  }
  if (a.kind === 'instance' && b.kind === 'instance' && a.of === b.of) {
    return { ...a, from: a.from && b.from ? join(a.from, b.from, depth + 1) : null }
  }
  // WHY: `null` beside a thing that is called is an error of the program, not another thing that it does.
  if (isEmpty(b)) return a
  if (isEmpty(a)) return b
  if (isContainer(a) && isContainer(b)) return joinContainers(a, b, depth)
  // WHY: where a list was made must not be forgotten: what is put into it later is put into all its names.
  if (isContainer(a) && isPlain(b)) return asBag(a, DATA)
  if (isContainer(b) && isPlain(a)) return asBag(b, DATA)
  if (isPlain(a) && isPlain(b)) return DATA
  if (isSame(a, b)) return a
  return unknown('a name that stands for different things')
}

export type Container = Value & { kind: 'list' | 'map' | 'bag' }

export const isContainer = (value: Value): value is Container =>
  value.kind === 'list' || value.kind === 'map' || value.kind === 'bag'

const isEmpty = (value: Value): boolean =>
  value.kind === 'known' && value.of.length === 1 && value.of[0] === null

function joinContainers(a: Container, b: Container, depth: number): Value {
  if (!hasSame(a.sites, b.sites)) return asBag(a, partOf(b), b.sites)
  if (a.kind === 'list' && b.kind === 'list' && a.items.length === b.items.length) {
    const items = a.items.map((each, at) => join(each, b.items[at] ?? NOTHING, depth + 1))
    return { ...a, items }
  }
  if (a.kind === 'map' && b.kind === 'map') {
    const entries = new Map(a.entries)
    for (const [key, each] of b.entries) {
      entries.set(key, join(entries.get(key) ?? NOTHING, each, depth + 1))
    }
    return { ...a, entries }
  }
  return asBag(a, partOf(b), b.sites)
}

/** A container of which only the kinds of elements are known, with more in it. */
export function asBag(a: Container, more: Value, sites: readonly object[] = []): Value {
  return {
    kind: 'bag',
    element: join(partOf(a), more),
    sites: [...new Set([...a.sites, ...sites])],
  }
}

/** An element, or a key. */
export function partOf(value: Value): Value {
  return value.kind === 'map' ? join(DATA, elementOf(value)) : elementOf(value)
}

/** What a loop over it gives, and whatever else is in it. */
export function elementOf(value: Value): Value {
  switch (value.kind) {
    case 'list':
      return value.items.reduce((a, b) => join(a, b), NOTHING)
    case 'map':
      return [...value.entries.values()].reduce((a, b) => join(a, b), NOTHING)
    case 'bag':
      return value.element
    case 'nothing':
      return NOTHING
    case 'known':
    case 'data':
      return DATA
    default:
      return isProperty(value) ? DATA : unknown('an element of something that oa does not know')
  }
}
