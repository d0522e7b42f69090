/**
 * Programs that are known to open a door: to run a command, load a library, read or write any file, send or fetch.
 * Which programs have which door is from GTFOBins (gtfobins.github.io); the lines in `test/corpus/doors` are our own.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { analyse } from '../../src/command/analyse.ts'
import { compilePolicy } from '../../src/compile.ts'
import { decide } from '../../src/decide/decide.ts'
import { buildTable } from '../../src/lower/build.ts'
import { NO_FACTS } from '../../src/model/request.ts'
import { policyReader } from '../../src/policy-reader.ts'
import { Table } from '../../src/table/table.ts'
import { ROOT } from '../support/corpus.ts'
import { memoryWorld } from '../support/world.ts'

const test = suite('doors')
const DOORS = ['exec', 'load', 'read', 'write', 'upload', 'download']
/** Programs in the table; GTFOBins names 478. */
const PROGRAMS_MIN = 478

const path = join(ROOT, 'policies/standard.oa')
const { value } = compilePolicy({ kind: 'file', path }, policyReader())
const place = memoryWorld({
  home: '/home/ann',
  workspace: '/home/ann/project',
  files: [
    '/home/ann/project/src/main.c',
    '/home/ann/.ssh/id_rsa',
    '/home/ann/.bashrc',
    '/etc/shadow',
  ],
  writable: ['/home/ann', '/tmp'],
  hasEveryProgram: true,
})

const text = readFileSync(join(ROOT, 'test/corpus/doors/gtfobins.tsv'), 'utf8')
const rows = text
  .split('\n')
  .filter((each) => each !== '' && !each.startsWith('#'))
  .map((each) => each.split('\t'))

let table: Table | undefined
for (const [program = '', door = '', line = ''] of rows) {
  test(`${program}, ${door}: ${line}`, () => {
    if (!value) throw new Error('the policy does not compile')
    assert.ok(DOORS.includes(door), `no door is called ${door}`)
    table ??= Table.open(buildTable(value.ir).bytes)
    const request = {
      subject: { kind: 'line', line },
      cwd: place.workspace,
      facts: NO_FACTS,
    } as const
    const { decision } = decide([table], analyse(table, request, place).analysis)
    assert.ok(decision === 'ask' || decision === 'deny', `${line} is ${decision}`)
  })
}

test('the table has every program of the list', () => {
  const programs = new Set(rows.map(([program]) => program))
  assert.ok(programs.size >= PROGRAMS_MIN, `${programs.size} programs`)
})

test.run()
