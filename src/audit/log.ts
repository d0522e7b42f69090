/**
 * The writer of the audit log: entries in, acknowledgements out. An acknowledgement means that the record is on the
 * disk, chained to everything before it; without one the caller must not run anything. See docs/audit.md.
 */
import fs from 'node:fs'
import path from 'node:path'
import { promisify } from 'node:util'
import {
  AUDIT_CHECKPOINT_MS,
  AUDIT_CHECKPOINT_RECORDS,
  AUDIT_CLOSING_RECORDS,
  AUDIT_COMMIT_ENTRIES_MAX,
  AUDIT_LINE_BYTES_MAX,
  AUDIT_RESERVE_BYTES,
  AUDIT_SEGMENT_BYTES,
  AUDIT_SEGMENT_DAYS,
} from '../base/limits.ts'
import { type Checkpoint, signingKey, writeCheckpoint } from './checkpoint.ts'
import { type Ack, type Built, buildCommit, headAfter, headOf, writeAll } from './commit.ts'
import { loadKey } from './epoch.ts'
import {
  HEAD_FILE,
  KEY_FILE,
  LOCK_FILE,
  openForUpdate,
  prepareDirectory,
  segmentName,
  syncDirectory,
  syncParent,
  unwritable,
} from './files.ts'
import { readHead, writeHead } from './head.ts'
import { type KernelLock, type LockKind, openLock } from './lock.ts'
import { findPosition, type OpenSegment, type Position } from './position.ts'
import { type AuditEntry, entryBody } from './record.ts'
import { DEFAULT_REDACTOR, type Redactor } from './redact.ts'
import { freeReserve, keepReserve } from './reserve.ts'
import { needsOpening } from './segment.ts'

export interface LogOptions {
  /** Made with mode 0700 when it is not there. */
  readonly directory: string
  /** What hides secrets; without it the known token shapes and the usual names are hidden. */
  readonly redactor?: Redactor
  readonly segmentBytes?: number
  readonly segmentDays?: number
  readonly reserveBytes?: number
  /**
   * Records between two checkpoints; 0 for none but those asked for. A new segment gets one too, and so does a log
   * whose last one is old, and one that a process leaves after writing much.
   */
  readonly checkpointRecords?: number
  /** Nanoseconds since 1970; tests inject a clock that jumps. */
  readonly clock?: () => bigint
  /** Forces one kind of lock; tests use it. */
  readonly lock?: LockKind
}

export interface AuditLog {
  readonly directory: string
  /**
   * Records one entry. Entries appended while a commit is under way share the next one.
   *
   * Rejects with OA6001 (cannot write), OA6002 (the chain does not go on) or OA6004 (the log was cut): the caller
   * then refuses to run.
   */
  append(entry: AuditEntry): Promise<Ack>
  /** Records one entry before it returns; throws what `append` rejects with. */
  appendSync(entry: AuditEntry): Ack
  /**
   * Signs everything recorded so far and moves on to the next key. Throws what `append` rejects with; the records
   * stay acknowledged.
   */
  checkpoint(): Checkpoint
  /** Waits for what is queued and lets go of the files. */
  close(): Promise<void>
}

/** Opens the log of a directory, making it if need be. Throws OA6001. */
export function openLog(options: LogOptions): AuditLog {
  return new Log(options)
}

interface Waiting {
  readonly body: string
  readonly resolve: (ack: Ack) => void
  readonly reject: (reason: unknown) => void
}

interface Commit {
  readonly acks: readonly Ack[]
  readonly fd: number
  /** Whether these are the first records of a segment. */
  readonly hasOpened: boolean
}

const NS_PER_DAY = 86_400_000_000_000n
const flush = promisify(fs.fdatasync)

/** The log with what sealing and pruning need; other folders see `AuditLog` only. */
export class Log implements AuditLog {
  readonly directory: string
  readonly lock: KernelLock
  readonly #options: LogOptions
  readonly #redactor: Redactor
  readonly #headFd: number
  #open: OpenSegment | undefined
  readonly #retired: number[] = []
  #queue: Waiting[] = []
  #draining: Promise<void> | undefined
  #failure: unknown
  /** Records of this process since its last checkpoint. */
  #unsigned = 0

