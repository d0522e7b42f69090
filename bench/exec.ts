/**
 * What a guarded run costs: wall time of `oa exec` in a sandbox with a compiled policy, beside a node that does
 * nothing and beside srt. Run in turn, and the median of each counts.
 */
import { spawnSync } from 'node:child_process'
import { mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { compiled, ENV, OA, temporaryFolder } from './built.ts'
import { execPeers } from './exec-peers.ts'

const NODE_AIM = 1.6
const SRT_AIM = 0.3

const POLICY = `policy "bench"
language 1
import std/coreutils
import std/builtins
import std/places
mode approve
default ask
default read allow
allow true, cat
allow write ./**
deny read { ~/.ssh/**, **/.env* }
sandbox { backend bwrap; network off }
`

interface Series {
  readonly name: string
  readonly words: readonly string[]
  readonly times: number[]
}

export interface ExecOptions {
  readonly runs: number
}

/** Prints medians and ratios for each Node; gives the exit code. */
export function benchExec({ runs }: ExecOptions): number {
  const base = temporaryFolder()
  const cwd = join(base, 'project')
  mkdirSync(cwd)
  const own = join(base, '.openagent')
  mkdirSync(own, { mode: 0o700 })
  const source = join(base, 'source')
  mkdirSync(source)
  writeFileSync(join(source, 'policy.oa'), POLICY)
  renameSync(compiled(join(source, 'policy.oa'), source), join(own, 'policy.oat'))
  const peers = execPeers()
  const oa = (...words: readonly string[]): readonly string[] => [OA, 'exec', ...words]
  const env = { ...ENV, HOME: base, OPENAGENT_HOME: base }
  print(`${runs} interleaved runs each, median wall time; NODE_EXTRA_CA_CERTS unset`)
  let isMet = true
  for (const node of [peers.node22, process.execPath]) {
    if (node === null) continue
    const hasSrt = node === peers.node22 && peers.srt !== null
    const series: readonly Series[] = [
      { name: 'node -e 0', words: ['-e', '0'], times: [] },
      { name: 'oa exec -- true', words: oa('--', 'true'), times: [] },
      { name: "oa exec -c 'true | cat'", words: oa('-c', 'true | cat'), times: [] },
      ...(hasSrt && peers.srt ? [{ name: 'srt true', words: peers.srt([], base), times: [] }] : []),
    ]
    for (let run = 0; run <= runs; run += 1) {
      for (const { name, words, times } of series) {
        const took = wallMs(node, words, cwd, env, name)
        // The first of each fills caches: the trial of the backend, the table, the disk.
        if (run > 0) times.push(took)
      }
    }
    isMet = report(node, series, node === peers.node22 || peers.node22 === null) && isMet
  }
  for (const each of peers.leftOut) print(`left out (skipped: 1): ${each}`)
  return isMet ? 0 : 1
}

function report(node: string, series: readonly Series[], isHeld: boolean): boolean {
  const version = spawnSync(node, ['--version'], { env: ENV, encoding: 'utf8' }).stdout.trim()
  const medians = series.map(({ times }) => median(times))
  const [bare = Number.NaN, own = Number.NaN, , srt] = medians
  print(`node ${version}`)
  for (const [index, { name }] of series.entries()) {
    const took = medians[index] ?? Number.NaN
    print(
      `  ${name.padEnd(26)}${took.toFixed(1).padStart(8)} ms  ${(took / bare).toFixed(2)} of node -e 0`,
    )
  }
  const ratio = own / bare
  print(
    `  oa exec / node -e 0  ${ratio.toFixed(2)}, aim at most ${NODE_AIM}${isHeld ? '' : ' (not held here)'}`,
  )
  if (srt !== undefined)
    print(`  oa exec / srt        ${(own / srt).toFixed(2)}, aim at most ${SRT_AIM}`)
  return !isHeld || (ratio <= NODE_AIM && (srt === undefined || own / srt <= SRT_AIM))
}

function wallMs(
  node: string,
  words: readonly string[],
  cwd: string,
  env: NodeJS.ProcessEnv,
  name: string,
): number {
  const start = performance.now()
  const { status, stderr } = spawnSync(node, words, {
    cwd,
    env,
    stdio: ['ignore', 'ignore', 'pipe'],
    encoding: 'utf8',
  })
  if (status !== 0) throw new Error(`${name} ended with ${status}: ${stderr}`)
  return performance.now() - start
}

function median(times: readonly number[]): number {
  const sorted = times.toSorted((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}

function print(text: string): void {
  process.stdout.write(`${text}\n`)
}
