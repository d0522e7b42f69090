/**
 * What two policies decide differently. Every class of requests that a difference of their rules touches has a sample,
 * which both tables decide; what is shown was decided so.
 */
import { isDeepStrictEqual } from 'node:util'
import { canonicalJson } from '../base/canonical.ts'
import type { PolicyIr, RuleIr } from '../lower/ir.ts'
import type { Facts } from '../model/analysis.ts'
import type { Settings } from '../model/settings.ts'
import { ACTIONS, type ActionKind, type Decision } from '../model/vocabulary.ts'
import { factCases, showFacts } from './facts.ts'
import { membersOf, unsharedRules } from './members.ts'
import { type SettingChange, settingChanges, wrapOf } from './setting-changes.ts'
import {
  analyseMember,
  type Member,
  rank,
  type Side,
  showSubject,
  type Verdict,
  verdictOf,
} from './side.ts'

/** What one policy says of a sample. */
export interface Answer {
  readonly decision: Decision
  readonly sandbox: 'required' | 'on' | 'off' | null
  /** What the rules that settle it ask for: `limits timeMs 5000`; `workspace code`: that it runs only in a sandbox. */
  readonly obligations: readonly string[]
  /** Ids of the rules that decide; empty: a default or a risk does. */
  readonly rules: readonly string[]
  /** The first of them as written, or what decides in place of a rule. */
  readonly by: string
  readonly reason: string
}

export interface Change {
  readonly action: ActionKind
  /** A command line, or an action with its resource. */
  readonly command: string
  /** Who asks, where that matters. */
  readonly facts: string | null
  readonly before: Answer
  readonly after: Answer
  readonly isWeaker: boolean
}

export interface Difference {
  /**
   * `same-digest`: one meaning by definition. `same`: every class was decided, alike. `different`: something below.
   * `unknown`: nothing found, but not everything could be looked at.
   */
  readonly result: 'same-digest' | 'same' | 'different' | 'unknown'
  readonly settings: readonly SettingChange[]
  readonly changes: readonly Change[]
  readonly classCount: number
  /** What was not looked at, and why. */
  readonly gaps: readonly string[]
}

/** `onProgress`: called now and then with the share that is decided. */
export function diffPolicies(
  before: Side,
  after: Side,
  onProgress: (done: number, all: number) => void = () => {},
): Difference {
  const nothing = { settings: [], changes: [], classCount: 0, gaps: [] }
  if (before.table.digest === after.table.digest) return { result: 'same-digest', ...nothing }
  const sides = [before, after] as const
  const settings = settingChanges(before.ir, after.ir)
  const hasOtherKnowledge = !hasEqualKnowledge(before.ir, after.ir)
  const rules = unsharedRules(before.ir.rules, after.ir.rules)
  const members = membersOf(sides, { rules, actions: unlikeActions(before.ir, after.ir) })
  const cases = factCases([...before.ir.rules, ...after.ir.rules].filter((each) => each.when))
  const gaps = [...members.gaps]
  if (rules.some(({ rule }) => rule.when !== null)) gaps.push(...cases.gaps)
  if (hasOtherKnowledge)
    gaps.push('what is known of commands differs; commands that no rule tells apart were not tried')
  const changes: Change[] = []
  let notReplayed = 0
  for (const [index, subject] of members.subjects.entries()) {
    if (index % PROGRESS_STEP === 0) onProgress(index, members.subjects.length)
    for (const facts of cases.cases) {
      const change = compare(sides, { subject, facts }, hasOtherKnowledge)
      if (change === 'not-replayed') notReplayed += 1
      else if (change) changes.push(change)
      // Who asks does not matter: one is enough.
      if (change && facts === cases.cases[0]) break
    }
  }
  if (notReplayed > 0) gaps.push(`${notReplayed} samples are decided otherwise as command lines`)
  const isDifferent = changes.length > 0 || settings.length > 0
  return {
    result: isDifferent ? 'different' : gaps.length > 0 ? 'unknown' : 'same',
    settings,
    changes: sortChanges(changes),
    classCount: members.subjects.length * cases.cases.length,
    gaps,
  }
}

const PROGRESS_STEP = 64

function compare(
  [a, b]: readonly [Side, Side],
  member: Member,
  hasOtherKnowledge: boolean,
): Change | 'not-replayed' | null {
  const analysis = analyseMember(a, member)
  const other = hasOtherKnowledge ? analyseMember(b, member) : analysis
  const [before, after] = [verdictOf(a.table, analysis), verdictOf(b.table, other)]
  const blocks = [a.ir.settings, b.ir.settings]
  if (isAlike(before, after, blocks)) return null
  const command = showSubject(member.subject)
  // Plain words are the same words to a shell.
  const isCommand = member.subject.kind === 'argv' && !/^[\w@%+=:,./ -]+$/.test(command)
  if (isCommand && !isReplayed([a, b], command, member.facts, [before, after]))
    return 'not-replayed'
  return {
    action: actionOf(member.subject),
    command,
    facts: showFacts(member.facts),
    before: answerOf(a, before),
    after: answerOf(b, after),
    isWeaker: isWeaker(before, after),
  }
}

