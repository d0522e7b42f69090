/** What a verification by the digests of sealed segments still has to look at inside them. */
import fs from 'node:fs'
import { Findings, type WantedHead } from './finding.ts'
import { framedHash, unframed, walkLines } from './lines.ts'
import { MerkleTree } from './merkle.ts'
import { isRecordLine } from './record.ts'
import { type Opening, readOpening } from './segment.ts'
import { openSegment, type SegmentFile } from './snapshot.ts'

/** The opening record of a segment; undefined where there is none or the file is not what it must be. */
export function openingOfFile(segment: SegmentFile): Opening | undefined {
  const fd = openSegment(segment, new Findings())
  if (fd === undefined) return undefined
  try {
    return readOpening(fd, segment.bytes)
  } finally {
    fs.closeSync(fd)
  }
}

/** Whether a tree head that ends inside a segment is that of its records. */
export function isHeadRight(
  fd: number,
  bytes: number,
  opening: Opening,
  head: WantedHead,
): boolean {
  if (!opening.tree) return false
  const tree = new MerkleTree(opening.tree)
  walkLines(fd, opening.offset, bytes, {
    line: (framed) => {
      if (tree.size < head.size && isRecordLine(unframed(framed))) tree.push(framedHash(framed))
      return tree.size < head.size
    },
    long: () => false,
  })
  return tree.size === head.size && tree.root() === head.root
}
