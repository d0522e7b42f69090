import { spawnSync } from 'node:child_process'
import { readlinkSync } from 'node:fs'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { SandboxProfile } from '../../src/model/profile.ts'
import { type DetectHost, detectBackend } from '../../src/sandbox/detect.ts'
import { cleanEnvironment, matchesName } from '../../src/sandbox/environment.ts'
import { changedPaths, planRun } from '../../src/sandbox/plan.ts'
import type { PathFact, Plan, PlanFacts, PlannedCommand } from '../../src/sandbox/plan-types.ts'
import { prelude, quoteWord } from '../../src/sandbox/prelude.ts'
import { render } from '../../src/sandbox/render.ts'
import { buildFilter } from '../../src/sandbox/seccomp.ts'

const test = suite('sandbox')

/** A made-up tree: folders end in `/`; `->` is a link. */
const TREE: Readonly<Record<string, string>> = {
  '/tmp': '/',
  '/run': '/',
  '/home/u': '/',
  '/home/u/.ssh': '/',
  '/ws': '/',
  '/ws/.git': '/',
  '/ws/.git/hooks': '/',
  '/ws/.git/config': 'f',
  '/ws/.env': 'f',
  '/ws/.husky': '-> /ws/scripts',
  '/ws/scripts': '/',
  '/tmp/ws': '/',
  '/usr/bin/git': 'f',
  '/etc': '/',
  '/etc/resolv.conf': '-> /run/resolv.conf',
  '/run/resolv.conf': 'f',
}

function look(path: string): PathFact {
  const found = TREE[path]
  const inode = Object.keys(TREE).indexOf(path) + 1
  if (found === undefined) return { kind: 'missing', real: path, device: 0, inode: 0, owner: -1 }
  if (found.startsWith('-> ')) return look(found.slice(3))
  return { kind: found === '/' ? 'folder' : 'file', real: path, device: 1, inode, owner: 1000 }
}

function profileOf(changes: Partial<SandboxProfile> = {}): SandboxProfile {
  return {
    backend: 'auto',
    required: false,
    network: 'off',
    writable: ['/ws'],
    hidden: [],
    readOnlyPins: [],
    workspace: '/ws',
    home: '/home/u',
    env: { keep: [], set: {} },
    secretNames: [],
    limits: {},
    ...changes,
  }
}

const COMMAND: PlannedCommand = {
  executable: '/usr/bin/git',
  argv0: 'git',
  args: ['status'],
  cwd: '/ws',
  env: {},
}

const FACTS: PlanFacts = {
  backend: 'bwrap',
  tool: '/usr/bin/bwrap',
  helpers: { perl: '/usr/bin/perl', setpriv: '/usr/bin/setpriv', unshare: '/usr/bin/unshare' },
  shell: { path: '/bin/bash', isBash: true },
  arch: 'x64',
  uid: 1000,
  gid: 1000,
  hasMixedCgroups: false,
  mountNamespace: 'mnt:[1]',
  groupRoot: null,
  environment: {},
  isTerminal: false,
  marker: 'run-1',
  look,
}

function plan(
  profile: Partial<SandboxProfile> = {},
  command: Partial<PlannedCommand> = {},
  facts: Partial<PlanFacts> = {},
): Plan {
  const { value, diagnostics } = planRun(
    profileOf(profile),
    { ...COMMAND, ...command },
    { ...FACTS, ...facts },
  )
  if (!value) throw new Error(diagnostics.map((each) => each.message).join('\n'))
  return value
}

function problems(
  profile: Partial<SandboxProfile> = {},
  command: Partial<PlannedCommand> = {},
  facts: Partial<PlanFacts> = {},
): string {
  const outcome = planRun(profileOf(profile), { ...COMMAND, ...command }, { ...FACTS, ...facts })
  assert.is(outcome.value, undefined)
  assert.ok(outcome.diagnostics.every((each) => each.code === 'OA5002'))
  return outcome.diagnostics.map((each) => each.message).join('\n')
}

function mountsOf(made: Plan): readonly string[] {
  return made.mounts.map((each) => ('path' in each ? `${each.kind} ${each.path}` : each.kind))
}

