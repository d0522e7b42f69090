import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Code } from '../../src/base/codes.ts'
import { type Diagnostic, diagnostic } from '../../src/base/diagnostic.ts'
import { DIAGNOSTICS_MAX } from '../../src/base/limits.ts'
import { columnsOf, neutralise, neutraliseJson } from '../../src/base/neutral.ts'
import { type DiagnosticFormat, renderDiagnostics } from '../../src/base/render.ts'
import type { Span } from '../../src/base/source.ts'

const test = suite('render')

/** The span between `«` and `»`, which are not in the source. */
function marked(text: string, name = 'policy.oa'): Span {
  const start = text.indexOf('«')
  const end = text.indexOf('»') - 1
  return { source: { name, text: text.replace('«', '').replace('»', '') }, start, end }
}

function render(format: DiagnosticFormat, ...found: Diagnostic[]): string {
  return renderDiagnostics(found, { format, colour: false })
}

/** Excerpt and underline of one finding. */
function underlined(text: string): readonly string[] {
  return render('human', diagnostic('OA2001', 'a message', marked(text)))
    .split('\n')
    .slice(1, 3)
}

const POLICY = 'language 1\nsandbox { «requierd» }\n'

test('human text has place, excerpt, underline, help and notes', () => {
  const first = { ...marked(POLICY), start: 0, end: 8 }
  const each = diagnostic('OA2001', 'no key `requierd` in `sandbox`', marked(POLICY), {
    help: 'did you mean `required`?',
    notes: [{ message: 'the language is 1', span: first }],
  })
  assert.is(
    render('human', each),
    [
      'policy.oa:2:11: error OA2001 unknown-key: no key `requierd` in `sandbox`',
      '  2 | sandbox { requierd }',
      '    |           ^~~~~~~~',
      '  help: did you mean `required`?',
      '  note: policy.oa:1:1: the language is 1',
      '  1 | language 1',
      '    | ^~~~~~~~',
      '',
    ].join('\n'),
  )
})

test('a finding without a place has neither place nor excerpt', () => {
  assert.is(
    render('human', diagnostic('OA1001', 'no such file')),
    'error OA1001 unreadable-file: no such file\n',
  )
})

test('nothing found is no text, and a SARIF document without results', () => {
  for (const format of ['human', 'plain', 'json', 'github'] as const) assert.is(render(format), '')
  assert.equal(JSON.parse(render('sarif')).runs[0].results, [])
})

test('the underline stands under tabs', () => {
  assert.equal(underlined('\ta\t«bc»\td'), ['  1 |     a   bc  d', '    |         ^~'])
})

test('the underline is as wide as wide characters, emoji and combining ones', () => {
  assert.equal(underlined('日本 «語» x'), ['  1 | 日本 語 x', '    |      ^~'])
  assert.equal(underlined('🙂«🙂»'), ['  1 | 🙂🙂', '    |   ^~'])
  assert.equal(underlined('e\u0301«e\u0301t»'), ['  1 | e\u0301e\u0301t', '    |  ^~'])
})

test('controls and characters of direction are shown, and underlined whole', () => {
  assert.equal(underlined('a\u001b[«\u202e»b'), [
    '  1 | a\\u{1b}[\\u{202e}b',
    '    |         ^~~~~~~~',
  ])
})

test('an empty span and one at the end are one column wide', () => {
  assert.equal(underlined('ab«»'), ['  1 | ab', '    |   ^'])
  assert.equal(underlined('«»'), ['  1 |', '    | ^'])
})

test('a span over several lines is underlined to the end of its first', () => {
  assert.equal(underlined('x\nallow «a {\n  b\n}»\n'), ['  2 | allow a {', '    |       ^~~'])
})

test('CRLF does not show', () => {
  assert.equal(underlined('a\r\nb «c»\r\nd'), ['  2 | b c', '    |   ^'])
})

test('of a long line the part around the span is shown', () => {
  const [text = '', underline = ''] = underlined(`${'x'.repeat(1e6)}«yy»${'z'.repeat(1e6)}`)
  assert.ok(text.length < 200, `${text.length} columns`)
  assert.is(text.slice(underline.indexOf('^'), underline.indexOf('^') + 2), 'yy')
  assert.match(text, /…$/)
})

test('a cut does not split a character', () => {
  const [text = ''] = underlined(`${'🙂'.repeat(100)}«y»${'🙂'.repeat(100)}`)
  assert.not.match(text, 'u{d')
})

