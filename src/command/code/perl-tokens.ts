/**
 * Tokens of Perl 5. Where only Perl's own parser could tell what a character begins, the code is not understood.
 * Source: perlop(1), "Quote and Quote-like Operators", "Gory details of parsing quoted constructs"; perldata(1).
 */
import { checkInterpolation, doubleQuoted, singleQuoted } from './perl-strings.ts'
import { TERM_WORDS } from './perl-words.ts'
import { NotUnderstood, quoted, type Token } from './tokens.ts'

const BLANK = /\s+|#[^\n]*/y
const WORD = /[A-Za-z_]\w*(?:::\w+)*/y
const NUMBER = /0[xX][\da-fA-F_]+|0[bB][01_]+|(?:\d[\d_]*(?:\.(?!\.)\d*)?|\.\d+)(?:[eE][+-]?\d+)?/y
const SCALAR =
  /\$#?(?:[A-Za-z_]\w*|\d+)(?!\w|::|'[A-Za-z_])|\$(?:[&.,/\\!@";|?+\]](?!\w)|\^[WOTVX](?!\w)|\$(?![\w{$:^]))/y
const ARRAY = /@[A-Za-z_]\w*(?!\w|::|'[A-Za-z_])/y
const HASH = /%[A-Za-z_]\w*(?!\w|::|'[A-Za-z_])/y
const FILE_TEST = /-[erwxofdzslpSbctugkTBMAC](?!\w)(?!\s*=>)/y
/** Reading lines: the operands, standard input, or a handle that the code opens. */
const READ_LINE = /<(?:<>>|>|STDIN>|ARGV>|[A-Z][A-Z\d_]*>|\$[A-Za-z_]\w*>)/y
const OPERATOR =
  /\*\*=|\|\|=|&&=|\/\/=|<=>|<<=|>>=|\.\.\.|\*\*|\+\+|--|->|=>|=~|!~|==|!=|<=|>=|&&|\|\||\/\/|\.\.|<<|>>|\+=|-=|\*=|\/=|\.=|%=|x=(?!=)|&=|\|=|\^=|::|[-+*/%=<>!~\\?:.,;(){}[\]&|^]/y
const DELIMITERS = new Set('/|,!#%~@+([{<')

/** What may stand next: a value, an operator, or Perl alone knows. */
type Expected = 'term' | 'operator' | 'either'

export function perlTokens(code: string): readonly Token[] {
  return new Scanner(code).scan()
}

class Scanner {
  readonly #code: string
  readonly #tokens: Token[] = []
  /** For each open brace whether it is a subscript. */
  readonly #braces: boolean[] = []
  #at = 0
  #isSpaced = true
  #expected: Expected = 'term'

  constructor(code: string) {
    if (/^=[A-Za-z]/m.test(code)) throw new NotUnderstood('a block of documentation')
    this.#code = code
  }

  scan(): readonly Token[] {
    while (this.#at < this.#code.length) {
      if (this.#take(BLANK) !== null) this.#isSpaced = true
      else this.#next()
    }
    return this.#tokens
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

  #next(): void {
    const char = this.#code[this.#at] ?? ''
    if (char === '$') return this.#variable(SCALAR)
    if (char === '@') return this.#variable(ARRAY)
    if (/[A-Za-z_]/.test(char)) return this.#word()
    if (char === "'" || char === '"' || char === '`') return this.#plainQuote(char)
    if (/\d/.test(char) || (char === '.' && this.#expected === 'term')) {
      const number = this.#take(NUMBER)
      if (number !== null) return this.#add(bare('number', number), 'operator')
    }
    if (this.#isHandleDoubt(char)) throw new NotUnderstood(`\`${char}\` after a handle`)
    if (char === '<' && this.#expected !== 'operator') return this.#readLine()
    if (this.#expected !== 'operator' && /[/%&*]/.test(char)) return this.#termSign(char)
    if (char === '-' && /-[A-Za-z]/.test(this.#code.slice(this.#at, this.#at + 2))) {
      return this.#fileTest()
    }
    this.#operator()
  }

  /** `print $x /…`: Perl guesses whether `$x` is a handle, and with it what the sign is. */
  #isHandleDoubt(char: string): boolean {
    const before = this.#tokens.at(-1)
    if (!this.#isSpaced || before?.kind !== 'variable' || !/[/<?%&*+-]/.test(char)) return false
    const place = this.#tokens.at(-2)
    const word = place?.text === '(' ? this.#tokens.at(-3) : place
    return word?.kind === 'word' && !/\s/.test(this.#code[this.#at + 1] ?? '')
  }

  #variable(pattern: RegExp): void {
    if (this.#expected === 'operator') {
      // `print $fh $x`, `print STDERR @y`: a value after a value is a handle's.
      const before = this.#tokens.at(-1)
      if (before?.kind !== 'variable' && before?.kind !== 'word') {
        throw new NotUnderstood('a variable where an operator should be')
      }
    }
    const name = this.#take(pattern)
    if (name === null)
      throw new NotUnderstood('a variable that is reached by its name or reference')
    this.#add(bare('variable', name), 'operator')
  }

  #readLine(): void {
    const read = this.#take(READ_LINE)
    if (read === null) throw new NotUnderstood('a glob or a here-document')
    this.#add(bare('operator', read), 'operator')
  }

  #termSign(char: string): void {
    if (this.#expected === 'either') throw new NotUnderstood(`\`${char}\` after a block`)
    if (char === '%') return this.#variable(HASH)
    if (char !== '/') throw new NotUnderstood(`\`${char}\` before a name`)
    this.#at++
    this.#match('/')
  }

  #fileTest(): void {
    const test = this.#expected === 'term' ? this.#take(FILE_TEST) : null
    if (test !== null) return this.#add(bare('operator', test), 'term')
    const next = this.#code.slice(this.#at + 1, this.#at + 3)
    if (/^[A-Za-z]\W?$/.test(next)) throw new NotUnderstood('`-` before a letter')
    this.#operator()
  }

  #operator(): void {
    const operator = this.#take(OPERATOR)
    if (operator === null) throw new NotUnderstood('a character that is no Perl')
    if (operator === '{') {
      const isSubscript = this.#isSubscript()
      this.#braces.push(isSubscript)
      return this.#add(brace(operator, isSubscript), 'term')
    }
    if (operator === '}') {
      const isSubscript = this.#braces.pop() ?? false
      return this.#add(brace(operator, isSubscript), isSubscript ? 'operator' : 'either')
    }
    const isValue = operator === ')' || operator === ']'
    const isStep = operator === '++' || operator === '--'
    this.#add(bare('operator', operator), isValue ? 'operator' : isStep ? this.#expected : 'term')
  }

  #isSubscript(): boolean {
    const before = this.#tokens.at(-1)
    if (!before) return false
    if (before.kind === 'variable') return !before.text.startsWith('%')
    if (before.kind !== 'operator') return false
    if (before.text === '}') return this.#expected === 'operator'
    return before.text === '->' || before.text === ']'
  }

  #word(): void {
    const start = this.#at
    const word = this.#take(WORD) ?? ''
    const rest = this.#code.slice(this.#at, this.#at + 64)
    if (/^'\w/.test(rest)) throw new NotUnderstood('an apostrophe in a name')
    const isKey = /^[ \t]*=>/.test(rest) || this.#isSubscriptWord(start, rest)
    if (isKey) return this.#add({ kind: 'string', text: word, value: word }, 'operator')
    if (this.#tokens.at(-1)?.text === '->') return this.#add(bare('word', word), 'operator')
    if (/^__(?:END|DATA)__$/.test(word)) throw new NotUnderstood(`\`${word}\``)
    if (/^(?:q[qwrx]?|[msy]|tr)$/.test(word)) return this.#quoteLike(word)
    if (word === 'x' && this.#expected !== 'operator') throw new NotUnderstood('`x`')
    const isOperator = /^(?:x|eq|ne|lt|gt|le|ge|cmp|and|or|xor)$/.test(word)
    if (/^x\d+$/.test(word) && this.#expected === 'operator') {
      this.#at = start + 1
      return this.#add(bare('operator', 'x'), 'term')
    }
    if (isOperator) return this.#add(bare('operator', word), 'term')
    const expectsTerm = TERM_WORDS.has(word)
    this.#add(bare('word', word), expectsTerm ? 'term' : 'either')
  }

  /** `{word}` after a variable, with nothing but blanks of the line in it. */
  #isSubscriptWord(start: number, rest: string): boolean {
    const before = this.#tokens.at(-1)
    const isOpen = before?.text === '{' && before.value !== null
    const isClose = /\{[ \t]*$/.test(this.#code.slice(Math.max(start - 16, 0), start))
    return isOpen && isClose && /^[ \t]*\}/.test(rest)
  }

  #plainQuote(delimiter: string): void {
    this.#at++
    const { body, end } = quoted(this.#code, this.#at, delimiter)
    this.#at = end
    if (delimiter === "'") return this.#string(delimiter, singleQuoted(body, delimiter))
    checkInterpolation(body, false)
    const value = doubleQuoted(body)
    if (delimiter === '"') return this.#string(delimiter, value)
    this.#add({ kind: 'shell', text: delimiter, value }, 'operator')
  }

  #string(text: string, value: string | null): void {
    this.#add({ kind: 'string', text, value }, 'operator')
  }

  /** Where a quotation begins, after the word that says its kind. */
  #delimiter(word: string): string {
    const isSpaced = this.#take(/\s+/y) !== null
    const delimiter = this.#code[this.#at] ?? ''
    const isKnown = DELIMITERS.has(delimiter) || (word === 'q' && /["']/.test(delimiter))
    const isComment =
      delimiter === '#' && (isSpaced || /[\])}>]/.test(this.#code[this.#at - 1] ?? ''))
    if (!isKnown || isComment) {
      throw new NotUnderstood(`\`${word}\` with an unusual delimiter`)
    }
    this.#at++
    return delimiter
  }

  #body(open: string): string {
    const { body, end } = quoted(this.#code, this.#at, open)
    this.#at = end
    return body
  }

  #quoteLike(word: string): void {
    const isName = this.#tokens.at(-1)?.text === 'sub'
    if (isName || this.#expected === 'operator') {
      throw new NotUnderstood(`\`${word}\` where an operator should be`)
    }
    const delimiter = this.#delimiter(word)
    if (word === 'm' || word === 'qr') return this.#match(delimiter)
    if (word === 's' || word === 'tr' || word === 'y') return this.#replace(word, delimiter)
    const body = this.#body(delimiter)
    if (word === 'q') return this.#string('q', singleQuoted(body, delimiter))
    if (word === 'qw') {
      const [only, ...more] = body.trim().split(/\s+/)
      return this.#string('qw', more.length > 0 || body.includes('\\') ? null : (only ?? ''))
    }
    checkInterpolation(body, false)
    if (word === 'qq') return this.#string('qq', doubleQuoted(body))
    this.#add({ kind: 'shell', text: 'qx', value: doubleQuoted(body) }, 'operator')
  }

  #match(delimiter: string): void {
    checkInterpolation(this.#body(delimiter), true)
    this.#take(/[a-z]*/y)
    this.#add(bare('regex', 'm'), 'operator')
  }

  #replace(word: string, open: string): void {
    const pattern = this.#body(open)
    const isBracket = /[([{<]/.test(open)
    const second = isBracket ? this.#delimiter(word) : open
    const replacement = this.#body(second)
    const flags = this.#take(/[a-z]*/y) ?? ''
    if (word !== 's') return this.#add(bare('regex', 'tr'), 'operator')
    checkInterpolation(pattern, true)
    if (/e.*e/.test(flags)) throw new NotUnderstood('`s///ee`')
    if (!flags.includes('e')) {
      checkInterpolation(replacement, false)
      return this.#add(bare('regex', 's'), 'operator')
    }
    this.#add({ ...bare('regex', 's'), inner: perlTokens(replacement) }, 'operator')
  }
}

function bare(kind: Token['kind'], text: string): Omit<Token, 'isSpaced'> {
  return { kind, text, value: null }
}

/** A brace of a subscript has the value `[]`. */
function brace(text: string, isSubscript: boolean): Omit<Token, 'isSpaced'> {
  return { kind: 'operator', text, value: isSubscript ? '[]' : null }
}
