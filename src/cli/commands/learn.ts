/** `oa learn`: rules from what was asked and approved, as a patch to the policy. Nothing is changed. */

import { factsOf, isSelected } from '../../audit/select.ts'
import { eachRecord } from '../../audit/tail.ts'
import { OaError } from '../../base/diagnostic.ts'
import { neutralise, neutraliseJson } from '../../base/neutral.ts'
import { decide } from '../../decide/decide.ts'
import type { Analysis } from '../../model/analysis.ts'
import { readFacts } from '../../run/redacted-facts.ts'
import type { Table } from '../../table/table.ts'
import { filterOf } from '../audit-options.ts'
import { analyseRequest } from '../decide-request.ts'
import { existingLog } from '../existing-log.ts'
import { EXIT } from '../exit.ts'
import { installedPaths, simulatedSetting } from '../layers.ts'
import { DANGEROUS_LINES } from '../learn-bank.ts'
import {
  type AskedRun,
  askedRuns,
  type Candidate,
  candidatesOf,
  WIDTHS,
} from '../learn-candidates.ts'
import { keepHarmless, LearnedPolicy } from '../learn-check.ts'
import type { GivenOptions } from '../options.ts'
import { usageError } from '../options.ts'
import { isArtifactFile } from '../policies.ts'
import { processFacts } from '../request.ts'

/** Wordings of each width that are tried; the most often asked come first. */
const CANDIDATES_MAX = 64

export async function run(given: GivenOptions): Promise<number> {
  if (given.operands.length > 0 || given.rest !== null) {
    throw usageError('`oa learn` takes no words', 'the policy: `oa learn --policy policy.oa`')
  }
  const file = given.text('policy') ?? installedPaths(undefined)[0]?.path ?? ''
  if (isArtifactFile(file) || !file.endsWith('.oa')) {
    throw usageError(`\`${file}\` is no policy in \`.oa\` form`, 'name one: `--policy policy.oa`')
  }
  const setting = await simulatedSetting({ policy: file, cwd: undefined, workspace: undefined })
  const [table] = setting.tables
  if (!table) throw new OaError('OA8003', 'no policy holds here')
  const asked = readAsked(await existingLog(), given, table)
  const facts = processFacts()
  const bank = DANGEROUS_LINES.map(
    (line) =>
      analyseRequest(setting, { subject: { kind: 'line', line }, cwd: setting.cwd, facts })
        .analysis,
  )
  const policy = await LearnedPolicy.open(file)
  const all = candidatesOf(asked.runs)
  const kept = WIDTHS.flatMap((width) =>
    keepHarmless(policy, all.filter((each) => each.width === width).slice(0, CANDIDATES_MAX), bank),
  )
  const proposals = chosen(kept)
  process.stdout.write(
    given.flag('json')
      ? `${neutraliseJson(JSON.stringify({ policy: file, requests: asked.requests, proposals: proposals.map(asJson) }))}\n`
      : patchOf(file, policy.text, proposals),
  )
  const left = all.length - kept.length
  process.stderr.write(
    `oa: ${asked.requests} requests that were asked about; ${proposals.length} rules proposed, ${left} wordings rejected\n`,
  )
  return EXIT.done
}

interface Asked {
  readonly requests: number
  readonly runs: readonly AskedRun[]
}

/** Approved: it ran although it was asked about. A redacted word is unknown, so nothing is learnt of it. */
function readAsked(directory: string, given: GivenOptions, table: Table): Asked {
  const filter = filterOf(given)
  const runs: AskedRun[] = []
  let requests = 0
  eachRecord(directory, (record) => {
    const isApproved = record.kind === 'run.start' && typeof record['approver'] === 'string'
    const isAsked = record.kind === 'decide' && given.flag('from-asked')
    if (!(isApproved || isAsked) || !isSelected(record, filter)) return undefined
    if (factsOf(record).decision !== 'ask') return undefined
    requests++
    const facts = readFacts(record['facts'])
    if (!facts || facts.redactions > 0 || isSettled(table, facts.analysis)) return undefined
    runs.push(...askedRuns(record, facts.analysis, table))
    return undefined
  })
  return { requests, runs }
}

/** The policy allows it by now. */
function isSettled(table: Table, analysis: Analysis): boolean {
  return ['allow', 'warn'].includes(decide([table], analysis).decision)
}

interface Proposal {
  readonly rule: string
  readonly choices: readonly Candidate[]
  readonly from: readonly AskedRun[]
}

/** One rule for each family: the narrowest that covers everything of it that was asked. */
function chosen(kept: readonly Candidate[]): readonly Proposal[] {
  const families = new Map<string, Candidate[]>()
  for (const each of kept) families.set(each.family, [...(families.get(each.family) ?? []), each])
  return [...families.values()].flatMap((choices) => {
    const most = Math.max(...choices.map(({ from }) => from.length))
    const best = choices.find(({ from }) => from.length === most)
    if (!best) return []
    // Nothing wider holds: each wording by itself.
    const taken = best.width === 'exact' ? choices : [best]
    const others = best.width === 'exact' ? [] : choices
    return taken.map(({ rule, from }) => ({ rule, choices: others, from }))
  })
}

function asJson({ rule, choices, from }: Proposal): object {
  return {
    rule,
    requests: from.map(({ seq }) => seq),
    choices: choices.map((each) => ({
      width: each.width,
      rule: each.rule,
      requests: each.from.length,
    })),
  }
}

/** A unified diff that adds lines at the end; `patch -p0` and `git apply -p0` read it. */
function patchOf(file: string, text: string, proposals: readonly Proposal[]): string {
  if (proposals.length === 0) return ''
  const lines = text.replace(/\n$/, '').split('\n')
  const context = lines.slice(-3)
  const added = ['', ...proposals.flatMap(proposalLines)]
  const start = lines.length - context.length + 1
  return [
    `--- ${file}`,
    `+++ ${file}`,
    `@@ -${start},${context.length} +${start},${context.length + added.length} @@`,
    ...context.map((each) => ` ${each}`),
    ...added.map((each) => `+${each}`),
    '',
  ].join('\n')
}

function proposalLines({ rule, choices, from }: Proposal): readonly string[] {
  const lines = [...new Set(from.map((each) => each.line))]
  const shown = lines.slice(0, 3).map((each) => neutralise(each).slice(0, 100))
  const more = lines.length > shown.length ? ` and ${lines.length - shown.length} more` : ''
  const others = choices.filter((each) => each.rule !== rule)
  return [
    `# asked ${from.length} times: ${shown.join(' · ')}${more}`,
    ...others.map((each) => `# or: ${each.rule}`),
    rule,
  ]
}
