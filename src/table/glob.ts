/**
 * Globs over one word or one path segment: `*`, `?`, `[…]`, backslash. Linear time, no backtracking: a set of states is
 * moved over the text. Braces are expanded before, `**` in words is `*`.
 */

export type GlobStep =
  | { readonly kind: 'char'; readonly char: string }
  | { readonly kind: 'any' }
  | { readonly kind: 'star' }
  | {
      readonly kind: 'class'
      /** As written. */
      readonly text: string
      readonly isNegated: boolean
      readonly ranges: readonly (readonly [number, number])[]
      readonly named: readonly RegExp[]
    }

export interface Glob {
  readonly steps: readonly GlobStep[]
  /** Of a glob of characters and `*` alone: the texts around its stars. */
  readonly pieces: readonly string[] | null
}

/** Named classes as minimatch reads them. Made when one is met: sets of Unicode take a millisecond at start-up. */
const NAMED_CLASSES: Readonly<Record<string, () => RegExp>> = {
  alnum: () => /[\p{L}\p{Nl}\p{Nd}]/u,
  alpha: () => /[\p{L}\p{Nl}]/u,
  ascii: () => /[\0-\x7f]/,
  blank: () => /[\p{Zs}\t]/u,
  cntrl: () => /\p{Cc}/u,
  digit: () => /\p{Nd}/u,
  graph: () => /[^\p{Z}\p{C}]/u,
  lower: () => /\p{Ll}/u,
  print: () => /\P{C}/u,
  punct: () => /[\p{P}\p{S}]/u,
  space: () => /[\p{Z}\t\r\n\v\f]/u,
  upper: () => /\p{Lu}/u,
  word: () => /[\p{L}\p{Nl}\p{Nd}\p{Pc}]/u,
  xdigit: () => /[A-Fa-f0-9]/,
}

const compiled = new Map<string, Glob>()
const COMPILED_MAX = 4096

/** Compiles a glob; the last few thousand are kept. An unclosed `[` is a plain character. */
export function compileGlob(pattern: string): Glob {
  const known = compiled.get(pattern)
  if (known) return known
  const steps: GlobStep[] = []
  const chars = [...pattern]
  for (let at = 0; at < chars.length; at++) {
    const char = chars[at] ?? ''
    if (char === '*') {
      if (steps.at(-1)?.kind !== 'star') steps.push({ kind: 'star' })
    } else if (char === '?') steps.push({ kind: 'any' })
    else if (char === '\\' && at + 1 < chars.length) {
      at++
      steps.push({ kind: 'char', char: chars[at] ?? '' })
    } else if (char === '[') {
      const parsed = readClass(chars, at)
      if (parsed) {
        steps.push(parsed.step)
        at = parsed.end
      } else steps.push({ kind: 'char', char })
    } else steps.push({ kind: 'char', char })
  }
  if (compiled.size >= COMPILED_MAX) compiled.clear()
  const glob = { steps, pieces: piecesOf(steps) }
  compiled.set(pattern, glob)
  return glob
}

function piecesOf(steps: readonly GlobStep[]): readonly string[] | null {
  const pieces = ['']
  for (const step of steps) {
    if (step.kind === 'star') pieces.push('')
    else if (step.kind === 'char') pieces[pieces.length - 1] += step.char
    else return null
  }
  return pieces
}

