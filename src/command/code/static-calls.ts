/**
 * Calls of a language's library: by its table, what they use and what they give.
 */
import { addEffect, optionsOf } from './static-effects.ts'
import { joinedPath } from './static-folds.ts'
import { type Call, foldTexts, type Reader } from './static-reader.ts'
import type { Row, Which } from './static-table.ts'
import {
  DATA,
  elementOf,
  isContainer,
  isPlain,
  join,
  NOTHING,
  partOf,
  textsOf,
  unknown,
  type Value,
} from './static-values.ts'

/** One call of the thing with this name. */
export function callLibrary(reader: Reader, name: string, self: Value | null, call: Call): Value {
  const row = reader.language.table.row(name)
  if (!row || row.isValue) {
    reader.doubt(`\`${name}\` is not known to be harmless`)
    return unknown(`the result of \`${name}\``)
  }
  const folded = fold(reader, name, self, call)
  if (folded) {
    if (reader.language.decoders.has(name)) reader.hide(folded)
    return folded
  }
  const argument = (which: Which): Value | undefined => argumentOf(which, self, call)
  for (const effect of row.effects) addEffect(reader, { name, effect, argument, self, call })
  if (row.effects.length > 0) optionsOf(reader, row, call)
  const given = exposeAll(reader, row, self, call)
  if (self) changeSelf(reader, name, self, call)
  return resultOf(reader, name, row, self, call, given)
}

/** The value where everything is known. */
function fold(reader: Reader, name: string, self: Value | null, call: Call): Value | null {
  const compute = Object.hasOwn(reader.language.folds, name)
    ? reader.language.folds[name]
    : undefined
  if (!compute || call.isOpen || call.named.size > 0) return null
  const values = [...(self ? [self] : []), ...call.args].flatMap((each) => {
    // Of lists only the parts of a text are computed.
    if (each.kind === 'list' && name === 'data.join' && each !== self) return each.items
    return [each.kind === 'instance' && each.of === 'Path' && each.from ? each.from : each]
  })
  if (!values.every((each) => each.kind === 'known')) return null
  return foldTexts(values, compute)
}

function argumentOf(which: Which, self: Value | null, call: Call): Value | undefined {
  if (which === 'self') return self ?? undefined
  if (which === 'all') {
    return call.isOpen ? DATA : foldTexts(call.args.map(pathValue), joinedPath)
  }
  if (call.isOpen) return DATA
  return call.args[which.at] ?? (which.keyword === null ? undefined : call.named.get(which.keyword))
}

/** An object that stands for a path is that path. */
const pathValue = (value: Value): Value =>
  value.kind === 'instance' ? (value.from ?? DATA) : value

interface Given {
  /** What functions among the arguments return. */
  readonly results: Value
  /** Nothing among the arguments can be called or has methods that do something. */
  readonly isPlain: boolean
}

/** Functions among the arguments may be called. */
function exposeAll(reader: Reader, row: Row, self: Value | null, call: Call): Given {
  let results: Value = NOTHING
  let plain = self === null || self.kind === 'instance' || isPlain(self)
  const leaks = row.result.of !== 'text' && row.effects.length === 0
  for (const each of [...call.args, ...call.named.values()]) {
    const own = expose(reader, each, givenTo(reader, row, self, call))
    results = join(results, own.results)
    plain &&= own.isPlain
    // WHY: what gets a list may keep or change it, unless it is known to use it at once.
    if (leaks && isContainer(each) && self === null) reader.put(each, DATA)
  }
  if (!plain && leaks && row.result.of === 'data') doubtMixed(reader, self, call)
  return { results, isPlain: plain }
}

/** WHY: an object that is put into plain data is lost: its methods would pass for those of data. */
function doubtMixed(reader: Reader, self: Value | null, call: Call): void {
  const all = [...(self ? [self] : []), ...call.args, ...call.named.values()]
  const isObject = (each: Value): boolean =>
    !isPlain(each) && each.kind !== 'function' && !isFunction(reader, each)
  const keeps = (each: Value): boolean =>
    each.kind === 'data' || each.kind === 'known' || isContainer(each)
  const isTracked = self !== null && isContainer(self) && self.sites.length > 0
  if (!isTracked && all.some(isObject) && all.some(keeps)) {
    reader.doubt('an object is put where oa loses it')
  }
}

const isFunction = (reader: Reader, value: Value): boolean =>
  value.kind === 'entity' &&
  value.names.every(
    (name) => reader.language.table.row(name) && !reader.language.table.isClass(name),
  )

