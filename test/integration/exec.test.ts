/** `oa exec` end to end, without a sandbox: exit codes, refusals, quoting, strict mode, records. */
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, realpathSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { verifyAudit } from '../../src/audit/verify.ts'
import { tempFolder } from '../support/temp.ts'
import { execWorld, lastKinds, oaExec, recordsOf, startExec } from './exec-fixture.ts'

const test = suite('exec')

const world = execWorld(
  'limits { time 20s; file 1MiB; open-files 256 }\nenv { keep LANG APP_*; secret *TOKEN* }\n',
)
const STRICT = { OPENAGENT_EXEC_STRICT: ' Yes ' }

test('the exit code is the command’s own', () => {
  assert.is(oaExec(world, ['--', 'true']).code, 0)
  assert.is(oaExec(world, ['-c', 'exit 7']).code, 7)
  assert.equal(lastKinds(world, 2), ['run.start', 'run.end'])
})

test('output, input and arguments pass through unchanged', () => {
  const odd = ['a b', "it's", '$HOME', '*', '', '-n', 'new\nline', '"', '\\', '`id`']
  const { out, code } = oaExec(world, ['--', 'printf', '<%s>', ...odd])
  assert.is(code, 0)
  assert.is(out, odd.map((each) => `<${each}>`).join(''))
  assert.is(oaExec(world, ['--', 'cat'], { input: 'in\0put' }).out, 'in\0put')
})

test('pipes, lists and redirections run under bash from their parts', () => {
  const { out, code } = oaExec(world, [
    '-c',
    `echo "it's" 'a b' | wc -w; echo x > made && cat made`,
  ])
  assert.is(code, 0)
  assert.equal(out.trim().split(/\s+/), ['3', 'x'])
  assert.is(readFileSync(join(world.work, 'made'), 'utf8'), 'x\n')
})

test('a name that a glob gives cannot become an option', () => {
  writeFileSync(join(world.work, '-n.glob'), 'data\n')
  const { out } = oaExec(world, ['-c', 'cat *.glob'])
  assert.is(out, 'data\n')
})

