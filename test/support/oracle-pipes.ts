/** The naive decider's pipes: docs/language.md 3.12. */
import type { PatternIr, PolicyIr, RuleIr } from '../../src/lower/ir.ts'
import type { Analysis, RunAction } from '../../src/model/analysis.ts'
import type { Found } from './oracle.ts'
import { type Degree, least, most } from './oracle-words.ts'

type StageDegree = (
  stage: { readonly rule: RuleIr; readonly pattern: PatternIr },
  run: RunAction,
) => Degree

/** Every pipe of the layer that ends at the run, tried over all ways to reach it. */
export function chainsOf(
  layer: PolicyIr,
  analysis: Analysis,
  last: RunAction,
  degree: StageDegree,
): readonly Found[] {
  return layer.rules.flatMap((rule) =>
    rule.patterns.flatMap((pattern): readonly Found[] => {
      if (pattern.kind !== 'pipe') return []
      const stages = pattern.stages.map((runs) =>
        runs.map((run): PatternIr => ({ kind: 'run', run })),
      )
      const restrict = reach(stages, last)
      return restrict === 0 ? [] : [{ rule, pattern, restrict, settle: 0, run: null }]

      function reach(before: readonly (readonly PatternIr[])[], run: RunAction): Degree {
        const stage = before.at(-1)
        if (!stage) return 0
        const own = most(...stage.map((each) => degree({ rule, pattern: each }, run)))
        if (own === 0 || before.length === 1) return own
        const earlier = analysis.flows.flatMap(({ from, to }) => {
          const source = analysis.actions[from]
          return to === run.id && source?.kind === 'run' ? [reach(before.slice(0, -1), source)] : []
        })
        return least(own, most(...earlier))
      }
    }),
  )
}
