/** The presets reach their bars on the sample that they were developed against. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { decideCorpora, SHARED_CORPORA } from '../../bench/corpora.ts'
import { barsOf, type Decided, PRESETS } from '../../bench/corpora-bars.ts'
import { ROOT } from '../support/corpus.ts'
import { skip } from '../support/skip.ts'

const test = suite('corpora')

for (const preset of PRESETS) {
  test(`${preset} reaches its bars on real commands`, () => {
    if (!existsSync(join(SHARED_CORPORA, 'dangerous.tsv'))) return skip('the corpora are not there')
    const decided = decideCorpora(SHARED_CORPORA, `policies/${preset}.oa`)
    const failing = barsOf(preset, decided).filter((each) => !each.holds)
    assert.equal(failing, [])
  })
  test(`${preset} reaches its bars on the project's own commands`, () => {
    const decided = decideCorpora(join(ROOT, 'test/corpus/commands'), `policies/${preset}.oa`)
    const failing = barsOf(preset, decided).filter((each) => !each.holds)
    assert.equal(failing, [])
  })
}

const row = (file: Decided['file'], kind: string, decision: Decided['decision']): Decided => ({
  ...{ file, kind, decision },
  ...{ line: 'x', reason: '' },
})

test('a bar fails where one row too many is on the wrong side', () => {
  const failing = (preset: (typeof PRESETS)[number], ...rows: readonly Decided[]): number =>
    barsOf(preset, rows).filter((each) => !each.holds).length
  assert.is(failing('standard', row('dangerous', 'chain', 'ask'), row('benign', 'dev', 'allow')), 0)
  assert.is(failing('standard', row('dangerous', 'chain', 'warn')), 2)
  assert.is(failing('standard', row('dangerous', 'persist', 'allow')), 1)
  assert.is(failing('standard', row('benign', 'dev', 'deny')), 1)
  assert.is(failing('standard', row('benign', 'dev', 'ask')), 1)
  assert.is(failing('standard', row('benign', 'read', 'warn')), 1)
  assert.is(failing('strict', row('dangerous', 'zsh', 'allow')), 1)
  assert.is(failing('relaxed', row('dangerous', 'disk', 'ask')), 1)
  assert.is(failing('relaxed', row('dangerous', 'obfuscation', 'ask')), 0)
  assert.is(failing('relaxed', row('dangerous', 'obfuscation', 'warn')), 1)
})

test.run()
