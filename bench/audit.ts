/**
 * What recording and verifying cost: durable appends by many processes beside one, many records in one commit beside
 * one each, and verification beside hashing the same bytes. Ratios of one run: the machine's speed falls out.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { closeSync, openSync, readdirSync, readSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { openLog } from '../src/audit/log.ts'
import { makeRedactor } from '../src/audit/redact.ts'
import { benchEntry } from './audit-entry.ts'
import { temporaryFolder } from './built.ts'

export interface AuditBenchOptions {
  /** Records of the log that is verified. */
  readonly records: number
  readonly rounds: number
}

const BARS = { writers: 0.8, grouped: 5, sealed: 1.5, chain: 3.5, memoryBytes: 150_000_000 }
const WRITERS = 8
/** Durable appends of one measurement, by all its processes together. */
const APPENDS = 400
const GROUP = 16
const CHILD = fileURLToPath(new URL('audit-child.ts', import.meta.url))

/** Prints the ratios with their bars; gives the exit code. */
export async function benchAudit({ records, rounds }: AuditBenchOptions): Promise<number> {
  const base = temporaryFolder()
  let holds = true
  const bar = (name: string, ratio: number, isHeld: boolean, wanted: string): void => {
    holds &&= isHeld
    print(
      `${name.padEnd(46)} ${ratio.toFixed(2).padStart(7)}  ${wanted}  ${isHeld ? 'holds' : 'FAILS'}`,
    )
  }
  print(`node ${process.version}, least or median of ${rounds} rounds, all of one run`)
  const many = await writers(base, rounds)
  bar(
    `${WRITERS} processes beside one, durable appends a second`,
    many,
    many >= BARS.writers,
    '≥ 0.8',
  )
  const grouped = await groups(base, rounds)
  bar(`${GROUP} records a commit beside one`, grouped, grouped >= BARS.grouped, '≥ 5  ')
  const directory = join(base, 'verified')
  await fill(directory, records)
  const hashMs = least(rounds, () => hashingMs(directory))
  for (const mode of ['sealed', 'chain'] as const) {
    let peak = 0
    let bytes = 0
    const cpuMs = least(rounds, () => {
      const seen = verified(directory, mode)
      peak = Math.max(peak, seen.peakBytes)
      bytes = seen.bytes
      return seen.cpuMs
    })
    const ratio = cpuMs / hashMs
    const size = `${records} records, ${(bytes / 1e9).toFixed(2)} GB`
    bar(`verify by ${mode} beside hashing: ${size}`, ratio, ratio <= BARS[mode], `≤ ${BARS[mode]}`)
    const megabytes = peak / 1e6
    bar(`  its memory, MB`, megabytes, peak <= BARS.memoryBytes, '≤ 150')
  }
  return holds ? 0 : 1
}

function print(text: string): void {
  process.stdout.write(`${text}\n`)
}

function least(rounds: number, measure: () => number): number {
  return Math.min(...Array.from({ length: rounds }, measure))
}

function median(figures: readonly number[]): number {
  return figures.toSorted((a, b) => a - b)[Math.floor(figures.length / 2)] ?? Number.NaN
}

async function writers(base: string, rounds: number): Promise<number> {
  const ratios: number[] = []
  for (let round = 0; round < rounds; round++) {
    const one = await appendsPerSecond(join(base, `one-${round}`), 1)
    const many = await appendsPerSecond(join(base, `many-${round}`), WRITERS)
    ratios.push(many / one)
  }
  return median(ratios)
}

/** From the moment that all are told to begin until the last is done. */
async function appendsPerSecond(directory: string, processes: number): Promise<number> {
  await openLog({ directory, reserveBytes: 0 }).close()
  const count = APPENDS / processes
  const all = Array.from({ length: processes }, () =>
    spawn(process.execPath, ['--import', 'tsx', CHILD, 'append', directory, String(count)], {
      stdio: ['pipe', 'pipe', 'inherit'],
    }),
  )
  const lines = all.map((child) => createInterface(child.stdout)[Symbol.asyncIterator]())
  await Promise.all(lines.map((each) => each.next()))
  const start = performance.now()
  for (const child of all) child.stdin.write('go\n')
  await Promise.all(lines.map((each) => each.next()))
  const seconds = (performance.now() - start) / 1000
  await Promise.all(all.map(ended))
  return APPENDS / seconds
}

function ended(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null) resolve()
    else child.once('exit', () => resolve())
  })
}

async function groups(base: string, rounds: number): Promise<number> {
  const ratios: number[] = []
  for (let round = 0; round < rounds; round++) {
    const log = openLog({ directory: join(base, `groups-${round}`), reserveBytes: 0 })
    const single = await timed(async () => {
      for (let number = 0; number < APPENDS; number++) await log.append(benchEntry(number))
    })
    const grouped = await timed(async () => {
      for (let number = 0; number < APPENDS; number += GROUP) {
        const some = Array.from({ length: GROUP }, (_, at) => log.append(benchEntry(number + at)))
        await Promise.all(some)
      }
    })
    await log.close()
    ratios.push(single / grouped)
  }
  return median(ratios)
}

async function timed(action: () => Promise<void>): Promise<number> {
  const start = performance.now()
  await action()
  return performance.now() - start
}

/** WHY without redaction: that is not what is measured, and the records have no secrets. */
async function fill(directory: string, records: number): Promise<void> {
  const redactor = { ...makeRedactor(), record: <T>(entry: T): T => entry }
  const log = openLog({ directory, reserveBytes: 0, redactor })
  let waiting: Promise<unknown>[] = []
  for (let number = 0; number < records; number++) {
    waiting.push(log.append(benchEntry(number)))
    if (waiting.length < 1024) continue
    await Promise.all(waiting)
    waiting = []
  }
  await Promise.all(waiting)
  await log.close()
}

function hashingMs(directory: string): number {
  const buffer = Buffer.alloc(1024 * 1024)
  const before = process.cpuUsage()
  for (const name of readdirSync(directory).filter((each) => each.startsWith('seg-'))) {
    const hash = createHash('sha256')
    const fd = openSync(join(directory, name), 'r')
    for (let got = readSync(fd, buffer); got > 0; got = readSync(fd, buffer)) {
      hash.update(buffer.subarray(0, got))
    }
    hash.digest()
    closeSync(fd)
  }
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000
}

interface Verified {
  readonly cpuMs: number
  readonly peakBytes: number
  readonly isIntact: boolean
  readonly bytes: number
}

function verified(directory: string, mode: string): Verified {
  const argv = ['--import', 'tsx', CHILD, 'verify', directory, mode]
  const { stdout, stderr } = spawnSync(process.execPath, argv, { encoding: 'utf8' })
  try {
    const seen = JSON.parse(stdout) as Verified
    if (seen.isIntact) return seen
  } catch {
    // Below.
  }
  throw new Error(`the log of the bench does not verify: ${stdout}${stderr}`)
}
