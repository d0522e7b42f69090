/** What the presets answer to everyday and to dangerous commands: `test/corpus/presets/*.tsv`. */
import { readdirSync, readFileSync } from 'node:fs'
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

const test = suite('preset decisions')
const PRESETS = ['standard', 'relaxed', 'strict'] as const
const place = memoryWorld({
  home: '/home/ann',
  workspace: '/home/ann/project',
  files: ['/home/ann/project/src/main.c', '/home/ann/project/package.json', '/etc/passwd'],
  writable: ['/home/ann', '/tmp'],
  hasEveryProgram: true,
})

function tableOf(preset: string): Table {
  const path = join(ROOT, 'policies', `${preset}.oa`)
  const { value, diagnostics } = compilePolicy({ kind: 'file', path }, policyReader())
  const first = diagnostics.find((each) => each.severity === 'error')
  if (!value) throw new Error(`${preset} does not compile: ${first?.message ?? ''}`)
  return Table.open(buildTable(value.ir).bytes)
}

const tables = PRESETS.map((preset) => tableOf(preset))
const folder = join(ROOT, 'test/corpus/presets')
for (const file of readdirSync(folder)) {
  const rows = readFileSync(join(folder, file), 'utf8').split('\n').slice(1)
  for (const row of rows.filter((each) => each !== '')) {
    const [line = '', ...wanted] = row.split('\t')
    test(`${file}: ${line}`, () => {
      const request = {
        subject: { kind: 'line', line },
        cwd: place.workspace,
        facts: NO_FACTS,
      } as const
      const got = tables.map((table) => {
        const { analysis } = analyse(table, request, place)
        return decide([table], analysis).decision
      })
      assert.equal(got, wanted, line)
    })
  }
}

test.run()
