/** The library as a program uses it. */
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { analyse, compile, decide, NO_FACTS, open, verify } from '../../src/index.ts'
import { tempFolder } from '../support/temp.ts'

const test = suite('library')

const TEXT = 'default deny\ncommand greet { option --loud }\nallow greet\ndeny greet --loud\n'
const policy = { kind: 'text', name: 'p.oa', text: TEXT, folder: null } as const

test('a policy is compiled, kept as an artifact, and decides', async () => {
  const { value, diagnostics } = await compile(policy)
  assert.equal(diagnostics, [])
  if (!value) throw new Error('it compiles')
  const tables = [open(value.artifact)]
  const place = { home: '/home/me', workspace: '/home/me/project' }
  const ask = (line: string) =>
    ({ subject: { kind: 'line', line }, cwd: '/', facts: NO_FACTS }) as const
  assert.is(decide(tables, ask('greet'), place).decision, 'allow')
  assert.is(decide(tables, ask('greet --lo"ud"'), place).decision, 'deny')
  assert.is(decide(tables, analyse(tables, ask('greet'), place)).decision, 'allow')
  assert.is(decide(tables, ask('greet'), place).digest, value.table.digest)
  assert.is(decide([], ask('greet'), place).decision, 'deny')
})

test('what is wrong with a policy is a value, not an exception', async () => {
  const { value, diagnostics } = await compile({ ...policy, text: 'alow ls\n' })
  assert.is(value, undefined)
  assert.equal(
    diagnostics.map((each) => each.code),
    ['OA1011'],
  )
})

test('a damaged artifact is refused', async () => {
  const { value } = await compile(policy)
  const bytes = Uint8Array.from(value?.artifact ?? [])
  bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1
  assert.throws(() => open(bytes), /damaged/)
})

test('a folder without a log is not intact', () => {
  assert.is(verify(`${tempFolder()}/none`).isIntact, false)
})

test.run()
