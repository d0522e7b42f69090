/**
 * The text of PHP's string literals.
 */

const SIMPLE: Readonly<Record<string, string>> = {
  ...{ n: '\n', t: '\t', r: '\r', v: '\v', f: '\f', e: '\u001b' },
  ...{ '\\': '\\', $: '$', '"': '"' },
}

/** The parts of a literal around what is put into it; null: an escape that is not read. */
export function phpText(
  text: string,
  inside: readonly { readonly from: number; readonly to: number }[],
): readonly string[] | null {
  const head = /^b?(['"])/i.exec(text)
  if (!head) return null
  const pieces: string[] = []
  let from = head[0].length
  for (const each of [...inside, { from: text.length - 1, to: 0 }]) {
    const piece = text.slice(from, each.from)
    const read = head[1] === "'" ? piece.replace(/\\([\\'])/g, '$1') : unescape(piece)
    if (read === null) return null
    pieces.push(read)
    from = each.to
  }
  return pieces
}

function unescape(text: string): string | null {
  let isRead = true
  const read = text.replace(
    /\\(?:x([0-9a-fA-F]{1,2})|u\{([0-9a-fA-F]{1,6})\}|([0-7]{1,3})|([^]))/g,
    (all, hex?: string, code?: string, octal?: string, one?: string) => {
      const digits = hex ?? code
      const point = Number.parseInt(digits ?? octal ?? '', digits === undefined ? 8 : 16)
      if (one !== undefined) return SIMPLE[one] ?? all
      if (point <= 0x7f || (code !== undefined && point <= 0x10ffff))
        return String.fromCodePoint(point)
      isRead = false
      return all
    },
  )
  return isRead ? read : null
}
