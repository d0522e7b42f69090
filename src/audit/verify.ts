/**
 * Verifying a log: what is in it, what is wrong with it, which evidence vouches for how much of it, and what
 * somebody could still have forged. Streams; memory does not grow with the log. Never writes, never throws for
 * anything a log holds.
 */
import fs from 'node:fs'
import path from 'node:path'
import { AUDIT_LINE_BYTES_MAX } from '../base/limits.ts'
import { type Anchor, checkAnchors } from './anchor.ts'
import { type ChainListener, ChainWalk } from './chain.ts'
import { firstSeqOf } from './files.ts'
import { type Finding, Findings, type SeqRange, type WantedHead } from './finding.ts'
import { hashRange } from './lines.ts'
import { type Edge, MerkleTree } from './merkle.ts'
import { AUDIT_VERSION, type AuditRecord, GENESIS } from './record.ts'
import { isHeadRight, openingOfFile } from './sealed.ts'
import { type Opening, readOpening } from './segment.ts'
import { readSignatures, type Signatures } from './signatures.ts'
import {
  checkFiles,
  openSegment,
  type SegmentFile,
  type Snapshot,
  takeSnapshot,
} from './snapshot.ts'
import { describeLayers, type LayerReport } from './vouch.ts'

export interface VerifyOptions {
  /**
   * `chain` reads every line; `sealed` hashes whole segments against the digests that later records commit to, and
   * reads lines only where something does not fit. Both find any changed byte; `sealed` compares one checkpoint a
   * segment, `chain` all. Without it: `chain`.
   */
  readonly mode?: 'chain' | 'sealed'
  /** The public key of the first epoch, as `oa audit key` prints it; what it signed cannot be re-signed. */
  readonly pinnedKey?: string
  /** Tree heads that were kept elsewhere. */
  readonly anchors?: readonly Anchor[]
  /** Records that are asked about. The whole log is walked all the same: what vouches for a record comes after it. */
  readonly range?: SeqRange
  /** Findings when the newest checkpoint is older than this. */
  readonly checkpointAgeMsMax?: number
  /** Called as the work goes on. */
  readonly progress?: (doneBytes: number, allBytes: number) => void
}

export interface AuditReport {
  readonly directory: string
  /** No finding is an error. A torn tail alone is a warning: nothing acknowledged is in it. */
  readonly isIntact: boolean
  readonly mode: 'chain' | 'sealed'
  readonly segments: number
  readonly records: number
  readonly bytes: number
  readonly firstSeq: number
  readonly lastSeq: number
  /** Leaf hash of the last record. */
  readonly hash: string
  /** Torn writes that a later record accounts for. */
  readonly tornGaps: number
  /** Whether writers were held off while the end was looked at. */
  readonly wasLocked: boolean
  readonly findings: readonly Finding[]
  /** All findings, those past the bound too. */
  readonly findingCount: number
  /** Findings at records outside the range that was asked about; not among the others. */
  readonly findingsOutside: number
  readonly layers: readonly LayerReport[]
  /** What the evidence at hand cannot exclude; sentences for people. */
  readonly couldBeForged: readonly string[]
}

/** Verifies the log of a directory. Total: what cannot be read is a finding. */
export function verifyAudit(directory: string, options: VerifyOptions = {}): AuditReport {
  const findings = new Findings(options.range)
  const snapshot = snapshotOf(directory, findings)
  const walk = new Verification(path.resolve(directory), options, findings, snapshot)
  return walk.run()
}

function snapshotOf(directory: string, findings: Findings): Snapshot {
  try {
    const mode = fs.statSync(directory).mode
    if ((mode & 0o077) !== 0) {
      const text = `others may look into the directory (mode ${(mode & 0o777).toString(8)})`
      findings.add('files', 'OA6005', 'directory-exposed', text)
    }
    checkFiles(directory, findings)
    return takeSnapshot(directory)
  } catch (cause) {
    const text = `the directory cannot be read (${(cause as NodeJS.ErrnoException).code})`
    findings.add('files', 'OA6005', 'directory-unreadable', text)
    return { segments: [], head: 'missing', wasLocked: false }
  }
}

