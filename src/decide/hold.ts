/**
 * Trees of the workspace (language.md §3 rule 9): what rules say of entries in them, the sandbox can hold. It hides what
 * may not be read and keeps from being written what may not; the rest of the tree is read and written.
 */
import type { Analysis, PathAction } from '../model/analysis.ts'
import { both, POSSIBLE } from '../model/vocabulary.ts'
import { below } from '../table/path-match.ts'
import type { Table } from '../table/table.ts'
import type { Finding } from './findings.ts'

/** A whole tree in the workspace, of which the command does not choose entries, and creates none. */
export function isHoldableTree({ kind, path }: PathAction, { workspace }: Analysis): boolean {
  if (!path.isTree || path.isChosen === true) return false
  if (kind !== 'read' && !(kind === 'write' && path.isClosed === true)) return false
  const forms = [path.lexical, path.real]
  return forms.every((each) => each !== null && below(each, workspace) !== null)
}

/** Some layer asks for a sandbox. */
export function hasSandbox(layers: readonly Table[]): boolean {
  return layers.some(({ meta }) => {
    const { sandbox } = meta.settings
    return sandbox !== undefined && sandbox.isOn !== false
  })
}

export interface Held {
  readonly findings: readonly Finding[]
  /** Some were left to the sandbox. */
  readonly isHeld: boolean
}

/** Findings without those that the sandbox holds; without a sandbox they are possible: programs pass files over. */
export function hold(findings: readonly Finding[], canHold: boolean): Held {
  if (!findings.some((each) => each.isHoldable)) return { findings, isHeld: false }
  if (canHold) return { findings: findings.filter((each) => !each.isHoldable), isHeld: true }
  const capped = findings.map((each) =>
    each.isHoldable ? { ...each, restrict: both(each.restrict, POSSIBLE) } : each,
  )
  return { findings: capped, isHeld: false }
}
