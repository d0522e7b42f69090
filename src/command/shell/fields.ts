/**
 * The last steps of word expansion: splitting by IFS, globs, quote removal. From pieces to words.
 */
import { VALUES_MAX } from '../../base/limits.ts'
import { knownWord, type Word } from '../../model/word.ts'

/** A piece of a word after the expansions. */
export type Piece =
  /** `isSplit`: the text of an unquoted expansion, still to be split and globbed. */
  | {
      readonly kind: 'text'
      readonly text: string
      readonly isQuoted: boolean
      readonly isSplit: boolean
    }
  | {
      readonly kind: 'unknown'
      readonly prefix: string
      readonly suffix: string
      readonly values?: readonly string[] | undefined
      readonly isMany: boolean
      readonly reason: string
    }

export interface Splitting {
  /** IFS; null when it is not known. */
  readonly ifs: string | null
  /** Names that match, null when unknown; undefined where bash does no globbing. */
  readonly glob: ((pattern: string) => readonly string[] | null) | undefined
  readonly start: number
  readonly end: number
}

export const DEFAULT_IFS = ' \t\n'

export function textPiece(text: string, isQuoted: boolean): Piece {
  return { kind: 'text', text, isQuoted, isSplit: false }
}

export function unknownPiece(reason: string, isMany: boolean): Piece {
  return { kind: 'unknown', prefix: '', suffix: '', isMany, reason }
}

interface Field {
  pieces: Piece[]
  /** Bash keeps the field even when it is empty. */
  isKept: boolean
}

/** Splits the pieces of one word into fields; `null` where only an unknown field can be told. */
export function splitFields(pieces: readonly Piece[], splitting: Splitting): Word[] {
  const fields: Field[] = []
  let open: Field | null = null
  const current = (): Field => (open ??= { pieces: [], isKept: false })
  const close = (): void => {
    if (open) fields.push(open)
    open = null
  }
  for (const piece of pieces) {
    if (piece.kind === 'unknown' || !piece.isSplit) {
      const field = current()
      field.pieces.push(piece)
      if (piece.kind === 'text' && (piece.isQuoted || piece.text !== '')) field.isKept = true
      if (piece.kind === 'unknown') field.isKept = true
      continue
    }
    for (const step of splitText(piece.text, splitting.ifs)) {
      if (step === null) close()
      else if (step.kind === 'unknown') {
        current().pieces.push(step)
        current().isKept = true
      } else {
        current().pieces.push(step)
        current().isKept = true
      }
    }
  }
  close()
  return fields.filter((field) => field.isKept).flatMap((field) => finish(field.pieces, splitting))
}

/** The runs of an expansion's text, `null` between fields. */
function splitText(text: string, ifs: string | null): (Piece | null)[] {
  if (text === '') return []
  const piece = (part: string): Piece => ({
    kind: 'text',
    text: part,
    isQuoted: false,
    isSplit: true,
  })
  if (text.includes('\\')) return [unknownPiece('an unquoted value holds a backslash', true)]
  if (ifs === null) return [unknownPiece('IFS is not known, so the value may be split', true)]
  const separators = [...ifs].filter((char) => text.includes(char))
  if (separators.length === 0) return [piece(text)]
  const hasBlank = separators.some((char) => DEFAULT_IFS.includes(char))
  const hasOther = separators.some((char) => !DEFAULT_IFS.includes(char))
  if (hasBlank && hasOther) return [unknownPiece('the value is split by a mixed IFS', true)]
  const parts = splitBy(text, separators)
  const steps: (Piece | null)[] = []
  parts.forEach((part, index) => {
    const isLast = index === parts.length - 1
    // Blanks only separate; any other separator ends a field even when that is empty.
    if (part !== '' || (hasOther && !isLast)) steps.push(piece(part))
    if (!isLast) steps.push(null)
  })
  return steps
}

function splitBy(text: string, separators: readonly string[]): string[] {
  const parts: string[] = ['']
  for (const char of text) {
    if (separators.includes(char)) parts.push('')
    else parts[parts.length - 1] += char
  }
  return parts
}

