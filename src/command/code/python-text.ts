/**
 * The text of Python's string literals.
 */

const SIMPLE: Readonly<Record<string, string>> = {
  ...{ n: '\n', t: '\t', r: '\r', a: '\u0007', b: '\b', f: '\f', v: '\v', '\n': '' },
  ...{ '\\': '\\', "'": "'", '"': '"' },
}

/** The parts of a literal around its replacements; null: an escape that is not read. */
export function pythonText(
  text: string,
  replacements: readonly { readonly from: number; readonly to: number }[],
): readonly string[] | null {
  const head = /^([A-Za-z]*)('''|"""|'|")/.exec(text)
  if (!head) return null
  const [start, prefix = '', quote = ''] = head
  const isRaw = /r/i.test(prefix)
  const isFormat = /f/i.test(prefix)
  const pieces: string[] = []
  let from = start.length
  for (const each of [...replacements, { from: text.length - quote.length, to: 0 }]) {
    const piece = text.slice(from, each.from)
    const shown = isFormat ? piece.replaceAll('{{', '{').replaceAll('}}', '}') : piece
    const read = isRaw ? shown : unescape(shown, /b/i.test(prefix))
    if (read === null) return null
    pieces.push(read)
    from = each.to
  }
  return pieces
}

function unescape(text: string, isBytes: boolean): string | null {
  let isRead = true
  const read = text.replace(
    /\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{1,3})|N\{[^}]*\}|([^]))/g,
    (all, hex?: string, four?: string, eight?: string, octal?: string, one?: string) => {
      if (octal !== undefined) return String.fromCodePoint(Number.parseInt(octal, 8))
      if (hex !== undefined) return String.fromCodePoint(Number.parseInt(hex, 16))
      const code = four ?? eight
      if (code !== undefined && !isBytes) {
        const point = Number.parseInt(code, 16)
        if (point <= 0x10ffff) return String.fromCodePoint(point)
      }
      if (one !== undefined) return SIMPLE[one] ?? all
      isRead = false
      return all
    },
  )
  return isRead ? read : null
}
