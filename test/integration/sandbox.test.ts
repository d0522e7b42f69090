/**
 * How a run goes, on real bubblewrap and without a sandbox, in each account that can be had.
 */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { markedProcesses } from '../../src/run/tree.ts'
import { skip } from '../support/skip.ts'
import { contractOf, encode, inside, perl, specOf, stdoutOf, without } from './sandbox-contract.ts'
import { HOST_SECRET } from './sandbox-fixture.ts'

const test = suite('sandbox')
const each = await contractOf(test)

each('the environment is what the profile says, and nothing else', async (account) => {
  const report = await inside(account, 'env; cat /proc/1/environ')
  const text = stdoutOf(report)
  assert.not(text.includes(HOST_SECRET))
  assert.not(text.includes('TMPDIR'))
  const names = text
    .split('\0')[0]
    ?.split('\n')
    .map((line) => line.split('=')[0] ?? '')
  const allowed = ['HOME', 'OPENAGENT_RUN', 'PATH', 'PWD', 'SHLVL', '_']
  assert.equal(
    names?.filter((name) => /^[A-Z_]+$/.test(name) && !allowed.includes(name)),
    [],
  )
  assert.match(text, `HOME=${account.fixture.home}\n`)
})

each('a variable that steers the loader reaches only the command', async (account) => {
  const spec = specOf(account, 'bwrap', 'echo "$LD_DEBUG_OUTPUT $BASH_ENV"; ls -A')
  const { workspace } = account.fixture
  writeFileSync(`${workspace}/rc`, `echo ran >> ${workspace}/ran\n`)
  const env = { BASH_ENV: `${workspace}/rc`, LD_DEBUG: 'libs', LD_DEBUG_OUTPUT: `${workspace}/ld` }
  const report = await account.run({ ...spec, env })
  assert.match(stdoutOf(report), `${workspace}/ld ${workspace}/rc\n`)
  // Once by the command, which is a bash; a prelude that read it would make it twice.
  assert.is(readFileSync(`${workspace}/ran`, 'utf8'), 'ran\n')
})

each('no capabilities, no new privileges, one filter', async (account) => {
  const report = await inside(account, 'grep -E "^(Cap|NoNew|Seccomp:)" /proc/self/status')
  const values = stdoutOf(report)
    .trim()
    .split('\n')
    .map((line) => line.split(/\s+/).join(' '))
  const zero = '0000000000000000'
  const caps = ['CapInh', 'CapPrm', 'CapEff', 'CapBnd', 'CapAmb'].map((name) => `${name}: ${zero}`)
  assert.equal(values, [...caps, 'NoNewPrivs: 1', 'Seccomp: 2'])
})

each('only standard descriptors are open', async (account) => {
  const report = await inside(account, 'for fd in /proc/$$/fd/*; do readlink $fd; done')
  const targets = stdoutOf(report).trim().split('\n')
  assert.ok(targets.length >= 3)
  assert.equal(
    targets.filter(
      (target) => !/^(\/dev\/null$|.*\/oa-pipes-[\w-]+\/\d \(deleted\)$)/.test(target),
    ),
    [],
  )
  assert.is(targets.filter((target) => /oa-pipes-/.test(target)).length, 2)
})

each('nothing is left behind in the workspace', async (account) => {
  const { workspace } = account.fixture
  const pins = [`${workspace}/.vscode`, `${workspace}/.git/hooks`]
  const before = await without(account, 'find . | sort')
  await inside(account, 'true', { readOnlyPins: pins })
  assert.is(stdoutOf(await without(account, 'find . | sort')), stdoutOf(before))
})

