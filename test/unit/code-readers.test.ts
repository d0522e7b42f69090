/** What readers make of one-liners: `test/corpus/code/*.tsv`. `⏎` is a line end; modules beside the code are shown last. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { CODE_BYTES_MAX, CODE_NESTING_MAX } from '../../src/base/limits.ts'
import { readCode } from '../../src/command/code/read.ts'
import type { CodeLanguage } from '../../src/model/knowledge.ts'
import { showUses } from '../support/code-rows.ts'
import { ROOT } from '../support/corpus.ts'

const test = suite('code readers')
const HOME = '/home/ann'
const LANGUAGES = { python: 'python', javascript: 'node', php: 'php' } as const
const read = (language: CodeLanguage, code: string, ...options: readonly string[]) =>
  readCode(language, code, new Set(options), HOME)

for (const [file, language] of Object.entries(LANGUAGES)) {
  const rows = readFileSync(join(ROOT, 'test/corpus/code', `${file}.tsv`), 'utf8').split('\n')
  test(`${file}: its corpus is large`, () => assert.ok(rows.length > 60))
  for (const row of rows.slice(1).filter((each) => each !== '')) {
    const [code = '', uses, unknown] = row.split('\t')
    test(`${file}: ${code}`, () => {
      const got = read(language, code.replaceAll('⏎', '\n'))
      assert.equal([showUses(got.uses), got.unknown ?? ''], [uses, unknown])
    })
  }
}

test('modules of Python are looked for beside the code, but not by -I and -P', () => {
  const [use] = read('python', 'import json').uses
  assert.ok(use?.kind === 'beside' && use.names.includes('re.py') && use.names.includes('json.py'))
  assert.ok(use.names.includes('json/__init__.py'))
  assert.equal(read('python', 'import json', '-I').uses, [])
  assert.equal(read('python', 'import sys').uses, [])
})

test('code up to its bound is read, and one byte more is not', () => {
  const padded = (size: number): string => `print(1)${' '.repeat(size - 8)}`
  assert.is(read('python', padded(CODE_BYTES_MAX)).unknown, null)
  assert.match(read('python', padded(CODE_BYTES_MAX + 1)).unknown ?? '', 'bytes')
})

test('code inside code is read up to its bound', () => {
  const nested = (depth: number): string =>
    depth === 0 ? 'print(1)' : `exec(${JSON.stringify(nested(depth - 1))})`
  assert.is(read('python', nested(CODE_NESTING_MAX)).unknown, null)
  assert.match(read('python', nested(CODE_NESTING_MAX + 1)).unknown ?? '', 'more than')
})

test('deep and growing code ends', () => {
  assert.is.not(read('python', `${'['.repeat(4000)}${']'.repeat(4000)}`).unknown, null)
  const chain = Array.from({ length: 60 }, (_, at) => `a${at} = a${at + 1}`).join('\n')
  const grown = read('python', `import os\n${chain}\na60 = "id"\nos.system(a0)`)
  assert.ok(grown.unknown !== null || grown.uses.some((each) => each.kind === 'shell'))
  assert.is.not(
    read('python', 'x = "a"\nfor i in y: x = x + "b"\nimport os\nos.system(x)').unknown,
    null,
  )
})

test.run()
