/**
 * Detection and the last look before the start, on the real machine.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { OaError } from '../../src/base/diagnostic.ts'
import type { BackendName } from '../../src/model/profile.ts'
import { spawnPlan } from '../../src/run/spawn.ts'
import { type DetectHost, detectBackend } from '../../src/sandbox/detect.ts'
import { findTool, hostFacts, trialKey, trialMemory } from '../../src/sandbox/host.ts'
import { planRun } from '../../src/sandbox/plan.ts'
import { ROOT } from '../support/corpus.ts'
import { skip } from '../support/skip.ts'
import { tempFolder } from '../support/temp.ts'
import { makeFixture, missingBubblewrap, profileOf } from './sandbox-fixture.ts'

const test = suite('finding a sandbox')
const missing = missingBubblewrap()
const fixture = makeFixture(process.getuid?.() ?? -1)
const profile = profileOf(fixture)

test.after(() => rmSync(fixture.base, { recursive: true, force: true }))

/** The real machine; counts the trials. */
function machine(folder: string): DetectHost & { count: number } {
  const host = {
    count: 0,
    findTool,
    facts: hostFacts,
    run: (plan: Parameters<typeof spawnPlan>[0]) => {
      host.count += 1
      return spawnPlan(plan, { stdin: 'ignore', stdout: 'ignore', stderr: 'ignore', signals: null })
    },
    trialKey,
    memory: trialMemory(folder),
  }
  return host
}

test('bubblewrap is found by a trial, once a boot', async () => {
  if (missing !== undefined) return skip(missing)
  const folder = `${tempFolder()}/memory`
  const host = machine(folder)
  const { value, diagnostics } = await detectBackend({ ...profile, required: true }, host)
  assert.equal(diagnostics, [])
  assert.is(value?.backend, 'bwrap')
  assert.is(host.count, 1)
  const again = machine(folder)
  assert.is((await detectBackend(profile, again)).value?.backend, 'bwrap')
  assert.is(again.count, 0)
  return undefined
})

test('a tool that runs the command without isolation does not count', async () => {
  const tool = `${fixture.base}/open-tool`
  writeFileSync(tool, '#!/bin/sh\nwhile [ "$1" != -- ]; do shift; done; shift; exec "$@"\n', {
    mode: 0o755,
  })
  // Not for unshare: the steps of its plan would run here. That they refuse to is held by unit/sandbox.test.ts.
  const open = (backend: BackendName): string | undefined =>
    backend === 'unshare' ? undefined : tool
  const host = { ...machine(`${tempFolder()}/memory`), findTool: open }
  const { value, diagnostics } = await detectBackend({ ...profile, required: true }, host)
  assert.is(value, undefined)
  assert.is(diagnostics[0]?.code, 'OA5001')
  assert.match(diagnostics[0]?.message ?? '', 'self-check')
})

/**
 * In a process namespace firejail takes itself for nested, says so only without `--quiet`, and runs the command without
 * any isolation. The namespace also keeps what might go wrong away from this machine.
 */
test('firejail that isolates nothing is found out before the command starts', () => {
  if (process.getuid?.() !== 0) return skip('only root can make the namespace')
  if (findTool('firejail') === undefined) return skip('firejail is not installed')
  const words = ['--import', 'tsx', 'src/cli/main.ts', 'sandbox', 'probe', '--backend', 'firejail']
  const { stdout } = spawnSync(
    'unshare',
    ['--pid', '--fork', '--mount-proc', process.execPath, ...words],
    { cwd: ROOT, encoding: 'utf8' },
  )
  assert.match(stdout, /firejail: .*does not work here .*self-check failed/)
  assert.not(stdout.includes('holds'))
  const bare = ['--pid', '--fork', '--mount-proc', 'firejail', '--quiet', '--noprofile', 'id', '-u']
  assert.is(spawnSync('unshare', bare, { encoding: 'utf8' }).stdout, '0\n', 'the control')
  return undefined
})

test('each of auto is taken when those before it are missing', async () => {
  for (const backend of ['firejail', 'unshare'] as const) {
    const tool = findTool(backend)
    if (tool === undefined) return skip(`${backend} is not installed`)
    const only = (each: BackendName): string | undefined => (each === backend ? tool : undefined)
    const host = { ...machine(`${tempFolder()}/memory`), findTool: only }
    const { value, diagnostics } = await detectBackend(profile, host)
    assert.equal(diagnostics, [])
    assert.is(value?.backend, backend, value?.passedOver.join())
  }
  return undefined
})

test('a path exchanged after planning stops the start', async () => {
  const program = `${fixture.workspace}/program`
  writeFileSync(program, '#!/bin/sh\necho judged\n', { mode: 0o755 })
  const command = { executable: program, argv0: program, args: [], cwd: fixture.workspace, env: {} }
  const facts = hostFacts({ backend: 'none', tool: '' })
  const { value: plan } = planRun(profile, command, facts)
  if (!plan) throw new Error('no plan')
  rmSync(program)
  writeFileSync(program, `#!/bin/sh\ntouch ${fixture.workspace}/ran\n`, { mode: 0o755 })
  try {
    await spawnPlan(plan, { signals: null })
    assert.unreachable('it started')
  } catch (error) {
    assert.ok(error instanceof OaError)
    assert.is(error.code, 'OA7007')
  }
  assert.not(existsSync(`${fixture.workspace}/ran`))
})

test.run()
