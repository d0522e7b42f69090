/**
 * Computations of constants that several languages have.
 */
import type { Literal } from './static-tree.ts'

const TEXT_MAX = 16 * 1024

/** Texts put together; undefined: one is no text or number. */
export function text(...parts: readonly (Literal | undefined)[]): string | undefined {
  if (!parts.every((each) => typeof each === 'string' || Number.isSafeInteger(each)))
    return undefined
  const all = parts.join('')
  return all.length > TEXT_MAX ? undefined : all
}

/** Text in another spelling; undefined where it is no text. */
export function decodedText(
  data: Literal | undefined,
  encoding: 'base64' | 'hex',
): string | undefined {
  if (typeof data !== 'string') return undefined
  const bytes = Buffer.from(data.replace(/\s/g, ''), encoding)
  const decoded = bytes.toString('utf8')
  return bytes.length > 0 && Buffer.from(decoded).equals(bytes) ? decoded : undefined
}

/** Sum or text. */
export function added(a: Literal | undefined, b: Literal | undefined): Literal | undefined {
  if (typeof a === 'number' && typeof b === 'number') return a + b
  return typeof a === 'string' && typeof b === 'string' ? text(a, b) : undefined
}

export function repeated(a: Literal | undefined, b: Literal | undefined): Literal | undefined {
  if (typeof a === 'number' && typeof b === 'number') return a * b
  const [piece, count] = typeof a === 'string' ? [a, b] : [b, a]
  if (typeof piece !== 'string' || typeof count !== 'number') return undefined
  return piece.length * count > TEXT_MAX ? undefined : piece.repeat(Math.max(0, Math.floor(count)))
}

/** Parts of a path, an absolute one beginning anew. */
export function joinedPath(...parts: readonly Literal[]): string | undefined {
  let path = ''
  for (const each of parts) {
    if (typeof each !== 'string') return undefined
    path = path === '' || each.startsWith('/') ? each : `${path.replace(/\/$/, '')}/${each}`
  }
  return path
}
