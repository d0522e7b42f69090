/**
 * `$'…'` as bash 5.2 decodes it. The parser's own decoder differs in a few escapes, so its value is never used.
 */

const SIMPLE: ReadonlyMap<string, number> = new Map([
  ['a', 7],
  ['b', 8],
  ['e', 27],
  ['E', 27],
  ['f', 12],
  ['n', 10],
  ['r', 13],
  ['t', 9],
  ['v', 11],
  ['\\', 92],
  ["'", 39],
  ['"', 34],
  ['?', 63],
])

/** Where a run of digits ends: at most `max` characters from `from` that `digits` accepts. */
function endOfDigits(text: string, from: number, max: number, digits: RegExp): number {
  let end = from
  while (end < text.length && end - from < max && digits.test(text[end] ?? '')) end++
  return end
}

const OCTAL = /[0-7]/
const HEX = /[0-9a-fA-F]/

interface Escape {
  /** Bytes it stands for; null: bash makes something that is not decoded here. */
  readonly bytes: readonly number[] | null
  readonly end: number
}

const literally = (text: string, end: number): Escape => ({ bytes: [...Buffer.from(text)], end })

function codePoint(text: string, at: number, kind: string): Escape {
  const end = endOfDigits(text, at, kind === 'u' ? 4 : 8, HEX)
  if (end === at) return literally(`\\${kind}`, at)
  const value = Number.parseInt(text.slice(at, end), 16)
  if (value > 0x10ffff || (value >= 0xd800 && value < 0xe000)) return { bytes: null, end }
  return value === 0 ? { bytes: [0], end } : literally(String.fromCodePoint(value), end)
}

function control(text: string, at: number): Escape {
  if (at >= text.length) return literally('\\c', at)
  const end = text[at] === '\\' && text[at + 1] === '\\' ? at + 2 : at + 1
  const unit = text.charCodeAt(at)
  if (unit > 127) return { bytes: null, end }
  return { bytes: [unit === 63 ? 127 : unit & 31], end }
}

/** The escape whose letter stands at `at`, just after the backslash. */
function escapeAt(text: string, at: number): Escape {
  const letter = text[at] ?? ''
  const simple = SIMPLE.get(letter)
  if (simple !== undefined) return { bytes: [simple], end: at + 1 }
  if (OCTAL.test(letter)) {
    const end = endOfDigits(text, at, 3, OCTAL)
    return { bytes: [Number.parseInt(text.slice(at, end), 8) & 255], end }
  }
  if (letter === 'x') {
    if (text[at + 1] === '{') return { bytes: null, end: at + 1 }
    const end = endOfDigits(text, at + 1, 2, HEX)
    if (end === at + 1) return literally('\\x', end)
    return { bytes: [Number.parseInt(text.slice(at + 1, end), 16)], end }
  }
  if (letter === 'u' || letter === 'U') return codePoint(text, at + 1, letter)
  if (letter === 'c') return control(text, at + 1)
  const point = String.fromCodePoint(text.codePointAt(at) ?? 0)
  return literally(`\\${point}`, at + point.length)
}

/**
 * The text that the inside of `$'…'` stands for; null when bash's bytes are not UTF-8 or the escape is one that bash
 * treats specially (`\x{`, surrogates, above U+10FFFF). A zero byte ends the text, as in bash.
 */
export function decodeAnsiC(text: string): string | null {
  if (!text.includes('\\')) return text
  const bytes: number[] = []
  let at = 0
  while (at < text.length) {
    if (text[at] !== '\\' || at + 1 >= text.length) {
      const point = String.fromCodePoint(text.codePointAt(at) ?? 0)
      bytes.push(...Buffer.from(point))
      at += point.length
      continue
    }
    const found = escapeAt(text, at + 1)
    if (found.bytes === null) return null
    if (found.bytes[0] === 0) break
    bytes.push(...found.bytes)
    at = found.end
  }
  return textOfBytes(bytes)
}

/** Bytes as text; null when they are not UTF-8. */
export function textOfBytes(bytes: readonly number[] | Buffer): string | null {
  const buffer = Buffer.from(bytes)
  const text = buffer.toString('utf8')
  return Buffer.from(text).equals(buffer) ? text : null
}
