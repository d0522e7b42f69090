/**
 * What names, members and parts of values are.
 */
import { joinedPath } from './static-folds.ts'
import type { StaticLanguage } from './static-language.ts'
import { StaticMemory } from './static-memory.ts'
import { type Call, foldTexts } from './static-reader.ts'
import type { RowResult } from './static-table.ts'
import type { Node } from './static-tree.ts'
import {
  asBag,
  DATA,
  elementOf,
  entity,
  isContainer,
  isPlain,
  isProperty,
  join,
  known,
  NOTHING,
  textsOf,
  unknown,
  type Value,
} from './static-values.ts'

export abstract class StaticMembers extends StaticMemory {
  readonly language: StaticLanguage
  /** What was put into what was made at a place. */
  readonly #put = new Map<object, Value>()

  constructor(language: StaticLanguage) {
    super()
    this.language = language
  }

  protected abstract escape(value: Value, depth?: number): void
  abstract call(callee: Value, call: Call): Value

  protected name(name: string, isOwn: boolean): Value {
    const value = this.variables.get(name)
    if (isOwn) return value ?? NOTHING
    const given = this.language.global(name)
    if (value && given) return join(value, this.#resolved(given))
    return (
      value ?? (given ? this.#resolved(given) : unknown(`\`${name}\` is not defined in the code`))
    )
  }

  #resolved(value: Value): Value {
    return value.kind === 'entity' && value.names.length === 1
      ? this.entity(value.names[0] ?? '', value.self)
      : value
  }

  /** A thing of the library: a value where the table says so. */
  protected entity(written: string, self: Value | null): Value {
    const name = this.language.canonical(written)
    const row = this.language.table.row(name)
    if (row?.isValue) return this.make(row.result, self)
    if (!row && self === null && isConstant(name)) return DATA
    return entity(name, self)
  }

  make(result: RowResult, from: Value | null): Value {
    const one: Value =
      result.of === 'data'
        ? DATA
        : result.of.startsWith('=')
          ? entity(result.of.slice(1))
          : { kind: 'instance', of: result.of, from }
    return result.isMany ? { kind: 'bag', element: one, sites: [] } : one
  }

  load(name: string): Value {
    const { value, uses, unknown: reason } = this.language.module(name)
    for (const each of uses) this.use(each)
    if (reason !== null) this.doubt(reason)
    return value
  }

  member(of: Value, name: string): Value {
    if (isNamed(name) && of.kind !== 'unknown') {
      return of.kind === 'entity' && name === '__class__' ? unknown(name) : DATA
    }
    if (this.language.isDoor(name))
      return unknown(`\`${name}\` leads from any value to all of the language`)
    switch (of.kind) {
      case 'entity': {
        if (isProperty(of)) return this.member(DATA, name)
        const found = of.names.map((each) => this.entity(`${each}.${name}`, of.self))
        return found.reduce((a, b) => join(a, b), NOTHING)
      }
      case 'instance':
        return this.entity(`${of.of}.${name}`, of)
      case 'map': {
        const own = of.entries.get(name)
        if (own && this.language.hasOpenMembers) return own
        return { kind: 'entity', names: [`data.${name}`], self: of }
      }
      case 'nothing':
        return NOTHING
      case 'known':
      case 'data':
      case 'list':
      case 'bag':
        return { kind: 'entity', names: [`data.${name}`], self: of }
      case 'function':
        return unknown(`\`${name}\` of a function`)
      case 'unknown':
        return of
    }
  }

  protected index(of: Value, at: Value): Value {
    const keys = textsOf(at)
    if (of.kind === 'list' && at.kind === 'known') {
      const items = at.of.map((each) => (typeof each === 'number' ? of.items.at(each) : undefined))
      if (items.every((each) => each !== undefined))
        return items.reduce((a, b) => join(a, b), NOTHING)
    }
    if (of.kind === 'map' && keys) {
      const found = keys.map((key) => of.entries.get(key) ?? elementOf(of))
      return found.reduce((a, b) => join(a, b), NOTHING)
    }
    if (of.kind === 'instance') {
      return this.language.table.row(`${of.of}.[]`)
        ? this.call(this.entity(`${of.of}.[]`, of), {
            args: [at],
            named: new Map(),
            isOpen: false,
          })
        : unknown(`a part of ${of.of}`)
    }
    if (
      this.language.hasOpenMembers &&
      keys &&
      at.kind === 'known' &&
      typeof at.of[0] === 'string'
    ) {
      return keys.map((key) => this.member(of, key)).reduce((a, b) => join(a, b), NOTHING)
    }
    if (isPlain(of)) {
      return isContainer(of) ? elementOf(of) : DATA
    }
    return isContainer(of) ? elementOf(of) : unknown('a member that only the run knows')
  }

  each(of: Value): Value {
    if (of.kind === 'map') return of.entries.size > 0 ? known(...of.entries.keys()) : DATA
    if (of.kind === 'instance') {
      const row = this.language.table.row(`${of.of}.each`)
      return row ? this.make(row.result, of) : unknown(`an element of ${of.of}`)
    }
    return elementOf(of)
  }

  protected binary(operator: string, left: Value, right: Value): Value {
    if (left.kind === 'instance') {
      const row = this.language.table.row(`${left.of}.${operator}`)
      if (row) {
        return this.make(row.result, foldTexts([left.from ?? DATA, right], joinedPath))
      }
    }
    const fold = this.language.folds[operator]
    if (fold && left.kind === 'known' && right.kind === 'known')
      return foldTexts([left, right], fold)
    if (isPlain(left) && isPlain(right)) {
      // A list made of lists is as changeable as they are.
      return DATA
    }
    return this.language.hasOpenMembers ? DATA : unknown(`what \`${operator}\` makes of an object`)
  }

  /** With what is put into it anywhere. */
  protected made(node: Node, value: Value): Value {
    const more = this.#put.get(node)
    return more && isContainer(value) ? asBag(value, more) : value
  }

  put(container: Value, value: Value): void {
    if (container.kind === 'list' || container.kind === 'map' || container.kind === 'bag') {
      for (const site of container.sites) this.grow(this.#put, site, value)
      if (container.sites.length > 0 || isPlain(value)) return
    }
    if (!isPlain(value)) {
      this.escape(value)
      this.doubt('something that can be called is put where oa loses it')
    }
  }
}

/** Names of values everywhere: they only say something about a thing. */
const isNamed = (name: string): boolean => /^__(?:version|name|file|doc|author|len)__$/.test(name)

/** `subprocess.PIPE`, `socket.AF_INET`. */
const isConstant = (name: string): boolean => /\.[A-Z][A-Z0-9_]+$/.test(name)
