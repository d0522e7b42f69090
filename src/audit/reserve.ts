/** Bytes kept aside so that a full disk leaves room for a last word. */
import fs from 'node:fs'
import path from 'node:path'
import { RESERVE_FILE } from './files.ts'

/** Keeps them where the disk has plenty. Real zeros: a hole would keep nothing. */
export function keepReserve(directory: string, bytes: number): void {
  const reserve = path.join(directory, RESERVE_FILE)
  if (bytes === 0 || fs.existsSync(reserve)) return
  const { bavail, bsize } = fs.statfsSync(directory)
  if (bavail * bsize < 8 * bytes) return
  try {
    fs.writeFileSync(reserve, Buffer.alloc(bytes), { mode: 0o600, flag: 'wx' })
  } catch {
    // No reserve is no reason not to record.
  }
}

/** Gives them back; false where there were none. */
export function freeReserve(directory: string): boolean {
  const reserve = path.join(directory, RESERVE_FILE)
  if (!fs.existsSync(reserve)) return false
  fs.rmSync(reserve)
  return true
}
