/** Lines through the strict runner as `dist/` has it, and through bash, each in a folder of its own. */
import { spawn } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Duplex } from 'node:stream'
import { globber } from '../../src/command/globs.ts'
import { initialScope } from '../../src/command/shell/state.ts'
import { walk } from '../../src/command/shell/walk.ts'
import { type NotRunnable, type Runnable, runnableOf } from '../../src/run/executor.ts'
import { strictSession } from '../../src/run/strict/session.ts'
import { nodeWorld } from '../../src/world/node-world.ts'
import { ROOT } from './corpus.ts'

export const ENVIRONMENT = { PATH: '/usr/bin:/bin', LC_ALL: 'C', HOME: '/', KEPT: 'kept' }

export interface LineEnd {
  readonly code: number | null
  readonly out: string
  /** Every file by its path, folders with a slash behind. */
  readonly files: Readonly<Record<string, string>>
}

/** What each run starts with. */
export const SEED: Readonly<Record<string, string>> = {
  'a.txt': 'one\ntwo\nthree\n',
  'b.txt': 'banana\napple\ncherry\n',
  c: '',
  'd/inner.txt': 'inside\n',
  'd/e/deep': 'deep\n',
}

/** An empty folder with the files of `SEED`. */
export function seeded(folder: string): void {
  rmSync(folder, { recursive: true, force: true })
  for (const [path, text] of Object.entries(SEED)) {
    mkdirSync(join(folder, path, '..'), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
}

/** How strict mode would run a line. */
export function strictly(line: string, cwd: string): Runnable | NotRunnable {
  const world = nodeWorld({ home: '/', workspace: cwd, path: '' })
  const walked = walk({
    text: line,
    dialect: 'bash',
    scope: initialScope({ cwds: [cwd] }),
    home: '/',
    glob: globber(world),
  })
  return runnableOf({ subject: { kind: 'line', line }, walked, cwd, isStrict: true, world })
}

/** Runs what strict mode made of a line. */
export function runStrictly(runnable: Runnable, cwd: string): Promise<LineEnd> {
  if (runnable.kind === 'direct') {
    const { executable, argv, env } = runnable
    const [argv0 = '', ...args] = argv
    return ended(executable ?? '', args, cwd, { argv0, env: { ...ENVIRONMENT, ...env } })
  }
  if (runnable.kind !== 'strict') throw new Error('a shell in strict mode')
  const program = { root: runnable.root, cwd, environment: ENVIRONMENT }
  const session = strictSession(program, () => null)
  const script = readFileSync(join(ROOT, 'dist/strict-runner.cjs'), 'utf8')
  return ended(process.execPath, ['-e', script], cwd, {
    env: {},
    attach: (channel) => session.attach(channel),
  })
}

export function runBash(line: string, cwd: string): Promise<LineEnd> {
  const args = ['--norc', '--noprofile', '-c', line]
  return ended('/bin/bash', args, cwd, { argv0: 'bash', env: ENVIRONMENT })
}

interface How {
  readonly argv0?: string
  readonly env: Readonly<Record<string, string>>
  readonly attach?: (channel: Duplex) => void
}

function ended(path: string, args: readonly string[], cwd: string, how: How): Promise<LineEnd> {
  return new Promise((resolve, reject) => {
    const { attach, argv0, env } = how
    const child = spawn(path, args, {
      cwd,
      env,
      ...(argv0 === undefined ? {} : { argv0 }),
      stdio: attach
        ? ['ignore', 'pipe', 'ignore', 'ignore', 'ignore', 'ignore', 'pipe']
        : ['ignore', 'pipe', 'ignore'],
    })
    const chunks: Buffer[] = []
    child.stdout?.on('data', (chunk: Buffer) => chunks.push(chunk))
    child.once('error', reject)
    child.once('close', (code) => {
      resolve({ code, out: normal(Buffer.concat(chunks).toString('latin1')), files: filesOf(cwd) })
    })
    attach?.((child.stdio as readonly unknown[])[6] as Duplex)
  })
}

/** The one difference that is meant: who speaks in the shell's own messages. */
function normal(text: string): string {
  return text.replaceAll(/^bash: line \d+: /gm, 'oa: ')
}

function filesOf(folder: string): Readonly<Record<string, string>> {
  const found: Record<string, string> = {}
  const look = (below: string): void => {
    for (const entry of readdirSync(join(folder, below), { withFileTypes: true })) {
      const path = below === '' ? entry.name : `${below}/${entry.name}`
      if (entry.isDirectory()) {
        found[`${path}/`] = ''
        look(path)
      } else found[path] = normal(readFileSync(join(folder, path), 'latin1'))
    }
  }
  look('')
  return found
}
