/**
 * Runs the containment probes of `sandbox/probes.ts` in one backend: each outside first, then inside.
 */
import { createSocket } from 'node:dgram'
import fs from 'node:fs'
import { createServer, type Server, type Socket } from 'node:net'
import { homedir } from 'node:os'
import { join } from 'node:path'
import type { BackendName, SandboxProfile } from '../model/profile.ts'
import { hostFacts } from '../sandbox/host.ts'
import { planRun } from '../sandbox/plan.ts'
import type { Plan } from '../sandbox/plan-types.ts'
import { PROBES, type Probe, type ProbePlace } from '../sandbox/probes.ts'
import { appearedPaths } from '../sandbox/quarantine.ts'
import { type RunResult, spawnPlan } from './spawn.ts'

/** Not `/tmp`: that is private in a sandbox, and a file that is not there proves nothing about writing. */
const BASE = '/var/tmp'
/** A busy machine is no sandbox that fails. */
const TIME_MS = 60_000
const INPUT = 'standard input\n'
/** Of an answer that is compared. */
const ANSWER_BYTES_MAX = 64 * 1024

export interface ProbeResult {
  readonly name: string
  /** `unknown`: it cannot be tried here; `why` says what is missing. */
  readonly verdict: 'holds' | 'fails' | 'unknown'
  readonly why: string
}

export interface ProbedBackend {
  readonly backend: BackendName
  readonly tool: string
  readonly image?: string
}

/** A place with things to protect; made and removed by the caller of the probes. */
export class ProbeGround {
  readonly place: ProbePlace
  readonly #base: string
  readonly #servers: readonly { close(): void }[]
  #controls = new Map<string, string | null>()

  private constructor(place: ProbePlace, base: string, servers: readonly { close(): void }[]) {
    this.place = place
    this.#base = base
    this.#servers = servers
  }

  static async open(): Promise<ProbeGround> {
    const base = fs.mkdtempSync(join(BASE, 'oa-probe-'))
    const name = base.slice(base.lastIndexOf('/') + 1)
    const tcp = createServer(welcome)
    const unix = createServer(welcome)
    const abstract = createServer(welcome)
    const udp = createSocket('udp4')
    udp.on('message', (_, { port, address }) => udp.send('reached', port, address))
    await Promise.all([
      listening(tcp, { host: '127.0.0.1', port: 0 }),
      listening(unix, { path: `${base}/socket` }),
      listening(abstract, { path: `\0${name}` }),
      new Promise<void>((resolve) => udp.bind(0, '127.0.0.1', resolve)),
    ])
    const address = tcp.address()
    const sharedFile = `/dev/shm/${name}`
    fs.writeFileSync(sharedFile, 'shared\n')
    const place: ProbePlace = {
      workspace: `${base}/ws`,
      outside: `${base}/outside`,
      home: `${base}/home`,
      pid: process.pid,
      secret: ownSecret(),
      tcpPort: typeof address === 'object' && address ? address.port : 0,
      udpPort: udp.address().port,
      socketPath: `${base}/socket`,
      abstractName: name,
      sharedFile,
    }
    return new ProbeGround(place, base, [tcp, unix, abstract, udp])
  }

  /** Everything as it was, so that no probe sees what another did. */
  reset(): void {
    const { workspace, outside, home } = this.place
    for (const folder of [workspace, outside, home]) {
      fs.rmSync(folder, { recursive: true, force: true })
    }
    for (const folder of [`${workspace}/.git/hooks`, `${workspace}/secrets`, `${home}/.ssh`]) {
      fs.mkdirSync(folder, { recursive: true })
    }
    fs.mkdirSync(outside)
    fs.writeFileSync(`${workspace}/.git/config`, '[core]\n')
    fs.writeFileSync(`${workspace}/secret.env`, 'TOPSECRET=1\n')
    fs.writeFileSync(`${workspace}/secrets/key`, 'TOPSECRET=2\n')
    fs.writeFileSync(`${home}/.ssh/id`, 'TOPSECRET=3\n')
    fs.writeFileSync(`${outside}/target`, 'original\n')
    fs.symlinkSync(outside, `${workspace}/link`)
  }

  /** What a probe printed outside; null when its control failed. The same for every backend, so tried once. */
  async control(probe: Probe): Promise<string | null> {
    const known = this.#controls.get(probe.name)
    if (known !== undefined) return known
    if (probe.kind === 'works' || probe.kind === 'tripwire') return ''
    this.reset()
    const { output } = await attempt(probe, this.place, { backend: 'none', tool: '' })
    const answer = probe.kind === 'refused' && !output.includes('DONE') ? null : output
    this.#controls.set(probe.name, answer)
    return answer
  }

  close(): void {
    for (const server of this.#servers) server.close()
    fs.rmSync(this.place.sharedFile, { force: true })
    fs.rmSync(this.#base, { recursive: true, force: true })
  }
}

function welcome(socket: Socket): void {
  socket.on('error', () => {})
  socket.end('reached\n')
}

function listening(server: Server, at: { path: string } | { host: string; port: number }) {
  return new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(at, resolve)
  })
}

