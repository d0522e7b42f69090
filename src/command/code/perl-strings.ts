/**
 * Quoted texts of Perl: what they are, where they are the same on every run, and that what they interpolate is no code.
 * Source: perlop(1), "Quote and Quote-like Operators"; perldata(1), "Scalar value constructors".
 */
import { NotUnderstood } from './tokens.ts'

/** One plain subscript: a word, a number, a variable. */
const SUBSCRIPT = /(?:->)?(?:\[(?:-?\d+|\$\w+)\]|\{(?:-?\w+|\$\w+|'[^'\\]*')\})/y
const SCALAR =
  /\$(?:\{[A-Za-z_]\w*\}|(?:[A-Za-z_]\w*|\d+)(?!\w|::|'[A-Za-z_])|[&.,;!@+$](?![\w{$]))/y
const ARRAY = /@(?:[A-Za-z_]\w*)(?!\w|::|'[A-Za-z_])/y
/** In a pattern a dollar sign may be the end of a line. */
const ANCHOR = /\$(?=$|[)|]|\s)/y

/** `'…'` and `q(…)`: only the delimiter and the backslash are escaped. */
export function singleQuoted(body: string, delimiter: string): string {
  const close = { '(': ')', '[': ']', '{': '}', '<': '>' }[delimiter] ?? delimiter
  return body.replace(/\\(.)/gs, (whole, char: string) =>
    char === '\\' || char === delimiter || char === close ? char : whole,
  )
}

/** `"…"`: its text where it is the same on every run. */
export function doubleQuoted(body: string): string | null {
  if (/(?<!\\)(?:\\\\)*[$@]/.test(body)) return null
  let isStatic = true
  const text = body.replace(
    /\\(?:x([\da-fA-F]{2})|x\{([\da-fA-F]{1,5})\}|([0-7]{3})|(.))/gs,
    (_, hex?: string, point?: string, octal?: string, char?: string) => {
      if (char === undefined) {
        const value = Number.parseInt(hex ?? point ?? octal ?? '', octal === undefined ? 16 : 8)
        if (value > 0x7f && point === undefined) isStatic = false
        return String.fromCodePoint(value)
      }
      const plain = { n: '\n', t: '\t', r: '\r', e: '\u001b', f: '\f', a: '\u0007' }[char]
      if (plain === undefined && /\w/.test(char)) isStatic = false
      return plain ?? char
    },
  )
  return isStatic ? text : null
}

/** Only variables with plain subscripts stand in a text or a pattern; anything else is code. */
export function checkInterpolation(body: string, isPattern: boolean): void {
  if (isPattern && /\(\?\??\{|\(\*/.test(body)) throw new NotUnderstood('code in a pattern')
  for (let at = 0; at < body.length; at++) {
    const char = body[at]
    if (char === '\\') at++
    else if (char === '$' || char === '@') at = interpolated(body, at, isPattern) - 1
  }
}

/** Where the interpolated variable at `start` ends. */
function interpolated(body: string, start: number, isPattern: boolean): number {
  const take = (pattern: RegExp, at: number): number => {
    pattern.lastIndex = at
    return at + (pattern.exec(body)?.[0].length ?? 0)
  }
  const isArray = body[start] === '@'
  if (isPattern && !isArray && take(ANCHOR, start) > start) return start + 1
  if (isArray && !/[\w{$:]/.test(body[start + 1] ?? '')) return start + 1
  let end = take(isArray ? ARRAY : SCALAR, start)
  if (end === start) throw new NotUnderstood('code in a quoted text')
  for (let next = take(SUBSCRIPT, end); next > end; next = take(SUBSCRIPT, end)) end = next
  if (/[[{]|->[[{@$]/.test(body.slice(end, end + 3).replace(/^(?!->)(.).*/s, '$1'))) {
    // A quantifier or a class after a variable is no code.
    const isPlain = isPattern && /^(?:\{\d*,?\d*\}|\[[^$@\\()]*\])/.test(body.slice(end))
    if (!isPlain) throw new NotUnderstood('code in a quoted text')
  }
  return end
}
