/**
 * Word expansion in bash's order: braces, tilde, parameters and substitutions, splitting, globs, quote removal.
 */
import { ARGV_WORDS_MAX, TEXT_CHARS_MAX } from '../../base/limits.ts'
import { knownWord, type Word } from '../../model/word.ts'
import { evaluate } from './arithmetic.ts'
import { type Atom, atomsOf, bodyAtoms, type ExpansionPart } from './atoms.ts'
import { expandBraces } from './braces.ts'
import { type Context, noteUnknown, payFor, shown, spanOf } from './context.ts'
import { hasGlob, joinPieces, type Piece, splitFields, textPiece, unknownPiece } from './fields.ts'
import { substitute, substituteProcess } from './nested.ts'
import type { HereDoc, Word as WordNode } from './nodes.ts'
import { ifsOf, lookUp, parameterPieces, simpleParameter, wordsOf } from './parameter.ts'

/** Text in which nothing is expanded, however it stands. */
const PLAIN = /^[\w./:@%+,-]*$/

/** A brace list of usual size is paid for by its words alone. */
const BRACE_CHARS_FREE = 32

const TOO_LONG = 'the line makes longer texts than oa follows'

const ASSIGNMENT_START = /^[A-Za-z_]\w*(?:\[[^\]]*\])?\+?=/

/** The words that one argument becomes. */
export function expandArgument(context: Context, word: WordNode): Word[] {
  const { start, end } = spanOf(context, word)
  if (PLAIN.test(word.text)) return [knownWord(word.text, start, end)]
  const written = atomsOf(word)
  const made = expandBraces(written)
  if (
    made.length > 1 &&
    !payFor(context, made.length * Math.max(0, word.text.length - BRACE_CHARS_FREE))
  ) {
    return [joinPieces([unknownPiece(TOO_LONG, true)], start, end)]
  }
  // Only a word that braces left alone can be an assignment, with tildes after `=` and `:`.
  const [only] = made
  const isWhole =
    made.length === 1 && only !== undefined && shownAtoms(only) === shownAtoms(written)
  const words = made.flatMap((atoms) => argumentWords(context, atoms, word, isWhole))
  if (words.length <= ARGV_WORDS_MAX) return words
  noteUnknown(context, `one word becomes more than ${ARGV_WORDS_MAX}`, { start, end })
  return words.slice(0, ARGV_WORDS_MAX)
}

const isSplitPiece = (piece: Piece): boolean => piece.kind === 'text' && piece.isSplit

const shownAtoms = (atoms: readonly Atom[]): string =>
  atoms.map((atom) => (atom.kind === 'text' ? atom.text : '\0')).join('')

function argumentWords(
  context: Context,
  atoms: Atom[],
  word: WordNode,
  isWhole: boolean,
): readonly Word[] {
  const span = spanOf(context, word)
  const [first] = atoms
  if (atoms.length === 1 && first?.kind === 'expansion') {
    const many = wordsOf(context, first.part.text, first.isQuoted)
    if (many) {
      const isPaid = payFor(context, charactersOf(many))
      if (!isPaid) return [joinPieces([unknownPiece(TOO_LONG, true)], span.start, span.end)]
      return many.map((each) => ({ ...each, ...span }))
    }
  }
  const isNamed = isWhole && first?.kind === 'text' && !first.isQuoted
  const start = isNamed ? ASSIGNMENT_START.exec(first.text)?.[0] : undefined
  let pieces: Piece[]
  if (start !== undefined && isNamed) {
    const rest = first.text.slice(start.length)
    const value: Atom[] = [
      ...(rest === '' ? [] : [{ kind: 'text', text: rest, isQuoted: false } satisfies Atom]),
      ...atoms.slice(1),
    ]
    pieces = [textPiece(start, true), ...assignmentPieces(context, value)]
  } else {
    pieces = atomPieces(context, withTilde(context, atoms))
  }
  const hasLoneDollar = atoms.some(
    (atom) => atom.kind === 'text' && !atom.isQuoted && atom.text.includes('$'),
  )
  if (hasLoneDollar && (hasGlob(pieces) || pieces.some(isSplitPiece))) {
    // Bash 5.2 does not split a word that also holds a `$` of its own.
    const reason = 'a `$` that expands nothing changes how the word is split'
    return [joinPieces([unknownPiece(reason, true)], span.start, span.end)]
  }
  return splitFields(pieces, {
    ifs: ifsOf(context.state, context.input.home),
    glob: (pattern) => namesMatching(context, pattern),
    ...span,
  })
}

