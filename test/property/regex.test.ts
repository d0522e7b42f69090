/** Regular expressions: the same answers as V8, one look at each character whatever the pattern. */
import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { compileRegex } from '../../src/lower/lower-regex.ts'
import { RegexRefusal } from '../../src/lower/regex.ts'
import { poolRegexes } from '../../src/lower/regex-pool.ts'
import { Regex, type Text } from '../../src/table/regex.ts'
import { type Compiled, compileBoth } from '../support/decide-both.ts'

const RUNS = process.env['OA_TEST_DEEP'] ? 10_000 : 100
const MEGABYTE = 1 << 20

const test = suite('regular expressions')

function compiled(patterns: readonly string[]): Compiled {
  const policy = compileBoth(patterns.map((each) => `deny text /${each}/\n`).join(''))
  if (!policy) throw new Error(`does not compile: ${patterns.join(' ')}`)
  return policy
}

function regexOf(pattern: string): Regex {
  const [record] = poolRegexes(compiled([pattern.replaceAll('/', '\\/')]).ir).records
  if (!record) throw new Error('there is no expression')
  return new Regex(record)
}

const atom = fc.constantFrom(
  ...['a', 'b', 'c', '-', ' ', '.', '[ab]', '[^a]', '\\w', '\\W', '\\d', '\\s', '\\.', 'é', '😀'],
  ...['^', '$', '\\b', '\\B', '[a-c-]', '[😀é]'],
)
const alternatives = (term: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc
    .array(
      fc.array(term, { minLength: 1, maxLength: 3 }).map((terms) => terms.join('')),
      { minLength: 1, maxLength: 2 },
    )
    .map((each) => each.join('|'))
const repeat = fc.constantFrom('*', '+', '?', '{2}', '{1,3}', '{2,}', '*?')
/** Repeats of characters and of groups, groups of both; two levels: deeper ones may need too many states. */
const group = fc
  .tuple(
    alternatives(
      fc.oneof(
        atom,
        fc.tuple(fc.constantFrom('a', 'b', '.', '[ab]'), repeat).map((each) => each.join('')),
      ),
    ),
    fc.oneof(fc.constant(''), repeat),
  )
  .map(([inner, times]) => `(${inner})${times}`)
const pattern = alternatives(
  fc.oneof({ weight: 3, arbitrary: atom }, { weight: 1, arbitrary: group }),
)

const text = fc
  .array(fc.constantFrom('a', 'b', 'c', '-', ' ', '.', '_', '1', 'é', '😀', '\n', '\ud83d'), {
    maxLength: 12,
  })
  .map((each) => each.join(''))

test('as V8 has it, and found by its required texts', () => {
  fc.assert(
    fc.property(
      fc.array(pattern, { minLength: 1, maxLength: 6 }),
      fc.array(text, { minLength: 4, maxLength: 4 }),
      (patterns, texts) => {
        const { table, ir } = compiled(patterns)
        const pool = poolRegexes(ir)
        for (const line of texts) {
          const rows = table.textRows(line)
          const found = pool.records.map((_, number) => table.matchesRegex(number, line))
          for (const [number, isFound] of found.entries()) {
            const source = pool.source(number)
            // V8 finds `\B` also within one character of two code units.
            if (source.includes('\\B') && line.includes('😀')) continue
            assert.is(isFound, new RegExp(source, 'u').test(line), `/${source}/ on ${line}`)
          }
          const shown = rows.map((row) => table.row(row).pattern)
          const numbers = new Set(shown.map((each) => (each.kind === 'text' ? each.regex : -1)))
          for (const [number, isFound] of found.entries()) {
            if (isFound) assert.ok(numbers.has(number), `/${pool.source(number)}/ on ${line}`)
          }
        }
      },
    ),
    { numRuns: RUNS },
  )
})

interface Hostile {
  readonly kind: string
  readonly pattern: string
  readonly textOf: (times: number) => string
}

function hostile(): readonly Hostile[] {
  const path = new URL('../corpus/redos/patterns.tsv', import.meta.url)
  const lines = readFileSync(path, 'utf8').split('\n')
  return lines
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const [kind = '', source = '', ...parts] = line.split('\t')
      const [start = '', repeated = '', end = ''] = parts.map((each) =>
        each.replaceAll('\\n', '\n').replaceAll('\\t', '\t'),
      )
      return { kind, pattern: source, textOf: (times) => start + repeated.repeat(times) + end }
    })
}

/** A text that counts how often it is looked at. */
function counted(line: string): Text & { readonly looks: () => number } {
  let looks = 0
  return {
    length: line.length,
    codePointAt: (at) => {
      looks += 1
      return line.codePointAt(at)
    },
    looks: () => looks,
  }
}

test('patterns that make others backtrack take one step for each character', () => {
  const all = hostile()
  assert.ok(all.length >= 30, `only ${all.length} patterns`)
  for (const { kind, pattern: source, textOf } of all) {
    const regex = regexOf(source)
    for (const times of [0, 1, 4]) {
      const line = textOf(times)
      assert.is(regex.matches(line), new RegExp(source, 'u').test(line), `${kind} on ${line}`)
    }
    const line = textOf(Math.ceil(MEGABYTE / textOf(1).length))
    const text = counted(line)
    regex.matches(text)
    assert.ok(text.looks() <= line.length, `${kind}: ${text.looks()} of ${line.length}`)
  }
})

test('an expression that needs too many states is refused where it repeats', () => {
  for (const [source, culprit] of [
    ['x[ab]*a[ab]{14}c', '[ab]{14}'],
    ['a{5000}', 'a{5000}'],
    ['(?:ab{60}){90}', '(?:ab{60}){90}'],
  ] as const) {
    const found = regexRefusal(source)
    assert.is(source.slice(found.start, found.end), culprit)
  }
})

function regexRefusal(source: string): { readonly start: number; readonly end: number } {
  try {
    compileRegex(source)
  } catch (error) {
    if (error instanceof RegexRefusal) return error.place
    throw error
  }
  throw new Error(`${source} is not refused`)
}

test.run()
