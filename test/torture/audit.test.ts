/**
 * The audit log under what goes wrong: writers killed at any moment, half of them in the middle of a line; holders of
 * the lock killed; writers in network namespaces of their own. A short form of it runs with all tests, the long one
 * with `npm run test:torture`; full disks, size limits and append-only files are in `unit/audit-writers.test.ts`.
 */
import { type ChildProcess, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import fs from 'node:fs'
import path from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { openLog } from '../../src/audit/log.ts'
import { verifyAudit } from '../../src/audit/verify.ts'
import { decide, names } from '../support/audit.ts'
import { lost, says, start, startUnder } from '../support/audit-processes.ts'
import { skip } from '../support/skip.ts'
import { tempFolder } from '../support/temp.ts'

const test = suite('audit torture')

const WRITERS = 8
const KILLS = process.env['OA_TORTURE'] === '1' ? 160 : 16

test(`${WRITERS} writers, ${KILLS} killed, half of them inside a line: nothing acknowledged is lost`, async () => {
  const directory = path.join(tempFolder(), 'log')
  const acks: string[] = []
  let begun = 0
  const lives = async (): Promise<void> => {
    while (begun < KILLS) {
      const tear = begun++ % 2 === 0 ? 'tear' : 'whole'
      const file = path.join(tempFolder(), 'acks')
      acks.push(file)
      const child = start('audit-writer.ts', directory, file, '100000', tear)
      const exited = once(child, 'exit')
      await says(child, 'ready')
      if (tear === 'whole') await killSomewhere(child, file)
      const [, signal] = (await exited) as [number | null, string | null]
      assert.is(signal, 'SIGKILL')
    }
  }
  await Promise.all(Array.from({ length: WRITERS }, lives))
  const log = openLog({ directory, reserveBytes: 0 })
  log.appendSync(decide(1))
  log.checkpoint()
  await log.close()
  const report = verifyAudit(directory)
  assert.ok(report.isIntact, JSON.stringify(report.findings))
  assert.is(report.layers.find((each) => each.layer === 'checkpoint')?.state, 'intact')
  const found = lost(directory, acks)
  assert.is(found.lost, 0)
  assert.ok(found.acked > KILLS)
  assert.ok(report.tornGaps > 0)
  process.stdout.write(
    `(${found.acked} acknowledged, ${report.tornGaps} torn, ${report.segments} segments) `,
  )
})

/** Once it has surely written: a moment that differs each time. */
async function killSomewhere(child: ChildProcess, ackFile: string): Promise<void> {
  const bytes = 64 * (1 + Math.random() * 40)
  while (fs.statSync(ackFile).size < bytes) await new Promise(setImmediate)
  child.kill('SIGKILL')
}

test('the holder of the lock is killed, and the others go on at once', async () => {
  const directory = path.join(tempFolder(), 'log')
  const log = openLog({ directory, reserveBytes: 0 })
  log.appendSync(decide(0))
  const holder = start('audit-holder.ts', path.join(directory, 'lock'))
  await says(holder, 'held')
  const waiting = log.append(decide(1))
  const killed = performance.now()
  holder.kill('SIGKILL')
  const { seq } = await waiting
  process.stdout.write(`(on record ${(performance.now() - killed).toFixed(0)} ms after the kill) `)
  assert.is(seq, 2)
  await log.close()
  assert.is(names(verifyAudit(directory)), '')
})

test('writers in two network namespaces write one chain', async () => {
  const probe = spawnSync('unshare', ['-n', 'true'])
  if (probe.status !== 0) return skip('this account may not make a network namespace')
  const directory = path.join(tempFolder(), 'log')
  const acks = [0, 1].map((each) => path.join(tempFolder(), `acks-${each}`))
  const writers = acks.map((file) =>
    startUnder(['unshare', '-n'], 'audit-writer.ts', directory, file, '100', 'whole'),
  )
  const codes = await Promise.all(
    writers.map(async (each) => (await once(each, 'exit'))[0] as unknown),
  )
  assert.equal(codes, [0, 0])
  assert.equal(lost(directory, acks), { acked: 200, lost: 0 })
  assert.is(names(verifyAudit(directory)), '')
})

test.run()
