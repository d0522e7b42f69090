/**
 * The rest of what a walk gives: bounds, flows, redirections, inputs, directories, places, dialects, printing.
 */
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { LINE_BYTES_MAX, LINE_NESTING_MAX } from '../../src/base/limits.ts'
import { printNode, unprintable } from '../../src/command/shell/print.ts'
import { childScope, initialScope, walk } from '../../src/command/shell/walk.ts'
import { readRow, showWord, walkLine } from '../support/shell-rows.ts'

const test = suite('shell walk')

const code = (line: string): string | undefined => walkLine(line).refused?.code

test('bounds are named and refuse before the parser', () => {
  assert.is(code(''), 'OA4001')
  assert.is(code(' \n\t'), 'OA4001')
  assert.is(code(`a ${'x'.repeat(LINE_BYTES_MAX - 2)}`), undefined)
  assert.is(code(`a ${'x'.repeat(LINE_BYTES_MAX - 1)}`), 'OA4002')
  assert.is(code(`a ${'é'.repeat(LINE_BYTES_MAX / 2)}`), 'OA4002')
  assert.match(
    walkLine(`a ${'x'.repeat(LINE_BYTES_MAX)}`).refused?.reason ?? '',
    String(LINE_BYTES_MAX),
  )
  assert.is(code(`${'('.repeat(LINE_NESTING_MAX)}a${')'.repeat(LINE_NESTING_MAX)}`), undefined)
  assert.is(code('('.repeat(LINE_NESTING_MAX + 1)), 'OA4003')
  assert.is(code('('.repeat(10_000)), 'OA4003')
  for (const char of ['\0', '\x01', '\r', '\x1b', '\x7f', '\ud800', '\udc00']) {
    assert.is(code(`a ${char}b`), 'OA4004', JSON.stringify(char))
  }
  assert.is(code('a\tb\nc'), undefined)
  assert.is(code(`a ${'|'.repeat(20)}`), 'OA4005')
})

test('work stays bounded however often functions call each other', () => {
  const bodies = Array.from({ length: 30 }, (_, k) => `f${k}() { f${k + 1}; f${k + 1}; }`)
  const walked = walkLine(`${bodies.join('; ')}; f30() { a; }; f0`)
  assert.ok(walked.unknowns.length > 0)
  assert.ok(walked.commands.length <= 512)
  assert.ok(walkLine('a {1..4000} {1..4000} {1..4000}').unknowns.length > 0)
  assert.ok(walkLine(Array.from({ length: 600 }, () => 'a').join(';')).unknowns.length > 0)
})

const flows = (line: string): readonly string[] =>
  walkLine(line).flows.map(({ from, to, through }) => `${from}>${to} ${through}`)

test('data flows through pipes and substitutions', () => {
  assert.equal(flows('a | b | c'), ['0>1 pipe', '1>2 pipe'])
  assert.equal(flows('a | { b; c; }'), ['0>1 pipe', '0>2 pipe'])
  assert.equal(flows('(a; b) | c'), ['0>2 pipe', '1>2 pipe'])
  assert.equal(flows('a "$(b)" $(c)'), ['0>2 substitution', '1>2 substitution'])
  assert.equal(flows('a $(b | c)'), ['0>1 pipe', '1>2 substitution'])
  assert.equal(flows('a <(b)'), ['0>1 process-substitution'])
  assert.equal(flows('a > >(b)'), ['1>0 process-substitution'])
  assert.equal(flows('x=$(a); b'), ['0>1 substitution'])
  assert.equal(flows('a; b'), [])
  assert.equal(flows('if a; then b; fi | c'), ['0>2 pipe', '1>2 pipe'])
})

const redirects = (line: string): readonly string[] =>
  walkLine(line).commands.flatMap((command) =>
    command.redirects.map(
      (each) =>
        `${each.fd}${each.isBoth ? '+' : ''} ${each.kind} ${each.direction} ${showWord(each.target)}`,
    ),
  )

test('every form of redirection', () => {
  assert.equal(redirects('a > f'), ['1 file write f'])
  assert.equal(redirects('a 2>>f >|g'), ['2 file append f', '1 file write g'])
  assert.equal(redirects('a < f 3<>g'), ['0 file read f', '3 file read-write g'])
  assert.equal(redirects('a 2>&1 >&2'), ['2 fd write 1', '1 fd write 2'])
  assert.equal(redirects('a &> f; b &>> g; c >& h'), [
    '1+ file write f',
    '1+ file append g',
    '1+ file write h',
  ])
  assert.equal(redirects('a 2>&- <&-'), ['2 close write -', '0 close read -'])
  assert.equal(redirects('a {x}> f'), ['null file write f'])
  assert.equal(redirects('a <<E\nb\nE'), ['0 data read b\n'])
  assert.equal(redirects("a <<< 'b c' 3<<E\nd\nE"), ['0 data read b c\n', '3 data read d\n'])
  assert.equal(redirects('> f'), ['1 file write f'])
  assert.equal(redirects('{ a; } > f'), ['1 file write f'])
  assert.equal(redirects('while a; do b; done < f'), ['0 file read f'])
  assert.equal(redirects('a > $X'), ['1 file write …'])
  assert.equal(redirects('a > ~/f > "b c"'), ['1 file write /home/u/f', '1 file write b c'])
  assert.equal(redirects('a > /dev/tcp/h/1'), ['1 file write /dev/tcp/h/1'])
  assert.equal(redirects('f() { a; } > g; f'), ['1 file write g'])
})

