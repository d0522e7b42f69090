/** Settings of a run: strictest per field, in any order. */
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { joinSettings } from '../../src/decide/settings.ts'
import type { Settings } from '../../src/model/settings.ts'

const test = suite('run-settings')

const both = (a: Settings, b: Settings): readonly ReturnType<typeof joinSettings>[] => [
  joinSettings([a, b], false),
  joinSettings([b, a], false),
]

test('nothing said: no sandbox, no limits', () => {
  const joined = joinSettings([], false)
  assert.is(joined.sandbox, null)
  assert.equal(joined.limits, {})
  assert.is(joined.isStrict, false)
  assert.is(joined.approval.persons, 1)
})

test('off holds only where nobody wants a sandbox', () => {
  for (const joined of both({ sandbox: { isOn: false } }, { sandbox: { isRequired: true } })) {
    assert.is(joined.sandbox?.isRequired, true)
  }
  assert.is(joinSettings([{ sandbox: { isOn: false } }], false).sandbox, null)
  assert.is(joinSettings([{ sandbox: { isOn: false } }], true).sandbox?.isRequired, true)
})

test('limits take the least, networks the tightest, roles and persons the most', () => {
  for (const joined of both(
    {
      limits: { timeMs: 5, processes: 9 },
      sandbox: { network: 'open' },
      approval: { persons: 2, byRole: 'a' },
    },
    {
      limits: { timeMs: 3 },
      sandbox: { network: 'rules' },
      approval: { approveWithinMs: 7, byRole: 'b' },
    },
  )) {
    assert.equal(joined.limits, { timeMs: 3, processes: 9 })
    assert.is(joined.sandbox?.network, 'rules')
    assert.equal(joined.approval, {
      withinMs: 7,
      runWithinMs: null,
      persons: 2,
      roles: ['a', 'b'],
      notify: [],
    })
  }
  assert.is(
    joinSettings([{ sandbox: { network: 'off' } }, { sandbox: { network: 'open' } }], false).sandbox
      ?.network,
    'off',
  )
  assert.is(joinSettings([{ sandbox: { isOn: true } }], false).sandbox?.network, 'rules')
})

test('two backends exclude each other, auto gives way', () => {
  const [joined] = both({ sandbox: { backend: 'bwrap' } }, { sandbox: { backend: 'auto' } })
  assert.is(joined?.sandbox?.backend, 'bwrap')
  assert.equal(joined?.conflicts, [])
  for (const each of both({ sandbox: { backend: 'bwrap' } }, { sandbox: { backend: 'unshare' } })) {
    assert.is(each.conflicts.length, 1)
  }
})

test('kept names stay lists to be intersected, secrets unite, strictness sticks', () => {
  for (const joined of both(
    { env: { keep: ['A'], secret: ['*X*'] }, sandbox: { isStrict: true } },
    { env: { keep: ['A', 'B'], secret: ['*Y*'] }, sandbox: { isOn: false } },
  )) {
    assert.is(joined.keepLists.length, 2)
    assert.equal(joined.secret, ['*X*', '*Y*'])
    assert.is(joined.isStrict, true)
  }
})

test.run()
