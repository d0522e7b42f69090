/**
 * Brace expansion as bash does it: a two-pass scan over unquoted braces, sequences with padding and step, nesting.
 */
import { BRACE_WORDS_MAX } from '../../base/limits.ts'
import type { Atom } from './atoms.ts'

/** One unquoted character, or an atom that braces do not look into. */
type Cell =
  | { readonly char: string }
  | { readonly char?: never; readonly atom: Atom; readonly isMade?: true }

const isChar = (cell: Cell | undefined, char: string): boolean => cell?.char === char

function explode(atoms: readonly Atom[]): Cell[] {
  return atoms.flatMap((atom): Cell[] =>
    atom.kind === 'text' && !atom.isQuoted
      ? Array.from(atom.text, (char) => ({ char }))
      : [{ atom }],
  )
}

function implode(cells: readonly Cell[]): Atom[] {
  const atoms: Atom[] = []
  let run = ''
  for (const cell of cells) {
    if (cell.char !== undefined) {
      run += cell.char
      continue
    }
    if (run !== '') atoms.push({ kind: 'text', text: run, isQuoted: false })
    run = ''
    atoms.push(cell.atom)
  }
  if (run !== '') atoms.push({ kind: 'text', text: run, isQuoted: false })
  return atoms
}

/** The next brace of the kind that can match, from `from`; -1 when there is none. */
function scan(cells: readonly Cell[], from: number, wanted: '{' | '}'): number {
  let level = 0
  let commas = wanted === '}' ? 0 : 1
  for (let at = from; at < cells.length; at++) {
    const char = cells[at]?.char
    if (char === undefined) continue
    if (char === wanted && level === 0 && commas > 0) {
      const isEmptyStart = char === '{' && at === 0 && (cells.length === 1 || isChar(cells[1], '}'))
      if (isEmptyStart) continue
      return at
    }
    if (char === '{') level++
    else if (char === '}' && level > 0) level--
    else if (wanted === '}' && level === 0) {
      if (char === ',') commas++
      else if (char === '.' && isChar(cells[at + 1], '.') && !isChar(cells[at + 2], wanted))
        commas++
    }
  }
  return -1
}

const INTEGER = /^[+-]?\d+$/
const PADDED = /^[+-]?0\d/

function numbers(from: number, to: number, step: number, left: string, right: string): string[] {
  const isPadded = PADDED.test(left) || PADDED.test(right)
  const width = isPadded
    ? Math.max(left.replace(/^\+/, '').length, right.replace(/^\+/, '').length)
    : 0
  const show = (value: number): string => {
    if (width === 0) return String(value)
    const sign = value < 0 ? '-' : ''
    return sign + String(Math.abs(value)).padStart(width - sign.length, '0')
  }
  const made: string[] = []
  const sign = from <= to ? 1 : -1
  for (let value = from; sign * value <= sign * to; value += sign * step) made.push(show(value))
  return made
}

/** The words of `{a..b..c}`; null when it is no sequence, `unknown` when it is one that oa does not expand. */
function sequence(cells: readonly Cell[]): readonly string[] | null | 'unknown' {
  if (cells.some((cell) => cell.char === undefined)) return null
  const text = cells.map((cell) => cell.char).join('')
  const match = /^(.*?)\.\.(.*?)(?:\.\.(.*))?$/s.exec(text)
  if (!match) return null
  const left = match[1] ?? ''
  const right = match[2] ?? ''
  const increment = match[3]
  if (increment !== undefined && !INTEGER.test(increment)) return null
  const step = Math.abs(Number.parseInt(increment ?? '1', 10)) || 1
  if (INTEGER.test(left) && INTEGER.test(right)) {
    const from = Number.parseInt(left, 10)
    const to = Number.parseInt(right, 10)
    if (![from, to, step].every(Number.isSafeInteger)) return 'unknown'
    if (Math.abs(to - from) / step >= BRACE_WORDS_MAX) return 'unknown'
    return numbers(from, to, step, left, right)
  }
  if (!/^[A-Za-z]$/.test(left) || !/^[A-Za-z]$/.test(right)) return null
  const from = left.charCodeAt(0)
  const to = right.charCodeAt(0)
  if (from < 97 !== to < 97) return 'unknown'
  return numbers(from, to, step, '', '').map((value) => String.fromCharCode(Number(value)))
}

