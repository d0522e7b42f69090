import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import fs from 'node:fs'
import path from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { openLog } from '../../src/audit/log.ts'
import { leafHash } from '../../src/audit/record.ts'
import { verifyAudit } from '../../src/audit/verify.ts'
import { decide, logOf, names, segments } from '../support/audit.ts'
import { ROOT } from '../support/corpus.ts'
import { isDeep, skip } from '../support/skip.ts'
import { tempFolder } from '../support/temp.ts'

const test = suite('audit writers')

function start(program: string, ...args: readonly string[]): ChildProcess {
  const file = path.join(ROOT, 'test/programs', program)
  return spawn(process.execPath, ['--import', 'tsx', file, ...args], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
}

async function says(child: ChildProcess, word: string): Promise<void> {
  let text = ''
  while (!text.includes(word)) {
    const [chunk] = (await once(child.stdout ?? child, 'data')) as [Buffer]
    text += chunk.toString()
  }
}

/** Acknowledgements that the log does not bear out. */
function lost(directory: string, ackFiles: readonly string[]): { acked: number; lost: number } {
  const bySeq = new Map<number, string>()
  for (const file of segments(directory)) {
    for (const line of fs.readFileSync(file, 'utf8').split('\n')) {
      const found = /^\{"prev":"[0-9a-f]{64}","seq":(\d+),.*\}$/.exec(line)
      if (found) bySeq.set(Number(found[1]), leafHash(line))
    }
  }
  let acked = 0
  let missing = 0
  for (const file of ackFiles) {
    for (const line of fs.readFileSync(file, 'utf8').split('\n')) {
      const [seq, hash] = line.split(' ')
      if (hash?.length !== 64) continue
      acked++
      if (bySeq.get(Number(seq)) !== hash) missing++
    }
  }
  return { acked, lost: missing }
}

for (const lock of ['ofd', 'flock']) {
  test(`four processes at once do not break the chain (${lock})`, async () => {
    const directory = path.join(tempFolder(), 'log')
    const acks = [0, 1, 2, 3].map((each) => path.join(tempFolder(), `acks-${each}`))
    const count = lock === 'ofd' ? '150' : '15'
    const writers = acks.map((file) =>
      start('audit-writer.ts', directory, file, count, 'whole', lock),
    )
    const codes = await Promise.all(
      writers.map(async (each) => (await once(each, 'exit'))[0] as unknown),
    )
    assert.equal(codes, [0, 0, 0, 0])
    assert.equal(lost(directory, acks), { acked: 4 * Number(count), lost: 0 })
    assert.is(names(verifyAudit(directory)), '')
  })
}

for (const tear of ['whole', 'tear']) {
  test(`writers killed at any moment lose nothing acknowledged (${tear})`, async () => {
    const directory = path.join(tempFolder(), 'log')
    const acks: string[] = []
    const kills = isDeep() ? 60 : 8
    const live = new Set<ChildProcess>()
    let killed = 0
    const begin = async (): Promise<void> => {
      const file = path.join(tempFolder(), 'acks')
      acks.push(file)
      const child = start('audit-writer.ts', directory, file, '100000', tear)
      live.add(child)
      const exited = once(child, 'exit')
      await says(child, 'ready')
      if (tear === 'whole') {
        // Killed once it has surely written: a moment that differs each time.
        while (fs.statSync(file).size < 64 * (1 + Math.random() * 40))
          await new Promise(setImmediate)
        child.kill('SIGKILL')
      }
      await exited
      live.delete(child)
      killed++
      if (killed + live.size < kills) await begin()
    }
    await Promise.all([begin(), begin(), begin(), begin()])
    const before = verifyAudit(directory)
    assert.ok(before.isIntact, JSON.stringify(before.findings))
    const log = openLog({ directory, reserveBytes: 0 })
    log.appendSync(decide(1))
    await log.close()
    const report = verifyAudit(directory)
    assert.ok(report.isIntact, JSON.stringify(report.findings))
    const found = lost(directory, acks)
    assert.is(found.lost, 0)
    assert.ok(found.acked > 0)
    if (tear === 'tear') assert.ok(report.tornGaps > 0)
  })
}

test('a holder that is killed lets go at once', async () => {
  for (const kind of ['ofd', 'flock']) {
    const file = path.join(tempFolder(), 'lock')
    const holder = start('audit-holder.ts', file, kind)
    await says(holder, 'held')
    const waiter = start('audit-holder.ts', file, kind)
    const got = says(waiter, 'held')
    holder.kill('SIGKILL')
    await got
    waiter.kill('SIGKILL')
    await once(waiter, 'exit')
  }
})

test('a process that can only lock in another way is refused', async () => {
  const directory = await logOf(1)
  assert.throws(() => openLog({ directory, lock: 'flock' }), 'lock with ofd')
})

test('a file size limit tears the record, which is refused; the next writer accounts for it', async () => {
  const directory = path.join(tempFolder(), 'log')
  const acks = path.join(tempFolder(), 'acks')
  const file = path.join(ROOT, 'test/programs/audit-writer.ts')
  const command = `ulimit -f 20; exec "$0" --import tsx "$1" "$2" "$3" 1000`
  const done = spawnSync('bash', ['-c', command, process.execPath, file, directory, acks], {
    cwd: ROOT,
    encoding: 'utf8',
  })
  assert.is.not(done.status, 0)
  assert.match(done.stderr, 'OA6001')
  assert.is(names(verifyAudit(directory)), 'torn-tail')
  const log = openLog({ directory, reserveBytes: 0 })
  log.appendSync(decide(1))
  await log.close()
  const report = verifyAudit(directory)
  assert.is(names(report), '')
  assert.is(report.tornGaps, 1)
  const found = lost(directory, [acks])
  assert.is(found.lost, 0)
  assert.ok(found.acked > 10)
})

test('a full disk is refused, leaves a last word, and the log goes on when there is room', async () => {
  const mount = tempFolder()
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=512k,mode=700', 'none', mount])
  if (mounted.status !== 0) return skip('a tmpfs cannot be mounted here')
  try {
    const directory = path.join(mount, 'log')
    const log = openLog({ directory, reserveBytes: 16_384 })
    const refusals: string[] = []
    for (let number = 0; refusals.length < 3 && number < 100_000; number++) {
      try {
        log.appendSync(decide(number, { line: 'x'.repeat(number % 700) }))
      } catch (cause) {
        refusals.push((cause as { code: string }).code)
        if (refusals.length === 1) fs.writeFileSync(path.join(mount, 'filler'), '')
        try {
          for (;;) fs.appendFileSync(path.join(mount, 'filler'), Buffer.alloc(4096))
        } catch {
          // Full again, as after any other program's writes.
        }
      }
    }
    assert.equal(refusals, ['OA6001', 'OA6001', 'OA6001'])
    assert.ok(verifyAudit(directory).isIntact)
    fs.rmSync(path.join(mount, 'filler'))
    for (let number = 0; number < 10; number++) log.appendSync(decide(number))
    await log.close()
    assert.is(names(verifyAudit(directory)), '')
    const text = segments(directory)
      .map((each) => fs.readFileSync(each, 'utf8'))
      .join('')
    assert.match(text, '"kind":"audit.full"')
  } finally {
    spawnSync('umount', [mount])
  }
})

test('append-only segments are all that a writer needs', async () => {
  const directory = await logOf(3, { checkpointRecords: 2 })
  const [file = ''] = segments(directory)
  const protectedFiles = [file, path.join(directory, 'checkpoints'), path.join(directory, 'epochs')]
  if (spawnSync('chattr', ['+a', ...protectedFiles]).status !== 0)
    return skip('chattr +a does not work here')
  try {
    fs.appendFileSync(file, '{"prev":"dead')
    const log = openLog({ directory, reserveBytes: 0, checkpointRecords: 2 })
    for (let number = 0; number < 6; number++) log.appendSync(decide(number))
    await log.close()
    assert.throws(() => fs.truncateSync(file, 10), 'EPERM')
  } finally {
    spawnSync('chattr', ['-a', ...protectedFiles])
  }
  assert.is(names(verifyAudit(directory)), '')
})

test.run()