/** What functions among the arguments are called with. */
function givenTo(reader: Reader, row: Row, self: Value | null, call: Call): readonly Value[] {
  if (row.gives === 'element') {
    const of = self ?? call.args.filter(isContainer).reduce<Value>((a, b) => join(a, b), NOTHING)
    const element = isContainer(of) ? elementOf(of) : of.kind === 'nothing' ? firstData(call) : DATA
    return [element, isPlain(element) ? DATA : element, of, DATA]
  }
  if (row.gives === 'self') return [self ?? DATA]
  if (row.gives === 'data') return [DATA, DATA, DATA, DATA]
  const one = reader.make({ of: row.gives, isMany: false, from: null }, null)
  return [one, one, one]
}

/** The elements of what is no function. */
function firstData(call: Call): Value {
  const others = call.args.filter((each) => each.kind !== 'function' && each.kind !== 'entity')
  return others.every((each) => isPlain(each)) ? DATA : unknown('elements of an object')
}

function expose(reader: Reader, value: Value, args: readonly Value[], depth = 0): Given {
  const call = { args, named: new Map(), isOpen: false }
  switch (value.kind) {
    case 'function': {
      const results = reader.call(value, call)
      return { results, isPlain: isPlain(results) }
    }
    case 'entity': {
      const rows = value.names.map((name) => reader.language.table.row(name))
      if (rows.some((each) => each === null || each.isValue)) {
        return { results: NOTHING, isPlain: false }
      }
      const isClass = value.names.some((name) => reader.language.table.isClass(name))
      const results = reader.call(value, call)
      return { results, isPlain: isPlain(results) && !isClass }
    }
    case 'unknown':
      reader.doubt(`the code hands on what oa cannot tell: ${value.reason}`)
      return { results: value, isPlain: false }
    case 'list':
    case 'map':
    case 'bag':
      return depth > 3 || isPlain(value)
        ? { results: NOTHING, isPlain: depth <= 3 }
        : { ...expose(reader, elementOf(value), args, depth + 1), isPlain: false }
    default:
      return { results: NOTHING, isPlain: value.kind !== 'instance' }
  }
}

/** Methods that are not listed may put their arguments into what they belong to. */
function changeSelf(reader: Reader, name: string, self: Value, call: Call): void {
  if (!isContainer(self) || reader.language.table.has(name)) return
  const all = [...call.args, ...call.named.values()]
  const more = all.map((each) => (isContainer(each) ? join(each, elementOf(each)) : each))
  reader.put(self, more.filter((each) => each.kind !== 'function').reduce(join2, DATA))
}

const join2 = (a: Value, b: Value): Value => join(a, b)

function resultOf(
  reader: Reader,
  name: string,
  row: Row,
  self: Value | null,
  call: Call,
  given: Given,
): Value {
  const { result } = row
  const from = result.from === null ? null : (argumentOf(result.from, self, call) ?? null)
  switch (result.of) {
    case 'text':
      return DATA
    case 'data':
      if (given.isPlain && (given.results.kind === 'nothing' || isPlain(given.results))) return DATA
      return unknown(`what \`${name}\` makes of an object`)
    case 'element':
      return from ? partOrEach(reader, from) : DATA
    case 'elements':
      return many(from ? partOrEach(reader, from) : DATA)
    case 'results':
      return many(given.results.kind === 'nothing' ? DATA : given.results)
    case 'pairs': {
      const items = call.args.map((each) => reader.each(each))
      if (items.every((each) => isPlain(each))) return DATA
      const first = name === 'enumerate' ? [DATA] : []
      return many({ kind: 'list', items: [...first, ...items], sites: [] })
    }
    case 'outcome':
      return given.results.kind === 'nothing' ? (from ?? DATA) : given.results
    case 'result':
      return join(given.results, from ?? NOTHING)
    case 'same':
      return from ?? DATA
    case 'module': {
      const names = textsOf(from ?? undefined)
      if (names) return names.map((each) => reader.load(each)).reduce(join2, NOTHING)
      reader.doubt('loads a module that only the run knows')
      return unknown('a module that only the run knows')
    }
    case 'member': {
      const names = textsOf(argumentOf({ at: 1, keyword: null }, self, call))
      if (from && names)
        return names.map((each) => reader.member(from, each)).reduce(join2, NOTHING)
      return unknown('a member that only the run knows')
    }
    default:
      return reader.make(result, from === null ? null : pathValue(from))
  }
}

const partOrEach = (reader: Reader, from: Value): Value =>
  isContainer(from) ? partOf(from) : reader.each(from)

const many = (element: Value): Value =>
  isPlain(element) && element.kind !== 'known' ? DATA : { kind: 'bag', element, sites: [] }
