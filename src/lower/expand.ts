/**
 * Words of a pattern → sequences of flat words: sets replaced by their members, braces by their alternatives, each
 * combination once. Bounded by `ALTERNATIVES_MAX` (OA2017).
 */

import { ALTERNATIVES_MAX, POLICY_NESTING_MAX } from '../base/limits.ts'
import type { Span } from '../base/source.ts'
import type { SetScope } from '../check/names.ts'
import type { LetStatement, PatternWord } from '../syntax/ast.ts'
import { expandBraces } from './expand-braces.ts'

/** One word without braces or sets. */
export interface FlatWord {
  readonly text: string
  readonly isQuoted: boolean
  readonly span: Span
  /**
   * The written word that it is an alternative of, alone: members of one group, values of one set. Words of the same
   * origin in the last place are tried for each operand.
   */
  readonly origin: PatternWord
}

export type Sequence = readonly FlatWord[]

/** Braces and sets around the current word, outermost first. */
type Open = readonly (PatternWord | LetStatement)[]

/** Thrown inside the expansion and caught by `expandWords`: too many alternatives. */
class TooMany extends Error {}

/** Every sequence that the words stand for, in order; undefined if there are more than oa expands. */
export function expandWords(
  words: readonly PatternWord[],
  scope: SetScope,
): readonly Sequence[] | undefined {
  try {
    return expandSequence(words, scope, [])
  } catch (error) {
    if (error instanceof TooMany) return undefined
    throw error
  }
}

function expandSequence(
  words: readonly PatternWord[],
  scope: SetScope,
  open: Open,
): readonly Sequence[] {
  let sequences: readonly Sequence[] = [[]]
  for (const word of words) {
    const alternatives = expandWord(word, scope, open)
    if (sequences.length * alternatives.length > ALTERNATIVES_MAX) throw new TooMany()
    sequences = sequences.flatMap((before) => alternatives.map((each) => [...before, ...each]))
  }
  return sequences
}

function expandWord(word: PatternWord, scope: SetScope, open: Open): readonly Sequence[] {
  // Parsed braces and sets of sets are bounded; this holds for trees that no parser made.
  if (open.length > POLICY_NESTING_MAX) throw new TooMany()
  if (word.kind === 'word') return expandPlain(word)
  if (word.kind === 'group') {
    return gather(
      word,
      word.members.map((member) => ({ member, inner: scope })),
      [...open, word],
    )
  }
  const binding = scope.find(word.name)
  // Sets that are unknown or contain themselves were reported where names are bound.
  if (!binding || open.includes(binding.statement)) return []
  const members = binding.statement.members
  return gather(
    word,
    members.map((member) => ({ member, inner: binding.scope })),
    [...open, binding.statement],
  )
}

interface Member {
  readonly member: readonly PatternWord[]
  readonly inner: SetScope
}

function gather(origin: PatternWord, members: readonly Member[], open: Open): readonly Sequence[] {
  const found: Sequence[] = []
  for (const { member, inner } of members) {
    const sequences = expandSequence(member, inner, open)
    if (found.length + sequences.length > ALTERNATIVES_MAX) throw new TooMany()
    // A member of one word is an alternative of the group itself; longer ones are sequences of their own.
    const isAlone = member.length === 1
    for (const sequence of sequences) {
      const only = sequence.length === 1 && isAlone ? sequence[0] : undefined
      found.push(only ? [{ ...only, origin }] : sequence)
    }
  }
  return found
}

function expandPlain(word: PatternWord & { kind: 'word' }): readonly Sequence[] {
  const { span, isQuoted } = word
  if (isQuoted) return [[{ text: word.text, isQuoted, span, origin: word }]]
  const texts = expandBraces(word.text, ALTERNATIVES_MAX)
  if (!texts) throw new TooMany()
  return texts.map((text) => [{ text, isQuoted, span, origin: word }])
}