/** What the log's own records say that matters to a verification. */
interface OwnWords {
  /** Where a prune record says the log begins now. */
  prunedTo: { seq: number; prev: string } | undefined
  isFull: number
  /** When the newest record that a good checkpoint ends with was written; milliseconds since 1970. */
  signedMs: number | undefined
}

class Verification implements ChainListener {
  readonly #directory: string
  readonly #options: VerifyOptions
  readonly #findings: Findings
  readonly #snapshot: Snapshot
  readonly #chain: ChainWalk
  readonly #signatures: Signatures
  readonly #wanted: WantedHead[]
  readonly #signedSizes: ReadonlySet<number>
  readonly #said: OwnWords = { prunedTo: undefined, isFull: 0, signedMs: undefined }
  #tree: MerkleTree | undefined
  #headHash: string | undefined
  #firstSeq = 0
  #doneBytes = 0
  #badRoot = false

  constructor(directory: string, options: VerifyOptions, findings: Findings, snapshot: Snapshot) {
    this.#directory = directory
    this.#options = options
    this.#findings = findings
    this.#snapshot = snapshot
    this.#chain = new ChainWalk({ hash: GENESIS, seq: -1 }, findings, this)
    this.#signatures = readSignatures(directory, findings, options)
    this.#signedSizes = new Set(this.#signatures.heads.map((each) => each.size))
    const heads = [...this.#signatures.heads, ...checkAnchors(options.anchors ?? [], findings)]
    this.#wanted = [...heads].sort((a, b) => a.size - b.size)
    if (heads.length > 0) this.#tree = new MerkleTree()
  }

  /** WHY not for a pruned log: the record that says so may be in any segment, so all lines are read. */
  get #isSealed(): boolean {
    const first = this.#snapshot.segments[0]
    return this.#options.mode === 'sealed' && first !== undefined && firstSeqOf(first.name) === 0
  }

  run(): AuditReport {
    const { segments } = this.#snapshot
    const allBytes = segments.reduce((sum, each) => sum + each.bytes, 0)
    for (const [index, segment] of segments.entries()) {
      this.#segment(segment, segments[index + 1], index)
      this.#doneBytes += segment.bytes
      this.#options.progress?.(this.#doneBytes, allBytes)
    }
    this.#checkStart()
    this.#checkHead()
    this.#checkUnreached()
    this.#checkAge()
    return this.#report(allBytes)
  }

