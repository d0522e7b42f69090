/** Policies in YAML: twins of `.oa`, and findings at the right line. */
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Outcome } from '../../src/base/diagnostic.ts'
import { SHAPE_ERRORS_MAX } from '../../src/base/limits.ts'
import { renderDiagnostics } from '../../src/base/render.ts'
import { positionAt } from '../../src/base/source.ts'
import type { PolicyFile } from '../../src/syntax/ast.ts'
import { parsePolicy } from '../../src/syntax/parse.ts'
import { printPolicy } from '../../src/syntax/print.ts'
import { parseYamlPolicy } from '../../src/syntax/yaml.ts'
import { checkGolden, readCases, section } from '../support/corpus.ts'
import { bareTree } from '../support/tree.ts'

const test = suite('syntax-yaml')

const EMPTY = { name: '', text: '' }

const parse = (text: string): Outcome<PolicyFile> => parseYamlPolicy({ name: 'policy.yaml', text })
const human = (outcome: Outcome<unknown>): string =>
  renderDiagnostics(outcome.diagnostics, { format: 'human', colour: false })

function parsed(outcome: Outcome<PolicyFile>): PolicyFile {
  assert.is(human(outcome), '')
  assert.ok(outcome.value)
  return outcome.value
}

/** Statements as a set: YAML groups by key, and a rule without an action means `run`. */
function meaning(file: PolicyFile): readonly string[] {
  return (bareTree(file) as readonly unknown[]).map((each) => JSON.stringify(each, sortKeys)).sort()
}

function sortKeys(_: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
}

for (const each of readCases('parse/twins')) {
  test(`${each.name}: ${each.comment}`, () => {
    const oa = parsed(parsePolicy({ name: 'policy.oa', text: section(each, 'policy.oa') }))
    const yaml = parsed(parse(section(each, 'policy.yaml')))
    assert.equal(meaning(yaml), meaning(oa))
    const printed = parsed(parsePolicy({ name: 'printed.oa', text: printPolicy(yaml) }))
    assert.equal(meaning(printed), meaning(oa))
  })
}

for (const each of readCases('parse/yaml-err')) {
  test(`${each.name}: ${each.comment}`, () => {
    const outcome = parse(section(each, 'policy.yaml'))
    assert.ok(outcome.diagnostics.length > 0)
    checkGolden(each, 'diagnostics', human(outcome))
    for (const found of outcome.diagnostics) assert.ok(found.help, `${found.code} has no help`)
  })
}

test('spans point at the characters of plain and quoted scalars', () => {
  const text = 'rules:\n  - deny: "git push"\n  - allow: ls\n'
  const rules = parsed(parse(text)).statements.flatMap((each) =>
    each.kind === 'rule' ? [each] : [],
  )
  const texts = rules.flatMap(({ patterns }) =>
    patterns.map(({ span }) => text.slice(span.start, span.end)),
  )
  assert.equal(texts, ['git push', 'ls'])
})

test('a byte order mark and CRLF change nothing', () => {
  const text = 'language: 1\nrules:\n  - allow: ls\n'
  const odd = `\ufeff${text.replaceAll('\n', '\r\n')}`
  assert.equal(meaning(parsed(parse(odd))), meaning(parsed(parse(text))))
})

test('a bomb of aliases is refused before anything is expanded', () => {
  const lines = ['a: &a [x, x]']
  for (let index = 0; index < 40; index += 1) {
    const [name, last] = [`n${index}`, index === 0 ? 'a' : `n${index - 1}`]
    lines.push(`${name}: &${name} [*${last}, *${last}]`)
  }
  const outcome = parse(lines.join('\n'))
  assert.is(outcome.value, undefined)
  assert.ok(outcome.diagnostics.every(({ code }) => code === 'OA1021'))
})

test('deep nesting in any style is refused, never a stack overflow', () => {
  for (const text of [
    '- '.repeat(50_000),
    'a: [\n'.repeat(20_000),
    '{a: '.repeat(50_000),
    '? '.repeat(9000),
  ]) {
    const outcome = parse(text)
    assert.is(outcome.value, undefined)
    assert.match(outcome.diagnostics[0]?.code ?? '', /OA1004|OA1020/, text.slice(0, 8))
  }
})

test('endless faults of shape are collected up to a bound, with the right places', () => {
  const outcome = parse(`rules:\n${'  - { alow: ls }\n'.repeat(20_000)}`)
  const found = outcome.diagnostics
  assert.ok(found.length >= 200 && found.length <= SHAPE_ERRORS_MAX)
  assert.ok(found.every(({ code }) => code === 'OA2001'))
  const lines = found.map(
    ({ span }) => positionAt(found[0]?.span?.source ?? EMPTY, span?.start ?? 0).line,
  )
  assert.equal(
    lines,
    found.map((_, index) => index + 2),
  )
})

test('what is not text is refused as in .oa', () => {
  assert.is(parse('a\0').diagnostics[0]?.code, 'OA1002')
  assert.is(parse(`# ${'x'.repeat(10 * 1024 * 1024)}`).diagnostics[0]?.code, 'OA1003')
})

test.run()
