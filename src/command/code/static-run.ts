/**
 * Reads a tree of code: every value that it may compute, and every use of the world. Order does not matter: a variable
 * is everything that is ever assigned to it, and a function is read once for all its calls. The tree is read again
 * until nothing grows any more, so recursion and loops end.
 */
import {
  CODE_BYTES_MAX,
  CODE_NESTING_MAX,
  CODE_READINGS_MAX,
  CODE_STEPS_MAX,
} from '../../base/limits.ts'
import type { CodeReading, CodeUse } from './read.ts'
import { callLibrary } from './static-calls.ts'
import type { StaticLanguage } from './static-language.ts'
import { StaticMembers } from './static-members.ts'
import { type Call, foldTexts, type Reader } from './static-reader.ts'
import type { Argument, FunctionNode, Literal, Node, Target } from './static-tree.ts'
import {
  asBag,
  DATA,
  elementOf,
  isContainer,
  isPlain,
  join,
  known,
  NOTHING,
  textsOf,
  unknown,
  type Value,
} from './static-values.ts'

/** Code in `language`, as far as it goes. */
export function readStatic(language: StaticLanguage, code: string): CodeReading {
  if (Buffer.byteLength(code) > CODE_BYTES_MAX) {
    return { uses: [], unknown: `code of more than ${CODE_BYTES_MAX} bytes` }
  }
  const tree = language.parse(code)
  if (!tree) return { uses: [], unknown: `${language.name} code that oa cannot parse` }
  return new Reading(language, tree).readAll()
}

class Reading extends StaticMembers implements Reader {
  readonly #tree: Node
  readonly #inner = new Map<string, Node>()
  #depth = 0
  #steps = 0

  constructor(language: StaticLanguage, tree: Node) {
    super(language)
    this.#tree = tree
  }

