/** From what was judged to what is started: shapes, and that nothing of the given text is used. */
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { initialScope } from '../../src/command/shell/state.ts'
import { walk } from '../../src/command/shell/walk.ts'
import type { World } from '../../src/command/world.ts'
import { lineAtStart, type NotRunnable, type Runnable, runnableOf } from '../../src/run/executor.ts'
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

test('strict mode makes steps of the structure, and one program runs by itself', () => {
  assert.is(direct('ls a', true).executable, '/bin/ls')
  const lines = [
    ...['ls | wc', 'ls && ls', 'ls || ls', 'ls; ls', 'ls &', '! ls', '(ls)', '{ ls; }'],
    ...['cd x', 'export A=1', 'A=1', '> f', 'ls 3> f', 'echo a > f', 'ls > f 2>&1 < g'],
    ...['cat <<< text', 'ls > /dev/null', '[ -f a ] && ls', 'echo "$HOME"'],
  ]
  for (const line of lines) assert.is(shape(line, true).kind, 'strict', line)
})

test('strict mode refuses what it does not model and names it', () => {
  const refused: readonly (readonly [string, string])[] = [
    ['time ls', 'time'],
    ['ls $(date)', ''],
    ['if ls; then ls; fi', '`if`'],
    ['f() { ls; }', ''],
    ['cat <(ls)', ''],
    ['ls >&-', 'standard descriptor'],
    ['ls > /dev/stderr', 'device'],
    ['set -e', '`set`'],
    ['read x', '`read`'],
    ['exec ls', '`exec`'],
    ['eval ls', '`eval`'],
    ['trap ls EXIT', '`trap`'],
    ['declare A=1', '`declare`'],
    ['A=1 cd x', 'variables for'],
    ['test a -a b', '`test`'],
    ['test 1 -lt x', '`test`'],
    ['printf %q x', '`printf`'],
    ['cd -P x', '`cd`'],
    ['export -n A', '`export`'],
    ['exit 1 2', '`exit`'],
    ['ls 12> f', ''],
  ]
  for (const [line, construct] of refused) {
    const found = shape(line, true)
    assert.is(found.kind === 'refused' && found.code, 'OA7004', line)
    assert.ok(found.kind === 'refused' && found.reason.includes(construct), JSON.stringify(found))
  }
})

test('a glob stays a glob until its command starts', () => {
  const found = shape('ls x *.c', true, ['-n.c', 'a.c'])
  if (found.kind !== 'direct') throw new Error('one program is started directly')
  assert.equal(found.argv, ['ls', 'x', './-n.c', 'a.c'])
  const later = shape('touch b.c; ls *.c', true, ['-n.c', 'a.c'])
  if (later.kind !== 'strict') throw new Error('two commands are a structure')
  assert.match(JSON.stringify(later.root), /\{"pattern":"\*\.c","literal":"\*\.c"\}/)
  assert.is(
    lineAtStart(later, 1, ['ls', './-n.c', 'a.c', 'b.c']),
    `'/bin/touch' 'b.c'\n'/bin/ls' './-n.c' 'a.c' 'b.c'`,
  )
})

test('strictness is turned on by four words, whatever their case', () => {
  for (const word of ['1', 'true', ' YES ', 'On\n']) assert.ok(isStrictWord(word), word)
  for (const word of ['0', 'off', '', 'truely', '2', undefined])
    assert.not.ok(isStrictWord(word), word)
})

test.run()
