/**
 * The least strict answer that commands of one class can get. Of what the policy says about the sample only that is kept
 * which holds for every command of its class: the rules, the default, and the risk that the asked pattern itself names.
 * What the sample's own files, hosts, code and subcommands add is left out.
 */
import { findOption } from '../lower/expand-options.ts'
import type { Action, Analysis, RiskFact, RunAction } from '../model/analysis.ts'
import type { CommandKnowledge } from '../model/knowledge.ts'
import type { RunPattern } from '../model/pattern.ts'
import { type Decision, stricter } from '../model/vocabulary.ts'
import { mayNameProgram } from './rules.ts'
import { type Side, verdictOf } from './side.ts'
import { levelsOf } from './spelling.ts'

/** The least decision over the class of the analysed command. `asked`: the patterns that made the class. */
export function leastDecision(
  side: Side,
  analysis: Analysis,
  asked: readonly RunPattern[],
): Decision {
  const actions = analysis.actions.map((each) =>
    each.kind === 'run' ? strip(each, side, asked) : each,
  )
  const { report } = verdictOf(side.withoutText, { ...analysis, actions, unknowns: [] })
  return report.actions.reduce<Decision>((all, each, index) => {
    const action = actions[index]
    return action && isOfClass(action) ? stricter(all, each.decision) : all
  }, 'allow')
}

/** Runs, and what knowledge says that the program does whatever its words. */
function isOfClass(action: Action): boolean {
  if (action.kind === 'run') return true
  return action.isFixed && (action.kind === 'elevate' || action.kind === 'connect')
}

function strip(run: RunAction, side: Side, asked: readonly RunPattern[]): RunAction {
  const knowledge = run.program.base === null ? null : side.table.command(run.program.base)
  const own = asked.filter((each) => mayNameProgram(each, run.program.base ?? ''))
  return {
    ...run,
    codePlaces: [],
    unknown: null,
    hasUnlisted: false,
    risks: run.risks.filter((each) => isAsked(each, run, own, knowledge)),
  }
}

/** Every command of the class carries the risk. */
function isAsked(
  risk: RiskFact,
  run: RunAction,
  asked: readonly RunPattern[],
  knowledge: CommandKnowledge | null,
): boolean {
  if (!run.program.isKnown || knowledge === null) return true
  return asked.every((pattern) => {
    if (risk.option !== null) return pattern.options.some((each) => each.name === risk.option)
    const isNamed = risk.subcommands.every((name, index) => {
      const word = pattern.words[index]
      return (
        word?.kind === 'text' && (word.text === name || run.operands[index]?.canonical === name)
      )
    })
    const level = levelsOf(knowledge, risk.subcommands).at(-1)
    return isNamed && level !== undefined && !hasOwnRisk(level)
  })
}

/** A subcommand with a risk of its own takes the place of the command's. */
function hasOwnRisk(level: CommandKnowledge): boolean {
  return Object.values(level.subcommands).some(
    (each) => each.risk !== undefined || hasOwnRisk(each),
  )
}

/** The command only prints its own help or version. */
export function onlyPrints(run: RunAction, side: Side): boolean {
  const knowledge = run.program.base === null ? null : side.table.command(run.program.base)
  const levels = levelsOf(knowledge, run.subcommands)
  return run.options.some((each) => each.isSure && findOption(levels, each.name)?.ends === true)
}