class TooMany extends Error {}

interface Budget {
  cells: number
}

function spend(budget: Budget, cells: number): void {
  budget.cells -= cells + 1
  if (budget.cells < 0) throw new TooMany()
}

const unknownCells = (): Cell[][] => [
  [{ atom: { kind: 'opaque', reason: 'a brace sequence that oa does not expand', isMany: true } }],
]

/** The alternatives inside one pair of braces; null when bash leaves the braces as text. */
function alternatives(inner: readonly Cell[], budget: Budget): Cell[][] | null {
  // As in bash, any unquoted comma, even a nested one, makes it a list.
  if (!inner.some((cell) => isChar(cell, ','))) {
    const words = sequence(inner)
    if (words === 'unknown') return unknownCells()
    return (
      words?.map((text) => [
        { atom: { kind: 'text', text, isQuoted: false }, isMade: true } satisfies Cell,
      ]) ?? null
    )
  }
  const made: Cell[][] = []
  let level = 0
  let start = 0
  for (let at = 0; at <= inner.length; at++) {
    const cell = inner[at]
    if (at === inner.length || (isChar(cell, ',') && level === 0)) {
      made.push(...expandCells(inner.slice(start, at), budget))
      start = at + 1
    } else if (isChar(cell, '{')) level++
    else if (isChar(cell, '}') && level > 0) level--
  }
  return made
}

function expandCells(cells: Cell[], budget: Budget): Cell[][] {
  spend(budget, cells.length)
  let from = 0
  let open: number
  let close: number
  for (;;) {
    open = scan(cells, from, '{')
    if (open < 0) return [cells]
    close = scan(cells, open + 1, '}')
    if (close >= 0) break
    spend(budget, cells.length)
    from = open + 1
  }
  const after = cells.slice(close + 1)
  let middles = alternatives(cells.slice(open + 1, close), budget)
  if (!middles) {
    if (after.length === 0) return [cells]
    middles = [cells.slice(open, close + 1)]
  }
  const before = cells.slice(0, open)
  const ends = after.length > 0 ? expandCells(after, budget) : [[]]
  const made: Cell[][] = []
  for (const middle of middles) {
    for (const end of ends) {
      const word = [...before, ...middle, ...end]
      spend(budget, word.length)
      if (made.length >= BRACE_WORDS_MAX) throw new TooMany()
      made.push(word)
    }
  }
  return made
}

const isSimpleName = /^\$\{[A-Za-z_]\w*\}$|^\$\{[1-9]\}$/

/** Expansions whose text bash's brace scan cannot misread: `${name}`, and anything plain in double quotes. */
function isOpaqueToBraces(atom: Atom): boolean {
  if (atom.kind !== 'expansion') return true
  return (
    isSimpleName.test(atom.part.text) || (atom.isQuoted && /^\$[A-Za-z_]\w*$/.test(atom.part.text))
  )
}

const opaqueWord = (reason: string): Atom[][] => [[{ kind: 'opaque', reason, isMany: true }]]

/** The words that brace expansion makes of one word; words that become empty without quotes vanish. */
export function expandBraces(atoms: Atom[]): Atom[][] {
  const hasBrace = atoms.some(
    (atom) => atom.kind === 'text' && !atom.isQuoted && atom.text.includes('{'),
  )
  if (!hasBrace) return [atoms]
  if (!atoms.every(isOpaqueToBraces)) {
    return opaqueWord('braces and an expansion stand in one word')
  }
  try {
    const budget: Budget = { cells: 64 * BRACE_WORDS_MAX }
    const words = expandCells(explode(atoms), budget)
    if (words.length === 1) return [implode(words[0] ?? [])]
    return words
      .map(implode)
      .filter((word) => word.length > 0)
      .flatMap((word) => (hasBareDollar(word) ? opaqueWord('braces make a `$`') : [word]))
  } catch (error) {
    if (error instanceof TooMany)
      return opaqueWord(`braces make more than ${BRACE_WORDS_MAX} words`)
    throw error
  }
}

const hasBareDollar = (atoms: readonly Atom[]): boolean =>
  atoms.some((atom) => atom.kind === 'text' && !atom.isQuoted && atom.text.includes('$'))
