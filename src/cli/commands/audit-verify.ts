/** `oa audit verify`: what is wrong with the log, and which evidence vouches for how much of it. */
import { existsSync } from 'node:fs'
import { printVerification } from '../../audit/report-text.ts'
import { verifyAudit } from '../../audit/verify.ts'
import { neutralise, neutraliseJson } from '../../base/neutral.ts'
import { rangeOf, verifyOptionsOf } from '../audit-evidence.ts'
import { logPlace } from '../existing-log.ts'
import { EXIT } from '../exit.ts'
import type { GivenOptions } from '../options.ts'
import { usageError } from '../options.ts'
import { progressBar } from '../progress.ts'

export async function run(given: GivenOptions): Promise<number> {
  if (given.operands.length > 0 || given.rest !== null) {
    throw usageError(
      '`oa audit verify` takes no words',
      'the log of another folder: `OPENAGENT_AUDIT_DIR=DIR oa audit verify`',
    )
  }
  const { directory: audit } = await logPlace()
  const range = rangeOf(given, audit)
  const evidence = await verifyOptionsOf(given)
  const progress = progressBar('verifying')
  const report = verifyAudit(audit, {
    ...evidence,
    ...(range ? { range } : {}),
    progress: progress.show,
  })
  progress.end()
  if (given.flag('json')) {
    process.stdout.write(`${neutraliseJson(JSON.stringify(report))}\n`)
  } else if (existsSync(audit)) {
    process.stdout.write(`${neutralise(audit)}: ${printVerification(report)}`)
  } else {
    process.stdout.write(
      `${neutralise(audit)}: there is no audit log; either nothing was run here, or it was removed\n`,
    )
  }
  return report.isIntact ? EXIT.done : EXIT.findings
}
