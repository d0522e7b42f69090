/**
 * The keys that sign checkpoints, one after the other. Each key announces the next with its signature and is then
 * destroyed: whoever takes today's key cannot sign what yesterday's should have said.
 */
import type { KeyObject } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import { EPOCHS_FILE, KEY_FILE, openForAppend, replaceFile, unwritable } from './files.ts'
import { exportKey, importKey, isSignedBy, makeKey, publicOf, signText } from './note.ts'

/** One line of the `epochs` file. */
export interface Announcement {
  readonly epoch: number
  readonly origin: string
  /** Raw public key, base64. */
  readonly key: string
  /** By the key before, over `announcementText`; absent for the first. */
  readonly signature?: string
}

/** The private key file: the key, and the announcement of its public half. */
export interface SigningKey {
  readonly epoch: number
  readonly key: KeyObject
  readonly announcement: Announcement
}

/** What a key signs to name its successor. */
export function announcementText(next: Announcement): string {
  return `openagent audit epoch\n${next.origin}\n${next.epoch}\n${next.key}\n`
}

/** Whether `next` is rightly announced by the key before it. */
export function isAnnounced(next: Announcement, previousKey: Buffer): boolean {
  const signature = Buffer.from(next.signature ?? '', 'base64')
  return isSignedBy(previousKey, announcementText(next), signature)
}

/** The current key; undefined before the first checkpoint. Throws OA6001 when the file is damaged. */
export function loadKey(directory: string): SigningKey | undefined {
  const file = path.join(directory, KEY_FILE)
  if (!fs.existsSync(file)) return undefined
  // A key that others could read or have put there signs nothing.
  const fd = openForAppend(file)
  try {
    const { announcement, key } = JSON.parse(fs.readFileSync(fd, 'utf8')) as {
      announcement: unknown
      key: unknown
    }
    if (!isAnnouncement(announcement)) throw new Error('no announcement')
    return { epoch: announcement.epoch, announcement, key: importKey(String(key)) }
  } catch (cause) {
    throw unwritable('the audit signing key cannot be read', cause)
  } finally {
    fs.closeSync(fd)
  }
}

/** Makes the first key of a log. */
export function makeFirstKey(directory: string, origin: string): SigningKey {
  const key = makeKey()
  const announcement: Announcement = { epoch: 0, origin, key: publicOf(key).toString('base64') }
  return store(directory, key, announcement)
}

/** Replaces a key by its successor. A kill at any point leaves one whole key whose announcement is signed. */
export function ratchet(directory: string, current: SigningKey): SigningKey {
  const key = makeKey()
  const next = {
    epoch: current.epoch + 1,
    origin: current.announcement.origin,
    key: publicOf(key).toString('base64'),
  }
  const signature = signText(current.key, announcementText(next))
  return store(directory, key, { ...next, signature })
}

function store(directory: string, key: KeyObject, announcement: Announcement): SigningKey {
  const text = JSON.stringify({ announcement, key: exportKey(key) })
  replaceFile(path.join(directory, KEY_FILE), `${text}\n`)
  publish(directory, announcement)
  return { epoch: announcement.epoch, key, announcement }
}

/** Writes the announcement unless it is there: a crash may have come between key and announcement. */
export function publish(directory: string, announcement: Announcement): void {
  const fd = openForAppend(path.join(directory, EPOCHS_FILE))
  try {
    const text = fs.readFileSync(fd, 'utf8')
    if (readAnnouncements(text).some((each) => each.epoch === announcement.epoch)) return
    const opening = text === '' || text.endsWith('\n') ? '' : '\n'
    fs.writeSync(fd, `${opening}${JSON.stringify(announcement)}\n`)
    fs.fdatasyncSync(fd)
  } finally {
    fs.closeSync(fd)
  }
}

/** The announcements of an `epochs` file in their order; lines that are none are left out. */
export function readAnnouncements(text: string): readonly Announcement[] {
  const found: Announcement[] = []
  for (const line of text.split('\n')) {
    if (line === '') continue
    try {
      const value: unknown = JSON.parse(line)
      if (isAnnouncement(value)) found.push(value)
    } catch {
      // A torn line; the announcement that belongs there was written again after it.
    }
  }
  return found
}

function isAnnouncement(value: unknown): value is Announcement {
  if (typeof value !== 'object' || value === null) return false
  const { epoch, origin, key, signature } = value as Partial<Record<keyof Announcement, unknown>>
  return (
    typeof epoch === 'number' &&
    Number.isSafeInteger(epoch) &&
    epoch >= 0 &&
    typeof origin === 'string' &&
    typeof key === 'string' &&
    (signature === undefined || typeof signature === 'string')
  )
}
