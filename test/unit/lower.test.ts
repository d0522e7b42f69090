/** What data cannot say of lowering: bounds, independence of order and spelling, the shipped library. */
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { ALTERNATIVES_MAX, IMPORT_FILES_MAX, RULES_MAX } from '../../src/base/limits.ts'
import { didYouMean, nearest } from '../../src/base/nearest.ts'
import { parseCount, parseDuration, parseSize } from '../../src/check/units.ts'
import { compilePolicy } from '../../src/compile.ts'
import { expandBraces } from '../../src/lower/expand-braces.ts'
import type { PolicyIr } from '../../src/lower/ir.ts'
import { policyReader } from '../../src/policy-reader.ts'
import { compileFiles, compileText, showIr } from '../support/policies.ts'

const test = suite('lower')

function irOf(text: string): PolicyIr {
  const outcome = compileText(text)
  assert.ok(outcome.value, outcome.diagnostics.map((each) => each.message).join('; '))
  return outcome.value.ir
}

const codesOf = (text: string): readonly string[] =>
  compileText(text).diagnostics.map((each) => each.code)

test('braces expand as bash expands them', () => {
  const cases: readonly (readonly [string, readonly string[]])[] = [
    ['a', ['a']],
    ['/usr/{bin,sbin}/**', ['/usr/bin/**', '/usr/sbin/**']],
    ['{a,b{c,d}}e', ['ae', 'bce', 'bde']],
    ['a{,b}', ['a', 'ab']],
    ['{a}', ['{a}']],
    ['{a}{b,c}', ['{a}b', '{a}c']],
    ['{a,b', ['{a,b']],
    ['x{{a,b}}', ['x{a}', 'x{b}']],
    ['{1..3}', ['{1..3}']],
  ]
  for (const [text, texts] of cases) assert.equal(expandBraces(text, 100), texts, text)
})

test('alternatives are refused past their bound, and taken at it', () => {
  const doublings = Math.log2(ALTERNATIVES_MAX)
  assert.is(2 ** doublings, ALTERNATIVES_MAX)
  assert.equal(codesOf(`deny x${'{a,b}'.repeat(doublings)}`), [])
  assert.equal(codesOf(`deny x${'{a,b}'.repeat(doublings + 1)}`), ['OA2017'])
  const members = Array.from({ length: ALTERNATIVES_MAX / 128 }, (_, at) => `w${at}`).join(', ')
  const wide = `let s = { ${members} }\n`
  assert.equal(codesOf(`${wide}deny p @s ${'{a,b}'.repeat(7)}`), [])
  assert.equal(codesOf(`${wide}deny p @s ${'{a,b}'.repeat(8)}`), ['OA2017'])
  const most = '{a,b}'.repeat(Math.log2(ALTERNATIVES_MAX))
  const count = Math.floor(RULES_MAX / ALTERNATIVES_MAX) + 1
  const rules = Array.from({ length: count }, (_, index) => `deny p${index} ${most}\n`)
  assert.equal(codesOf(rules.join('')), ['OA2017'])
})

test('a policy has at most so many files', () => {
  const policy = (count: number): ReadonlyMap<string, string> => {
    const names = Array.from({ length: count - 1 }, (_, at) => `f${at}.oa`)
    const root = `${names.map((name) => `import "./${name}"`).join('\n')}\ndeny x`
    return new Map([['policy.oa', root], ...names.map((name) => [name, 'deny y'] as const)])
  }
  const codes = (count: number): readonly string[] =>
    compileFiles({ files: policy(count) }).diagnostics.map((each) => each.code)
  assert.not(codes(IMPORT_FILES_MAX).includes('OA2009'))
  assert.equal([...new Set(codes(IMPORT_FILES_MAX + 1))], ['OA2009'])
})

const STATEMENTS = [
  'mode approve',
  'default deny',
  'default read allow',
  'let s = { curl, wget -q }',
  'deny @s, rm { -r ./b, ./a }',
  'ask git push when role is a and (ci is true or day in mon-fri)',
  'allow write { ./b/**, ./a/** } except write ./a/x',
  'limits { cpu 1s; memory 1GiB }',
  'env { keep B A }',
  'command acme { option -b; option -a --all; style open; risk high }',
  'deny acme -ab',
]

/** Everything of the meaning, as one text. */
const meaning = (ir: PolicyIr): string => showIr(ir) + JSON.stringify(Object.entries(ir.commands))

