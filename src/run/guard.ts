/**
 * Guarded execution (design §5): analyse, decide, ask, record the intent, run exactly what was judged, record the end.
 * Whatever fails on the way: nothing runs.
 */
import { takeFromQuota } from '../audit/quota.ts'
import { OaError } from '../base/diagnostic.ts'
import { AUDIT_QUOTA_PER_HOUR } from '../base/limits.ts'
import { type Analysed, analyse } from '../command/analyse.ts'
import { layeredKnowledge } from '../command/layered-knowledge.ts'
import { decideRun } from '../decide/decide.ts'
import { type JoinedSettings, joinSettings } from '../decide/settings.ts'
import type { Analysis } from '../model/analysis.ts'
import type { Decision } from '../model/decision.ts'
import type { Request } from '../model/request.ts'
import type { Settings } from '../model/settings.ts'
import { DECISIONS, type Decision as DecisionWord } from '../model/vocabulary.ts'
import type { Table } from '../table/table.ts'
import { cleanPath, type NodeWorldOptions, nodeWorld } from '../world/node-world.ts'
import type { ApprovalDoor, Approved, AskedRun } from './approval-door.ts'
import {
  lineAtStart,
  type NotRunnable,
  type Runnable,
  runnableOf,
  type StrictRun,
} from './executor.ts'
import { GUARD_EXIT, type GuardSetting } from './guard-setting.ts'
import { execute, type PreparedRun, prepare } from './guard-start.ts'
import { explainText, faultText, refusalText, warningText } from './guard-text.ts'
import { ask, type PromptTerminal } from './prompt.ts'
import { type RecordedRequest, RunRecorder } from './record.ts'
import type { StartQuestion } from './strict/program.ts'

export interface GuardDoors {
  /** Standard error. */
  say(text: string): void
  /** The terminal of a person, or why there is nobody to ask. */
  openTerminal(): PromptTerminal | string
  /** Where given: people elsewhere answer, not the terminal. */
  readonly waitForApproval?: ApprovalDoor
  /** The environment turned strictness on. */
  readonly isStrict: boolean
}

interface Judged {
  readonly analysed: Analysed
  /** The analysis that the decision is of, and how it was decided. */
  readonly decided: Analysis
  readonly tables: readonly Table[]
  readonly isUnheld: boolean
  readonly durationNs: number
  /** The line that the ranges of the decision are of. */
  readonly line: string
  readonly decision: Decision
  readonly settings: readonly Settings[]
  readonly needsSandbox: boolean
  /** Entries of a tree are left to the sandbox. */
  readonly isHeld: boolean
}

/** What may start. */
interface Ready {
  readonly prepared: PreparedRun
  readonly approver: string | null
  /** Standard input is handed on. */
  readonly hasInput: boolean
}

/** Decides a request and runs it if it may. Gives the exit code of `oa exec`. */
export async function guard(
  setting: GuardSetting,
  request: Request,
  doors: GuardDoors,
): Promise<number> {
  const run = new GuardedRun(setting, request, doors)
  try {
    return await run.finish()
  } finally {
    await run.close()
  }
}

class GuardedRun {
  readonly #setting: GuardSetting
  readonly #request: Request
  readonly #doors: GuardDoors
  readonly #tables: readonly Table[]
  #recorder: RunRecorder | null = null

  constructor(setting: GuardSetting, request: Request, doors: GuardDoors) {
    this.#setting = setting
    this.#request = request
    this.#doors = doors
    this.#tables = setting.layers.map((each) => each.table)
  }

  async close(): Promise<void> {
    await this.#recorder?.close()
  }

