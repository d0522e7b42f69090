/** Reading and printing on generated and on damaged policies. */
import * as fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Outcome } from '../../src/base/diagnostic.ts'
import type { SourceFile } from '../../src/base/source.ts'
import { ACTIONS, DECISIONS, MODES, RISKS } from '../../src/model/vocabulary.ts'
import type { PolicyFile, Statement } from '../../src/syntax/ast.ts'
import { parsePolicy } from '../../src/syntax/parse.ts'
import { printPolicy } from '../../src/syntax/print.ts'
import { parseYamlPolicy } from '../../src/syntax/yaml.ts'
import { readCases, section } from '../support/corpus.ts'
import { bareTree } from '../support/tree.ts'

const test = suite('syntax-properties')

const source: SourceFile = { name: 'policy.oa', text: '' }
const span = { source, start: 0, end: 0 }
const parse = (text: string): Outcome<PolicyFile> => parsePolicy({ name: 'policy.oa', text })

const text = (value: fc.Arbitrary<string>): fc.Arbitrary<object> =>
  value.map((each) => ({ value: each, span }))
const anyText = fc.string({
  unit: fc.constantFrom(...'ab "\'\\\n\t{},;|#@é\u0007\u202e$'),
  maxLength: 8,
})
const name = fc.stringMatching(/^[a-z][a-z0-9_-]{0,6}$/).filter((each) => !RESERVED.has(each))
const RESERVED = new Set(
  'except when because instead with only is and or not in text ask'.split(' ').concat(ACTIONS),
)
const plain = fc.oneof(
  name,
  fc.constantFrom(
    'allow',
    'test',
    'policy',
    '--force',
    '-rf',
    './build/**',
    '~/.ssh',
    '{a,b}/c',
    '*',
  ),
  fc.constantFrom('--env={dev,staging}', 'sha256:*', 'a,b', 'user@host', 'a#b', '+**', '007', '='),
)
const leaf = fc.oneof(
  plain.map((each) => ({ kind: 'word', text: each, isQuoted: false, span })),
  anyText.map((each) => ({ kind: 'word', text: each, isQuoted: true, span })),
  name.map((each) => ({ kind: 'set', name: each, span })),
)
const { word } = fc.letrec((tie) => ({
  word: fc.oneof({ maxDepth: 2 }, leaf, tie('group')),
  group: fc
    .array(fc.array(tie('word'), { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 12 })
    .map((members) => ({ kind: 'group', members, span })),
}))
const words = fc.array(word, { minLength: 1, maxLength: 4 })
const stage = fc.record({ words, isOnly: fc.boolean(), span: fc.constant(span) })
const pattern = fc.oneof(
  fc
    .array(stage, { minLength: 1, maxLength: 3 })
    .map((stages) => ({ kind: 'command', stages, span })),
  fc
    .constantFrom('a', 'a\\/b', '[/"]', ':\\(\\)\\s*\\{.*\\}')
    .map((value) => ({ kind: 'text', regex: { value, span }, span })),
)
const actions = fc.uniqueArray(fc.constantFrom(...ACTIONS), { maxLength: 2 })
const actionWords = actions.map((each) => each.map((action) => ({ action, span })))
const fact = fc.oneof(
  fc.record({
    kind: fc.constant('fact'),
    fact: text(fc.constantFrom('role', 'time', 'day')),
    operator: fc.constant('is'),
    values: leaf.map((each) => [each]),
    span: fc.constant(span),
  }),
  fc.record({
    kind: fc.constant('fact'),
    fact: text(fc.constant('env')),
    name: text(name),
    operator: fc.constant('in'),
    values: fc.array(leaf, { minLength: 1, maxLength: 3 }),
    span: fc.constant(span),
  }),
)
const { condition } = fc.letrec((tie) => ({
  condition: fc.oneof({ maxDepth: 4 }, fact, tie('not'), tie('pair')),
  not: tie('condition').map((operand) => ({ kind: 'not', operand, span })),
  pair: fc.record({
    kind: fc.constantFrom('and', 'or'),
    left: tie('condition'),
    right: tie('condition'),
    span: fc.constant(span),
  }),
}))
const entry = fc.record({
  kind: fc.constant('entry'),
  key: text(fc.oneof(name, fc.constantFrom('is', 'only', 'allow'))),
  words: fc.array(fc.oneof(leaf, plainEntry()), { maxLength: 4 }),
  span: fc.constant(span),
})
function plainEntry(): fc.Arbitrary<object> {
  const texts = fc.constantFrom(
    '--env=<name>',
    '--color[=<when>]',
    '<path>...',
    '--x=<a|b>',
    '&',
    'with',
  )
  return texts.map((each) => ({ kind: 'word', text: each, isQuoted: false, span }))
}
const { block } = fc.letrec((tie) => ({
  block: fc.record(
    {
      kind: fc.constant('block'),
      name: text(fc.constantFrom('sandbox', 'limits', 'env')),
      label: text(fc.oneof(name, anyText)),
      entries: fc.array(fc.oneof({ maxDepth: 2 }, entry, tie('inner')), { maxLength: 4 }),
      span: fc.constant(span),
    },
    { requiredKeys: ['kind', 'name', 'entries', 'span'] },
  ),
  inner: fc.record({
    kind: fc.constant('block'),
    name: text(fc.constant('subcommand')),
    label: text(name),
    entries: fc.array(fc.oneof({ maxDepth: 2 }, entry, tie('inner')), { maxLength: 3 }),
    span: fc.constant(span),
  }),
}))
const obligation = fc.record({
  kind: fc.constant('block'),
  name: text(fc.constantFrom('sandbox', 'network')),
  entries: fc.array(entry, { maxLength: 3 }),
  span: fc.constant(span),
})
const effect = fc.oneof(
  fc.constantFrom(...DECISIONS).map((decision) => ({ kind: 'decision', decision })),
  fc.constantFrom(...RISKS).map((risk) => ({ kind: 'risk', risk })),
)
const rule = fc.record(
  {
    kind: fc.constant('rule'),
    effect,
    actions: actionWords,
    patterns: fc.array(pattern, { minLength: 1, maxLength: 5 }),
    except: fc.array(fc.record({ actions: actionWords, pattern, span: fc.constant(span) }), {
      maxLength: 2,
    }),
    when: condition,
    because: text(anyText),
    instead: text(anyText),
    obligations: fc.array(obligation, { maxLength: 2 }),
    span: fc.constant(span),
  },
  { requiredKeys: ['kind', 'effect', 'actions', 'patterns', 'except', 'obligations', 'span'] },
)
const decision = fc.constantFrom(...DECISIONS)
const small = fc.oneof(
  text(anyText).map((each) => ({ kind: 'policy', name: each, span })),
  fc.constantFrom(...MODES).map((mode) => ({ kind: 'mode', mode, span })),
  fc.record({
    kind: fc.constant('on'),
    risk: fc.constantFrom(...RISKS),
    decision,
    span: fc.constant(span),
  }),
  fc.record({ kind: fc.constant('override'), role: text(anyText), span: fc.constant(span) }),
  fc.record({
    kind: fc.constant('let'),
    name: text(name),
    members: fc.array(words, { minLength: 1, maxLength: 12 }),
    span: fc.constant(span),
  }),
  fc.record({
    kind: fc.constant('never'),
    isAskToo: fc.boolean(),
    pattern,
    span: fc.constant(span),
  }),
  fc.record(
    {
      kind: fc.constant('test'),
      line: text(anyText),
      path: text(anyText),
      facts: condition,
      decision,
      span: fc.constant(span),
    },
    { requiredKeys: ['kind', 'line', 'decision', 'span'] },
  ),
)
const policy = fc
  .array(fc.oneof(rule, block, small), { minLength: 1, maxLength: 4 })
  .map((statements): PolicyFile => {
    // The arbitraries build the shapes of ast.ts; the round trip below fails on any that is not one.
    const built = statements as unknown as readonly Statement[]
    return { kind: 'policy-file', source, statements: built, comments: [] }
  })

test('what is printed parses to the same tree, and prints to itself', () => {
  fc.assert(
    fc.property(policy, (file) => {
      const printed = printPolicy(file)
      const again = parse(printed)
      assert.equal(
        again.diagnostics.map(({ code, message }) => `${code} ${message}`),
        [],
        printed,
      )
      assert.ok(again.value)
      assert.equal(bareTree(again.value), bareTree(file))
      const fixed = printPolicy(again.value)
      const twice = parse(fixed)
      assert.ok(twice.value)
      assert.is(printPolicy(twice.value), fixed)
    }),
    { numRuns: 300 },
  )
})

const PIECES = [
  ...[
    '{',
    '}',
    '"',
    "'",
    '|',
    ';',
    ',',
    '(',
    ')',
    '#',
    '@',
    '/',
    '\\',
    '\n',
    '\n\n',
    ' ',
    '\t',
    '\r',
  ],
  ...[
    '{ ',
    ' }',
    ', ',
    ' | ',
    'text /',
    'when ',
    'except ',
    'only',
    ' is ',
    'with ',
    'deny ',
    'allow ',
  ],
  ...[
    '# c\n',
    '\u0000',
    '\ufeff',
    '$',
    '`',
    '- ',
    ': ',
    '[',
    ']',
    '&a ',
    '*a',
    '!!str ',
    '---\n',
    '%',
  ],
]
interface Damage {
  readonly at: number
  readonly cut: number
  readonly piece: string
}
const damages = fc.array(
  fc.record({ at: fc.nat(4000), cut: fc.nat(12), piece: fc.constantFrom(...PIECES) }),
  { minLength: 1, maxLength: 6 },
)
const damage = (whole: string, found: readonly Damage[]): string =>
  found.reduce((now, { at, cut, piece }) => {
    const start = at % (now.length + 1)
    return now.slice(0, start) + piece + now.slice(start + cut)
  }, whole)

function checkPlaces(outcome: Outcome<PolicyFile>, length: number): void {
  for (const { span: place, help, code } of outcome.diagnostics) {
    assert.ok(place && place.start <= place.end && place.end <= length, code)
    assert.ok(help, code)
  }
}

test('a damaged policy is read without a fault of ours; what is read whole, prints back', () => {
  const texts = readCases('parse').flatMap((each) => each.sections.get('policy.oa') ?? [])
  fc.assert(
    fc.property(fc.constantFrom(...texts), damages, (whole, found) => {
      const broken = damage(whole, found)
      const outcome = parse(broken)
      checkPlaces(outcome, broken.length)
      if (!outcome.value || outcome.diagnostics.length > 0) return
      const printed = printPolicy(outcome.value)
      const again = parse(printed)
      assert.ok(again.value)
      assert.equal(bareTree(again.value), bareTree(outcome.value))
      assert.is(printPolicy(again.value), printed)
      const comments = (file: PolicyFile): string[] => file.comments.map((each) => each.text).sort()
      assert.equal(comments(again.value), comments(outcome.value))
    }),
    { numRuns: 600 },
  )
})

test('damaged YAML is read without a fault of ours', () => {
  const texts = readCases('parse/twins').map((each) => section(each, 'policy.yaml'))
  fc.assert(
    fc.property(fc.constantFrom(...texts), damages, (whole, found) => {
      const broken = damage(whole, found)
      checkPlaces(parseYamlPolicy({ name: 'policy.yaml', text: broken }), broken.length)
    }),
    { numRuns: 300 },
  )
})

test.run()
