/**
 * What a few programs print when everything they read is known: `echo`, `printf`, `base64 -d`, `tr`, `rev`, `xxd -r`.
 * Pure; anything out of the ordinary gives null.
 */
import { TEXT_CHARS_MAX } from '../../base/limits.ts'
import { textOfBytes } from './ansi-c.ts'

type Output = (args: readonly string[], stdin: string | undefined, isBash: boolean) => string | null

/**
 * The text that a command surely prints, or null.
 *
 * @param argv - all words known
 * @param stdin - what it reads, where known
 * @param isBash - `echo` of other shells treats backslashes differently
 */
export function literalOutput(
  argv: readonly string[],
  stdin: string | undefined,
  isBash: boolean,
): string | null {
  const output = OUTPUTS.get(argv[0] ?? '')?.(argv.slice(1), stdin, isBash) ?? null
  return output === null || output.length > TEXT_CHARS_MAX || output.includes('\0') ? null : output
}

const silent: Output = () => ''

const OUTPUTS: ReadonlyMap<string, Output> = new Map<string, Output>([
  [':', silent],
  ['true', silent],
  ['false', silent],
  ['echo', echo],
  ['printf', printf],
  ['base64', base64],
  ['tr', translate],
  ['rev', reverse],
  ['xxd', unhex],
  ['cat', (args, stdin) => (args.length === 0 || args.join() === '-' ? (stdin ?? null) : null)],
])

function echo(args: readonly string[], _stdin: string | undefined, isBash: boolean): string | null {
  let hasEscapes = false
  let newline = '\n'
  let at = 0
  for (; /^-[neE]+$/.test(args[at] ?? ''); at++) {
    if (!isBash) return null
    for (const letter of (args[at] ?? '').slice(1)) {
      if (letter === 'n') newline = ''
      else hasEscapes = letter === 'e'
    }
  }
  const text = args.slice(at).join(' ')
  if (!hasEscapes) return !isBash && text.includes('\\') ? null : text + newline
  const decoded = decodeEscapes(text, true)
  if (!decoded) return null
  return decoded.isStopped ? decoded.text : decoded.text + newline
}

const LETTERS: ReadonlyMap<string, number> = new Map([
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
])

/** Escapes of `echo -e` and `%b` (octal needs `\0`) or of a printf format. */
function decodeEscapes(
  text: string,
  isEcho: boolean,
): { readonly text: string; readonly isStopped: boolean } | null {
  const bytes: number[] = []
  let isStopped = false
  let at = 0
  while (at < text.length) {
    const char = String.fromCodePoint(text.codePointAt(at) ?? 0)
    if (char !== '\\') {
      bytes.push(...Buffer.from(char))
      at += char.length
      continue
    }
    const rest = text.slice(at + 1, at + 12)
    const letter = rest[0] ?? ''
    const simple = LETTERS.get(letter)
    const octal = (isEcho ? /^0([0-7]{0,3})/ : /^([0-7]{1,3})/).exec(rest)
    const hex = /^x([0-9a-fA-F]{1,2})/.exec(rest)
    const code = /^(?:u([0-9a-fA-F]{1,4})|U([0-9a-fA-F]{1,8}))/.exec(rest)
    if (isEcho && letter === 'c') {
      isStopped = true
      break
    }
    if (simple !== undefined) bytes.push(simple)
    else if (octal) bytes.push(Number.parseInt(octal[1] || '0', 8) & 255)
    else if (hex) bytes.push(Number.parseInt(hex[1] ?? '0', 16))
    else if (code) {
      const value = Number.parseInt(code[1] ?? code[2] ?? '0', 16)
      if (value > 0x10ffff || (value >= 0xd800 && value < 0xe000)) return null
      bytes.push(...Buffer.from(String.fromCodePoint(value)))
    } else return null
    at += 1 + (simple !== undefined ? 1 : ((octal ?? hex ?? code)?.[0].length ?? 0))
  }
  const decoded = textOfBytes(bytes)
  return decoded === null ? null : { text: decoded, isStopped }
}

const DIRECTIVE = /%(%|(-?)(0?)(\d{0,3})([sdbc]))/g

/** Escapes and directives that every shell's `printf` knows. */
const COMMON_FORMAT = /^(?:[^\\%]|\\[\\abfnrtv]|%[%s])*$/

