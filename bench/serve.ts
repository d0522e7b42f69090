/**
 * `POST /v1/decide` beside a bare `node:http` that makes the same decisions, and one that makes none: requests each second, the slowest hundredth, errors and memory with 64
 * requests in flight. All in one run, in turns, because the machine's speed changes.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { addToken } from '../src/server/tokens.ts'
import { compiled, ENV, temporaryFolder } from './built.ts'

export interface ServeBenchOptions {
  readonly rounds: number
  readonly secondsPerRound: number
}

const IN_FLIGHT = 64
/** The least part of the bare server's rate: with a log that never waits for a disk, and with durable records. */
const BARS = { memory: 0.7, disk: 0.4 }
/** How much the server may grow from the first round to the last. */
const GROWTH_MAX = 1.5
const BODY = Buffer.from(JSON.stringify({ argv: ['git', 'status', '--short'], cwd: '/tmp' }))

interface Server {
  readonly name: 'empty' | 'bare' | 'memory' | 'disk'
  readonly child: ChildProcess
  readonly port: number
  readonly token: string
  readonly rates: number[]
  readonly latencies: number[]
  errors: number
  readonly rss: number[]
}

/** Gives 1 where a bar does not hold. */
export async function benchServe({ rounds, secondsPerRound }: ServeBenchOptions): Promise<number> {
  const folder = temporaryFolder()
  const policy = compiled('policies/standard.oa', folder)
  const servers = [
    await start('empty', policy, folder, ''),
    await start('bare', policy, folder, ''),
    await start('memory', policy, folder, `/dev/shm/oa-bench-${process.pid}`),
    await start('disk', policy, folder, join(folder, 'audit')),
  ]
  try {
    for (const each of servers) await load(each, 1)
    for (const each of servers) each.rates.length = each.latencies.length = each.rss.length = 0
    for (let round = 0; round < rounds; round++) {
      for (const each of servers) await load(each, secondsPerRound)
    }
  } finally {
    for (const { child } of servers) child.stdin?.end()
  }
  return report(servers)
}

async function start(
  name: Server['name'],
  policy: string,
  folder: string,
  audit: string,
): Promise<Server> {
  const home = join(folder, name)
  mkdirSync(home)
  const token = addToken(join(home, '.openagent'), { name: 'bench', role: 'user' })
  const program = fileURLToPath(new URL('serve-child.ts', import.meta.url))
  const kind = name in BARS ? 'oa' : name
  const words = ['--import', 'tsx', program, kind, policy, home, audit]
  const child = spawn(process.execPath, words, { env: ENV, stdio: ['pipe', 'pipe', 'inherit'] })
  const port = Number(await line(child))
  return { name, child, port, token, rates: [], latencies: [], errors: 0, rss: [] }
}

function line({ stdout }: ChildProcess): Promise<string> {
  return new Promise((resolve) =>
    stdout?.once('data', (chunk: Buffer) => resolve(chunk.toString())),
  )
}

/** Keeps 64 requests in flight for a while. */
async function load(server: Server, seconds: number): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: IN_FLIGHT })
  const startMs = performance.now()
  const untilMs = startMs + seconds * 1000
  let count = 0
  const worker = async (): Promise<void> => {
    while (performance.now() < untilMs) {
      const beganMs = performance.now()
      if (!(await ask(server, agent))) server.errors++
      server.latencies.push(performance.now() - beganMs)
      count++
    }
  }
  await Promise.all(Array.from({ length: IN_FLIGHT }, worker))
  server.rates.push(count / ((performance.now() - startMs) / 1000))
  agent.destroy()
  const said = line(server.child)
  server.child.stdin?.write('\n')
  server.rss.push(Number(await said))
  // What the one server still does is not the other's load.
  await sleep(50)
}

function ask({ port, token }: Server, agent: Agent): Promise<boolean> {
  return new Promise((resolve) => {
    const sent = request(
      {
        ...{ host: '127.0.0.1', port, agent, method: 'POST', path: '/v1/decide' },
        headers: {
          Authorization: `Bearer ${token}`,
          'Content-Type': 'application/json',
          'Content-Length': BODY.length,
        },
      },
      (response) => {
        response.resume()
        response.on('end', () => resolve(response.statusCode === 200))
      },
    )
    sent.on('error', () => resolve(false))
    sent.end(BODY)
  })
}

function report(servers: readonly Server[]): number {
  const bare = median(servers.find(({ name }) => name === 'bare')?.rates ?? [])
  let isBelow = false
  for (const { name, rates, latencies, errors, rss } of servers) {
    const ratio = median(rates) / bare
    const growth = (rss.at(-1) ?? 0) / (rss[0] ?? 1)
    const p99 = latencies.toSorted((a, b) => a - b)[Math.floor(latencies.length * 0.99)] ?? 0
    const isOurs = name === 'memory' || name === 'disk'
    const bar = isOurs ? BARS[name] : 0
    const isGood = ratio >= bar && errors === 0 && (!isOurs || growth <= GROWTH_MAX)
    isBelow ||= !isGood
    process.stdout.write(
      `${name.padEnd(7)} ${median(rates).toFixed(0).padStart(6)}/s  ${ratio.toFixed(2)} of bare (bar ${bar})  ` +
        `p99 ${p99.toFixed(1)} ms  ${errors} errors  ${mib(rss[0])} to ${mib(rss.at(-1))} MiB  ${isGood ? 'ok' : 'BELOW'}\n`,
    )
  }
  return isBelow ? 1 : 0
}

function mib(bytes = 0): string {
  return (bytes / 1024 / 1024).toFixed(0)
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
}
