/**
 * Tokens of Lua 5.1 to 5.4.
 * Source: Lua 5.4 reference manual §3.1.
 */
import { NotUnderstood, type Token } from './tokens.ts'

const BLANK = /\s+|--(?!\[=*\[)[^\n]*/y
const LONG = /\[(=*)\[/y
const WORD = /[A-Za-z_]\w*/y
const NUMBER = /0[xX][\da-fA-F.]+(?:[pP][+-]?\d+)?|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?/y
const OPERATOR = /\.\.\.|\.\.|==|~=|<=|>=|\/\/|<<|>>|::|[-+*/%^#&~|<>=(){}[\];:,.]/y

export function luaTokens(code: string): readonly Token[] {
  const tokens: Token[] = []
  let at = 0
  let isSpaced = true
  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at
    const found = pattern.exec(code)
    if (found) at += found[0].length
    return found
  }
  const add = (kind: Token['kind'], text: string, value: string | null = null): void => {
    tokens.push({ kind, text, value, isSpaced })
    isSpaced = false
  }
  while (at < code.length) {
    if (code.startsWith('--[', at) && longAt(at + 2)) {
      at += 2
      long()
      isSpaced = true
    } else if (take(BLANK)) isSpaced = true
    else if (longAt(at)) add('string', '[[', long())
    else {
      const char = code[at] ?? ''
      if (char === '"' || char === "'") add('string', char, short(char))
      else readPlain()
    }
  }
  return tokens

  function readPlain(): void {
    const word = take(WORD)
    if (word) return add('word', word[0])
    const number = take(NUMBER)
    if (number) return add('number', number[0])
    const operator = take(OPERATOR)
    if (!operator) throw new NotUnderstood('a character that is no Lua')
    add('operator', operator[0])
  }

  function longAt(place: number): boolean {
    LONG.lastIndex = place
    return LONG.test(code)
  }

  /** `[[…]]`, `[==[…]==]`: nothing is escaped, a first line end is left out. */
  function long(): string {
    const close = `]${take(LONG)?.[1] ?? ''}]`
    const end = code.indexOf(close, at)
    if (end < 0) throw new NotUnderstood('a quotation that is not closed')
    const text = code.slice(at, end).replace(/^\r?\n/, '')
    at = end + close.length
    return text
  }

  function short(delimiter: string): string {
    let text = ''
    for (at++; at < code.length; at++) {
      const char = code[at] ?? ''
      if (char === delimiter) {
        at++
        return text
      }
      if (char === '\n') break
      text += char === '\\' ? escape() : char
    }
    throw new NotUnderstood('a quotation that is not closed')
  }

  /** After a backslash; ends at the last character of the escape. */
  function escape(): string {
    const rest = code.slice(at + 1, at + 12)
    const numeric = /^(?:x([\da-fA-F]{2})|(\d{1,3})|u\{([\da-fA-F]{1,6})\})/.exec(rest)
    if (numeric) {
      at += numeric[0].length
      const [, hex, decimal, point] = numeric
      const value =
        decimal === undefined ? Number.parseInt(hex ?? point ?? '', 16) : Number(decimal)
      if (value > (point === undefined ? 0x7f : 0x10ffff)) {
        throw new NotUnderstood('bytes in a string that are no text')
      }
      return String.fromCodePoint(value)
    }
    const char = rest[0] ?? ''
    at++
    if (char === 'z') {
      while (/\s/.test(code[at + 1] ?? '')) at++
      return ''
    }
    const plain = { n: '\n', t: '\t', r: '\r', a: '\u0007', b: '\b', f: '\f', v: '\v' }[char]
    if (plain !== undefined) return plain
    if (/[\\"'\n]/.test(char)) return char
    throw new NotUnderstood('an escape that is no Lua')
  }
}
