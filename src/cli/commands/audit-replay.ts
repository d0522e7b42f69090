/** `oa audit replay`: what was recorded, decided again; by the tables of then, or by another policy. */
import { neutralise, neutraliseJson } from '../../base/neutral.ts'
import { type ChangeClass, type ReplaySummary, replayLog } from '../../run/replay.ts'
import { archivedTables } from '../../run/table-archive.ts'
import { filterOf } from '../audit-options.ts'
import { existingLog } from '../existing-log.ts'
import { EXIT } from '../exit.ts'
import { folders } from '../folders.ts'
import type { GivenOptions } from '../options.ts'
import { usageError } from '../options.ts'
import { loadTable } from '../policy-source.ts'

export async function run(given: GivenOptions): Promise<number> {
  if (given.operands.length > 0 || given.rest !== null) {
    throw usageError('`oa audit replay` takes no words', '`oa audit replay --policy new.oa`')
  }
  const policy = given.text('policy')
  const { own } = folders()
  const table = policy === undefined ? null : await loadTable(policy)
  const summary = replayLog(await existingLog(), {
    filter: filterOf(given),
    layersOf: table ? () => [table] : (digest) => archivedTables(own, digest),
  })
  if (given.flag('json')) {
    process.stdout.write(`${neutraliseJson(JSON.stringify(summary))}\n`)
  } else {
    process.stdout.write(print(summary, policy))
  }
  return exitOf(given, summary, policy)
}

/** Under the tables of then nothing may differ; under another policy, what the caller asks about. */
function exitOf(given: GivenOptions, summary: ReplaySummary, policy: string | undefined): number {
  if (policy === undefined) return summary.changed > 0 ? EXIT.findings : EXIT.done
  const fails = given.flag('fail-on-new-access') && summary.newAccess > 0
  return fails ? EXIT.findings : EXIT.done
}

function print(summary: ReplaySummary, policy: string | undefined): string {
  const { redacted, skipped } = summary
  const under = policy === undefined ? 'the tables that decided then' : `\`${policy}\``
  const lines = [
    `${summary.requests} requests under ${under}: ${summary.same} decided as recorded, ${summary.changed} differently`,
  ]
  if (redacted.same + redacted.changed > 0) {
    lines.push(
      `${redacted.same + redacted.changed} with hidden secrets, which are unknown words now: ${redacted.same} as recorded, ${redacted.changed} differently`,
    )
  }
  if (skipped['no-table'] > 0) lines.push(`${skipped['no-table']} whose table is not kept here`)
  if (skipped['no-facts'] > 0) lines.push(`${skipped['no-facts']} whose facts were not recorded`)
  for (const each of summary.classes) lines.push('', ...printClass(each))
  if (summary.unclassed > 0) lines.push('', `… and ${summary.unclassed} changed in other ways`)
  return `${lines.map(neutralise).join('\n')}\n`
}

function printClass(change: ChangeClass): readonly string[] {
  const { recorded, now, count, isNewAccess, rules, examples } = change
  const title = `${recorded} → ${now}: ${count}${isNewAccess ? ', new access' : ''}`
  const by = rules.length === 0 ? [] : [`  by ${rules.join(', ')}`]
  return [title, ...by, ...examples.map((each) => `  ${each.seq}  ${each.line}`)]
}
