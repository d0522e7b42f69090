import path from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { takeFromQuota } from '../../src/audit/quota.ts'
import { eachRecord } from '../../src/audit/tail.ts'
import { analyse } from '../../src/command/analyse.ts'
import { layeredKnowledge } from '../../src/command/layered-knowledge.ts'
import { compileTable } from '../../src/compile-table.ts'
import { decide } from '../../src/decide/decide.ts'
import { NO_FACTS } from '../../src/model/request.ts'
import { policyReader } from '../../src/policy-reader.ts'
import { decideEntry, RunRecorder } from '../../src/run/record.ts'
import { replayLog } from '../../src/run/replay.ts'
import { archivedTables } from '../../src/run/table-archive.ts'
import type { Table } from '../../src/table/table.ts'
import { nodeWorld } from '../../src/world/node-world.ts'
import { tempFiles, tempFolder } from '../support/temp.ts'

const test = suite('audit replay')

const COMMON = `policy "p"
language 1
mode execute
default deny
command greet { option --loud; operands <name>... }
`
const FIRST = `${COMMON}allow greet when env STAGE is test
ask greet when env API_TOKEN is "a-long-secret-of-somebody"
`
const SECOND = `${COMMON}allow greet when not env STAGE is test
warn greet --loud
deny greet eve
`

function compiled(text: string): Table {
  const folder = tempFiles({ 'p.oa': text })
  const { value, diagnostics } = compileTable(
    { kind: 'file', path: path.join(folder, 'p.oa') },
    policyReader(),
  )
  if (!value) throw new Error(diagnostics.map((each) => each.message).join('\n'))
  return value.table
}

const WORLDS: readonly Readonly<Record<string, string>>[] = [
  {},
  { STAGE: 'test', HOME: '/nobody', PATH: '/bin' },
  { STAGE: 'live', API_TOKEN: 'a-long-secret-of-somebody' },
]
const LINES = ['greet ann', 'greet --loud bob', 'greet eve', 'nothing here', 'greet $NAME']

/** Requests in every world, decided and recorded under a policy. */
async function record(own: string, directory: string, table: Table): Promise<number> {
  const recorder = new RunRecorder({
    directory,
    secretNames: [],
    env: {},
    policy: { own, layers: [{ path: 'p.oa', table }] },
  })
  for (const env of WORLDS) {
    for (const line of LINES) {
      const request = {
        subject: { kind: 'line', line } as const,
        cwd: '/',
        facts: { ...NO_FACTS, env },
      }
      const world = nodeWorld({ home: '/nobody', workspace: '', path: '/usr/bin:/bin' })
      const { analysis } = analyse(layeredKnowledge([table]), request, world)
      const decision = decide([table], analysis)
      await recorder.asked(
        decideEntry({ analysis, decided: analysis, decision, tables: [table], durationNs: 1 }),
      )
    }
  }
  await recorder.close()
  return WORLDS.length * LINES.length
}

test('a log of two versions of a policy is decided as recorded, but for hidden words', async () => {
  const own = tempFolder()
  const directory = path.join(own, 'audit')
  const [first, second] = [compiled(FIRST), compiled(SECOND)]
  const count = (await record(own, directory, first)) + (await record(own, directory, second))
  const summary = replayLog(directory, { layersOf: (digest) => archivedTables(own, digest) })
  assert.is(summary.requests, count)
  assert.is(summary.changed, 0)
  assert.equal(summary.skipped, { 'no-facts': 0, 'no-table': 0 })
  // One world has a secret that a condition of the first version asks about.
  assert.is(summary.redacted.same + summary.redacted.changed, LINES.length)
  assert.is(summary.same, count - LINES.length)
  assert.is(summary.newAccess, 0)
})

test('a record keeps the variables that conditions look at, no others, and no secret', async () => {
  const own = tempFolder()
  const directory = path.join(own, 'audit')
  await record(own, directory, compiled(FIRST))
  const texts: string[] = []
  eachRecord(directory, (each) => void texts.push(JSON.stringify(each)))
  const all = texts.join('\n')
  assert.match(all, '"STAGE":"test"')
  assert.not.match(all, '"PATH"')
  assert.not.match(all, 'a-long-secret-of-somebody')
})

test('under another policy, what was not recorded of the environment is unknown, not unset', async () => {
  const own = tempFolder()
  const directory = path.join(own, 'audit')
  await record(own, directory, compiled(FIRST))
  const other = compiled(`${COMMON}allow greet when not env OTHER is x\n`)
  const summary = replayLog(directory, { layersOf: () => [other] })
  assert.is(summary.classes.filter((each) => each.now === 'allow').length, 0)
})

test('a flood stops the one who makes it, until the next hour', () => {
  const directory = path.join(tempFolder(), 'log')
  const hourMs = 3_600_000
  const take = (name: string, ms: number): string => takeFromQuota(directory, name, 3, ms)
  const flood = Array.from({ length: 6 }, () => take('claude', hourMs))
  assert.equal(flood, ['within', 'within', 'within', 'first-over', 'over', 'over'])
  assert.is(take('codex', hourMs + 1), 'within')
  assert.is(take('claude', 2 * hourMs), 'within')
})

test.run()