/** One word that is neither split nor globbed: here-strings, `case`, `[[`. */
export function expandWhole(context: Context, word: WordNode): Word {
  const { start, end } = spanOf(context, word)
  if (PLAIN.test(word.text)) return knownWord(word.text, start, end)
  return joinPieces(unsplit(atomPieces(context, withTilde(context, atomsOf(word)))), start, end)
}

/** The value of an assignment: tildes after `=` and `:`, no braces, no splitting, no globs. */
export function expandValue(context: Context, word: WordNode): Word {
  const { start, end } = spanOf(context, word)
  if (PLAIN.test(word.text)) return knownWord(word.text, start, end)
  return joinPieces(unsplit(assignmentPieces(context, atomsOf(word))), start, end)
}

/** The data of a here-document. */
export function expandBody(context: Context, node: HereDoc): Word {
  const { start, end } = spanOf(context, node.body)
  return joinPieces(unsplit(atomPieces(context, bodyAtoms(node))), start, end)
}

/** An unknown piece in a place without splitting is one word. */
function unsplit(pieces: readonly Piece[]): Piece[] {
  return pieces.map((piece) => (piece.kind === 'unknown' ? { ...piece, isMany: false } : piece))
}

function namesMatching(context: Context, pattern: string): readonly string[] | null {
  const { state, input } = context
  if (!state.hasPlainGlobs || !state.isComplete || state.variables.has('GLOBIGNORE')) return null
  const cwds = pattern.startsWith('/') ? ['/'] : state.cwds
  const [cwd] = cwds
  if (cwds.length !== 1 || cwd === undefined) return null
  return input.glob(pattern, cwd)
}

