/**
 * What the contract tests share: cases from scripts, and tests in every account that can be had.
 */
import type { Test } from 'uvu'
import type { SandboxProfile } from '../../src/model/profile.ts'
import { skip } from '../support/skip.ts'
import type { CaseReport, CaseSpec } from './sandbox-case.ts'
import {
  type Account,
  missingBubblewrap,
  openAccounts,
  profileOf,
  resetFixture,
} from './sandbox-fixture.ts'

export type Changes = Partial<SandboxProfile>

/** A bash script as a case. */
export function specOf(account: Account, backend: 'bwrap' | 'none', script: string): CaseSpec {
  return {
    backend,
    profile: profileOf(account.fixture),
    executable: '/bin/bash',
    argv0: 'bash',
    args: ['-c', script].map(encode),
    cwd: account.fixture.workspace,
  }
}

/** Text as the base64 that cases hold. */
export function encode(text: string): string {
  return Buffer.from(text).toString('base64')
}

/** What the command wrote. */
export function stdoutOf(report: CaseReport): string {
  return Buffer.from(report.stdout, 'base64').toString()
}

/** Runs a script in bubblewrap. */
export function inside(
  account: Account,
  script: string,
  changes: Changes = {},
): Promise<CaseReport> {
  const spec = specOf(account, 'bwrap', script)
  return account.run({ ...spec, profile: { ...spec.profile, ...changes } })
}

/** Runs a script without a sandbox: the positive control. */
export function without(
  account: Account,
  script: string,
  changes: Changes = {},
): Promise<CaseReport> {
  const spec = specOf(account, 'none', script)
  return account.run({ ...spec, profile: { ...spec.profile, ...changes } })
}

/** Gives `each(name, body)`: a test in every account; what cannot be had is a counted skip. */
export async function contractOf(
  test: Test,
): Promise<(name: string, body: (account: Account) => Promise<unknown>) => void> {
  const missing = missingBubblewrap()
  const accounts = missing === undefined ? await openAccounts() : []
  test.after(() => {
    for (const account of accounts) if (typeof account !== 'string') account.close()
  })
  return (name, body) => {
    if (missing !== undefined) test(name, () => skip(missing))
    for (const account of accounts) {
      if (typeof account === 'string') test(`${name}, as user`, () => skip(account))
      else {
        test(`${name}, as ${account.name}`, async () => {
          resetFixture(account.fixture, account.uid)
          await body(account)
        })
      }
    }
  }
}

/** Perl is on every Debian machine and makes system calls. */
export const perl = (code: string): string => `perl -e '${code}'`
