import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { ROOT } from '../support/corpus.ts'

const test = suite('runner')

function run(fixture: string, ...filters: string[]): { output: string; status: number | null } {
  const folder = join(ROOT, 'test/fixtures/runner', fixture)
  const args = ['--import', 'tsx', join(ROOT, 'test/run.ts'), '--in', folder, ...filters]
  const { stdout, status } = spawnSync(process.execPath, args, { cwd: ROOT, encoding: 'utf8' })
  return { output: stdout, status }
}

const lastLine = (output: string): string => output.trimEnd().split('\n').at(-1) ?? ''

test('passing tests are counted', () => {
  const { output, status } = run('green')
  assert.is(lastLine(output), '2 passed, 0 failed')
  assert.is(status, 0)
})

test('a file that never calls run() fails', () => {
  const { output, status } = run('forgotten')
  assert.is(lastLine(output), '0 passed, 1 failed')
  assert.match(output, 'registers no test')
  assert.is(status, 1)
})

test('a failing test and a failing hook are both failures', () => {
  const { output, status } = run('red')
  assert.is(lastLine(output), '1 passed, 2 failed')
  assert.match(output, 'a hook failed')
  assert.is(status, 1)
})

test('a test that never ends is a failure', () => {
  const { output, status } = run('never-ends')
  assert.is(lastLine(output), '0 passed, 1 failed')
  assert.match(output, 'never ended')
  assert.is(status, 1)
})

test('a skip is counted apart and says why', () => {
  const { output, status } = run('skips')
  assert.is(lastLine(output), '1 passed, 0 failed, 1 skipped')
  assert.match(output, 'the moon is not full')
  assert.is(status, 0)
})

test('a filter that matches no file fails', () => {
  const { output, status } = run('green', 'no-such-test')
  assert.is(lastLine(output), '0 passed, 1 failed')
  assert.is(status, 1)
})

test.run()
