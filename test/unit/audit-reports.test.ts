import { createHash } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { firstKey } from '../../src/audit/checkpoint.ts'
import { importOpenAgent } from '../../src/audit/import.ts'
import { Log } from '../../src/audit/log.ts'
import { pruneLog } from '../../src/audit/prune.ts'
import { parseRecord } from '../../src/audit/record.ts'
import { auditReport } from '../../src/audit/report.ts'
import { printPage } from '../../src/audit/report-page.ts'
import {
  CSV_COLUMNS,
  csvRow,
  printSummary,
  printVerification,
} from '../../src/audit/report-text.ts'
import { lastRecords } from '../../src/audit/tail.ts'
import { verifyAudit } from '../../src/audit/verify.ts'
import { decide, logOf, names, segments } from '../support/audit.ts'
import { tempFolder } from '../support/temp.ts'

const test = suite('audit reports')

const HOUR = 3_600_000_000_000n

/** A log with one decision an hour; returns it open. */
function hourly(count: number): { log: Log; directory: string; ns: () => bigint } {
  const directory = path.join(tempFolder(), 'log')
  let ns = 1_700_000_000_000_000_000n
  const clock = (): bigint => ns
  const log = new Log({
    directory,
    reserveBytes: 0,
    segmentBytes: 4000,
    clock,
    checkpointRecords: 25,
  })
  for (let number = 0; number < count; number++) {
    log.appendSync(decide(number))
    ns += HOUR
  }
  return { log, directory, ns: () => ns }
}

test('pruning removes whole old segments, and the log says so', async () => {
  const { log, directory, ns } = hourly(100)
  const pinnedKey = firstKey(directory) ?? ''
  const before = segments(directory).length
  const pruned = pruneLog(log, { ns: ns() - 40n * HOUR })
  assert.ok(pruned.segments.length > 2)
  assert.is(segments(directory).length, before - pruned.segments.length)
  for (let number = 0; number < 30; number++) log.appendSync(decide(number))
  for (const mode of ['chain', 'sealed'] as const) {
    const report = verifyAudit(directory, { mode, pinnedKey })
    assert.is(names(report), '')
    assert.is(report.firstSeq, pruned.firstSeq)
  }
  assert.equal(pruneLog(log, { ns: 0n }).segments, [])
  const again = pruneLog(log, { ns: ns() - 20n * HOUR })
  assert.ok(again.segments.length > 0)
  assert.is(names(verifyAudit(directory, { pinnedKey })), '')
  await log.close()
})

test('a start that nobody pruned is missed', async () => {
  const { log, directory } = hourly(60)
  await log.close()
  fs.rmSync(segments(directory)[0] ?? '')
  assert.match(names(verifyAudit(directory)), 'start-missing')
})

test('a start cut off past what was pruned is missed', async () => {
  const { log, directory, ns } = hourly(100)
  pruneLog(log, { ns: ns() - 60n * HOUR })
  await log.close()
  fs.rmSync(segments(directory)[0] ?? '')
  assert.match(names(verifyAudit(directory)), 'start-missing')
})

async function reported(): Promise<string> {
  const directory = path.join(tempFolder(), 'log')
  const log = new Log({ directory, reserveBytes: 0 })
  const evil = '<script>alert(1)</script>\u001b[2J\u202e=cmd|x'
  for (let number = 0; number < 30; number++) {
    const word = number % 3 === 0 ? 'deny' : 'allow'
    log.appendSync({
      kind: 'decide',
      policy: 'sha256:aa',
      line: number % 3 === 0 ? evil : 'git status',
      user: evil,
      agent: 'claude',
      durationNs: 1000 * (number + 1),
      decision: {
        decision: word,
        risk: 'low',
        rules: ['team.oa:3'],
        actions: [{ action: 'run', resource: '/usr/bin/git status' }],
      },
    })
  }
  log.appendSync({
    kind: 'run.start',
    policy: 'sha256:aa',
    run: 'r1',
    decision: { decision: 'allow' },
  })
  log.appendSync({ kind: 'run.end', policy: 'sha256:aa', run: 'r1', exit: 0, durationMs: 5 })
  await log.close()
  return directory
}

test('a report counts what happened', async () => {
  const summary = auditReport(await reported())
  assert.equal(summary.decisions, { deny: 10, allow: 21 })
  assert.equal(summary.runs, { started: 1, succeeded: 1, failed: 0, open: 0 })
  assert.is(summary.byProgram.rows[0]?.name, 'git')
  assert.is(summary.byRule.rows[0]?.count, 30)
  assert.is(summary.topRefused.rows[0]?.count, 10)
  assert.ok((summary.latency?.p50 ?? 0) >= 15_000 && (summary.latency?.p50 ?? 0) <= 18_000)
  assert.is(summary.latency?.max, 30_000)
  assert.ok(summary.integrity.isIntact)
  const denied = auditReport(summary.integrity.directory, { filter: { decisions: ['deny'] } })
  assert.equal(denied.decisions, { deny: 10 })
})

