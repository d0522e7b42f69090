/**
 * The one place that starts judged commands. No shell of the caller's text, no PATH, a complete environment, and the
 * whole tree dead when the time is over. `node:child_process`, not execa: docs/decisions has the measurement.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import type { Duplex, Readable } from 'node:stream'
import { isatty } from 'node:tty'
import { OaError } from '../base/diagnostic.ts'
import { openGroup } from '../sandbox/groups.ts'
import { lookAt } from '../sandbox/host.ts'
import { type Launch, STATUS_FD } from '../sandbox/launch.ts'
import { changedPaths } from '../sandbox/plan.ts'
import type { Plan } from '../sandbox/plan-types.ts'
import { READY_FD, READY_WORD } from '../sandbox/prelude.ts'
import { render } from '../sandbox/render.ts'
import { coverLeaks } from './descriptors.ts'
import { KILL_GRACE_MS, REPORT_BYTES_MAX } from './limits.ts'
import { type OutputName, Outputs, openBytes } from './outputs.ts'
import { Meter, type Sink, standardSink } from './relay.ts'
import { CHANNEL_FD } from './strict/program.ts'
import { commandProcesses, descendantsOf, killTree, sendSignal } from './tree.ts'
import { watchOver } from './watchdog.ts'

export type { Sink } from './relay.ts'

/** Signals handed on to the command. */
const FORWARDED = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const
type Forwarded = (typeof FORWARDED)[number]

/** Where signals come from; `process` in the CLI, a plain emitter in tests. */
export interface SignalSource {
  on(signal: Forwarded, listener: (signal: Forwarded) => void): unknown
  off(signal: Forwarded, listener: (signal: Forwarded) => void): unknown
}

export interface SpawnOptions {
  /** Default `inherit`. A number is a descriptor of this process. */
  readonly stdin?: 'inherit' | 'ignore' | number | Uint8Array
  /** Default `inherit`; with an output limit, and no terminal, `inherit` is relayed and counted. */
  readonly stdout?: 'inherit' | 'ignore' | number | Sink
  readonly stderr?: 'inherit' | 'ignore' | number | Sink
  /** Default: signals of this process; null: none are handed on. */
  readonly signals?: SignalSource | null
  /** Between TERM and KILL. */
  readonly graceMs?: number
  /** Takes our end of a channel that the command has at `CHANNEL_FD`. */
  readonly channel?: (stream: Duplex) => void
}

export interface RunResult {
  /** The command's own; 128+n after a signal; 125 when it never started. The caller maps time-outs. */
  readonly exitCode: number
  /** The signal that ended it, where it is known: within a sandbox only as 128+n. */
  readonly signal: NodeJS.Signals | null
  readonly timedOut: boolean
  readonly outputTruncated: boolean
  readonly durationMs: number
  /** Bytes of standard output and error that were handed on; inherited descriptors are not counted. */
  readonly outputBytes: number
  /** False: the command never began; `failure` says why. */
  readonly isStarted: boolean
  readonly failure?: string
  /** Processes of the run that could not be killed; empty in a sandbox. */
  readonly survivors: readonly number[]
}

/**
 * Runs a plan to its end. Never rejects for what the command does; throws OA7007 when a planned path changed and
 * OA5003 when the program to launch cannot be started at all.
 */
export async function spawnPlan(plan: Plan, options: SpawnOptions = {}): Promise<RunResult> {
  const changed = changedPaths(plan, lookAt)
  if (changed.length > 0) {
    throw new OaError('OA7007', `\`${changed[0]}\` is not what it was when the run was planned`)
  }
  const closeGroup = openGroup(plan)
  try {
    return await new Run(plan, options).finish(render(plan))
  } finally {
    closeGroup()
  }
}

/** Starts a program of `oa`'s own, without input, output or environment; true when it ended with 0. */
export function runQuietly(executable: string, args: readonly string[]): Promise<boolean> {
  return new Promise((resolve) => {
    const child = spawn(executable, args, { stdio: 'ignore', env: {}, shell: false })
    child.once('error', () => resolve(false))
    child.once('exit', (code) => resolve(code === 0))
  })
}

/** The watchdog of a run: a session of its own, nothing of ours open but its pipe. */
function startWatch(args: readonly string[]): ChildProcess {
  const nothing = fs.openSync('/dev/null', fs.constants.O_RDWR)
  try {
    return spawn('/bin/sh', args, {
      stdio: coverLeaks([nothing, nothing, nothing, 'pipe' as const], nothing),
      cwd: '/',
      env: { PATH: '/usr/bin:/bin' },
      detached: true,
      shell: false,
    })
  } finally {
    fs.closeSync(nothing)
  }
}