  async finish(): Promise<number> {
    const first = this.#judge(this.#request)
    const early = this.#refuseFlood(first) ?? this.#refuseEarly(first, first)
    if (early !== null) return early
    const joined = joinSettings(first.settings, first.needsSandbox)
    const runnable = runnableOf({
      subject: this.#request.subject,
      walked: first.analysed.walked,
      cwd: this.#setting.cwd,
      isStrict: this.#doors.isStrict || joined.isStrict,
      world: nodeWorld(this.#worldOptions()),
    })
    if (runnable.kind === 'refused') return this.#refuseShape(first, runnable)
    // What is started is decided once more, as it will be started.
    const final = strictest(first, this.#judge({ ...this.#request, subject: runnable.subject }))
    const late = this.#refuseEarly(first, final)
    if (late !== null) return late
    if (runnable.kind === 'direct' && runnable.executable === null) {
      const name = runnable.argv[0] ?? ''
      this.#recordDecided(first, final, 'there is no such program')
      this.#doors.say(faultText('OA7001', `\`${name}\` is not a program here`))
      return GUARD_EXIT.notFound
    }
    return this.#prepared(first, final, runnable)
  }

  async #prepared(first: Judged, final: Judged, runnable: Runnable): Promise<number> {
    const settings = joinSettings(final.settings, final.needsSandbox)
    let ready: Ready | number
    try {
      const prepared = await this.#prepare(final, settings, runnable)
      ready =
        final.decision.decision === 'ask'
          ? await this.#answered(first, final, settings, prepared, runnable)
          : { prepared, approver: null, hasInput: true }
    } catch (error) {
      if (!(error instanceof OaError)) throw error
      if (final.isHeld) return this.#unheld(runnable)
      return this.#refuseSandbox(first, final, settings, error)
    }
    if (typeof ready === 'number') return ready
    if (final.decision.decision === 'warn') this.#doors.say(warningText(final.decision))
    return execute({
      ...ready,
      runnable,
      recorder: this.#openRecorder(settings.secret),
      request: recordedOf(first, final),
      say: (text) => this.#doors.say(text),
      judgeStart: (run, question) => this.#startProblem(final, run, question),
    })
  }

  /** Why a command of a structure may not start as it now is; null: it may. Never milder than what was decided. */
  #startProblem(final: Judged, run: StrictRun, { index, words }: StartQuestion): string | null {
    const line = lineAtStart(run, index, words)
    if (line === null) return 'its words cannot be printed'
    const now = this.#judge({ ...this.#request, subject: { kind: 'line', line } }, final.isHeld)
    const shown = words.join(' ')
    if (isStricter(now.decision, final.decision))
      return `\`${shown}\` is ${now.decision.decision} by now: ${now.decision.reason}`
    if (now.decision.decision === 'ask' && line !== run.line)
      return `\`${shown}\` is not what was asked about`
    return now.needsSandbox && !final.needsSandbox ? `\`${shown}\` needs a sandbox by now` : null
  }

  #prepare(final: Judged, settings: JoinedSettings, runnable: Runnable): Promise<PreparedRun> {
    return prepare({
      setting: this.#setting,
      tables: this.#tables,
      analysis: final.analysed.analysis,
      settings,
      isHeld: final.isHeld,
      runnable,
      path: cleanPath(this.#worldOptions()).join(':'),
    })
  }