  constructor(options: LogOptions) {
    this.directory = path.resolve(options.directory)
    this.#options = options
    this.#redactor = options.redactor ?? DEFAULT_REDACTOR
    const isNew = !fs.existsSync(this.directory)
    prepareDirectory(this.directory)
    this.lock = openLock(
      path.join(this.directory, LOCK_FILE),
      options.lock ? { kind: options.lock } : {},
    )
    this.#headFd = openForUpdate(path.join(this.directory, HEAD_FILE))
    if (isNew) syncParent(this.directory)
    keepReserve(this.directory, this.#options.reserveBytes ?? AUDIT_RESERVE_BYTES)
  }

  appendSync(entry: AuditEntry): Ack {
    const prepared = this.#prepare(entry)
    const commit = this.lock.runSync(() => this.commit([prepared]))
    this.#guardFlush(() => fs.fdatasyncSync(commit.fd))
    const ack = commit.acks[0]
    if (!ack) throw unwritable('the audit log wrote nothing')
    this.#checkpointIfDue(commit)
    return ack
  }

  checkpoint(): Checkpoint {
    return this.lock.runSync(() => this.#sign())
  }

  /** Records something about the log itself. */
  appendOwn(body: string): void {
    const commit = this.lock.runSync(() => this.commit([body]))
    this.#guardFlush(() => fs.fdatasyncSync(commit.fd))
  }

  /** The record that a checkpoint is made is itself the last that it covers: it carries the time. */
  #sign(): Checkpoint {
    const { epoch } = loadKey(this.directory) ?? { epoch: 0 }
    const commit = this.commit([entryBody({ kind: 'audit.checkpoint', epoch })])
    this.#guardFlush(() => fs.fdatasyncSync(commit.fd))
    const head = readHead(this.#headFd)
    if (typeof head === 'string') throw unwritable('the audit head cannot be read back')
    this.#unsigned = 0
    return writeCheckpoint(this.directory, head, signingKey(this.directory, head.log))
  }

  /** Whoever writes the record that makes a round number signs; a failure leaves the records as they are. */
  #checkpointIfDue(commit: Commit): void {
    const every = this.#options.checkpointRecords ?? AUDIT_CHECKPOINT_RECORDS
    if (every === 0) return
    const first = commit.acks[0]?.seq ?? 0
    const last = commit.acks.at(-1)?.seq ?? 0
    this.#unsigned += commit.acks.length
    const isRound = Math.floor((last + 1) / every) > Math.floor(first / every)
    if (isRound || (commit.hasOpened && first > 1) || this.#isCheckpointOld()) this.#trySign()
  }

  #trySign(): void {
    try {
      this.checkpoint()
    } catch {
      // The next append meets the same fault, and refuses.
    }
  }

  /** The key is replaced with each checkpoint; before the first, the log's age counts. */
  #isCheckpointOld(): boolean {
    const changedMs = (name: string): number | undefined =>
      fs.statSync(path.join(this.directory, name), { throwIfNoEntry: false })?.mtimeMs
    const lastMs = changedMs(KEY_FILE) ?? changedMs(LOCK_FILE)
    return lastMs !== undefined && Date.now() - lastMs > AUDIT_CHECKPOINT_MS
  }

  append(entry: AuditEntry): Promise<Ack> {
    return new Promise((resolve, reject) => {
      this.#queue.push({ body: this.#prepare(entry), resolve, reject })
      this.#draining ??= this.#drain()
    })
  }

