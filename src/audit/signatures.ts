/**
 * Reading the signed evidence of a log: keys from the first on, and checkpoints in the order they were signed. What
 * they promise of the records is checked as the chain is walked.
 */
import fs from 'node:fs'
import path from 'node:path'
import { type Announcement, isAnnounced, readAnnouncements } from './epoch.ts'
import { CHECKPOINTS_FILE, EPOCHS_FILE, KEY_FILE } from './files.ts'
import type { Findings, WantedHead } from './finding.ts'
import { isSignedBy, keyIdOf, type Note, readCheckpoints, readKey } from './note.ts'

export interface Signatures {
  /** Tree heads with a good signature, oldest first. */
  readonly heads: readonly WantedHead[]
  readonly checkpoints: number
  readonly epochs: number
  /** Whether the first key is the one that was pinned. */
  readonly isPinned: boolean
}

interface Keys {
  readonly origin: string
  /** By epoch. */
  readonly keys: readonly Buffer[]
  /** Epochs by key id; ids have 32 bits, so two keys may share one. */
  readonly epochs: ReadonlyMap<string, readonly number[]>
}

/** Reads `epochs` and `checkpoints`. Total: what is wrong becomes findings. */
export function readSignatures(
  directory: string,
  findings: Findings,
  options: { readonly pinnedKey?: string },
): Signatures {
  const report = new Report(findings)
  const announced = readAnnouncements(readText(path.join(directory, EPOCHS_FILE)))
  const pending = pendingOf(directory)
  const keys = readKeys(announced, pending, report)
  const isPinned = checkPin(keys, options.pinnedKey, report)
  const { notes, unreadable } = readCheckpoints(readText(path.join(directory, CHECKPOINTS_FILE)))
  if (unreadable > 0) {
    const text = `${unreadable} pieces of the checkpoints file are no checkpoints: interrupted writes, or damage`
    findings.add('checkpoint', 'OA6003', 'checkpoint-torn', text)
  }
  const signed = notes.flatMap((note) => signerOf(note, keys, report))
  checkOrder(signed, keys.keys.length, report)
  return {
    heads: signed.map(({ note, epoch }) => ({
      size: note.head.size,
      root: note.head.root,
      layer: 'checkpoint',
      label: `the checkpoint of epoch ${epoch}`,
    })),
    checkpoints: signed.length,
    epochs: keys.keys.length,
    isPinned,
  }
}

class Report {
  readonly #findings: Findings

  constructor(findings: Findings) {
    this.#findings = findings
  }

  add(name: string, text: string): void {
    this.#findings.add('checkpoint', 'OA6006', name, text)
  }
}

/** Files beyond this are not read: a checkpoint has about 300 bytes. */
const FILE_BYTES_MAX = 256 * 1024 * 1024

function readText(file: string): string {
  try {
    const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = fs.constants
    const fd = fs.openSync(file, O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
    try {
      const found = fs.fstatSync(fd)
      return found.isFile() && found.size <= FILE_BYTES_MAX ? fs.readFileSync(fd, 'utf8') : ''
    } finally {
      fs.closeSync(fd)
    }
  } catch {
    return ''
  }
}

/** The announcement inside the key file: it may be one ahead of the published ones, after a crash. */
function pendingOf(directory: string): Announcement | undefined {
  try {
    const value = JSON.parse(readText(path.join(directory, KEY_FILE))) as { announcement?: unknown }
    return readAnnouncements(JSON.stringify(value.announcement))[0]
  } catch {
    return undefined
  }
}

function readKeys(
  announced: readonly Announcement[],
  pending: Announcement | undefined,
  report: Report,
): Keys {
  const keys: Buffer[] = []
  const origin = announced[0]?.origin ?? ''
  for (const each of announced) {
    const key = Buffer.from(each.key, 'base64')
    const previous = keys.at(-1)
    const isRight = previous ? isAnnounced(each, previous) : each.epoch === 0
    if (each.epoch !== keys.length || each.origin !== origin || !isRight) {
      report.add(
        'key-unsigned',
        `the key of epoch ${each.epoch} is not announced by the one before it`,
      )
      return keysOf(origin, keys)
    }
    keys.push(key)
  }
  if (!pending || pending.epoch < keys.length) return keysOf(origin, keys)
  const last = keys.at(-1)
  if (pending.epoch === keys.length && last && isAnnounced(pending, last)) {
    keys.push(Buffer.from(pending.key, 'base64'))
  } else {
    const text = `the signing key is of epoch ${pending.epoch}, the announced ones end with ${keys.length - 1}`
    report.add('checkpoints-removed', text)
  }
  return keysOf(origin, keys)
}

function keysOf(origin: string, keys: readonly Buffer[]): Keys {
  const epochs = new Map<string, number[]>()
  for (const [epoch, key] of keys.entries()) {
    const id = keyIdOf(origin, key)
    epochs.set(id, [...(epochs.get(id) ?? []), epoch])
  }
  return { origin, keys, epochs }
}

function checkPin(keys: Keys, pinnedKey: string | undefined, report: Report): boolean {
  if (pinnedKey === undefined) return false
  const pinned = readKey(pinnedKey)
  const first = keys.keys[0]
  if (!pinned) report.add('pin-unreadable', 'the pinned key is no verifier key')
  else if (!first) report.add('keys-missing', 'a key is pinned, and the log has none')
  else if (!pinned.publicKey.equals(first) || pinned.name !== keys.origin) {
    report.add('key-replaced', 'the first key of the log is not the pinned one')
  } else return true
  return false
}

interface Signed {
  readonly note: Note
  readonly epoch: number
}

function signerOf(note: Note, keys: Keys, report: Report): Signed[] {
  for (const each of note.signatures) {
    if (each.name !== keys.origin || note.head.origin !== keys.origin) continue
    for (const epoch of keys.epochs.get(each.keyId) ?? []) {
      const key = keys.keys[epoch]
      if (key && isSignedBy(key, note.text, each.signature)) return [{ note, epoch }]
    }
  }
  report.add(
    'checkpoint-unsigned',
    `a checkpoint over ${note.head.size} records has no good signature`,
  )
  return []
}

/** INVARIANT of the writer: every epoch signs at least once, in order, over ever more records. */
function checkOrder(signed: readonly Signed[], keyCount: number, report: Report): void {
  let epoch = 0
  let size = 0
  for (const [index, each] of signed.entries()) {
    const isNext = each.epoch === epoch || (index > 0 && each.epoch === epoch + 1)
    if (!isNext) {
      const text = `after epoch ${epoch} comes a checkpoint of epoch ${each.epoch}`
      report.add('checkpoint-gap', text)
      return
    }
    if (each.note.head.size < size) {
      report.add(
        'checkpoint-order',
        `a checkpoint over ${each.note.head.size} records follows one over ${size}`,
      )
    }
    epoch = each.epoch
    size = each.note.head.size
  }
  const lastSigned = signed.at(-1)?.epoch ?? -1
  if (keyCount - 1 > lastSigned + 1) {
    const text = `the keys go up to epoch ${keyCount - 1}, the checkpoints only to ${lastSigned}`
    report.add('checkpoints-removed', text)
  }
}
