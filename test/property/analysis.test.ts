/** Questions over all requests against random requests, on generated policies. */
import fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { type Change, diffPolicies } from '../../src/analysis/diff.ts'
import { onlyPrints } from '../../src/analysis/least.ts'
import { deadRules } from '../../src/analysis/lint.ts'
import { proveNevers } from '../../src/analysis/nevers.ts'
import {
  analyseMember,
  probeOf,
  rank,
  Side,
  sideOf,
  tableOf,
  verdictOf,
} from '../../src/analysis/side.ts'
import { NO_FACTS } from '../../src/model/request.ts'
import { oracle } from '../support/oracle.ts'
import { compileText } from '../support/policies.ts'
import * as generator from '../support/policy-generator.ts'
import { request } from '../support/request-generator.ts'

const isDeep = process.env['OA_TEST_DEEP'] !== undefined
const OPTIONS = isDeep ? { numRuns: 10_000 } : { numRuns: 40, seed: 4 }
const requests = fc.array(request, { minLength: 20, maxLength: 40 })

const test = suite('analysis and random requests')

function compiled(lines: readonly string[]): Side {
  const { value } = compileText(generator.sources(lines))
  fc.pre(value !== undefined)
  return sideOf((value as NonNullable<typeof value>).ir)
}

/** The naive decider answers both sides as the change says; what is not a command line is decided by the tables. */
function isConfirmed(change: Change, a: Side, b: Side): boolean {
  if (change.action !== 'run' || change.facts !== null) return true
  const subject = { kind: 'line' as const, line: change.command }
  const decided = [a, b].map((side) => {
    const { decision, would } = oracle([side.ir], analyseMember(side, { subject, facts: NO_FACTS }))
    return would ?? decision
  })
  const isTold = decided[0] === change.before.decision && decided[1] === change.after.decision
  const isOther =
    decided[0] !== decided[1] ||
    change.before.sandbox !== change.after.sandbox ||
    JSON.stringify(change.before.obligations) !== JSON.stringify(change.after.obligations)
  return isTold && (isOther || change.isWeaker)
}

test('where diff says same, no request of known words differs; every change differs', () => {
  fc.assert(
    fc.property(
      generator.statements,
      generator.rule,
      requests,
      fc.boolean(),
      (lines, rule, asked, isRemoved) => {
        const changed = isRemoved ? lines.slice(0, -1) : [...lines, rule]
        const [a, b] = [compiled(lines), compiled(changed)]
        const { result, changes } = diffPolicies(a, b)
        for (const each of changes)
          assert.ok(isConfirmed(each, a, b), `${each.command}: ${changed.join('; ')}`)
        if (result !== 'same' && result !== 'same-digest') return
        for (const { subject, facts } of asked) {
          const analysis = analyseMember(a, { subject, facts })
          const isKnown =
            analysis.unknowns.length === 0 &&
            !/[$*`?]/.test(analysis.line) &&
            analysis.actions.every((each) => !each.isPossible && each.unknown === null)
          if (!isKnown) continue
          const [one, two] = [verdictOf(a.table, analysis), verdictOf(b.table, analysis)]
          assert.is(one.decision, two.decision, `${analysis.line}: ${changed.join('; ')}`)
        }
      },
    ),
    OPTIONS,
  )
})

test('what is proved, no request breaks', () => {
  fc.assert(
    fc.property(generator.statements, generator.runPattern, requests, (lines, pattern, asked) => {
      const side = compiled([...lines, `never ${pattern}`])
      const [result] = proveNevers(side)
      if (!result || result.proof.kind === 'unknown') return
      if (result.proof.kind === 'refuted') {
        const { decision } = result.proof.witness.verdict
        assert.ok(decision === 'allow' || decision === 'warn')
        return
      }
      const patterns = side.ir.nevers.map((each) => each.pattern)
      const probe = tableOf(probeOf(side.ir, { action: 'run', patterns, except: [] }))
      for (const member of asked) {
        const analysis = analyseMember(side, member)
        const { report } = verdictOf(probe, analysis)
        const isMatched = report.actions.some((each, index) => {
          const action = analysis.actions[index]
          return each.rules.length > 0 && action?.kind === 'run' && !onlyPrints(action, side)
        })
        if (!isMatched) continue
        const { decision } = verdictOf(side.table, analysis)
        const message = `${analysis.line} is ${decision}: never ${pattern} under ${lines.join('; ')}`
        assert.ok(decision === 'ask' || decision === 'deny', message)
      }
    }),
    OPTIONS,
  )
})

test('without a dead rule everything is decided alike', () => {
  fc.assert(
    fc.property(generator.statements, requests, (lines, asked) => {
      const side = compiled(lines)
      for (const { rule, kind } of deadRules(side, () => true)) {
        const rules = side.ir.rules.filter((each) => each !== rule)
        const without = new Side(side.ir, tableOf({ ...side.ir, rules }))
        for (const member of asked) {
          const analysis = analyseMember(side, member)
          const [one, two] = [verdictOf(side.table, analysis), verdictOf(without.table, analysis)]
          const message = `${analysis.line}: ${kind} ${rule.text} in ${lines.join('; ')}`
          assert.is(one.decision, two.decision, message)
        }
      }
    }),
    OPTIONS,
  )
})

test('adding a deny never widens', () => {
  fc.assert(
    fc.property(generator.statements, generator.runPattern, (lines, pattern) => {
      const [a, b] = [compiled(lines), compiled([...lines, `deny ${pattern}`])]
      const weaker = diffPolicies(a, b).changes.find(
        (each) => rank(each.after.decision) < rank(each.before.decision),
      )
      assert.is(weaker?.command, undefined, `deny ${pattern} in ${lines.join('; ')}`)
    }),
    OPTIONS,
  )
})

test.run()
