/** `oa exec --wait-approval` and `oa approve`: the built CLI, one process asks, others answer. */
import { type ChildProcess, spawnSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Approval } from '../../src/approve/approval.ts'
import { ApprovalStore } from '../../src/approve/store.ts'
import type { Role } from '../../src/server/roles.ts'
import { addToken } from '../../src/server/tokens.ts'
import {
  CLI,
  type ExecRun,
  type ExecWorld,
  execEnv,
  execWorld,
  recordsOf,
  startExec,
} from './exec-fixture.ts'

const test = suite('exec approval')

const POLICY = `allow id
ask id -u because "shows who you are"
ask sh ./tool.sh because "runs a tool"
sandbox { off }
`

function ownOf(world: ExecWorld): string {
  return join(world.home, '.openagent')
}

/** A file with a new token. */
function tokenFile(world: ExecWorld, name: string, role: Role): string {
  const file = join(world.home, `${name}.token`)
  writeFileSync(file, `${addToken(ownOf(world), { name, role })}\n`, { mode: 0o600 })
  return file
}

function approve(world: ExecWorld, ...words: readonly string[]): ExecRun {
  const { status, signal, stdout, stderr } = spawnSync(
    process.execPath,
    [CLI, 'approve', ...words],
    {
      cwd: world.work,
      env: execEnv(world),
      encoding: 'utf8',
      input: '',
    },
  )
  return { code: status, signal, out: stdout, err: stderr }
}

/** The one approval that waits, as soon as it does; fails when the run ends instead. */
async function waiting(world: ExecWorld, child: ChildProcess): Promise<Approval> {
  const store = new ApprovalStore(ownOf(world))
  while (child.exitCode === null) {
    const found = store.list().find(({ state }) => state.kind === 'pending')
    if (found) return found
    await sleep(20)
  }
  throw new Error('the run ended without asking')
}

function kindsOf(world: ExecWorld): readonly string[] {
  return recordsOf(world).map((each) => each.kind)
}

test('a run waits, is granted with a token that quotes what it saw, and runs once', async () => {
  const world = execWorld(POLICY)
  const token = tokenFile(world, 'ann', 'approver')
  const { ended, child } = startExec(world, ['--wait-approval', '--', 'id', '-u'])
  const { request } = await waiting(world, child)
  const shown = approve(world, 'show', request.id)
  for (const part of ['shows who you are', '1  -u', world.work, request.binding.digest]) {
    assert.ok(shown.out.includes(part), `${part} is missing in\n${shown.out}${shown.err}`)
  }
  assert.ok(approve(world, 'list').out.includes(request.id))
  const unseen = approve(world, 'grant', request.id, '--token-file', token, '--seen', 'sha256:0')
  assert.match(unseen.err, /OA8109.*not what is asked/)
  const seen = ['--token-file', token, '--seen', request.binding.digest]
  assert.match(approve(world, 'grant', request.id, ...seen).out, /is (?:granted|used)/)
  const run = await ended
  assert.is(run.code, 0, run.err)
  assert.is(run.out, `${process.geteuid?.()}\n`)
  const kinds = kindsOf(world).filter((each) => /^(?:approval|run)/.test(each))
  assert.equal(kinds, [
    'approval.ask',
    'approval.fault',
    'approval.grant',
    'approval.use',
    'run.start',
    'run.end',
  ])
  const start = recordsOf(world).find((each) => each.kind === 'run.start')
  assert.is(start?.['approver'], 'ann')
  assert.match(approve(world, 'grant', request.id, ...seen).err, /it is used/)
})

test('a refusal with its reason ends the run, and the same cannot be asked at once again', async () => {
  const world = execWorld(POLICY)
  const token = tokenFile(world, 'ann', 'approver')
  const { ended, child } = startExec(world, ['--wait-approval', '--', 'id', '-u'])
  const { request } = await waiting(world, child)
  const words = ['--token-file', token, '--reason', 'use whoami']
  assert.is(approve(world, 'refuse', request.id, ...words).code, 0)
  const run = await ended
  assert.is(run.code, 126)
  assert.match(run.err, /ann refused: use whoami/)
  const again = await startExec(world, ['--wait-approval', '--', 'id', '-u']).ended
  assert.is(again.code, 126)
  assert.match(again.err, /refused the same: use whoami/)
})