/** A value of the environment that `oa` was started with and that no command gets; empty when there is none. */
function ownSecret(): string {
  const values = Object.entries(process.env).flatMap(([name, value = '']) =>
    /^[\w./:-]{12,}$/.test(value) && !['HOME', 'PATH', 'PWD'].includes(name) ? [value] : [],
  )
  return values.sort((a, b) => b.length - a.length)[0] ?? ''
}

/** Tries every probe in a backend; the order is that of `PROBES`. `tell` hears each result as it comes. */
export async function probeBackend(
  backend: ProbedBackend,
  ground: ProbeGround,
  tell: (result: ProbeResult) => void = () => {},
): Promise<readonly ProbeResult[]> {
  const results: ProbeResult[] = []
  for (const probe of PROBES) {
    const result = { name: probe.name, ...(await verdict(probe, backend, ground)) }
    results.push(result)
    tell(result)
  }
  return results
}

type Verdict = Pick<ProbeResult, 'verdict' | 'why'>
const HOLDS: Verdict = { verdict: 'holds', why: '' }
const fails = (why: string): Verdict => ({ verdict: 'fails', why })
const unknown = (why: string): Verdict => ({ verdict: 'unknown', why })

async function verdict(
  probe: Probe,
  backend: ProbedBackend,
  ground: ProbeGround,
): Promise<Verdict> {
  const control = await ground.control(probe)
  if (control === null) {
    return probe.needsRights
      ? { verdict: 'holds', why: 'not possible outside either' }
      : unknown('its control outside failed')
  }
  ground.reset()
  const { plan, result, output } = await attempt(probe, ground.place, backend)
  if (!result.isStarted) return fails(result.failure ?? 'the run did not start')
  if (output.includes('NOTOOL')) return unknown('a program that it needs is not there')
  return judge(probe, { plan, result, output, control })
}

function judge(
  { kind, expected = {}, limit }: Probe,
  seen: { plan: Plan; result: RunResult; output: string; control: string },
): Verdict {
  const { plan, result, output, control } = seen
  switch (kind) {
    case 'refused':
      if (!output.includes('DONE')) return HOLDS
      return limit !== undefined && plan.unenforced.includes(limit)
        ? fails(`the plan says so: ${limit} in unenforced`)
        : fails('it was possible')
    case 'same':
      return output === control ? HOLDS : fails(`not the same: ${JSON.stringify(output)}`)
    case 'tripwire':
      if (!output.includes('DONE')) return HOLDS
      return appearedPaths(plan).length > 0
        ? { verdict: 'holds', why: 'by the look after the run' }
        : fails('nothing noticed it')
    case 'works': {
      const { exitCode = 0, stdout } = expected
      if (result.exitCode !== exitCode)
        return fails(`exit code ${result.exitCode}, not ${exitCode}`)
      return stdout === undefined || stdout === output
        ? HOLDS
        : fails(`it printed ${JSON.stringify(output)}`)
    }
  }
}

async function attempt(
  probe: Probe,
  place: ProbePlace,
  chosen: ProbedBackend | { readonly backend: 'none'; readonly tool: '' },
): Promise<{ plan: Plan; result: RunResult; output: string }> {
  const isInside = chosen.backend !== 'none'
  const facts = { ...hostFacts(chosen), isTerminal: false }
  const missing = (probe.tools ?? []).map((tool) => `command -v ${tool} >/dev/null || echo NOTOOL;`)
  const script = `${isInside ? missing.join(' ') : ''} ${probe.script(place, isInside)}`
  const shell = chosen.backend === 'container' ? '/bin/bash' : facts.shell.path
  const { value: plan, diagnostics } = planRun(
    probeProfile(probe, place, chosen),
    {
      executable: shell,
      argv0: shell,
      args: ['-c', script, 'probe', ...(probe.args?.(place) ?? [])],
      cwd: place.workspace,
      env: {},
    },
    facts,
  )
  if (!plan) throw new Error(diagnostics.map((each) => each.message).join('; '))
  let output = ''
  const result = await spawnPlan(plan, {
    stdin: Buffer.from(INPUT),
    stdout: (chunk) => {
      if (output.length < ANSWER_BYTES_MAX) output += Buffer.from(chunk).toString('latin1')
    },
    stderr: () => {},
    signals: null,
    graceMs: 200,
  })
  return { plan, result, output }
}

function probeProfile(
  { limits }: Probe,
  place: ProbePlace,
  { backend, ...rest }: { readonly backend: BackendName | 'none'; readonly image?: string },
): SandboxProfile {
  const { workspace, home } = place
  return {
    backend: backend === 'none' ? 'auto' : backend,
    required: false,
    ...(rest.image === undefined ? {} : { image: rest.image }),
    network: 'off',
    writable: [workspace],
    hidden: [`${workspace}/secret.env`, `${workspace}/secrets`, `${home}/.ssh`],
    readOnlyPins: [`${workspace}/.git/hooks`, `${workspace}/.git/config`, `${workspace}/.vscode`],
    workspace,
    home: homedir(),
    env: { keep: [], set: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', HOME: home } },
    secretNames: [],
    limits: { timeMs: TIME_MS, ...(backend === 'none' ? {} : limits) },
  }
}