function actionOf(subject: Member['subject']): ActionKind {
  if (subject.kind === 'path' || subject.kind === 'name') return subject.action
  return subject.kind === 'connect' ? 'connect' : 'run'
}

/** The words as a shell line give the same. */
function isReplayed(
  sides: readonly [Side, Side],
  line: string,
  facts: Facts,
  verdicts: readonly [Verdict, Verdict],
): boolean {
  return sides.every((side, index) => {
    const analysis = analyseMember(side, { subject: { kind: 'line', line }, facts })
    return verdictOf(side.table, analysis).decision === verdicts[index]?.decision
  })
}

function isAlike(a: Verdict, b: Verdict, blocks: readonly Settings[]): boolean {
  if (a.decision === 'deny' && b.decision === 'deny') return true
  return (
    a.decision === b.decision &&
    a.report.answerableBy === b.report.answerableBy &&
    (isWrappedAlike(a, b) || blocks.every((each) => wrapUnder(each, a) === wrapUnder(each, b)))
  )
}

/** Mostly no rule asks for anything. */
function isWrappedAlike(a: Verdict, b: Verdict): boolean {
  return a.obligations.length + b.obligations.length === 0 && a.needsSandbox === b.needsSandbox
}

/** What differs by the policies' blocks alone is a setting that differs, and no change of every request. */
function wrapUnder(blocks: Settings, { obligations, needsSandbox }: Verdict): string {
  return wrapOf([blocks, ...obligations], needsSandbox)
}

function isWeaker(before: Verdict, after: Verdict): boolean {
  if (before.decision !== after.decision) return rank(after.decision) < rank(before.decision)
  if (before.report.answerableBy !== after.report.answerableBy) return true
  if (before.needsSandbox && !after.needsSandbox) return true
  return !before.obligations.every((each) => isJoinedIn(each, after.obligations))
}

function isJoinedIn(one: Settings, all: readonly Settings[]): boolean {
  return wrapOf([...all, one], false) === wrapOf(all, false)
}

function answerOf({ ir }: Side, { decision, report, obligations, needsSandbox }: Verdict): Answer {
  const [first] = report.rules
  const rule = first === undefined ? undefined : ruleOf(ir, first)
  return {
    decision,
    sandbox: report.sandbox ?? null,
    obligations: [
      ...[...new Set(obligations.flatMap(showSettings))].sort(),
      ...(needsSandbox ? ['workspace code'] : []),
    ],
    rules: report.rules,
    by: rule ? rule.text : withoutRule(report.reason),
    reason: report.reason,
  }
}

function showSettings(settings: Settings): readonly string[] {
  return Object.entries(settings).flatMap(([section, fields]) =>
    Object.entries(fields as object).map(([key, value]) => `${section} ${key} ${value}`),
  )
}

function ruleOf(ir: PolicyIr, id: string): RuleIr | undefined {
  return ir.rules.find(({ origin }) => `${origin.file}:${origin.line}` === id)
}

/** What decides where no rule does. */
function withoutRule(reason: string): string {
  const said = /(?:; (default[^;]*|mode \w+) is \w+)$/.exec(reason)
  if (said?.[1] !== undefined) return said[1]
  if (reason.includes(' has risk ')) return 'its risk'
  if (reason.includes('is not fully known')) return 'what is not fully known'
  if (reason.includes('may be written')) return 'code from a place that may be written'
  return 'no rule'
}

/** Newly allowed first, then all that is weaker, then what is stricter; the largest steps first. */
function sortChanges(changes: readonly Change[]): readonly Change[] {
  const isNew = ({ before, after }: Change): boolean =>
    rank(before.decision) >= rank('ask') && rank(after.decision) < rank('ask')
  const order = (each: Change): number => (isNew(each) ? 0 : each.isWeaker ? 1 : 2)
  return [...changes].sort(
    (a, b) =>
      order(a) - order(b) ||
      rank(a.after.decision) - rank(b.after.decision) ||
      rank(b.before.decision) - rank(a.before.decision),
  )
}

function hasEqualKnowledge(a: PolicyIr, b: PolicyIr): boolean {
  return isDeepStrictEqual([a.commands, a.persistPlaces], [b.commands, b.persistPlaces])
}

function unlikeActions(a: PolicyIr, b: PolicyIr): ReadonlySet<ActionKind> {
  const answers = (ir: PolicyIr, action: ActionKind): string =>
    canonicalJson([ir.defaults[action] ?? ir.defaults['*'] ?? ir.mode, ir.on, ir.override])
  return new Set(ACTIONS.filter((each) => answers(a, each) !== answers(b, each)))
}
