/**
 * What one `oa exec` leaves in the audit log: the decision where nothing ran, else the intent before the run and its
 * end. No record, no run.
 */

import { type AuditLog, type LogOptions, openLog } from '../audit/log.ts'
import type { AuditEntry, Json, Subject } from '../audit/record.ts'
import { makeRedactor, SECRET_NAMES } from '../audit/redact.ts'
import { digestOf, type Layers } from '../decide/decide.ts'
import type { Analysis, Facts } from '../model/analysis.ts'
import type { Decision } from '../model/decision.ts'
import { matchesName } from '../sandbox/environment.ts'
import type { Plan } from '../sandbox/plan-types.ts'
import type { Table } from '../table/table.ts'
import { RECORDED_FACTS_BYTES_MAX } from './limits.ts'
import type { ProgramFile } from './program-files.ts'
import type { RunResult } from './spawn.ts'
import { archiveTables } from './table-archive.ts'

export interface RecordInput extends Pick<LogOptions, 'directory' | 'segmentBytes'> {
  /** Globs of variables whose values are hidden wherever they stand. */
  readonly secretNames: readonly string[]
  readonly env: Readonly<Record<string, string | undefined>>
  readonly policy: RecordedPolicy
}

/** What is the same in every record of one request. */
export interface RecordedRequest {
  /** The request as it came. */
  readonly analysis: Analysis
  /** What the decision is of: the same facts give it again. */
  readonly decided: Analysis
  readonly decision: Decision
  /** The tables that gave it. */
  readonly tables: Layers
  /** It was decided as if no sandbox could hold entries of a tree. */
  readonly isUnheld?: boolean
  /** How long analysis and decision took, in nanoseconds. */
  readonly durationNs: number
}

/** A policy that decides here. */
export interface RecordedPolicy {
  /** `~/.openagent`. */
  readonly own: string
  readonly layers: readonly { readonly path: string; readonly table: Table }[]
}

/** Writes the records of one request; opens the log when the first is due. */
export class RunRecorder {
  readonly #input: RecordInput
  #log: AuditLog | null = null
  #hasLoaded = false

  constructor(input: RecordInput) {
    this.#input = input
  }

  /**
   * A request that did not run. Throws OA6001 and the like.
   *
   * @param refused - what kept it from running where the decision did not
   */
  decided(request: RecordedRequest, refused?: string): void {
    this.#append(decideEntry(request, refused))
  }

  /** The intent; returns only when it is on the disk. */
  started(
    request: RecordedRequest,
    run: string,
    plan: Plan,
    more: { readonly approver: string | null; readonly programs: readonly ProgramFile[] },
  ): void {
    const { approver, programs } = more
    this.#append({
      kind: 'run.start',
      ...common(request),
      run,
      backend: plan.backend,
      ...(approver === null ? {} : { approver }),
      ...planFacts(plan),
      programs: programs.map(({ path, device, inode, digest }) => ({
        path,
        device,
        inode,
        digest,
      })),
    } as AuditEntry)
  }

  ended(request: RecordedRequest, run: string, plan: Plan, end: RunEnd): void {
    const { result } = end
    this.#append({
      kind: 'run.end',
      ...subjectOf(request.analysis),
      policy: request.decision.digest,
      run,
      exit: end.exit,
      ...(result?.signal ? { signal: result.signal } : {}),
      ...(end.error === null ? {} : { error: end.error }),
      durationMs: Math.round(result?.durationMs ?? 0),
      backend: plan.backend,
      ...(result ? { outputBytes: result.outputBytes } : {}),
      ...(result?.timedOut
        ? { limit: 'time' }
        : result?.outputTruncated
          ? { limit: 'output' }
          : {}),
      ...(plan.unenforced.length > 0 ? { unenforced: plan.unenforced } : {}),
      ...(end.appeared.length > 0 ? { appeared: end.appeared } : {}),
      ...(result && result.survivors.length > 0 ? { survivors: result.survivors } : {}),
    } as AuditEntry)
  }

  async close(): Promise<void> {
    await this.#log?.close()
  }

  /** A request that was only asked about; resolves when it is on the disk, with others that came meanwhile. */
  async asked(entry: AuditEntry): Promise<void> {
    await this.#opened().append(entry)
  }

  #append(entry: AuditEntry): void {
    this.#opened().appendSync(entry)
  }

  #opened(): AuditLog {
    const { directory, segmentBytes, secretNames, env } = this.#input
    this.#log ??= openLog({
      directory,
      ...(segmentBytes === undefined ? {} : { segmentBytes }),
      redactor: makeRedactor({ names: secretNames, values: secretValues(secretNames, env) }),
    })
    this.#loaded(this.#log)
    return this.#log
  }

  /** The first request under a policy is preceded by the policy, and its table is kept. */
  #loaded(log: AuditLog): void {
    if (this.#hasLoaded) return
    const { own, layers } = this.#input.policy
    const tables = layers.map((each) => each.table)
    archiveTables(own, tables, () => {
      log.appendSync({
        kind: 'policy.load',
        policy: digestOf(tables),
        layers: layers.map((each) => `${each.table.digest} ${each.path}`),
      })
    })
    this.#hasLoaded = true
  }
}

