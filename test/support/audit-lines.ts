/**
 * Records of a log as values, for tests that look at what was written.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

export interface RecordLine {
  readonly kind: string
  readonly [name: string]: unknown
}

/** Every record of a log's folder, in order. */
export function recordsIn(directory: string): readonly RecordLine[] {
  if (!existsSync(directory)) return []
  return readdirSync(directory)
    .filter((name) => name.endsWith('.jsonl'))
    .sort()
    .flatMap((name) => readFileSync(join(directory, name), 'utf8').trimEnd().split('\n'))
    .map((line) => JSON.parse(line) as RecordLine)
}
