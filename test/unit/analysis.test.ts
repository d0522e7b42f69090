/** Questions over all requests: planted widenings are found, proofs hold, what is not modelled is unknown. */
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { type Difference, diffPolicies } from '../../src/analysis/diff.ts'
import { deadRules } from '../../src/analysis/lint.ts'
import { proveNevers } from '../../src/analysis/nevers.ts'
import { overlapsOf } from '../../src/analysis/overlap.ts'
import { pathClasses } from '../../src/analysis/path-classes.ts'
import { type Side, sideOf } from '../../src/analysis/side.ts'
import { textClasses } from '../../src/analysis/text-classes.ts'
import { compileGlob, matchesGlob } from '../../src/table/glob.ts'
import { compileText } from '../support/policies.ts'

const test = suite('analysis')

const KNOWLEDGE = `
command tool { option --force; option --env=<e>; subcommand push { operands [<x>...] }; subcommand pull { operands [<x>...] } }
command cat { operands [<file>...] reads }
command rm { operands <file>... deletes }
command curl { operands <url> connects }
command sh { operands [<script>] runs script; stdin shell; transparent }
`
const HEAD = 'mode approve\ndefault ask\ndefault read allow\n'

function side(text: string): Side {
  const { value, diagnostics } = compileText(`${text}\n${KNOWLEDGE}`)
  if (!value) throw new Error(JSON.stringify(diagnostics))
  return sideOf(value.ir)
}

function diff(before: string, after: string): Difference {
  return diffPolicies(side(HEAD + before), side(HEAD + after))
}

function answer(policy: string, never: string): string {
  const [result] = proveNevers(side(`${HEAD}${policy}\n${never}`))
  if (!result) throw new Error('no never')
  const { proof } = result
  return proof.kind === 'refuted' ? `refuted ${proof.witness.command}` : proof.kind
}

const WIDENINGS: readonly (readonly [string, string, string, string])[] = [
  ['a dropped except', 'allow write ./** except write ./keys/**', 'allow write ./**', 'ask allow'],
  ['* for a word', 'allow tool push', 'allow tool *', 'ask allow'],
  ['a removed deny', 'allow tool\ndeny tool push --force', 'allow tool', 'deny allow'],
  ['a path for a folder', 'allow rm ./build/*.o', 'allow rm ./build/**', 'ask allow'],
  ['a value more', 'allow tool --env=dev', 'allow tool --env={dev,prod}', 'ask allow'],
  ['an option less', 'allow tool push --force', 'allow tool push', 'ask allow'],
  ['a host more', 'allow connect a.example:443', 'allow connect *.example:443', 'ask allow'],
  ['a port more', 'allow connect a.example:443', 'allow connect a.example', 'ask allow'],
  ['every host', 'ask connect *', 'allow connect *', 'ask allow'],
  ['a variable more', 'allow set FOO', 'allow set FOO*', 'ask allow'],
  ['a tool more', 'allow call hub/get', 'allow call hub/*', 'ask allow'],
  ['a role', 'allow tool when role is admin', 'allow tool when role in {admin, dev}', 'ask allow'],
  [
    'two operands of two rules',
    'allow rm ./a/**\nallow rm ./b/**',
    'allow rm { ./a/**, ./b/** }',
    'ask allow',
  ],
  ['only, dropped', 'allow tool push only', 'allow tool push', 'ask allow'],
]

for (const [name, before, after, step] of WIDENINGS) {
  test(`a widening is found, newly allowed first: ${name}`, () => {
    const [first] = diff(before, after).changes
    assert.is(first && `${first.before.decision} ${first.after.decision}`, step)
    assert.is(first?.isWeaker, true)
    const back = diff(after, before).changes
    assert.ok(back.length > 0 && back.every((each) => !each.isWeaker))
  })
}

test('a refactoring has the same meaning', () => {
  const spelled = diff('allow tool { push, pull }', 'allow tool pull\n# again\nallow tool push')
  assert.is(spelled.result, 'same-digest')
  const covered = diff('allow tool', 'allow tool\nallow tool push')
  assert.is(covered.result, 'same')
  assert.equal(covered.gaps, [])
})

