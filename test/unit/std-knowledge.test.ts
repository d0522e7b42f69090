import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { analyse } from '../../src/command/analyse.ts'
import { compilePolicy } from '../../src/compile.ts'
import { buildTable } from '../../src/lower/build.ts'
import { type Action, showResource } from '../../src/model/analysis.ts'
import { NO_FACTS } from '../../src/model/request.ts'
import { policyReader } from '../../src/policy-reader.ts'
import { Table } from '../../src/table/table.ts'
import { ROOT } from '../support/corpus.ts'
import { memoryWorld } from '../support/world.ts'

const test = suite('std knowledge')
const compiled = compilePolicy(
  { kind: 'file', path: join(ROOT, 'policies/std/std.oa') },
  policyReader(),
)

test('the shipped library compiles without errors', () => {
  const errors = compiled.diagnostics.filter((each) => each.severity === 'error')
  assert.equal(
    errors.map((each) => each.message),
    [],
  )
})

const place = memoryWorld()

/** `read a.txt` → `read /home/ann/project/a.txt`: paths as the analysis shows them. */
function expected(text: string): string {
  const [kind = '', ...rest] = text.split(' ')
  const resource = rest.join(' ')
  if (!/^(?:read|write|delete|persist)$/.test(kind)) return text
  const home = resource.replace(/^~/, place.home)
  return `${kind} ${home.startsWith('/') ? home : `${place.workspace}/${home}`}`
}

const showAction = (action: Action): string => `${action.kind} ${showResource(action)}`

const knowledge = compiled.value && Table.open(buildTable(compiled.value.ir).bytes)
const folder = join(ROOT, 'test/corpus/knowledge')
for (const file of readdirSync(folder)) {
  const rows = readFileSync(join(folder, file), 'utf8').split('\n')
  for (const row of rows.filter((each) => each !== '' && !each.startsWith('#'))) {
    const [line = '', wanted = ''] = row.split('\t')
    test(`${file}: ${line}`, () => {
      if (!knowledge) throw new Error('the library does not compile')
      const request = {
        subject: { kind: 'line', line },
        cwd: place.workspace,
        facts: NO_FACTS,
      } as const
      const { actions } = analyse(knowledge, request, place).analysis
      const shown = actions.map(showAction)
      const first = actions.find((each) => each.kind === 'run')
      for (const want of wanted.split(', ')) {
        if (want === 'listed') assert.is(first?.hasUnlisted, false, `${line}: has unlisted words`)
        else if (want === 'unknown') {
          assert.ok(
            actions.some((each) => each.unknown !== null),
            `${line}: all is known`,
          )
        } else {
          assert.ok(shown.includes(expected(want)), `${line}: no ${want} in ${shown.join('; ')}`)
        }
      }
    })
  }
}

test.run()
