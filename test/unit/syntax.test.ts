/** Reading and printing `.oa`: the corpus, and what data cannot say. */
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { lex } from '../../grammar/lexer.ts'
import { PolicyParser } from '../../grammar/parser.ts'
import { endToken } from '../../grammar/tokens.ts'
import type { Outcome } from '../../src/base/diagnostic.ts'
import { POLICY_BYTES_MAX, POLICY_NESTING_MAX } from '../../src/base/limits.ts'
import { renderDiagnostics } from '../../src/base/render.ts'
import type { PolicyFile } from '../../src/syntax/ast.ts'
import { parsePolicy } from '../../src/syntax/parse.ts'
import { printPolicy } from '../../src/syntax/print.ts'
import { readPolicyText } from '../../src/syntax/read.ts'
import { checkGolden, readCases, section } from '../support/corpus.ts'
import { bareTree, showTree } from '../support/tree.ts'

const test = suite('syntax')

const parse = (text: string): Outcome<PolicyFile> => parsePolicy({ name: 'policy.oa', text })
const codes = (text: string): string[] => parse(text).diagnostics.map((each) => each.code)
const human = (outcome: Outcome<unknown>): string =>
  renderDiagnostics(outcome.diagnostics, { format: 'human', colour: false })

function parsed(text: string): PolicyFile {
  const outcome = parse(text)
  assert.is(human(outcome), '')
  assert.ok(outcome.value)
  return outcome.value
}

for (const each of readCases('parse/ok')) {
  test(`${each.name}: ${each.comment}`, () => {
    checkGolden(each, 'tree', showTree(parsed(section(each, 'policy.oa'))))
  })

  test(`${each.name}: the rule for whole files takes it, and validates as a grammar`, () => {
    const parser = new PolicyParser()
    const { statements } = lex(section(each, 'policy.oa'), { nestingMax: 64, as: 'file' })
    parser.input = statements.flatMap(({ tokens, end }) => [...tokens, endToken(end)])
    parser.policyFile()
    assert.equal(parser.errors, [])
  })
}

for (const each of readCases('parse/err')) {
  test(`${each.name}: ${each.comment}`, () => {
    const outcome = parse(section(each, 'policy.oa'))
    assert.ok(outcome.diagnostics.length > 0)
    checkGolden(each, 'diagnostics', human(outcome))
    for (const found of outcome.diagnostics) assert.ok(found.help, `${found.code} has no help`)
  })
}

for (const each of readCases('fmt')) {
  test(`${each.name}: ${each.comment}`, () => {
    const file = parsed(section(each, 'policy.oa'))
    const printed = printPolicy(file)
    checkGolden(each, 'printed', printed)
    assert.equal(bareTree(parsed(printed)), bareTree(file))
    assert.is(printPolicy(parsed(printed)), printed)
    const texts = (of: PolicyFile): string[] => of.comments.map(({ text }) => text).sort()
    assert.equal(texts(parsed(printed)), texts(file))
  })
}

test('five planted errors give five findings, each at its place', () => {
  const text = [
    'alow git status',
    'default dney',
    'deny echo "open',
    'let tools { a, b }',
    'deny rm; ls',
    'allow ls',
    '',
  ].join('\n')
  const outcome = parse(text)
  const marked = outcome.diagnostics.map(({ code, span }) => {
    assert.ok(span)
    return `${code} ${text.slice(span.start, span.end)}`
  })
  assert.equal(marked, ['OA1011 alow', 'OA2004 dney', 'OA1012 "open', 'OA1010 {', 'OA1014 ;'])
  assert.is(outcome.value?.statements.length, 1)
})

test('CRLF and a byte order mark change nothing but offsets', () => {
  const plain = 'allow ls,\n  pwd\n  because "x"\nsandbox {\n  required\n}\n'
  const odd = `\ufeff${plain.replaceAll('\n', '\r\n')}`
  assert.equal(bareTree(parsed(odd)), bareTree(parsed(plain)))
  const span = parsed(odd).statements[1]?.span
  assert.is(odd.slice(span?.start, span?.end), 'sandbox {\r\n  required\r\n}')
})

test('a file is read from bytes: the mark goes, the text stays', () => {
  const bytes = new TextEncoder().encode('\ufeffallow ls\n')
  assert.is(readPolicyText('p', bytes).value?.text, 'allow ls\n')
})

test('what is not text is refused with its place', () => {
  const found = (bytes: number[]): string => human(readPolicyText('p', new Uint8Array(bytes)))
  assert.match(found([0x61, 0x0a, 0x62, 0xff]), /^p:2:2: error OA1002 .*not valid UTF-8/)
  assert.match(found([0x7f, 0x45, 0x4c, 0x46, 0, 0xff]), /^p:1:\d: error OA1002 .*binary/)
  assert.match(found([0x61, 0]), /^p:1:2: error OA1002 .*NUL/)
  assert.match(human(parse('allow \u0007')), /^policy\.oa:1:7: error OA1002 .*U\+0007/)
  assert.match(human(parse('allow "a\u202eb"')), /^policy\.oa:1:9: error OA1014 .*U\+202E/)
})

test('a policy at the size bound is read, one byte more is not', () => {
  const line = '# x\n'
  const text = `allow ls\n${line.repeat((POLICY_BYTES_MAX - 12) / 4)}# \n`
  assert.is(text.length, POLICY_BYTES_MAX)
  assert.equal(codes(text), [])
  assert.equal(codes(`${text}\n`), ['OA1003'])
  const bytes = new Uint8Array(10 * 1024 * 1024).fill(0x61)
  assert.equal(
    readPolicyText('p', bytes).diagnostics.map(({ code }) => code),
    ['OA1003'],
  )
})

test('nesting at the bound is read, one deeper is not', () => {
  const nested = (open: string, close: string, depth: number): string =>
    `${open.repeat(depth)}a${close.repeat(depth)}`
  const max = POLICY_NESTING_MAX
  assert.equal(codes(`deny ${nested('{ ', ' }', max)}`), [])
  assert.equal(codes(`deny ${nested('{ ', ' }', max + 1)}`), ['OA1004'])
  assert.equal(codes(`deny ${nested('{ ', ' }', 100_000)}`), ['OA1004'])
  const condition = (depth: number): string =>
    `deny a when ${nested('(', ')', depth).replace('a', 'ci is x')}`
  assert.equal(codes(condition(max)), [])
  assert.equal(codes(condition(max + 1)), ['OA1004'])
  assert.equal(codes(`deny a when ${'not '.repeat(max)}ci is x`), [])
  assert.equal(codes(`deny a when ${'not '.repeat(50_000)}ci is x`), ['OA1004'])
})

test('a condition joins at most 256 facts', () => {
  const joined = (count: number): string =>
    `deny a when ${Array.from({ length: count }, () => 'ci is x').join(' or ')}`
  assert.equal(codes(joined(256)), [])
  assert.equal(codes(joined(257)), ['OA1004'])
})

test('a policy without a statement says nothing', () => {
  for (const text of ['', '\ufeff', '\n\n', '# only a comment\n'])
    assert.equal(codes(text), ['OA1005'])
})

test.run()
