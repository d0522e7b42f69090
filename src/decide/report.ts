/**
 * Judgements as the decision that people and programs read.
 */
import type { Analysis } from '../model/analysis.ts'
import { showResource } from '../model/analysis.ts'
import type { ActionDecision, Decision } from '../model/decision.ts'
import type { SandboxSettings } from '../model/settings.ts'
import {
  DECISIONS,
  type Decision as DecisionWord,
  type Risk,
  riskier,
  stricter,
} from '../model/vocabulary.ts'
import type { Table } from '../table/table.ts'
import type { Cause, Judgement, LineJudgement } from './judgement.ts'
import { strictestMode } from './mode.ts'

export { strictestMode }

/** Joins all judgements into the line's decision. */
export function report(
  layers: readonly Table[],
  analysis: Analysis,
  line: LineJudgement,
  digest: string,
  id: string | undefined,
): Decision {
  const { judgements } = line
  const decision = strictestOf([...line.causes, ...judgements])
  const risk = judgements.reduce<Risk>((all, each) => riskier(all, each.risk), 'low')
  const mode = strictestMode(layers)
  const deciding = decidingCause(line, decision)
  const instead = insteadOf(layers, line, decision)
  const answerableBy = answerer(line, decision)
  const sandbox = sandboxOf(layers, judgements)
  return {
    ...(id === undefined ? {} : { id }),
    decision: mode === 'explain' && decision !== 'deny' ? 'explain' : decision,
    ...(mode === 'explain' && decision !== 'deny' ? { would: decision } : {}),
    risk,
    digest,
    rules: decidingRules(layers, line, decision),
    actions: judgements.map((each) => actionDecision(layers, each)),
    reason: deciding ? sentence(layers, deciding.cause, deciding.judgement) : quietReason(analysis),
    ...(instead === null ? {} : { instead }),
    ...(answerableBy === null ? {} : { answerableBy }),
    ...(sandbox === null ? {} : { sandbox }),
  }
}

function strictestOf(all: readonly { readonly decision: DecisionWord }[]): DecisionWord {
  return all.reduce<DecisionWord>((strictest, each) => stricter(strictest, each.decision), 'allow')
}

function quietReason(analysis: Analysis): string {
  return analysis.actions.length === 0
    ? 'the line does nothing that needs a permission'
    : 'every action is allowed'
}

interface Deciding {
  readonly cause: Cause
  readonly judgement: Judgement | null
}

const KIND_ORDER: readonly Cause['kind'][] = [
  'rule',
  'unknown',
  'workspace-code',
  'risk',
  'default',
  'allowed',
  'settled',
  'free',
]

/** The cause to name first: of the strictest decision, rules before all else. */
function decidingCause(line: LineJudgement, decision: DecisionWord): Deciding | null {
  if (decision === 'allow') return null
  const all: Deciding[] = [
    ...line.causes.map((cause) => ({ cause, judgement: null })),
    ...line.judgements.flatMap((judgement) =>
      judgement.causes.map((cause) => ({ cause, judgement })),
    ),
  ].filter((each) => each.cause.decision === decision)
  const rank = (each: Deciding): number =>
    KIND_ORDER.indexOf(each.cause.kind) * 2 + (each.cause.isPossible ? 1 : 0)
  return all.reduce<Deciding | null>(
    (best, each) => (best === null || rank(each) < rank(best) ? each : best),
    null,
  )
}

function decidingRules(
  layers: readonly Table[],
  line: LineJudgement,
  decision: DecisionWord,
): readonly string[] {
  const causes = [...line.causes, ...line.judgements.flatMap((each) => each.causes)]
  return rulesOf(
    layers,
    causes.filter((each) => each.decision === decision),
  )
}

function rulesOf(layers: readonly Table[], causes: readonly Cause[]): readonly string[] {
  if (causes.every((each) => each.rowId === null)) return []
  const sorted = [...causes].sort(
    (a, b) => DECISIONS.indexOf(b.decision) - DECISIONS.indexOf(a.decision),
  )
  return [...new Set(sorted.flatMap((each) => ruleId(layers, each) ?? []))]
}

function ruleId(layers: readonly Table[], cause: Cause): string | null {
  if (cause.rowId === null) return null
  const table = layers[cause.layer]
  return table ? table.origin(cause.rowId).id : null
}

function insteadOf(
  layers: readonly Table[],
  line: LineJudgement,
  decision: DecisionWord,
): string | null {
  if (decision === 'allow') return null
  for (const cause of [...line.causes, ...line.judgements.flatMap((each) => each.causes)]) {
    if (cause.decision !== decision || cause.rowId === null) continue
    const table = layers[cause.layer]
    const instead = table?.origin(cause.rowId).instead
    if (instead) return instead
  }
  return null
}

/** Only where every ask comes from an override does its role answer. */
function answerer(line: LineJudgement, decision: DecisionWord): string | null {
  if (decision !== 'ask') return null
  const found = line.judgements.find((each) => each.answerableBy !== null)
  return found?.answerableBy ?? null
}

function sandboxOf(
  layers: readonly Table[],
  judgements: readonly Judgement[],
): 'required' | 'on' | 'off' | null {
  const all: SandboxSettings[] = [
    ...layers.flatMap((table) => table.meta.settings.sandbox ?? []),
    ...judgements.flatMap((each) => each.obligations.flatMap((settings) => settings.sandbox ?? [])),
  ]
  const needed = judgements.some((each) => each.needsSandbox)
  if (needed || all.some((each) => each.isRequired === true)) return 'required'
  if (all.length === 0) return null
  return all.every((each) => each.isOn === false) ? 'off' : 'on'
}

function actionDecision(layers: readonly Table[], judgement: Judgement): ActionDecision {
  const { action, decision, causes } = judgement
  const own = causes.filter((each) => each.decision === decision)
  const [first] = [...own].sort((a, b) => KIND_ORDER.indexOf(a.kind) - KIND_ORDER.indexOf(b.kind))
  return {
    action: action.kind,
    resource: showResource(action),
    decision,
    risk: judgement.risk,
    rules: rulesOf(layers, own),
    reason: first ? sentence(layers, first, judgement) : 'allowed',
    ...(action.end > action.start ? { start: action.start, end: action.end } : {}),
  }
}

const VERBS: Readonly<Record<DecisionWord, string>> = {
  allow: 'allows',
  warn: 'warns about',
  ask: 'asks about',
  deny: 'denies',
}

/** One sentence for people about one cause. */
function sentence(layers: readonly Table[], cause: Cause, judgement: Judgement | null): string {
  const what = judgement ? `${judgement.action.kind} ${showResource(judgement.action)}` : 'the line'
  switch (cause.kind) {
    case 'rule':
    case 'allowed': {
      const table = layers[cause.layer]
      const origin = table && cause.rowId !== null ? table.origin(cause.rowId) : null
      const verb =
        cause.isPossible && cause.kind === 'rule' ? 'may deny or ask about' : VERBS[cause.decision]
      const because = origin?.because ? `: ${origin.because}` : ''
      return `rule ${origin?.id ?? '?'} ${verb} \`${what}\`${because}`
    }
    case 'default':
      return `no rule settles \`${what}\`; ${cause.detail} is ${cause.decision}`
    case 'risk':
      return `\`${what}\` has risk ${judgement?.risk ?? cause.detail}, which the policy answers with ${cause.decision}`
    case 'unknown':
      return `\`${what}\` is not fully known: ${cause.detail}`
    case 'workspace-code':
      return `\`${what}\`: ${cause.detail}, and no rule names it for the sandbox`
    case 'settled':
    case 'free':
      return cause.detail
  }
}
