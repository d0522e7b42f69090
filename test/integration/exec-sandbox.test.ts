/** `oa exec` in bubblewrap: the kernel holds what the policy said. Every refusal inside has a control outside. */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { skip } from '../support/skip.ts'
import { tempFolder } from '../support/temp.ts'
import {
  CLI,
  type ExecWorld,
  execEnv,
  execWorld,
  lastKinds,
  oaExec,
  ofResult,
  recordsOf,
} from './exec-fixture.ts'

const test = suite('exec sandbox')

const BWRAP = '/usr/bin/bwrap'
const worksHere =
  existsSync(BWRAP) &&
  spawnSync(BWRAP, ['--unshare-user', '--ro-bind', '/', '/', 'true']).status === 0

const SANDBOX =
  'sandbox { required; network off }\nlimits { time 20s }\nallow sh ./probe.sh, bash ./probe.sh\n'

/** A script of the workspace that tries things; the policy names it, so it runs, in the sandbox. */
function probe(world: ExecWorld, lines: readonly string[]): readonly string[] {
  writeFileSync(
    join(world.work, 'probe.sh'),
    `${lines.map((line) => `${line} 2>/dev/null && echo yes || echo no`).join('\n')}\n`,
  )
  const { out, code, err } = oaExec(world, ['--', 'sh', './probe.sh'])
  assert.is(code, 0, err)
  return out.trimEnd().split('\n')
}

function same(lines: readonly (readonly [string, string])[], world: ExecWorld): void {
  const answers = probe(
    world,
    lines.map(([line]) => line),
  )
  assert.equal(
    lines.map(([line], index) => `${line}: ${answers[index] ?? ''}`),
    lines.map(([line, answer]) => `${line}: ${answer}`),
  )
}

test('the workspace can be written, what rules keep is not, outside is not', () => {
  if (!worksHere) return skip('bubblewrap does not work here')
  const world = execWorld(SANDBOX)
  const outside = tempFolder()
  mkdirSync(join(world.work, 'sub/.git/hooks'), { recursive: true })
  same(
    [
      ['touch made', 'yes'],
      ['mkdir folder', 'yes'],
      ['touch sub/made', 'yes'],
      ['touch locked/made', 'no'],
      ['touch pinned/made', 'no'],
      ['touch .git/hooks/pre-commit', 'no'],
      ['touch sub/.git/hooks/pre-commit', 'no'],
      ['echo x >> .git/config', 'no'],
      ['mv .git gone', 'no'],
      [`touch ${outside}/made`, 'no'],
      [`touch ${world.home}/made`, 'no'],
      ['touch /etc/oa-made', 'no'],
    ],
    world,
  )
  assert.ok(existsSync(join(world.work, 'made')))
  assert.not.ok(existsSync(join(outside, 'made')))
  writeFileSync(join(outside, 'control'), '')
})

test('a rule over everything pins no folder whose files may be written', () => {
  if (!worksHere) return skip('bubblewrap does not work here')
  const world = execWorld(
    `${SANDBOX}ask write /** except { ./**, /tmp/** }\nask persist\nask write **/*.lock\n`,
  )
  mkdirSync(join(world.work, 'src'))
  same(
    [
      ['touch .git/index', 'yes'],
      ['touch src/made', 'yes'],
      ['touch .git/hooks/x', 'no'],
    ],
    world,
  )
})

test('what the policy denies to be read is not there', () => {
  if (!worksHere) return skip('bubblewrap does not work here')
  const world = execWorld(SANDBOX)
  mkdirSync(join(world.work, 'deep/er'), { recursive: true })
  writeFileSync(join(world.work, 'deep/er/.env.local'), 'PASSWORD=2\n')
  writeFileSync(join(world.work, 'plain'), 'text\n')
  same(
    [
      ['grep -q . plain', 'yes'],
      ['grep -q . .env', 'no'],
      ['grep -q . deep/er/.env.local', 'no'],
      [`grep -q . ${world.home}/.ssh/id`, 'no'],
      [`grep -q . ${world.home}/.openagent/policy.oa`, 'no'],
      [`ls ${world.audit}`, 'no'],
    ],
    world,
  )
  assert.match(readFileSync(join(world.work, '.env'), 'utf8'), /PASSWORD/)
})

test('patterns over the processes of the host do not reach into the sandbox', () => {
  if (!worksHere) return skip('bubblewrap does not work here')
  const world = execWorld(`${SANDBOX}deny read { /proc/*/environ, /dev/mem, /proc/kcore }\n`)
  same([['grep -q . /proc/self/status', 'yes']], world)
})

