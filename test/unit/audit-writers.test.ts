import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import fs from 'node:fs'
import path from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { openLog } from '../../src/audit/log.ts'
import { verifyAudit } from '../../src/audit/verify.ts'
import { decide, logOf, names, segments } from '../support/audit.ts'
import { lost, says, start } from '../support/audit-processes.ts'
import { ROOT } from '../support/corpus.ts'
import { skip } from '../support/skip.ts'
import { tempFolder } from '../support/temp.ts'

const test = suite('audit writers')

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
