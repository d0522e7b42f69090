/** Processes that write audit logs for tests, and what they were told was written. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import fs from 'node:fs'
import path from 'node:path'
import { leafHash } from '../../src/audit/record.ts'
import { segments } from './audit.ts'
import { ROOT } from './corpus.ts'

/** Starts one of `test/programs`. */
export function start(program: string, ...args: readonly string[]): ChildProcess {
  return startUnder([], program, ...args)
}

/** The same, below a wrapper with its words: `unshare -n`. */
export function startUnder(
  wrapper: readonly string[],
  program: string,
  ...args: readonly string[]
): ChildProcess {
  const file = path.join(ROOT, 'test/programs', program)
  const [first = '', ...rest] = [...wrapper, process.execPath, '--import', 'tsx', file, ...args]
  return spawn(first, rest, { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'] })
}

/** Waits until a child has printed a word. */
export async function says(child: ChildProcess, word: string): Promise<void> {
  let text = ''
  while (!text.includes(word)) {
    const [chunk] = (await once(child.stdout ?? child, 'data')) as [Buffer]
    text += chunk.toString()
  }
}

/** Acknowledgements that the log does not bear out. */
export function lost(
  directory: string,
  ackFiles: readonly string[],
): { acked: number; lost: number } {
  const bySeq = new Map<number, string>()
  for (const file of segments(directory)) {
    for (const line of fs.readFileSync(file, 'utf8').split('\n')) {
      const found = /^\{"prev":"[0-9a-f]{64}","seq":(\d+),.*\}$/.exec(line)
      if (found) bySeq.set(Number(found[1]), leafHash(line))
    }
  }
  let acked = 0
  let missing = 0
  for (const file of ackFiles) {
    for (const line of fs.readFileSync(file, 'utf8').split('\n')) {
      const [seq, hash] = line.split(' ')
      if (hash?.length !== 64) continue
      acked++
      if (bySeq.get(Number(seq)) !== hash) missing++
    }
  }
  return { acked, lost: missing }
}