test('mounts come in order: base, private, writable, pins, read-only, hidden', () => {
  const made = plan({
    readOnlyPins: ['/ws/.git/hooks', '/ws/.git/config'],
    hidden: ['/home/u/.ssh', '/ws/.env'],
  })
  assert.equal(mountsOf(made), [
    ...['base', 'devices', 'processes', 'empty /run', 'empty /tmp', 'writable /ws'],
    ...['pin /ws/.git', 'read-only /ws/.git/config', 'read-only /ws/.git/hooks'],
    ...['hidden-file /ws/.env', 'hidden-folder /home/u/.ssh'],
  ])
})

test('a protected path that is missing is watched, and its parents are pinned', () => {
  const made = plan({ readOnlyPins: ['/ws/.git/info/attributes'] })
  assert.ok(mountsOf(made).includes('pin /ws/.git'))
  assert.equal(made.absent, [{ path: '/ws/.git/info/attributes', role: 'pin' }])
})

test('a protected path behind a link is refused: the link could be replaced', () => {
  assert.match(problems({ readOnlyPins: ['/ws/.husky'] }), '`/ws/.husky` is reached through a link')
})

test('what a hidden folder holds is neither writable nor mounted again', () => {
  const made = plan({ writable: ['/ws', '/home/u/.ssh'], hidden: ['/home/u/.ssh'] })
  assert.not(mountsOf(made).includes('writable /home/u/.ssh'))
  assert.match(made.notes.join('\n'), '`/home/u/.ssh` is hidden')
})

test('a workspace in a private folder is shown, read-only when it is not writable', () => {
  const fixed = plan({ workspace: '/tmp/ws', writable: [] }, { cwd: '/tmp/ws' })
  assert.ok(mountsOf(fixed).includes('read-only /tmp/ws'))
  const open = plan({ workspace: '/tmp/ws', writable: ['/tmp/ws'] }, { cwd: '/tmp/ws' })
  assert.not(mountsOf(open).includes('read-only /tmp/ws'))
  assert.ok(mountsOf(open).includes('writable /tmp/ws'))
})

test('the list of name servers is shown only with the network', () => {
  assert.ok(mountsOf(plan({ network: 'open' })).includes('read-only /run/resolv.conf'))
  assert.not(mountsOf(plan()).includes('read-only /run/resolv.conf'))
})

test('what cannot be held is refused by name', () => {
  for (const path of ['/', '/home', '/home/u', '/etc', '/proc/sys', '/usr']) {
    const facts = {
      look: (each: string) => (each === path ? { ...look('/ws'), real: path } : look(each)),
    }
    assert.match(problems({ writable: [path] }, {}, facts), 'too much to be writable', path)
  }
  assert.match(problems({ writable: ['ws'] }), '`ws` is not an absolute')
  assert.match(problems({ writable: ['/ws/../etc'] }), 'normalised')
  assert.match(problems({ hidden: ['/ws'] }), '`/ws` lies in `/ws`, which is hidden')
  assert.match(problems({ image: 'debian' }), 'no use for the image')
  assert.match(problems({ backend: 'firejail' }), 'the policy names `firejail`')
  assert.match(problems({}, {}, { arch: 'riscv64' }), 'no system call filter for `riscv64`')
  assert.match(problems({}, { executable: 'git' }), 'the executable has no absolute path')
  assert.match(problems({}, { cwd: '/nowhere' }), '`/nowhere` does not exist')
  assert.match(problems({}, { args: ['a\0b'] }), 'argument 1 holds a NUL byte')
  assert.match(problems({}, { args: ['x'.repeat(131_072)] }), 'argument 1 is longer')
  assert.is(plan({}, { args: ['x'.repeat(131_071)] }).args.length, 1)
  assert.match(problems({}, { args: ['\ud800'] }), 'argument 1 holds half a character')
  assert.match(problems({}, { env: { 'BASH_FUNC_ls%%': '() { :; }' } }), 'BASH_FUNC_ls%%')
  assert.match(problems({ limits: { openFiles: 1.5 } }), 'openFiles')
  assert.match(problems({ required: true }, {}, { backend: 'none' }), 'requires a sandbox')
  assert.match(problems({}, {}, { backend: 'unshare', helpers: {} }), 'it needs perl and setpriv')
  const nowhere = { backend: 'unshare', mountNamespace: '' } as const
  assert.match(problems({}, {}, nowhere), 'mount namespace of oa cannot be told')
  const firejail = { backend: 'firejail', tool: '/usr/bin/firejail' } as const
  assert.match(problems({ unixSockets: 'open' }, {}, firejail), 'sockets of `/run`')
  assert.match(problems({}, {}, { ...firejail, helpers: {} }), 'there is no perl')
  const odd = (path: string): PathFact => ({ ...look('/ws'), real: path })
  const oddly = { look: (path: string) => (path.startsWith('/o') ? odd(path) : look(path)) }
  assert.match(
    problems({ writable: ['/o*'] }, {}, { ...firejail, ...oddly }),
    '`/o*` has characters',
  )
  const container = { backend: 'container', tool: '/usr/bin/podman' } as const
  assert.match(problems({}, {}, container), 'the policy names no image')
  assert.match(problems({ image: '--rm' }, {}, container), 'no usable name')
  const image = 'localhost/x:1'
  assert.match(
    problems({ image }, {}, { ...container, tool: '/usr/bin/docker' }),
    'docker hands no',
  )
  assert.match(problems({ image }, {}, { ...container, isTerminal: true }), 'no terminal')
  assert.match(
    problems({ image, writable: ['/o:x'] }, {}, { ...container, ...oddly }),
    '`/o:x` has characters',
  )
})

