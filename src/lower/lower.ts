/**
 * Checked policy → flat IR: sets, braces and option spellings expanded, conditions in normal form, rules in an order
 * that does not depend on how the policy was written. Two policies of one meaning give one IR, `origin`, `text`,
 * `because` and `instead` apart.
 */

import { type Outcome, Reporter } from '../base/diagnostic.ts'
import { RULES_MAX } from '../base/limits.ts'
import { didYouMean } from '../base/nearest.ts'
import { emptyRecord } from '../base/record.ts'
import { positionAt, type Span } from '../base/source.ts'
import type { CheckedPolicy, CheckedRule } from '../check/check.ts'
import type { SetScope } from '../check/names.ts'
import type { PathPattern, RuleEffectIr } from '../model/pattern.ts'
import type { Settings } from '../model/settings.ts'
import type { ActionKind } from '../model/vocabulary.ts'
import type { Condition, Except, Rule, Test } from '../syntax/ast.ts'
import { expandWords } from './expand.ts'
import { reportAddedOptions } from './expand-except.ts'
import { sortUnique } from './expand-run.ts'
import type { ExceptIr, NeverIr, Origin, PatternIr, PolicyIr, RuleIr, TestIr } from './ir.ts'
import { lowerCommands } from './lower-command.ts'
import { lowerCondition } from './lower-condition.ts'
import { ANY, lowerPattern, type PatternContext } from './lower-pattern.ts'
import { neverText, ruleText } from './lower-rule-text.ts'
import { lowerPath } from './lower-word.ts'

/** Errors: OA2006 to OA2008, OA2012, OA2013, OA2016, OA2017. Warnings: OA2502 to OA2505. */
export function lower(checked: CheckedPolicy): Outcome<PolicyIr> {
  const reporter = new Reporter()
  const once = new OnceReporter()
  const warnUnknown = unknownPrograms(checked, once)
  const base = { commands: checked.commands, reporter: once, warnUnknown }
  const rules = lowerRules(checked, base)
  const nevers = checked.nevers.flatMap(({ never, scope }): readonly NeverIr[] => {
    const context = { ...base, scope, isAllow: false }
    const rows = lowerPattern(never.pattern, 'run', context) ?? []
    const text = neverText(never)
    const origin = originOf(never.span)
    return rows.map((pattern) => ({ isAskToo: never.isAskToo, pattern, text, origin }))
  })
  const tests = checked.tests.flatMap(({ test, scope }) => lowerTest(test, scope, once) ?? [])
  const persistPlaces = sortUnique(lowerPlaces(checked, once))
  reporter.add(once.diagnostics)
  const { name, mode, defaults, on, override } = checked
  const commands = lowerCommands(checked.commands)
  const ir: PolicyIr = {
    ...{ name, language: 1, mode, defaults, on, override, rules, commands },
    ...{ persistPlaces, settings: sortSettings(checked.settings), tests, nevers },
  }
  return { value: reporter.hasErrors ? undefined : ir, diagnostics: reporter.diagnostics }
}

/** A rule of several actions is expanded once for each; what is wrong with it is said once. */
class OnceReporter extends Reporter {
  readonly #said = new Set<string>()

