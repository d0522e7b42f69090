/** The naive decider's trees of the workspace: docs/language.md 3.9. */
import type { PolicyIr } from '../../src/lower/ir.ts'
import type { Action, Analysis } from '../../src/model/analysis.ts'
import type { Found } from './oracle.ts'
import { least, pathDegrees } from './oracle-words.ts'

export function isInside(path: string, { workspace }: Analysis): boolean {
  return workspace !== '' && `${path}/`.startsWith(`${workspace}/`)
}

/** What a sandbox holds is no restriction; without one it is possible. */
export function held(
  found: Found,
  action: Action,
  layers: readonly PolicyIr[],
  analysis: Analysis,
): Found {
  if (!isHoldable(found, action, analysis)) return found
  const canHold = layers.some(({ settings: { sandbox } }) => sandbox && sandbox.isOn !== false)
  return { ...found, restrict: canHold ? 0 : least(found.restrict, 1) }
}

/** It speaks of some entries only of a tree in the workspace. */
function isHoldable({ pattern, settle }: Found, action: Action, analysis: Analysis): boolean {
  if (!('path' in action) || pattern.kind !== 'path' || settle > 0) return false
  const { path, kind } = action
  const isKind = kind === 'read' || (kind === 'write' && path.isClosed === true)
  if (!isKind || !path.isTree || path.isChosen === true) return false
  const forms = [path.lexical, path.real]
  if (!forms.every((each) => each !== null && isInside(each, analysis))) return false
  return pathDegrees(pattern.path, { ...path, isTree: false }, analysis).restrict === 0
}
