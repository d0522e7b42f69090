/** From text to the flat form: every code with its place, and what the forms expand to. */
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Outcome } from '../../src/base/diagnostic.ts'
import { renderDiagnostics } from '../../src/base/render.ts'
import { type Case, checkGolden, readCases } from '../support/corpus.ts'
import { compileFiles, showIr } from '../support/policies.ts'

const test = suite('check')

const LINKS = new Map([['link.oa', '/elsewhere/x.oa']])

function human(outcome: Outcome<unknown>): string {
  return renderDiagnostics(outcome.diagnostics, { format: 'human', colour: false })
}

function compileCase(each: Case): ReturnType<typeof compileFiles> {
  const isOutput = (name: string): boolean => name === 'diagnostics' || name === 'ir'
  const files = new Map([...each.sections].filter(([name]) => !isOutput(name)))
  return compileFiles({ files, links: LINKS })
}

for (const each of readCases('check/err')) {
  test(`${each.name}: ${each.comment}`, () => {
    const outcome = compileCase(each)
    const code = /OA\d{4}/.exec(each.name)?.[0]
    assert.ok(
      outcome.diagnostics.some((found) => found.code === code),
      human(outcome),
    )
    const hasErrors = outcome.diagnostics.some((found) => found.severity === 'error')
    assert.is(outcome.value === undefined, hasErrors)
    checkGolden(each, 'diagnostics', human(outcome))
    for (const found of outcome.diagnostics) {
      assert.ok(found.span, `${found.code} has no place: ${found.message}`)
      const isClear = found.help !== undefined || found.notes.length > 0
      assert.ok(isClear, `${found.code} has neither help nor note: ${found.message}`)
    }
  })
}

for (const each of readCases('check/ok')) {
  test(`${each.name}: ${each.comment}`, () => {
    const outcome = compileCase(each)
    const errors = outcome.diagnostics.filter((found) => found.severity === 'error')
    assert.is(errors.length, 0, human(outcome))
    assert.ok(outcome.value)
    checkGolden(each, 'ir', showIr(outcome.value.ir))
  })
}

test.run()
