/**
 * Words that end quotes and start code, control characters, broken UTF-8: what arrives in each backend is what was
 * judged, byte for byte, and nothing of it runs.
 */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { BackendName } from '../../src/model/profile.ts'
import { spawnPlan } from '../../src/run/spawn.ts'
import { findTool, hostFacts } from '../../src/sandbox/host.ts'
import { planRun } from '../../src/sandbox/plan.ts'
import { IMAGE, makeImageTar, podman } from '../support/image.ts'
import { isDeep, skip } from '../support/skip.ts'
import { decodeArgument } from './sandbox-case.ts'
import { makeFixture, profileOf } from './sandbox-fixture.ts'

const test = suite('words in every backend')
const COMMANDS = isDeep() ? 10_000 : 1000
/** Commands in one run, each of `WORDS` words. */
const BATCH = 125
const WORDS = 4

const uid = process.getuid?.() ?? -1
const fixture = makeFixture(uid)
const scratch = mkdtempSync('/var/tmp/oa-test-image-')
const hasPodman = findTool('container')?.endsWith('/podman') === true
if (hasPodman) podman(['import', makeImageTar(scratch), IMAGE])

test.after(() => {
  if (hasPodman) podman(['rmi', '--force', IMAGE])
  for (const folder of [fixture.base, scratch]) rmSync(folder, { recursive: true, force: true })
})

const PIECES = [
  ...[
    "'",
    '"',
    '`',
    '\\',
    '$',
    '\n',
    '\r',
    '\t',
    ' ',
    '*',
    '?',
    '~',
    '#',
    '!',
    '&',
    '|',
    ';',
    '<',
    '>',
  ],
  ...['$(touch injected)', '`touch injected`', "'; touch injected; '", '"; touch injected; "'],
  ...["$'\\n'", '\nEOF\n', '\n]]>', '}', '{a,b}', '[a-z]', '!!', '%n%s', '\\0', '\\x27', '${IFS}'],
  ...['$1', '$$', '$@', '--', '-n', '-e', '=', 'é', '😀', '\u2028', 'oa_X=1', 'touch injected'],
  ...Array.from({ length: 31 }, (_, index) => String.fromCharCode(index + 1)),
  ...['\u007f', '\u0085', '\u202e'],
]
const BYTES = [
  [0xff],
  [0xc3],
  [0x80, 0x41],
  [0xed, 0xa0, 0x80],
  [0xf4, 0x90, 0x80, 0x80],
  [0x27, 0xfe],
]
const ALL = [...PIECES.map((each) => Buffer.from(each)), ...BYTES.map((each) => Buffer.from(each))]

/** The same words each time, for a failure to be found again. */
function generator(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
    return (state >>> 8) % below
  }
}

function wordsOf(next: (below: number) => number): readonly Buffer[] {
  return Array.from({ length: BATCH * WORDS }, () =>
    Buffer.concat(Array.from({ length: next(6) }, () => ALL[next(ALL.length)] ?? Buffer.alloc(0))),
  )
}

async function arrived(backend: BackendName, words: readonly Buffer[]): Promise<Buffer> {
  const tool = findTool(backend) ?? ''
  const facts = { ...hostFacts({ backend, tool }), isTerminal: false }
  const image = backend === 'container' ? { image: IMAGE } : {}
  const { value: plan, diagnostics } = planRun(
    profileOf(fixture, image),
    {
      executable: '/usr/bin/printf',
      argv0: 'printf',
      args: ['%s\\0', ...words.map((word) => decodeArgument(word.toString('base64')))],
      cwd: fixture.workspace,
      env: {},
    },
    facts,
  )
  if (!plan) throw new Error(diagnostics.map((each) => each.message).join('\n'))
  const output: Uint8Array[] = []
  const options = { stdin: 'ignore', stderr: 'inherit', signals: null } as const
  const result = await spawnPlan(plan, { ...options, stdout: (chunk) => void output.push(chunk) })
  assert.ok(result.isStarted, result.failure)
  return Buffer.concat(output)
}

for (const backend of ['bwrap', 'unshare', 'firejail', 'container'] as const) {
  test(`${COMMANDS} commands arrive in ${backend} byte for byte`, async () => {
    if (findTool(backend) === undefined) return skip(`${backend} is not installed`)
    if (backend === 'container' && !hasPodman) return skip('podman is not installed')
    const before = [fixture.workspace, fixture.outside, '/'].map((each) => readdirSync(each))
    const next = generator(4711)
    for (let done = 0; done < COMMANDS; done += BATCH) {
      const words = wordsOf(next)
      const expected = Buffer.concat(words.flatMap((word) => [word, Buffer.of(0)]))
      const got = await arrived(backend, words)
      const at = words.findIndex((word, index) => {
        const from = words.slice(0, index).reduce((sum, each) => sum + each.length + 1, 0)
        return !got
          .subarray(from, from + word.length + 1)
          .equals(Buffer.concat([word, Buffer.of(0)]))
      })
      assert.ok(
        got.equals(expected),
        `word ${at}: ${JSON.stringify(words[at]?.toString('latin1'))}`,
      )
    }
    const after = [fixture.workspace, fixture.outside, '/'].map((each) => readdirSync(each))
    assert.equal(after, before)
    return undefined
  })
}

test.run()