/** Replaces a tilde at the start of a word. */
function withTilde(context: Context, atoms: Atom[], isAssignment = false): Atom[] {
  const [first, ...rest] = atoms
  if (first?.kind !== 'text' || first.isQuoted || !first.text.startsWith('~')) return atoms
  const at = first.text.search(isAssignment ? /[/:]/ : /\//)
  // A quoted or expanded part before the slash makes the tilde plain text.
  if (at < 0 && rest.length > 0) return atoms
  const name = at < 0 ? first.text : first.text.slice(0, at)
  const after = at < 0 ? '' : first.text.slice(at)
  const tail: Atom[] =
    after === '' ? rest : [{ kind: 'text', text: after, isQuoted: false }, ...rest]
  return [tildeAtom(context, name), ...tail]
}

function tildeAtom(context: Context, name: string): Atom {
  if (name === '~') {
    const home = lookUp(context.state, 'HOME', context.input.home)
    const only = home.values?.length === 1 ? home.values[0] : undefined
    if (only !== undefined) return { kind: 'text', text: only, isQuoted: true }
  }
  return {
    kind: 'opaque',
    reason: `\`${name}\` is a directory that oa does not look up`,
    isMany: false,
  }
}

/** The pieces of an assignment's value: a tilde counts at its start and after each unquoted colon. */
function assignmentPieces(context: Context, atoms: readonly Atom[]): Piece[] {
  const segments: Atom[][] = [[]]
  for (const atom of atoms) {
    if (atom.kind !== 'text' || atom.isQuoted || !atom.text.includes(':')) {
      segments.at(-1)?.push(atom)
      continue
    }
    atom.text.split(':').forEach((text, index) => {
      if (index > 0) segments.push([])
      if (text !== '') segments.at(-1)?.push({ kind: 'text', text, isQuoted: false })
    })
  }
  return segments.flatMap((segment, index) => {
    // The colon ends a tilde name, so it has to be seen by the tilde of the segment before it.
    const isLast = index === segments.length - 1
    const whole: Atom[] = isLast
      ? segment
      : [...segment, { kind: 'text', text: ':', isQuoted: false }]
    return atomPieces(context, withTilde(context, mergeText(whole), true))
  })
}

/** Joins neighbouring unquoted texts, so that a tilde's name is in one atom. */
function mergeText(atoms: readonly Atom[]): Atom[] {
  const merged: Atom[] = []
  for (const atom of atoms) {
    const last = merged.at(-1)
    if (atom.kind === 'text' && !atom.isQuoted && last?.kind === 'text' && !last.isQuoted) {
      merged[merged.length - 1] = { kind: 'text', text: last.text + atom.text, isQuoted: false }
    } else merged.push(atom)
  }
  return merged
}

function atomPieces(context: Context, atoms: readonly Atom[]): Piece[] {
  return atoms.flatMap((atom): Piece[] => {
    switch (atom.kind) {
      case 'text':
        return [textPiece(atom.text, atom.isQuoted)]
      case 'opaque':
        return [unknownPiece(atom.reason, atom.isMany)]
      default:
        return paidPieces(context, expansionPieces(context, atom.part, atom.isQuoted))
    }
  })
}

/** What an expansion gave, unless it is longer than oa follows: texts can double with each assignment of a line. */
function paidPieces(context: Context, pieces: Piece[]): Piece[] {
  let longest = 0
  let all = 0
  for (const piece of pieces) {
    const texts = piece.kind === 'text' ? [piece.text] : (piece.values ?? [])
    for (const { length } of texts) {
      longest = Math.max(longest, length)
      all += length
    }
  }
  const isPaid = longest <= TEXT_CHARS_MAX && payFor(context, all)
  if (isPaid) return pieces
  return [
    unknownPiece(
      TOO_LONG,
      pieces.some((piece) => (piece.kind === 'unknown' ? piece.isMany : piece.isSplit)),
    ),
  ]
}

/** Each word counts by itself too. */
const charactersOf = (words: readonly Word[]): number =>
  words.reduce((sum, word) => sum + 8 + (word.kind === 'known' ? word.text.length : 0), 0)

function expansionPieces(context: Context, part: ExpansionPart, isQuoted: boolean): Piece[] {
  switch (part.type) {
    case 'SimpleExpansion':
      return simpleParameter(context, part.text.slice(1), isQuoted)
    case 'ParameterExpansion':
      return parameterPieces(context, part, isQuoted, (word, inQuotes) =>
        operandPieces(context, word, inQuotes),
      )
    case 'CommandExpansion': {
      const text = part.script ? substitute(context, part.script, part) : null
      if (text === null)
        return [
          unknownPiece(
            `the output of \`${shown(part.text)}\` is only known when it runs`,
            !isQuoted,
          ),
        ]
      return [{ kind: 'text', text: text.replace(/\n+$/, ''), isQuoted, isSplit: !isQuoted }]
    }
    case 'ArithmeticExpansion': {
      const count = (bracket: string): number => part.text.split(bracket).length
      if (count('(') !== count(')')) {
        noteUnknown(context, `bash may not accept \`${shown(part.text)}\``, spanOf(context, part))
      }
      const value = evaluate(context, part.expression)
      if (value !== null)
        return [{ kind: 'text', text: String(value), isQuoted, isSplit: !isQuoted }]
      return [
        unknownPiece(
          `the value of \`${shown(part.text)}\` is only known when the line runs`,
          false,
        ),
      ]
    }
    case 'ProcessSubstitution': {
      if (part.script) substituteProcess(context, part.script, part)
      const reason = `\`${shown(part.text)}\` is a pipe to another command`
      // Bash makes nothing at all of an empty one.
      if (!part.script?.commands.length) return [unknownPiece(reason, true)]
      return [{ kind: 'unknown', prefix: '/dev/fd/', suffix: '', isMany: false, reason }]
    }
    default:
      return [unknownPiece('a form of expansion that oa does not know', true)]
  }
}

/** The operand of `${x:-…}`: known only where its quoting has one meaning, its commands run in any case. */
function operandPieces(context: Context, word: WordNode, isQuoted: boolean): Piece[] {
  const isSimple = /^[\w./:=@%+, -]*$/.test(word.text)
  const pieces = atomPieces(context, atomsOf(word))
  if (!isSimple)
    return [unknownPiece('the word after `:-` is only known when the line runs', !isQuoted)]
  return pieces.map(
    (piece): Piece => (piece.kind === 'text' ? { ...piece, isQuoted, isSplit: !isQuoted } : piece),
  )
}
