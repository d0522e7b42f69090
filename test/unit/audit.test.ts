import fs from 'node:fs'
import path from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { openLog } from '../../src/audit/log.ts'
import { formatTime, GENESIS, leafHash, parseRecord, parseTime } from '../../src/audit/record.ts'
import { verifyAudit } from '../../src/audit/verify.ts'
import { OaError } from '../../src/base/diagnostic.ts'
import { decide, logOf, names, segments } from '../support/audit.ts'
import { tempFolder } from '../support/temp.ts'

const test = suite('audit')

const lines = (directory: string): readonly string[] =>
  segments(directory).flatMap((file) => fs.readFileSync(file, 'utf8').split('\n').filter(Boolean))

test('every line commits to the exact bytes of the line before it', async () => {
  const all = lines(await logOf(20))
  let prev = GENESIS
  for (const [seq, line] of all.entries()) {
    assert.ok(line.startsWith(`{"prev":"${prev}","seq":${seq},"ts":"`), line)
    prev = leafHash(line)
  }
  assert.is(all.length, 21)
})

test('an acknowledgement names the record that is in the log', async () => {
  const directory = path.join(tempFolder(), 'log')
  const log = openLog({ directory, reserveBytes: 0 })
  const acks = await Promise.all([1, 2, 3].map((each) => log.append(decide(each))))
  const sync = log.appendSync(decide(4))
  await log.close()
  const all = lines(directory)
  for (const ack of [...acks, sync]) assert.is(leafHash(all[ack.seq] ?? ''), ack.hash)
  assert.is(sync.seq, 4)
})

test('directories are 0700 and files 0600', async () => {
  const directory = await logOf(3, { checkpointRecords: 2 })
  assert.is(fs.statSync(directory).mode & 0o777, 0o700)
  for (const name of fs.readdirSync(directory)) {
    assert.is(fs.statSync(path.join(directory, name)).mode & 0o777, 0o600, name)
  }
})

test('times rise strictly although the clock is set back, and the clock is noted', async () => {
  const times = [5_000_000_000n, 5_000_000_000n, 1_000_000_000n, 1_000_000_000n, 9_000_000_000n]
  let turn = 0
  const clock = (): bigint => times[Math.min(turn++, times.length - 1)] ?? 0n
  const directory = await logOf(8, { clock })
  const records = lines(directory).map((line) => parseRecord(Buffer.from(line)))
  const ns = records.map((each) => parseTime(each?.ts ?? '') ?? 0n)
  for (let at = 1; at < ns.length; at++) assert.ok((ns[at] ?? 0n) > (ns[at - 1] ?? 0n))
  assert.is(records.filter((each) => each?.['clock'] !== undefined).length > 0, true)
  assert.ok(verifyAudit(directory).isIntact)
})

test('a printed time is read back', () => {
  const ns = 1_795_371_681_821_000_015n
  assert.is(formatTime(ns), '2026-11-22T18:21:21.821000015Z')
  assert.is(parseTime(formatTime(ns)), ns)
  assert.is(parseTime('yesterday'), undefined)
})

test('an intact log has no findings, with segments and checkpoints too', async () => {
  const directory = await logOf(60, { segmentBytes: 3000, checkpointRecords: 10 })
  assert.ok(segments(directory).length > 4)
  for (const mode of ['chain', 'sealed'] as const) {
    const report = verifyAudit(directory, { mode })
    assert.is(names(report), '')
    assert.ok(report.isIntact)
    assert.is(report.records, report.lastSeq + 1)
  }
})

test('any flipped, inserted or deleted byte is found, wherever it is', async () => {
  const directory = await logOf(5, { segmentBytes: 900, checkpointRecords: 0 })
  for (const mode of ['chain', 'sealed'] as const) {
    for (const file of segments(directory)) {
      const whole = fs.readFileSync(file)
      for (let at = 0; at <= whole.length; at++) {
        const before = whole.subarray(0, at)
        const changes = [Buffer.concat([before, Buffer.from('x'), whole.subarray(at)])]
        if (at < whole.length) {
          changes.push(Buffer.concat([before, whole.subarray(at + 1)]))
          changes.push(
            Buffer.concat([before, Buffer.from([(whole[at] ?? 0) ^ 1]), whole.subarray(at + 1)]),
          )
        }
        for (const changed of changes) {
          fs.writeFileSync(file, changed)
          const report = verifyAudit(directory, { mode })
          if (report.findings.length === 0) assert.unreachable(`${mode} ${file} ${at}`)
        }
      }
      fs.writeFileSync(file, whole)
    }
  }
  assert.is(names(verifyAudit(directory)), '')
})

