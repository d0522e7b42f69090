/** The compiled table decides what the naive decider decides, on generated policies and requests. */
import fc from 'fast-check'
import { suite } from 'uvu'
import { decide } from '../../src/decide/decide.ts'
import { ask, assertSame, assertSameRules, compileBoth } from '../support/decide-both.ts'
import * as hosts from '../support/host-generator.ts'
import * as generator from '../support/policy-generator.ts'
import * as requests from '../support/request-generator.ts'

const RUNS = process.env['OA_TEST_DEEP'] ? 12_000 : 300
/** The same cases in normal runs; new ones in deep runs. */
const SEED = process.env['OA_TEST_DEEP'] ? {} : { seed: 20_261_122 }

const test = suite('table and oracle')

test('one layer', () => {
  let compiled = 0
  fc.assert(
    fc.property(
      generator.statements,
      fc.array(requests.request, { minLength: 4, maxLength: 8 }),
      (lines, requests) => {
        const policy = compileBoth(generator.sources(lines))
        if (!policy) return
        compiled += 1
        for (const each of requests) {
          const answers = ask([policy], each)
          assertSame(answers)
          assertSameRules(policy, answers.analysis)
        }
      },
    ),
    { numRuns: RUNS, ...SEED },
  )
  if (compiled < RUNS / 2) throw new Error(`only ${compiled} of ${RUNS} policies compile`)
})

test('many rules of the same words', () => {
  fc.assert(
    fc.property(
      generator.crowd,
      fc.array(fc.oneof(requests.request, requests.crowdRequest), {
        minLength: 12,
        maxLength: 24,
      }),
      (lines, requests) => {
        const policy = compileBoth(generator.sources(lines))
        if (!policy) throw new Error('the policy does not compile')
        for (const each of requests) {
          const answers = ask([policy], each)
          assertSame(answers)
          assertSameRules(policy, answers.analysis)
        }
      },
    ),
    { numRuns: RUNS / 3, ...SEED },
  )
})

test('hosts, addresses and their ranges', () => {
  fc.assert(
    fc.property(
      hosts.hostRules,
      fc.array(hosts.hostRequest, { minLength: 8, maxLength: 16 }),
      (lines, requests) => {
        const policy = compileBoth(generator.sources(lines))
        if (!policy) throw new Error('the policy does not compile')
        for (const each of requests) assertSame(ask([policy], each))
      },
    ),
    { numRuns: RUNS, ...SEED },
  )
})

test('two layers', () => {
  fc.assert(
    fc.property(
      generator.statements,
      generator.statements,
      requests.request,
      (high, low, request) => {
        const layers = [high, low].flatMap((each) => compileBoth(generator.sources(each)) ?? [])
        if (layers.length === 2) assertSame(ask(layers, request))
      },
    ),
    { numRuns: RUNS, ...SEED },
  )
})

test('no layer is a deny', () => {
  const policy = compileBoth('allow ls\n')
  if (!policy) throw new Error('the policy does not compile')
  const { analysis } = ask([policy], {
    subject: { kind: 'line', line: 'ls' },
    cwd: '/',
    facts: requests.NOBODY,
  })
  if (decide([], analysis).decision !== 'deny') throw new Error('allowed without a policy')
})

test.run()
