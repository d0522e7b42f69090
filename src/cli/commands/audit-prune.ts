/** `oa audit prune`: removes whole old segments, under a signed checkpoint that says so. */
import { Log } from '../../audit/log.ts'
import { pruneLog } from '../../audit/prune.ts'
import { verifyAudit } from '../../audit/verify.ts'
import { OaError } from '../../base/diagnostic.ts'
import { neutraliseJson } from '../../base/neutral.ts'
import { timeNs } from '../audit-options.ts'
import { existingLog } from '../existing-log.ts'
import { EXIT } from '../exit.ts'
import type { GivenOptions } from '../options.ts'
import { usageError } from '../options.ts'

export async function run(given: GivenOptions): Promise<number> {
  const before = given.text('before')
  if (before === undefined || given.operands.length > 0 || given.rest !== null) {
    throw usageError('`oa audit prune` needs a time', '`oa audit prune --before 2026-01-31`')
  }
  const ns = timeNs(before, '--before', Date.now())
  const directory = await existingLog()
  // Removing part of a log that does not hold would remove the evidence of it.
  if (!verifyAudit(directory).isIntact) {
    throw new OaError('OA6002', 'the log is not intact, so nothing of it is removed', {
      help: 'see `oa audit verify`, and keep the directory',
    })
  }
  const log = new Log({ directory })
  try {
    const { segments, bytes, firstSeq } = pruneLog(log, { ns })
    const text =
      segments.length === 0
        ? `no segment is wholly older; the log begins with record ${firstSeq}`
        : `removed ${segments.length} segments, ${bytes} bytes; the log begins with record ${firstSeq}`
    process.stdout.write(
      given.flag('json')
        ? `${neutraliseJson(JSON.stringify({ segments, bytes, firstSeq }))}\n`
        : `${text}\n`,
    )
  } finally {
    await log.close()
  }
  return EXIT.done
}