function readClass(
  chars: readonly string[],
  start: number,
): { step: GlobStep; end: number } | null {
  let at = start + 1
  const isNegated = chars[at] === '!' || chars[at] === '^'
  if (isNegated) at++
  const ranges: (readonly [number, number])[] = []
  const classes: RegExp[] = []
  let isFirst = true
  while (at < chars.length && (isFirst || chars[at] !== ']')) {
    isFirst = false
    const named = chars[at] === '[' && chars[at + 1] === ':' ? readNamed(chars, at) : null
    if (named) {
      classes.push(named.test)
      at = named.end + 1
      continue
    }
    if (chars[at] === '\\' && at + 1 < chars.length) at++
    const from = (chars[at] ?? '').codePointAt(0) ?? 0
    let to = from
    if (chars[at + 1] === '-' && at + 2 < chars.length && chars[at + 2] !== ']') {
      at += 2
      if (chars[at] === '\\' && at + 1 < chars.length) at++
      to = (chars[at] ?? '').codePointAt(0) ?? 0
    }
    ranges.push([from, to])
    at++
  }
  if (chars[at] !== ']') return null
  const text = chars.slice(start, at + 1).join('')
  return { step: { kind: 'class', text, isNegated, ranges, named: classes }, end: at }
}

function readNamed(chars: readonly string[], start: number): { test: RegExp; end: number } | null {
  for (let at = start + 2; at + 1 < chars.length; at++) {
    if (chars[at] === ':' && chars[at + 1] === ']') {
      const name = chars.slice(start + 2, at).join('')
      const test = Object.hasOwn(NAMED_CLASSES, name) ? NAMED_CLASSES[name] : undefined
      return test ? { test: test(), end: at + 1 } : null
    }
  }
  return null
}

function stepMatches(step: GlobStep, char: string): boolean {
  switch (step.kind) {
    case 'char':
      return step.char === char
    case 'any':
    case 'star':
      return true
    default: {
      const point = char.codePointAt(0) ?? 0
      const isIn =
        step.ranges.some(([from, to]) => from <= point && point <= to) ||
        step.named.some((each) => each.test(char))
      return isIn !== step.isNegated
    }
  }
}

/** Adds a state and those it reaches without a character. */
function enter(glob: Glob, states: Set<number>, state: number): void {
  states.add(state)
  if (glob.steps[state]?.kind === 'star') enter(glob, states, state + 1)
}

function advance(glob: Glob, states: ReadonlySet<number>, text: string): Set<number> {
  let current = new Set(states)
  for (const char of text) {
    const next = new Set<number>()
    for (const state of current) {
      const step = glob.steps[state]
      if (!step || !stepMatches(step, char)) continue
      enter(glob, next, step.kind === 'star' ? state : state + 1)
    }
    current = next
    if (current.size === 0) break
  }
  return current
}

function initial(glob: Glob): Set<number> {
  const states = new Set<number>()
  enter(glob, states, 0)
  return states
}

/** Whether the glob matches the whole text. */
export function matchesGlob(glob: Glob, text: string): boolean {
  return glob.pieces === null
    ? advance(glob, initial(glob), text).has(glob.steps.length)
    : matchesPieces(glob.pieces, text)
}

/**
 * Whether the pieces stand in the text in this order, the first and the last at its ends. The first place for each is as
 * good as any later one, so nothing is tried twice.
 */
export function matchesPieces(pieces: readonly string[], text: string): boolean {
  const first = pieces[0] ?? ''
  if (pieces.length === 1) return text === first
  const last = pieces[pieces.length - 1] ?? ''
  const end = text.length - last.length
  if (end < first.length || !text.startsWith(first) || !text.endsWith(last)) return false
  let at = first.length
  for (let index = 1; index < pieces.length - 1; index++) {
    const piece = pieces[index] ?? ''
    const found = text.indexOf(piece, at)
    if (found < 0 || found + piece.length > end) return false
    at = found + piece.length
  }
  return true
}

/** Whether it matches some text that starts and ends so. */
export function mayMatchGlob(glob: Glob, prefix: string, suffix: string): boolean {
  const reached = new Set<number>()
  for (const state of advance(glob, initial(glob), prefix)) {
    for (let each = state; each <= glob.steps.length; each++) reached.add(each)
  }
  return advance(glob, reached, suffix).has(glob.steps.length)
}

/** `*`, `**`: matches every text. */
export function matchesAll(glob: Glob): boolean {
  return glob.steps.length === 1 && glob.steps[0]?.kind === 'star'
}