test('no sink lets foreign text act', async () => {
  const directory = await reported()
  const summary = auditReport(directory)
  const page = printPage(summary)
  assert.not.match(page, '<script')
  for (const text of [page, printSummary(summary), printVerification(summary.integrity)]) {
    assert.not.match(text, '\u001b')
    assert.not.match(text, '\u202e')
  }
  assert.not.match(page, /(?:src|href)=/)
  const rows = lastRecords(directory, 40).map(csvRow)
  assert.ok(rows.every((row) => !/(?:^|,)"?[=+@]/.test(row)))
  assert.is(CSV_COLUMNS.length, 13)
})

test('the page is small however long the log is', async () => {
  const directory = await logOf(0)
  const log = new Log({ directory, reserveBytes: 0, checkpointRecords: 0 })
  const writes: Promise<unknown>[] = []
  for (let number = 0; number < 3000; number++) {
    writes.push(
      log.append(
        decide(number, {
          agent: `agent-${number}`,
          decision: { decision: 'deny', rules: [`r${number}`] },
        }),
      ),
    )
  }
  await Promise.all(writes)
  await log.close()
  const summary = auditReport(directory)
  assert.is(summary.byAgent.rows.length, 20)
  assert.is(summary.byAgent.otherCount, 2980)
  assert.ok(printPage(summary).length < 100_000)
})

test('an empty or missing log gives a page that says so', () => {
  const summary = auditReport(path.join(tempFolder(), 'nothing'))
  assert.match(printPage(summary), 'No decisions')
  assert.not.ok(summary.integrity.isIntact)
})

const facts =
  '"argv": ["rm", "secret0"], "block_id": "9473b4553dd0", "command": "rm secret0", "parent_hash": null, "timestamp": 1795361478.0093434'
const hash = '0abd98c7f7242b6261d8a7cf19e43b2780bfcb65871b4df99105dd4f04dab71a'
const rest =
  '"user_id": "u", "risk_level": "low", "policy_decision": "allow", "executed": true, "exit_code": 0, "error": null, "iso_timestamp": "x", "version": "v1"'

test('an entry of the original log is read and its hash is right', () => {
  const line = `{${facts}, "hash": "${hash}", ${rest}}`
  const { entries, findings, lastHash } = importOpenAgent(`${line}\n`)
  assert.equal(findings, [])
  assert.is(lastHash, hash)
  assert.is(entries[0]?.command, 'rm secret0')
  assert.is(entries[0]?.decision, 'allow')
  assert.is(
    importOpenAgent(line.replace('rm secret0"', 'rm secret1"')).findings[0]?.name,
    'tampered',
  )
})

test('the original prints floats and letters in its own way, and that is what is hashed', () => {
  const preimage =
    '{"argv": ["echo", "\\u00e4\\ud83d\\ude00\\u007f"], "block_id": "b", "command": "echo \\u00e4\\ud83d\\ude00\\u007f", "parent_hash": "aa", "timestamp": 1795361478.0}'
  const right = createHash('sha256').update(preimage).digest('hex')
  const line = `${preimage.slice(0, -1)}, "hash": "${right}"}`
  assert.equal(importOpenAgent(line).findings, [])
  assert.is(importOpenAgent(line, 'bb').findings[0]?.name, 'chain-broken')
  assert.equal(importOpenAgent(line, 'aa').findings, [])
})

test('what is no entry of the original log is a finding with its line', () => {
  const { findings } = importOpenAgent('\n{"a":1}\nnot json\n[]\n')
  assert.equal(
    findings.map((each) => `${each.line} ${each.name}`),
    ['2 not-an-entry', '3 not-an-entry', '4 not-an-entry'],
  )
})

test('every record of a log has the shape that is published', async () => {
  const directory = await reported()
  const schema = JSON.parse(
    fs.readFileSync(new URL('../../schema/audit-record.schema.json', import.meta.url), 'utf8'),
  ) as {
    properties: Record<string, unknown>
    required: readonly string[]
  }
  for (const file of segments(directory)) {
    for (const line of fs.readFileSync(file, 'utf8').split('\n').filter(Boolean)) {
      const record = parseRecord(Buffer.from(line))
      assert.ok(record)
      for (const name of Object.keys(record ?? {})) assert.ok(name in schema.properties, name)
      for (const name of schema.required) assert.ok(name in (record ?? {}), name)
    }
  }
})

test.run()
