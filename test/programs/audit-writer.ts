/**
 * Appends to an audit log until it is killed or has written its share, and writes one line per acknowledgement.
 *
 * Arguments: directory, acknowledgement file, records, `tear` or `whole`, lock kind. With `tear` it dies now and then
 * in the middle of a line, holding the lock.
 */
import fs from 'node:fs'
import path from 'node:path'
import type { LockKind } from '../../src/audit/lock.ts'
import { Log } from '../../src/audit/log.ts'

const [directory = '', ackFile = '', count = '0', tear = 'whole', lock] = process.argv.slice(2)
const acks = fs.openSync(ackFile, 'a', 0o600)
const log = new Log({
  directory,
  reserveBytes: 0,
  segmentBytes: 60_000,
  checkpointRecords: 50,
  ...(lock === undefined ? {} : { lock: lock as LockKind }),
})
process.stdout.write('ready\n')
for (let number = 0; number < Number(count); number++) {
  if (tear === 'tear' && Math.random() < 0.02) {
    log.lock.runSync(() => {
      const position = log.position()
      const line = `{"prev":"${position.state.hash}","seq":${position.state.seq + 1},"ts":"2026`
      fs.appendFileSync(path.join(directory, position.segment), line.slice(0, Math.random() * 110))
      process.kill(process.pid, 'SIGKILL')
    })
  }
  const ack = log.appendSync({
    kind: 'decide',
    policy: 'sha256:00',
    line: `command ${process.pid} ${number} ${'x'.repeat(Math.random() * 200)}`,
    decision: null,
  })
  fs.writeSync(acks, `${ack.seq} ${ack.hash}\n`)
}
await log.close()
process.stdout.write('done\n')