test('what is not modelled is unknown, never the same', () => {
  assert.is(diff('allow tool', 'allow tool\ndeny text /nothing like it/').result, 'unknown')
  const times = diff(
    'ask tool\ndeny tool push when time in 22:00-06:00',
    'ask tool\ndeny tool push when time in 22:00-07:00',
  )
  assert.is(times.result, 'unknown')
})

const OBLIGATIONS: readonly (readonly [string, string, string])[] = [
  ['less time', 'allow tool with limits { time 5s }', 'allow tool with limits { time 50s }'],
  ['no sandbox', 'allow tool with sandbox { required }', 'allow tool'],
  ['a network', 'allow tool with network off', 'allow tool with network open'],
  ['one person', 'ask tool with approval { persons 2 }', 'ask tool'],
]

for (const [name, before, after] of OBLIGATIONS) {
  test(`obligations that differ are a difference: ${name}`, () => {
    const { result, changes, settings } = diff(before, after)
    assert.is(result, 'different')
    assert.equal(settings, [])
    assert.ok(changes.length > 0 && changes.every((each) => each.isWeaker))
    const back = diff(after, before)
    assert.ok(back.changes.length > 0 && back.changes.every((each) => !each.isWeaker))
  })
}

const BLOCKS: readonly (readonly [string, string])[] = [
  ['limits { time 5s }', 'limits { time 50s }'],
  ['limits { memory 1GiB }', ''],
  ['sandbox { required }', 'sandbox { on }'],
  ['sandbox { network off }', 'sandbox { network open }'],
  ['sandbox { strict }', ''],
  ['env { keep PATH }', 'env { keep PATH HOME }'],
  ['env { keep PATH }', ''],
  ['env { secret *TOKEN* *KEY* }', 'env { secret *TOKEN* }'],
  ['approval { persons 2 }', 'approval { persons 1 }'],
  ['approval { approve-within 1m }', 'approval { approve-within 10m }'],
  ['on high deny', 'on high ask'],
  ['on medium ask', ''],
  ['on high deny', 'on high deny\noverride by admin'],
]

for (const [before, after] of BLOCKS) {
  test(`a block that differs is a difference: ${before || 'none'}, ${after || 'none'}`, () => {
    const [one, two] = [`allow tool\n${before}`, `allow tool\n${after}`]
    const there = diff(one, two)
    assert.is(there.result, 'different')
    assert.ok(there.settings.some((each) => each.isWeaker))
    assert.not.ok(diff(two, one).settings.some((each) => each.isWeaker))
  })
}

test('settings that differ are named', () => {
  const { settings, result } = diff('allow tool', 'allow tool\nlimits { time 5s }\non high deny')
  assert.is(result, 'different')
  assert.equal(settings.map((each) => each.name).sort(), ['limits timeMs', 'on high'])
})

const INVARIANTS: readonly (readonly [string, string, string])[] = [
  ['deny tool push --force\nallow tool', 'never tool push --force', 'proved'],
  ['deny tool push --force\nallow tool', 'never ask tool push --force', 'proved'],
  ['allow tool', 'never tool push --force', 'refuted tool push --force'],
  ['ask tool push --force\nallow tool', 'never tool push --force', 'proved'],
  ['ask tool push --force\nallow tool', 'never ask tool push --force', 'refuted tool push --force'],
  ['allow rm ./build/**', 'never rm /etc/**', 'proved'],
  [
    'deny rm /** except rm ./**\nallow rm ...',
    'never rm ./src/**',
    'refuted rm /home/somebody/project/src',
  ],
  ['allow tool when role is admin', 'never tool', 'refuted tool'],
  ['deny tool when time in 08:00-18:00\nallow tool', 'never tool', 'unknown'],
  ['deny text /push/\nallow tool', 'never tool push', 'unknown'],
  ['allow tool', 'never text /push/', 'unknown'],
  ['deny curl | sh\nallow curl, sh', 'never curl | sh', 'proved'],
  // The rule lets the command through, and what it connects to is asked about.
  ['allow curl', 'never curl ...', 'unknown'],
  ['allow curl\nallow connect hub.example', 'never curl ...', 'refuted curl https://hub.example/'],
]

