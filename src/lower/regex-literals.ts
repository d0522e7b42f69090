/**
 * Texts that every match of an expression contains one of: what a line is searched for before its automaton is run.
 */
import type { AST } from '@eslint-community/regexpp'

/** So many alternatives are followed; an expression with more may stand anywhere. */
const ALTERNATIVES_MAX = 16

/** What is known of the texts that a node matches. */
interface Known {
  /** Exactly these; null: too many to list. */
  readonly exact: readonly string[] | null
  /** Each list: every match contains one of them. */
  readonly required: readonly (readonly string[])[]
}

const ANYTHING: Known = { exact: null, required: [] }

/** Lists of texts; every match contains one text of each list. Empty: nothing is known. */
export function requiredLiterals(tree: AST.Pattern): readonly (readonly string[])[] {
  const { exact, required } = alternatives(tree.alternatives)
  return exact && !exact.includes('') ? [exact, ...required] : required
}

function alternatives(all: readonly AST.Alternative[]): Known {
  const known = all.map((each) => sequence(each.elements))
  const [first] = known
  if (first && known.length === 1) return first
  const exact = known.every((each) => each.exact)
    ? bounded(known.flatMap((each) => each.exact ?? []))
    : null
  const best = known.map(bestOf)
  const joined = best.every((each) => each !== null) ? bounded(best.flatMap((each) => each)) : null
  return { exact, required: joined ? [joined] : [] }
}

/** The list whose shortest text is longest. */
function bestOf({ exact, required }: Known): readonly string[] | null {
  const lists = exact && !exact.includes('') ? [exact, ...required] : required
  const least = (list: readonly string[]): number => Math.min(...list.map((each) => each.length))
  return [...lists].sort((a, b) => least(b) - least(a))[0] ?? null
}

/** Runs of neighbours with exact texts are joined. */
function sequence(elements: readonly AST.Element[]): Known {
  const required: (readonly string[])[] = []
  let run: readonly string[] = ['']
  let isExact = true
  const close = (): void => {
    if (!run.includes('')) required.push(run)
    run = ['']
  }
  for (const element of elements) {
    const known = ofElement(element)
    const joined = known.exact && product(run, known.exact)
    if (joined) {
      run = joined
      continue
    }
    close()
    isExact = false
    if (known.exact) run = known.exact
    required.push(...known.required)
  }
  if (isExact) return { exact: run, required: [] }
  close()
  return { exact: null, required }
}

function ofElement(element: AST.Element): Known {
  switch (element.type) {
    case 'Character':
      return { exact: [String.fromCodePoint(element.value)], required: [] }
    case 'Group':
    case 'CapturingGroup':
      return alternatives(element.alternatives)
    case 'Assertion':
      return { exact: [''], required: [] }
    case 'Quantifier':
      return quantifier(element)
    case 'CharacterClass':
      return characters(element)
    default:
      return ANYTHING
  }
}

function quantifier({ element, min, max }: AST.Quantifier): Known {
  if (min === 0) return ANYTHING
  const inner = ofElement(element)
  if (min === 1 && max === 1) return inner
  const lists = inner.exact && !inner.exact.includes('') ? [inner.exact] : []
  return { exact: null, required: [...lists, ...inner.required] }
}

/** `[Cc]`: few characters, each as it is. */
function characters(node: AST.CharacterClass): Known {
  if (node.negate) return ANYTHING
  const points = node.elements.map((each) => (each.type === 'Character' ? each.value : null))
  if (points.length > 4 || points.includes(null)) return ANYTHING
  return { exact: points.map((each) => String.fromCodePoint(each ?? 0)), required: [] }
}

function product(a: readonly string[], b: readonly string[]): readonly string[] | null {
  if (a.length * b.length > ALTERNATIVES_MAX) return null
  return bounded(a.flatMap((start) => b.map((end) => start + end)))
}

function bounded(texts: readonly string[]): readonly string[] | null {
  const unique = [...new Set(texts)]
  return unique.length > ALTERNATIVES_MAX ? null : unique
}
