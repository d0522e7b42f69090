/**
 * Tokens of Ruby. Where only Ruby's own parser could tell what a character begins, the code is not understood.
 * Source: Ruby 3.1 `doc/syntax/literals.rdoc`; the states of its lexer in parse.y.
 */
import { KEYWORDS } from './ruby-words.ts'
import { NotUnderstood, type Token } from './tokens.ts'

const BLANK = /[ \t\r\f\v]+|\\\n|#[^\n]*/y
const WORD = /[A-Za-z_]\w*(?:[?!](?!=))?/y
const NUMBER = /0[xX][\da-fA-F_]+|0[bB][01_]+|\d[\d_]*(?:\.\d[\d_]*)?(?:[eE][+-]?\d+)?r?/y
const INSTANCE = /@@?[A-Za-z_]\w*/y
const GLOBAL = /\$(?:_|[.,/;!@~&0<$?]|\d+|std(?:in|out|err)|PROGRAM_NAME|F)(?![\w])/y
const SYMBOL = /:(?:[A-Za-z_]\w*[?!]?(?!\w)|<=>|==|\*\*|[-+*/%<>&|^]|\[\]=?|<<|>>)/y
const OPERATOR =
  /\*\*=|<=>|===|\.\.\.|<<=|>>=|&&=|\|\|=|\*\*|==|!=|>=|<=|&&|\|\||=~|!~|\.\.|::|->|=>|<<|>>|&\.|[-+*/%|&^]=|[-+*/%<>=!~^&|?:.,;(){}[\]]/y
const CLOSERS: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}', '<': '>' }
/** Code inside texts inside code. */
const NESTING_MAX = 16

/** What may stand next; `argument`: after a name that may be a variable or a call. */
type Expected = 'term' | 'operator' | 'argument' | 'parameter'

export function rubyTokens(code: string): readonly Token[] {
  if (/^=begin|^__END__$/m.test(code)) throw new NotUnderstood('a block that is no code')
  return new Scanner(code).scan(0)
}

class Scanner {
  readonly #code: string
  #tokens: Token[] = []
  #at = 0
  #isSpaced = true
  #expected: Expected = 'term'

  constructor(code: string) {
    this.#code = code
  }

  /** All tokens, or those up to the brace that closes a part of a text. */
  scan(nesting: number): readonly Token[] {
    if (nesting > NESTING_MAX) throw new NotUnderstood('code nested too deep')
    let depth = 0
    while (this.#at < this.#code.length) {
      const char = this.#char()
      if (this.#take(BLANK) !== null) this.#isSpaced = true
      else if (char === '\n') this.#lineEnd()
      else {
        if (char === '{') depth++
        if (char === '}' && depth-- === 0 && nesting > 0) return this.#tokens
        this.#next(char, nesting)
      }
    }
    if (nesting > 0) throw new NotUnderstood('a quotation that is not closed')
    return this.#tokens
  }

  #char(ahead = 0): string {
    return this.#code[this.#at + ahead] ?? ''
  }

  #take(pattern: RegExp): string | null {
    pattern.lastIndex = this.#at
    const found = pattern.exec(this.#code)?.[0] ?? null
    if (found !== null) this.#at += found.length
    return found
  }

