/**
 * The second half of a guarded run: the plan, the intent on record, the start, the end on record.
 */
import { readFileSync } from 'node:fs'
import { OaError } from '../base/diagnostic.ts'
import type { JoinedSettings } from '../decide/settings.ts'
import type { Analysis } from '../model/analysis.ts'
import { detectBackend } from '../sandbox/detect.ts'
import { RUN_MARKER } from '../sandbox/environment.ts'
import { findShell, findTool, hostFacts, lookAt, trialKey, trialMemory } from '../sandbox/host.ts'
import { planRun } from '../sandbox/plan.ts'
import type { PathIdentity, Plan, PlannedCommand } from '../sandbox/plan-types.ts'
import { type Quarantined, quarantine } from '../sandbox/quarantine.ts'
import type { Table } from '../table/table.ts'
import type { Runnable, StrictRun } from './executor.ts'
import { GUARD_EXIT, type GuardSetting } from './guard-setting.ts'
import { faultText, noteText } from './guard-text.ts'
import { deriveProfile } from './profile.ts'
import { type ProgramFile, programFiles } from './program-files.ts'
import type { Question } from './prompt.ts'
import type { RecordedRequest, RunRecorder } from './record.ts'
import { type RunResult, spawnPlan } from './spawn.ts'
import { RUNNER_EXIT, type StartQuestion } from './strict/program.ts'
import { type Session, strictSession } from './strict/session.ts'

export interface PrepareInput {
  readonly setting: GuardSetting
  readonly tables: readonly Table[]
  /** Of what will be started. */
  readonly analysis: Analysis
  readonly settings: JoinedSettings
  /** The decision leaves entries of a tree to the sandbox. */
  readonly isHeld: boolean
  readonly runnable: Runnable
  /** The clean PATH. */
  readonly path: string
}

/** Everything but the yes. */
export interface PreparedRun {
  readonly plan: Plan
  readonly identities: readonly ProgramFile[]
  readonly shown: Omit<Question, 'decision' | 'withinMs'>
  readonly cwd: string
  /** Where protected paths go that the run makes. */
  readonly quarantine: string
}

/**
 * Plans a run.
 *
 * @throws OaError OA5001 (no backend), OA5002 (it cannot hold the plan)
 */
export async function prepare(input: PrepareInput): Promise<PreparedRun> {
  const { setting, settings, runnable } = input
  const [conflict] = settings.conflicts
  if (conflict !== undefined) throw new OaError('OA5002', conflict)
  const identities = programFiles(runnable.programs, `${setting.own}/cache`)
  const named = new Set(setting.layers.map((each) => each.name))
  const { profile, unenforced, notes } = deriveProfile({
    tables: input.tables,
    analysis: input.analysis,
    settings,
    isHeld: input.isHeld,
    hasOwnLayer: named.has('system') || named.has('user'),
    hasOwnKeep: setting.layers.some(
      ({ name, table }) =>
        (name === 'system' || name === 'user') && table.meta.settings.env?.keep !== undefined,
    ),
    own: [setting.own, setting.auditDirectory].filter((each) => lookAt(each).kind !== 'missing'),
    policies: setting.layers.map((each) => each.path),
    env: setting.env,
    path: input.path,
  })
  if (input.isHeld && unenforced.length > 0) {
    throw new OaError('OA5002', 'the workspace has more entries than oa can hide')
  }
  const chosen = settings.sandbox ? await detected(profile, setting) : NONE
  const facts = hostFacts(chosen)
  const { value, diagnostics } = planRun(profile, plannedCommand(input), facts)
  if (!value) {
    const [first] = diagnostics
    throw new OaError(first?.code ?? 'OA5002', first?.message ?? 'the run cannot be planned')
  }
  const plan: Plan = {
    ...value,
    unenforced: [
      ...value.unenforced.filter((each) => settings.sandbox || each === 'processes'),
      ...unenforced,
    ],
    notes: [...value.notes, ...notes],
  }
  return {
    plan,
    identities,
    cwd: setting.cwd,
    quarantine: `${setting.own}/quarantine`,
    shown: shownRun(input, plan),
  }
}

const NONE = { backend: 'none', tool: '' } as const

async function detected(
  profile: Parameters<typeof detectBackend>[0],
  setting: GuardSetting,
): Promise<Parameters<typeof hostFacts>[0]> {
  const { value, diagnostics } = await detectBackend(profile, {
    findTool,
    facts: hostFacts,
    run: (plan) =>
      spawnPlan(plan, { stdin: 'ignore', stdout: () => {}, stderr: () => {}, signals: null }),
    trialKey,
    memory: trialMemory(`${setting.own}/cache`),
  })
  if (value) return value
  const [first] = diagnostics
  throw new OaError(
    'OA5001',
    first?.message ?? 'no sandbox works here',
    first?.help === undefined ? {} : { help: first.help },
  )
}

/** Bash as the printed line needs it: no start-up files, nothing from the environment but what is kept. */
function plannedCommand({ runnable, setting }: PrepareInput): PlannedCommand {
  const { cwd } = setting
  if (runnable.kind === 'direct') {
    const { executable, argv, env } = runnable
    const [argv0 = '', ...args] = argv
    return { executable: executable ?? '', argv0, args, cwd, env }
  }
  if (runnable.kind === 'strict') {
    const { execPath } = process
    return {
      executable: execPath,
      argv0: execPath,
      args: ['-e', readFileSync(RUNNER, 'utf8')],
      cwd,
      env: {},
    }
  }
  const { path, isBash } = findShell()
  if (!isBash)
    throw new OaError('OA5003', 'the line needs bash, and there is none in the system folders')
  const args = ['--norc', '--noprofile', '-c', '--', runnable.line]
  return { executable: path, argv0: path, args, cwd, env: {} }
}

