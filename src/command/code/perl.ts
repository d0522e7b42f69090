/**
 * Perl one-liners: understood when every word is harmless, or a call with literal arguments.
 *
 * Perl has doors that look like data: files named `cmd|`, references by name, variables that steer the interpreter.
 * A construct through which code could reach one of them is not understood.
 */
import { usesOf } from './calls.ts'
import { openedFile } from './perl-open.ts'
import { perlTokens } from './perl-tokens.ts'
import { BUILTINS, CALLS, HARMLESS, MODULES, TERM_WORDS } from './perl-words.ts'
import type { CodeReading, CodeUse } from './read.ts'
import { argumentsAt, type Call, NotUnderstood, type Token } from './tokens.ts'

const ENDS = new Set(
  '; or and xor || && // if unless while until for foreach ? : == != eq ne =~'.split(' '),
)
/** Code inside code inside code. */
const DEPTH_MAX = 4
const LABEL = /^[A-Z][A-Z\d_]*$/

/** Reads a program of `-e`; `-n`, `-p` and `-a` put a loop over the operands around it. */
export function readPerl(code: string, options: ReadonlySet<string>, depth = 0): CodeReading {
  try {
    const hasLoop = ['-n', '-p', '-a', '-F', '-i'].some((each) => options.has(each))
    return new PerlReader(perlTokens(code), options, hasLoop, depth).read()
  } catch (error) {
    if (error instanceof NotUnderstood) {
      return { uses: [], unknown: `Perl that oa does not read: ${error.message}` }
    }
    throw error
  }
}

/** The value of `-M` and `-m`: a module, and what is imported from it. */
export function readPerlImport(value: string): CodeReading {
  const name = /^-?([A-Za-z_][\w:]*)(?:=[\w,.:!&-]*| qw[(/][\w :]*[)/])?$/.exec(value)?.[1]
  const isKnown = name !== undefined && MODULES.has(name)
  return { uses: [], unknown: isKnown ? null : 'a module of Perl that oa does not know' }
}

