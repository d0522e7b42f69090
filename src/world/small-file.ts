/**
 * Small files that others wrote, read without waiting for anybody: a pipe or a device in their place is refused.
 */
import { createHash } from 'node:crypto'
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs'
import { SCRIPT_BYTES_MAX } from '../base/limits.ts'
import type { ReadScript } from '../command/world.ts'

/** The text of a regular file; null: nothing is there. */
export function readSmallFile(path: string): ReadScript | null {
  let file: number | null = null
  try {
    // WHY: without O_NONBLOCK the opening of a pipe waits for its writer.
    file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
    return readOpen(file)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : ''
    if (code === 'ENOENT' || code === 'ENOTDIR') return null
    return { reason: code === 'ELOOP' ? 'it is a link' : 'it cannot be read' }
  } finally {
    if (file !== null) closeSync(file)
  }
}

function readOpen(file: number): ReadScript {
  const facts = fstatSync(file)
  if (!facts.isFile()) return { reason: 'it is no regular file' }
  if (facts.size > SCRIPT_BYTES_MAX) return { reason: `it has more than ${SCRIPT_BYTES_MAX} bytes` }
  const bytes = Buffer.alloc(SCRIPT_BYTES_MAX + 1)
  let length = 0
  for (let read = -1; read !== 0 && length < bytes.length; length += read) {
    read = readSync(file, bytes, length, bytes.length - length, null)
  }
  if (length > SCRIPT_BYTES_MAX) return { reason: `it has more than ${SCRIPT_BYTES_MAX} bytes` }
  const content = bytes.subarray(0, length)
  const digest = `sha256:${createHash('sha256').update(content).digest('hex')}`
  try {
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(content), digest }
  } catch {
    return { reason: 'its bytes are no UTF-8' }
  }
}