test('network rules are held as no network, and the plan says so', () => {
  const made = plan({ network: 'rules' })
  assert.is(made.network, 'off')
  assert.match(made.notes.join('\n'), 'network is off')
})

test('what does not hold without a sandbox is listed', () => {
  const facts = { backend: 'none', tool: '' } as const
  const made = plan({ hidden: ['/ws/.env'], limits: { processes: 9 } }, {}, facts)
  assert.equal(made.unenforced, ['processes', 'network', 'hidden'])
  assert.equal(plan({ limits: { processes: 9 } }).unenforced, [])
  assert.equal(plan({ limits: { processes: 9 } }, {}, { uid: 0 }).unenforced, ['processes'])
  const counted = { uid: 0, groupRoot: '/sys/fs/cgroup/pids' }
  assert.equal(plan({ limits: { processes: 9 } }, {}, counted).unenforced, [])
})

test('a path that changed after planning is noticed', () => {
  const made = plan()
  assert.equal(changedPaths(made, look), [])
  const moved = (path: string): PathFact => ({ ...look(path), inode: 99 })
  assert.equal(changedPaths(made, moved), ['/ws', '/usr/bin/git'])
})

test('bubblewrap gets every option of the plan and no variable of the command', () => {
  const launch = render(plan({ hidden: ['/ws/.env'] }, { env: { LD_PRELOAD: '/ws/evil.so' } }))
  const line = launch.args.slice(0, launch.args.indexOf('--')).join(' ')
  assert.is(
    line,
    '--unshare-user --unshare-pid --unshare-net --unshare-ipc --unshare-uts --unshare-cgroup-try ' +
      '--disable-userns --cap-drop ALL --die-with-parent --new-session --ro-bind / / --dev /dev ' +
      '--size 16777216 --tmpfs /dev/shm --remount-ro /dev --proc /proc --ro-bind /proc/sys /proc/sys ' +
      '--size 16777216 --perms 0755 --tmpfs /run --size 33554432 --perms 1777 --tmpfs /tmp ' +
      '--bind /ws /ws --ro-bind /dev/null /ws/.env --chdir /ws --seccomp 3 --json-status-fd 4',
  )
  assert.equal(Object.keys(launch.environment).sort(), ['oa_LD_PRELOAD', 'oa_OPENAGENT_RUN'])
  assert.not(launch.args.join(' ').includes('evil.so'))
  assert.equal(launch.args.slice(-3), ['git', '/usr/bin/git', 'status'])
})

test('no step of unshare is taken in the namespaces of the host', () => {
  const { args } = render(plan({}, {}, { backend: 'unshare', tool: '/usr/bin/unshare' }))
  const at = args.indexOf('-e') + 1
  const own = readlinkSync('/proc/self/ns/mnt')
  // The first step would end with another code than the refusal, and touches nothing.
  const run = (host: string): ReturnType<typeof spawnSync> =>
    spawnSync('perl', ['-e', args[at] ?? '', '0', '0', '0', host, 'x', '/bin/true'])
  for (const host of [own, 'mnt:[1]', '']) assert.is.not(run(host).status, 0, host)
  assert.match(String(run(own).stderr), 'no namespace of its own')
})

