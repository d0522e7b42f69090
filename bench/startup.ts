/**
 * What one decision costs from a cold start: CPU time (user and system) of the whole process, compared with a node
 * that does nothing. Both are run in turn, and the least of each counts: on a shared machine all else is noise.
 */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { compiled, ENV, makeRepository, OA, temporaryFolder } from './built.ts'

export interface StartupOptions {
  readonly policy: string
  readonly runs: number
}

const RATIO_AIM = 2

/** Prints both times and their ratio; gives the exit code. */
export function benchStartup({ policy, runs }: StartupOptions): number {
  const base = temporaryFolder()
  const artifact = compiled(policy, base)
  const cwd = makeRepository(join(base, 'project'))
  const decide = [OA, 'decide', '--policy', artifact, '--cwd', cwd, '-c', 'git status']
  const { status, stderr } = spawnSync(process.execPath, decide, {
    env: ENV,
    cwd,
    encoding: 'utf8',
  })
  if (status !== 0)
    throw new Error(`oa ${decide.slice(1).join(' ')} ended with ${status}: ${stderr}`)
  const bare: number[] = []
  const full: number[] = []
  for (let run = 0; run < runs; run += 1) {
    bare.push(cpuMs(['-e', '0'], cwd))
    full.push(cpuMs(decide, cwd))
  }
  const [least, own] = [Math.min(...bare), Math.min(...full)]
  const ratio = own / least
  const print = (text: string): void => void process.stdout.write(`${text}\n`)
  print(`node ${process.version}, ${runs} interleaved runs each, least CPU time (user and system)`)
  print(`  node -e 0                 ${least.toFixed(1)} ms`)
  print(`  oa decide -c 'git status' ${own.toFixed(1)} ms, with ${policy} compiled`)
  print(`  ratio                     ${ratio.toFixed(2)}, aim at most ${RATIO_AIM}`)
  return ratio <= RATIO_AIM ? 0 : 1
}

/** What bash measures around one program, in seconds with three decimals: user, system. */
const TIMED = 'TIMEFORMAT="%3U %3S"; time "$@" > /dev/null 2> /dev/null; exit 0'

/** CPU time of one node process. */
function cpuMs(args: readonly string[], cwd: string): number {
  const { stderr } = spawnSync('bash', ['-c', TIMED, 'bash', process.execPath, ...args], {
    env: ENV,
    cwd,
    encoding: 'utf8',
  })
  const seconds = stderr.trim().split(' ').map(Number)
  const [user = Number.NaN, system = Number.NaN] = seconds
  if (Number.isNaN(user + system)) throw new Error(`cannot measure with bash: ${stderr}`)
  return (user + system) * 1000
}