  /** Asks; after a yes everything is judged and planned again, because time has passed. */
  async #answered(
    first: Judged,
    final: Judged,
    settings: JoinedSettings,
    prepared: PreparedRun,
    runnable: Runnable,
  ): Promise<Ready | number> {
    const answer = await this.#ask(askedRun(final, settings, prepared, runnable))
    if (typeof answer === 'string') return this.#refuseAsk(first, final, answer)
    const again = this.#judge({ ...this.#request, subject: runnable.subject }, final.isHeld)
    if (isStricter(again.decision, final.decision))
      return (
        this.#refuseEarly(first, again) ??
        this.#refuseAsk(first, again, 'the decision changed while it was asked for')
      )
    if (!('use' in answer)) return { prepared, approver: answer.approver, hasInput: true }
    const now = await this.#prepare(again, settings, runnable)
    const late = await answer.use(askedRun(again, settings, now, runnable))
    if (late !== null) return this.#refuseAsk(first, again, late)
    // What would come on standard input nobody has seen.
    return { prepared: now, approver: answer.approver, hasInput: false }
  }

  /** No sandbox holds the entries of a tree here: all is judged as if none could. */
  async #unheld(runnable: Runnable): Promise<number> {
    const first = this.#judge(this.#request, false)
    const second = this.#judge({ ...this.#request, subject: runnable.subject }, false)
    const final = strictest(first, second)
    return this.#refuseEarly(first, final) ?? this.#prepared(first, final, runnable)
  }

  #worldOptions(): NodeWorldOptions {
    const { home, workspace, env } = this.#setting
    return { home, workspace, path: env['PATH'] ?? '' }
  }

  #judge(request: Request, canHold = true): Judged {
    const startNs = process.hrtime.bigint()
    // A fresh world: nothing that was seen before counts.
    const analysed = analyse(
      layeredKnowledge(this.#tables),
      request,
      nodeWorld(this.#worldOptions()),
    )
    const decided = decideRun(this.#tables, analysed.analysis, request.id, canHold)
    return {
      analysed,
      decided: analysed.analysis,
      tables: this.#tables,
      isUnheld: !canHold,
      durationNs: Number(process.hrtime.bigint() - startNs),
      line: analysed.analysis.line,
      ...decided,
    }
  }

  #openRecorder(secret: readonly string[]): RunRecorder {
    const { auditSegmentBytes } = this.#setting
    this.#recorder ??= new RunRecorder({
      directory: this.#setting.auditDirectory,
      ...(auditSegmentBytes === undefined ? {} : { segmentBytes: auditSegmentBytes }),
      secretNames: secret,
      env: this.#setting.env,
      policy: { own: this.#setting.own, layers: this.#setting.layers },
    })
    return this.#recorder
  }

  /** A request that does not run is on record, too; that it cannot be written does not make it run. */
  #recordDecided(first: Judged, final: Judged, refused?: string): void {
    const { secret } = joinSettings(final.settings, false)
    try {
      this.#openRecorder(secret).decided(recordedOf(first, final), refused)
    } catch (error) {
      if (!(error instanceof OaError)) throw error
      this.#doors.say(faultText(error.code, error.message, error.help))
    }
  }

  /** One agent's flood stops that agent. Throws OA6001 where requests cannot be counted. */
  #refuseFlood(judged: Judged): number | null {
    const { auditDirectory, quotaPerHour = AUDIT_QUOTA_PER_HOUR } = this.#setting
    const { agent, session } = this.#request.facts
    const name = agent ?? session
    if (name === null) return null
    const answer = takeFromQuota(auditDirectory, name, quotaPerHour)
    if (answer === 'within') return null
    const reason = `\`${name}\` made more than ${quotaPerHour} requests in this hour`
    this.#doors.say(faultText('OA6008', reason, 'it may go on in the next hour'))
    if (answer === 'first-over') this.#recordDecided(judged, judged, `OA6008 ${reason}`)
    return GUARD_EXIT.notAllowed
  }

  /** Deny and mode explain. */
  #refuseEarly(first: Judged, judged: Judged): number | null {
    const { decision, line } = judged
    if (decision.decision === 'explain') this.#doors.say(explainText(decision, line))
    else if (decision.decision === 'deny') this.#doors.say(refusalText(decision, line))
    else return null
    this.#recordDecided(first, judged)
    return GUARD_EXIT.notAllowed
  }

  #refuseShape(judged: Judged, problem: NotRunnable): number {
    const { line } = judged.analysed.analysis
    const part = line.slice(problem.start, problem.end)
    const where = part === '' || part === line ? '' : `: \`${part}\``
    const reason = `${problem.reason}${where}`
    this.#doors.say(faultText(problem.code, reason))
    this.#recordDecided(judged, judged, `${problem.code} ${reason}`)
    return GUARD_EXIT.notAllowed
  }

  /** Required and none works is a deny; a plan that cannot be held is a failure. Nothing runs either way. */
  #refuseSandbox(first: Judged, final: Judged, settings: JoinedSettings, error: OaError): number {
    this.#doors.say(faultText(error.code, error.message, error.help))
    this.#recordDecided(first, final, `${error.code} ${error.message}`)
    const isDeny = error.code === 'OA5001' && settings.sandbox?.isRequired === true
    return isDeny && settings.sandbox?.backend === 'auto'
      ? GUARD_EXIT.notAllowed
      : GUARD_EXIT.failed
  }

  /** Who said yes; a text: why nobody did. */
  async #ask(asked: AskedRun): Promise<Approved | { readonly approver: string } | string> {
    const { approval, roles } = asked
    if (this.#doors.waitForApproval) return this.#doors.waitForApproval(asked)
    const held = this.#request.facts.roles ?? []
    for (const role of roles) {
      if (!held.includes(role))
        return `only the role \`${role}\` may answer, and you do not hold it`
    }
    if (approval.persons > 1)
      return `${approval.persons} persons must say yes, and here is at most one`
    const terminal = this.#doors.openTerminal()
    if (typeof terminal === 'string') return `nobody to ask: ${terminal}`
    const answer = await ask(terminal, {
      ...asked.shown,
      decision: asked.decision,
      withinMs: approval.withinMs,
    })
    if (answer !== 'once') return 'not approved'
    return { approver: this.#request.facts.user ?? 'somebody at the terminal' }
  }

  #refuseAsk(first: Judged, final: Judged, reason: string): number {
    this.#doors.say(refusalText(final.decision, final.line))
    this.#doors.say(reason === 'not approved' ? 'oa: not approved\n' : faultText('OA7006', reason))
    this.#recordDecided(first, final, reason)
    return GUARD_EXIT.notAllowed
  }
}

