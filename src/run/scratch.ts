/**
 * Names of what `oa` makes in the temporary folder for a moment, and the removal of what a killed `oa` left there.
 */
import fs from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const NAME = /^oa-(?:pipes|input)-(\d+)-/

/** The start of a name that tells whose it is. */
export function scratchName(what: 'pipes' | 'input'): string {
  return `oa-${what}-${process.pid}-`
}

/** Removes what belongs to processes of this account that are gone. */
export function sweepScratch(): void {
  const folder = tmpdir()
  try {
    for (const name of fs.readdirSync(folder)) {
      const pid = NAME.exec(name)?.[1]
      if (pid !== undefined && !isAlive(Number(pid))) removeOwn(join(folder, name))
    }
  } catch {
    // What cannot be read or removed stays; it holds nothing.
  }
}

function removeOwn(path: string): void {
  if (fs.lstatSync(path).uid === process.geteuid?.())
    fs.rmSync(path, { recursive: true, force: true })
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}
