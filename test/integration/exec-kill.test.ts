/** `kill -9` of `oa` at any moment: nothing of the run goes on, nothing is left behind. */
import { spawn, spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { verifyAudit } from '../../src/audit/verify.ts'
import { isDeep, skip } from '../support/skip.ts'
import { CLI, type ExecWorld, execEnv, execWorld } from './exec-fixture.ts'

const test = suite('exec-kill')

/** Of each of four kinds of run. */
const KILLS = isDeep() ? 55 : 5
const LATEST_MS = 900
const GONE_WITHIN_MS = 5000

/** A tree of processes: a pipeline, a subshell with a background command, something that ignores TERM. */
const LINE = `sleep 77 | (sleep 78 & sleep 79) & sh -c "trap '' TERM; sleep 81; true" & sleep 80; true`

const BASE = 'env { keep KILL_TEST }\nlimits { output 1MiB }\n'
const SANDBOX = 'sandbox { backend bwrap; network off }\n'

/** Processes that carry the name of a test in their environment; not `oa`, whose time is over. */
function carriers(name: string): readonly string[] {
  return readdirSync('/proc')
    .filter((each) => /^\d+$/.test(each))
    .filter((pid) => read(`/proc/${pid}/environ`).includes(`KILL_TEST=${name}\0`))
    .map((pid) => `${pid} ${read(`/proc/${pid}/cmdline`).replaceAll('\0', ' ')}`)
}

function read(path: string): string {
  try {
    return readFileSync(path, 'latin1')
  } catch {
    return ''
  }
}

async function until(isSo: () => boolean): Promise<boolean> {
  for (const end = performance.now() + GONE_WITHIN_MS; performance.now() < end; ) {
    if (isSo()) return true
    await pause(50)
  }
  return isSo()
}

async function killed(world: ExecWorld, env: NodeJS.ProcessEnv, afterMs: number): Promise<void> {
  const child = spawn(process.execPath, [CLI, 'exec', '-c', LINE], {
    cwd: world.work,
    env: execEnv(world, env),
    stdio: 'ignore',
  })
  const ended = new Promise((resolve) => child.once('exit', resolve))
  await pause(afterMs)
  child.kill('SIGKILL')
  await ended
}

function mounts(): string {
  return read('/proc/self/mountinfo')
}

for (const [backend, policy] of [
  ['none', ''],
  ['bwrap', SANDBOX],
] as const) {
  for (const strict of ['', '1']) {
    test(`${backend}${strict === '' ? '' : ', strict'}: nothing outlives oa`, async () => {
      const world = execWorld(`${BASE}${policy}`)
      const name = `${process.pid}-${backend}-${strict}`
      const temporary = join(world.home, 'tmp')
      mkdirSync(temporary)
      const env = { KILL_TEST: name, TMPDIR: temporary, OPENAGENT_EXEC_STRICT: strict }
      const once = (): ReturnType<typeof spawnSync> =>
        spawnSync(process.execPath, [CLI, 'exec', '--', 'true'], {
          cwd: world.work,
          env: execEnv(world, env),
          encoding: 'utf8',
        })
      const first = once()
      if (backend !== 'none' && String(first.stderr).includes('OA5001'))
        return skip('bwrap does not work here')
      assert.is(first.status, 0, String(first.stderr))
      const before = mounts()
      let seen = 0
      for (let kill = 0; kill < KILLS; kill += 1) {
        const afterMs = Math.round(60 + Math.random() * LATEST_MS)
        await killed(world, env, afterMs)
        if (carriers(name).length > 0) seen += 1
        assert.ok(
          await until(() => carriers(name).length === 0),
          `killed after ${afterMs} ms: ${carriers(name).join()}`,
        )
      }
      // The run did start at times, else nothing was shown.
      await killed(world, env, 2500)
      const records = readdirSync(world.audit)
        .map((each) => read(join(world.audit, each)))
        .join('')
      assert.ok(records.includes('"run.start"') && records.includes('sleep 81'), `${seen}`)
      assert.ok(await until(() => carriers(name).length === 0))
      assert.is(once().status, 0)
      assert.equal(readdirSync(temporary), [])
      assert.is(mounts(), before)
      assert.equal(
        verifyAudit(world.audit).findings.filter(({ severity }) => severity === 'error'),
        [],
      )
    })
  }
}

test.run()