  override report(...finding: Parameters<Reporter['report']>): void {
    const [code, message, span] = finding
    const key = JSON.stringify([code, message, span?.source.name, span?.start, span?.end])
    if (this.#said.has(key)) return
    this.#said.add(key)
    super.report(...finding)
  }
}

type Base = Omit<PatternContext, 'scope' | 'isAllow'>

/** Says of each unknown program once that oa does not know it; without the shipped library it would be every one. */
function unknownPrograms(checked: CheckedPolicy, reporter: Reporter): Base['warnUnknown'] {
  const said = new Set<string>()
  return (program, span) => {
    if (!checked.hasLibrary || said.has(program)) return
    said.add(program)
    const otherwise = `teach it: \`command ${program} { … }\``
    const help = didYouMean(program, Object.keys(checked.commands), otherwise)
    reporter.report('OA2503', `oa knows no program \`${program}\``, span, { help })
  }
}

function lowerRules(checked: CheckedPolicy, base: Base): readonly RuleIr[] {
  const byMeaning = new Map<string, { readonly rule: RuleIr; readonly span: Span }>()
  const { reporter } = base
  let rows = 0
  for (const each of checked.rules) {
    for (const rule of lowerRule(each, base)) {
      rows += rule.patterns.length
      const key = meaningOf(rule)
      const before = byMeaning.get(key)
      if (!before) byMeaning.set(key, { rule, span: each.rule.span })
      else if (before.span !== each.rule.span) {
        const notes = [{ message: 'the first one', span: before.span }]
        reporter.report('OA2504', 'the same rule stands above', each.rule.span, {
          help: 'remove this one',
          notes,
        })
      }
    }
    if (rows > RULES_MAX) {
      const message = `the policy has more than ${RULES_MAX} rules after expansion`
      reporter.report('OA2017', message, each.rule.span, { help: 'use globs' })
      return []
    }
  }
  return [...byMeaning.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, { rule }]) => rule)
}

/** Canonical text of all that the rule means. */
function meaningOf(rule: RuleIr): string {
  const { action, effect, patterns, except, when, obligations } = rule
  return JSON.stringify([action, effect, patterns, except, when, obligations])
}

/** One rule for each of its actions. */
function lowerRule(each: CheckedRule, base: Base): readonly RuleIr[] {
  const { rule, scope } = each
  const { reporter } = base
  const actions =
    rule.actions.length > 0 ? rule.actions.map((word) => word.action) : (['run'] as const)
  reportForeignExcepts(rule, actions, reporter)
  const isAllow = rule.effect.kind === 'decision' && rule.effect.decision === 'allow'
  const context = { ...base, scope, isAllow }
  const when = rule.when ? lowerCondition(rule.when, scope, reporter) : null
  const obligations = sortSettings(each.obligations)
  const effect: RuleEffectIr =
    rule.effect.kind === 'decision' ? rule.effect.decision : { risk: rule.effect.risk }
  const about = {
    ...{ because: rule.because?.value ?? null, instead: rule.instead?.value ?? null },
    ...{ text: ruleText(rule), origin: originOf(rule.span) },
  }
  return [...new Set(actions)].flatMap((action) => {
    const patterns = lowerPatterns(rule, action, context)
    const except = lowerExcepts(rule, action, { context, patterns: patterns ?? [], isAllow })
    if (!patterns || !except || when === undefined) return []
    return [{ effect, action, patterns, except, when, obligations, ...about }]
  })
}

function lowerPatterns(
  rule: Rule,
  action: ActionKind,
  context: PatternContext,
): readonly PatternIr[] | undefined {
  if (rule.patterns.length === 0) {
    if (action !== 'run') return [ANY]
    const help = 'write `*` for every program'
    context.reporter.report('OA2006', 'a rule about `run` needs a pattern', rule.span, { help })
    return undefined
  }
  const rows = rule.patterns.map((each) => lowerPattern(each, action, context))
  return rows.every((each) => each !== undefined) ? sortUnique(rows.flat()) : undefined
}

interface ExceptReading {
  readonly context: PatternContext
  readonly patterns: readonly PatternIr[]
  readonly isAllow: boolean
}

function lowerExcepts(
  rule: Rule,
  action: ActionKind,
  reading: ExceptReading,
): readonly ExceptIr[] | undefined {
  const { context, patterns, isAllow } = reading
  const rows: ExceptIr[] = []
  let isBroken = false
  for (const except of rule.except) {
    if (!isAbout(except, action)) continue
    // An exception of an allow rule restricts, so it may be `text` or a pipe.
    const found = lowerPattern(except.pattern, action, { ...context, isAllow: false })
    if (!found) isBroken = true
    else rows.push(...found.map((pattern) => ({ action, pattern })))
    if (found && !isAllow) {
      reportAddedOptions({ except, patterns, found, context })
    }
  }
  return isBroken ? undefined : sortUnique(rows)
}