test('a change is reported at or before the record that it is in', async () => {
  const directory = await logOf(12)
  const [file = ''] = segments(directory)
  const text = fs.readFileSync(file, 'utf8')
  fs.writeFileSync(file, text.replace('origin 6"', 'origin 7"'))
  const [finding] = verifyAudit(directory).findings
  assert.is(finding?.code, 'OA6002')
  assert.is(finding?.name, 'line-changed')
  assert.is(finding?.line, 8)
  assert.is(finding?.offset, text.split('\n').slice(0, 7).join('\n').length + 1)
})

test('removed and swapped lines are named for what they are', async () => {
  const directory = await logOf(12)
  const [file = ''] = segments(directory)
  const all = fs.readFileSync(file, 'utf8').split('\n')
  fs.writeFileSync(file, all.filter((_, at) => at !== 5).join('\n'))
  const [gone] = verifyAudit(directory).findings
  assert.is(gone?.name, 'records-missing')
  assert.match(gone?.message ?? '', 'records 5 to 5')
  const swapped = [...all]
  ;[swapped[5], swapped[6]] = [all[6] ?? '', all[5] ?? '']
  fs.writeFileSync(file, swapped.join('\n'))
  assert.not.ok(verifyAudit(directory).isIntact)
})

for (const torn of ['{"prev":"', 'x', '{"prev":"0000"}', '~', '~torn', '\0\0\0\0']) {
  test(`a torn tail is closed, committed to and accounted for: ${JSON.stringify(torn)}`, async () => {
    const directory = await logOf(4)
    const [file = ''] = segments(directory)
    fs.appendFileSync(file, torn)
    const before = verifyAudit(directory)
    assert.is(names(before), 'torn-tail')
    assert.ok(before.isIntact)
    const evidence = fs.readFileSync(file)
    const log = openLog({ directory, reserveBytes: 0 })
    log.appendSync(decide(5))
    await log.close()
    assert.ok(fs.readFileSync(file).subarray(0, evidence.length).equals(evidence))
    const report = verifyAudit(directory)
    assert.is(names(report), '')
    assert.is(report.tornGaps, 1)
    fs.writeFileSync(file, fs.readFileSync(file, 'utf8').replace(`${torn}~torn`, `${torn}y~torn`))
    assert.not.ok(verifyAudit(directory).isIntact)
  })
}

test('a complete record after the head is adopted, whatever tear comes after', async () => {
  const directory = await logOf(4)
  const [file = ''] = segments(directory)
  const head = fs.readFileSync(path.join(directory, 'HEAD'))
  const log = openLog({ directory, reserveBytes: 0 })
  const ack = log.appendSync(decide(5))
  await log.close()
  fs.writeFileSync(path.join(directory, 'HEAD'), head)
  fs.appendFileSync(file, '{"prev":"ab')
  const again = openLog({ directory, reserveBytes: 0 })
  assert.is(again.appendSync(decide(6)).seq, ack.seq + 2)
  await again.close()
  assert.is(names(verifyAudit(directory)), '')
})

test('a tear while a tear was being repaired is accounted for', async () => {
  const directory = await logOf(4)
  const [file = ''] = segments(directory)
  for (const cut of ['~to', '~torn\n', '~torn\n{"prev":"', '~torn\n{"prev":"~torn\nzz']) {
    fs.appendFileSync(file, `{"prev":"ab${cut}`)
    if (cut === '~torn\n') assert.is(names(verifyAudit(directory)), 'torn-tail')
    const log = openLog({ directory, reserveBytes: 0 })
    log.appendSync(decide(5))
    await log.close()
    assert.is(names(verifyAudit(directory)), '')
  }
})

const refusal = (action: () => unknown): string => {
  try {
    action()
  } catch (cause) {
    return cause instanceof OaError ? cause.code : String(cause)
  }
  return 'no refusal'
}

test('a shorter log is refused, by the head of the same boot', async () => {
  const directory = await logOf(4)
  const [file = ''] = segments(directory)
  fs.truncateSync(file, fs.statSync(file).size - 50)
  const log = openLog({ directory, reserveBytes: 0 })
  assert.is(
    refusal(() => log.appendSync(decide(5))),
    'OA6004',
  )
  await log.close()
  assert.match(names(verifyAudit(directory)), 'shorter-than-head')
})

