/**
 * The text of JavaScript's string and template literals.
 */

const SIMPLE: Readonly<Record<string, string>> = {
  ...{ n: '\n', t: '\t', r: '\r', b: '\b', f: '\f', v: '\v', '0': '\u0000', '\n': '' },
}

/** What stands between the quotes, its escapes read; null: one is not read. */
export function javascriptText(text: string): string | null {
  let isRead = true
  const read = text.replace(
    /\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|u\{([0-9a-fA-F]{1,6})\}|([0-7]{1,3})|([^]))/g,
    (all, hex?: string, four?: string, code?: string, octal?: string, one?: string) => {
      const digits = hex ?? four ?? code
      if (digits !== undefined) {
        const point = Number.parseInt(digits, 16)
        if (point <= 0x10ffff) return String.fromCodePoint(point)
      } else if (octal !== undefined) {
        const point = Number.parseInt(octal, 8)
        if (point <= 0xff) return String.fromCodePoint(point)
      } else if (one !== undefined && !/[xu]/.test(one)) return SIMPLE[one] ?? one
      isRead = false
      return all
    },
  )
  return isRead ? read : null
}
