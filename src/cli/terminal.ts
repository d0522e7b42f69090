/**
 * What the terminal can show.
 */

/** Colour only for people at a terminal who did not refuse it (no-color.org). */
export function hasColour(stream: { readonly isTTY?: boolean }): boolean {
  const refused = process.env['NO_COLOR']
  return stream.isTTY === true && (refused === undefined || refused === '')
}

const CODES = { red: 31, green: 32, yellow: 33, blue: 34, cyan: 36, bold: 1, dim: 2 } as const

/** Text in a colour, or as it is. */
export function paint(text: string, colour: keyof typeof CODES, isOn: boolean): string {
  return isOn ? `\u001B[${CODES[colour]}m${text}\u001B[0m` : text
}