function askedRun(
  { decision, analysed }: Judged,
  { approval }: JoinedSettings,
  { plan, shown }: PreparedRun,
  { programs }: Runnable,
): AskedRun {
  const { answerableBy } = decision
  const roles = [...approval.roles, ...(answerableBy === undefined ? [] : [answerableBy])]
  return { decision, analysis: analysed.analysis, plan, shown, programs, approval, roles }
}

/** The request as it came, with the decision and the facts that gave it. */
function recordedOf(first: Judged, judged: Judged): RecordedRequest {
  const { analysed, durationNs } = first
  const { decided, decision, tables, isUnheld } = judged
  return { analysis: analysed.analysis, decided, decision, tables, isUnheld, durationNs }
}

function rank({ decision }: Decision): number {
  return decision === 'explain' ? DECISIONS.length : DECISIONS.indexOf(decision as DecisionWord)
}

function isStricter(a: Decision, b: Decision): boolean {
  return rank(a) > rank(b)
}

/** Both judgements hold: the stricter decision, the settings of both. The facts are those of what will run. */
function strictest(first: Judged, second: Judged): Judged {
  const winner = isStricter(second.decision, first.decision) ? second : first
  const analysed = winner.decision.decision === 'deny' ? winner.analysed : second.analysed
  return {
    analysed,
    decided: winner.decided,
    tables: winner.tables,
    isUnheld: winner.isUnheld,
    durationNs: first.durationNs,
    line: winner.line,
    decision: winner.decision,
    settings: [...first.settings, ...second.settings],
    needsSandbox: first.needsSandbox || second.needsSandbox,
    isHeld: first.isHeld || second.isHeld,
  }
}

/** Whether a value of `OPENAGENT_EXEC_STRICT` turns strict mode on. Nothing turns it off. */
export function isStrictWord(value: string | undefined): boolean {
  return /^(?:1|true|yes|on)$/i.test((value ?? '').trim())
}
