/** `oa explain`: a decision for people, part by part. */
import { neutraliseJson } from '../../base/neutral.ts'
import { layeredKnowledge } from '../../command/layered-knowledge.ts'
import { decide } from '../../decide/decide.ts'
import type { Decision } from '../../model/decision.ts'
import { askedRecords } from '../asked-records.ts'
import { analyseRequest } from '../decide-request.ts'
import { EXIT } from '../exit.ts'
import { type Explained, explainText } from '../explain-text.ts'
import { simulatedSetting } from '../layers.ts'
import type { GivenOptions } from '../options.ts'
import { givenFacts, givenSubject } from '../request.ts'
import { saferCommand } from '../safer.ts'
import { hasColour } from '../terminal.ts'

export async function run(given: GivenOptions): Promise<number> {
  const subject = givenSubject(given, 'explain')
  const setting = await simulatedSetting({
    policy: given.text('policy'),
    cwd: given.text('cwd'),
    workspace: given.text('workspace'),
  })
  const request = { subject, cwd: setting.cwd, facts: givenFacts(given) }
  const startNs = process.hrtime.bigint()
  const analysed = analyseRequest(setting, request)
  const decision = decide(setting.tables, analysed.analysis)
  const durationNs = Number(process.hrtime.bigint() - startNs)
  const records = await askedRecords(setting, 'explain')
  await records?.add({ analysis: analysed.analysis, decision, durationNs })
  await records?.end()
  const safer = saferCommand({
    subject,
    analysed,
    decision,
    knowledge: layeredKnowledge(setting.tables),
    decide: (other) =>
      decide(setting.tables, analyseRequest(setting, { ...request, subject: other }).analysis),
  })
  const found = safer === null ? {} : { safer }
  if (given.flag('json')) {
    const { line, normal } = analysed.analysis
    const own = { line, normal, decoded: analysed.decoded }
    const shown = { ...decision, ...own, ...found }
    process.stdout.write(`${neutraliseJson(JSON.stringify(shown))}\n`)
    return exitOf(decision)
  }
  const explained: Explained = {
    subject,
    analysed,
    decision,
    ...found,
    tables: setting.tables,
    policies: setting.layers.map((each) => each.path),
  }
  process.stdout.write(explainText(explained, hasColour(process.stdout)))
  return exitOf(decision)
}

/** The exit codes of `oa decide`: an explanation answers too. */
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
