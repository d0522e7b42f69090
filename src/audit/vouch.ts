/**
 * Saying in words what a verification is worth: which evidence was there, how far it reaches, and what nobody could
 * exclude with it.
 */
import type { Anchor } from './anchor.ts'
import type { Findings, Layer } from './finding.ts'
import type { Signatures } from './signatures.ts'
import type { Snapshot } from './snapshot.ts'

export interface LayerReport {
  readonly layer: Exclude<Layer, 'files'>
  readonly state: 'intact' | 'broken' | 'absent'
  /** Records from the first on that this evidence speaks for; 0 when it speaks for none. */
  readonly records: number
  readonly says: string
}

export interface VouchInput {
  readonly findings: Findings
  readonly snapshot: Snapshot
  readonly signatures: Signatures
  readonly anchors: readonly Anchor[]
  readonly lastSeq: number
  readonly isPinned: boolean
}

export interface Vouching {
  readonly layers: readonly LayerReport[]
  readonly couldBeForged: readonly string[]
}

/** The layers from the weakest to the strongest, and what remains possible. */
export function describeLayers(input: VouchInput): Vouching {
  const { findings, signatures, anchors, lastSeq, snapshot } = input
  const all = lastSeq + 1
  const signed = Math.max(0, ...signatures.heads.map((each) => each.size))
  const anchored = Math.max(0, ...anchors.map((each) => each.size))
  const stateOf = (layer: Layer, isThere: boolean): LayerReport['state'] => {
    if (findings.hasErrorOf(layer)) return 'broken'
    return isThere ? 'intact' : 'absent'
  }
  const layers: LayerReport[] = [
    {
      layer: 'chain',
      state: stateOf('chain', snapshot.segments.length > 0),
      records: all,
      says: 'no record was edited, removed or moved without rewriting every record after it',
    },
    {
      layer: 'head',
      state: stateOf('head', typeof snapshot.head === 'object'),
      records: typeof snapshot.head === 'object' ? snapshot.head.seq + 1 : 0,
      says: 'the end was not cut by somebody who left the head file alone',
    },
    {
      layer: 'checkpoint',
      state: stateOf('checkpoint', signatures.checkpoints > 0),
      records: signed,
      says: signatures.isPinned
        ? 'these records stood so when they were signed, under keys that follow from the pinned one'
        : 'these records stood so when they were signed, by keys that nobody pinned',
    },
    {
      layer: 'anchor',
      state: stateOf('anchor', anchors.length > 0),
      records: anchored,
      says: 'these records stood so when their tree head was kept elsewhere',
    },
  ]
  return { layers, couldBeForged: forgeable(layers, input, { all, signed, anchored }) }
}

function forgeable(
  layers: readonly LayerReport[],
  input: VouchInput,
  reach: { readonly all: number; readonly signed: number; readonly anchored: number },
): readonly string[] {
  const isIntact = (layer: LayerReport['layer']): boolean =>
    layers.some((each) => each.layer === layer && each.state === 'intact')
  const anchored = isIntact('anchor') ? reach.anchored : 0
  const signed = isIntact('checkpoint') && input.signatures.isPinned ? reach.signed : 0
  const out: string[] = []
  if (anchored < reach.all) {
    const from = Math.max(anchored, signed)
    if (from < reach.all) {
      const which = from === 0 ? 'all records' : `records from ${from} on`
      out.push(`${which} could be rewritten or cut by whoever may write the log directory`)
    }
    if (signed > anchored) {
      out.push('the whole directory could have been set back to an earlier copy of itself')
      out.push(
        `records from ${anchored} on could be rewritten by whoever took the signing key before they were signed`,
      )
    }
    if (isIntact('checkpoint') && !input.signatures.isPinned) {
      out.push('the signing keys themselves could be others: pin the first one')
    }
  }
  out.push(
    'what was recorded could be untrue: a log proves that it was not changed, not that it was right',
  )
  return out
}
