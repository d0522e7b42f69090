/** What Perl, Ruby and Lua one-liners use: `test/corpus/one-liners/*.tsv`; a `?` says that there may be more. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { type CodeUse, readCode } from '../../src/command/code/read.ts'
import type { CodeLanguage } from '../../src/model/knowledge.ts'
import { ROOT } from '../support/corpus.ts'

const test = suite('code one-liners')
const folder = join(ROOT, 'test/corpus/one-liners')

function show(use: CodeUse): string {
  switch (use.kind) {
    case 'shell':
      return `shell ${use.code}`
    case 'argv':
      return `argv ${use.words.map((each) => each ?? '…').join(',')}`
    case 'connect':
      return `connect ${use.host ?? '…'}:${use.port ?? '…'}`
    case 'script':
      return `script ${use.path}`
    case 'set':
      return `set ${use.name ?? '…'}`
    case 'read':
    case 'write':
    case 'delete':
      return `${use.kind}${use.isTree ? ' tree' : ''} ${use.path ?? '…'}`
    default:
      return use.kind
  }
}

/** All uses in order, and `?` when the code may do more. */
function reading(language: CodeLanguage, code: string, options: readonly string[]): string {
  const { uses, unknown } = readCode(language, code, new Set(options), '/home/ann')
  return [...uses.map((use) => show(use)), ...(unknown === null ? [] : ['?'])].join('; ')
}

const rows: { readonly language: CodeLanguage; readonly code: string }[] = []
for (const file of readdirSync(folder)) {
  const language = file.replace(/\.tsv$/, '') as CodeLanguage
  const lines = readFileSync(join(folder, file), 'utf8').split('\n').slice(1)
  for (const line of lines.filter((each) => each !== '')) {
    const [text = '', options = '', wanted = ''] = line.split('\t')
    const code = text.replaceAll('⏎', '\n')
    rows.push({ language, code })
    test(`${language}: ${options} ${text}`, () => {
      const given = options.split(' ').filter((each) => each !== '')
      assert.is(reading(language, code, given), wanted)
    })
  }
}

test('every text is read, in time that grows with its length', () => {
  const languages = fc.constantFrom<CodeLanguage>('perl', 'ruby', 'lua')
  const part = fc.constantFrom(...rows.flatMap((each) => each.code.split(/(?<=\W)/)))
  const sign = fc.constantFrom(
    '"',
    "'",
    '`',
    '#{',
    '}',
    '{',
    '(',
    '\\',
    '/',
    's{',
    '<<',
    '[[',
    '%w(',
    '\n',
  )
  const code = fc.array(fc.oneof({ weight: 4, arbitrary: part }, sign, fc.string()), {
    maxLength: 40,
  })
  fc.assert(
    fc.property(languages, code, (language, parts) => {
      const found = readCode(language, parts.join(''), new Set(), '/home/ann')
      assert.ok(Array.isArray(found.uses))
    }),
    { numRuns: 3000 },
  )
  for (const each of ['"#{', 'system ', 's{', '(', '[[', '$x{', 'a=', "'", '|x', '%w(', 'load("']) {
    for (const language of ['perl', 'ruby', 'lua'] as const) {
      const { unknown } = readCode(
        language,
        each.repeat(16_384 / each.length),
        new Set(),
        '/home/ann',
      )
      assert.not.equal(unknown, undefined)
    }
  }
})

test('what is read as harmless stays so when data changes, not when a call is added', () => {
  const calls = { perl: ';system("id")', ruby: ';system("id")', lua: ' os.execute("id")' } as const
  for (const { language, code } of rows) {
    if (language !== 'perl' && language !== 'ruby' && language !== 'lua') continue
    if (reading(language, code, []) !== '') continue
    const more = reading(language, `${code}\n${calls[language]}`, [])
    assert.ok(/\?|shell id/.test(more), `${language}: ${code}: ${more}`)
  }
})

test.run()