test('the order of the statements does not matter', () => {
  const first = meaning(irOf(STATEMENTS.join('\n')))
  for (let turn = 1; turn < STATEMENTS.length; turn += 1) {
    const turned = [...STATEMENTS.slice(turn), ...STATEMENTS.slice(0, turn)].reverse()
    const sorted = (text: string): string => text.split('\n').sort().join('\n')
    assert.is(sorted(meaning(irOf(turned.join('\n')))), sorted(first))
  }
})

test('spelling does not matter', () => {
  const twins: readonly (readonly [string, string])[] = [
    ['deny x { a, b }', 'deny x {b,a}'],
    ['deny read { /a/, /b//c }', 'deny read { /b/./c, /a, /a/z/.. }'],
    ['deny x when role is a and ci is true', 'deny x when (ci is true) and role in { a }'],
    ['deny x when not not ci is true', 'deny x when ci is true'],
    ['deny connect A.example.', 'deny connect a.example:*'],
    ['deny x\ndeny x', 'deny "x"  # twice'],
    ['command c { option -a; option -b }', 'command c { source "z"; option -b; option -a }'],
  ]
  for (const [a, b] of twins) assert.is(meaning(irOf(a)), meaning(irOf(b)), a)
})

test('what differs in meaning differs', () => {
  const pairs: readonly (readonly [string, string])[] = [
    ['deny x "*"', 'deny x *'],
    ['deny x ./a', 'deny x a'],
    ['allow x ./a, x ./b', 'allow x { ./a, ./b }'],
    ['deny x only', 'deny x'],
    ['deny x -a', 'deny x "-a"'],
  ]
  for (const [a, b] of pairs) assert.is.not(meaning(irOf(a)), meaning(irOf(b)), a)
})

test('a set may hold sequences, and sets of sets', () => {
  const ir = irOf('let a = { x, y }\nlet b = { @a, git { push, pull } -f }\ndeny @b')
  assert.is(ir.rules[0]?.patterns.length, 4)
})

test('names from outside are never looked up in prototypes', () => {
  assert.equal(codesOf('deny toString constructor __proto__'), [])
  assert.equal(codesOf('command __proto__ { subcommand constructor { risk low } }\ndeny x'), [])
  assert.equal(codesOf('sandbox { constructor }'), ['OA2001'])
})

test('after a syntax error, sets that it may have defined are not called unknown', () => {
  assert.equal(codesOf('let a = { x\ndeny @a').includes('OA2003'), false)
})

test('units have one meaning', () => {
  assert.is(parseDuration('1.5s'), 1500)
  assert.is(parseDuration('10m'), 600_000)
  for (const text of ['5', '0s', '-1s', '1 s', '1y', '1e3s', '']) {
    assert.is(parseDuration(text), undefined, text)
  }
  assert.is(parseSize('1KiB'), 1024)
  assert.is(parseSize('1KB'), 1000)
  for (const text of ['1', '1kb', '1TiB', '99999999999GiB'])
    assert.is(parseSize(text), undefined, text)
  assert.is(parseCount('0'), 0)
  assert.is(parseCount('1.5'), undefined)
})

test('the nearest word is one slip away, and never a guess', () => {
  assert.is(nearest('requierd', ['required', 'rules']), 'required')
  assert.is(nearest('gti', ['git', 'go']), 'git')
  assert.is(nearest('-x', ['-y']), undefined)
  assert.is(nearest('curl', ['wget']), undefined)
  assert.is(didYouMean('x', [], 'write y'), 'write y')
})

test('a text without a folder imports nothing by path', () => {
  const input = {
    kind: 'text',
    name: '<text>',
    text: 'import "./a.oa"\ndeny x',
    folder: null,
  } as const
  const { diagnostics } = compilePolicy(input, policyReader())
  assert.equal(
    diagnostics.map((each) => each.code),
    ['OA2009'],
  )
})

test('every shipped file of knowledge stands by itself', () => {
  const reader = policyReader()
  const names = reader.stdNames()
  assert.ok(names.length > 0)
  for (const name of names) {
    const path = `${reader.std}/${name}.oa`
    const { value, diagnostics } = compilePolicy({ kind: 'file', path }, reader)
    const errors = diagnostics.filter((each) => each.severity === 'error')
    assert.ok(value, `${name}: ${errors.map((each) => each.message).join('; ')}`)
  }
})

test.run()
