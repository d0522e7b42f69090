/** Our globs against minimatch, wherever both say what a pattern means. */
import fc from 'fast-check'
import { type MinimatchOptions, minimatch } from 'minimatch'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { matchSegments } from '../../src/decide/word-match.ts'
import { compileGlob, matchesGlob, mayMatchGlob } from '../../src/table/glob.ts'

const RUNS = process.env['OA_TEST_DEEP'] ? 100_000 : 3_000
const OPTIONS: MinimatchOptions = {
  ...{ dot: true, nobrace: true, noext: true, nonegate: true, nocomment: true },
  platform: 'linux',
}

const test = suite('globs')

const piece = fc.constantFrom(
  ...[
    'a',
    'b',
    'c',
    '.',
    '-',
    '*',
    '?',
    '[ab]',
    '[!a]',
    '[^b]',
    '[a-c]',
    '[]a]',
    '[[:alpha:]]',
    '[[:digit:]b]',
    '[![:punct:]]',
    '\\*',
  ],
  ...['\\[', '+', '(', ')', '|', '{a,b}', '!', '#', '$', '^', 'é', '😀', '[', ']', '1'],
)
const pattern = fc.array(piece, { minLength: 1, maxLength: 6 }).map((parts) => parts.join(''))
const text = fc
  .array(
    fc.constantFrom(
      'a',
      'b',
      'c',
      '.',
      '-',
      '*',
      '[',
      ']',
      '+',
      '!',
      '{',
      '1',
      'é',
      '😀',
      '\\',
      '#',
      '^',
    ),
    {
      minLength: 1,
      maxLength: 6,
    },
  )
  .map((parts) => parts.join(''))

/** minimatch never matches these, whatever the pattern. */
const isDots = (each: string): boolean => each === '.' || each === '..'

test('one segment', () => {
  fc.assert(
    fc.property(pattern, text, (glob, name) => {
      fc.pre(!glob.includes('**') && !isDots(name) && !isDots(glob) && isDefined(glob))
      assert.is(
        matchesGlob(compileGlob(glob), name),
        minimatch(name, glob, OPTIONS),
        `${glob} on ${name}`,
      )
    }),
    { numRuns: RUNS },
  )
})

/** An unclosed bracket after others is read differently by the two, and a `\` within a class. */
function isDefined(glob: string): boolean {
  const rest = glob.replace(/\\[^]/g, '').replace(/\[[!^]?\]?(?:\[:\w+:\]|[^\]])*\]/g, '')
  return !rest.includes('[') && !/\[[^\]]*\\/.test(glob)
}

const segment = fc.constantFrom('a', 'b', 'ab', '.x', 'c')
const globSegment = fc.constantFrom('a', 'b', '*', 'a*', '?', '**', '.x', '[ab]')

test('paths, where `X/**` includes X', () => {
  fc.assert(
    fc.property(
      fc.array(globSegment, { minLength: 1, maxLength: 5 }),
      fc.array(segment, { minLength: 1, maxLength: 6 }),
      (globs, segments) => {
        const [path, glob] = [`/${segments.join('/')}`, `/${globs.join('/')}`]
        const above = glob.replace(/(?:\/\*\*)+$/, '')
        const isAbove = above !== glob && above !== '' && minimatch(path, above, OPTIONS)
        assert.is(
          matchSegments(globs, segments),
          minimatch(path, glob, OPTIONS) || isAbove,
          `${glob} on ${path}`,
        )
      },
    ),
    { numRuns: RUNS },
  )
})

test('what a glob may match with an unknown middle', () => {
  fc.assert(
    fc.property(pattern, text, fc.nat({ max: 6 }), fc.nat({ max: 6 }), (glob, name, start, end) => {
      const compiled = compileGlob(glob)
      fc.pre(matchesGlob(compiled, name))
      const characters = [...name]
      const prefix = characters.slice(0, start).join('')
      const suffix = characters.slice(Math.max(start, characters.length - end)).join('')
      assert.ok(mayMatchGlob(compiled, prefix, suffix), `${glob} on ${prefix}…${suffix} of ${name}`)
    }),
    { numRuns: RUNS },
  )
})

test.run()