function printf(
  args: readonly string[],
  _stdin: string | undefined,
  isBash: boolean,
): string | null {
  const words = args[0] === '--' ? args.slice(1) : args
  const format = words[0]
  if (format === undefined || format.startsWith('-')) return null
  if (!isBash && !COMMON_FORMAT.test(format)) return null
  if (/%/.test(format.replace(DIRECTIVE, ''))) return null
  const values = words.slice(1)
  const directives = [...format.matchAll(DIRECTIVE)].filter((match) => match[1] !== '%').length
  const rounds = directives === 0 ? 1 : Math.max(1, Math.ceil(values.length / directives))
  if (rounds * format.length > TEXT_CHARS_MAX) return null
  let output = ''
  let next = 0
  for (let round = 0; round < rounds; round++) {
    let from = 0
    for (const match of format.matchAll(DIRECTIVE)) {
      const literal = decodeEscapes(format.slice(from, match.index), false)
      if (!literal) return null
      output += literal.text
      from = match.index + match[0].length
      if (match[1] === '%') output += '%'
      else {
        const text = formatted(match, values[next++] ?? '')
        if (text === null) return null
        output += text
      }
    }
    const tail = decodeEscapes(format.slice(from), false)
    if (!tail) return null
    output += tail.text
  }
  return output
}

function formatted(match: RegExpMatchArray, value: string): string | null {
  const [, , left = '', zero = '', width = '', kind = ''] = match
  if (zero !== '' || (width !== '' && /[^ -~]/.test(value))) return null
  let text = value
  if (kind === 'd') {
    if (!/^(?:0|-?[1-9]\d{0,14})?$/.test(value)) return null
    text = value === '' ? '0' : value
  } else if (kind === 'c') {
    if (!/^[ -~]/.test(value)) return null
    text = value.slice(0, 1)
  } else if (kind === 'b') {
    const decoded = decodeEscapes(value, true)
    if (!decoded || decoded.isStopped) return null
    text = decoded.text
  }
  return left === '' ? text.padStart(Number(width)) : text.padEnd(Number(width))
}

function base64(args: readonly string[], stdin: string | undefined): string | null {
  if (stdin === undefined || args.length !== 1) return null
  if (!['-d', '-D', '--decode', '-di', '-id'].includes(args[0] ?? '')) return null
  const text = stdin.replace(/\n/g, '')
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text) || text.length % 4 !== 0) return null
  return textOfBytes(Buffer.from(text, 'base64'))
}

/** The characters of a tr set; null for anything but characters, ranges and the plain classes. */
function setOf(text: string): string[] | null {
  const classes: Record<string, string> = {
    '[:upper:]': 'A-Z',
    '[:lower:]': 'a-z',
    '[:digit:]': '0-9',
  }
  const plain = text.replace(/\[:(?:upper|lower|digit):\]/g, (name) => classes[name] ?? '')
  const unescaped = plain.replace(/\\n/g, '\n').replace(/\\t/g, '\t')
  if (/[\\[\]=]/.test(unescaped) || !/^[\n\t -~]*$/.test(unescaped)) return null
  const chars: string[] = []
  for (let at = 0; at < unescaped.length; at++) {
    if (unescaped[at + 1] !== '-' || at + 2 >= unescaped.length) {
      chars.push(unescaped[at] ?? '')
      continue
    }
    const from = unescaped.charCodeAt(at)
    const to = unescaped.charCodeAt(at + 2)
    if (to < from) return null
    for (let unit = from; unit <= to; unit++) chars.push(String.fromCharCode(unit))
    at += 2
  }
  return chars
}

function translate(args: readonly string[], stdin: string | undefined): string | null {
  if (stdin === undefined || !/^[\n\t -~]*$/.test(stdin)) return null
  if (args.length !== 2) return null
  const isDeleting = args[0] === '-d'
  if (!isDeleting && (args[0] ?? '').startsWith('-')) return null
  const from = setOf(args[isDeleting ? 1 : 0] ?? '')
  if (!from) return null
  if (isDeleting) return [...stdin].filter((char) => !from.includes(char)).join('')
  const to = setOf(args[1] ?? '')
  const last = to?.at(-1)
  if (!to || last === undefined) return null
  const map = new Map(from.map((char, index) => [char, to[index] ?? last]))
  return [...stdin].map((char) => map.get(char) ?? char).join('')
}

function reverse(args: readonly string[], stdin: string | undefined): string | null {
  if (args.length > 0 || stdin === undefined || !/^[\n\t -~]*$/.test(stdin)) return null
  return stdin
    .split('\n')
    .map((line) => [...line].reverse().join(''))
    .join('\n')
}

function unhex(args: readonly string[], stdin: string | undefined): string | null {
  const options = [...args].sort().join(' ')
  if (stdin === undefined || !['-p -r', '-pr', '-rp', '-r -p'].includes(options)) return null
  const digits = stdin.replace(/\s/g, '')
  if (!/^(?:[0-9a-fA-F]{2})*$/.test(digits)) return null
  return textOfBytes(Buffer.from(digits, 'hex'))
}