  readAll(): CodeReading {
    do {
      this.uses = []
      this.doubts = new Set()
      this.hasGrown = false
      this.function = null
      this.#eval(this.#tree)
      this.#readFunctions()
      this.reading++
    } while (this.hasGrown && this.reading < CODE_READINGS_MAX && this.#steps < CODE_STEPS_MAX)
    if (this.hasGrown || this.#steps >= CODE_STEPS_MAX) this.doubt('code too involved to be read')
    const [first = null] = this.doubts
    return { uses: distinct(this.uses), unknown: first }
  }

  /** The bodies of all functions that may be called, each once. */
  #readFunctions(): void {
    const read = new Set<FunctionNode>()
    for (let isDone = false; !isDone; ) {
      isDone = true
      for (const each of this.called) {
        if (read.has(each)) continue
        read.add(each)
        isDone = false
        this.function = each
        const value = this.#eval(each.body)
        if (each.isExpression) this.noteReturn(value)
      }
    }
    this.function = null
  }

  #eval(node: Node): Value {
    if (++this.#steps > CODE_STEPS_MAX) return unknown('code too involved to be read')
    switch (node.kind) {
      case 'literal':
        return known(node.value)
      case 'name':
        return this.name(node.name, node.isOwn === true)
      case 'entity':
        return this.entity(node.name, null)
      case 'member':
        return this.member(this.#eval(node.of), node.name)
      case 'index':
        return this.index(this.#eval(node.of), this.#eval(node.at))
      case 'call':
        return this.call(this.#eval(node.callee), this.#args(node.args))
      case 'binary':
        return this.binary(node.operator, this.#eval(node.left), this.#eval(node.right))
      case 'text':
        return foldTexts(
          node.parts.map((each) => this.#eval(each)),
          (...parts) => (parts.every(isWritten) ? parts.join('') : undefined),
        )
      case 'list':
        return this.#list(node)
      case 'map':
        return this.#map(node)
      case 'bag': {
        for (const each of node.body) this.#eval(each)
        return this.made(node, { kind: 'bag', element: this.#eval(node.value), sites: [node] })
      }
      case 'function':
        for (const param of node.params) {
          if (param.fallback) this.#assign(param.target, this.#eval(param.fallback))
        }
        return { kind: 'function', of: [node] }
      case 'assign': {
        const value = this.#eval(node.value)
        this.#assign(node.target, value)
        return value
      }
      case 'any':
        return node.of.reduce<Value>((value, each) => join(value, this.#eval(each)), NOTHING)
      case 'data':
        for (const each of node.of) this.#eval(each)
        return DATA
      case 'do':
        return node.of.reduce<Value>((_, each) => this.#eval(each), DATA)
      case 'element':
        return this.each(this.#eval(node.of))
      case 'return':
        this.noteReturn(this.#eval(node.value))
        return DATA
      case 'yield':
        this.noteReturn({ kind: 'bag', element: this.#eval(node.value), sites: [] })
        return unknown('what is sent to a generator')
      case 'import':
        return this.load(node.name)
      case 'unknown':
        this.doubt(node.reason)
        for (const each of node.of) this.escape(this.#eval(each))
        return unknown(node.reason)
    }
  }

  /** In the same variables: such code may change what the rest means. */
  read(code: string): void {
    this.use({ kind: 'decoded', language: this.language.name, code })
    if (this.#depth >= CODE_NESTING_MAX) {
      return this.doubt(`code inside code more than ${CODE_NESTING_MAX} times`)
    }
    const tree = this.#inner.get(code) ?? this.language.parse(code)
    if (!tree) return this.doubt(`${this.language.name} code that oa cannot parse`)
    this.#inner.set(code, tree)
    this.#depth++
    this.#eval(tree)
    this.#depth--
  }

  override call(callee: Value, call: Call): Value {
    switch (callee.kind) {
      case 'nothing':
        return NOTHING
      case 'entity':
        return callee.names
          .map((name) => callLibrary(this, name, callee.self, call))
          .reduce((a, b) => join(a, b), NOTHING)
      case 'function':
        return callee.of
          .map((each) => this.#enter(each, call))
          .reduce((a, b) => join(a, b), NOTHING)
      case 'known':
        if (this.language.callsTexts) {
          return callee.of
            .map((each) => this.call(this.entity(String(each), null), call))
            .reduce((a, b) => join(a, b), NOTHING)
        }
        break
      default:
    }
    for (const each of [...call.args, ...call.named.values()]) this.escape(each)
    const reason = callee.kind === 'unknown' ? callee.reason : 'a function that only the run knows'
    this.doubt(`the code calls what oa cannot tell: ${reason}`)
    return unknown('the result of an unknown function')
  }

  /** Calls a function of the code with these arguments. */
  #enter(node: FunctionNode, { args, named, isOpen }: Call): Value {
    if (!this.called.has(node)) {
      this.called.add(node)
      this.hasGrown = true
    }
    const all = [...args, ...named.values()].reduce((a, b) => join(a, b), NOTHING)
    for (const [at, param] of node.params.entries()) {
      const rest: Value = { kind: 'bag', element: all.kind === 'nothing' ? DATA : all, sites: [] }
      const value = param.isRest
        ? rest
        : isOpen || named.size > 0
          ? join(all, DATA)
          : (args[at] ?? known(null))
      this.#assign(param.target, value)
    }
    return this.returns.get(node) ?? NOTHING
  }

  /** Lost to oa: whoever has it may call it with anything. */
  protected override escape(value: Value, depth = 0): void {
    if (value.kind === 'function') {
      const anything = unknown('an argument that only the run knows')
      const call = { args: Array(8).fill(anything) as Value[], named: new Map(), isOpen: false }
      for (const each of value.of) this.#enter(each, call)
    } else if (isContainer(value) && depth < 4) {
      this.escape(elementOf(value), depth + 1)
    }
  }

  #assign(target: Target, value: Value): void {
    switch (target.kind) {
      case 'name':
        return this.grow(this.variables, target.name, value)
      case 'member':
        return this.#set(this.#eval(target.of), known(target.name), value)
      case 'index':
        return this.#set(this.#eval(target.of), this.#eval(target.at), value)
      case 'parts': {
        const isExact = value.kind === 'list'
        for (const [at, part] of target.parts.entries()) {
          if (part) this.#assign(part, (isExact ? value.items[at] : undefined) ?? this.each(value))
        }
        if (target.rest) {
          this.#assign(target.rest, { kind: 'bag', element: this.each(value), sites: [] })
        }
        return
      }
      case 'fields':
        for (const { name, target: part } of target.fields) {
          const key = this.#eval(name)
          const [text] = textsOf(key) ?? []
          this.#assign(part, text === undefined ? this.index(value, key) : this.member(value, text))
        }
        if (target.rest) {
          this.#assign(target.rest, isPlain(value) ? DATA : unknown('the rest of an object'))
        }
        return
      case 'nothing':
        for (const each of target.of) this.#eval(each)
    }
  }

  /** `of[at] = value` and `of.at = value`. */
  #set(of: Value, at: Value, value: Value): void {
    const keys = textsOf(at)
    if (isContainer(of)) {
      if (keys?.some((key) => this.language.isDoor(key)))
        this.doubt('the code changes how objects work')
      return this.put(of, value)
    }
    if (of.kind === 'instance' || of.kind === 'entity') {
      const [name] = of.kind === 'entity' ? of.names : [of.of]
      const key = keys?.length === 1 ? keys[0] : undefined
      const exact = key === undefined ? null : `${name}.${key}=`
      const row = exact !== null && this.language.table.has(exact) ? exact : `${name}.[]=`
      if (this.language.table.has(row)) {
        callLibrary(this, row, of, { args: [at, value], named: new Map(), isOpen: false })
        return
      }
    } else if (
      (of.kind === 'known' || of.kind === 'data' || of.kind === 'nothing') &&
      isPlain(value)
    ) {
      return
    }
    this.escape(value)
    this.doubt('the code changes an object that is not its own')
  }

  #args(args: readonly Argument[]): Call {
    const list: Value[] = []
    const named = new Map<string, Value>()
    let isOpen = false
    for (const each of args) {
      const value = this.#eval(each.value)
      if (each.name !== null) named.set(each.name, value)
      else if (!each.isSpread) list.push(value)
      else if (value.kind === 'list') list.push(...value.items)
      else {
        isOpen = true
        list.push(elementOf(value))
      }
    }
    return { args: list, named, isOpen }
  }

  #list(node: Node & { kind: 'list' }): Value {
    const { args, isOpen } = this.#args(node.items)
    if (!isOpen) return this.made(node, { kind: 'list', items: args, sites: [node] })
    const element = args.reduce((a, b) => join(a, b), DATA)
    return this.made(node, { kind: 'bag', element, sites: [node] })
  }

  #map(node: Node & { kind: 'map' }): Value {
    const entries = new Map<string, Value>()
    let others: Value = NOTHING
    for (const { key, value } of node.entries) {
      const keys = key ? textsOf(this.#eval(key)) : null
      const found = this.#eval(value)
      if (keys?.length === 1 && keys[0] !== undefined) entries.set(keys[0], found)
      else if (!key && found.kind === 'map') for (const each of found.entries) entries.set(...each)
      else others = join(others, key ? found : elementOf(found))
    }
    const map: Value = { kind: 'map', entries, sites: [node] }
    return this.made(node, others.kind === 'nothing' ? map : asBag(map, others))
  }
}

/** Languages write other numbers, truth and nothing differently. */
const isWritten = (value: Literal): boolean =>
  typeof value === 'string' || (typeof value === 'number' && Number.isSafeInteger(value))

function distinct(uses: readonly CodeUse[]): readonly CodeUse[] {
  const seen = new Map(uses.map((each) => [JSON.stringify(each), each]))
  return [...seen.values()]
}
