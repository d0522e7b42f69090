/**
 * Lua one-liners: understood when every name is one of the harmless functions, a variable of the code itself, or a call
 * with literal arguments.
 * Source: Lua 5.4 reference manual §6; LuaJIT's and TeX's libraries are strangers here.
 */
import { type CallKind, openedAs, usesOf } from './calls.ts'
import { luaTokens } from './lua-tokens.ts'
import type { CodeReading, CodeUse } from './read.ts'
import { argumentsAt, NotUnderstood, type Token } from './tokens.ts'

const KEYWORDS = words(
  'and break do else elseif end false for function goto if in local nil not or repeat return then true until while',
)
const HARMLESS = words(
  `print ipairs pairs next tostring tonumber type select unpack error assert pcall xpcall rawequal rawlen rawget
   setmetatable getmetatable arg _VERSION self`,
)
/** Libraries, and what in them only computes or prints. */
const LIBRARIES: Readonly<Record<string, ReadonlySet<string>>> = {
  string: words(
    'byte char find format gmatch gsub len lower match pack packsize rep reverse sub unpack upper',
  ),
  table: words('concat insert maxn move pack remove sort unpack'),
  math: words(
    `abs acos asin atan atan2 ceil cos cosh deg exp floor fmod frexp huge ldexp log log10 max maxinteger min mininteger
     modf pi pow rad random randomseed sin sinh sqrt tan tanh tointeger type ult`,
  ),
  utf8: words('char charpattern codes codepoint len offset'),
  bit32: words('arshift band bnot bor btest bxor extract lrotate lshift replace rrotate rshift'),
  coroutine: words('create isyieldable resume running status wrap yield'),
  io: words('read write stdin stdout stderr type'),
  os: words('clock date difftime exit getenv time'),
}
const CALLS: Readonly<Record<string, CallKind>> = {
  'io.lines': 'read',
  'io.input': 'read',
  'io.output': 'write',
  'io.popen': 'shell',
  'os.execute': 'shell',
  'os.remove': 'delete each',
  'os.rename': 'delete, then write',
  dofile: 'script',
  loadfile: 'script',
}
const STATEMENT_ENDS = new Set<string>()
/** What reaches more than a table of functions tells. */
const REACHING = words(
  'require package debug module _G _ENV getfenv setfenv newproxy rawset ffi jit lfs posix socket tex luatex kpse',
)
/** Code inside code inside code. */
const DEPTH_MAX = 4

export function readLua(code: string, depth = 0): CodeReading {
  try {
    return new LuaReader(luaTokens(code.replace(/^#[^\n]*/, '')), depth).read()
  } catch (error) {
    if (error instanceof NotUnderstood) return { uses: [], unknown: `Lua: ${error.message}` }
    throw error
  }
}

class LuaReader {
  readonly #tokens: readonly Token[]
  readonly #depth: number
  readonly #own: ReadonlySet<string>
  readonly #uses: CodeUse[] = []
  #unknown: string | null = null

  constructor(tokens: readonly Token[], depth: number) {
    this.#tokens = tokens
    this.#depth = depth
    this.#own = ownNames(tokens)
  }

  read(): CodeReading {
    for (const [at, token] of this.#tokens.entries()) {
      if (token.kind === 'word' && !KEYWORDS.has(token.text)) this.#readName(at, token.text)
    }
    return { uses: this.#uses, unknown: this.#unknown }
  }

  #readName(at: number, name: string): void {
    const before = this.#tokens[at - 1]
    const isField = before?.kind === 'operator' && /^[.:]$/.test(before.text)
    if (isField || HARMLESS.has(name)) return
    const library = Object.hasOwn(LIBRARIES, name) ? LIBRARIES[name] : undefined
    if (library) return this.#readLibrary(at, name, library)
    if (name === 'load' || name === 'loadstring') return this.#readEval(at)
    if (name in CALLS) return this.#readCall(at + 1, name)
    if (REACHING.has(name) || !this.#own.has(name)) this.#refuse(`\`${name}\``)
  }

  #readLibrary(at: number, name: string, harmless: ReadonlySet<string>): void {
    const member = this.#tokens[at + 2]
    const isMember = this.#tokens[at + 1]?.text === '.' && member?.kind === 'word'
    if (!isMember) return this.#refuse(`\`${name}\` without a member`)
    const full = `${name}.${member.text}`
    const isAssigned = this.#tokens[at + 3]?.text === '='
    if (harmless.has(member.text) && !isAssigned) return
    this.#readCall(at + 3, full)
  }

  #readCall(at: number, name: string): void {
    const args = this.#argumentsAt(at)
    if (args === null) return this.#refuse(`\`${name}\` without literal arguments`)
    if (args.length === 0 && /^io\.(?:lines|input|output)$/.test(name)) return
    const kind = Object.hasOwn(CALLS, name) ? CALLS[name] : undefined
    const [path, mode = 'r'] = args
    const isOpen = name === 'io.open' && typeof path === 'string' && typeof mode === 'string'
    const uses = isOpen ? openedAs(path, mode) : kind ? usesOf(kind, args) : null
    if (uses) this.#uses.push(...uses)
    else this.#refuse(`\`${name}\``)
  }

  #readEval(at: number): void {
    const code = this.#argumentsAt(at + 1)?.[0]
    if (typeof code !== 'string' || this.#depth >= DEPTH_MAX) {
      return this.#refuse('`load` of what is not literal')
    }
    const inner = readLua(code, this.#depth + 1)
    this.#uses.push(...inner.uses)
    this.#unknown ??= inner.unknown
  }

  /** `f(…)`, `f"…"`; null: no call. */
  #argumentsAt(at: number): readonly (string | null)[] | null {
    const next = this.#tokens[at]
    if (next?.kind === 'string') return [next.value]
    if (next?.text !== '(' || next.kind !== 'operator') return null
    return argumentsAt(this.#tokens, at, '..', STATEMENT_ENDS).args
  }

  #refuse(what: string): void {
    this.#unknown ??= `Lua that oa does not read: ${what}`
  }
}

/** Names that the code itself gives: assigned, declared, parameters, labels, keys. */
function ownNames(tokens: readonly Token[]): ReadonlySet<string> {
  const own = new Set<string>()
  let isDeclaring = false
  for (const [at, token] of tokens.entries()) {
    const before = tokens[at - 1]?.text ?? ''
    if (token.kind !== 'word') {
      if (!/^[,(<>.:]$/.test(token.text)) isDeclaring = false
      if (token.text === '=') for (const name of targets(tokens, at)) own.add(name)
    } else if (/^(?:local|for|function|goto)$/.test(token.text)) isDeclaring = true
    else if (KEYWORDS.has(token.text)) isDeclaring = false
    else if (isDeclaring && /^(?:local|for|function|goto|[,(<.:])$/.test(before))
      own.add(token.text)
    else isDeclaring = false
  }
  return own
}

/** The names before an assignment: `a, b =`, `{ key =`. */
function targets(tokens: readonly Token[], equals: number): readonly string[] {
  const names: string[] = []
  for (let at = equals - 1; tokens[at]?.kind === 'word'; at -= 2) {
    names.push(tokens[at]?.text ?? '')
    const before = tokens[at - 1]?.text ?? ''
    if (before === '.') return []
    if (before !== ',') return /^[{(=]$/.test(before) ? names.slice(0, 1) : names
  }
  return names.slice(0, 1)
}

function words(text: string): ReadonlySet<string> {
  return new Set(text.split(/\s+/))
}
