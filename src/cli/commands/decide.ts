/** `oa decide`: one command, or a batch of JSON lines. */
import { createInterface } from 'node:readline'
import { neutralise, neutraliseJson } from '../../base/neutral.ts'
import { digestOf } from '../../decide/decide.ts'
import type { Decision } from '../../model/decision.ts'
import { parseRequest } from '../../model/request-json.ts'
import { type AskedRecords, askedRecords } from '../asked-records.ts'
import { decideRequest } from '../decide-request.ts'
import { EXIT } from '../exit.ts'
import { type Setting, simulatedSetting } from '../layers.ts'
import type { GivenOptions } from '../options.ts'
import { givenFacts, givenSubject } from '../request.ts'

export async function run(given: GivenOptions): Promise<number> {
  const setting = await simulatedSetting({
    policy: given.text('policy'),
    cwd: given.text('cwd'),
    workspace: given.text('workspace'),
  })
  const records = await askedRecords(setting, 'decide')
  try {
    if (given.flag('batch')) return await runBatch(setting, given, records)
    const subject = givenSubject(given, 'decide')
    const request = { subject, cwd: setting.cwd, facts: givenFacts(given) }
    const decided = decideRequest(setting, request)
    const { decision } = decided
    await records?.add(decided)
    process.stdout.write(given.flag('json') ? jsonLine(decision) : humanText(decision))
    return exitOf(decision)
  } finally {
    await records?.end()
  }
}

async function runBatch(
  setting: Setting,
  given: GivenOptions,
  records: AskedRecords | null,
): Promise<number> {
  const defaults = { cwd: setting.cwd, facts: givenFacts(given) }
  const lines = createInterface({ input: process.stdin, crlfDelay: Number.POSITIVE_INFINITY })
  for await (const line of lines) {
    if (line.trim() === '') continue
    const request = parseRequest(line, defaults)
    let decision: Decision
    if ('error' in request) decision = unreadable(setting, request)
    else {
      const decided = decideRequest(setting, request)
      decision = decided.decision
      await records?.add(decided)
    }
    if (!process.stdout.write(jsonLine(decision))) {
      await new Promise((resolve) => process.stdout.once('drain', resolve))
    }
  }
  return EXIT.done
}

/** A line of a batch that is no request. */
function unreadable(
  setting: Setting,
  { id, error }: { readonly id?: string; readonly error: string },
): Decision {
  return {
    ...(id === undefined ? {} : { id }),
    decision: 'deny',
    risk: 'high',
    digest: digestOf(setting.tables),
    rules: [],
    actions: [],
    reason: error,
  }
}

function jsonLine(decision: Decision): string {
  return `${neutraliseJson(JSON.stringify(decision))}\n`
}

function humanText(decision: Decision): string {
  const word =
    decision.would === undefined ? decision.decision : `explain (would ${decision.would})`
  const instead =
    decision.instead === undefined ? '' : `  instead: ${neutralise(decision.instead)}\n`
  return `${word}: ${neutralise(decision.reason)}\n${instead}`
}

function exitOf(decision: Decision): number {
  switch (decision.decision) {
    case 'allow':
    case 'warn':
      return EXIT.done
    case 'ask':
      return EXIT.ask
    case 'explain':
      return EXIT.explain
    case 'deny':
      return EXIT.denied
  }
}
