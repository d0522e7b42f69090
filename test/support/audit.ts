/** Logs for tests: small, in temporary folders, with what an attacker would do to them. */
import fs from 'node:fs'
import path from 'node:path'
import type { LogOptions } from '../../src/audit/log.ts'
import { openLog } from '../../src/audit/log.ts'
import type { DecideEntry } from '../../src/audit/record.ts'
import { tempFolder } from './temp.ts'

export function decide(number: number, more: Partial<DecideEntry> = {}): DecideEntry {
  return {
    kind: 'decide',
    policy: `sha256:${'ab'.repeat(32)}`,
    line: `git push origin ${number}`,
    normal: `git push origin ${number}`,
    user: 'alice',
    cwd: '/work',
    decision: { decision: number % 3 === 0 ? 'deny' : 'allow', risk: 'low' },
    ...more,
  }
}

/** A log of `count` records, closed; returns its directory. */
export async function logOf(count: number, options: Partial<LogOptions> = {}): Promise<string> {
  const directory = path.join(tempFolder(), 'log')
  const log = openLog({ directory, reserveBytes: 0, ...options })
  for (let number = 0; number < count; number++) log.appendSync(decide(number))
  await log.close()
  return directory
}

export function segments(directory: string): readonly string[] {
  return fs
    .readdirSync(directory)
    .filter((name) => name.startsWith('seg-'))
    .sort()
    .map((name) => path.join(directory, name))
}

export function names(report: { readonly findings: readonly { readonly name: string }[] }): string {
  return report.findings.map((each) => each.name).join(' ')
}
