/**
 * Ruby one-liners: understood when every name is a harmless function or method, a variable of the code itself, or a call
 * with literal arguments.
 *
 * Methods are called by symbols too (`map(&:name)`, `inject(:name)`): those are names like all others.
 */
import { openedAs, usesOf } from './calls.ts'
import type { CodeReading, CodeUse } from './read.ts'
import { rubyTokens } from './ruby-tokens.ts'
import {
  CALLS,
  FUNCTIONS,
  HARMLESS_MEMBERS,
  isHarmlessFunction,
  KEYWORDS,
  LIBRARIES,
  METHODS,
  OBJECT_METHODS,
  VALUES,
} from './ruby-words.ts'
import { type Argument, argumentsAt, NotUnderstood, type Token } from './tokens.ts'

const ENDS = new Set('; do { } if unless while until and or rescue && || ? : . == != =~'.split(' '))
/** Code inside code inside code. */
const DEPTH_MAX = 4
const OPERATOR_METHOD = /^(?:[-+*/%<>&|^]|\*\*|<=>|==|<<|>>|\[\])$/

/** Reads a program of `-e`; `-n` and `-p` put a loop over the operands around it. */
export function readRuby(code: string, options: ReadonlySet<string>, depth = 0): CodeReading {
  try {
    const hasLoop = ['-n', '-p', '-i'].some((each) => options.has(each))
    return new RubyReader(rubyTokens(code), hasLoop, depth).read()
  } catch (error) {
    if (error instanceof NotUnderstood) {
      return { uses: [], unknown: `Ruby that oa does not read: ${error.message}` }
    }
    throw error
  }
}

