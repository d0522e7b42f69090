/**
 * Real shell code: everything that bash accepts is analysed, or unknown or refused with a reason; nothing crashes.
 */
import { spawnSync } from 'node:child_process'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { WHOLE_SHARE_MIN } from '../../bench/shell.ts'
import { coverageOf, readShellCorpus, walkAlone } from '../../bench/shell-corpora.ts'
import { printNode } from '../../src/command/shell/print.ts'
import { bashTests } from '../support/bash-source.ts'
import { isDeep, skip } from '../support/skip.ts'
import { tempFolder } from '../support/temp.ts'

const test = suite('shell corpora')

test('of real command lines nearly all are understood', () => {
  const rows = readShellCorpus('tldr')
  if (!rows) return skip('the tldr corpus is not here')
  const { valid, whole, faults } = coverageOf(rows)
  process.stdout.write(`(${((100 * whole) / valid).toFixed(2)} % of ${valid}) `)
  assert.equal(faults, [])
  assert.ok(whole / valid >= WHOLE_SHARE_MIN)
})

test('syntax tests of another parser: no crash; what bash refuses is refused or unknown', () => {
  const rows = readShellCorpus('mvdan-sh')
  if (!rows) return skip('the mvdan-sh corpus is not here')
  assert.equal(coverageOf(rows).faults, [])
  const accepted = rows.filter(({ line, bash_ok: isValid }) => {
    const walked = walkAlone(line)
    printNode(walked)
    return !isValid && !walked.refused && walked.unknowns.length === 0
  })
  // Accepting what bash refuses is harmless: bash runs nothing of it. It must stay rare.
  assert.ok(
    accepted.length < rows.length / 50,
    accepted
      .slice(0, 5)
      .map((row) => row.line)
      .join('\n'),
  )
})

/** Does bash read the text as shell code? */
const isAccepted = (text: string): boolean =>
  spawnSync('bash', ['--norc', '-n', '-c', '--', text], { timeout: 10_000 }).status === 0

test("bash's own tests, as scripts and line by line", () => {
  if (!isDeep()) return
  const scripts = bashTests(tempFolder())
  if (typeof scripts === 'string') return skip(scripts)
  const lines = [...scripts.values()].flatMap((text) => text.split('\n'))
  const pieces = [...new Set([...scripts.values(), ...lines])].filter((text) => text.trim() !== '')
  const accepted = pieces.filter((text) => !text.includes('\0') && isAccepted(text))
  const rows = accepted.map((line) => ({ line, bash_ok: true }))
  const { valid, whole, unknown, refused, faults } = coverageOf(rows)
  process.stdout.write(
    `(${scripts.size} scripts, ${valid} pieces: ${whole} whole, ${unknown} unknown, ${refused} refused) `,
  )
  assert.equal(faults, [])
  assert.is(whole + unknown + refused, valid)
  assert.ok(valid > 1000)
})

test.run()
