import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { auditFolder } from '../../src/cli/folders.ts'
import { refusalOf } from '../../src/command/shell/bounds.ts'

const test = suite('cli-audit-folder')

test('the log is in the own folder unless another is asked for', () => {
  assert.is(auditFolder('/h/.openagent', undefined, true), '/h/.openagent/audit')
  assert.is(auditFolder('/h/.openagent', '', true), '/h/.openagent/audit')
  assert.is(auditFolder('/h/.openagent', '/elsewhere', false), '/elsewhere')
})

test('the log of an installed policy is not moved away', () => {
  assert.throws(() => auditFolder('/h/.openagent', '/elsewhere', true), /move the log/)
  assert.is(auditFolder('/h/.openagent', '/h/.openagent/audit', true), '/h/.openagent/audit')
})

test('a relative folder is wrong use', () => {
  assert.throws(() => auditFolder('/h/.openagent', 'elsewhere', false), /not absolute/)
})

test('a line that came as bytes that are no UTF-8 is refused', () => {
  assert.is(refusalOf('ls \ufffd')?.code, 'OA4004')
  assert.is(refusalOf('ls é'), null)
})

test.run()
