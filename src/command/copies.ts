/**
 * What a copy of whole trees writes: the entries of the sources under the name of the target.
 */
import type { PathFact } from '../model/analysis.ts'
import type { Word } from '../model/word.ts'
import type { Analyser } from './analyser.ts'
import { isRemote } from './hosts.ts'
import { absolutePath, pathFacts } from './paths.ts'

/** The target with all that the sources bring; closed only where every source is known. */
export function copiesInto(
  { draft, world }: Analyser,
  sources: readonly Word[],
  cwds: readonly string[],
  target: PathFact,
): PathFact {
  if (target.real === null) return target
  const entries = new Set(target.entries ?? [])
  let { isComplete } = target
  for (const source of sources) {
    if (source.kind === 'unknown' || isRemote(source.text)) return target
    for (const fact of pathFacts(source.text, cwds, world, { isTree: true, isUnsettled: false })) {
      if (fact.real === null || fact.entries === null) return target
      if (cwds.some((cwd) => draft.isUnsettled(absolutePath(source.text, cwd)))) return target
      isComplete &&= fact.isComplete
      const above = fact.real === '/' ? 0 : fact.real.length
      for (const entry of fact.entries) entries.add(`${target.real}${entry.slice(above)}`)
    }
  }
  return { ...target, entries: [...entries], isComplete, isClosed: true }
}