/** The value of `-r`: a library by its name, or a file. */
export function readRubyRequire(name: string): CodeReading {
  if (LIBRARIES.has(name)) return { uses: [], unknown: null }
  if (/^\.{0,2}\//.test(name)) return { uses: [{ kind: 'script', path: name }], unknown: null }
  return { uses: [], unknown: 'a library of Ruby that oa does not know' }
}

class RubyReader {
  readonly #tokens: readonly Token[]
  readonly #depth: number
  readonly #own: Set<string>
  readonly #uses: CodeUse[] = []
  #unknown: string | null = null
  #readsOperands: boolean
  #namesOperands = false

  constructor(tokens: readonly Token[], hasLoop: boolean, depth: number, own = new Set<string>()) {
    this.#tokens = tokens
    this.#readsOperands = hasLoop
    this.#depth = depth
    this.#own = new Set([...own, ...ownNames(tokens)])
  }

  read(): CodeReading {
    for (const [at, token] of this.#tokens.entries()) this.#readToken(at, token)
    for (const name of this.#own) {
      if (OBJECT_METHODS.has(name) || FUNCTIONS.has(name)) this.#refuse(`a variable \`${name}\``)
    }
    if (this.#readsOperands && this.#namesOperands) this.#refuse('`ARGV` beside a loop over it')
    return { uses: this.#uses, unknown: this.#unknown }
  }

  #refuse(what: string): void {
    this.#unknown ??= `Ruby that oa does not read: ${what}`
  }

  #signAt(at: number): string | null {
    const token = this.#tokens[at]
    return token?.kind === 'operator' ? token.text : null
  }

  #wordAt(at: number): string | null {
    const token = this.#tokens[at]
    return token?.kind === 'word' ? token.text : null
  }

  #readToken(at: number, token: Token): void {
    if (token.inner && token.inner.length > 0) this.#readInner(token.inner)
    if (token.kind === 'shell') {
      if (token.value === null) this.#refuse('a command that is not literal')
      else this.#uses.push({ kind: 'shell', code: token.value })
    }
    if (token.kind === 'variable' && token.text === '$<') this.#readsOperands = true
    if (token.kind === 'operator' && token.text === '&') this.#checkBlock(at)
    if (token.kind === 'operator' && token.text === '.' && this.#signAt(at + 1) === '(') return
    if (token.kind !== 'word') return
    const before = this.#signAt(at - 1)
    if (before === '.' || before === '&.') return this.#readMethod(at, token.text)
    if (before === '::') return this.#readScoped(at, token.text)
    if (/^[A-Z]/.test(token.text) && !FUNCTIONS.has(token.text) && !KEYWORDS.has(token.text)) {
      return this.#readConstant(at, token.text)
    }
    this.#readName(at, token.text)
  }

  /** Code inside a text, with the variables of the code around it. */
  #readInner(tokens: readonly Token[]): void {
    const inner = new RubyReader(tokens, this.#readsOperands, this.#depth + 1, this.#own)
    const { uses, unknown } = inner.read()
    this.#uses.push(...uses)
    this.#unknown ??= unknown
    this.#readsOperands ||= inner.#readsOperands
    this.#namesOperands ||= inner.#namesOperands
  }

  /** `&:name` calls a method of that name; `&variable` whatever stands in it. */
  #checkBlock(at: number): void {
    const next = this.#tokens[at + 1]
    const before = this.#tokens[at - 1]
    const isOpening = before?.kind === 'operator' && /^[(,]$/.test(before.text)
    const isPrefix = isOpening || (this.#tokens[at]?.isSpaced === true && next?.isSpaced === false)
    if (!isPrefix) return
    if (next?.text !== ':' || !this.#isMethod(next.value)) this.#refuse('`&` before a name')
  }

  #isMethod(name: string | null): boolean {
    return name !== null && (METHODS.has(name) || OPERATOR_METHOD.test(name))
  }

  #readMethod(at: number, name: string): void {
    const receiver = this.#wordAt(at - 2)
    const isClass = receiver !== null && Object.hasOwn(HARMLESS_MEMBERS, receiver)
    // The class itself has judged its members.
    if (isClass) return
    if (!METHODS.has(name)) return this.#refuse(`\`.${name}\``)
    if (name === 'inject' || name === 'reduce') this.#checkFold(at + 1)
  }

  /** `inject(:name)` calls a method of that name. */
  #checkFold(at: number): void {
    if (this.#signAt(at) !== '(') {
      const only = this.#tokens[at]
      const isName = only?.kind === 'variable' || (only?.kind === 'word' && only.text !== 'do')
      const isDoor = only?.text === ':' && !this.#isMethod(only.value)
      if (isName || isDoor) this.#refuse('`inject` by a name')
      return
    }
    for (let next = at + 1; this.#signAt(next) !== ')' && next < this.#tokens.length; next++) {
      const token = this.#tokens[next]
      if (token?.kind === 'word' || token?.kind === 'variable')
        return this.#refuse('`inject` by a name')
      if (token?.text === ':' && !this.#isMethod(token.value))
        return this.#refuse('`inject` by a name')
    }
  }

  /** `Math::PI`, `Net::HTTP.get`. */
  #readScoped(at: number, name: string): void {
    if (this.#wordAt(at - 2) === null) return this.#refuse('`::`')
    if (!/^[A-Z]/.test(name)) return this.#refuse(`\`::${name}\``)
    this.#readConstant(at, name)
  }

  #readConstant(at: number, name: string): void {
    if (name === 'ARGV') return this.#readOperands(at)
    if (Object.hasOwn(HARMLESS_MEMBERS, name)) return this.#readClass(at, name)
    const isAssigned = this.#signAt(at + 1) === '=' && !VALUES.has(name)
    if (!VALUES.has(name) && !isAssigned && !this.#own.has(name)) this.#refuse(`\`${name}\``)
  }

  #readOperands(at: number): void {
    const member = this.#signAt(at + 1) === '.' ? this.#wordAt(at + 2) : null
    if (!/^(?:shift|size|length|empty\?|join|count)$/.test(member ?? '')) this.#namesOperands = true
  }

  #readClass(at: number, name: string): void {
    if (name === 'ARGF') this.#readsOperands = true
    const next = this.#signAt(at + 1)
    if (name === 'Net' && next === '::' && this.#wordAt(at + 2) === 'HTTP') return
    if (name === 'Process' && next === '::' && /^CLOCK_/.test(this.#wordAt(at + 2) ?? '')) {
      return this.#refuse('`Process::`')
    }
    if (name === 'ENV' && next === '[') return this.#readVariable(at)
    const member = next === '.' ? this.#wordAt(at + 2) : null
    const isFetched = this.#signAt(at - 1) === '(' && /^get(?:_|$)/.test(this.#wordAt(at - 2) ?? '')
    if (name === 'URI' && isFetched && (next === '(' || member === 'parse')) return
    if (member === null) return this.#refuse(`\`${name}\` without a method`)
    if (HARMLESS_MEMBERS[name]?.has(member)) return
    const args = argumentsAt(this.#tokens, at + 3, '+', ENDS).args
    const full = `${name}.${member}`
    this.#act(full, this.#usesOfMember(full, args, at + 3))
  }

  #usesOfMember(full: string, args: readonly Argument[], at: number): readonly CodeUse[] | null {
    if (full === 'File.open' || full === 'File.new') return opened(args)
    if (/^IO\.(?:read|readlines|foreach|binread)$/.test(full)) return named(args.slice(0, 1))
    if (full === 'IO.popen' && args[0] === '-') return null
    if (full === 'HTTP.get' || full === 'HTTP.get_response' || full === 'HTTP.get_print') {
      return fetched(args, this.#tokens.slice(at, at + 8))
    }
    const kind = Object.hasOwn(CALLS, full) ? CALLS[full] : undefined
    return kind ? usesOf(kind, args) : null
  }

  #act(name: string, uses: readonly CodeUse[] | null): void {
    if (uses) this.#uses.push(...uses)
    else this.#refuse(`\`${name}\``)
  }

  /** `ENV["NAME"]` is read; `ENV["NAME"] = …` is set for what is started. */
  #readVariable(at: number): void {
    const name = this.#tokens[at + 2]
    const isPlain = name?.kind === 'string' && this.#signAt(at + 3) === ']'
    if (!isPlain) return this.#refuse('`ENV` by a name that is not literal')
    const next = this.#signAt(at + 4)
    if (next !== null && /^(?:=|\|\|=|<<|[-+*/%&|]=)$/.test(next)) {
      this.#uses.push({ kind: 'set', name: name.value })
    }
  }

  #readName(at: number, name: string): void {
    if (/^(?:gets|readline|readlines)$/.test(name)) this.#readsOperands = true
    if (name === 'def' && this.#signAt(at + 2) === '.') return this.#refuse('a method of an object')
    if (KEYWORDS.has(name) || isHarmlessFunction(name)) return
    const args = (): readonly Argument[] => argumentsAt(this.#tokens, at + 1, '+', ENDS).args
    switch (name) {
      case 'open':
        return this.#act(name, named(args()))
      case 'require':
      case 'require_relative':
      case 'load':
        return this.#readRequire(name, args())
      case 'eval':
        return this.#readEval(args())
    }
    const kind = Object.hasOwn(CALLS, name) ? CALLS[name] : undefined
    if (kind) return this.#act(name, usesOf(kind, args()))
    const isVariable = this.#own.has(name) && !FUNCTIONS.has(name)
    if (!isVariable) this.#refuse(`\`${name}\``)
  }

  #readRequire(name: string, args: readonly Argument[]): void {
    const [path] = args
    if (typeof path !== 'string') return this.#refuse(`\`${name}\` of what is not literal`)
    if (name !== 'require') {
      this.#uses.push({ kind: 'script', path: name === 'load' ? path : `./${path}.rb` })
      return
    }
    const { uses, unknown } = readRubyRequire(path)
    this.#uses.push(...uses)
    this.#unknown ??= unknown
  }

  #readEval(args: readonly Argument[]): void {
    const [code] = args
    if (typeof code !== 'string' || args.length > 1 || this.#depth >= DEPTH_MAX) {
      return this.#refuse('`eval` of what is not literal')
    }
    this.#uses.push({ kind: 'decoded', language: 'ruby', code })
    this.#readInner(rubyTokens(code))
  }
}

