/** Where words, strings and braces end. Offsets in, offsets out; -1 for "not on this line". */

/** White space other than the newline; a form feed and a carriage return count. */
export function isBlank(char: string): boolean {
  return char === ' ' || char === '\t' || char === '\r' || char === '\f' || char === '\v'
}

/** Does a word end before this offset? True at the end of the text; a comma alone does not end a word. */
export function isStop(text: string, at: number): boolean {
  if (at >= text.length) return true
  const char = text.charAt(at)
  return isBlank(char) || '\n;|(){}'.includes(char)
}

/** The end of the run of non-blank characters that starts here. */
export function endOfRun(text: string, start: number): number {
  let at = start
  while (at < text.length && text.charAt(at) !== '\n' && !isBlank(text.charAt(at))) at += 1
  return at
}

/** The offset after the closing quote, or -1. Double quotes know `\`, single quotes do not. */
export function endOfQuoted(text: string, start: number): number {
  const quote = text.charAt(start)
  for (let at = start + 1; at < text.length; at += 1) {
    const char = text.charAt(at)
    if (char === '\n') return -1
    if (char === quote) return at + 1
    if (char === '\\' && quote === '"' && text.charAt(at + 1) !== '\n') at += 1
  }
  return -1
}

/** The offset after the slash that closes a regular expression, or -1; a slash in `[…]` or after `\` does not. */
export function endOfRegex(text: string, start: number): number {
  let isClass = false
  for (let at = start + 1; at < text.length; at += 1) {
    const char = text.charAt(at)
    if (char === '\n') return -1
    if (char === '\\' && text.charAt(at + 1) !== '\n') at += 1
    else if (char === '[') isClass = true
    else if (char === ']') isClass = false
    else if (char === '/' && !isClass) return at + 1
  }
  return -1
}

/** The brace that closes the one at `start` within the same run of text, or -1. */
export function matchBraces(text: string, start: number): number {
  let depth = 0
  for (let at = start; at < text.length; at += 1) {
    const char = text.charAt(at)
    if (char === '{') depth += 1
    else if (char === '}') {
      depth -= 1
      if (depth === 0) return at
    } else if (char === '\n' || isBlank(char) || ';()"\''.includes(char)) return -1
  }
  return -1
}

const PEEK_CHARS_MAX = 4096

/**
 * Braces after a key inside a block: `{ a, b }` are alternatives, `{ key words; … }` is a block. The first separator
 * inside decides; without one, a single word is an alternative and anything longer is a block of one line.
 */
export function opensBlockInside(text: string, open: number): boolean {
  let words = 0
  const end = Math.min(text.length, open + PEEK_CHARS_MAX)
  for (let at = open + 1; at < end; at += 1) {
    const char = text.charAt(at)
    if (isBlank(char)) continue
    if (char === '\n') {
      if (words > 0) return !/^\s*\}/.test(text.slice(at, at + 64)) || words > 1
    } else if (char === '#') {
      const newline = text.indexOf('\n', at)
      if (newline < 0) return true
      at = newline - 1
    } else if (char === ';') return true
    // A line starts with a key, so braces right at the start are alternatives in alternatives.
    else if (char === '{') return words > 0
    else if (char === ',') return false
    else if (char === '}') return words !== 1
    else {
      words += 1
      const stop = char === '"' || char === "'" ? endOfQuoted(text, at) : endOfPlain(text, at)
      if (stop < 0) return true
      at = stop - 1
    }
  }
  return true
}

/** The end of an unquoted word, roughly: enough to see what separates words. */
function endOfPlain(text: string, start: number): number {
  let at = start
  while (at < text.length && !isStop(text, at)) {
    if (text.charAt(at) === ',' && isStop(text, at + 1)) break
    at += 1
  }
  const match = text.charAt(at) === '{' && at > start ? matchBraces(text, at) : -1
  if (match >= 0) return endOfPlain(text, match + 1)
  return at > start ? at : start + 1
}
