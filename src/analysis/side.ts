/**
 * A compiled policy that questions are put to, and what it decides: always by its own table, in the blank world.
 */
import { analyse } from '../command/analyse.ts'
import { decideRun } from '../decide/decide.ts'
import { buildTable } from '../lower/build.ts'
import type { PolicyIr, RuleIr } from '../lower/ir.ts'
import type { Analysis, Facts } from '../model/analysis.ts'
import type { Decision as DecisionReport } from '../model/decision.ts'
import type { RequestSubject } from '../model/request.ts'
import type { Settings } from '../model/settings.ts'
import { DECISIONS, type Decision } from '../model/vocabulary.ts'
import { Table } from '../table/table.ts'
import { BLANK_WORKSPACE, BLANK_WORLD } from '../world/blank-world.ts'

export class Side {
  readonly ir: PolicyIr
  readonly table: Table
  #withoutText: Table | null = null

  constructor(ir: PolicyIr, table: Table) {
    this.ir = ir
    this.table = table
  }

  /** What is decided where no `text` rule matches the line. */
  get withoutText(): Table {
    const isText = (rule: RuleIr): boolean => rule.patterns.some((each) => each.kind === 'text')
    if (!this.ir.rules.some(isText)) return this.table
    const rules = this.ir.rules.filter((each) => !isText(each))
    this.#withoutText ??= tableOf({ ...this.ir, rules })
    return this.#withoutText
  }
}

/** The policy with its own table. */
export function sideOf(ir: PolicyIr): Side {
  return new Side(ir, Table.open(buildTable(ir).bytes))
}

/** A request as a member of its class. */
export interface Member {
  readonly subject: RequestSubject
  readonly facts: Facts
}

/** What a policy answers to a member. */
export interface Verdict {
  readonly decision: Decision
  readonly report: DecisionReport
  /** What the rules that settled it ask for; the policy's own blocks are left out. */
  readonly obligations: readonly Settings[]
  readonly needsSandbox: boolean
}

export function analyseMember(side: Side, { subject, facts }: Member): Analysis {
  return analyse(side.table, { subject, cwd: BLANK_WORKSPACE, facts }, BLANK_WORLD).analysis
}

/** The decision before mode explain. */
export function verdictOf(table: Table, analysis: Analysis): Verdict {
  const { decision: report, settings, needsSandbox } = decideRun([table], analysis)
  const decision = report.would ?? report.decision
  return {
    decision: decision === 'explain' ? 'ask' : decision,
    report,
    obligations: settings.slice(1),
    needsSandbox,
  }
}

/** A table of some of the rules, without knowledge: for analyses that were made with all of it. */
export function tableOf(ir: PolicyIr): Table {
  return Table.open(buildTable({ ...ir, commands: {}, tests: [], nevers: [] }).bytes)
}

/** Everything is allowed but what one rule, or one pattern about commands, matches: tells what does. */
export function probeOf(
  ir: PolicyIr,
  { action, patterns, except }: Pick<RuleIr, 'action' | 'patterns' | 'except'>,
): PolicyIr {
  const rule: RuleIr = {
    ...{ effect: 'deny', action, patterns, except, when: null, obligations: {} },
    ...{ because: null, instead: null, text: 'probe' },
    origin: { file: 'probe', line: 1, column: 1 },
  }
  return {
    ...ir,
    ...{ mode: 'execute', defaults: { '*': 'allow' }, on: {}, override: null, rules: [rule] },
    settings: {},
  }
}

export const rank = (decision: Decision): number => DECISIONS.indexOf(decision)

/** The command or action for people; words quoted where a shell needs it. */
export function showSubject(subject: RequestSubject): string {
  switch (subject.kind) {
    case 'line':
      return subject.line
    case 'argv':
      return subject.argv.map(showWord).join(' ')
    case 'path':
      return `${subject.action} ${subject.path}`
    case 'connect': {
      const host = subject.host.includes(':') ? `[${subject.host}]` : subject.host
      return `connect ${host}${subject.port === null ? '' : `:${subject.port}`}`
    }
    case 'name': {
      const options = Object.entries(subject.options).map(([name, value]) => `--${name}=${value}`)
      return [subject.action, subject.name, ...options].join(' ')
    }
  }
}

/** A word that a shell reads as it stands, else in single quotes. */
export function showWord(text: string): string {
  if (/^[\w@%+=:,./-]+$/.test(text)) return text
  return `'${text.replaceAll("'", "'\\''")}'`
}
