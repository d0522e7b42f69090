/**
 * "Did you mean": the nearest of some known words.
 */

/** Words longer than this are compared with nothing. */
const WORD_CHARS_MAX = 40

/**
 * The candidate with the smallest edit distance (insert, delete, replace, swap of neighbours; case ignored), if it is
 * near enough to be meant: one edit for words up to four letters, two up to seven, three above.
 * Equal distances: the first candidate. Cost: characters of the word × of all candidates.
 */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  const length = word.length
  if (length < 2 || length > WORD_CHARS_MAX) return undefined
  let best: string | undefined
  let bestDistance = length <= 4 ? 1 : length <= 7 ? 2 : 3
  for (const candidate of candidates) {
    if (candidate === word || Math.abs(candidate.length - length) > bestDistance) continue
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase())
    if (distance < bestDistance || (distance === bestDistance && best === undefined)) {
      best = candidate
      bestDistance = distance
    }
  }
  return best
}

/** Edits that turn `a` into `b`, a swap of neighbours counting as one. */
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
