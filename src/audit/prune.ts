/**
 * Pruning: whole sealed segments from the start, and only what a signed checkpoint covers. The log itself says what
 * it begins with from then on, so that a start cut off by anybody else is found.
 */
import fs from 'node:fs'
import path from 'node:path'
import { OaError } from '../base/diagnostic.ts'
import { firstSeqOf, listSegments, syncDirectory } from './files.ts'
import { Findings } from './finding.ts'
import type { Log } from './log.ts'
import { entryBody, parseTime } from './record.ts'
import { type Opening, readOpening } from './segment.ts'
import { openSegment } from './snapshot.ts'

export interface Pruned {
  /** Segments removed, oldest first. */
  readonly segments: readonly string[]
  readonly bytes: number
  /** Sequence number of the first record that is left. */
  readonly firstSeq: number
}

/**
 * Removes the segments whose records are all older than a time.
 *
 * INVARIANT: the record that says so is signed and on the disk before anything is removed; a kill in between leaves
 * a log with a longer start than it claims, which is removed next time.
 *
 * Throws OA6002 when a segment to keep does not begin as one must.
 */
export function pruneLog(log: Log, before: { readonly ns: bigint }): Pruned {
  const names = listSegments(log.directory)
  const openings = names.map((name) => openingOf(log.directory, name))
  // A segment is older than a time when the next one began before it; the last is never sealed.
  const keepFrom = openings.findIndex((_, at) => {
    const next = openings[at + 1]
    return next === undefined || (parseTime(next.ts) ?? before.ns) >= before.ns
  })
  const kept = openings[keepFrom]
  const name = names[keepFrom]
  if (!kept || name === undefined || keepFrom === 0) {
    return { segments: [], bytes: 0, firstSeq: openings[0]?.seq ?? 0 }
  }
  const firstSeq = firstSeqOf(name) ?? kept.seq
  const removed = names.slice(0, keepFrom)
  log.appendOwn(
    entryBody({
      kind: 'audit.prune',
      removed,
      kept: { segment: name, seq: firstSeq, prev: kept.prev },
    }),
  )
  log.checkpoint()
  let bytes = 0
  for (const each of removed) {
    const file = path.join(log.directory, each)
    bytes += fs.lstatSync(file).size
    fs.rmSync(file)
  }
  syncDirectory(log.directory)
  return { segments: removed, bytes, firstSeq }
}

function openingOf(directory: string, name: string): Opening {
  const file = path.join(directory, name)
  const fd = openSegment({ name, file, bytes: 0 }, new Findings())
  if (fd === undefined) throw new OaError('OA6002', `\`${name}\` cannot be read`)
  try {
    const opening = readOpening(fd, fs.fstatSync(fd).size)
    if (!opening) throw new OaError('OA6002', `\`${name}\` does not begin as a segment must`)
    return opening
  } finally {
    fs.closeSync(fd)
  }
}