  #add(token: Omit<Token, 'isSpaced'>, expected: Expected): void {
    this.#tokens.push({ ...token, isSpaced: this.#isSpaced })
    this.#isSpaced = false
    this.#expected = expected
  }

  #lineEnd(): void {
    this.#at++
    this.#isSpaced = true
    if (this.#expected !== 'term') this.#add(bare('operator', ';'), 'term')
    this.#isSpaced = true
  }

  #next(char: string, nesting: number): void {
    if (/[A-Za-z_]/.test(char)) return this.#word()
    this.#checkName(char)
    if (/\d/.test(char)) return this.#add(bare('number', this.#take(NUMBER) ?? ''), 'operator')
    if (char === '@') return this.#named(INSTANCE)
    if (char === '$') return this.#named(GLOBAL)
    if (char === "'") return this.#raw('string', "'")
    if (char === '"' || char === '`') {
      return this.#text(char === '"' ? 'string' : 'shell', char, nesting)
    }
    if (char === ':' && this.#char(1) !== ':' && this.#expected !== 'operator')
      return this.#symbol()
    if (char === '/' && this.#beginsTerm('/')) return this.#text('regex', '/', nesting)
    if (char === '%' && this.#beginsTerm('%')) return this.#percent(nesting)
    if (char === '?' && this.#expected !== 'operator' && /\S/.test(this.#char(1))) {
      throw new NotUnderstood('`?` before a character')
    }
    if (char === '<' && this.#isHereDocument()) throw new NotUnderstood('a here-document')
    const operator = this.#take(OPERATOR)
    if (operator === null) throw new NotUnderstood('a character that is no Ruby')
    this.#add(bare('operator', operator), /^[)\]}]$/.test(operator) ? 'operator' : 'term')
  }

  /** After `def` and a dot an operator may be a name. */
  #checkName(char: string): void {
    const before = this.#tokens.at(-1)
    const isDefinition = before?.kind === 'word' && before.text === 'def'
    const isMember = before?.kind === 'operator' && /^(?:\.|&\.|::)$/.test(before.text)
    if (isDefinition || (isMember && char !== '(')) throw new NotUnderstood('an operator as a name')
  }

  #named(pattern: RegExp): void {
    const name = this.#take(pattern)
    if (name === null) throw new NotUnderstood('a variable that steers Ruby')
    this.#add(bare('variable', name), 'operator')
  }

  /** Whether `/` or `%` begins a literal here. */
  #beginsTerm(char: string): boolean {
    if (this.#expected === 'operator') return false
    if (this.#expected === 'term') return true
    const isOperator = !this.#isSpaced || /[\s=]/.test(this.#char(1))
    if (isOperator) return false
    if (this.#expected === 'argument') throw new NotUnderstood(`\`${char}\` after a name`)
    return true
  }

  #isHereDocument(): boolean {
    if (!/^<<[~-]?["'`A-Za-z_]/.test(this.#code.slice(this.#at, this.#at + 4))) return false
    return this.#expected === 'term' || (this.#expected !== 'operator' && this.#isSpaced)
  }

  #word(): void {
    const before = this.#tokens.at(-1)
    const isMember = before?.kind === 'operator' && /^(?:\.|&\.|::)$/.test(before.text)
    const word = this.#take(WORD) ?? ''
    const isLabel =
      this.#char() === ':' && this.#char(1) !== ':' && /^(?:[{,(|]|)$/.test(before?.text ?? '')
    if (isLabel && !isMember) {
      this.#at++
      return this.#add({ kind: 'string', text: ':', value: word }, 'term')
    }
    // WHY: after a call `/` and `%` with a blank before and none behind begin a literal; after a variable they do not.
    const isKeyword = !isMember && KEYWORDS.has(word)
    if (isKeyword && /^(?:end|self|nil|true|false|redo|retry|__\w+__)$/.test(word)) {
      return this.#add(bare('word', word), 'operator')
    }
    const isOpener = isKeyword && word !== 'yield' && word !== 'not'
    const expected = isOpener ? 'term' : isMember ? 'parameter' : 'argument'
    this.#add(bare('word', word), expected)
  }

  #symbol(): void {
    const isBesideName = this.#expected === 'argument'
    const symbol = this.#take(SYMBOL)
    if (symbol !== null) {
      if (isBesideName) throw new NotUnderstood('`:` after a name')
      return this.#add({ kind: 'string', text: ':', value: symbol.slice(1) }, 'operator')
    }
    if (/\S/.test(this.#char(1))) throw new NotUnderstood('an unusual symbol')
    this.#at++
    this.#add(bare('operator', ':'), 'term')
  }

  /** `'…'` and `%q`. */
  #raw(kind: Token['kind'], open: string): void {
    this.#at++
    const close = CLOSERS[open] ?? open
    let text = ''
    for (let depth = 0; this.#at < this.#code.length; this.#at++) {
      const char = this.#char()
      if (char === '\\' && /[\\'()[\]{}<>|/!]/.test(this.#char(1))) {
        const escaped = this.#char(1)
        text += escaped === '\\' || escaped === open || escaped === close ? escaped : `\\${escaped}`
        this.#at++
        continue
      }
      if (char === close && depth-- === 0) {
        this.#at++
        return this.#add({ kind, text: open, value: text }, 'operator')
      }
      if (char === open && open !== close) depth++
      text += char
    }
    throw new NotUnderstood('a quotation that is not closed')
  }

  /** `"…"`, `` `…` ``, `/…/` and their kin: code may stand in them. */
  #text(kind: Token['kind'], open: string, nesting: number): void {
    this.#at++
    const close = CLOSERS[open] ?? open
    const inner: Token[] = []
    let text: string | null = ''
    for (let depth = 0; this.#at < this.#code.length; ) {
      const char = this.#char()
      if (char === '#' && this.#char(1) === '{') {
        inner.push(...this.#interpolated(nesting), bare('operator', ';') as Token)
        text = null
        continue
      }
      if (char === '#' && /[@$]/.test(this.#char(1))) text = null
      this.#at++
      if (char === '\\') {
        const plain = unescaped(this.#char())
        text = plain === null || text === null ? null : text + plain
        this.#at++
      } else if (char === close && depth-- === 0) {
        if (kind === 'regex') this.#take(/[a-z]*/y)
        return this.#add({ kind, text: open, value: text, inner }, 'operator')
      } else {
        if (char === open && open !== close) depth++
        text = text === null ? null : text + char
      }
    }
    throw new NotUnderstood('a quotation that is not closed')
  }

  #interpolated(nesting: number): readonly Token[] {
    const outer = this.#tokens
    const expected = this.#expected
    this.#at += 2
    this.#tokens = []
    this.#expected = 'term'
    const inner = this.scan(nesting + 1)
    this.#at++
    this.#tokens = outer
    this.#expected = expected
    return inner
  }

  #percent(nesting: number): void {
    const kind = /[qQwWiIxr]/.test(this.#char(1)) ? this.#char(1) : ''
    const open = this.#char(kind === '' ? 1 : 2)
    if (!/[([{<|!/]/.test(open)) throw new NotUnderstood('`%` with an unusual delimiter')
    this.#at += kind === '' ? 1 : 2
    if (kind === 'q') return this.#raw('string', open)
    if (kind === 'w' || kind === 'i') {
      this.#raw('string', open)
      const list = this.#tokens.pop()
      // A list is no text.
      if (list) this.#tokens.push({ ...list, value: null })
      return
    }
    if (kind === 'W' || kind === 'I') throw new NotUnderstood(`\`%${kind}\``)
    this.#text(kind === 'x' ? 'shell' : kind === 'r' ? 'regex' : 'string', open, nesting)
  }
}

/** The character that a backslash gives; null: not a plain one. */
function unescaped(char: string): string | null {
  const plain = { n: '\n', t: '\t', r: '\r', e: '\u001b', s: ' ', 0: '\0' }[char]
  if (plain !== undefined) return plain
  return /[\w\n]/.test(char) ? null : char
}

function bare(kind: Token['kind'], text: string): Omit<Token, 'isSpaced'> & { isSpaced: false } {
  return { kind, text, value: null, isSpaced: false }
}