/** Has the unquoted text a live `*`, `?` or `[…]`? */
export function hasGlob(pieces: readonly Piece[]): boolean {
  let hasBracket = false
  for (const piece of pieces) {
    if (piece.kind === 'unknown' || piece.isQuoted) continue
    for (const char of piece.text) {
      if (char === '*' || char === '?') return true
      if (char === '[') hasBracket = true
      else if (char === ']' && hasBracket) return true
    }
  }
  return false
}

const textOf = (pieces: readonly Piece[]): string =>
  pieces.map((piece) => (piece.kind === 'text' ? piece.text : '')).join('')

function finish(pieces: readonly Piece[], splitting: Splitting): Word[] {
  const { start, end } = splitting
  const isGlob = splitting.glob !== undefined && hasGlob(pieces)
  if (pieces.some((piece) => piece.kind === 'unknown')) {
    return [isGlob ? globWithUnknown(pieces, splitting) : joinPieces(pieces, start, end)]
  }
  if (!isGlob) return [knownWord(textOf(pieces), start, end)]
  return globWords(pieces, splitting)
}

/** May match `..`: bash before 5.2 and other shells then list the folder above, newer ones do not. */
const DOT_GLOB = /(?:^|\/)\.(?:\*|\?(?!\?)|\[(?![!^]\.\]))/

function globWords(pieces: readonly Piece[], splitting: Splitting): Word[] {
  const { start, end } = splitting
  const pattern = pieces
    .map((piece) => {
      if (piece.kind === 'unknown') return ''
      return piece.isQuoted ? piece.text.replace(/[\\*?[\]^!-]/g, '\\$&') : piece.text
    })
    .join('')
  const names = DOT_GLOB.test(pattern) ? null : (splitting.glob?.(pattern) ?? null)
  if (names === null) {
    const word: Word = {
      kind: 'unknown',
      prefix: globPrefix(pieces),
      suffix: '',
      isMany: true,
      reason: `the names that \`${textOf(pieces)}\` matches are not known`,
      start,
      end,
    }
    return [word]
  }
  const texts = names.length > 0 ? names : [textOf(pieces)]
  return texts.map((text) => ({ kind: 'known', text, glob: pattern, start, end }))
}

/** The text before the first live glob character or unknown piece. */
function globPrefix(pieces: readonly Piece[]): string {
  let prefix = ''
  for (const piece of pieces) {
    if (piece.kind === 'unknown') return prefix + piece.prefix
    const at = piece.isQuoted ? -1 : piece.text.search(/[*?[]/)
    if (at >= 0) return prefix + piece.text.slice(0, at)
    prefix += piece.text
  }
  return prefix
}

function globWithUnknown(pieces: readonly Piece[], { start, end }: Splitting): Word {
  const unknown = pieces.find((piece) => piece.kind === 'unknown')
  return {
    kind: 'unknown',
    prefix: globPrefix(pieces),
    suffix: '',
    isMany: true,
    reason: unknown?.kind === 'unknown' ? unknown.reason : 'a glob',
    start,
    end,
  }
}

/** One word of pieces that are not split any more: known text, or what is known around the unknown parts. */
export function joinPieces(pieces: readonly Piece[], start: number, end: number): Word {
  const unknown = pieces.filter((piece) => piece.kind === 'unknown')
  const first = unknown[0]
  const last = unknown.at(-1)
  if (!first || !last) return knownWord(textOf(pieces), start, end)
  const values = valuesOf(pieces)
  const only = values?.length === 1 ? values[0] : undefined
  if (only !== undefined) return knownWord(only, start, end)
  return {
    kind: 'unknown',
    prefix: textOf(pieces.slice(0, pieces.indexOf(first))) + first.prefix,
    suffix: last.suffix + textOf(pieces.slice(pieces.lastIndexOf(last) + 1)),
    ...(values ? { values } : {}),
    isMany: unknown.some((piece) => piece.isMany),
    reason: first.reason,
    start,
    end,
  }
}

/** Every text that the pieces can make together, when all are known and few. */
function valuesOf(pieces: readonly Piece[]): readonly string[] | undefined {
  let made: string[] = ['']
  for (const piece of pieces) {
    const choices = piece.kind === 'text' ? [piece.text] : piece.isMany ? undefined : piece.values
    if (!choices || made.length * choices.length > VALUES_MAX) return undefined
    made = made.flatMap((before) => choices.map((choice) => before + choice))
  }
  return [...new Set(made)]
}
