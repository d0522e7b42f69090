/**
 * What `oa exec` is compared with, and the Node that it needs: installed on first use into a folder of the bench.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ENV, ROOT } from './built.ts'

const FOLDER = join(ROOT, 'bench/peers/exec')
const SRT = join(FOLDER, 'node_modules/@anthropic-ai/sandbox-runtime/dist/cli.js')
/** Programs that srt starts; without one it does not run. */
const SRT_NEEDS = ['bwrap', 'socat', 'rg']

export interface ExecPeers {
  /** A Node 22; null with the reason in `leftOut`. */
  readonly node22: string | null
  /** The words that start srt on a command, after node. */
  readonly srt: ((allowed: readonly string[], folder: string) => readonly string[]) | null
  readonly leftOut: readonly string[]
}

/** Installs what is missing and says what cannot be had. */
export function execPeers(): ExecPeers {
  const leftOut: string[] = []
  if (!existsSync(join(FOLDER, 'node_modules'))) {
    const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund']
    spawnSync('npm', args, { cwd: FOLDER, stdio: 'ignore', timeout: 300_000 })
  }
  const node = join(FOLDER, `node_modules/node-linux-${process.arch}/bin/node`)
  const node22 = existsSync(node) ? node : null
  if (node22 === null) leftOut.push('Node 22: its package cannot be had')
  const missing = SRT_NEEDS.filter((name) => !isThere(name))
  const hasSrt = existsSync(SRT) && node22 !== null && missing.length === 0
  if (!existsSync(SRT)) leftOut.push('srt: its package cannot be had')
  else if (missing.length > 0) leftOut.push(`srt: it needs ${missing.join(', ')}`)
  return { node22, srt: hasSrt ? srtWords : null, leftOut }
}

function isThere(name: string): boolean {
  return (
    spawnSync('/bin/sh', ['-c', `command -v ${name}`], { env: ENV, stdio: 'ignore' }).status === 0
  )
}

function srtWords(allowed: readonly string[], folder: string): readonly string[] {
  const settings = join(folder, `srt-${allowed.length}.json`)
  const content = {
    network: { allowedDomains: allowed, deniedDomains: [] },
    filesystem: { denyRead: [], allowWrite: ['.'], denyWrite: [] },
  }
  writeFileSync(settings, JSON.stringify(content))
  return [SRT, '--settings', settings, 'true']
}
