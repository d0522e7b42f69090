/**
 * "Did you mean": the word that a slip of the keyboard separates from what was written.
 */
import { compareText } from './diagnostic.ts'

/** Words longer than this are not compared: the cost is the product of the lengths. */
const COMPARED_CHARS_MAX = 64
/** Every two-letter word is one edit from many others. */
const COMPARED_CHARS_MIN = 3
/** A third of the word may differ, but no more than this. */
const EDITS_MAX = 3

/**
 * The nearest candidate by edits (insert, drop, replace, swap neighbours; case ignored), undefined if none is near
 * enough: a third of the word's length, at least one edit, at most three. Ties go to the first in code-unit order.
 */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  if (word.length < COMPARED_CHARS_MIN || word.length > COMPARED_CHARS_MAX) return undefined
  let best: string | undefined
  let least = Math.min(EDITS_MAX, Math.max(1, Math.floor(word.length / 3))) + 1
  for (const candidate of [...candidates].sort(compareText)) {
    if (candidate === word || Math.abs(candidate.length - word.length) >= least) continue
    const edits = editDistance(word.toLowerCase(), candidate.toLowerCase())
    if (edits < least) {
      least = edits
      best = candidate
    }
  }
  return best
}

/** Help text for a misspelt word: "did you mean `x`?", or `otherwise`. */
export function didYouMean(
  word: string,
  candidates: Iterable<string>,
  otherwise?: string,
): string | undefined {
  const found = nearest(word, candidates)
  return found === undefined ? otherwise : `did you mean \`${found}\`?`
}

/** Edits that turn `a` into `b`, a swap of neighbours counting as one: optimal string alignment. */
export function editDistance(a: string, b: string): number {
  let before: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i]
    for (let j = 1; j <= b.length; j += 1) {
      const isSame = a[i - 1] === b[j - 1]
      const replaced = (last[j - 1] ?? 0) + (isSame ? 0 : 1)
      let least = Math.min(replaced, (last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1)
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        least = Math.min(least, (before[j - 2] ?? 0) + 1)
      }
      row.push(least)
    }
    before = last
    last = row
  }
  return last[b.length] ?? 0
}
