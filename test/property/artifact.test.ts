/** The artifact: what is encoded is what decides, and nothing else opens. */
import fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { OaError } from '../../src/base/diagnostic.ts'
import { decide } from '../../src/decide/decide.ts'
import { buildTable } from '../../src/lower/build.ts'
import type { Analysis } from '../../src/model/analysis.ts'
import { Table } from '../../src/table/table.ts'
import { ask, type Compiled, comparable, compileBoth } from '../support/decide-both.ts'
import * as generator from '../support/policy-generator.ts'

const isDeep = process.env['OA_TEST_DEEP'] !== undefined
const RUNS = isDeep ? 10_000 : 300

const test = suite('artifact')

function sample(): Compiled {
  const policy = compileBoth(
    generator.sources([
      'mode approve',
      'allow ls',
      'deny rm -r /**',
      'ask curl | sh',
      'deny text /a+/',
    ]),
  )
  if (!policy) throw new Error('the policy does not compile')
  return policy
}

function isRefused(bytes: Uint8Array): boolean {
  try {
    Table.open(bytes)
    return false
  } catch (error) {
    return error instanceof OaError && (error.code === 'OA3003' || error.code === 'OA3004')
  }
}

test('a copy decides the same, wherever its bytes lie', () => {
  fc.assert(
    fc.property(
      generator.statements,
      generator.request,
      fc.nat({ max: 3 }),
      (lines, request, offset) => {
        const policy = compileBoth(generator.sources(lines))
        if (!policy) return
        const room = new Uint8Array(policy.bytes.length + offset)
        room.set(policy.bytes, offset)
        const copy = Table.open(room.subarray(offset))
        assert.is(copy.digest, policy.table.digest)
        assert.equal(buildTable(policy.ir).bytes, policy.bytes, 'the same policy, other bytes')
        const { analysis, table } = ask([policy], request)
        assert.equal(comparable(decide([copy], analysis)), comparable(table))
      },
    ),
    { numRuns: isDeep ? RUNS : 60, seed: 7 },
  )
})

test('any changed byte is refused', () => {
  const { bytes } = sample()
  fc.assert(
    fc.property(
      fc.nat({ max: bytes.length - 1 }),
      fc.integer({ min: 1, max: 255 }),
      (at, change) => {
        const damaged = Uint8Array.from(bytes)
        damaged[at] = (damaged[at] ?? 0) ^ change
        assert.ok(isRefused(damaged), `byte ${at} changed by ${change}`)
      },
    ),
    { numRuns: RUNS },
  )
})

test('cut short, made longer or other bytes: refused', () => {
  const { bytes } = sample()
  fc.assert(
    fc.property(
      fc.nat({ max: bytes.length - 1 }),
      fc.uint8Array({ minLength: 1, maxLength: 9 }),
      (length, more) => {
        assert.ok(isRefused(bytes.slice(0, length)), `the first ${length} bytes`)
        assert.ok(isRefused(Uint8Array.from([...bytes, ...more])), `${more.length} bytes more`)
        assert.ok(isRefused(more), 'other bytes')
      },
    ),
    { numRuns: isDeep ? RUNS : 60 },
  )
})

/** Any value in the place of any other. */
function broken(value: unknown, path: readonly number[], junk: unknown): unknown {
  const [first, ...rest] = path
  if (first === undefined || typeof value !== 'object' || value === null) return junk
  const keys = Object.keys(value)
  const key = keys[first % Math.max(1, keys.length)]
  if (key === undefined) return junk
  const inner = broken((value as Record<string, unknown>)[key], rest, junk)
  if (!Array.isArray(value)) return { ...value, [key]: inner }
  return value.map((each: unknown, index) => (String(index) === key ? inner : each))
}

test('deciding is total on analyses that nobody would make', () => {
  const { table } = sample()
  fc.assert(
    fc.property(
      generator.request,
      fc.array(fc.nat({ max: 30 }), { minLength: 1, maxLength: 5 }),
      fc.oneof(fc.anything(), fc.constantFrom(null, -1, '', [], {})),
      (request, path, junk) => {
        const { analysis } = ask([sampled], request)
        const { decision } = decide([table], broken(analysis, path, junk) as Analysis)
        assert.ok(['allow', 'warn', 'ask', 'deny', 'explain'].includes(decision))
      },
    ),
    { numRuns: RUNS },
  )
})

const sampled = sample()

test.run()