function isAbout(except: Except, action: ActionKind): boolean {
  return except.actions.length === 0 || except.actions.some((each) => each.action === action)
}

/** An except of an action that the rule is not about can never hold. */
function reportForeignExcepts(
  rule: Rule,
  actions: readonly ActionKind[],
  reporter: Reporter,
): void {
  for (const except of rule.except) {
    for (const { action, span } of except.actions) {
      if (actions.includes(action)) continue
      const message = `this rule is not about \`${action}\`, so the exception never holds`
      const help = `the rule is about ${actions.map((each) => `\`${each}\``).join(', ')}`
      reporter.report('OA2006', message, span, { help })
    }
  }
}

function lowerPlaces(checked: CheckedPolicy, reporter: Reporter): readonly PathPattern[] {
  return checked.places.flatMap(({ word, scope }) =>
    (expandWords([word], scope) ?? []).flatMap((sequence) =>
      sequence.flatMap((each) => lowerPath(each, reporter) ?? []),
    ),
  )
}

function lowerTest(test: Test, scope: SetScope, reporter: Reporter): TestIr | undefined {
  const facts = emptyRecord<string>()
  const isFine = test.facts === undefined || collectFacts(test.facts, facts, { scope, reporter })
  if (!isFine) return undefined
  return {
    line: test.line.value,
    cwd: test.path?.value ?? null,
    facts,
    decision: test.decision,
    origin: originOf(test.span),
  }
}

/** `role is x and ci is true` → the facts; anything else is no world that a test could run in. */
function collectFacts(
  condition: Condition,
  facts: Record<string, string>,
  at: { readonly scope: SetScope; readonly reporter: Reporter },
): boolean {
  if (condition.kind === 'and') {
    return collectFacts(condition.left, facts, at) && collectFacts(condition.right, facts, at)
  }
  const [value] = condition.kind === 'fact' ? condition.values : []
  if (condition.kind !== 'fact' || condition.operator !== 'is' || value?.kind !== 'word') {
    at.reporter.report(
      'OA2012',
      'a test states its facts with `is`, joined by `and`',
      condition.span,
      {
        help: 'write `when role is admin and ci is true`',
      },
    )
    return false
  }
  const fact = condition.fact.value
  if (fact === 'time') {
    if (!/^([01]\d|2[0-3]):[0-5]\d$/.test(value.text)) {
      const help = 'write `time is 09:30`; it is read as UTC'
      at.reporter.report('OA2012', `\`${value.text}\` is no time`, value.span, { help })
      return false
    }
  } else if (!lowerCondition(condition, at.scope, at.reporter)) return false
  const name = condition.name ? `${fact}:${condition.name.value}` : fact
  if (name in facts && facts[name] !== value.text) {
    at.reporter.report('OA2012', `the test states \`${fact}\` twice`, condition.span, {
      help: 'keep one value',
    })
    return false
  }
  facts[name] = value.text
  return true
}

function originOf(span: Span): Origin {
  return { file: span.source.name, ...positionAt(span.source, span.start) }
}

/** Settings whose lists and fields stand in one order. */
function sortSettings(settings: Settings): Settings {
  const sorted: [string, unknown][] = []
  for (const [section, fields] of Object.entries(settings).sort(byKey)) {
    const values = Object.entries(fields as Record<string, unknown>)
      .sort(byKey)
      .map(([key, value]) => [key, Array.isArray(value) ? sortUnique(value) : value])
    sorted.push([section, Object.fromEntries(values)])
  }
  return Object.fromEntries(sorted)
}

function byKey([a]: [string, unknown], [b]: [string, unknown]): number {
  return a < b ? -1 : 1
}
