/**
 * `oa exec` as people run it: the built CLI, a home with a policy, a trusted workspace, real bash and bubblewrap.
 */
import { type SpawnSyncReturns, spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from '../support/corpus.ts'
import { tempFolder } from '../support/temp.ts'

export const CLI = join(ROOT, 'dist/cli.js')

/** What every policy here starts with: few programs, each named. */
export const BASE = `policy "exec test"
language 1
import std/coreutils
import std/text
import std/shells
import std/wrappers
import std/builtins
import std/places
import std/environment
import std/users
mode approve
default ask
default read allow
default set allow
on high ask
allow ls, cat, echo, true, false, sleep, wc, sort, env, printf, grep, pwd, touch, cp, mkdir, yes, head
allow sh, bash
deny rm -r -f /** except rm ./** because "removes what is not yours" instead "rm -r ./build"
deny read { ~/.ssh/**, **/.env* }
deny persist
allow write ./** except ./locked/**
deny write ./pinned/**
`

export interface ExecWorld {
  readonly home: string
  readonly work: string
  readonly audit: string
}

export interface ExecRun {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly out: string
  readonly err: string
}

/** A home with this policy, and a trusted workspace; `policy` follows `BASE`. */
export function execWorld(policy: string): ExecWorld {
  const base = tempFolder()
  const home = join(base, 'home')
  const work = join(base, 'work')
  const own = join(home, '.openagent')
  for (const each of [own, join(home, '.ssh'), join(work, '.git/hooks')])
    mkdirSync(each, { recursive: true })
  for (const each of ['locked', 'pinned']) mkdirSync(join(work, each))
  writeFileSync(join(home, '.ssh/id'), 'private\n')
  writeFileSync(join(work, '.env'), 'PASSWORD=1\n')
  writeFileSync(join(work, '.git/config'), '[core]\n')
  writeFileSync(join(own, 'policy.oa'), `${BASE}${policy}`)
  const projects = [{ folder: work, policy: null, files: {} }]
  writeFileSync(join(own, 'trust.json'), JSON.stringify({ version: 1, projects }))
  return { home, work, audit: join(own, 'audit') }
}

/** The environment of a run: nothing of the machine's that tells of agents. */
export function execEnv(world: ExecWorld, more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  return {
    PATH: process.env['PATH'],
    HOME: world.home,
    LANG: 'C.UTF-8',
    OPENAGENT_HOME: world.home,
    ...more,
  }
}

export interface ExecOptions {
  readonly env?: NodeJS.ProcessEnv
  readonly input?: string
  readonly cwd?: string
}

/** Runs `oa exec` with these words and waits. */
export function oaExec(
  world: ExecWorld,
  words: readonly string[],
  options: ExecOptions = {},
): ExecRun {
  return ofResult(
    spawnSync(process.execPath, [CLI, 'exec', ...words], {
      cwd: options.cwd ?? world.work,
      env: execEnv(world, options.env),
      input: options.input ?? '',
      encoding: 'utf8',
    }),
  )
}

export function ofResult({ status, signal, stdout, stderr }: SpawnSyncReturns<string>): ExecRun {
  return { code: status, signal, out: stdout, err: stderr }
}

/** Starts `oa exec` without waiting. */
export function startExec(
  world: ExecWorld,
  words: readonly string[],
): {
  readonly ended: Promise<ExecRun>
  readonly child: ReturnType<typeof spawn>
} {
  const child = spawn(process.execPath, [CLI, 'exec', ...words], {
    cwd: world.work,
    env: execEnv(world),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let out = ''
  let err = ''
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()))
  const ended = new Promise<ExecRun>((resolve) => {
    child.once('close', (code, signal) => resolve({ code, signal, out, err }))
  })
  return { ended, child }
}

export interface LogRecord {
  readonly seq: number
  readonly prev: string
  readonly kind: string
  readonly [name: string]: unknown
}

/** Every record of the log, in order. */
export function recordsOf(world: ExecWorld): readonly LogRecord[] {
  if (!existsSync(world.audit)) return []
  return readdirSync(world.audit)
    .filter((name) => name.endsWith('.jsonl'))
    .sort()
    .flatMap((name) => readFileSync(join(world.audit, name), 'utf8').trimEnd().split('\n'))
    .map((line) => JSON.parse(line) as LogRecord)
}

/** The last records of what `oa exec` writes, without the log's own. */
export function lastKinds(world: ExecWorld, count: number): readonly string[] {
  return recordsOf(world)
    .slice(-count)
    .map((each) => each.kind)
}
