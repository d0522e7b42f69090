/**
 * Foreign text made harmless before people see it. Every sink uses it: terminal, prompt, annotation, reply to an agent.
 */

let madeHidden: RegExp | undefined

/**
 * Characters that do something, hide, or pass for something else: controls (line ends and tabs too), marks of
 * direction and of zero width, lone surrogates, line separators, and blanks that are not the space.
 */
function hidden(): RegExp {
  // Made when it is first needed: the sets of Unicode take most of a millisecond at start-up.
  madeHidden ??=
    /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u{2800}]|(?! )\p{Zs}/gu
  return madeHidden
}

/** One line of printable ASCII: by far the most frequent text, and nothing to do. */
const HARMLESS = /^[ -~]*$/

/**
 * The text with every character that could mislead written as `\u{…}`. Total; one line in every case.
 *
 * Not reversible: a text that already holds the six characters `\u{1b}` is left as it is.
 */
export function neutralise(text: string): string {
  if (HARMLESS.test(text)) return text
  return text.replace(hidden(), (each) => `\\u{${(each.codePointAt(0) ?? 0).toString(16)}}`)
}

/** JSON text with the same characters as `\uXXXX` escapes: harmless to look at, and the same value to a parser. */
export function neutraliseJson(json: string): string {
  return json.replace(hidden(), (each) => (each === '\n' ? each : [...utf16Escapes(each)].join('')))
}

function* utf16Escapes(text: string): Generator<string> {
  for (let at = 0; at < text.length; at += 1) {
    yield `\\u${text.charCodeAt(at).toString(16).padStart(4, '0')}`
  }
}

/** Blocks that terminals show two columns wide. Source: Unicode 15.1 EastAsianWidth.txt, W and F, joined. */
const WIDE_RANGES: readonly (readonly [number, number])[] = [
  [0x1100, 0x115f],
  [0x2e80, 0x303e],
  [0x3041, 0xa4cf],
  [0xa960, 0xa97c],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe30, 0xfe6f],
  [0xff01, 0xff60],
  [0xffe0, 0xffe6],
  [0x1b000, 0x1b2ff],
  [0x1f300, 0x1f64f],
  [0x1f680, 0x1f6ff],
  [0x1f900, 0x1f9ff],
  [0x20000, 0x3fffd],
]

const COMBINING = /^[\p{Mn}\p{Me}]$/u
const EMOJI = /^\p{Emoji_Presentation}$/u

/** Columns that one neutralised character takes in a terminal: 0, 1 or 2. */
export function columnsOf(character: string): number {
  const code = character.codePointAt(0) ?? 0
  if (code < 0x300) return 1
  if (COMBINING.test(character)) return 0
  if (EMOJI.test(character)) return 2
  return WIDE_RANGES.some(([first, last]) => code >= first && code <= last) ? 2 : 1
}
