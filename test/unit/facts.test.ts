import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { compare } from '../../scripts/facts/compare.ts'
import { readHelpText } from '../../scripts/facts/help-text.ts'
import { PROGRAMS } from '../../scripts/facts/programs.ts'
import { factsOf, shippedCommands } from '../../scripts/facts.ts'
import { skip } from '../support/skip.ts'

const test = suite('facts')

/** Line of a help text → each name with its value. */
const LINES: readonly (readonly [string, Readonly<Record<string, string>>])[] = [
  ['  -a, --all    everything', { '-a': 'none', '--all': 'none' }],
  ['  -o, --output=FILE    write there', { '-o': 'required', '--output': 'required' }],
  ['      --color[=WHEN]   colour', { '--color': 'optional' }],
  ['  -F, --classify[=WHEN]  marks', { '-F': 'unclear', '--classify': 'optional' }],
  ['  -p, --style=slash  a mark', { '-p': 'unclear', '--style': 'unclear' }],
  ['    -n, --[no-]dry-run    try', { '-n': 'none', '--dry-run': 'none', '--no-dry-run': 'none' }],
  ['    --depth <depth>       deepen', { '--depth': 'required' }],
  ['    -U <n>, --unified=<n>   lines', { '-U': 'required', '--unified': 'required' }],
  ['  -t, --target [a|b]   which', { '-t': 'unclear', '--target': 'unclear' }],
  [
    '  -c, -C NUM, --context[=NUM]  n',
    { '-c': 'unclear', '-C': 'required', '--context': 'optional' },
  ],
  ['  -c  --format=FORMAT   how', { '-c': 'required', '--format': 'required' }],
  ['  -x words that may be a value', { '-x': 'unclear' }],
]
for (const [line, expected] of LINES) {
  test(`reads \`${line.trim()}\``, () => {
    assert.equal(
      readHelpText(line).map((each) => Object.fromEntries(each)),
      [expected],
    )
  })
}

test('prose and usage lines are no options', () => {
  assert.equal(readHelpText('usage: x [-a]\n  with -a, all\n-b starts a sentence\n'), [])
})

const commands = shippedCommands()

test('programs that may be asked stand once and are known', () => {
  const names = PROGRAMS.map(({ name }) => name)
  assert.equal(new Set(names).size, names.length)
  assert.ok(names.filter((name) => commands[name]).length > 100, 'most of them have knowledge')
})

test('a value that is declared and not documented disagrees', () => {
  const [knowledge] = [commands['cp']]
  assert.ok(knowledge)
  const level = { command: 'cp', knowledge, inherited: [] }
  const kinds = compare(level, '  -f, --force=FILE   x\n      --brand-new   y\n', false)
  const of = (kind: string): readonly string[] =>
    kinds.filter((each) => each.kind === kind).map(({ option }) => option)
  assert.equal(of('value'), ['-f', '--force'])
  assert.equal(of('lacking'), ['--brand-new'])
  assert.ok(of('unknown-to-help').length > 5)
})

/** On every Debian; git is what oa itself needs. */
const ALWAYS = ['ls', 'cp', 'mv', 'rm', 'head', 'sort', 'date', 'grep', 'sed', 'gzip', 'env', 'git']
for (const name of ALWAYS) {
  test(`${name}: no declared option reads words otherwise than its help says`, () => {
    const asked = PROGRAMS.find((each) => each.name === name)
    assert.ok(asked)
    const facts = factsOf(asked, commands)
    if (!facts) return skip(`${name} is not installed or prints no options`)
    assert.equal(
      facts.filter(({ kind }) => kind === 'value'),
      [],
    )
  })
}

test.run()