test('a stopped session asks nothing more', async () => {
  const world = execWorld(POLICY)
  const token = tokenFile(world, 'ann', 'approver')
  const { ended, child } = startExec(world, ['--wait-approval', '--', 'id', '-u'])
  const { request } = await waiting(world, child)
  const words = ['--token-file', token, '--reason', 'enough', '--stop-session']
  assert.is(approve(world, 'refuse', request.id, ...words).code, 0)
  assert.is((await ended).code, 126)
  const other = await startExec(world, ['--wait-approval', '--', 'id', '-u', '-r']).ended
  assert.match(other.err, /stopped this session: enough/)
})

test('a script that changes after the yes does not run, and the changed field is named', async () => {
  const world = execWorld(POLICY)
  const script = join(world.work, 'tool.sh')
  writeFileSync(script, 'touch ran\n')
  const { ended, child } = startExec(world, ['--wait-approval', '--', 'sh', './tool.sh'])
  const { request } = await waiting(world, child)
  assert.ok(script in request.binding.files, JSON.stringify(request.binding.files))
  writeFileSync(script, 'touch ran-evil\n')
  const store = new ApprovalStore(ownOf(world))
  store.addGrant(request.id, { by: 'ann', kind: 'token', atMs: Date.now() })
  const run = await ended
  assert.is(run.code, 126)
  assert.match(run.err, /files changed/)
  assert.not.ok(existsSync(join(world.work, 'ran-evil')))
})

test('a policy that changes while it waits voids the yes', async () => {
  const world = execWorld(POLICY)
  const { ended, child } = startExec(world, ['--wait-approval', '--', 'id', '-u'])
  const { request } = await waiting(world, child)
  const policy = join(ownOf(world), 'policy.oa')
  writeFileSync(policy, `${readFileSync(policy, 'utf8')}ask id -r\n`)
  new ApprovalStore(ownOf(world)).addGrant(request.id, {
    by: 'ann',
    kind: 'token',
    atMs: Date.now(),
  })
  const run = await ended
  assert.is(run.code, 126)
  assert.match(run.err, /policy changed/)
})

test('nobody answers in time, or whoever asked goes away: nothing runs and nothing waits', async () => {
  const world = execWorld(POLICY)
  const late = await startExec(world, ['--wait-approval=1s', '--', 'id', '-u']).ended
  assert.is(late.code, 126)
  assert.match(late.err, /nobody answered in time/)
  const { ended, child } = startExec(world, ['--wait-approval', '--', 'id', '-u'])
  await waiting(world, child)
  child.kill('SIGTERM')
  assert.is((await ended).code, 126)
  assert.is(approve(world, 'list').out, '')
  assert.is(kindsOf(world).filter((each) => each === 'approval.void').length, 2)
})

test('only approvers answer; without a token or a terminal nobody does; below an agent nobody', async () => {
  const world = execWorld(POLICY)
  const user = tokenFile(world, 'bob', 'user')
  const { ended, child } = startExec(world, ['--wait-approval', '--', 'id', '-u'])
  const { request } = await waiting(world, child)
  const seen = ['--seen', request.binding.digest]
  assert.match(approve(world, 'grant', request.id, '--token-file', user, ...seen).err, /OA8103/)
  assert.match(approve(world, 'grant', request.id, ...seen).err, /OA8109 nobody is at a terminal/)
  const agent = spawnSync(process.execPath, [CLI, 'approve', 'grant', request.id], {
    cwd: world.work,
    env: execEnv(world, { CLAUDECODE: '1' }),
    encoding: 'utf8',
  })
  assert.match(agent.stderr, /OA8005/)
  child.kill('SIGTERM')
  await ended
})

test.run()
