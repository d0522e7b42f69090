/** Readers of code are total: whatever they get, they answer, and what is broken is never read as harmless. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { readCode } from '../../src/command/code/read.ts'
import { ROOT } from '../support/corpus.ts'

const test = suite('code readers, any text')
const RUNS = process.env['OA_TEST_DEEP'] ? 20_000 : 300
const FILES = { python: 'python', javascript: 'node', php: 'php' } as const

for (const [file, language] of Object.entries(FILES)) {
  const codes = readFileSync(join(ROOT, 'test/corpus/code', `${file}.tsv`), 'utf8')
    .split('\n')
    .slice(1)
    .flatMap((row) => (row === '' ? [] : [(row.split('\t')[0] ?? '').replaceAll('⏎', '\n')]))
  const read = (code: string) => readCode(language, code, new Set(), '/home/ann')

  test(`${file}: garbage`, () => {
    const units = fc.string({ unit: 'binary', maxLength: 200 })
    fc.assert(
      fc.property(units, (code) => Array.isArray(read(code).uses)),
      { numRuns: RUNS },
    )
  })

  test(`${file}: one-liners with pieces cut, doubled, swapped`, () => {
    const piece = fc.tuple(fc.constantFrom(...codes), fc.nat(), fc.nat())
    const mutated = fc
      .array(piece, { minLength: 1, maxLength: 3 })
      .map((all) =>
        all
          .map(
            ([code, a, b]) =>
              code.slice(a % (code.length + 1)) + code.slice(0, b % (code.length + 1)),
          )
          .join(';'),
      )
    fc.assert(
      fc.property(mutated, (code) => Array.isArray(read(code).uses)),
      { numRuns: RUNS },
    )
  })

  test(`${file}: reading twice says the same`, () => {
    fc.assert(
      fc.property(fc.constantFrom(...codes), (code) => assert.equal(read(code), read(code))),
      {
        numRuns: RUNS / 10,
      },
    )
  })

  test(`${file}: what a harmless line hides behind does not make the other harmless`, () => {
    const separator = language === 'python' ? '\n' : ';\n'
    const harmful = codes.filter((code) => {
      const { uses, unknown } = read(code)
      return unknown !== null || uses.some((each) => each.kind !== 'beside')
    })
    const harmless = codes.filter((code) => !harmful.includes(code) && !code.startsWith('<?'))
    // What only lacks a name may find it in the other.
    const whole = harmful.filter((code) => !read(code).unknown?.includes('is not defined'))
    const pair = fc.tuple(fc.constantFrom(...harmless), fc.constantFrom(...whole))
    fc.assert(
      fc.property(pair, ([before, after]) => {
        const { uses, unknown } = read(`${before}${separator}${after}`)
        return unknown !== null || uses.some((each) => each.kind !== 'beside')
      }),
      { numRuns: RUNS },
    )
  })
}

test.run()
