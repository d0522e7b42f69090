/**
 * The ways around a guard that were found in others, by class: each line is caught under `standard` and the explanation
 * names why; what only looks like one is allowed.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { explainText } from '../../src/cli/explain-text.ts'
import { analyse } from '../../src/command/analyse.ts'
import { compilePolicy } from '../../src/compile.ts'
import { decide } from '../../src/decide/decide.ts'
import { buildTable } from '../../src/lower/build.ts'
import type { Decision } from '../../src/model/decision.ts'
import { NO_FACTS } from '../../src/model/request.ts'
import { policyReader } from '../../src/policy-reader.ts'
import { Table } from '../../src/table/table.ts'
import { ROOT } from '../support/corpus.ts'
import { memoryWorld } from '../support/world.ts'

const test = suite('bypass')
const world = memoryWorld()

function standard(): Table {
  const path = join(ROOT, 'policies/standard.oa')
  const { value, diagnostics } = compilePolicy({ kind: 'file', path }, policyReader())
  if (!value) throw new Error(`standard does not compile: ${diagnostics[0]?.message ?? ''}`)
  return Table.open(buildTable(value.ir).bytes)
}

const table = standard()

/** Rows below the titles; `⏎` is a newline, `␉` a tab. */
function rows(name: string): readonly (readonly string[])[] {
  const text = readFileSync(join(ROOT, 'test/corpus/bypass', name), 'utf8').trimEnd()
  const lines = text.split('\n').slice(1)
  return lines.map((row) =>
    row.split('\t').map((cell) => cell.replaceAll('⏎', '\n').replaceAll('␉', '\t')),
  )
}

function explained(line: string): { readonly decision: Decision; readonly text: string } {
  const subject = { kind: 'line', line } as const
  const analysed = analyse(table, { subject, cwd: world.workspace, facts: NO_FACTS }, world)
  const decision = decide([table], analysed.analysis)
  const shown = { subject, analysed, decision, tables: [table], policies: ['standard.oa'] }
  return { decision, text: explainText(shown, false) }
}

const classes = new Map<string, number>()
for (const [kind = '', line = '', says = ''] of rows('caught.tsv')) {
  classes.set(kind, (classes.get(kind) ?? 0) + 1)
  test(`${kind}: ${line}`, () => {
    const { decision, text } = explained(line)
    assert.ok(['ask', 'deny'].includes(decision.decision), `${decision.decision}: ${text}`)
    assert.ok(says !== '' && text.includes(says), `\`${says}\` is not in:\n${text}`)
  })
}

test('every class has at least three lines', () => {
  assert.equal(
    [...classes].filter(([, count]) => count < 3),
    [],
  )
  assert.ok(classes.size >= 31)
})

for (const [line = ''] of rows('lookalikes.tsv')) {
  test(`only looks like one: ${line}`, () => {
    const { decision, text } = explained(line)
    assert.is(decision.decision, 'allow', text)
  })
}

test('decoded payloads are shown as they would run', () => {
  assert.match(explained('echo cm0gLXJmIH4K | base64 -d | sh').text, 'rm -rf ~')
  assert.match(explained("printf '\\x72\\x6d -rf ~' | bash").text, 'rm -rf ~')
})

test('what no shell would read is refused with its reason', () => {
  for (const [line, says] of [
    ['ls \0rm', 'control character'],
    ['ls \rrm', 'control character'],
    [`ls ${'x'.repeat(20_000)}`, 'longer than'],
    ['('.repeat(100), 'deeper than'],
    ["echo 'open", 'not accept'],
  ] as const) {
    const { decision, text } = explained(line)
    assert.is(decision.decision, 'deny')
    assert.match(text, says)
  }
})

test.run()