/** The value of `-F`: a pattern that is written into `split(…)`. */
export function readPerlSplit(value: string): CodeReading {
  const isPlain = /^(?:[^\s\w/'"()\\{}$@]|\\[\w|.])+$|^\/[^/'"(){}$@]*\/$|^\w+$/.test(value)
  return { uses: [], unknown: isPlain ? null : 'a pattern of Perl that may be code' }
}

/** The value of `-i`: what is put behind a name, or, with `*`, the name of another file. */
export function readPerlSuffix(value: string): CodeReading {
  const isPlain = /^[\w.~-]*$/.test(value)
  return { uses: [], unknown: isPlain ? null : 'copies at a place that a pattern names' }
}

class PerlReader {
  readonly #tokens: readonly Token[]
  readonly #options: ReadonlySet<string>
  readonly #depth: number
  readonly #own = new Set<string>()
  readonly #uses: CodeUse[] = []
  #unknown: string | null = null
  /** It reads its operands line by line, by names that may be commands. */
  #readsOperands: boolean
  #namesOperands = false
  #namesEnvironment = false
  /** Values that are reached through references, and how variables are changed. */
  #hasReference = false
  #changesElement = false

  constructor(
    tokens: readonly Token[],
    options: ReadonlySet<string>,
    hasLoop: boolean,
    depth: number,
  ) {
    this.#tokens = tokens
    this.#options = options
    this.#readsOperands = hasLoop
    this.#depth = depth
  }

  read(): CodeReading {
    this.#collectOwn()
    for (let at = 0; at < this.#tokens.length; ) at = this.#readAt(at)
    if (this.#hasReference && this.#changesElement) {
      this.#refuse('a change through a reference')
    }
    if (this.#readsOperands && this.#namesOperands) this.#refuse('`@ARGV` beside a loop over it')
    const starts = this.#uses.some((use) => use.kind === 'shell' || use.kind === 'argv')
    if (starts && this.#namesEnvironment) this.#refuse('`%ENV` beside a command')
    return { uses: this.#uses, unknown: this.#unknown }
  }

  #refuse(what: string): void {
    this.#unknown ??= `Perl that oa does not read: ${what}`
  }

  /** Subs, handles and labels that the code itself gives. */
  #collectOwn(): void {
    for (const [at, token] of this.#tokens.entries()) {
      const name = this.#wordAt(at + 1)
      if (token.kind !== 'word' || name === null) continue
      const isTaken = HARMLESS.has(name) || name in CALLS || TERM_WORDS.has(name)
      const isSpecial =
        BUILTINS.has(name) || LABEL.test(name) || /^(?:get|set|end)[a-z]+ent$/.test(name)
      if (token.text === 'sub' && !isTaken && !isSpecial) this.#own.add(name)
    }
  }

  #wordAt(at: number): string | null {
    const token = this.#tokens[at]
    return token?.kind === 'word' ? token.text : null
  }

  #signAt(at: number): string | null {
    const token = this.#tokens[at]
    return token?.kind === 'operator' ? token.text : null
  }

  /** Reads one token; gives the index of the next that is to be read. */
  #readAt(at: number): number {
    const token = this.#tokens[at]
    if (!token) return at + 1
    switch (token.kind) {
      case 'word':
        return this.#readWord(at, token.text)
      case 'variable':
        this.#readVariable(at, token.text)
        return at + 1
      case 'operator':
        this.#readOperator(at, token.text)
        return at + 1
      case 'shell':
        if (token.value === null) this.#refuse('a command that is not literal')
        else this.#uses.push({ kind: 'shell', code: token.value })
        return at + 1
      case 'regex':
        if (token.inner) this.#readInner(token.inner)
        return at + 1
      default:
        return at + 1
    }
  }

  /** Code of `s///e`, in the same variables. */
  #readInner(tokens: readonly Token[]): void {
    const inner = new PerlReader(tokens, this.#options, this.#readsOperands, this.#depth + 1)
    for (const name of this.#own) inner.#own.add(name)
    const { uses, unknown } = inner.read()
    this.#uses.push(...uses)
    this.#unknown ??= unknown
    this.#readsOperands ||= inner.#readsOperands
    this.#namesOperands ||= inner.#namesOperands
    this.#namesEnvironment ||= inner.#namesEnvironment
    this.#hasReference ||= inner.#hasReference
    this.#changesElement ||= inner.#changesElement
  }

  #readVariable(at: number, text: string): void {
    const name = text.replace(/^[$@%]#?/, '')
    if (/^(?:INC|SIG|ISA|EXPORT\w*|AUTOLOAD|DESTROY)$/.test(name)) this.#refuse(`\`${text}\``)
    if (name === 'ENV') this.#namesEnvironment = true
    if (name !== 'ARGV' || (text === '$ARGV' && this.#signAt(at + 1) !== '[')) return
    const before = this.#signAt(at - 1) === '(' ? this.#wordAt(at - 2) : this.#wordAt(at - 1)
    if (!/^(?:shift|pop|scalar)$/.test(before ?? '')) this.#namesOperands = true
  }

  #readOperator(at: number, text: string): void {
    if (/^<(?:<>>|>|ARGV>|\$)/.test(text)) this.#readsOperands = true
    if (text === '->') this.#readArrow(at)
    if (text === '::') this.#refuse('`::`')
    const before = this.#tokens[at - 1]
    const follows = before?.text === ']' || (before?.text === '}' && before.value !== null)
    const isSubscript = text === '[' || (text === '{' && this.#tokens[at]?.value !== null)
    if (isSubscript && follows) this.#hasReference = true
    const changes = /^(?:\+\+|--|=~|(?:\*\*|\|\||&&|\/\/|<<|>>|[-+*/.%x&|^])?=)$/.test(text)
    if (changes && (follows || /^(?:\+\+|--|=~)$/.test(text))) this.#changesElement = true
  }

  #readArrow(at: number): void {
    const next = this.#signAt(at + 1)
    if (next === '[' || next === '{') this.#hasReference = true
    else {
      const isFlush =
        this.#wordAt(at + 1) === 'autoflush' && /^STD/.test(this.#wordAt(at - 1) ?? '')
      if (!isFlush) this.#refuse('a call through a reference or of a method')
    }
  }

  #readWord(at: number, word: string): number {
    const isLocal = word === 'local' && /^(?:\[|\{|->)$/.test(this.#signAt(at + 2) ?? '')
    if (isLocal || /^(?:for|foreach|map|grep|push|unshift|splice|chomp|chop|delete)$/.test(word)) {
      this.#changesElement = true
    }
    if (word === 'sort') this.#checkSort(at)
    if (word === 'eof' && this.#signAt(at + 1) === '(' && this.#signAt(at + 2) === ')') {
      this.#readsOperands = true
    }
    switch (word) {
      case 'open':
      case 'opendir':
        return this.#readOpen(at, word)
      case 'eval':
      case 'do':
        return this.#readBlockOrText(at, word)
      case 'use':
      case 'no':
      case 'require':
        return this.#readImport(at, word)
    }
    if (Object.hasOwn(CALLS, word)) return this.#readCall(at, word)
    if (HARMLESS.has(word) || this.#own.has(word) || this.#isLabelOrHandle(at, word)) return at + 1
    this.#refuse(`\`${word}\``)
    return at + 1
  }

  /** `next LINE`, `LINE:`, `print OUT …`, `close(IN)`: capital letters that no function has. */
  #isLabelOrHandle(at: number, word: string): boolean {
    if (!LABEL.test(word) || word === 'ARGV') return false
    const isCall = this.#signAt(at + 1) === '(' || this.#signAt(at + 1) === '->'
    const before = this.#signAt(at - 1) === '(' ? this.#wordAt(at - 2) : this.#wordAt(at - 1)
    const takesHandle =
      /^(?:next|last|redo|printf?|say|close(?:dir)?|readdir|eof|binmode|select|fileno|seek|tell)$/
    return (!isCall && takesHandle.test(before ?? '')) || this.#signAt(at + 1) === ':'
  }

  /** `sort NAME @list` and `sort $name @list` call a function by its name. */
  #checkSort(at: number): void {
    const next = this.#tokens[this.#signAt(at + 1) === '(' ? at + 2 : at + 1]
    const isList = next?.kind === 'word' && /^(?:keys|values|map|grep|split|uniq|reverse|sort)$/
    if (isList ? !isList.test(next.text) : next?.text.startsWith('$'))
      this.#refuse('`sort` by a name')
  }

  #call(at: number): Call {
    return argumentsAt(this.#tokens, at + 1, '.', ENDS)
  }

  #readCall(at: number, name: string): number {
    const kind = CALLS[name]
    const uses = kind ? usesOf(kind, this.#call(at).args) : null
    if (uses) this.#uses.push(...uses)
    else this.#refuse(`\`${name}\` without literal arguments`)
    return at + 1
  }

  #readOpen(at: number, word: string): number {
    const [, ...args] = this.#call(at).args
    const uses = word === 'opendir' ? usesOf('read', args) : openedFile(args)
    if (uses) this.#uses.push(...uses)
    else this.#refuse(`\`${word}\` without literal arguments`)
    let next = at + 1
    if (this.#signAt(next) === '(') next++
    return LABEL.test(this.#wordAt(next) ?? '') ? next + 1 : next
  }

  #readBlockOrText(at: number, word: string): number {
    if (this.#signAt(at + 1) === '{') return at + 1
    const [text, ...more] = this.#call(at).args
    if (typeof text !== 'string' || more.length > 0)
      this.#refuse(`\`${word}\` of what is not literal`)
    else if (word === 'do') this.#uses.push({ kind: 'script', path: text })
    else if (this.#depth >= DEPTH_MAX) this.#refuse('`eval` inside `eval`')
    else {
      this.#uses.push({ kind: 'decoded', language: 'perl', code: text })
      this.#readInner(perlTokens(text))
    }
    return at + 1
  }

  #readImport(at: number, word: string): number {
    const next = this.#tokens[at + 1]
    if (next?.kind === 'number') return at + 2
    if (next?.kind === 'string' && word === 'require') {
      if (next.value === null) this.#refuse('`require` of what is not literal')
      else this.#uses.push({ kind: 'script', path: next.value })
      return at + 2
    }
    const isModule = next?.kind === 'word' && (MODULES.has(next.text) || /^v\d+$/.test(next.text))
    if (!isModule) this.#refuse(`\`${word} ${next?.text ?? ''}\``)
    return at + 2
  }
}
