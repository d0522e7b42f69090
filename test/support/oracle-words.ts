/** The naive decider's words and paths: docs/language.md 3.1 and 3.9, by trying everything. */
import { type MinimatchOptions, minimatch } from 'minimatch'
import type { Analysis, PathFact } from '../../src/model/analysis.ts'
import type { PathPattern, WordPattern } from '../../src/model/pattern.ts'
import type { Word } from '../../src/model/word.ts'

/** 2 surely, 1 possibly, 0 not. */
export type Degree = 0 | 1 | 2

/** How far something restricts, and how far it permits. */
export interface Degrees {
  readonly restrict: Degree
  readonly permit: Degree
}

export const least = (...all: readonly Degree[]): Degree => Math.min(2, ...all) as Degree
export const most = (...all: readonly Degree[]): Degree => Math.max(0, ...all) as Degree
export const evenly = (degree: Degree): Degrees => ({ restrict: degree, permit: degree })
export const all = (...parts: readonly Degrees[]): Degrees => ({
  restrict: least(...parts.map((each) => each.restrict)),
  permit: least(...parts.map((each) => each.permit)),
})
export const any = (...parts: readonly Degrees[]): Degrees => ({
  restrict: most(...parts.map((each) => each.restrict)),
  permit: most(...parts.map((each) => each.permit)),
})

/** A glob as its elements: each one character, or any number of them. */
type Element = { readonly isStar: boolean; readonly regex: RegExp }

function elementsOf(glob: string): readonly Element[] {
  const found: Element[] = []
  for (let rest = glob; rest !== ''; ) {
    const [text = '', body] =
      /^(?:\*+|\?|\\[^]|\[((?:[!^]?\]?)(?:\[:\w+:\]|\\[^]|[^\]\\])*)\]|[^])/u.exec(rest) ?? []
    found.push({ isStar: text.startsWith('*'), regex: characterRegex(text, body) })
    rest = rest.slice(text.length)
  }
  return found
}

function characterRegex(text: string, classBody: string | undefined): RegExp {
  if (text === '?' || text.startsWith('*')) return /^[^]$/u
  if (classBody !== undefined && classBody !== '') {
    const isNegated = /^[!^]/.test(classBody)
    const body = isNegated ? classBody.slice(1) : classBody
    const safe = body.replace(/^\]/, '\\]').replace(/\[(?!:)|\^/g, '\\$&')
    const named = safe.replace(/\\?\[:(\w+):\]/g, (_, name: string) => POSIX[name] ?? '')
    return new RegExp(`^[${isNegated ? '^' : ''}${named}]$`, 'u')
  }
  const literal = text.length > 1 && text.startsWith('\\') ? text.slice(1) : text
  return new RegExp(`^${literal.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')}$`, 'u')
}

const POSIX: Readonly<Record<string, string>> = {
  alpha: '\\p{L}\\p{Nl}',
  digit: '\\p{Nd}',
  alnum: '\\p{L}\\p{Nl}\\p{Nd}',
  upper: '\\p{Lu}',
  lower: '\\p{Ll}',
}

/** The whole text; `*` and `**` cross `/`. */
export function globHolds(glob: string, text: string): boolean {
  return walk(elementsOf(glob), [...text])
}

function walk(elements: readonly Element[], text: readonly string[]): boolean {
  const [first, ...later] = elements
  if (!first) return text.length === 0
  if (first.isStar && walk(later, text)) return true
  const [character, ...rest] = text
  if (character === undefined || !first.regex.test(character)) return false
  return walk(first.isStar ? elements : later, rest)
}

/** Whether some text with this beginning and end matches. */
function globMayHold(glob: string, prefix: string, suffix: string): boolean {
  const elements = elementsOf(glob)
  const begin = afterPrefix(elements, 0, [...prefix])
  const ends = [...suffix]
  return [...begin].some((from) =>
    Array.from({ length: elements.length - from + 1 }, (_, skip) => from + skip).some((to) =>
      walk(elements.slice(to), ends),
    ),
  )
}

function afterPrefix(
  elements: readonly Element[],
  at: number,
  text: readonly string[],
): Set<number> {
  const [character, ...rest] = text
  if (character === undefined) return new Set([at])
  const element = elements[at]
  if (!element) return new Set()
  const found = new Set<number>()
  const add = (more: Set<number>): void => more.forEach((each) => found.add(each))
  if (element.isStar) add(afterPrefix(elements, at + 1, text))
  if (element.regex.test(character)) add(afterPrefix(elements, element.isStar ? at : at + 1, rest))
  return found
}

export const isStars = (glob: string): boolean => /^\*+$/.test(glob)