/** `File.open(path, mode)`. */
function opened(args: readonly Argument[]): readonly CodeUse[] | null {
  const [path, mode = 'r'] = args
  if (typeof path !== 'string' || typeof mode !== 'string' || args.length > 2) return null
  return openedAs(path, mode.replace(/:.*$/, ''))
}

/** `open(name, mode)`: a file, `|command`, or with `open-uri` a URL. */
function named(args: readonly Argument[]): readonly CodeUse[] | null {
  const [name] = args
  if (typeof name !== 'string') return null
  if (name.startsWith('|')) return name === '|-' ? null : usesOf('shell', [name.slice(1)])
  return /^(?:https?|ftp):/i.test(name) ? usesOf('connect to a URL', [name]) : opened(args)
}

/** `Net::HTTP.get(URI("…"))`, `Net::HTTP.get("host", "/path")`. */
function fetched(args: readonly Argument[], tokens: readonly Token[]): readonly CodeUse[] | null {
  if (args.length > 1) {
    const port = args[2] ?? '80'
    return usesOf('connect to a host', [args[0] ?? null, port])
  }
  const text = tokens.map((each) => (each.kind === 'string' ? '"' : each.text)).join('')
  if (!/^\(?URI(?:\.parse)?\("\)/.test(text)) return null
  return usesOf('connect to a URL', [tokens.find((each) => each.kind === 'string')?.value ?? null])
}

/** Names that the code itself gives: assigned, parameters of blocks and methods, methods. */
function ownNames(tokens: readonly Token[]): ReadonlySet<string> {
  const own = new Set<string>()
  for (const [at, token] of tokens.entries()) {
    const before = tokens[at - 1]
    if (token.kind === 'operator') {
      if (/^(?:[-+*/%|&^]|\*\*|<<|>>|&&|\|\|)?=$/.test(token.text)) addTargets(own, tokens, at)
      const opensBlock = before?.text === '{' || before?.text === 'do'
      if (token.text === '|' && opensBlock) addUntil(own, tokens, at + 1, '|')
      if (token.text === '->' && tokens[at + 1]?.text === '(') addUntil(own, tokens, at + 2, ')')
      const next = tokens[at + 1]
      if (token.text === '=>' && next?.kind === 'word' && isRescue(tokens, at)) own.add(next.text)
    }
    if (token.kind !== 'word') continue
    if (token.text === 'for') addUntil(own, tokens, at + 1, 'in')
    if (before?.text === 'def') {
      own.add(token.text)
      if (tokens[at + 1]?.text === '(') addUntil(own, tokens, at + 2, ')')
    }
  }
  return own
}

function isRescue(tokens: readonly Token[], at: number): boolean {
  return tokens[at - 1]?.text === 'rescue' || tokens[at - 2]?.text === 'rescue'
}

/** Parameters up to `end`; their defaults are read like all code. */
function addUntil(own: Set<string>, tokens: readonly Token[], start: number, end: string): void {
  for (let at = start; at < tokens.length && tokens[at]?.text !== end; at++) {
    const [before, token, next] = [tokens[at - 1], tokens[at], tokens[at + 1]]
    const isParameter = /^[|(,*&]$|^\*\*$|^for$/.test(before?.text ?? '')
    const isWhole = next?.text === end || /^[,=)]$/.test(next?.text ?? '')
    if (token?.kind === 'word' && isParameter && isWhole) own.add(token.text)
  }
}

/** The names before an assignment: `a =`, `a, b =`. */
function addTargets(own: Set<string>, tokens: readonly Token[], equals: number): void {
  const names: string[] = []
  for (let at = equals - 1; tokens[at]?.kind === 'word'; at -= 2) {
    names.push(tokens[at]?.text ?? '')
    const before = tokens[at - 1]?.text ?? ''
    if (before === '.' || before === '&.' || before === '::') return
    if (before === ',') continue
    const isStatement =
      before === '' || before === ';' || before === '|' || /^(?:do|then|\{)$/.test(before)
    for (const name of isStatement ? names : names.slice(0, 1)) own.add(name)
    return
  }
}