each('limits are set and read back', async (account) => {
  const limits = {
    cpuSeconds: 7,
    memoryBytes: 2 ** 28,
    fileBytes: 10 * 2 ** 20,
    openFiles: 64,
    processes: 50,
  }
  for (const run of [inside, without]) {
    const report = await run(account, 'cat /proc/self/limits', { limits })
    const text = stdoutOf(report)
    assert.match(text, /Max cpu time +7 +8 /)
    assert.match(text, /Max data size +268435456 +268435456 /)
    assert.match(text, /Max file size +10485760 +10485760 /)
    assert.match(text, /Max open files +64 +64 /)
    assert.match(text, /Max core file size +0 +0 /)
    const isOwnLimit = account.uid !== 0 && run === inside
    assert.is(/Max processes +50 +50 /.test(text), isOwnLimit)
    // Root's processes are counted by a control group, where the machine has one.
    if (account.uid !== 0) {
      assert.is(report.unenforced.includes('processes'), !isOwnLimit)
    }
    assert.is(report.unenforced.includes('network'), run === without)
  }
})

each('limits are the same under another shell', async (account) => {
  const limits = { fileBytes: 10 * 2 ** 20, memoryBytes: 2 ** 28, processes: 50 }
  const spec = specOf(account, 'bwrap', 'cat /proc/self/limits')
  const shell = { path: '/bin/dash', isBash: false }
  if (!existsSync(shell.path)) return skip('dash is not installed')
  const report = await account.run({ ...spec, shell, profile: { ...spec.profile, limits } })
  assert.ok(report.isStarted, report.failure)
  assert.match(stdoutOf(report), /Max file size +10485760 +10485760 /)
  assert.match(stdoutOf(report), /Max data size +268435456 +268435456 /)
  assert.is(/Max processes +50 +50 /.test(stdoutOf(report)), account.uid !== 0)
  return undefined
})

each('a file does not outgrow its limit', async (account) => {
  const script = 'head -c 3000000 /dev/zero > big; stat -c %s big'
  const report = await inside(account, script, { limits: { fileBytes: 2 ** 20 } })
  assert.is(stdoutOf(report), '1048576\n')
  assert.is(stdoutOf(await inside(account, script)), '3000000\n')
})

each('memory over the limit is not given', async (account) => {
  const script = perl('my $x = "x" x (300 << 20); print "DONE"')
  assert.match(stdoutOf(await inside(account, script)), 'DONE')
  const report = await inside(account, script, { limits: { memoryBytes: 100 * 2 ** 20 } })
  assert.ok(report.isStarted, report.failure)
  assert.not(stdoutOf(report).includes('DONE'))
})

each('CPU time over the limit ends the command', async (account) => {
  const report = await inside(account, 'while :; do :; done', { limits: { cpuSeconds: 1 } })
  assert.is(report.exitCode, 128 + 24)
  assert.not(report.timedOut)
})

each('a time-out kills the whole tree', async (account) => {
  const script =
    "trap '' TERM INT HUP; setsid sleep 5011 & (setsid setsid sleep 5012 &); sleep 5013"
  const changes = { limits: { timeMs: 300 } }
  for (const backend of ['bwrap', 'none'] as const) {
    const spec = specOf(account, backend, script)
    const report = await account.run({
      ...spec,
      profile: { ...spec.profile, ...changes },
      graceMs: 200,
    })
    assert.ok(report.timedOut)
    assert.ok(report.isStarted, report.failure)
    assert.equal(report.left, [], backend)
  }
})

each('a command that obeys TERM at a time-out may clean up', async (account) => {
  const script = 'trap "echo cleaned; exit 3" TERM; while :; do sleep 0.01; done'
  for (const run of [inside, without]) {
    const report = await run(account, script, { limits: { timeMs: 300 } })
    assert.ok(report.timedOut)
    assert.is(stdoutOf(report), 'cleaned\n')
    assert.is(report.exitCode, 3)
  }
})

each('a signal to oa reaches the command', async (account) => {
  const script = 'trap "echo got it; exit 9" INT; echo up; while :; do sleep 0.01; done'
  for (const backend of ['bwrap', 'none'] as const) {
    const spec = specOf(account, backend, script)
    const report = await account.run({ ...spec, signalOnUp: 'SIGINT' })
    assert.is(report.exitCode, 9, backend)
    assert.match(stdoutOf(report), 'got it\n')
  }
})