test('denied: 126, with the part, the rule, the reason and what to do instead', () => {
  const { code, err, out } = oaExec(world, ['-c', 'echo before; rm -rf /etc'])
  assert.is(code, 126)
  assert.is(out, '')
  for (const part of [
    'denied',
    'policy.oa:',
    'removes what is not yours',
    'rm -rf /etc',
    '^^^',
    'instead: rm -r ./build',
  ]) {
    assert.ok(err.includes(part), `${part} is missing in\n${err}`)
  }
  const [record] = recordsOf(world).slice(-1)
  assert.is(record?.kind, 'decide')
  assert.match(JSON.stringify(record?.['decision']), /^\{"decision":"deny"/)
})

test('foreign text cannot steer the terminal', () => {
  const { err } = oaExec(world, ['--', 'rm', '-rf', '/\u001b[2J\u202e'])
  assert.ok(err.includes('\\u{1b}'), err)
  assert.not.ok(err.includes('\u001b') || err.includes('\u202e'))
})

test('seven disguises of a dangerous command are refused', () => {
  writeFileSync(join(world.home, 'precious'), 'keep\n')
  const target = world.home
  const disguises = [
    `r''m -rf ${target}`,
    `rm$IFS-rf$IFS${target}`,
    `env rm -rf ${target}`,
    `bash -c 'rm -rf ${target}'`,
    `rm ${target} -f --recursive`,
    `/bin/rm -rf ${target}`,
    `$(echo rm) -rf ${target}`,
  ]
  for (const line of disguises) {
    const { code, err } = oaExec(world, ['-c', line])
    assert.is(code, 126, `${line}: ${err}`)
  }
  assert.ok(existsSync(join(world.home, 'precious')))
})

test('ask with nobody to answer is refused and says so', () => {
  const { code, err } = oaExec(world, ['--', 'id'])
  assert.is(code, 126)
  assert.ok(err.includes('OA7006') && err.includes('nobody to ask'), err)
  assert.equal(lastKinds(world, 1), ['decide'])
})

test('no such program: 127', () => {
  const { code, err } = oaExec(execWorld('allow no-such-program-here\n'), [
    '--',
    'no-such-program-here',
  ])
  assert.is(code, 127)
  assert.ok(err.includes('OA7001'), err)
})

test('mode explain prints and runs nothing', () => {
  const explain = tempFolder()
  writeFileSync(join(explain, 'e.oa'), 'policy "e"\nlanguage 1\nmode explain\ndefault allow\n')
  const { code, err, out } = oaExec(world, ['--policy', join(explain, 'e.oa'), '--', 'echo', 'ran'])
  assert.is(code, 126)
  assert.is(out, '')
  assert.ok(err.includes('mode explain') && err.includes('would be'), err)
})

test('what cannot be printed back is refused by name', () => {
  for (const line of ['for i in a b; do echo $i; done', 'echo $RANDOM']) {
    const { code, err, out } = oaExec(world, ['-c', line])
    assert.is(code, 126, line)
    assert.ok(/OA7005|nobody to ask/.test(err), err)
    assert.is(out, '')
  }
})

test('strict mode names what it refuses', () => {
  const refused: readonly (readonly [string, string])[] = [
    ['for i in a; do echo a; done', 'for'],
    ['time true', 'time'],
    ['set -e; true', 'set'],
    ['true >&-', 'descriptor'],
  ]
  for (const [line, construct] of refused) {
    const { code, err } = oaExec(world, ['-c', line], { env: STRICT })
    assert.is(code, 126, line)
    assert.ok(err.includes('OA7004') && err.includes(construct), `${line}: ${err}`)
  }
})

test('strict mode runs single commands with variables and redirections', () => {
  const run = (line: string): ReturnType<typeof oaExec> =>
    oaExec(world, ['-c', line], { env: STRICT })
  assert.is(run("printf '%s|' 'a  b' \"it's\"").out, "a  b|it's|")
  assert.is(run('echo one > strict-file').code, 0)
  assert.is(run('echo two >> strict-file 2>&1').code, 0)
  assert.is(run('cat < strict-file').out, 'one\ntwo\n')
  assert.is(run('cat <<< hello').out, 'hello\n')
  assert.match(run('LC_MESSAGES=C env').out, /^LC_MESSAGES=C$/m)
  const missing = run('cat < not-there')
  assert.is(missing.code, 1)
  assert.is(missing.out, '')
})

test('the policy can turn strict mode on, the environment cannot turn it off', () => {
  const strict = execWorld('sandbox { off; strict }\n')
  const { code, err } = oaExec(strict, ['-c', 'set -e; echo a'], {
    env: { OPENAGENT_EXEC_STRICT: '0' },
  })
  assert.is(code, 126)
  assert.ok(err.includes('OA7004'), err)
})

test('the environment is what the policy keeps, and no secret is in it or in the log', () => {
  const env = {
    APP_MODE: 'x',
    APP_TOKEN: 'tok-abcdefgh',
    AWS_SECRET_ACCESS_KEY: 'aws-abcdefgh',
    LD_PRELOAD: '',
  }
  const { out } = oaExec(world, ['--', 'env'], { env })
  assert.match(out, /^APP_MODE=x$/m)
  assert.match(out, /^OPENAGENT_RUN=/m)
  assert.not.match(out, /abcdefgh|LD_PRELOAD/)
  oaExec(world, ['--', 'echo', 'tok-abcdefgh'], { env })
  assert.not.match(JSON.stringify(recordsOf(world)), /tok-abcdefgh/)
})

test('intent before, outcome after', () => {
  oaExec(world, ['-c', 'exit 3'])
  const [start, end] = recordsOf(world).slice(-2)
  assert.is(start?.kind, 'run.start')
  assert.match(JSON.stringify(start), /"artifacts":\["sha256:[0-9a-f]{64}"/)
  assert.is(end?.kind, 'run.end')
  assert.is(start?.['run'], end?.['run'])
  assert.is(end?.['exit'], 3)
  assert.is(start?.['backend'], 'none')
  assert.type(end?.['durationMs'], 'number')
})

test('the record names the program files by device, inode and digest', () => {
  oaExec(world, ['-c', 'cat /dev/null | wc -c'])
  const [start] = recordsOf(world).slice(-2)
  const programs = start?.['programs'] as readonly { path: string; inode: number; digest: string }[]
  assert.equal(
    programs.map(({ path }) => path),
    ['/usr/bin/cat', '/usr/bin/wc'].map((path) => realpathSync(path)),
  )
  for (const { path, inode, digest } of programs) {
    assert.is(inode, statSync(path).ino)
    assert.is(digest, `sha256:${createHash('sha256').update(readFileSync(path)).digest('hex')}`)
  }
})

test('no record, no run', () => {
  const blocked = execWorld('')
  writeFileSync(blocked.audit, 'a file in its place\n')
  const { code, err } = oaExec(blocked, ['--', 'touch', 'ran'])
  assert.is(code, 125, err)
  assert.ok(err.includes('OA6001'), err)
  assert.not.ok(existsSync(join(blocked.work, 'ran')))
})

test('a time-out gives 124 and leaves nothing running', async () => {
  const quick = execWorld('limits { time 1s }\n')
  const { code, err } = oaExec(quick, ['-c', 'sh -c "sleep 4; touch late" & sleep 30'])
  assert.is(code, 124, err)
  assert.ok(err.includes('OA7002'), err)
  await sleep(4000)
  assert.not.ok(existsSync(join(quick.work, 'late')))
  assert.is(recordsOf(quick).at(-1)?.['limit'], 'time')
})

test('the output limit ends a run', () => {
  const small = execWorld('limits { output 64KiB; time 20s }\n')
  const { code, out, err } = oaExec(small, ['--', 'yes'])
  assert.ok(out.length <= 65_536)
  assert.ok(err.includes('OA7003'), err)
  assert.is.not(code, 0)
  assert.is(recordsOf(small).at(-1)?.['limit'], 'output')
})

test('Ctrl-C reaches the command', async () => {
  const { child, ended } = startExec(world, ['--', 'sleep', '15'])
  await until(() => recordsOf(world).at(-1)?.kind === 'run.start')
  await sleep(300)
  child.kill('SIGINT')
  assert.is((await ended).code, 130)
  assert.is(recordsOf(world).at(-1)?.kind, 'run.end')
})

test('runs at the same time do not break the chain', async () => {
  const runs = Array.from(
    { length: 4 },
    (_, index) => startExec(world, ['--', 'echo', String(index)]).ended,
  )
  const ended = await Promise.all(runs)
  assert.equal(
    ended.map((each) => each.out.trim()),
    ['0', '1', '2', '3'],
  )
  assert.equal(verifyAudit(world.audit).findings, [])
})

test('a folder without a policy is refused', () => {
  const empty = execWorld('')
  const { code, err } = oaExec(empty, ['--policy', join(empty.work, 'none.oa'), '--', 'true'])
  assert.is(code, 125)
  assert.ok(err.includes('OA1001'), err)
  assert.is(oaExec(empty, []).code, 2)
})

async function until(isSo: () => boolean): Promise<void> {
  for (let turn = 0; turn < 200 && !isSo(); turn += 1) await sleep(25)
}

test.run()
