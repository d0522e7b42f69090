/**
 * Pipe rules: chains of flows through runs that match the stages in order (language.md §3 rule 13).
 */
import type { Analysis } from '../model/analysis.ts'
import { both, either, type Match, NO } from '../model/vocabulary.ts'
import type { Finding } from './findings.ts'

/** A stage of a pipe that a run matches. */
interface StageMatch {
  readonly run: number
  readonly finding: Finding
  readonly match: Match
}

/**
 * The pipes that end at each run, by its id, as findings that settle nothing. `findings`: of one layer, by run.
 */
export function pipeFindings(
  findings: ReadonlyMap<number, readonly Finding[]>,
  flows: Analysis['flows'],
): ReadonlyMap<number, readonly Finding[]> {
  const sources = new Map<number, number[]>()
  for (const { from, to } of flows) sources.set(to, [...(sources.get(to) ?? []), from])
  const found = new Map<number, Finding[]>()
  for (const stages of stagesByPipe(findings).values()) {
    for (const each of lastStages(stages, sources)) {
      const list = found.get(each.run) ?? []
      list.push({ ...each.finding, restrict: each.match, settle: NO, settled: [] })
      found.set(each.run, list)
    }
  }
  return found
}

function stagesByPipe(
  findings: ReadonlyMap<number, readonly Finding[]>,
): ReadonlyMap<number, readonly StageMatch[]> {
  const byPipe = new Map<number, StageMatch[]>()
  for (const [run, each] of findings) {
    for (const finding of each) {
      const { pattern } = finding.row
      if (pattern.kind !== 'stage' || finding.restrict === NO) continue
      const stages = byPipe.get(pattern.pipe) ?? []
      stages.push({ run, finding, match: finding.restrict })
      byPipe.set(pattern.pipe, stages)
    }
  }
  return byPipe
}

/** Runs that match the last stage, reached through all before it. */
function lastStages(
  stages: readonly StageMatch[],
  sources: ReadonlyMap<number, readonly number[]>,
): readonly StageMatch[] {
  const [first] = stages
  const count = first?.finding.row.pattern.kind === 'stage' ? first.finding.row.pattern.count : 0
  let reached = atStage(stages, 0)
  for (let stage = 1; stage < count && reached.length > 0; stage++) {
    const before = new Map<number, Match>()
    for (const each of reached) before.set(each.run, either(before.get(each.run) ?? NO, each.match))
    reached = atStage(stages, stage).flatMap((each) => {
      const strongest = (sources.get(each.run) ?? []).reduce<Match>(
        (best, run) => either(best, before.get(run) ?? NO),
        NO,
      )
      const match = both(each.match, strongest)
      return match === NO ? [] : [{ ...each, match }]
    })
  }
  return reached
}

function atStage(stages: readonly StageMatch[], stage: number): readonly StageMatch[] {
  return stages.filter(
    ({ finding }) => finding.row.pattern.kind === 'stage' && finding.row.pattern.stage === stage,
  )
}