each('exit codes and signals are passed through', async (account) => {
  for (const run of [inside, without]) {
    assert.is((await run(account, 'exit 7')).exitCode, 7)
    assert.is((await run(account, 'exit 125')).exitCode, 125)
    assert.ok((await run(account, 'exit 125')).isStarted)
    assert.is((await run(account, 'kill -TERM $$')).exitCode, 143)
    assert.is((await run(account, 'kill -SEGV $$')).exitCode, 139)
    const left = await run(account, 'sleep 2 >/dev/null 2>&1 & exit 5')
    assert.is(left.exitCode, 5)
  }
})

each('what the command left running ends with it', async (account) => {
  const report = await inside(account, 'setsid sleep 5021 & echo up')
  assert.is(stdoutOf(report), 'up\n')
  assert.equal(report.left, [])
})

each('output over the limit ends the run', async (account) => {
  const changes = { limits: { outputBytes: 100_000 } }
  for (const run of [inside, without]) {
    const report = await run(account, 'cat /dev/zero', changes)
    assert.ok(report.outputTruncated)
    assert.is(report.outputBytes, 100_000)
    assert.is(Buffer.from(report.stdout, 'base64').length, 100_000)
    assert.equal(report.left, [])
    const exact = await run(account, 'head -c 100000 /dev/zero', changes)
    assert.not(exact.outputTruncated)
    assert.is(exact.exitCode, 0)
  }
})

each('input and output are the same bytes', async (account) => {
  const bytes = Buffer.alloc(1 << 20)
  for (let at = 0; at < bytes.length; at += 1) bytes[at] = (at * 31 + (at >> 8) * 17) & 0xff
  for (const backend of ['bwrap', 'none'] as const) {
    const spec = specOf(account, backend, 'tee /dev/fd/3 3>&2 2>/dev/null')
    const report = await account.run({
      ...spec,
      args: ['-c', 'cat'].map(encode),
      stdin: bytes.toString('base64'),
    })
    assert.is(report.exitCode, 0)
    assert.ok(Buffer.from(report.stdout, 'base64').equals(bytes))
  }
})

each('standard streams can be opened by name', async (account) => {
  const script = 'cat /dev/stdin > /dev/stdout; echo two | tee /dev/stderr'
  for (const backend of ['bwrap', 'none'] as const) {
    const report = await account.run({
      ...specOf(account, backend, script),
      stdin: encode('one\n'),
    })
    assert.is(stdoutOf(report), 'one\ntwo\n', backend)
    assert.is(Buffer.from(report.stderr, 'base64').toString(), 'two\n', backend)
  }
})

each('a backend that isolates nothing is found out before the command starts', async (account) => {
  const tool = `${account.fixture.base}/fake-bwrap`
  writeFileSync(tool, '#!/bin/sh\nwhile [ "$1" != -- ]; do shift; done; shift; exec "$@"\n', {
    mode: 0o755,
  })
  const proof = `${account.fixture.workspace}/proof`
  const report = await account.run({ ...specOf(account, 'bwrap', `touch ${proof}`), tool })
  assert.not(report.isStarted)
  assert.is(report.exitCode, 125)
  assert.match(report.failure ?? '', 'self-check')
  assert.not(existsSync(proof))
  rmSync(tool)
})

each('a backend that fails starts nothing', async (account) => {
  const report = await account.run({ ...specOf(account, 'bwrap', 'true'), tool: '/bin/false' })
  assert.not(report.isStarted)
  assert.is(report.exitCode, 125)
  assert.match(report.failure ?? '', 'could not set up')
})

