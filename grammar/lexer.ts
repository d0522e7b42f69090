/**
 * Cuts policy text into tokens and finds where statements end. Linear in the length of the text (times the nesting
 * bound). Never throws: what cannot be read becomes a `LexProblem`, at most one for each statement.
 */
import { createTokenInstance, type IToken, type TokenType } from 'chevrotain'
import {
  isBlockNext,
  isGluedBefore,
  isRegexNext,
  type Open,
  STATEMENT_STARTS,
  type Standing,
} from './follow.ts'
import type { LexComment, Lexed, LexOptions, LexProblem, LexStatement } from './lexed.ts'
import { endOfQuoted, endOfRegex, endOfRun, isBlank, isStop, matchBraces } from './scan.ts'
import {
  BLOCK_NAMES,
  BlockOpen,
  BraceClose,
  CLAUSE_WORDS,
  Comma,
  GroupOpen,
  Integer,
  isToken,
  KEYWORDS,
  ParenClose,
  ParenOpen,
  Pipe,
  Plain,
  Quoted,
  Regex,
  Separator,
  SetName,
} from './tokens.ts'

/** Cuts a text. A brace that is never closed is looked for again with layout as the guide. */
export function lex(text: string, options: LexOptions): Lexed {
  const first = new Scanner(text, options, false)
  if (first.scan()) return first.lexed()
  const second = new Scanner(text, options, true)
  second.scan()
  return second.lexed()
}

const LINE_STARTS: ReadonlySet<string> = new Set<string>([...STATEMENT_STARTS, ...BLOCK_NAMES])
const CLAUSES: ReadonlySet<string> = new Set<string>(CLAUSE_WORDS)

class Scanner {
  readonly #text: string
  readonly #options: LexOptions
  readonly #byLayout: boolean
  readonly #statements: LexStatement[] = []
  readonly #comments: LexComment[] = []
  readonly #stack: Open[] = []
  #tokens: IToken[] = []
  #problem: LexProblem | undefined
  #tooDeep: LexProblem | undefined
  #parens = 0
  #at = 0
  /** A newline was seen since the last token. */
  #isNewLine = true
  #isAfterWith = false

  constructor(text: string, options: LexOptions, byLayout: boolean) {
    this.#text = text
    this.#options = options
    this.#byLayout = byLayout
  }

