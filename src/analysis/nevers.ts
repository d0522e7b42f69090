/** The `never` statements of a policy, each proved, refuted or neither. */
import type { NeverIr, Origin } from '../lower/ir.ts'
import { type Proof, proveNever } from './prove.ts'
import type { Side } from './side.ts'

export interface NeverResult {
  readonly text: string
  readonly origin: Origin
  readonly proof: Proof
}

/** One result a statement, in the order of the statements. `nevers`: those of the policy, if no others are given. */
export function proveNevers(
  side: Side,
  nevers: readonly NeverIr[] = side.ir.nevers,
): readonly NeverResult[] {
  const results = new Map<string, NeverResult>()
  for (const never of nevers) {
    const { text, origin } = never
    const key = JSON.stringify([text, origin])
    const before = results.get(key)
    if (before?.proof.kind === 'refuted') continue
    const proof = proveNever(side, never)
    results.set(key, { text, origin, proof: before ? joinProofs(before.proof, proof) : proof })
  }
  return [...results.values()]
}

/** A statement of several patterns holds if it holds for each. */
function joinProofs(a: Proof, b: Proof): Proof {
  const classCount = a.classCount + b.classCount
  if (a.kind === 'refuted') return { ...a, classCount }
  if (b.kind === 'refuted') return { ...b, classCount }
  const reasons = [a, b].flatMap((each) => (each.kind === 'unknown' ? each.reasons : []))
  if (reasons.length === 0) return { kind: 'proved', classCount }
  return { kind: 'unknown', classCount, reasons: [...new Set(reasons)] }
}