test('a control group is joined before the backend starts', () => {
  const counted = { uid: 0, groupRoot: '/sys/fs/cgroup/pids' }
  const { executable, args } = render(plan({ limits: { processes: 9 } }, {}, counted))
  assert.is(executable, '/bin/sh')
  assert.equal(args.slice(3, 5), ['/sys/fs/cgroup/pids/oa-run-run-1', '/usr/bin/bwrap'])
  assert.is(render(plan({}, {}, counted)).executable, '/usr/bin/bwrap')
})

test('with the network there is no network namespace; on a terminal no session', () => {
  const { args } = render(plan({ network: 'open' }, {}, { isTerminal: true }))
  assert.not(args.includes('--unshare-net'))
  assert.not(args.includes('--new-session'))
})

test('words of the command never become text of the prelude', () => {
  const evil = `'; touch /ws/bad; '`
  const script = prelude(plan({}, { args: [evil, new Uint8Array([0x27, 0xff])] })).args
  const text = script[script.indexOf('-c') + 1] ?? ''
  assert.not(text.includes('touch'))
  assert.match(text, "printf '\\047\\377.'")
  assert.is(quoteWord("a'b"), `'a'\\''b'`)
})

test('the environment is what is kept, less secrets, plus what is set', () => {
  const host = {
    PATH: '/evil',
    LC_ALL: 'C',
    API_TOKEN: 'x',
    my_secret: 'y',
    LD_PRELOAD: 'z',
    IFS: 'q',
  }
  const profile = profileOf({
    env: { keep: ['*'], set: { PATH: '/usr/bin' } },
    secretNames: ['*TOKEN*', '*SECRET*'],
  })
  const clean = cleanEnvironment(profile, host, { A: '1' }, 'm')
  assert.equal(
    { ...clean.variables },
    { LC_ALL: 'C', PATH: '/usr/bin', A: '1', OPENAGENT_RUN: 'm' },
  )
  const named = profileOf({ env: { keep: ['LD_PRELOAD'], set: {} } })
  assert.is(cleanEnvironment(named, host, {}, 'm').variables['LD_PRELOAD'], 'z')
  assert.equal(
    cleanEnvironment(named, host, { SHELLOPTS: 'x', A: '\0', OPENAGENT_RUN: 'n' }, 'm').refused.map(
      ({ name }) => name,
    ),
    ['SHELLOPTS', 'A', 'OPENAGENT_RUN'],
  )
})

test('name globs match whole names', () => {
  assert.ok(matchesName('LC_*', 'LC_ALL'))
  assert.ok(matchesName('*KEY*', 'MY_KEY_1'))
  assert.ok(matchesName('A?C', 'ABC'))
  assert.not(matchesName('LC_*', 'XLC_ALL'))
  assert.not(matchesName('A', 'AB'))
  assert.not(matchesName(`${'*a'.repeat(50)}b`, 'a'.repeat(10_000)))
})

/** Runs the filter as the kernel would; gives what it returns. */
function runFilter(
  program: Uint8Array,
  call: { arch: number; number: number; args?: readonly number[] },
): number {
  const view = new DataView(program.buffer)
  const seen = new Map([
    [0, call.number],
    [4, call.arch],
  ])
  for (const [index, value] of (call.args ?? []).entries()) seen.set(16 + index * 8, value)
  let accumulator = 0
  for (let at = 0; at * 8 < program.length; at += 1) {
    const code = view.getUint16(at * 8, true)
    const operand = view.getUint32(at * 8 + 4, true)
    const jump = (isTrue: boolean): number => view.getUint8(at * 8 + (isTrue ? 2 : 3))
    if (code === 0x06) return operand
    if (code === 0x20) accumulator = (seen.get(operand) ?? 0) >>> 0
    else if (code === 0x15) at += jump(accumulator === operand)
    else if (code === 0x35) at += jump(accumulator >= operand)
    else if (code === 0x45) at += jump((accumulator & operand) !== 0)
    else throw new Error(`instruction ${code.toString(16)}`)
  }
  throw new Error('the filter runs off its end')
}

