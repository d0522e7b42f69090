/**
 * One run of one command under one profile, as plain data in and out, so that the same cases run in this account and,
 * through `test/programs/sandbox-server.ts`, in another.
 */
import { EventEmitter } from 'node:events'
import { writeFileSync } from 'node:fs'
import type { BackendName, SandboxProfile } from '../../src/model/profile.ts'
import { type SpawnOptions, spawnPlan } from '../../src/run/spawn.ts'
import { markedProcesses } from '../../src/run/tree.ts'
import { findTool, hostFacts } from '../../src/sandbox/host.ts'
import { planRun } from '../../src/sandbox/plan.ts'

export interface CaseSpec {
  readonly backend: BackendName | 'none'
  readonly profile: SandboxProfile
  readonly executable: string
  readonly argv0?: string
  /** Bytes in base64. */
  readonly args: readonly string[]
  readonly cwd: string
  readonly env?: Readonly<Record<string, string>>
  /** Bytes in base64. */
  readonly stdin?: string
  readonly graceMs?: number
  /** When the command writes `up`, this signal is sent to `oa`. */
  readonly signalOnUp?: 'SIGINT' | 'SIGTERM' | 'SIGHUP'
  /** When the command writes `up`, a file with the run's marker is written here. */
  readonly markOnUp?: string
  /** Another shell than the host's for the prelude. */
  readonly shell?: { readonly path: string; readonly isBash: boolean }
  /** Another program in the place of the backend's. */
  readonly tool?: string
}

export interface CaseReport {
  readonly exitCode: number
  readonly signal: string | null
  readonly timedOut: boolean
  readonly outputTruncated: boolean
  readonly outputBytes: number
  readonly isStarted: boolean
  readonly failure?: string
  readonly unenforced: readonly string[]
  readonly notes: readonly string[]
  /** Bytes in base64. */
  readonly stdout: string
  readonly stderr: string
  /** Processes of the run found alive after it. */
  readonly left: readonly number[]
}

/** Plans and runs one case. Throws what planning refuses. */
export async function runCase(spec: CaseSpec): Promise<CaseReport> {
  const tool = spec.backend === 'none' ? '' : (spec.tool ?? findTool(spec.backend) ?? '')
  const own = hostFacts({ backend: spec.backend, tool })
  const facts = { ...own, isTerminal: false, shell: spec.shell ?? own.shell }
  const command = {
    executable: spec.executable,
    argv0: spec.argv0 ?? spec.executable,
    args: spec.args.map(decodeArgument),
    cwd: spec.cwd,
    env: spec.env ?? {},
  }
  const { value: plan, diagnostics } = planRun(spec.profile, command, facts)
  if (!plan) throw new Error(diagnostics.map((each) => each.message).join('\n'))
  const stdout: Uint8Array[] = []
  const stderr: Uint8Array[] = []
  const signals = new EventEmitter()
  let isUp = false
  const options: SpawnOptions = {
    stdin: spec.stdin === undefined ? 'ignore' : Buffer.from(spec.stdin, 'base64'),
    stdout: (chunk) => {
      stdout.push(chunk)
      if (isUp || !Buffer.concat(stdout).includes('up\n')) return
      isUp = true
      if (spec.markOnUp !== undefined) writeFileSync(spec.markOnUp, plan.marker)
      if (spec.signalOnUp) signals.emit(spec.signalOnUp, spec.signalOnUp)
    },
    stderr: (chunk) => void stderr.push(chunk),
    signals,
    ...(spec.graceMs === undefined ? {} : { graceMs: spec.graceMs }),
  }
  const { durationMs: _, survivors: __, ...result } = await spawnPlan(plan, options)
  return {
    ...result,
    unenforced: plan.unenforced,
    notes: plan.notes,
    stdout: Buffer.concat(stdout).toString('base64'),
    stderr: Buffer.concat(stderr).toString('base64'),
    left: markedProcesses(plan.marker),
  }
}

/** Text where the bytes are UTF-8, else the bytes. */
export function decodeArgument(base64: string): string | Uint8Array {
  const bytes = Buffer.from(base64, 'base64')
  const text = bytes.toString('utf8')
  return Buffer.from(text, 'utf8').equals(bytes) ? text : new Uint8Array(bytes)
}
