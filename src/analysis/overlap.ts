/** Rules that overlap with different decisions: a command or an action that both match, and which of them wins. */
import { ANALYSIS_REQUESTS_MAX } from '../base/limits.ts'
import type { RuleIr } from '../lower/ir.ts'
import type { RequestSubject } from '../model/request.ts'
import { NO_FACTS } from '../model/request.ts'
import { ACTIONS, type Decision } from '../model/vocabulary.ts'
import { membersOf } from './members.ts'
import { programsOf } from './programs.ts'
import { RunIndex, rulesAbout, runsOf } from './rules.ts'
import { runClasses } from './run-classes.ts'
import { analyseMember, probeOf, rank, type Side, showSubject, tableOf, verdictOf } from './side.ts'

export interface Overlap {
  readonly stricter: RuleIr
  readonly weaker: RuleIr
  /** Both match it. */
  readonly command: string
  /** What the whole policy decides about it. */
  readonly decision: Decision
  readonly reason: string
}

export interface Overlaps {
  readonly overlaps: readonly Overlap[]
  readonly gaps: readonly string[]
}

const OTHER_ACTIONS = new Set(ACTIONS.filter((each) => each !== 'run'))

type Rated = RuleIr & { readonly effect: Decision }

/** Pairs by the stricter rule; one command a pair. */
export function overlapsOf(side: Side, onProgress: (done: number, all: number) => void): Overlaps {
  const rules = side.ir.rules.filter((each): each is Rated => typeof each.effect === 'string')
  const gaps = new Set<string>()
  const others = membersOf([side, side], { rules: [], actions: OTHER_ACTIONS })
  for (const gap of others.gaps) gaps.add(gap)
  const subjects = [...commandSubjects(side, rules, gaps), ...others.subjects]
  const probes = new Map(rules.map((rule) => [rule, tableOf(probeOf(side.ir, rule))]))
  const found = new Map<string, Overlap>()
  if (rules.some((each) => each.when))
    gaps.add('conditions are taken as they are for a request without facts')
  if (rules.some((each) => each.patterns.some((one) => one.kind === 'text'))) {
    gaps.add('`text` rules are not modelled')
  }
  for (const [index, subject] of subjects.entries()) {
    onProgress(index, subjects.length)
    const analysis = analyseMember(side, { subject, facts: NO_FACTS })
    const matching = rules.filter((rule) => {
      const probe = probes.get(rule)
      if (!probe || !analysis.actions.some((each) => each.kind === rule.action)) return false
      const { report } = verdictOf(probe, analysis)
      return report.actions.some((each) => each.decision === 'deny' && each.rules.length > 0)
    })
    for (const weaker of matching) {
      for (const stricter of matching) {
        if (rank(weaker.effect) >= rank(stricter.effect) || weaker.action !== stricter.action)
          continue
        const key = `${rules.indexOf(weaker)} ${rules.indexOf(stricter)}`
        if (found.has(key)) continue
        const { decision, report } = verdictOf(side.table, analysis)
        if (rank(decision) < rank(stricter.effect)) {
          gaps.add(`\`${showSubject(subject)}\` does not replay`)
          continue
        }
        found.set(key, {
          ...{ stricter, weaker, command: showSubject(subject), decision, reason: report.reason },
        })
      }
    }
  }
  const overlaps = [...found.values()].sort(
    (a, b) => rules.indexOf(a.stricter as Rated) - rules.indexOf(b.stricter as Rated),
  )
  return { overlaps, gaps: [...gaps] }
}

/** Commands that the rules of a program tell apart, where rules of different decisions speak of it. */
function commandSubjects(
  side: Side,
  rules: readonly Rated[],
  gaps: Set<string>,
): readonly RequestSubject[] {
  const own = rulesAbout(rules, 'run')
  const byDecision = new Map<Decision, RunIndex>()
  for (const decision of new Set(own.map((each) => each.effect as Decision))) {
    byDecision.set(decision, RunIndex.of(own.filter((each) => each.effect === decision)))
  }
  const index = RunIndex.of(own)
  const named = own.flatMap((each) => each.patterns.flatMap(runsOf))
  const { names } = programsOf(
    named.filter((each) => !/[*?]/.test(each.program)),
    [side],
  )
  const subjects: RequestSubject[] = []
  for (const program of names) {
    const decisions = [...byDecision.values()].filter((each) => each.naming(program).length > 0)
    if (decisions.length < 2) continue
    const rows = index.about(program)
    const { commands, gaps: own_ } = runClasses({
      ...{ program, rows, focus: null, knowledge: side.table.command(program) },
      permitting: new Set(rows),
    })
    for (const gap of own_) gaps.add(gap)
    for (const argv of commands) subjects.push({ kind: 'argv', argv })
  }
  if (subjects.length > ANALYSIS_REQUESTS_MAX) gaps.add('there are too many classes of commands')
  return subjects.slice(0, ANALYSIS_REQUESTS_MAX)
}