  leaf(leaf: string, seq: number): void {
    const head = this.#snapshot.head
    if (typeof head === 'object' && head.seq === seq) this.#headHash = leaf
    if (!this.#tree) return
    this.#tree.push(leaf)
    while (this.#wanted[0] && this.#wanted[0].size <= this.#tree.size) this.#checkRoot()
  }

  own(record: AuditRecord, place: Pick<Finding, 'segment' | 'line' | 'offset' | 'seq'>): void {
    if (record.kind === 'audit.lost') {
      const text = 'a writer found the log shorter than its head after a restart of the machine'
      this.#findings.add('head', 'OA6004', 'records-lost', text, place)
    } else if (record.kind === 'audit.head') {
      const text = 'a writer found the head missing or damaged'
      this.#findings.add('head', 'OA6004', 'head-was-replaced', text, place)
    } else if (record.kind === 'audit.full') {
      this.#said.isFull++
    } else if (record.kind === 'audit.checkpoint') {
      if (this.#signedSizes.has(record.seq + 1)) this.#said.signedMs = Date.parse(record.ts)
    } else if (record.kind === 'audit.prune') {
      const kept = record['kept'] as { seq?: unknown; prev?: unknown } | undefined
      if (typeof kept?.seq === 'number' && typeof kept.prev === 'string') {
        this.#said.prunedTo = { seq: kept.seq, prev: kept.prev }
      }
    }
  }

  #segment(segment: SegmentFile, next: SegmentFile | undefined, index: number): void {
    const fd = openSegment(segment, this.#findings)
    const firstSeq = firstSeqOf(segment.name) ?? 0
    if (fd === undefined) return
    try {
      const opening = this.#opening(segment, fd, next !== undefined)
      if (opening && opening.version > AUDIT_VERSION) return
      if (index === 0 && firstSeq > 0) this.#startLate(firstSeq, opening)
      else this.#checkFollows(segment, firstSeq, opening)
      if (this.#skipSealed(segment, fd, next, opening)) return
      this.#chain.segment(segment.name, fd, segment.bytes, next === undefined)
    } catch (cause) {
      const text = `\`${segment.name}\` cannot be read to its end (${(cause as NodeJS.ErrnoException).code})`
      this.#findings.add('files', 'OA6005', 'segment-unreadable', text, { segment: segment.name })
    } finally {
      fs.closeSync(fd)
    }
  }

  #opening(segment: SegmentFile, fd: number, hasNext: boolean): Opening | undefined {
    const place = { segment: segment.name, line: 1, offset: 0 }
    const opening = readOpening(fd, Math.min(segment.bytes, 4 * AUDIT_LINE_BYTES_MAX))
    if (!opening) {
      if (segment.bytes > 0 || hasNext) {
        const text = 'the segment does not begin with the record that opens one'
        this.#findings.add('files', 'OA6005', 'no-opening', text, place)
      }
      return undefined
    }
    if (opening.version > AUDIT_VERSION) {
      const text = `the segment has version ${opening.version}; this oa reads up to ${AUDIT_VERSION}`
      this.#findings.add('files', 'OA6005', 'future-version', text, place)
    }
    return opening
  }

  /** The first segment there is not the log's first: somebody pruned, or somebody cut. `#checkStart` decides. */
  #startLate(firstSeq: number, opening: Opening | undefined): void {
    this.#firstSeq = firstSeq
    this.#chain.restart({ hash: opening?.prev ?? GENESIS, seq: firstSeq - 1 })
    this.#restartTree(opening?.tree, firstSeq)
  }

  #checkFollows(segment: SegmentFile, firstSeq: number, opening: Opening | undefined): void {
    const { end } = this.#chain
    if (firstSeq !== end.seq + 1) {
      const isMissing = firstSeq > end.seq + 1
      const text = isMissing
        ? `records ${end.seq + 1} to ${firstSeq - 1} are missing before \`${segment.name}\``
        : `\`${segment.name}\` begins before the segment ahead of it ends (record ${end.seq})`
      const name = isMissing ? 'segment-missing' : 'segment-overlaps'
      this.#findings.add('chain', 'OA6002', name, text, {
        segment: segment.name,
        line: 1,
        offset: 0,
      })
      this.#chain.restart({ hash: opening?.prev ?? GENESIS, seq: firstSeq - 1 })
      this.#restartTree(opening?.tree, firstSeq)
    }
  }

  #restartTree(edge: Edge | undefined, size: number): void {
    if (!this.#tree) return
    this.#tree = edge?.size === size ? new MerkleTree(edge) : undefined
    while (this.#wanted[0] && this.#wanted[0].size < size) this.#wanted.shift()
    if (this.#tree && this.#wanted[0]?.size === size) this.#checkRoot()
  }

  /** Whether the digest that the next segment commits to spares reading this one's lines. */
  #skipSealed(
    segment: SegmentFile,
    fd: number,
    next: SegmentFile | undefined,
    opening: Opening | undefined,
  ): boolean {
    if (!this.#isSealed || !next || !opening) return false
    const after = openingOfFile(next)
    if (!after?.sealed || after.sealed.segment !== segment.name || !after.tree) return false
    if (opening.prev !== this.#chain.end.hash && this.#firstSeq !== firstSeqOf(segment.name))
      return false
    const heads = this.#wanted.filter((each) => each.size <= after.seq)
    if (heads.some((each) => each.layer === 'anchor')) return false
    if (after.sealed.bytes !== segment.bytes) return false
    if (hashRange(fd, 0, segment.bytes) !== after.sealed.sha256) return false
    // WHY the first is enough: it signs this segment's opening record, and with it every segment before.
    if (heads[0] && !isHeadRight(fd, segment.bytes, opening, heads[0])) return false
    this.#wanted.splice(0, heads.length)
    this.#chain.records += after.seq - (firstSeqOf(segment.name) ?? 0)
    this.#chain.restart({ hash: after.prev, seq: after.seq - 1 })
    if (this.#tree) this.#tree = new MerkleTree(after.tree)
    return true
  }

  #checkRoot(): void {
    const head = this.#wanted.shift()
    if (!head || !this.#tree || this.#badRoot) return
    if (head.size === this.#tree.size && head.root === this.#tree.root()) return
    this.#badRoot = true
    const code = head.layer === 'anchor' ? 'OA6007' : 'OA6006'
    const text = `the first ${head.size} records are not those of ${head.label}`
    this.#findings.add(head.layer, code, `${head.layer}-mismatch`, text, { seq: head.size - 1 })
  }

  /** Evidence for more records than there are. */
  #checkUnreached(): void {
    const size = this.#chain.end.seq + 1
    const head = this.#wanted.find((each) => each.size > size)
    for (const layer of ['checkpoint', 'anchor'] as const) {
      const past = this.#wanted.findLast((each) => each.layer === layer && each.size > size)
      if (!past || !head) continue
      const code = layer === 'anchor' ? 'OA6007' : 'OA6006'
      const text = `${past.label} has ${past.size} records, the log has ${size}`
      this.#findings.add(layer, code, `${layer}-ahead`, text, { seq: size })
    }
  }

  #checkAge(): void {
    const { checkpointAgeMsMax: bound } = this.#options
    if (bound === undefined) return
    const { signedMs } = this.#said
    if (signedMs !== undefined && Date.now() - signedMs <= bound) return
    const text =
      signedMs === undefined
        ? 'no checkpoint signs what is in the log'
        : `the newest checkpoint is from ${new Date(signedMs).toISOString()}`
    this.#findings.add('checkpoint', 'OA6006', 'checkpoint-old', text)
  }

  #checkStart(): void {
    if (this.#firstSeq === 0) return
    const said = this.#said.prunedTo
    // A kill while pruning leaves more than was said, never less.
    if (said && said.seq >= this.#firstSeq) return
    const text = `records 0 to ${this.#firstSeq - 1} are missing and no record says that they were pruned`
    const segment = this.#snapshot.segments[0]?.name
    this.#findings.add('chain', 'OA6002', 'start-missing', text, {
      ...(segment === undefined ? {} : { segment }),
      line: 1,
      offset: 0,
      seq: 0,
    })
  }

  #checkHead(): void {
    const { head, segments } = this.#snapshot
    const { end } = this.#chain
    const add = (name: string, text: string): void =>
      this.#findings.add('head', 'OA6004', name, text, { seq: end.seq })
    if (typeof head === 'string') {
      // A directory that never held a record has no head either.
      if (segments.length > 0 || head === 'damaged') add(`head-${head}`, `the head is ${head}`)
      return
    }
    const last = segments.at(-1)
    if (head.seq > end.seq) {
      add('shorter-than-head', `the head says record ${head.seq}, the log ends with ${end.seq}`)
    } else if (
      head.seq >= this.#firstSeq &&
      this.#headHash !== undefined &&
      this.#headHash !== head.hash
    ) {
      add('head-mismatch', `record ${head.seq} is not the one the head names`)
    } else if (
      head.seq === end.seq &&
      last &&
      last.name === head.segment &&
      last.bytes < head.bytes
    ) {
      add(
        'shorter-than-head',
        `the head says ${head.bytes} bytes, \`${last.name}\` has ${last.bytes}`,
      )
    } else if (head.seq < end.seq) {
      const text = `the head says record ${head.seq}, the log goes on to ${end.seq}: a writer was interrupted`
      this.#findings.add('head', 'OA6003', 'head-behind', text, { seq: end.seq })
    }
  }

  #report(bytes: number): AuditReport {
    const findings = this.#findings
    const { end } = this.#chain
    const input = {
      findings,
      snapshot: this.#snapshot,
      signatures: this.#signatures,
      anchors: this.#options.anchors ?? [],
      lastSeq: end.seq,
      isPinned: this.#options.pinnedKey !== undefined,
    }
    return {
      directory: this.#directory,
      isIntact: !findings.hasErrors,
      mode: this.#isSealed ? 'sealed' : 'chain',
      segments: this.#snapshot.segments.length,
      records: this.#chain.records,
      bytes,
      firstSeq: this.#firstSeq,
      lastSeq: end.seq,
      hash: end.hash,
      tornGaps: this.#chain.tornGaps,
      wasLocked: this.#snapshot.wasLocked,
      findings: findings.found,
      findingCount: findings.count,
      findingsOutside: findings.outside,
      ...describeLayers(input),
    }
  }
}
