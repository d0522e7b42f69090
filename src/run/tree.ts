/**
 * The processes of a run, found in `/proc`: by descent, and by the marker in their environment, which outlives a
 * change of session or parent. Best effort without a sandbox; with one, the process namespace does the killing.
 */
import fs from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { RUN_MARKER } from '../sandbox/environment.ts'

/** Rounds of looking and killing; a fork bomb needs several, each stops what it sees first. */
const KILL_ROUNDS_MAX = 50
const ROUND_PAUSE_MS = 20

interface Process {
  readonly pid: number
  readonly parent: number
  readonly state: string
}

/** All processes that `/proc` shows. */
function processTable(): readonly Process[] {
  const found: Process[] = []
  for (const name of fs.readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue
    const stat = readText(`/proc/${name}/stat`)
    // The name in parentheses may hold anything, a closing parenthesis too.
    const [state = '', parent = '0'] = stat.slice(stat.lastIndexOf(')') + 2).split(' ', 2)
    if (stat !== '') found.push({ pid: Number(name), parent: Number(parent), state })
  }
  return found
}

function readText(path: string): string {
  try {
    return fs.readFileSync(path, 'latin1')
  } catch {
    return ''
  }
}

/** Process ids below `root`, which is not among them. */
export function descendantsOf(root: number): readonly number[] {
  return below(new Set([root]), processTable())
}

function below(roots: ReadonlySet<number>, table: readonly Process[]): readonly number[] {
  const reached = new Set(roots)
  for (let before = -1; before !== reached.size; ) {
    before = reached.size
    for (const { pid, parent } of table) if (reached.has(parent)) reached.add(pid)
  }
  return [...reached].filter((pid) => !roots.has(pid))
}

/** Living processes whose environment carries the marker. */
export function markedProcesses(marker: string): readonly number[] {
  return marked(marker, processTable())
}

/**
 * Living processes of the command itself, by the variable that it and its descendants have; the backend's own have the
 * marker under another name, or not at all.
 */
export function commandProcesses(marker: string): readonly number[] {
  const variable = `\0${RUN_MARKER}=${marker}\0`
  return processTable()
    .filter(({ state }) => state !== 'Z' && state !== 'X')
    .filter(({ pid }) => `\0${readText(`/proc/${pid}/environ`)}`.includes(variable))
    .map(({ pid }) => pid)
}

function marked(marker: string, table: readonly Process[]): readonly number[] {
  return table
    .filter(({ pid, state }) => pid !== process.pid && state !== 'Z' && state !== 'X')
    .filter(({ pid }) => readText(`/proc/${pid}/environ`).includes(marker))
    .map(({ pid }) => pid)
}

/** Sends a signal; a process that is gone is no fault. */
export function sendSignal(pid: number, signal: NodeJS.Signals): void {
  if (!Number.isSafeInteger(pid) || pid <= 1) return
  try {
    process.kill(pid, signal)
  } catch {
    // Gone already, or not ours to signal.
  }
}

/**
 * Kills everything below `root`, and everything marked, until a round finds nothing alive. `isRootOurs` false: the
 * root has been reaped and its number may belong to somebody else by now. Gives the processes that are left.
 */
export async function killTree(root: {
  readonly pid: number
  readonly isRootOurs: () => boolean
  readonly marker: string
}): Promise<readonly number[]> {
  const known = new Set<number>()
  for (let round = 0; ; round += 1) {
    const table = processTable()
    const roots = new Set(root.isRootOurs() ? [root.pid] : [])
    const alive = new Set([...roots, ...below(roots, table), ...marked(root.marker, table)])
    for (const { pid, state } of table) if (state === 'Z' || state === 'X') alive.delete(pid)
    if (alive.size === 0 || round >= KILL_ROUNDS_MAX) return [...alive]
    for (const pid of alive) if (!known.has(pid)) sendSignal(pid, 'SIGSTOP')
    for (const pid of alive) {
      known.add(pid)
      sendSignal(pid, 'SIGKILL')
    }
    await pause(ROUND_PAUSE_MS)
  }
}