test('the network is off and the record says what held', () => {
  if (!worksHere) return skip('bubblewrap does not work here')
  const world = execWorld(SANDBOX)
  assert.equal(
    probe(world, [
      'test "$(ls /sys/class/net 2>/dev/null | wc -l)" -ge 0',
      'echo > /dev/tcp/127.0.0.1/1',
    ]),
    ['yes', 'no'],
  )
  const [start, end] = recordsOf(world).slice(-2)
  assert.is(start?.['backend'], 'bwrap')
  assert.is(start?.['network'], 'off')
  assert.is(end?.['backend'], 'bwrap')
})

test('a time-out kills the tree, the exit code passes through', () => {
  if (!worksHere) return skip('bubblewrap does not work here')
  const world = execWorld('sandbox { required }\nlimits { time 1s }\n')
  assert.is(oaExec(world, ['-c', 'exit 9']).code, 9)
  assert.is(oaExec(world, ['-c', 'sleep 30 & sleep 30']).code, 124)
})

test('strict mode opens redirections itself, also in a sandbox', () => {
  if (!worksHere) return skip('bubblewrap does not work here')
  const world = execWorld('sandbox { required; strict }\n')
  assert.is(oaExec(world, ['-c', 'echo inside > kept']).code, 0)
  assert.is(readFileSync(join(world.work, 'kept'), 'utf8'), 'inside\n')
})

test('a redirection over a link that leaves the workspace is judged by where it leads', () => {
  const world = execWorld('sandbox { off; strict }\n')
  const outside = tempFolder()
  symlinkSync(join(outside, 'target'), join(world.work, 'link'))
  const { code } = oaExec(world, ['-c', 'echo x > link'])
  assert.is(code, 126)
  assert.not.ok(existsSync(join(outside, 'target')))
})

test('a protected path that appears is moved aside, reported and on record', () => {
  if (!worksHere) return skip('bubblewrap does not work here')
  const world = execWorld(SANDBOX)
  writeFileSync(join(world.work, 'probe.sh'), 'touch .envrc && echo made\n')
  const { err, out } = oaExec(world, ['--', 'sh', './probe.sh'])
  assert.is(out, 'made\n')
  assert.match(err, /`\S+\/\.envrc` is protected .*it is now `\S+\.envrc-[\w-]+`/)
  assert.not(existsSync(join(world.work, '.envrc')))
  assert.ok(
    JSON.stringify(recordsOf(world).at(-1)?.['appeared']).includes(join(world.work, '.envrc')),
  )
})

test('required and missing is a deny, and nothing runs', () => {
  if (!worksHere) return skip('bubblewrap does not work here')
  const world = execWorld('sandbox { required }\n')
  const { code, err } = ofResult(
    spawnSync(
      BWRAP,
      [
        '--dev-bind',
        '/',
        '/',
        // None of the three that `auto` tries.
        ...[
          BWRAP,
          ...['/usr/bin/firejail', '/usr/bin/unshare'].filter((each) => existsSync(each)),
        ].flatMap((tool) => ['--ro-bind', '/dev/null', tool]),
        process.execPath,
        CLI,
        'exec',
        '--',
        'touch',
        'ran',
      ],
      { cwd: world.work, env: execEnv(world), encoding: 'utf8' },
    ),
  )
  assert.is(code, 126, err)
  assert.ok(err.includes('OA5001'), err)
  assert.not.ok(existsSync(join(world.work, 'ran')))
  assert.equal(lastKinds(world, 1), ['decide'])
})

test('a named backend that is missing is an error', () => {
  const world = execWorld('sandbox { backend container }\n')
  const { code, err } = oaExec(world, ['--', 'touch', 'ran'])
  assert.is(code, 125, err)
  assert.match(err, /OA500[12]/)
  assert.not.ok(existsSync(join(world.work, 'ran')))
})

test('rules tighten the sandbox: obligations join with the policy', () => {
  if (!worksHere) return skip('bubblewrap does not work here')
  const world = execWorld('sandbox { off }\nallow du with sandbox { required; network off }\n')
  assert.is(oaExec(world, ['--', 'true']).code, 0)
  assert.is(recordsOf(world).at(-2)?.['backend'], 'none')
  assert.is(oaExec(world, ['--', 'du', '-s', '.']).code, 0)
  assert.is(recordsOf(world).at(-2)?.['backend'], 'bwrap')
})

test.run()