/** One word, written so, against one word of a pattern. */
export function wordDegrees(
  pattern: WordPattern,
  word: Word,
  path: PathFact | null,
  analysis: Roots,
): Degrees {
  if (pattern.kind === 'any') return evenly(2)
  if (pattern.kind === 'path') return pathDegrees(pattern.path, path, analysis)
  if (pattern.kind === 'glob' && isStars(pattern.glob)) return evenly(2)
  const holds = (text: string): boolean =>
    pattern.kind === 'text' ? text === pattern.text : globHolds(pattern.glob, text)
  if (word.kind === 'known') return evenly(holds(word.text) ? 2 : 0)
  if (word.values) {
    const count = word.values.filter(holds).length
    if (count === 0) return evenly(0)
    return evenly(count === word.values.length && !word.isMany ? 2 : 1)
  }
  if (pattern.kind === 'glob') {
    return evenly(globMayHold(pattern.glob, word.prefix, word.suffix) ? 1 : 0)
  }
  const { text } = pattern
  const fits =
    text.length >= word.prefix.length + word.suffix.length &&
    text.startsWith(word.prefix) &&
    text.endsWith(word.suffix)
  return evenly(fits ? 1 : 0)
}

export type Roots = Pick<Analysis, 'home' | 'workspace'>

/** A path in both of its forms: a restriction needs either, a permission both. */
export function pathDegrees(
  pattern: PathPattern,
  path: PathFact | null,
  roots: Roots,
  mayCreate = false,
): Degrees {
  if (isEverything(pattern)) return evenly(2)
  if (path === null || path.lexical === null) return evenly(1)
  const lexical = formDegrees(pattern, path.lexical, path, roots, mayCreate)
  const real =
    path.real === null ? evenly(1) : formDegrees(pattern, path.real, path, roots, mayCreate)
  return {
    restrict: most(lexical.restrict, real.restrict),
    permit: least(lexical.permit, real.permit),
  }
}

export function isEverything(pattern: PathPattern): boolean {
  return (
    pattern.root === '/' &&
    pattern.segments.length > 0 &&
    pattern.segments.every((each) => each === '**')
  )
}

function formDegrees(
  pattern: PathPattern,
  form: string,
  path: PathFact,
  roots: Roots,
  mayCreate: boolean,
): Degrees {
  const matches = (each: string): boolean => {
    const segments = relative(pattern, each, roots)
    return segments !== null && segmentsHold(pattern.segments, segments)
  }
  if (!path.isTree) return evenly(matches(form) ? 2 : 0)
  if (pattern.segments.at(-1) === '**' && matches(form)) return evenly(2)
  const entries = (path.entries ?? []).flatMap((each) => [each, underForm(each, path, form)])
  if ([form, ...entries].some(matches)) return { restrict: 2, permit: 0 }
  if (path.isComplete && !mayCreate) return evenly(0)
  return { restrict: mayIntersect(pattern, form, roots) ? 1 : 0, permit: 0 }
}

/** An entry of the listing, which has real paths, as the form names it. */
function underForm(entry: string, path: PathFact, form: string): string {
  const inside = path.real === null ? null : segmentsBelow(entry, path.real)
  return inside === null ? entry : `${form === '/' ? '' : form}/${inside.join('/')}`
}

function segmentsBelow(path: string, root: string): readonly string[] | null {
  const parts = path.split('/').filter((each) => each !== '')
  const above = root.split('/').filter((each) => each !== '')
  return above.every((each, index) => parts[index] === each) ? parts.slice(above.length) : null
}

function anchorOf(pattern: PathPattern, roots: Roots): string {
  if (pattern.root === '/') return '/'
  return pattern.root === 'home' ? roots.home : roots.workspace
}

function relative(pattern: PathPattern, path: string, roots: Roots): readonly string[] | null {
  return segmentsBelow(path, anchorOf(pattern, roots))
}

/** Whether a path at or below the form may match. */
function mayIntersect(pattern: PathPattern, form: string, roots: Roots): boolean {
  const segments = relative(pattern, form, roots)
  if (segments === null) return segmentsBelow(anchorOf(pattern, roots), form) !== null
  return prefixHolds(pattern.segments, segments)
}

function prefixHolds(pattern: readonly string[], segments: readonly string[]): boolean {
  const [first, ...later] = pattern
  if (segments.length === 0) return true
  if (first === undefined) return false
  if (first === '**') return prefixHolds(later, segments) || prefixHolds(pattern, segments.slice(1))
  return segmentHolds(first, segments[0] ?? '') && prefixHolds(later, segments.slice(1))
}

/** minimatch's meaning, `**` as any number of segments, none included. */
export function segmentsHold(pattern: readonly string[], segments: readonly string[]): boolean {
  const [first, ...later] = pattern
  if (first === undefined) return segments.length === 0
  if (first === '**') {
    return (
      segmentsHold(later, segments) ||
      (segments.length > 0 && segmentsHold(pattern, segments.slice(1)))
    )
  }
  const [segment, ...rest] = segments
  return segment !== undefined && segmentHolds(first, segment) && segmentsHold(later, rest)
}

const OPTIONS: MinimatchOptions = {
  ...{ dot: true, nobrace: true, noext: true, nonegate: true, nocomment: true },
  platform: 'linux',
}

const known = new Map<string, boolean>()

function segmentHolds(glob: string, segment: string): boolean {
  const key = `${glob}/${segment}`
  const found = known.get(key)
  if (found !== undefined) return found
  const holds = minimatch(segment, glob, OPTIONS)
  known.set(key, holds)
  return holds
}