const inputs = (line: string): readonly (string | undefined)[] =>
  walkLine(line).commands.map((command) => (command.stdin ? showWord(command.stdin) : undefined))

test('literal data on the standard input', () => {
  assert.equal(inputs('echo a | b'), [undefined, 'a\n'])
  assert.equal(inputs('echo cm0gLXJm | base64 -d | sh'), [undefined, 'cm0gLXJm\n', 'rm -rf'])
  assert.equal(inputs("printf '\\x72m x' | bash"), [undefined, 'rm x'])
  assert.equal(inputs("tr a-z b-za <<< 'ql -qe /' | sh"), ['ql -qe /\n', 'rm -rf /\n'])
  assert.equal(inputs('echo 726d | xxd -r -p | sh'), [undefined, '726d\n', 'rm'])
  assert.equal(inputs('echo mr | rev | sh'), [undefined, 'mr\n', 'rm\n'])
  assert.equal(inputs('cat <<E | sh\na $HOME\nE'), ['a /home/u\n', 'a /home/u\n'])
  assert.equal(inputs('echo $X | sh'), [undefined, undefined])
  assert.equal(inputs('echo a | sh < f'), [undefined, undefined])
  assert.equal(inputs('echo a >f | sh'), [undefined, undefined])
  assert.equal(inputs("{ sh; sh; } <<< 'a'"), [undefined, 'a\n', undefined])
  assert.equal(inputs('echo a; sh'), [undefined, undefined])
  assert.equal(inputs('(echo a; echo b) | sh'), [undefined, undefined, 'a\nb\n'])
  assert.equal(inputs('exec <<< a; sh'), ['a\n', 'a\n'])
})

const places = (line: string): readonly string[] =>
  walkLine(line).commands.map(({ argv, cwds, isConditional, isConcurrent }) =>
    [
      argv[0] ? showWord(argv[0]) : '',
      cwds.join(','),
      isConditional ? '?' : '',
      isConcurrent ? '&' : '',
    ]
      .join(' ')
      .trim(),
  )

test('directories follow cd; both stay possible unless joined', () => {
  assert.equal(places('cd x; a'), ['cd /w', 'a /w/x,/w'])
  assert.equal(places('cd x && a'), ['cd /w', 'a /w/x ?'])
  assert.equal(places('cd x || a; b'), ['cd /w', 'a /w ?', 'b /w/x,/w'])
  assert.equal(places('cd x || exit; b'), ['cd /w', 'exit /w ?', 'b /w/x ?'])
  assert.equal(places('cd .. && cd /y/./z/.. && a'), ['cd /w', 'cd / ?', 'a /y ?'])
  assert.equal(places('cd && a'), ['cd /w', 'a /home/u ?'])
  assert.equal(places('cd "$X" && a'), ['cd /w', 'a  ?'])
  assert.equal(places('cd - && a'), ['cd /w', 'a  ?'])
  assert.equal(places('(cd x && a); b'), ['cd /w', 'a /w/x ?', 'b /w'])
  assert.equal(places('cd x | a; b'), ['cd /w  &', 'a /w  &', 'b /w'])
  assert.equal(places('for d in p q; do cd $d; done; a'), ['cd', 'a'])
  assert.equal(
    places('x=p; cd $x && a'),
    ['', 'cd /w', 'a /w/p ?'].map((text) => (text === '' ? '/w' : text)),
  )
  assert.equal(places('popd; a'), ['popd /w', 'a'])
  assert.equal(places('. f; a'), ['. /w', 'a  ?'])
})

test('what runs only under a condition, and what runs beside', () => {
  assert.equal(places('a && b; c'), ['a /w', 'b /w ?', 'c /w'])
  assert.equal(places('a & b'), ['a /w  &', 'b /w  &'])
  assert.equal(places('if a; then b; fi'), ['a /w', 'b /w ?'])
  assert.equal(places('exit; a'), ['exit /w', 'a /w ?'])
  assert.equal(places('a && exit; b'), ['a /w', 'exit /w ?', 'b /w ?'])
  assert.equal(places('(exit); a'), ['exit /w', 'a /w'])
})

