/**
 * One process of the audit bench. `append DIRECTORY COUNT`: says `ready`, waits for a line, appends and says `done`.
 * `verify DIRECTORY MODE`: verifies and prints CPU milliseconds, peak memory in bytes and records as JSON.
 */
import { openLog } from '../src/audit/log.ts'
import { verifyAudit } from '../src/audit/verify.ts'
import { benchEntry } from './audit-entry.ts'

const [task, directory = '', more = ''] = process.argv.slice(2)

if (task === 'append') {
  const log = openLog({ directory, reserveBytes: 0 })
  process.stdout.write('ready\n')
  process.stdin.once('data', () => {
    for (let number = 0; number < Number(more); number++) log.appendSync(benchEntry(number))
    process.stdout.write('done\n')
    void log.close().then(() => process.stdin.destroy())
  })
} else {
  const before = process.cpuUsage()
  const report = verifyAudit(directory, { mode: more === 'sealed' ? 'sealed' : 'chain' })
  const { user, system } = process.cpuUsage(before)
  const peakBytes = process.resourceUsage().maxRSS * 1024
  const { isIntact, records, bytes } = report
  process.stdout.write(
    JSON.stringify({ cpuMs: (user + system) / 1000, peakBytes, isIntact, records, bytes }),
  )
}