  async close(): Promise<void> {
    await this.#draining
    const signs = (this.#options.checkpointRecords ?? AUDIT_CHECKPOINT_RECORDS) > 0
    if (signs && this.#unsigned >= AUDIT_CLOSING_RECORDS) this.#trySign()
    if (this.#open) fs.closeSync(this.#open.fd)
    this.#open = undefined
    this.#failure ??= unwritable('the audit log is closed')
    fs.closeSync(this.#headFd)
    this.lock.close()
  }

  /** The entry's part of its line, secrets hidden. Throws OA6001 for one that no line can hold. */
  #prepare(entry: AuditEntry): string {
    if (this.#failure !== undefined) throw this.#failure
    let body: string
    try {
      body = entryBody(this.#redactor.record({ ...entry }))
    } catch (cause) {
      throw unwritable('an audit entry is not plain JSON', cause)
    }
    // WHY half: the line has more in it than the entry, and a character is up to three bytes.
    const bytes = body.length < AUDIT_LINE_BYTES_MAX / 6 ? body.length : Buffer.byteLength(body)
    if (bytes > AUDIT_LINE_BYTES_MAX / 2) {
      throw unwritable(`an audit entry has ${bytes} bytes, more than a record may have`)
    }
    return body
  }

  /** One commit after the other, each with everything that came in meanwhile. */
  async #drain(): Promise<void> {
    // Entries appended in the same turn belong into the same commit.
    await new Promise((resolve) => setImmediate(resolve))
    while (this.#queue.length > 0) {
      const batch = this.#queue.slice(0, AUDIT_COMMIT_ENTRIES_MAX)
      this.#queue = this.#queue.slice(batch.length)
      try {
        const commit = await this.lock.run(() => this.commit(batch.map((each) => each.body)))
        await this.#flush(commit.fd)
        for (const [index, each] of batch.entries()) {
          const ack = commit.acks[index]
          if (ack) each.resolve(ack)
          else each.reject(unwritable('the audit log wrote nothing'))
        }
        this.#checkpointIfDue(commit)
      } catch (cause) {
        for (const each of batch) each.reject(cause)
      }
    }
    this.#draining = undefined
    for (const fd of this.#retired.splice(0)) fs.closeSync(fd)
  }

  async #flush(fd: number): Promise<void> {
    try {
      await flush(fd)
    } catch (cause) {
      this.#failFlush(cause)
    }
  }

  #guardFlush(sync: () => void): void {
    try {
      sync()
    } catch (cause) {
      this.#failFlush(cause)
    }
  }

  /** After a failed flush the kernel may have dropped the pages: nothing this process knows of the file holds. */
  #failFlush(cause: unknown): never {
    this.#failure = unwritable('the audit log cannot be flushed to the disk', cause)
    throw this.#failure
  }

  /**
   * Writes records in one write, under the lock, not yet flushed. INVARIANT: what is in a segment is never changed
   * or cut; HEAD is written last.
   */
  commit(bodies: readonly string[]): Commit {
    if (this.#failure !== undefined) throw this.#failure
    const position = this.position()
    const built = this.#build(position, bodies)
    this.#write(position, built)
    this.#writeHead(position, built)
    if (position.bytes === 0) {
      // A power cut must not leave a head that never had anything in it.
      fs.fdatasyncSync(this.#headFd)
      syncDirectory(this.directory)
    }
    return {
      acks: built.acks.slice(built.acks.length - bodies.length),
      fd: position.fd,
      hasOpened: needsOpening(position),
    }
  }

  /** Where the next entry goes; begins a new segment when the last is full. The caller holds the lock. */
  position(): Position {
    const position = this.#find()
    const isOld = this.#now() - position.openedNs > this.#segmentAge()
    const isFull = position.bytes >= (this.#options.segmentBytes ?? AUDIT_SEGMENT_BYTES)
    const canRotate = position.notes.length === 0 && position.bytes > 0 && !needsOpening(position)
    if (!canRotate || !(isFull || isOld)) return position
    // WHY HEAD first: whoever comes next, after whatever crash, goes on in the same new segment.
    writeHead(this.#headFd, {
      ...headOf(position),
      segment: segmentName(position.state.seq + 1),
      bytes: 0,
    })
    fs.fdatasyncSync(position.fd)
    return this.#find()
  }

  #find(): Position {
    const before = this.#open
    const position = findPosition(this.directory, this.#headFd, before)
    if (before && before.fd !== position.fd) {
      // A flush of an earlier commit may still be using it.
      if (this.#draining) this.#retired.push(before.fd)
      else fs.closeSync(before.fd)
    }
    this.#open = { name: position.segment, fd: position.fd }
    return position
  }

  #segmentAge(): bigint {
    return BigInt(this.#options.segmentDays ?? AUDIT_SEGMENT_DAYS) * NS_PER_DAY
  }

  #write(position: Position, built: Built): void {
    try {
      writeAll(position.fd, built.bytes)
    } catch (cause) {
      const code = (cause as NodeJS.ErrnoException).code
      if (code === 'ENOSPC' || code === 'EDQUOT') {
        this.#leaveLastWord()
        throw unwritable('the disk of the audit log is full', cause, {
          help: `make room on the disk of \`${this.directory}\``,
        })
      }
      throw unwritable('the audit log cannot be written', cause)
    }
  }

  #writeHead(position: Position, built: Built): void {
    try {
      writeHead(this.#headFd, headAfter(position, built))
    } catch (cause) {
      throw unwritable('the audit head cannot be written', cause)
    }
  }

  /** Frees the bytes kept aside and says that the disk was full, once; whether that works or not changes nothing. */
  #leaveLastWord(): void {
    try {
      if (!freeReserve(this.directory)) return
      const position = this.#find()
      const built = this.#build(position, [entryBody({ kind: 'audit.full' })])
      writeAll(position.fd, built.bytes)
      this.#writeHead(position, built)
      fs.fdatasyncSync(position.fd)
    } catch {
      // The caller refuses in any case.
    }
  }

  #build(position: Position, bodies: readonly string[]): Built {
    return buildCommit(this.directory, position, bodies, () => this.#now())
  }

  #now(): bigint {
    return this.#options.clock?.() ?? BigInt(Date.now()) * 1_000_000n
  }
}
