/**
 * Asks an installed program for its help: without a network, in an empty folder, for a few seconds.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'
const TIME_MS = 10_000
const OUTPUT_MAX = 4 * 1024 * 1024

/** `null`: it is not installed. */
export function whereIs(program: string): string | null {
  const { stdout } = spawnSync('/usr/bin/which', [program], { env: { PATH }, encoding: 'utf8' })
  return stdout.trim().split('\n')[0] || null
}

let hasSandbox: boolean | undefined

/** What the program prints, on both streams; '' if it printed nothing in time. */
export function ask(argv: readonly string[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'oa-facts-'))
  const base = { HOME: folder, LANG: 'C.UTF-8', LC_ALL: 'C.UTF-8', TERM: 'dumb', MANWIDTH: '200' }
  const env = { PATH, ...base, PAGER: 'cat', MANPAGER: 'cat', GIT_PAGER: 'cat', AWS_PAGER: '' }
  try {
    hasSandbox ??= run([...sandbox(folder), '/bin/true'], folder, env).status === 0
    const prefix = hasSandbox ? sandbox(folder) : []
    const { stdout, stderr } = run([...prefix, ...argv], folder, env)
    return `${stdout}\n${stderr}`
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function run(
  argv: readonly string[],
  cwd: string,
  env: NodeJS.ProcessEnv,
): { readonly status: number | null; readonly stdout: string; readonly stderr: string } {
  const [program = '', ...args] = argv
  const limits = { timeout: TIME_MS, killSignal: 'SIGKILL', maxBuffer: OUTPUT_MAX } as const
  const stdio: ['ignore', 'pipe', 'pipe'] = ['ignore', 'pipe', 'pipe']
  const result = spawnSync(program, args, { cwd, env, encoding: 'utf8', stdio, ...limits })
  return { status: result.status, stdout: result.stdout ?? '', stderr: result.stderr ?? '' }
}

/** Reads everything, writes its own folder only, sees no network and no other process. */
function sandbox(folder: string): readonly string[] {
  const view = ['--ro-bind', '/', '/', '--dev', '/dev', '--proc', '/proc', '--bind', folder, folder]
  return [
    'bwrap',
    ...view,
    '--unshare-all',
    '--new-session',
    '--die-with-parent',
    '--chdir',
    folder,
  ]
}