each('the workspace may lie in a private folder, writable or not', async (account) => {
  const workspace = `/tmp/oa-test-ws-${process.pid}-${account.uid}`
  mkdirSync(workspace, { mode: 0o777 })
  await without(account, 'true')
  writeFileSync(`${workspace}/file`, 'here\n')
  try {
    const spec = specOf(account, 'bwrap', 'cat file; touch new && echo DONE')
    const profile = { ...spec.profile, workspace, hidden: [], readOnlyPins: [] }
    const fixed = await account.run({
      ...spec,
      cwd: workspace,
      profile: { ...profile, writable: [] },
    })
    assert.is(stdoutOf(fixed), 'here\n')
    if (account.uid !== 0) return
    const open = await account.run({
      ...spec,
      cwd: workspace,
      profile: { ...profile, writable: [workspace] },
    })
    assert.is(stdoutOf(open), 'here\nDONE\n')
  } finally {
    rmSync(workspace, { recursive: true })
  }
})

each('the command gets the name it was called by', async (account) => {
  for (const backend of ['bwrap', 'none'] as const) {
    const spec = specOf(account, backend, '')
    const args = ['-c', 'tr "\\0" "\\n" < /proc/$$/cmdline | head -1'].map(encode)
    const report = await account.run({ ...spec, argv0: "my 'name", args })
    assert.is(stdoutOf(report), "my 'name\n", backend)
  }
})

each('words arrive byte for byte', async (account) => {
  for (const [round, words] of argumentRounds().entries()) {
    const backend = round % 4 === 3 ? 'none' : 'bwrap'
    const report = await account.run({
      ...specOf(account, backend, ''),
      executable: '/usr/bin/printf',
      args: [Buffer.from('%s\\0'), ...words].map((word) => Buffer.from(word).toString('base64')),
    })
    const expected = Buffer.concat(words.flatMap((word) => [Buffer.from(word), Buffer.of(0)]))
    const got = Buffer.from(report.stdout, 'base64')
    assert.ok(
      got.equals(expected),
      `round ${round}: ${words.map((word) => JSON.stringify(word.toString('latin1'))).join(' ')}`,
    )
  }
  assert.not(existsSync(`${account.fixture.workspace}/injected`))
})

/** Forty commands of twelve words: pieces that end quotes and start code, control characters, broken UTF-8. */
function argumentRounds(): readonly (readonly Buffer[])[] {
  const pieces = [
    ...["'", '"', '`', '\\', '$', '\n', '\r', '\t', ' ', '*', '?', '~', '#', '!', '&', '|', ';'],
    ...['$(touch injected)', '`touch injected`', "'; touch injected; '", '"; touch injected; "'],
    ...[
      '${IFS}',
      '$1',
      '$$',
      '%s',
      '\\n',
      '--',
      '-n',
      '-e',
      'é',
      '😀',
      '\u0001',
      '\u001b[2J',
      '\u007f',
    ],
  ].map((text) => Buffer.from(text))
  const bytes = [
    Buffer.of(0xff),
    Buffer.of(0xc3),
    Buffer.of(0x80, 0x41),
    Buffer.of(0xed, 0xa0, 0x80),
  ]
  let state = 12_345
  const next = (below: number): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
    return (state >>> 8) % below
  }
  const word = (all: readonly Buffer[]): Buffer =>
    Buffer.concat(Array.from({ length: next(7) }, () => all[next(all.length)] ?? Buffer.alloc(0)))
  return Array.from({ length: 40 }, (_, round) =>
    Array.from({ length: 12 }, () => word(round % 2 === 0 ? pieces : [...pieces, ...bytes])),
  )
}

each('killing oa leaves nothing running', async (account) => {
  const mark = `${account.fixture.workspace}/mark`
  const script = "trap '' TERM INT HUP; setsid sleep 5031 & echo up; sleep 5032"
  const answer = account
    .run({ ...specOf(account, 'bwrap', script), markOnUp: mark })
    .catch((error: Error) => error.message)
  while (!existsSync(mark)) await new Promise(setImmediate)
  const marker = readFileSync(mark, 'utf8')
  assert.ok(marker !== '' && markedProcesses(marker).length > 0)
  account.server.kill('SIGKILL')
  assert.is(await answer, 'the server is gone')
  while (markedProcesses(marker).length > 0) await new Promise((resolve) => setTimeout(resolve, 20))
})

test.run()
