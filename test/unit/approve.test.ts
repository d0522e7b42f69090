/** What a yes is bound to, how long it holds, who may give it, who wins. */
import { fork } from 'node:child_process'
import { mkdirSync, renameSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { ApprovalRequest, Approver, Step } from '../../src/approve/approval.ts'
import { type BoundRun, bind, driftOf, NotBindable } from '../../src/approve/binding.ts'
import { ApprovalDesk, type ApprovalEntry } from '../../src/approve/desk.ts'
import { ApprovalStore } from '../../src/approve/store.ts'
import { ROOT } from '../support/corpus.ts'
import { tempFolder } from '../support/temp.ts'

const test = suite('approve')

const POLICY = 'sha256:policy'
const ANN: Approver = { name: 'ann', kind: 'token', roles: ['approver'] }
const BEN: Approver = { name: 'ben', kind: 'token', roles: ['approver'] }

/** A folder with a script and a program, and a run of them. */
function place(): BoundRun & { readonly folder: string } {
  const folder = tempFolder()
  mkdirSync(join(folder, 'work'))
  writeFileSync(join(folder, 'work/x.sh'), 'echo harmless\n')
  writeFileSync(join(folder, 'tool'), 'tool\n', { mode: 0o755 })
  return {
    folder,
    commands: [['/usr/bin/sh', 'x.sh']],
    cwd: join(folder, 'work'),
    executables: [join(folder, 'tool')],
    files: [join(folder, 'work/x.sh')],
    environment: { PATH: '/usr/bin' },
    stdin: null,
    profile: { backend: 'bwrap' },
    policy: POLICY,
    user: 'agent',
    agent: 'codex',
    session: 's1',
  }
}

interface Desk {
  readonly desk: ApprovalDesk
  readonly own: string
  readonly entries: readonly ApprovalEntry[]
  readonly clock: { now: number }
}

function deskOf(): Desk {
  const own = join(tempFolder(), 'own')
  const clock = { now: 1_000_000 }
  const entries: ApprovalEntry[] = []
  const desk = new ApprovalDesk(new ApprovalStore(own, () => clock.now), {
    record: (entry) => void entries.push(entry),
  })
  return { desk, own, entries, clock }
}

function wanted(run: BoundRun, now: number, more: Partial<ApprovalRequest> = {}): ApprovalRequest {
  return {
    id: '',
    askedMs: 0,
    binding: bind(run),
    requester: run.user,
    agent: run.agent,
    session: run.session,
    policy: run.policy,
    shown: {
      commands: run.commands,
      line: null,
      cwd: run.cwd,
      backend: 'bwrap',
      network: 'off',
      extras: [],
      reason: 'asks',
      risk: 'low',
      rules: [],
      words: null,
      unbound: [],
    },
    answerByMs: now + 600_000,
    runWithinMs: 60_000,
    persons: 1,
    roles: [],
    ...more,
  }
}

async function asked(
  at: Desk,
  run: BoundRun,
  more: Partial<ApprovalRequest> = {},
): Promise<ApprovalRequest> {
  return (await at.desk.ask(wanted(run, at.clock.now, more))).request
}

async function granted(at: Desk, run: BoundRun): Promise<ApprovalRequest> {
  const request = await asked(at, run)
  assert.ok('approval' in (await at.desk.grant(request.id, ANN, request.binding.digest)))
  return request
}

function faultOf(step: Step): string {
  return 'fault' in step ? step.fault.kind : 'none'
}

test('a granted run runs once', async () => {
  const at = deskOf()
  const run = place()
  const { id } = await granted(at, run)
  assert.is(faultOf(await at.desk.use(id, bind(run), POLICY)), 'none')
  assert.equal(await at.desk.use(id, bind(run), POLICY), {
    fault: { kind: 'state', state: 'used' },
  })
  assert.equal(
    at.entries.map(({ kind }) => kind),
    ['approval.ask', 'approval.grant', 'approval.use'],
  )
})

/** Each change, and the one field that must be named. */
const DRIFTS: readonly (readonly [
  string,
  string,
  (run: BoundRun & { folder: string }) => BoundRun,
])[] = [
  [
    'an argument more',
    'commands',
    (run) => ({ ...run, commands: [['/usr/bin/sh', 'x.sh', '-x']] }),
  ],
  ['two words for one', 'commands', (run) => ({ ...run, commands: [['/usr/bin/sh', 'x', 'sh']] })],
  [
    'two commands for one',
    'commands',
    (run) => ({ ...run, commands: [['/usr/bin/sh'], ['x.sh']] }),
  ],
  [
    'a script rewritten',
    'files',
    (run) => {
      writeFileSync(run.files[0] ?? '', 'echo evil\n')
      return run
    },
  ],
  [
    'a script removed',
    'files',
    (run) => {
      rmSync(run.files[0] ?? '')
      return run
    },
  ],
  [
    'a program replaced',
    'executables',
    (run) => {
      writeFileSync(run.executables[0] ?? '', 'evil\n')
      return run
    },
  ],
  [
    'another folder under the same name',
    'cwd',
    (run) => {
      renameSync(run.cwd, join(run.folder, 'moved'))
      mkdirSync(run.cwd)
      writeFileSync(join(run.cwd, 'x.sh'), 'echo harmless\n')
      return run
    },
  ],
  [
    'a link to another folder under the same name',
    'cwd',
    (run) => {
      renameSync(run.cwd, join(run.folder, 'moved'))
      mkdirSync(join(run.folder, 'other'))
      writeFileSync(join(run.folder, 'other/x.sh'), 'echo harmless\n')
      symlinkSync(join(run.folder, 'other'), run.cwd)
      return run
    },
  ],
  [
    'a loader variable',
    'environment',
    (run) => ({ ...run, environment: { ...run.environment, LD_PRELOAD: '/tmp/x.so' } }),
  ],
  ['another input', 'stdin', (run) => ({ ...run, stdin: 'sha256:x' })],
  ['no sandbox', 'profile', (run) => ({ ...run, profile: { backend: 'none' } })],
  ['another policy', 'policy', (run) => ({ ...run, policy: 'sha256:other' })],
  ['another user', 'user', (run) => ({ ...run, user: 'root' })],
  ['another agent', 'agent', (run) => ({ ...run, agent: null })],
  ['another session', 'session', (run) => ({ ...run, session: 's2' })],
]

for (const [what, field, change] of DRIFTS) {
  test(`${what} voids the yes, and the field is named`, async () => {
    const at = deskOf()
    const run = place()
    const { id, binding } = await granted(at, run)
    const now = bind(change(run))
    assert.equal(driftOf(binding, now), [field])
    assert.is(faultOf(await at.desk.use(id, now, POLICY)), 'drift')
    assert.is(at.desk.store.get(id)?.state.kind, 'void')
    assert.match(at.entries.at(-1)?.reason ?? '', new RegExp(`${field} changed`))
  })
}

test('`a b` is not `a`, `b`; no agent is not an agent of that name', () => {
  const run = place()
  const digests = [
    run,
    { ...run, commands: [['sh', 'a b']] },
    { ...run, commands: [['sh', 'a', 'b']] },
    { ...run, commands: [['sh', 'a'], ['b']] },
    { ...run, agent: null },
    { ...run, agent: 'none' },
  ].map((each) => bind(each).digest)
  assert.is(new Set(digests).size, digests.length)
})

test('words of the agent and clocks are not bound', () => {
  const run = place()
  const { binding } = wanted(run, 1)
  assert.is(binding.digest, wanted(run, 2, { runWithinMs: 5 }).binding.digest)
})

test('more files than are hashed are not approvable', () => {
  const files = Array.from({ length: 300 }, (_, at) => `/nowhere/${at}`)
  assert.throws(
    () => bind({ ...place(), files }),
    (error: Error) => error instanceof NotBindable,
  )
})

test('both clocks: a yes in time, a run in time', async () => {
  const at = deskOf()
  const run = place()
  const late = await asked(at, run)
  at.clock.now += 600_001
  const step = await at.desk.grant(late.id, ANN, late.binding.digest)
  assert.equal(step, { fault: { kind: 'state', state: 'expired' } })
  const other = await granted(at, run)
  at.clock.now += 60_001
  const used = await at.desk.use(other.id, bind(run), POLICY)
  assert.equal(used, { fault: { kind: 'state', state: 'expired' } })
})

test('a policy that changed voids the yes', async () => {
  const at = deskOf()
  const run = place()
  const { id } = await granted(at, run)
  assert.is(faultOf(await at.desk.use(id, bind(run), 'sha256:next')), 'policy')
  assert.is(at.desk.store.get(id)?.state.kind, 'void')
})

test('nobody answers themselves; at a terminal one does where one person suffices', async () => {
  const at = deskOf()
  const run = place()
  const self = (kind: Approver['kind']): Approver => ({ name: 'agent', kind, roles: [] })
  const { id, binding } = await asked(at, run)
  assert.is(faultOf(await at.desk.grant(id, self('token'), binding.digest)), 'self')
  assert.is(faultOf(await at.desk.grant(id, self('terminal'), binding.digest)), 'none')
  const two = await asked(at, { ...run, session: 's2' }, { session: 's2', persons: 2 })
  assert.is(faultOf(await at.desk.grant(two.id, self('terminal'), two.binding.digest)), 'self')
})

test('an answer quotes what was seen; after a no there is no yes', async () => {
  const at = deskOf()
  const { id, binding } = await asked(at, place())
  assert.is(faultOf(await at.desk.grant(id, ANN, 'sha256:other')), 'unseen')
  assert.is(faultOf(await at.desk.refuse(id, ANN, 'no')), 'none')
  assert.is(faultOf(await at.desk.grant(id, BEN, binding.digest)), 'state')
  assert.is(faultOf(await at.desk.use(id, binding, POLICY)), 'state')
})

test('a no takes back a yes that was not used', async () => {
  const at = deskOf()
  const run = place()
  const { id, binding } = await granted(at, run)
  assert.is(faultOf(await at.desk.refuse(id, BEN, 'on second thoughts')), 'none')
  assert.is(faultOf(await at.desk.use(id, binding, POLICY)), 'state')
})

test('two persons are two, and roles are held', async () => {
  const at = deskOf()
  const run = place()
  const { id, binding } = await asked(at, run, { persons: 2, roles: ['lead'] })
  const lead = (name: string): Approver => ({ name, kind: 'token', roles: ['lead'] })
  assert.is(faultOf(await at.desk.grant(id, ANN, binding.digest)), 'role')
  assert.is(faultOf(await at.desk.grant(id, lead('cy'), binding.digest)), 'none')
  assert.is(at.desk.store.get(id)?.state.kind, 'pending')
  assert.is(faultOf(await at.desk.use(id, binding, POLICY)), 'state')
  assert.is(faultOf(await at.desk.grant(id, lead('cy'), binding.digest)), 'twice')
  assert.is(faultOf(await at.desk.grant(id, lead('di'), binding.digest)), 'none')
  assert.is(at.desk.store.get(id)?.state.kind, 'granted')
})

test('the same run that waits already is the same request; a session cannot flood people', async () => {
  const at = deskOf()
  const run = place()
  const first = await asked(at, run)
  assert.is((await asked(at, run)).id, first.id)
  for (let each = 1; each < 20; each++) await asked(at, { ...run, commands: [[`${each}`]] })
  await refused(() => asked(at, { ...run, commands: [['more']] }), /20 requests of this session/)
  assert.ok(await asked(at, { ...run, session: 's2' }))
})

async function refused(action: () => Promise<unknown>, why: RegExp): Promise<void> {
  let message = 'nothing'
  try {
    await action()
  } catch (error) {
    message = (error as Error).message
  }
  assert.match(message, why)
}

test('a refusal of the same run holds for a while, longer each time', async () => {
  const at = deskOf()
  const run = place()
  for (const waitMs of [30_000, 60_000, 120_000]) {
    const { id } = await asked(at, run)
    await at.desk.refuse(id, ANN, 'no')
    at.clock.now += waitMs - 1
    await refused(() => asked(at, run), /refused the same: no/)
    at.clock.now += 1
  }
  assert.ok(await asked(at, run))
})

test('a stopped session asks nothing for an hour, others do', async () => {
  const at = deskOf()
  const run = place()
  const { id } = await asked(at, run)
  await at.desk.refuse(id, ANN, 'enough', true)
  await refused(() => asked(at, { ...run, commands: [['x']] }), /stopped this session: enough/)
  assert.ok(await asked(at, { ...run, session: 's2' }))
  at.clock.now += 3_600_000
  assert.ok(await asked(at, { ...run, commands: [['x']] }))
})

test('no id is a path; the store is nobody else’s; what is over long ago is removed', async () => {
  const at = deskOf()
  const run = place()
  for (const id of ['../../etc/passwd', '', 'x', `${'0'.repeat(31)}/`]) {
    assert.is(faultOf(await at.desk.use(id, bind(run), POLICY)), 'unknown')
  }
  assert.is(statSync(join(at.own, 'approvals')).mode & 0o777, 0o700)
  const { id } = await asked(at, run)
  await at.desk.refuse(id, ANN, 'no')
  at.clock.now += 8 * 86_400_000
  at.desk.store.sweep()
  assert.is(at.desk.store.get(id), null)
})

test('of eight processes that take one yes, one wins, five times', async () => {
  for (let round = 0; round < 5; round++) {
    const own = join(tempFolder(), 'own')
    const desk = new ApprovalDesk(new ApprovalStore(own), { record: () => undefined })
    const run = place()
    const { request } = await desk.ask(wanted(run, Date.now()))
    await desk.grant(request.id, ANN, request.binding.digest)
    const words = [own, request.id, JSON.stringify(bind(run))]
    const racers = Array.from({ length: 8 }, () =>
      fork(join(ROOT, 'test/programs/approval-racer.ts'), words, { execArgv: ['--import', 'tsx'] }),
    )
    const next = (racer: (typeof racers)[number]): Promise<unknown> =>
      new Promise((resolve) => racer.once('message', resolve))
    await Promise.all(racers.map(next))
    const ended = racers.map(next)
    for (const racer of racers) racer.send('go')
    assert.is((await Promise.all(ended)).filter((won) => won === true).length, 1)
  }
})

test.run()
