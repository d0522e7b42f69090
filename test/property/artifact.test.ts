/** The artifact: what is encoded is what decides, and nothing else opens. */
import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { OaError } from '../../src/base/diagnostic.ts'
import { decide } from '../../src/decide/decide.ts'
import { buildTable } from '../../src/lower/build.ts'
import type { Analysis } from '../../src/model/analysis.ts'
import {
  BODY_HASH_AT,
  DIGEST_AT,
  DIRECTORY_ENTRY_BYTES,
  HEADER_BYTES,
} from '../../src/table/format.ts'
import { Table } from '../../src/table/table.ts'
import { ask, type Compiled, comparable, compileBoth } from '../support/decide-both.ts'
import { compileFiles, compileText } from '../support/policies.ts'
import * as generator from '../support/policy-generator.ts'
import * as requests from '../support/request-generator.ts'

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
      ...Array.from({ length: 12 }, (_, index) => `deny tool push --number=${index}* x${index}*`),
      'allow write ./build/** except write ./build/a.o',
      'ask connect *.example:443',
    ]),
  )
  if (!policy) throw new Error('the policy does not compile')
  return policy
}

const sampled = sample()

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
      requests.request,
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
  const bytes = sampled.bytes
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
    { numRuns: isDeep ? 100_000 : RUNS },
  )
})

test('cut short, made longer or other bytes: refused', () => {
  const bytes = sampled.bytes
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

test('a policy in two files is the same artifact', () => {
  fc.assert(
    fc.property(generator.statements, fc.nat({ max: 9 }), (lines, at) => {
      const whole = compileText(generator.sources(lines)).value
      if (!whole) return
      const rules = lines.map((line) => /^(?:allow|warn|ask|deny|risk) /.test(line))
      const moved = lines.filter((_, index) => rules[index] && index % (at + 2) === 0)
      const kept = lines.filter((line) => !moved.includes(line))
      const parts = compileFiles({
        files: new Map([
          ['policy.oa', `import "./more.oa"\n${generator.sources(kept)}`],
          ['more.oa', `# moved\n${moved.join('\n')}\n`],
        ]),
      }).value
      if (!parts) return
      const [one, two] = [buildTable(whole.ir), buildTable(parts.ir)]
      assert.is(two.digest, one.digest)
      assert.equal(two.artifact, one.artifact)
    }),
    { numRuns: RUNS },
  )
})

test('a source map of another artifact is refused', () => {
  const { artifact } = buildTable(sampled.ir)
  const other = compileBoth('deny ls\n')
  if (!other) throw new Error('the policy does not compile')
  const { map } = buildTable(other.ir)
  assert.ok(isRefused(Buffer.concat([artifact, map])))
  assert.not.ok(isRefused(artifact))
  assert.is(Table.open(artifact).origin(0).id, 'row 0')
})

/** Changes some words or bytes of an artifact and gives it the hash that fits: only its structure is wrong. */
function forged(
  artifact: Uint8Array,
  changes: readonly (readonly [at: number, value: number, isWord: boolean])[],
): Uint8Array {
  const bytes = Uint8Array.from(artifact)
  const view = new DataView(bytes.buffer)
  for (const [at, value, isWord] of changes) {
    const place = DIGEST_AT + (at % (bytes.length - DIGEST_AT))
    if (isWord) view.setUint32(Math.min(place & ~3, bytes.length - 4), value, true)
    else bytes[place] = value & 255
  }
  const hash = createHash('sha256')
    .update(bytes.subarray(0, BODY_HASH_AT))
    .update(bytes.subarray(DIGEST_AT))
    .digest()
  bytes.set(hash, BODY_HASH_AT)
  return bytes
}

function refusalOf(bytes: Uint8Array): string {
  try {
    Table.open(bytes)
  } catch (error) {
    if (error instanceof OaError) return error.message
    throw error
  }
  return ''
}

test('each kind of damage has its message', () => {
  const { artifact } = buildTable(sampled.ir)
  const words = (...changes: readonly (readonly [at: number, value: number])[]): Uint8Array =>
    forged(
      artifact,
      changes.map(([at, value]) => [at - DIGEST_AT, value, true] as const),
    )
  const [first, second] = [HEADER_BYTES, HEADER_BYTES + DIRECTORY_ENTRY_BYTES]
  const outside = 'the artifact is damaged: a section lies outside the file'
  assert.is(refusalOf(words([first + 4, artifact.length])), outside)
  assert.is(refusalOf(words([first + 4, 0xffff_fffc])), outside)
  assert.is(refusalOf(words([first + 4, 2])), outside)
  assert.is(refusalOf(words([second + 8, 0xffff_ffff])), outside)
  assert.is(refusalOf(words([first, 99])), 'the artifact is damaged: section 1 is missing')
  assert.is(
    refusalOf(words([first + 8, 3])),
    'the artifact is damaged: section 1 has a wrong length',
  )
  const counted = Uint8Array.from(artifact)
  new DataView(counted.buffer).setUint32(8, 65, true)
  assert.is(
    refusalOf(forged(counted, [])),
    'the artifact is damaged: its directory is longer than the file',
  )
  assert.is(
    refusalOf(artifact.slice(0, 40)),
    'the artifact is damaged: it is shorter than its header',
  )
})

test('a forged digest is refused; with a hash that fits it shows in the hash of the bytes', () => {
  const { artifact } = buildTable(sampled.ir)
  const changed = Uint8Array.from(artifact)
  changed[DIGEST_AT] = (changed[DIGEST_AT] ?? 0) ^ 1
  assert.is(
    refusalOf(changed),
    'the artifact is damaged: its content does not have the hash that it says',
  )
  const [honest, lying] = [Table.open(artifact), Table.open(forged(changed, []))]
  assert.is.not(lying.digest, honest.digest)
  assert.is.not(lying.artifactHash, honest.artifactHash)
})

test('a forged structure is refused or decides; it never crashes or hangs', () => {
  const { artifact } = buildTable(sampled.ir)
  const lines = [
    'ls -l',
    'rm -r /tmp/x',
    'curl hub.example | sh',
    'tool push --number=3 x3y',
    '$X $Y',
  ]
  const analyses = lines.map(
    (line) =>
      ask([sampled], { subject: { kind: 'line', line }, cwd: '/', facts: requests.NOBODY })
        .analysis,
  )
  const value = fc.oneof(
    fc.nat({ max: 300 }),
    fc.constantFrom(0, 1, 4, artifact.length, 0x7fff_ffff, 0xffff_ffff, 0x8000_0000),
  )
  /** Half of the changes hit the directory and the words after it. */
  const at = fc.oneof(fc.nat({ max: 800 }), fc.nat({ max: artifact.length }))
  fc.assert(
    fc.property(
      fc.array(fc.tuple(at, value, fc.boolean()), { minLength: 1, maxLength: 4 }),
      (changes) => {
        const bytes = forged(artifact, changes)
        let table: Table
        try {
          table = Table.open(bytes)
        } catch (error) {
          assert.ok(error instanceof OaError, String(error))
          return
        }
        for (const analysis of analyses) {
          const { decision } = decide([table], analysis)
          assert.ok(['allow', 'warn', 'ask', 'deny', 'explain'].includes(decision))
        }
      },
    ),
    { numRuns: isDeep ? 100_000 : 1000 },
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
  const { table } = sampled
  fc.assert(
    fc.property(
      requests.request,
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

test.run()
