/** From what was judged to what is started: shapes, and that nothing of the given text is used. */
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { initialScope } from '../../src/command/shell/state.ts'
import { walk } from '../../src/command/shell/walk.ts'
import type { World } from '../../src/command/world.ts'
import { type NotRunnable, type Runnable, runnableOf } from '../../src/run/executor.ts'
import { isStrictWord } from '../../src/run/guard.ts'
import { nodeWorld } from '../../src/world/node-world.ts'

const test = suite('run-executor')

const world: World = {
  ...nodeWorld({ home: '/home/ann', workspace: '/work', path: '' }),
  home: '/home/ann',
  workspace: '/work',
  which: (name) =>
    name === 'gone' ? null : { path: `/bin/${name}`, real: `/bin/${name}`, interpreter: null },
  executable: (path) => ({ path, real: path, interpreter: null }),
}

function shape(
  line: string,
  isStrict = false,
  names: readonly string[] = [],
): Runnable | NotRunnable {
  const walked = walk({
    text: line,
    dialect: 'bash',
    scope: initialScope({ cwds: ['/work'] }),
    home: '/home/ann',
    glob: () => names,
  })
  return runnableOf({ subject: { kind: 'line', line }, walked, cwd: '/work', isStrict, world })
}

function direct(line: string, isStrict = false): Extract<Runnable, { kind: 'direct' }> {
  const found = shape(line, isStrict)
  if (found.kind !== 'direct') throw new Error(`${line}: ${JSON.stringify(found)}`)
  return found
}

test('one plain program runs without a shell', () => {
  const found = direct(`ls -l 'a b' "c"`)
  assert.equal(found.argv, ['ls', '-l', 'a b', 'c'])
  assert.is(found.executable, '/bin/ls')
  assert.equal(found.programs, ['/bin/ls'])
  assert.is(direct('./x y').executable, '/work/x')
  assert.is(direct('gone').executable, null)
  assert.equal(direct('A=1 B="x y" ls').env, { A: '1', B: 'x y' })
})

test('everything else is printed back with absolute programs', () => {
  const found = shape(`ls  "it's"|wc -l   # a comment`)
  assert.is(found.kind === 'shell' && found.line, `'/bin/ls' 'it'\\''s' | '/bin/wc' '-l'`)
  assert.equal(found.kind === 'shell' && found.commands, [
    ['/bin/ls', "it's"],
    ['/bin/wc', '-l'],
  ])
  const builtin = shape('cd x && ls')
  assert.is(builtin.kind === 'shell' && builtin.line, `'cd' 'x' && '/bin/ls'`)
})

test('what is decided again is what is started', () => {
  const found = shape('ls *.c > out', false, ['-n.c', 'a.c'])
  if (found.kind !== 'shell') throw new Error('a redirection needs bash here')
  assert.equal(found.subject, { kind: 'line', line: found.line })
  assert.ok(found.line.includes(`'./-n.c' 'a.c'`), found.line)
  const plain = direct('ls a')
  assert.equal(plain.subject, { kind: 'line', line: `'/bin/ls' 'a'` })
})

test('argv needs no line', () => {
  const subject = { kind: 'argv', argv: ['echo', '$(id)'] } as const
  const found = runnableOf({ subject, walked: null, cwd: '/work', isStrict: true, world })
  assert.is(found.kind, 'direct')
  assert.equal(found.kind === 'direct' && found.subject, {
    kind: 'argv',
    argv: ['/bin/echo', '$(id)'],
  })
})

test('what is not known is refused with its part', () => {
  for (const line of ['ls $(date)', 'for x in a; do ls; done', 'echo $RANDOM', 'eval ls']) {
    const found = shape(line)
    assert.is(found.kind === 'refused' && found.code, 'OA7005', line)
    assert.ok(found.kind === 'refused' && found.end > found.start, line)
  }
})

test('strict mode refuses every construct but one simple command', () => {
  const lines = [
    ...['ls | wc', 'ls && ls', 'ls || ls', 'ls; ls', 'ls &', '! ls', 'time ls', '(ls)', '{ ls; }'],
    ...[
      'cd x',
      'export A=1',
      'A=1',
      '> f',
      'ls $(date)',
      'if ls; then ls; fi',
      'ls 3> f',
      'ls >&-',
    ],
    ...['ls > /dev/stderr', 'f() { ls; }', 'cat <(ls)'],
  ]
  for (const line of lines) {
    const found = shape(line, true)
    assert.is(found.kind === 'refused' && found.code, 'OA7004', line)
  }
})

test('strict mode opens redirections and finds plain builtins as programs', () => {
  assert.is(direct('echo a > f', true).executable, '/bin/echo')
  assert.is(direct('ls > f 2>&1 < g', true).redirects.length, 3)
  assert.is(direct('ls > /dev/null', true).redirects.length, 1)
  assert.is(direct('cat <<< text', true).redirects.length, 1)
})

test('strictness is turned on by four words, whatever their case', () => {
  for (const word of ['1', 'true', ' YES ', 'On\n']) assert.ok(isStrictWord(word), word)
  for (const word of ['0', 'off', '', 'truely', '2', undefined])
    assert.not.ok(isStrictWord(word), word)
})

test.run()
