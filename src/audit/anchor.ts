/**
 * Anchors: tree heads kept where whoever can write the log cannot write. A file on another machine, a git note, a
 * row in a database: the text is a checkpoint, the trust comes from where it lies.
 */
import fs from 'node:fs'
import { OaError } from '../base/diagnostic.ts'
import type { Findings, WantedHead } from './finding.ts'
import { readCheckpoints } from './note.ts'

export interface Anchor {
  readonly size: number
  /** 64 hex digits. */
  readonly root: string
  /** Where it was kept, for messages. */
  readonly source: string
}

/** The anchors in a text: every checkpoint there is, whoever signed it. Throws OA6007 when there is none. */
export function readAnchors(text: string, source: string): readonly Anchor[] {
  const { notes } = readCheckpoints(text.endsWith('\n') ? text : `${text}\n`)
  if (notes.length === 0) throw new OaError('OA6007', `\`${source}\` holds no checkpoint`)
  return notes.map(({ head }) => ({ size: head.size, root: head.root, source }))
}

/** Adds a checkpoint's text to a file, on the disk when it returns. Throws OA6001. */
export function appendAnchor(file: string, checkpointText: string): void {
  try {
    const { O_WRONLY, O_APPEND, O_CREAT, O_NOFOLLOW } = fs.constants
    const fd = fs.openSync(file, O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW, 0o600)
    try {
      fs.writeSync(fd, `${checkpointText}\n`)
      fs.fdatasyncSync(fd)
    } finally {
      fs.closeSync(fd)
    }
  } catch (cause) {
    throw new OaError('OA6001', `the anchor \`${file}\` cannot be written`, { cause })
  }
}

/** Anchors as tree heads that the log must have; what cannot be a tree head is a finding. */
export function checkAnchors(
  anchors: readonly Anchor[],
  findings: Findings,
): readonly WantedHead[] {
  return anchors.flatMap((each): readonly WantedHead[] => {
    if (!Number.isSafeInteger(each.size) || each.size < 0 || !/^[0-9a-f]{64}$/.test(each.root)) {
      findings.add(
        'anchor',
        'OA6007',
        'anchor-unreadable',
        `an anchor from \`${each.source}\` is no tree head`,
      )
      return []
    }
    return [
      {
        size: each.size,
        root: each.root,
        layer: 'anchor',
        label: `the anchor from \`${each.source}\``,
      },
    ]
  })
}
