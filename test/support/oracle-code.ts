/** The naive decider's workspace code: docs/language.md 3.11. */
import type { PolicyIr } from '../../src/lower/ir.ts'
import type { Analysis, CodePlace, RunAction } from '../../src/model/analysis.ts'
import type { WordPattern } from '../../src/model/pattern.ts'
import type { Found } from './oracle.ts'
import { highReasons, namesReason, type Reason } from './oracle-risk.ts'
import { isInside } from './oracle-trees.ts'

export interface CodeAt {
  readonly run: RunAction
  readonly place: CodePlace
  readonly reasons: readonly Reason[]
  readonly analysis: Analysis
}

/** The rule names the code at this place, and there is a sandbox. */
export function namesCode(
  layer: PolicyIr,
  { run, place, reasons, analysis }: CodeAt,
  { rule, pattern, settle }: Found,
): boolean {
  if (settle !== 2 || pattern.kind !== 'run' || rule.effect === 'deny') return false
  if (typeof rule.effect !== 'string') return false
  if (highReasons(reasons).some((each) => !namesReason(pattern, each))) return false
  const own = rule.obligations.sandbox
  if (![layer.settings.sandbox, own].some((each) => each && each.isOn !== false)) return false
  const { program, words, rest, options } = pattern.run
  if (/[*?[]/.test(program)) return false
  if (options.some((each) => each.name === place.option)) return true
  if (!isInside(place.path, analysis)) {
    const word = words[place.operand ?? -1]
    const isRest = place.operand !== null && place.operand >= words.length
    return word ? isPath(word) : isRest && rest !== null && rest.every(isPath)
  }
  if (place.option !== null && (own === undefined || own.isOn === false)) return false
  const isOwn = (each: string | null | undefined): boolean =>
    typeof each === 'string' && isInside(each, analysis)
  const isNeeded = run.operands.some(
    ({ isData, path }) => !isData || !isOwn(path?.lexical) || !isOwn(path?.real),
  )
  if (!isNeeded) return true
  return (
    words.some((each) => each.kind === 'text' || isPath(each)) ||
    (rest?.every((each) => isPath(each) || isShort(each)) ?? false)
  )
}

const isPath = (each: WordPattern): boolean =>
  each.kind === 'path' && each.path.segments.some((one) => one !== '**')

// A glob without `*` that fixes at least one character names a word of a fixed length.
const isShort = (each: WordPattern): boolean =>
  each.kind === 'glob' && !/[*+!@]/.test(each.glob) && !/^\?*$/.test(each.glob)
