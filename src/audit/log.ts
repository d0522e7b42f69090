/**
 * The writer of the audit log: entries in, acknowledgements out. An acknowledgement means that the record is on the
 * disk, chained to everything before it; without one the caller must not run anything. See docs/audit.md.
 */
import fs from 'node:fs'
import path from 'node:path'
import { promisify } from 'node:util'
import { OaError } from '../base/diagnostic.ts'
import {
  AUDIT_CHECKPOINT_RECORDS,
  AUDIT_COMMIT_ENTRIES_MAX,
  AUDIT_LINE_BYTES_MAX,
  AUDIT_RESERVE_BYTES,
  AUDIT_SEGMENT_BYTES,
  AUDIT_SEGMENT_DAYS,
} from '../base/limits.ts'
import { type Checkpoint, signingKey, writeCheckpoint } from './checkpoint.ts'
import { loadKey } from './epoch.ts'
import {
  HEAD_FILE,
  LOCK_FILE,
  openForUpdate,
  prepareDirectory,
  RESERVE_FILE,
  segmentName,
  syncDirectory,
  syncParent,
  unwritable,
} from './files.ts'
import { bootId, type Head, readHead, writeHead } from './head.ts'
import { type KernelLock, type LockKind, openLock } from './lock.ts'
import { findPosition, type OpenSegment, type Position } from './position.ts'
import {
  type AuditEntry,
  type ChainState,
  entryBody,
  formatLine,
  formatTime,
  leafHash,
  withClock,
} from './record.ts'
import { DEFAULT_REDACTOR, type Redactor } from './redact.ts'
import { needsOpening, openingEntry } from './segment.ts'

export interface LogOptions {
  /** Made with mode 0700 when it is not there. */
  readonly directory: string
  /** What hides secrets; without it the known token shapes and the usual names are hidden. */
  readonly redactor?: Redactor
  readonly segmentBytes?: number
  readonly segmentDays?: number
  readonly reserveBytes?: number
  /** Records between two checkpoints; 0 for none but those asked for. A new segment also gets one. */
  readonly checkpointRecords?: number
  /** Nanoseconds since 1970; tests inject a clock that jumps. */
  readonly clock?: () => bigint
  /** Forces one kind of lock; tests use it. */
  readonly lock?: LockKind
}

/** The record is on the disk and will be found there. */
export interface Ack {
  readonly seq: number
  readonly ts: string
  /** Leaf hash of the record's line. */
  readonly hash: string
  readonly segment: string
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
/** A clock further behind the log than this is noted in the record. */
const CLOCK_BEHIND_NS = 1_000_000_000n
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
    this.#keepReserve()
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
    return writeCheckpoint(this.directory, head, signingKey(this.directory, head.log))
  }

  /** Whoever writes the record that makes a round number signs; a failure leaves the records as they are. */
  #checkpointIfDue(commit: Commit): void {
    const every = this.#options.checkpointRecords ?? AUDIT_CHECKPOINT_RECORDS
    if (every === 0) return
    const first = commit.acks[0]?.seq ?? 0
    const last = commit.acks.at(-1)?.seq ?? 0
    const isRound = Math.floor((last + 1) / every) > Math.floor(first / every)
    if (!isRound && !(commit.hasOpened && first > 1)) return
    try {
      this.checkpoint()
    } catch {
      // The next append meets the same fault, and refuses.
    }
  }

  append(entry: AuditEntry): Promise<Ack> {
    return new Promise((resolve, reject) => {
      this.#queue.push({ body: this.#prepare(entry), resolve, reject })
      this.#draining ??= this.#drain()
    })
  }

  async close(): Promise<void> {
    await this.#draining
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

  #build(position: Position, bodies: readonly string[]): Built {
    const opens = needsOpening(position)
    const own = position.notes.map(entryBody)
    if (opens) own.push(entryBody(openingEntry(this.directory, position)))
    let state = position.state
    let openedNs = position.openedNs
    const lines: string[] = []
    const acks: Ack[] = []
    for (const body of [...own, ...bodies]) {
      const wall = this.#now()
      const ns = wall > state.ns ? wall : state.ns + 1n
      const isBehind = ns - wall > CLOCK_BEHIND_NS
      const line = formatLine(state, ns, isBehind ? withClock(body, wall) : body)
      state = { hash: leafHash(line), seq: state.seq + 1, ns }
      if (opens && lines.length + 1 === own.length) openedNs = ns
      lines.push(line)
      acks.push({ seq: state.seq, ts: formatTime(ns), hash: state.hash, segment: position.segment })
    }
    const bytes = Buffer.from(`${position.closing}${lines.join('\n')}\n`, 'utf8')
    return { bytes, state, openedNs, acks }
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
      writeHead(this.#headFd, {
        ...headOf(position),
        bytes: position.bytes + built.bytes.length,
        seq: built.state.seq,
        hash: built.state.hash,
        ns: String(built.state.ns),
        openedNs: String(built.openedNs),
      })
    } catch (cause) {
      throw unwritable('the audit head cannot be written', cause)
    }
  }

  /** Frees the bytes kept aside and says that the disk was full, once; whether that works or not changes nothing. */
  #leaveLastWord(): void {
    const reserve = path.join(this.directory, RESERVE_FILE)
    if (!fs.existsSync(reserve)) return
    try {
      fs.rmSync(reserve)
      const position = this.#find()
      const built = this.#build(position, [entryBody({ kind: 'audit.full' })])
      writeAll(position.fd, built.bytes)
      this.#writeHead(position, built)
      fs.fdatasyncSync(position.fd)
    } catch {
      // The caller refuses in any case.
    }
  }

  /** Keeps bytes aside for a full disk. Real zeros: a hole would keep nothing. */
  #keepReserve(): void {
    const reserve = path.join(this.directory, RESERVE_FILE)
    const bytes = this.#options.reserveBytes ?? AUDIT_RESERVE_BYTES
    if (bytes === 0 || fs.existsSync(reserve)) return
    const { bavail, bsize } = fs.statfsSync(this.directory)
    if (bavail * bsize < 8 * bytes) return
    try {
      fs.writeFileSync(reserve, Buffer.alloc(bytes), { mode: 0o600, flag: 'wx' })
    } catch {
      // No reserve is no reason not to record.
    }
  }

  #now(): bigint {
    return this.#options.clock?.() ?? BigInt(Date.now()) * 1_000_000n
  }
}

interface Built {
  readonly bytes: Buffer
  readonly state: ChainState
  readonly openedNs: bigint
  readonly acks: readonly Ack[]
}

function headOf(position: Position): Head {
  return {
    version: 1,
    log: position.log,
    segment: position.segment,
    bytes: position.bytes,
    seq: position.state.seq,
    hash: position.state.hash,
    ns: String(position.state.ns),
    openedNs: String(position.openedNs),
    boot: bootId(),
  }
}

/** One write in all but the rarest cases; the rest of a short one follows, or throws. */
function writeAll(fd: number, bytes: Buffer): void {
  let written = 0
  while (written < bytes.length) {
    const count = fs.writeSync(fd, bytes, written)
    if (count <= 0) throw new OaError('OA6001', 'the audit log took no bytes')
    written += count
  }
}