class Run {
  readonly #plan: Plan
  readonly #options: SpawnOptions
  readonly #meter: Meter
  #child: ChildProcess | undefined
  #isOver = false
  #timedOut = false
  #killing: Promise<readonly number[]> | undefined
  #initPid = 0

  constructor(plan: Plan, options: SpawnOptions) {
    this.#plan = plan
    this.#options = options
    this.#meter = new Meter(plan.outputBytes, () => void this.#kill())
  }

  async finish(launch: Launch): Promise<RunResult> {
    const outputs = await Outputs.open(relayedOutputs(this.#plan, this.#options), runQuietly)
    const startedAt = performance.now()
    const watch = this.#plan.backend === 'none' ? watchOver(this.#plan.marker, startWatch) : null
    let child: ChildProcess
    try {
      child = start(launch, this.#plan, this.#options, outputs)
    } catch (cause) {
      watch?.stop()
      outputs.close()
      throw new OaError('OA5003', `\`${launch.executable}\` cannot be started`, { cause })
    }
    outputs.handOn()
    this.#child = child
    const ended = endOf(child)
    const ready = collect(readerOf(child, READY_FD))
    if (launch.hasStatus) this.#watchStatus(child)
    const relays = this.#relays(child, outputs)
    for (const stream of child.stdio) stream?.on('error', () => {})
    this.#options.channel?.((child.stdio as readonly unknown[])[CHANNEL_FD] as Duplex)
    const stopTimer = this.#startTimer()
    const stopSignals = this.#forwardSignals()
    try {
      const { code, signal } = await ended
      this.#isOver = true
      stopTimer()
      const survivors = await (this.#killing ?? [])
      await Promise.all(relays.map((relay) => relay.drain()))
      const report = await ready
      const durationMs = performance.now() - startedAt
      return this.#result({ code, signal, report, survivors, durationMs })
    } finally {
      stopTimer()
      stopSignals()
      watch?.stop()
      outputs.close()
      for (const stream of child.stdio) stream?.destroy()
    }
  }

  #result(seen: {
    code: number | null
    signal: NodeJS.Signals | null
    report: string
    survivors: readonly number[]
    durationMs: number
  }): RunResult {
    const isStarted = seen.report.startsWith(READY_WORD)
    const ownCode = seen.signal ? 128 + os.constants.signals[seen.signal] : (seen.code ?? 125)
    const failure = isStarted ? undefined : this.#failure(seen.report, ownCode)
    return {
      exitCode: isStarted ? ownCode : 125,
      signal: seen.signal,
      timedOut: this.#timedOut,
      outputTruncated: this.#meter.isFull,
      durationMs: seen.durationMs,
      outputBytes: this.#meter.bytes,
      isStarted,
      ...(failure === undefined ? {} : { failure }),
      survivors: seen.survivors,
    }
  }

  #failure(report: string, exitCode: number): string {
    if (this.#timedOut) return 'the time was over before the command started'
    if (report !== '') return `the self-check failed: ${report}`
    const who = this.#plan.backend === 'none' ? 'the prelude' : `\`${this.#plan.backend}\``
    return `${who} could not set up the run (exit code ${exitCode})`
  }

  /** Learns the process id of the sandbox's first process, as the host sees it. */
  #watchStatus(child: ChildProcess): void {
    let text = ''
    const stream = readerOf(child, STATUS_FD)
    stream.on('data', (chunk: Buffer) => {
      if (text.length < REPORT_BYTES_MAX) text += chunk.toString('latin1')
      const found = /"child-pid"\s*:\s*(\d+)/.exec(text)
      if (found) this.#initPid = Number(found[1])
    })
    stream.on('error', () => {})
  }

  #relays(child: ChildProcess, outputs: Outputs): readonly { drain(): Promise<void> }[] {
    const found: { drain(): Promise<void> }[] = []
    for (const name of relayedOutputs(this.#plan, this.#options)) {
      const stream = outputs.streamFor(name, child[name])
      if (!stream) continue
      const chosen = this.#options[name]
      found.push(
        this.#meter.relay(stream, typeof chosen === 'function' ? chosen : standardSink(name)),
      )
    }
    return found
  }

  #startTimer(): () => void {
    const { timeMs } = this.#plan
    if (timeMs === null) return () => {}
    const timer = setTimeout(
      () => {
        this.#timedOut = true
        this.#terminate()
      },
      Math.min(timeMs, 2 ** 31 - 1),
    )
    return () => clearTimeout(timer)
  }