test('a shorter log after a restart goes on, and says for ever what was lost', async () => {
  const directory = await logOf(4)
  const [file = ''] = segments(directory)
  const head = path.join(directory, 'HEAD')
  fs.writeFileSync(head, fs.readFileSync(head, 'utf8').replace(/"boot":"./, '"boot":"Z'))
  fs.truncateSync(file, fs.statSync(file).size - 50)
  const log = openLog({ directory, reserveBytes: 0 })
  log.appendSync(decide(5))
  await log.close()
  const report = verifyAudit(directory)
  assert.is(names(report), 'records-lost')
  assert.is(report.findings[0]?.code, 'OA6004')
})

test('a removed or replaced segment is refused by a writer that has it open', async () => {
  const directory = await logOf(4)
  const [file = ''] = segments(directory)
  const log = openLog({ directory, reserveBytes: 0 })
  log.appendSync(decide(5))
  const copy = fs.readFileSync(file)
  fs.rmSync(file)
  assert.match(
    refusal(() => log.appendSync(decide(6))),
    /OA600/,
  )
  fs.writeFileSync(`${file}.x`, copy, { mode: 0o600 })
  fs.renameSync(`${file}.x`, file)
  assert.is(
    refusal(() => log.appendSync(decide(7))),
    'OA6004',
  )
  await log.close()
})

test('a log that does not go on from its head is refused', async () => {
  const directory = await logOf(4)
  const [file = ''] = segments(directory)
  fs.appendFileSync(file, 'not a record\n')
  const log = openLog({ directory, reserveBytes: 0 })
  assert.is(
    refusal(() => log.appendSync(decide(5))),
    'OA6002',
  )
  await log.close()
})

test('a missing or damaged head is rebuilt, and says so for ever', async () => {
  for (const damage of ['', 'garbage']) {
    const directory = await logOf(30, { segmentBytes: 2000 })
    fs.writeFileSync(path.join(directory, 'HEAD'), damage)
    assert.match(names(verifyAudit(directory)), 'head-')
    const log = openLog({ directory, reserveBytes: 0 })
    log.appendSync(decide(5))
    await log.close()
    assert.is(names(verifyAudit(directory)), 'head-was-replaced')
  }
})

test('links, pipes and files that others may use are refused', async () => {
  const other = await logOf(2)
  const cases: readonly ((file: string) => void)[] = [
    (file) => fs.symlinkSync(segments(other)[0] ?? '', file),
    (file) => fs.linkSync(segments(other)[0] ?? '', file),
    (file) => fs.mkdirSync(file),
    (file) => fs.writeFileSync(file, '', { mode: 0o644 }),
  ]
  for (const make of cases) {
    const directory = tempFolder()
    make(path.join(directory, 'seg-0000000000000000.jsonl'))
    const log = openLog({ directory, reserveBytes: 0 })
    assert.is(
      refusal(() => log.appendSync(decide(1))),
      'OA6001',
    )
    await log.close()
  }
})

test('a directory that others could have written to is refused', () => {
  const directory = tempFolder()
  fs.writeFileSync(path.join(directory, 'something'), '')
  fs.chmodSync(directory, 0o777)
  assert.is(
    refusal(() => openLog({ directory })),
    'OA6001',
  )
})

test('an entry that no record can hold is refused, and the others go on', async () => {
  const directory = path.join(tempFolder(), 'log')
  const log = openLog({ directory, reserveBytes: 0 })
  const long = log
    .append(decide(1, { line: 'x'.repeat(5_000_000) }))
    .catch((cause: OaError) => cause.code)
  const short = log.append(decide(2))
  assert.is(await long, 'OA6001')
  assert.is((await short).seq, 1)
  await log.close()
})

test('foreign text stays one line', async () => {
  const directory = path.join(tempFolder(), 'log')
  const log = openLog({ directory, reserveBytes: 0 })
  const line = 'a\nb\r\u2028\u0000\ud800 "}\n{"prev":"~torn'
  log.appendSync(decide(1, { line }))
  log.appendSync(decide(2))
  await log.close()
  assert.is(names(verifyAudit(directory)), '')
  assert.is(parseRecord(Buffer.from(lines(directory)[1] ?? ''))?.['line'], line)
})

test.run()