test('the filter answers each call as it should, on both architectures', () => {
  const allowed = 0x7fff0000
  const eperm = 0x00050001
  const enosys = 0x00050026
  const family = 0x00050061
  const machines = [
    { arch: 'x64', audit: 0xc000003e, read: 0, mount: 165, ioctl: 16, socket: 41, clone: 56 },
    { arch: 'arm64', audit: 0xc00000b7, read: 63, mount: 40, ioctl: 29, socket: 198, clone: 220 },
  ]
  for (const { arch, audit, read, mount, ioctl, socket, clone } of machines) {
    const program = buildFilter({ arch, hasUnixSockets: false })
    const ask = (number: number, ...args: number[]): number =>
      runFilter(program, { arch: audit, number, args })
    assert.is(ask(read), allowed)
    assert.is(ask(mount), eperm)
    assert.is(ask(425), enosys)
    assert.is(ask(435), enosys)
    assert.is(ask(ioctl, 0, 0x5401), allowed)
    assert.is(ask(ioctl, 0, 0x5412), eperm)
    assert.is(ask(ioctl, 0, 0x541c), eperm)
    assert.is(ask(clone, 0x11), allowed)
    assert.is(ask(clone, 0x10000011), eperm)
    assert.is(ask(socket, 2), allowed)
    assert.is(ask(socket, 10), allowed)
    assert.is(ask(socket, 1), family)
    assert.is(ask(socket, 40), family)
    assert.is(runFilter(program, { arch: 0x40000003, number: read }), 0x80000000)
    const open = buildFilter({ arch, hasUnixSockets: true })
    assert.is(runFilter(open, { arch: audit, number: socket, args: [1] }), allowed)
  }
  const x64 = buildFilter({ arch: 'x64', hasUnixSockets: false })
  assert.is(runFilter(x64, { arch: 0xc000003e, number: 0x40000000 }), enosys)
})

function detectHost(
  works: readonly string[],
  installed: readonly string[] = works,
): DetectHost & { tried: string[] } {
  const tried: string[] = []
  const known = new Set<string>()
  return {
    tried,
    findTool: (backend) => (installed.includes(backend) ? `/usr/bin/${backend}` : undefined),
    facts: (chosen) => ({
      ...FACTS,
      ...chosen,
      look: (path) => ({ ...look('/ws'), real: path }),
    }),
    run: (made) => {
      tried.push(made.backend)
      const isStarted = works.includes(made.backend)
      return Promise.resolve({
        exitCode: 0,
        isStarted,
        ...(isStarted ? {} : { failure: 'no isolation' }),
      })
    },
    trialKey: (tool) => tool,
    memory: { has: (key) => known.has(key), add: (key) => void known.add(key) },
  }
}

test('auto takes the first backend that works, and tries it once', async () => {
  const host = detectHost(['bwrap'])
  for (const _ of [1, 2]) {
    const { value } = await detectBackend(profileOf(), host)
    assert.equal(value, { backend: 'bwrap', tool: '/usr/bin/bwrap', passedOver: [] })
  }
  assert.equal(host.tried, ['bwrap'])
})

test('a backend that is there but does not work is passed over, never trusted', async () => {
  const { value } = await detectBackend(profileOf(), detectHost([], ['bwrap']))
  assert.is(value?.backend, 'none')
  assert.match(value?.passedOver.join() ?? '', 'bwrap: no isolation')
  const required = await detectBackend(profileOf({ required: true }), detectHost([], ['bwrap']))
  assert.is(required.value, undefined)
  assert.is(required.diagnostics[0]?.code, 'OA5001')
  assert.match(required.diagnostics[0]?.message ?? '', 'no isolation')
})

test('a named backend that is missing is an error, required or not', async () => {
  const { value, diagnostics } = await detectBackend(
    profileOf({ backend: 'bwrap' }),
    detectHost([]),
  )
  assert.is(value, undefined)
  assert.is(diagnostics[0]?.code, 'OA5001')
  assert.match(diagnostics[0]?.message ?? '', '`bwrap`')
})

test.run()