export interface RunEnd {
  /** Null: it never began. */
  readonly result: RunResult | null
  /** What `oa exec` exits with. */
  readonly exit: number
  readonly error: string | null
  /** Protected paths that were not there before. */
  readonly appeared: readonly string[]
}

/** The entry of a request that did not run. */
export function decideEntry(request: RecordedRequest, refused?: string): AuditEntry {
  return {
    kind: 'decide',
    ...common(request),
    ...(refused === undefined ? {} : { refused }),
  }
}

function secretValues(
  names: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): readonly string[] {
  const globs = [...SECRET_NAMES, ...names].map((each) => each.toUpperCase())
  return Object.entries(env).flatMap(([name, value]) =>
    value !== undefined && globs.some((glob) => matchesName(glob, name.toUpperCase()))
      ? [value]
      : [],
  )
}

function subjectOf({ cwd, facts }: Analysis): Subject {
  return {
    ...(facts.user === null ? {} : { user: facts.user }),
    ...(facts.roles === null ? {} : { roles: facts.roles }),
    ...(facts.agent === null ? {} : { agent: facts.agent }),
    ...(facts.session === null ? {} : { session: facts.session }),
    cwd,
  }
}

function common(request: RecordedRequest): Subject & {
  readonly policy: string
  readonly artifacts: readonly string[]
  readonly line: string
  readonly normal: string
  readonly decision: Json
  readonly facts: Json
  readonly durationNs: number
} {
  const { analysis, decision, durationNs } = request
  return {
    ...subjectOf(analysis),
    policy: decision.digest,
    artifacts: request.tables.map((each) => each.artifactHash),
    line: analysis.line,
    normal: analysis.normal,
    decision: JSON.parse(JSON.stringify(decision)) as Json,
    facts: factsOf(request),
    durationNs,
  }
}

function planFacts(plan: Plan): Readonly<Record<string, Json>> {
  return {
    executable: plan.executable,
    network: plan.network,
    ...(plan.unenforced.length > 0 ? { unenforced: plan.unenforced } : {}),
    ...(plan.notes.length > 0 ? { notes: plan.notes } : {}),
  }
}

/** What a replay needs: the analysis, with no more of the environment than the policy asks about. */
function factsOf({ decided, tables, isUnheld }: RecordedRequest): Json {
  const { facts, ...rest } = decided
  const asked = environmentOf(facts, tables)
  const kept = { ...rest, facts: { ...facts, ...asked }, ...(isUnheld ? { isUnheld } : {}) }
  const text = JSON.stringify(kept)
  if (Buffer.byteLength(text) > RECORDED_FACTS_BYTES_MAX) return { isTooLarge: true }
  return JSON.parse(text) as Json
}

/** WHY not all of it: an environment is full of secrets. */
function environmentOf({ env }: Facts, tables: Layers): Pick<Facts, 'env' | 'envNames'> {
  const envNames = [...new Set(tables.flatMap((each) => each.meta.envNames ?? []))].sort()
  if (env === null) return { env }
  const asked = envNames.filter((name) => Object.hasOwn(env, name))
  return { env: Object.fromEntries(asked.map((name) => [name, env[name] ?? ''])), envNames }
}