  /** TERM to every process of the command, then, when the grace is over, KILL. */
  #terminate(): void {
    this.#signalCommand('SIGTERM')
    const timer = setTimeout(() => void this.#kill(), this.#options.graceMs ?? KILL_GRACE_MS)
    this.#child?.once('exit', () => {
      clearTimeout(timer)
      // What the command left behind had its TERM too; now it goes.
      void this.#kill()
    })
  }

  #signalCommand(signal: NodeJS.Signals): void {
    const pid = this.#child?.pid
    if (pid === undefined || this.#isOver) return
    if (this.#plan.backend === 'none') {
      for (const each of [pid, ...descendantsOf(pid)]) sendSignal(each, signal)
      return
    }
    // The backend's own processes stay: they end when the command does, and give its exit code.
    const { marker } = this.#plan
    const inside = this.#initPid > 0 ? descendantsOf(this.#initPid) : commandProcesses(marker)
    if (inside.length > 0) for (const each of inside) sendSignal(each, signal)
    else void this.#kill()
  }

  #kill(): Promise<readonly number[]> {
    const pid = this.#child?.pid
    if (pid === undefined) return Promise.resolve([])
    this.#killing ??= killTree({
      pid,
      isRootOurs: () => this.#child?.exitCode === null && this.#child.signalCode === null,
      marker: this.#plan.marker,
    })
    return this.#killing
  }

  #forwardSignals(): () => void {
    const source = this.#options.signals === undefined ? process : this.#options.signals
    if (source === null) return () => {}
    let count = 0
    const listener = (signal: Forwarded): void => {
      count += 1
      // On a terminal the kernel has sent it to the command already.
      const isFromTerminal = this.#plan.session === 'terminal' && signal !== 'SIGTERM'
      if (count > 2) void this.#kill()
      else if (!isFromTerminal) this.#signalCommand(signal)
    }
    for (const signal of FORWARDED) source.on(signal, listener)
    return () => {
      for (const signal of FORWARDED) source.off(signal, listener)
    }
  }
}

function start(launch: Launch, plan: Plan, options: SpawnOptions, outputs: Outputs): ChildProcess {
  const nothing = fs.openSync('/dev/null', fs.constants.O_RDWR)
  const input = options.stdin instanceof Uint8Array ? openBytes(options.stdin) : undefined
  const relayed = relayedOutputs(plan, options)
  const feeds = launch.feeds.map(openBytes)
  try {
    const stdio: ('pipe' | 'ignore' | 'inherit' | number)[] = [
      input ?? (options.stdin instanceof Uint8Array ? 'ignore' : (options.stdin ?? 'inherit')),
      ...(['stdout', 'stderr'] as const).map((name) => {
        const chosen = options[name] ?? 'inherit'
        return relayed.includes(name) || typeof chosen === 'function'
          ? outputs.stdioFor(name)
          : chosen
      }),
      feeds[0] ?? nothing,
      launch.hasStatus ? 'pipe' : (feeds[1] ?? nothing),
      'pipe',
      ...(options.channel ? ['pipe' as const] : []),
    ]
    return spawn(launch.executable, launch.args, {
      cwd: launch.cwd,
      env: { ...launch.environment },
      stdio: coverLeaks(stdio, nothing),
      shell: false,
      detached: plan.session === 'own',
      windowsHide: true,
    })
  } finally {
    fs.closeSync(nothing)
    if (input !== undefined) fs.closeSync(input)
    for (const fd of feeds) fs.closeSync(fd)
  }
}

/** Outputs that pass through `oa`: those with a sink, and, when output is counted, inherited ones but a terminal. */
function relayedOutputs(plan: Plan, options: SpawnOptions): readonly OutputName[] {
  return (['stdout', 'stderr'] as const).filter((name) => {
    const chosen = options[name] ?? 'inherit'
    if (typeof chosen === 'function') return true
    return chosen === 'inherit' && plan.outputBytes !== null && !isatty(name === 'stdout' ? 1 : 2)
  })
}

function endOf(
  child: ChildProcess,
): Promise<{ code: number | null; signal: NodeJS.Signals | null }> {
  return new Promise((resolve, reject) => {
    child.once('error', (cause) => {
      if (child.pid !== undefined) return
      reject(new OaError('OA5003', `\`${child.spawnfile}\` cannot be started`, { cause }))
    })
    child.once('exit', (code, signal) => resolve({ code, signal }))
  })
}

function readerOf(child: ChildProcess, fd: number): Readable {
  return (child.stdio as readonly unknown[])[fd] as Readable
}

/** Everything that arrives on a report descriptor until it closes; bounded. */
function collect(stream: Readable): Promise<string> {
  return new Promise((resolve) => {
    let text = ''
    stream.on('data', (chunk: Buffer) => {
      if (text.length < REPORT_BYTES_MAX) text += chunk.toString('latin1')
    })
    stream.on('error', () => {})
    stream.once('close', () => resolve(text))
  })
}