test('other shells: what they read differently is unknown', () => {
  const isUnknown = (line: string, dialect: 'sh' | 'zsh' | 'other'): boolean =>
    readRow(line, dialect).length > 1
  for (const line of [
    'ls -la',
    'rm \'a b\' "$X"',
    'a | b && c > f 2>&1',
    'for i in a b; do c $i; done',
    'f() { a; }; f',
    'a <<E\nb\nE',
  ]) {
    assert.not(isUnknown(line, 'sh'), line)
  }
  for (const line of [
    "a $'b'",
    'a $"b"',
    'a {b,c}',
    'a &> f',
    'a >& f',
    'a |& b',
    'a <(b)',
    'a <<< b',
    '[[ a ]]',
    '((1))',
    'function f { a; }',
    'x=(a)',
    'x+=a',
    'a {x}>f',
    'a 10>f',
    'a $[1]',
    'a ~+',
    'a x=~',
    'a ${x:0:1}',
    'a ${x/a/b}',
    'a ${!x}',
    'case a in a) b;& esac',
    'coproc a',
    'time a',
    'select x in a; do b; done',
    'for ((;;)); do a; done',
  ]) {
    assert.ok(isUnknown(line, 'sh'), line)
  }
  for (const line of ['ls -la', "rm 'a b'", 'a | b && c > f', 'a "$X"'])
    assert.not(isUnknown(line, 'zsh'), line)
  for (const line of [
    '=ls',
    'echo x >! f',
    'a *(e:b:)',
    'a $X',
    'a *',
    'a {b,c}',
    'a ~',
    '[[ a ]]',
    'for x in a; do b; done',
    'a =(b)',
    'a $(b)',
    'a ^b',
    'a <(b)',
  ]) {
    const row = readRow(line, 'zsh')
    assert.ok(row.length > 1 || typeof row[0] === 'string', line)
  }
  assert.not(isUnknown('ls -la /tmp', 'other'))
  for (const line of ['set x (rm y)', 'a; b', "a 'b'", 'a $b', '& a']) {
    const row = readRow(line, 'other')
    assert.ok(row.length > 1 || typeof row[0] === 'string', line)
  }
})

test('printing quotes every word, or says why not', () => {
  const printed: readonly (readonly [string, string])[] = [
    ['set -C; a x >|f', "'set' '-C'\n'a' 'x' 1>|'f'"],
    ['a b', "'a' 'b'"],
    ["a 'it'\\''s'", "'a' 'it'\\''s'"],
    ['a && b || c; d & e', "'a' && 'b' || 'c'\n'd' & 'e'"],
    ['! a | b |& c', "! 'a' | 'b' |& 'c'"],
    ['(cd x; a) > f 2>&1', "( 'cd' 'x'\n'a'\n) 1>'f' 2>&1"],
    ['{ a; b; } | c', "{ 'a'\n'b'\n} | 'c'"],
    ['A=1 a >> f < g', "A='1' 'a' 1>>'f' 0<'g'"],
    ['cat <<E\nb\nE', "'cat' 0<<<'b'"],
    ['a &>> f 2>&-', "'a' &>>'f' 2>&-"],
    ['time -p a', "time -p 'a'"],
    ['a *.txt', "'a' 'a.txt' 'b.txt'"],
    ['x=rm; $x y', "x='rm'\n'rm' 'y'"],
    ['export X=b', "'export' 'X=b'"],
    ['if true', ''],
  ]
  for (const [line, expected] of printed) {
    if (expected === '') assert.is(printNode(walkLine(line)), null)
    else assert.is(printNode(walkLine(line)), expected)
  }
  const not: readonly (readonly [string, RegExp])[] = [
    ['a $X', /`X` is not set/],
    ['for i in a; do b; done', /`for`/],
    ['eval a', /`eval`/],
    ['trap a EXIT', /`trap`/],
    ['a {x}>f', /\{name\}/],
    ['declare -A x', /declare/],
    ['ls 2>(a)', /shell characters/],
    ['a $(b)', /output of/],
    ['x+=a', /\+=/],
    ['if', /not accept/],
  ]
  for (const [line, reason] of not) {
    assert.is(printNode(walkLine(line)), null, line)
    assert.match(unprintable(walkLine(line))?.reason ?? '', reason)
  }
})

test('a new shell sees what was exported and nothing else for sure', () => {
  const { scope } = walkLine('export A=1; B=2; C=3; IFS=x')
  const child = childScope(scope, { cwds: ['/w'], assigned: new Map([['C', ['4']]]) })
  const inner = walk({
    text: 'c $A $B $C',
    dialect: 'bash',
    scope: child,
    home: '/h',
    glob: () => null,
  })
  assert.equal(inner.commands[0]?.argv.map(showWord), ['c', '1', '…*', '4'])
})

test('a scope given back goes on where the text ended', () => {
  const first = walkLine('x=rm; f() { rm "$1"; }; cd /y && true')
  const again = walk({
    text: '$x a; f b',
    dialect: 'bash',
    scope: first.scope,
    home: '/h',
    glob: () => null,
  })
  assert.equal(
    again.commands.map((command) => command.argv.map(showWord)),
    [
      ['rm', 'a'],
      ['rm', 'b'],
    ],
  )
  const bare = walk({
    text: 'a $1',
    dialect: 'sh',
    scope: initialScope({ cwds: [], positional: [] }),
    home: '/h',
    glob: () => null,
  })
  assert.equal(bare.commands[0]?.argv.map(showWord), ['a'])
})

test.run()