function shownRun({ runnable, setting }: PrepareInput, plan: Plan): PreparedRun['shown'] {
  if (runnable.kind !== 'direct') {
    const { commands, line } = runnable
    return { commands, line, cwd: setting.cwd, backend: plan.backend, extras: [] }
  }
  const { argv, executable, env } = runnable
  const extras = Object.entries(env).map(([name, value]) => `with     ${name}=${value}`)
  const commands = [[executable ?? argv[0] ?? '', ...argv.slice(1)]]
  return { commands, line: null, cwd: setting.cwd, backend: plan.backend, extras }
}

export interface ExecuteInput {
  readonly prepared: PreparedRun
  readonly runnable: Runnable
  readonly recorder: RunRecorder
  readonly request: RecordedRequest
  readonly approver: string | null
  /** False: the run reads an empty standard input. */
  readonly hasInput: boolean
  readonly say: (text: string) => void
  /** Decides once more when a command of a structure starts; gives why it may not, or null. */
  readonly judgeStart: (run: StrictRun, question: StartQuestion) => string | null
}

/**
 * Records the intent, runs, records the end. Gives the exit code.
 *
 * @throws OaError OA6001 and the like: no record, no run
 */
export async function execute(input: ExecuteInput): Promise<number> {
  const { prepared, recorder, request, say } = input
  const { plan } = prepared
  for (const note of plan.notes.filter((each) => each.includes('cannot be made')))
    say(noteText(note))
  recorder.started(request, plan.marker, plan, {
    approver: input.approver,
    programs: prepared.identities,
  })
  let result: RunResult | null = null
  let exit: number = GUARD_EXIT.failed
  let error: string | null = null
  const session = sessionOf(input)
  try {
    checkIdentities(prepared.identities)
    result = await spawnPlan(session ? bare(plan) : plan, {
      stdin: input.hasInput ? 'inherit' : 'ignore',
      ...(session ? { channel: (stream) => session.attach(stream) } : {}),
    })
    exit = session?.ended ? ENDED_EXIT[session.ended.kind] : exitOf(result)
    error = session?.ended?.reason ?? result.failure ?? null
    if (session?.ended) say(faultText(ENDED_CODE[session.ended.kind], session.ended.reason))
  } catch (cause) {
    error = cause instanceof Error ? cause.message : 'unknown fault'
    say(faultText(cause instanceof OaError ? cause.code : 'OA5003', error))
  }
  // With somebody of the run still alive, what is moved would be made again.
  const isDead = result === null || result.survivors.length === 0
  const appeared = isDead ? quarantine(plan, prepared.quarantine) : []
  sayEnd(result, plan, appeared, say)
  recorder.ended(request, plan.marker, plan, {
    result,
    exit,
    error,
    appeared: appeared.map(({ path }) => path),
  })
  return exit
}

/** Both are said on the channel; the runner's own exit code proves nothing. */
const ENDED_EXIT = { refused: RUNNER_EXIT.refused, fault: RUNNER_EXIT.failed } as const
const ENDED_CODE = { refused: 'OA7007', fault: 'OA5003' } as const

/** The program that runs structures, made by the build; this file is in a part of `dist/` by then. */
const RUNNER = new URL('../dist/strict-runner.cjs', import.meta.url)

function sessionOf({ runnable, prepared, judgeStart }: ExecuteInput): Session | null {
  if (runnable.kind !== 'strict') return null
  const { cwd, environment } = prepared.plan
  return strictSession({ root: runnable.root, cwd, environment }, (question) => {
    checkIdentities(prepared.identities)
    return judgeStart(runnable, question)
  })
}

/** The runner itself gets no variable that could steer it; those of the commands travel on the channel. */
function bare(plan: Plan): Plan {
  return { ...plan, environment: { [RUN_MARKER]: plan.marker } }
}

/** The files that were judged are the files that will run. */
function checkIdentities(identities: readonly PathIdentity[]): void {
  for (const { path, device, inode, changedMs } of identities) {
    const now = lookAt(path)
    if (
      now.kind === 'missing' ||
      now.device !== device ||
      now.inode !== inode ||
      now.changedMs !== changedMs
    ) {
      throw new OaError('OA7007', `\`${path}\` is not what was judged`)
    }
  }
}

function exitOf(result: RunResult): number {
  if (result.timedOut) return GUARD_EXIT.timedOut
  return result.isStarted ? result.exitCode : GUARD_EXIT.failed
}

function sayEnd(
  result: RunResult | null,
  plan: Plan,
  appeared: readonly Quarantined[],
  say: (text: string) => void,
): void {
  if (result?.timedOut)
    say(faultText('OA7002', `the run took longer than ${(plan.timeMs ?? 0) / 1000} s`))
  else if (result?.isStarted === false)
    say(faultText('OA5003', result.failure ?? 'the run did not start'))
  if (result?.outputTruncated)
    say(faultText('OA7003', `the run wrote more than ${plan.outputBytes ?? 0} bytes`))
  if (result && result.survivors.length > 0) {
    say(noteText(`processes that could not be killed: ${result.survivors.join(' ')}`))
  }
  for (const { path, movedTo } of appeared) {
    const now = movedTo === null ? 'it could not be moved aside' : `it is now \`${movedTo}\``
    say(noteText(`\`${path}\` is protected and was made by the run: ${now}`))
  }
}