for (const [policy, never, expected] of INVARIANTS) {
  test(`${never} under ${policy.replaceAll('\n', '; ')}`, () => {
    assert.is(answer(policy, never), expected)
  })
}

test('dead rules are found with those that decide in their place; live ones are not', () => {
  const dead = (text: string): readonly string[] =>
    deadRules(side(HEAD + text), () => true).map(
      ({ rule, kind, covering }) =>
        `${kind}: ${rule.text} by ${covering.map((each) => each.text).join(', ')}`,
    )
  assert.equal(dead('deny tool\nallow tool push'), ['contradicted: allow tool push by deny tool'])
  assert.equal(dead('deny tool\nask tool push'), ['shadowed: ask tool push by deny tool'])
  assert.equal(dead('allow tool\nallow tool push'), ['redundant: allow tool push by allow tool'])
  assert.equal(dead('allow read ./**\nallow read ./a/**'), [
    'redundant: allow read ./a/** by allow read ./**',
  ])
  assert.equal(dead('allow read ./**\ndeny read ./a/**'), [])
  assert.equal(dead('deny write ./**\nask write ./a/*'), [
    'shadowed: ask write ./a/* by deny write ./**',
  ])
  // Alone they cover every known word, but a word that is not known settles neither.
  assert.equal(dead('allow tool a*\nallow tool [!a]*\nallow tool *'), [])
  assert.equal(dead('ask tool\ndeny tool push'), [])
})

test('overlaps name the winner', () => {
  const { overlaps } = overlapsOf(side(`${HEAD}allow tool\ndeny tool push`), () => {})
  assert.equal(
    overlaps.map((each) => [each.stricter.text, each.weaker.text, each.command, each.decision]),
    [['deny tool push', 'allow tool', 'tool push', 'deny']],
  )
})

test('overlaps of places, hosts, variables and tools', () => {
  const pairs: readonly (readonly [string, string])[] = [
    ['allow write ./**', 'deny write ./keys/**'],
    ['allow connect *', 'ask connect hub.example:443'],
    ['allow set *', 'deny set LD_*'],
    ['allow call hub/*', 'ask call */delete'],
    ['warn load store/*', 'deny load store/a'],
  ]
  for (const pair of pairs) {
    const { overlaps, gaps } = overlapsOf(side(`${HEAD}${pair.join('\n')}`), () => {})
    assert.equal(
      overlaps.map((each) => [each.weaker.text, each.stricter.text]),
      [pair],
    )
    assert.equal(gaps, [])
  }
})

test('classes of texts: every set of globs that some text matches has its member', () => {
  const globs = ['a*', '*b', 'ab', '[0-9]?', '*x*', '*']
  const sets = (texts: Iterable<string>): ReadonlySet<string> =>
    new Set(
      [...texts].map((text) => globs.map((each) => matchesGlob(compileGlob(each), text)).join()),
    )
  const alphabet = ['a', 'b', 'x', '0', '9', 'q']
  let all = ['']
  for (let length = 0; length < 4; length++) {
    all = [...new Set([...all, ...all.flatMap((text) => alphabet.map((each) => text + each))])]
  }
  const { members, isComplete } = textClasses(
    globs.map((each) => [each]),
    'word',
  )
  assert.ok(isComplete)
  assert.equal([...sets(members)].sort(), [...sets(all.filter((each) => each !== ''))].sort())
})

test('classes of paths are those that a group in focus matches', () => {
  const group = (isInFocus: boolean, ...segments: readonly string[]) => ({
    patterns: [{ root: '/' as const, segments }],
    isInFocus,
  })
  const { members } = pathClasses([
    group(true, 'a', '**'),
    group(false, '**', 'k'),
    group(false, 'b'),
  ])
  assert.equal([...members].sort(), ['/a', '/a/k'])
})

test.run()
