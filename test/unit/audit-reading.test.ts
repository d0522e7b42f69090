import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { openLog } from '../../src/audit/log.ts'
import { eachRecord, followRecords, lastRecords } from '../../src/audit/tail.ts'
import { verifyAudit } from '../../src/audit/verify.ts'
import { decide, logOf, names, segments } from '../support/audit.ts'
import { tempFolder } from '../support/temp.ts'

const test = suite('audit reading')

test('the last records come oldest first, over segments and past blocks', async () => {
  const directory = await logOf(40, { segmentBytes: 5000, checkpointRecords: 0 })
  const all: number[] = []
  eachRecord(directory, (record) => void all.push(record.seq))
  assert.equal(
    lastRecords(directory, 25).map((each) => each.seq),
    all.slice(-25),
  )
  assert.is(lastRecords(directory, 1000).length, all.length)
  const log = openLog({ directory, reserveBytes: 0 })
  log.appendSync(decide(1, { line: 'x'.repeat(200_000) }))
  log.appendSync(decide(2))
  await log.close()
  assert.equal(
    lastRecords(directory, 3, { kinds: ['decide'] }).map((each) => String(each['line']).length),
    [18, 200_000, 17],
  )
})

test('filters choose by decision, rule, program, user and time', async () => {
  const directory = path.join(tempFolder(), 'log')
  let ns = 0n
  const log = openLog({ directory, reserveBytes: 0, clock: () => (ns += 1_000_000_000n) })
  const decision = {
    decision: 'deny',
    risk: 'high',
    rules: ['r1'],
    actions: [{ action: 'run', resource: '/bin/rm -r x' }],
  }
  log.appendSync(decide(1, { decision, user: 'bob' }))
  log.appendSync(decide(2))
  await log.close()
  const count = (filter: Parameters<typeof lastRecords>[2]): number =>
    lastRecords(directory, 10, filter).length
  assert.is(count({ decisions: ['deny'] }), 1)
  assert.is(count({ rules: ['r1', 'r2'] }), 1)
  assert.is(count({ programs: ['rm'] }), 1)
  assert.is(count({ programs: ['git'] }), 1)
  assert.is(count({ users: ['bob'], programs: ['git'] }), 0)
  assert.is(count({ kinds: ['segment'] }), 1)
  assert.is(count({ sinceNs: 3_000_000_000n, kinds: ['decide'] }), 2)
  assert.is(count({ untilNs: 2_000_000_000n }), 0)
})

test('following gives what is written after it began', async () => {
  const directory = await logOf(5)
  const log = openLog({ directory, reserveBytes: 0, segmentBytes: 3000 })
  const controller = new AbortController()
  const records = followRecords(directory, { signal: controller.signal, everyMs: 5 })
  const seen: unknown[] = []
  const first = records.next()
  for (let number = 100; number < 120; number++) log.appendSync(decide(number))
  for (let next = await first; !next.done; next = await records.next()) {
    if (next.value.kind === 'decide') seen.push(next.value['line'])
    if (seen.length === 20) controller.abort()
  }
  await log.close()
  assert.is(seen[0], 'git push origin 100')
  assert.is(seen[19], 'git push origin 119')
})

/** Bad input: what is done to a good log, and the findings that must be among those reported. */
const BAD: readonly (readonly [
  name: string,
  expected: string,
  spoil: (file: string, directory: string) => void,
])[] = [
  [
    'a line of 100 MB',
    'line-too-long',
    (file) => {
      const fd = fs.openSync(file, 'a')
      for (let part = 0; part < 100; part++) fs.writeSync(fd, Buffer.alloc(1_000_000, 'x'))
      fs.writeSync(fd, '\n')
      fs.closeSync(fd)
    },
  ],
  [
    'binary garbage',
    'not-a-record',
    (file) =>
      fs.writeFileSync(file, Buffer.from(Array.from({ length: 5000 }, (_, at) => at % 251))),
  ],
  ['no newline at all', 'torn-segment', (file) => fs.writeFileSync(file, Buffer.alloc(50_000, 7))],
  ['wrong permissions', 'segment-exposed', (file) => fs.chmodSync(file, 0o666)],
  [
    'a symbolic link',
    'segment-unusable',
    (file) => {
      fs.renameSync(file, `${file}.real`)
      fs.symlinkSync(`${file}.real`, file)
    },
  ],
  ['a missing segment in the middle', 'segment-missing', (file) => fs.rmSync(file)],
  [
    'a pipe',
    'segment-unusable',
    (file) => {
      fs.rmSync(file)
      spawnSync('mkfifo', [file])
    },
  ],
  [
    'a folder',
    'segment-unusable',
    (file) => {
      fs.rmSync(file)
      fs.mkdirSync(file)
    },
  ],
  ['an empty file', 'segment-missing', (file) => fs.truncateSync(file, 0)],
  [
    'a future version',
    'future-version',
    (file) =>
      fs.writeFileSync(file, fs.readFileSync(file, 'utf8').replace('"version":1', '"version":9')),
  ],
  [
    'a head that is a folder',
    'head-damaged',
    (_file, directory) => {
      fs.rmSync(path.join(directory, 'HEAD'))
      fs.mkdirSync(path.join(directory, 'HEAD'))
    },
  ],
  [
    'keys that are garbage',
    'checkpoint-unsigned',
    (_file, directory) => fs.writeFileSync(path.join(directory, 'epochs'), '{"epoch":0}\n\0\0'),
  ],
  [
    'a directory that others may look into',
    'directory-exposed',
    (_file, directory) => fs.chmodSync(directory, 0o755),
  ],
]

for (const [name, expected, spoil] of BAD) {
  test(`bad input gives findings, never a crash, never a change: ${name}`, async () => {
    const directory = await logOf(30, { segmentBytes: 3000 })
    const files = segments(directory)
    assert.ok(files.length > 3)
    spoil(files[1] ?? '', directory)
    const before = fs
      .readdirSync(directory)
      .map((each) => fs.lstatSync(path.join(directory, each)).mtimeMs)
    for (const mode of ['chain', 'sealed'] as const) {
      const report = verifyAudit(directory, { mode })
      assert.match(names(report), expected)
      assert.not.ok(report.isIntact)
      assert.type(JSON.stringify(report), 'string')
      const place = report.findings.find((each) => each.name === expected)
      if (place?.segment !== undefined && place.layer === 'chain')
        assert.type(place.offset, 'number')
    }
    assert.type(lastRecords(directory, 5).length, 'number')
    const after = fs
      .readdirSync(directory)
      .map((each) => fs.lstatSync(path.join(directory, each)).mtimeMs)
    assert.equal(after, before)
  })
}

test('a directory that is not there is a finding', () => {
  const report = verifyAudit(path.join(tempFolder(), 'nothing'))
  assert.is(names(report), 'directory-unreadable')
  assert.equal(lastRecords(path.join(tempFolder(), 'nothing'), 5), [])
})

test('a log that is being written is verified without a false alarm', async () => {
  const directory = path.join(tempFolder(), 'log')
  const log = openLog({ directory, reserveBytes: 0, segmentBytes: 20_000, checkpointRecords: 30 })
  const writing: Promise<unknown>[] = []
  for (let round = 0; round < 15; round++) {
    for (let number = 0; number < 20; number++) writing.push(log.append(decide(number)))
    await writing.at(-20)
    assert.is(names(verifyAudit(directory)), '')
  }
  await Promise.all(writing)
  await log.close()
})

test.run()
