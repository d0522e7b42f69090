/**
 * Making signed checkpoints: the tree over all records so far, signed by the key of this epoch, which is then
 * replaced. The caller holds the lock.
 */
import fs from 'node:fs'
import path from 'node:path'
import { OaError } from '../base/diagnostic.ts'
import {
  type Announcement,
  loadKey,
  makeFirstKey,
  publish,
  ratchet,
  readAnnouncements,
  type SigningKey,
} from './epoch.ts'
import {
  CHECKPOINTS_FILE,
  EPOCHS_FILE,
  listSegments,
  openForAppend,
  replaceFile,
  TREE_FILE,
} from './files.ts'
import type { Head } from './head.ts'
import { type Edge, MerkleTree, readEdge } from './merkle.ts'
import { originOf, printCheckpoint, printKey } from './note.ts'
import { growFrom, growOver } from './segment.ts'

/** A signed tree head, and its text as it can be kept elsewhere. */
export interface Checkpoint {
  readonly size: number
  readonly root: string
  readonly epoch: number
  readonly text: string
}

/** The key that will sign next; made on first use. */
export function signingKey(directory: string, log: string): SigningKey {
  const key = loadKey(directory) ?? makeFirstKey(directory, originOf(log))
  publish(directory, key.announcement)
  return key
}

/**
 * Signs everything up to HEAD and moves on to the next key.
 *
 * INVARIANT: the checkpoint is on the disk before its key is replaced, so that a key of epoch n proves that a
 * checkpoint of epoch n-1 existed.
 */
export function writeCheckpoint(directory: string, head: Head, key: SigningKey): Checkpoint {
  const tree = catchUp(directory, head)
  const root = tree.root()
  const text = printCheckpoint({ origin: key.announcement.origin, size: tree.size, root }, key.key)
  const fd = openForAppend(path.join(directory, CHECKPOINTS_FILE))
  try {
    fs.writeSync(fd, `${isCleanEnd(fd) ? '' : '\n\n'}${text}\n`)
    fs.fdatasyncSync(fd)
  } finally {
    fs.closeSync(fd)
  }
  saveTree(directory, head, tree.edge())
  ratchet(directory, key)
  return { size: tree.size, root, epoch: key.epoch, text }
}

/** A writer may have died inside a checkpoint; the next must not be taken for its end. */
function isCleanEnd(fd: number): boolean {
  const { size } = fs.fstatSync(fd)
  if (size === 0) return true
  const end = Buffer.alloc(2)
  fs.readSync(fd, end, 0, 2, Math.max(0, size - 2))
  return end.toString('latin1') === '\n\n'
}

/** The key of the first epoch, for pinning elsewhere; undefined before the first checkpoint. */
export function firstKey(directory: string): string | undefined {
  const file = path.join(directory, EPOCHS_FILE)
  if (!fs.existsSync(file)) return undefined
  const first: Announcement | undefined = readAnnouncements(fs.readFileSync(file, 'utf8'))[0]
  if (first?.epoch !== 0) return undefined
  return printKey(first.origin, Buffer.from(first.key, 'base64'))
}

interface SavedTree extends Edge {
  readonly segment: string
  readonly bytes: number
}

/** The tree up to HEAD: from where it was last saved, or from the edge the last segment begins with. */
function catchUp(directory: string, head: Head): MerkleTree {
  const saved = loadTree(directory)
  const tree = saved ? growSaved(directory, head, saved) : undefined
  if (tree?.size === head.seq + 1) return tree
  const again = growLast(directory, head)
  if (again?.size === head.seq + 1) return again
  throw new OaError('OA6002', 'the audit log does not have as many records as its head says')
}

function growSaved(directory: string, head: Head, saved: SavedTree): MerkleTree | undefined {
  const tree = new MerkleTree(saved)
  for (const name of listSegments(directory)) {
    if (name < saved.segment || name > head.segment) continue
    const from = name === saved.segment ? saved.bytes : 0
    readSegment(directory, name, (fd, size) => {
      growOver(tree, fd, from, name === head.segment ? head.bytes : size)
    })
  }
  return tree
}

function growLast(directory: string, head: Head): MerkleTree | undefined {
  return readSegment(directory, head.segment, (fd) => growFrom(fd, head.bytes))
}

function readSegment<T>(
  directory: string,
  name: string,
  action: (fd: number, size: number) => T,
): T {
  const fd = fs.openSync(
    path.join(directory, name),
    fs.constants.O_RDONLY | fs.constants.O_NOFOLLOW,
  )
  try {
    return action(fd, fs.fstatSync(fd).size)
  } finally {
    fs.closeSync(fd)
  }
}

function saveTree(directory: string, head: Head, edge: Edge): void {
  const saved: SavedTree = { ...edge, segment: head.segment, bytes: head.bytes }
  replaceFile(path.join(directory, TREE_FILE), `${JSON.stringify(saved)}\n`)
}

/** A cache only: anything odd about it and it is not used. */
function loadTree(directory: string): SavedTree | undefined {
  try {
    const value = JSON.parse(
      fs.readFileSync(path.join(directory, TREE_FILE), 'utf8'),
    ) as Partial<SavedTree>
    const edge = readEdge(value)
    if (!edge || typeof value.segment !== 'string' || typeof value.bytes !== 'number')
      return undefined
    return { ...edge, segment: value.segment, bytes: value.bytes }
  } catch {
    return undefined
  }
}
