/** The question of `oa exec`, on a real terminal. */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { ROOT } from '../support/corpus.ts'
import { skip } from '../support/skip.ts'
import { CLI, type ExecWorld, execEnv, execWorld, recordsOf } from './exec-fixture.ts'

const test = suite('exec prompt')

const PROGRAM = join(ROOT, 'test/programs/on-terminal.py')
const PYTHON = ['/usr/bin/python3', '/usr/local/bin/python3'].find(existsSync) ?? 'python3'
const hasPython =
  spawnSync(PYTHON, ['-c', 'import pty, os; os.waitstatus_to_exitcode']).status === 0
const QUESTION = 'once/No] '
const world = execWorld('ask id because "shows who you are"\n')

interface Typed {
  readonly keys: string
  readonly before?: string
  readonly env?: NodeJS.ProcessEnv
  readonly at?: ExecWorld
}

/** What the terminal showed; its last line is `=> CODE`. */
function onTerminal(words: readonly string[], typed: Typed): string {
  const { stdout } = spawnSync(
    PYTHON,
    [PROGRAM, QUESTION, typed.keys, typed.before ?? '', process.execPath, CLI, 'exec', ...words],
    {
      cwd: (typed.at ?? world).work,
      env: execEnv(typed.at ?? world, { TERM: 'xterm', ...typed.env }),
      encoding: 'utf8',
      input: '',
    },
  )
  return stdout.replaceAll('\r', '').trimEnd()
}

test('once runs it once, and the record says who said so', () => {
  if (!hasPython) return skip('python3 is not installed')
  const shown = onTerminal(['--', 'id', '-u'], { keys: 'once\\r' })
  assert.match(shown, /=> 0$/)
  for (const part of [
    'oa asks',
    'shows who you are',
    '/usr/bin/id',
    '1  -u',
    world.work,
    'policy.oa:',
  ]) {
    assert.ok(shown.includes(part), `${part} is missing in\n${shown}`)
  }
  assert.type(recordsOf(world).at(-2)?.['approver'], 'string')
})

test('everything but yes is no: Enter, other words, Ctrl-C, Ctrl-D, an escape', () => {
  if (!hasPython) return skip('python3 is not installed')
  for (const keys of ['\\r', 'n\\r', 'onc\\r', '\\x03', '\\x04', '\\x1b[A\\r']) {
    const shown = onTerminal(['--', 'id', '-u'], { keys })
    assert.match(shown, /not approved\n\n=> 126$/, `${keys}: ${shown}`)
  }
  assert.is(recordsOf(world).at(-1)?.kind, 'decide')
})

test('what was typed before the question does not answer it', () => {
  if (!hasPython) return skip('python3 is not installed')
  assert.match(onTerminal(['--', 'id', '-u'], { before: 'once\\n', keys: '\\r' }), /=> 126$/)
})

test('what would run is shown in full and cannot move the cursor', () => {
  if (!hasPython) return skip('python3 is not installed')
  const shown = onTerminal(['--', 'id', '\u001b[2K', '', 'a\nb', '\u202ex'], { keys: '\\r' })
  for (const part of ['\\u{1b}[2K', "2  ''", 'a\\u{a}b', '\\u{202e}x']) {
    assert.ok(shown.includes(part), `${part} is missing in\n${shown}`)
  }
  const piped = onTerminal(['-c', 'id -u | cat'], { keys: '\\r' })
  assert.ok(piped.includes("'/usr/bin/id' '-u' | '/usr/bin/cat'"), piped)
})

test('below an agent or another run nobody is asked', () => {
  if (!hasPython) return skip('python3 is not installed')
  for (const env of [
    { CLAUDECODE: '1' },
    { GEMINI_CLI: '1' },
    { CODEX_SANDBOX: 'seatbelt' },
    { OPENAGENT_RUN: 'x' },
  ]) {
    const shown = onTerminal(['--', 'id', '-u'], { keys: 'once\\r', env })
    assert.ok(shown.includes('OA7006') && shown.endsWith('=> 126'), shown)
    assert.not.ok(shown.includes(QUESTION), shown)
  }
})

test('an ancestor tells even where its variables were removed', () => {
  if (!hasPython) return skip('python3 is not installed')
  const line = `env -u CLAUDECODE ${process.execPath} ${CLI} exec -- id -u; true`
  const { stdout } = spawnSync(
    PYTHON,
    [PROGRAM, QUESTION, 'once\\r', '', '/bin/bash', '-c', line],
    {
      cwd: world.work,
      env: execEnv(world, { CLAUDECODE: '1' }),
      encoding: 'utf8',
    },
  )
  assert.ok(stdout.includes('OA7006'), stdout)
})

test('an override is answered by its role alone, and two persons are not one', () => {
  if (!hasPython) return skip('python3 is not installed')
  const roles = execWorld(
    'ask id with approval { by admin }\nask pwd with approval { persons 2 }\n',
  )
  const byRole = onTerminal(['--', 'id'], { keys: 'once\\r', at: roles })
  assert.ok(
    byRole.includes('role') && byRole.includes('admin') && byRole.endsWith('=> 126'),
    byRole,
  )
  const byTwo = onTerminal(['--', 'pwd'], { keys: 'once\\r', at: roles })
  assert.ok(byTwo.includes('2 persons') && byTwo.endsWith('=> 126'), byTwo)
})

test('silence is no', () => {
  if (!hasPython) return skip('python3 is not installed')
  const short = execWorld('ask id with approval { approve-within 1s }\n')
  assert.match(onTerminal(['--', 'id'], { keys: '', at: short }), /=> 126$/)
})

test.run()