test('plain is a line each', () => {
  const each = diagnostic('OA2001', 'no\nkey', marked(POLICY), { help: 'look' })
  assert.is(
    render('plain', each),
    'policy.oa:2:11: error OA2001 unknown-key: no\\u{a}key; help: look\n',
  )
})

test('json is an object a line, with places from 1', () => {
  const text = render('json', diagnostic('OA2501', 'a \u202e b', marked(POLICY)))
  assert.not.match(text, '\u202e')
  assert.equal(JSON.parse(text), {
    code: 'OA2501',
    name: 'not-enforced',
    severity: 'warning',
    message: 'a \u202e b',
    file: 'policy.oa',
    line: 2,
    column: 11,
    endLine: 2,
    endColumn: 19,
    help: null,
    notes: [],
  })
})

test('github annotations escape what would end them', () => {
  const each = diagnostic('OA2001', '100% ::error::x', marked(POLICY, 'a,b:c.oa'), { help: 'h' })
  assert.is(
    render('github', each),
    '::error file=a%2Cb%3Ac.oa,line=2,endLine=2,col=11,endColumn=19,title=OA2001 unknown-key::' +
      '100%25 ::error::x%0Ahelp: h\n',
  )
  assert.match(
    render('github', diagnostic('OA3005', 'm')),
    /^::notice title=OA3005 never-tested::m\n$/,
  )
})

test('sarif names rule, level, place and related places', () => {
  const span = marked(POLICY, 'my policies/a.oa')
  const each = diagnostic('OA2001', 'm', span, { notes: [{ message: 'n', span }] })
  const { runs, version } = JSON.parse(render('sarif', each))
  assert.is(version, '2.1.0')
  assert.is(runs[0].tool.driver.rules[runs[0].results[0].ruleIndex].id, 'OA2001')
  assert.is(runs[0].results[0].level, 'error')
  assert.equal(runs[0].results[0].locations[0].physicalLocation, {
    artifactLocation: { uri: 'my%20policies/a.oa' },
    region: { startLine: 2, startColumn: 11, endLine: 2, endColumn: 19 },
  })
  assert.is(runs[0].results[0].relatedLocations[0].message.text, 'n')
})

test('at the bound all is written, one past it says that there is more, and errors come first', () => {
  const many = (count: number, code: Code): Diagnostic[] =>
    Array.from({ length: count }, (_, at) => diagnostic(code, `finding ${at}`))
  const full = many(DIAGNOSTICS_MAX, 'OA2502')
  assert.is(
    render('plain', ...full)
      .trimEnd()
      .split('\n').length,
    DIAGNOSTICS_MAX,
  )
  const text = render('plain', ...full, diagnostic('OA2001', 'the error'))
  assert.match(text, 'the error')
  assert.is(text.trimEnd().split('\n').at(-1), '… and 1 more')
  assert.is(
    render('json', ...full, ...full)
      .trimEnd()
      .split('\n')
      .at(-1),
    '{"more":100}',
  )
  assert.is(JSON.parse(render('sarif', ...full, ...full)).runs[0].properties.more, 100)
})

test('colours are written only when asked for, and only by oa', () => {
  const each = diagnostic('OA2001', 'a\u001b[31m', marked(POLICY))
  assert.not.match(render('human', each), '\u001b')
  const coloured = renderDiagnostics([each], { format: 'human', colour: true })
  assert.match(coloured, '\u001b[1;31merror OA2001 unknown-key\u001b[0m: a\\u{1b}[31m')
})

test('neutralise shows what hides and leaves what people write', () => {
  assert.is(neutralise('größe 日本 🙂 {a}'), 'größe 日本 🙂 {a}')
  assert.is(neutralise('a\u0000\u007f\u009b\n\t'), 'a\\u{0}\\u{7f}\\u{9b}\\u{a}\\u{9}')
  assert.is(
    neutralise('\u200b\u200d\u2066\ufeff\u00ad'),
    '\\u{200b}\\u{200d}\\u{2066}\\u{feff}\\u{ad}',
  )
  assert.is(neutralise('\u{e0041}\ud800\u00a0\u2028'), '\\u{e0041}\\u{d800}\\u{a0}\\u{2028}')
})

test('neutralised JSON has the same value', () => {
  const value = { a: '\u202e\u{e0041}\u009b', b: ['\n'] }
  const text = neutraliseJson(JSON.stringify(value, undefined, 2))
  assert.match(text, /^[\n -~]*$/)
  assert.equal(JSON.parse(text), value)
})

test('columns of a character', () => {
  assert.equal(['a', 'é', '\u0301', '語', '🙂', 'Ａ'].map(columnsOf), [1, 1, 0, 2, 2, 2])
})

test.run()