  lexed(): Lexed {
    return {
      statements: this.#statements,
      comments: this.#comments,
      ...(this.#tooDeep ? { tooDeep: this.#tooDeep } : {}),
    }
  }

  /** False when braces stay open and the text should be read again by layout. */
  scan(): boolean {
    const text = this.#text
    if (text.charCodeAt(0) === 0xfeff) this.#at = 1
    while (this.#at < text.length && !this.#tooDeep) {
      const char = text.charAt(this.#at)
      if (char === '\n') this.#newline()
      else if (isBlank(char)) this.#at += 1
      else if (char === '#') this.#comment()
      else this.#token(char)
    }
    const open = this.#stack.at(-1)
    if (open && !this.#tooDeep) {
      if (!this.#byLayout) return false
      this.#closeAll()
    }
    this.#endStatement()
    return true
  }

  #newline(): void {
    this.#isNewLine = true
    const top = this.#stack.at(-1)
    if (top?.isBlock) this.#separate(this.#at, this.#at + 1)
    this.#at += 1
    if (top && this.#byLayout && this.#statementStartsAt(this.#at)) {
      this.#closeAll()
      this.#endStatement()
    }
  }

  #statementStartsAt(at: number): boolean {
    const end = endOfRun(this.#text, at)
    return end - at < 16 && LINE_STARTS.has(this.#text.slice(at, end))
  }

  #closeAll(): void {
    const open = this.#stack.at(-1)
    if (open) this.#fail('unclosed-brace', open.start, open.start + 1)
    this.#stack.length = 0
  }

  #separate(start: number, end: number): void {
    const top = this.#stack.at(-1)
    const last = this.#tokens.at(-1)
    if (!top || !last || isToken(last, Comma)) return
    top.entryWords = 0
    if (isToken(last, Separator) || isToken(last, BlockOpen)) return
    this.#push(Separator, start, end)
  }

  #comment(): void {
    const start = this.#at
    const newline = this.#text.indexOf('\n', start)
    const end = newline < 0 ? this.#text.length : newline
    const text = this.#text.slice(start, end).trimEnd()
    this.#comments.push({
      text,
      isTrailing: !this.#isNewLine,
      start,
      end: start + text.length,
    })
    this.#at = end
  }

  #token(char: string): void {
    if (this.#isNewLine) this.#startLine()
    const at = this.#at
    switch (char) {
      case '{':
        return this.#brace(at)
      case '}':
        return this.#closeBrace(at)
      case ',':
        return this.#single(Comma)
      case ';':
        return this.#semicolon(at)
      case '|':
        return this.#single(Pipe)
      case '(':
        this.#parens += 1
        this.#checkDepth(at)
        return this.#single(ParenOpen)
      case ')':
        if (this.#parens > 0) this.#parens -= 1
        return this.#single(ParenClose)
      case '"':
      case "'":
        return this.#quoted(at)
      case '/':
        if (isRegexNext(this.#standing())) return this.#regex(at)
        return this.#word(at)
      default:
        return this.#word(at)
    }
  }

  /** First token of a line: it continues the statement after `,` and `|` and as a clause word, else starts one. */
  #startLine(): void {
    this.#isNewLine = false
    const last = this.#tokens.at(-1)
    if (this.#stack.length > 0 || !last || this.#options.as !== 'file') return
    const end = endOfRun(this.#text, this.#at)
    const run = end - this.#at < 16 ? this.#text.slice(this.#at, end) : ''
    if (isToken(last, Comma) || isToken(last, Pipe)) {
      // WHY: `allow a,⏎deny b` would allow a program called deny and lose the rule.
      if (STATEMENT_STARTS.has(run)) this.#fail('swallowed-statement', this.#at, end)
    } else if (!CLAUSES.has(run)) this.#endStatement()
  }

  #endStatement(): void {
    const [first] = this.#tokens
    const last = this.#tokens.at(-1)
    if (first && last) {
      this.#statements.push({
        tokens: this.#tokens,
        start: first.startOffset,
        end: (last.endOffset ?? last.startOffset) + 1,
        ...(this.#problem ? { problem: this.#problem } : {}),
      })
    }
    this.#tokens = []
    this.#problem = undefined
    this.#isAfterWith = false
    this.#parens = 0
  }

  #single(type: TokenType): void {
    this.#push(type, this.#at, this.#at + 1)
    this.#at += 1
  }

  #semicolon(at: number): void {
    if (this.#stack.at(-1)?.isBlock) {
      this.#separate(at, at + 1)
      this.#at += 1
    } else this.#single(Separator)
  }

  #brace(at: number): void {
    const isBlock = isBlockNext(this.#standing(), this.#text, at)
    if (!isBlock) {
      const match = matchBraces(this.#text, at)
      // WHY: `{a,b}` without blanks is the same alternatives, written as text; `{a}` is a group of one.
      if (match >= 0) {
        const isGlued = !isStop(this.#text, match + 1)
        if (isGlued || this.#text.slice(at, match).includes(',')) return this.#word(at)
      }
      if (isGluedBefore(this.#tokens.at(-1), at))
        this.#fail('glued-brace', at, endOfRun(this.#text, at))
    }
    this.#push(isBlock ? BlockOpen : GroupOpen, at, at + 1)
    this.#stack.push({ isBlock, start: at, entryWords: 0, entryKey: '' })
    this.#checkDepth(at)
    this.#at += 1
  }

  #checkDepth(at: number): void {
    if (this.#stack.length + this.#parens <= this.#options.nestingMax) return
    this.#tooDeep = { kind: 'too-deep', start: at, end: at + 1 }
  }

  #closeBrace(at: number): void {
    if (this.#stack.length === 0) this.#fail('stray-brace', at, at + 1)
    const closed = this.#stack.pop()
    this.#single(BraceClose)
    if (closed && !closed.isBlock && !this.#isApart(this.#at)) {
      this.#fail('glued-brace', closed.start, endOfRun(this.#text, this.#at))
    }
  }

  #quoted(at: number): void {
    const end = endOfQuoted(this.#text, at)
    if (end < 0) return this.#unclosed('unclosed-string', at)
    this.#push(Quoted, at, end)
    this.#at = end
    if (!this.#isApart(end)) {
      this.#fail('glued-quote', at, endOfRun(this.#text, end))
      this.#at = endOfRun(this.#text, end)
    }
  }

  #regex(at: number): void {
    const end = endOfRegex(this.#text, at)
    if (end < 0) return this.#unclosed('unclosed-regex', at)
    this.#push(Regex, at, end)
    this.#at = end
    if (!this.#isApart(end)) {
      this.#fail('glued-quote', at, endOfRun(this.#text, end))
      this.#at = endOfRun(this.#text, end)
    }
  }

  /** Takes the rest of the line; braces that it would have closed count as closed. */
  #unclosed(kind: 'unclosed-string' | 'unclosed-regex', at: number): void {
    const newline = this.#text.indexOf('\n', at)
    const end = newline < 0 ? this.#text.length : newline
    const rest = this.#text.slice(at, end)
    this.#fail(kind, at, at + rest.trimEnd().length)
    this.#push(Quoted, at, end)
    let open = 0
    for (const char of rest) {
      if (char === '{') open += 1
      else if (char === '}' && open > 0) open -= 1
      else if (char === '}') this.#stack.pop()
    }
    this.#at = end
  }

  #word(at: number): void {
    const isEntry = this.#isEntry()
    const end = this.#endOfWord(at, isEntry)
    const text = this.#text.slice(at, end)
    if (text.startsWith('@')) {
      if (!/^@[A-Za-z_][\w-]*$/.test(text)) this.#fail('bad-set-name', at, end)
      this.#push(SetName, at, end)
    } else this.#push(KEYWORDS.get(text) ?? (/^\d+$/.test(text) ? Integer : Plain), at, end)
    this.#at = end
  }

  #isEntry(): boolean {
    const top = this.#stack.at(-1)
    return top ? top.isBlock : this.#options.as === 'entry'
  }

  #endOfWord(start: number, isEntry: boolean): number {
    const text = this.#text
    let at = start
    while (at < text.length) {
      const char = text.charAt(at)
      if (char === '{') {
        const match = matchBraces(text, at)
        if (match < 0) break
        at = match
      } else if (char === '"' || char === "'") {
        const end = endOfQuoted(text, at)
        const stop = endOfRun(text, end < 0 ? at : end)
        this.#fail('glued-quote', start, stop)
        return stop
      } else if (char === '|' && isEntry && at > start && !isStop(text, at + 1)) {
        // A bar inside an entry's word, `--color=<always|never>`, is text.
      } else if (char === ',' ? isStop(text, at + 1) : isStop(text, at)) break
      at += 1
    }
    return at > start ? at : start + 1
  }

  #push(type: TokenType, start: number, end: number): void {
    const image = this.#text.slice(start, end)
    const top = this.#stack.at(-1)
    if (top?.isBlock && type !== Separator) {
      if (top.entryWords === 0) top.entryKey = image
      top.entryWords += 1
    }
    if (this.#stack.length === 0 && CLAUSES.has(image)) this.#isAfterWith = image === 'with'
    this.#tokens.push(createTokenInstance(type, image, start, end - 1, 0, 0, 0, 0))
  }

  #standing(): Standing {
    return {
      tokens: this.#tokens,
      top: this.#stack.at(-1),
      as: this.#options.as,
      isAfterWith: this.#isAfterWith,
    }
  }

  #fail(kind: LexProblem['kind'], start: number, end: number): void {
    this.#problem ??= { kind, start, end }
  }

  /** May what starts here stand right after a quote or a brace? */
  #isApart(at: number): boolean {
    return isStop(this.#text, at) || this.#text.charAt(at) === ','
  }
}
