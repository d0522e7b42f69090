/**
 * The audit record and its line: what comes in is an entry (plain JSON), what goes out is one line of bytes that
 * commits to the exact bytes of the line before it. Pure: no files, no clock, no locks. See docs/audit.md.
 */
import { hash } from 'node:crypto'

/** The version of the line format; stands in the first record of every segment. */
export const AUDIT_VERSION = 1

/** What the first record of a log commits to, there being no line before it: 64 zeros. */
export const GENESIS = '0'.repeat(64)

/** What closes a torn fragment. No complete record ends so: those end in `}`. */
export const TORN_MARK = '~torn'

export type Json =
  | string
  | number
  | boolean
  | null
  | readonly Json[]
  | { readonly [name: string]: Json | undefined }

/** Who and where; every field as the caller knows it, absent where it does not. */
export interface Subject {
  readonly user?: string
  readonly roles?: readonly string[]
  readonly agent?: string
  readonly session?: string
  readonly cwd?: string
}

/** A policy came into force. */
export interface PolicyLoadEntry extends Subject {
  readonly kind: 'policy.load'
  /** Digest of the table, `sha256:…`. */
  readonly policy: string
  /** Where each layer came from, highest first. */
  readonly layers?: readonly string[]
}

/** One request was decided. */
export interface DecideEntry extends Subject {
  readonly kind: 'decide'
  readonly policy: string
  /** SHA-256 of the bytes of each layer's artifact: the digest is what an artifact says of itself. */
  readonly artifacts?: readonly string[]
  /** The request as it was written, redacted. */
  readonly line?: string
  /** Its normal form, redacted. */
  readonly normal?: string
  /** The decision object of `schema/decision.schema.json`, kept as it is. */
  readonly decision: Json
  /** What the analysis found and what the world answered; what a replay needs. */
  readonly facts?: Json
  /** How long analysis and decision took, in nanoseconds. */
  readonly durationNs?: number
  /** What kept the request from running where the decision did not. */
  readonly refused?: string
  /** What asked, where nothing was to run: `decide`, `explain`. */
  readonly via?: string
  /** For whom it was asked, where that is another than who asked. */
  readonly asUser?: string
}

/** A run is about to start; stands in the log before anything is spawned. */
export interface RunStartEntry extends Subject {
  readonly kind: 'run.start'
  readonly policy: string
  readonly artifacts?: readonly string[]
  /** Ties start and end together; unique in the log. */
  readonly run: string
  readonly line?: string
  readonly normal?: string
  readonly decision: Json
  readonly facts?: Json
  readonly durationNs?: number
  /** The sandbox backend that will hold it, `none` without one. */
  readonly backend?: string
  readonly approver?: string
}

/** A run ended, or could not start. */
export interface RunEndEntry extends Subject {
  readonly kind: 'run.end'
  readonly policy: string
  readonly run: string
  /** Absent when a signal ended it or it never started. */
  readonly exit?: number
  readonly signal?: string
  readonly error?: string
  readonly durationMs: number
  readonly stdoutBytes?: number
  readonly stderrBytes?: number
}

/** Somebody was asked, answered, or did not in time. */
export interface ApprovalEntry extends Subject {
  readonly kind: `approval.${string}`
  readonly policy?: string
  readonly approval: string
  readonly approver?: string
  readonly reason?: string
  readonly line?: string
  readonly normal?: string
  readonly decision?: Json
}

/** The server refused a request before it was decided. */
export interface ServerEntry extends Subject {
  readonly kind: 'server.refuse'
  readonly code: string
  readonly status: number
  /** The route's pattern; absent: there is none. */
  readonly route?: string
  readonly reason: string
  /** Refusals that were counted and not recorded since the last one that was. */
  readonly unrecorded?: number
}

/** An entry of another log, taken over; or the file that it came from. */
export interface ImportEntry extends Subject {
  readonly kind: 'import.entry' | 'import.file'
  readonly line?: string
  readonly import: Json
}

/** What callers append. Records of kind `audit.*` and `segment.*` are written by the log alone. */
export type AuditEntry =
  | PolicyLoadEntry
  | DecideEntry
  | RunStartEntry
  | RunEndEntry
  | ApprovalEntry
  | ServerEntry
  | ImportEntry

/** Any entry, the log's own included: `kind` and plain JSON. */
export interface AnyEntry {
  readonly kind: string
  readonly policy?: string | undefined
  readonly [name: string]: unknown
}

/** A record as it stands in the log. */
export interface AuditRecord extends AnyEntry {
  readonly prev: string
  readonly seq: number
  /** UTC, nine decimals, strictly rising within a log. */
  readonly ts: string
}

/** Where the next line goes on from. */
export interface ChainState {
  /** Leaf hash of the last complete line, 64 hex digits. */
  readonly hash: string
  /** Sequence number of the last record, -1 before the first. */
  readonly seq: number
  /** Time of the last record, in nanoseconds since 1970. */
  readonly ns: bigint
}

const ZERO = Buffer.from([0])

/**
 * The RFC 6962 leaf hash of a line: SHA-256 over one zero byte and the line's exact bytes, its newline excluded.
 *
 * @returns 64 lower-case hex digits
 */
export function leafHash(line: Uint8Array | string): string {
  const bytes = typeof line === 'string' ? Buffer.from(line, 'utf8') : line
  return hash('sha256', Buffer.concat([ZERO, bytes]), 'hex')
}

/**
 * What an entry adds to its line: its members without the opening brace, `kind` and `policy` first. Throws when
 * the entry is not plain JSON.
 */
export function entryBody(entry: AnyEntry): string {
  const { kind, policy, prev: _p, seq: _s, ts: _t, ...rest } = entry
  return JSON.stringify(policy === undefined ? { kind, ...rest } : { kind, policy, ...rest }).slice(
    1,
  )
}

/**
 * One line of the log, without its newline. `prev` stands at a fixed place so that a verifier needs no JSON parser;
 * then `seq`, `ts`, `kind`, `policy`, and the entry's other members in their order.
 *
 * @param body - what `entryBody` gave
 */
export function formatLine(state: ChainState, ns: bigint, body: string): string {
  return `{"prev":"${state.hash}","seq":${state.seq + 1},"ts":"${formatTime(ns)}",${body}`
}

/** The body with the clock's own time, for a record whose `ts` had to run ahead of the clock. */
export function withClock(body: string, clockNs: bigint): string {
  return `${body.slice(0, -1)},"clock":"${formatTime(clockNs)}"}`
}

/** `2026-01-02T03:04:05.123456789Z`; source: RFC 3339. */
export function formatTime(ns: bigint): string {
  const ms = ns / 1_000_000n
  const below = String(ns % 1_000_000n).padStart(6, '0')
  return `${new Date(Number(ms)).toISOString().slice(0, -1)}${below}Z`
}

/** Nanoseconds since 1970 of a time that `formatTime` printed; undefined for anything else. */
export function parseTime(text: string): bigint | undefined {
  const found = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3})(\d{6})Z$/.exec(text)
  if (!found) return undefined
  const ms = Date.parse(`${found[1]}Z`)
  return Number.isNaN(ms) ? undefined : BigInt(ms) * 1_000_000n + BigInt(found[2] ?? 0)
}

/** Byte offsets in every record line. INVARIANT: kept by `formatLine`, relied on by every reader. */
const PREV_START = 9
const PREV_END = PREV_START + 64
const SEQ_START = PREV_END + 8
const OPENING = '{"prev":"'
const BEFORE_SEQ = '","seq":'
const BEFORE_TIME = ',"ts":"'
const TIME_CHARS = 30
const BEFORE_KIND = '","kind":"'
const CLOSING_BRACE = 125
const SHORTEST_RECORD = SEQ_START + 2

/** The fields of a line that a reader can have without parsing JSON. */
export interface LineHead {
  readonly prev: string
  readonly seq: number
  readonly ts: string
  readonly kind: string
}

/** Whether the bytes have the outer form of a complete record; says nothing about the chain. */
export function isRecordLine(line: Buffer): boolean {
  return (
    line.length >= SHORTEST_RECORD &&
    line[line.length - 1] === CLOSING_BRACE &&
    line.toString('latin1', 0, PREV_START) === OPENING
  )
}

/** Whether the bytes are a fragment that a later writer closed. */
export function isTornLine(line: Buffer): boolean {
  const start = line.length - TORN_MARK.length
  return start >= 0 && line.toString('latin1', start, line.length) === TORN_MARK
}

/** The `prev` member, by position; only meaningful where `isRecordLine` holds. */
export function prevOf(line: Buffer): string {
  return line.toString('latin1', PREV_START, PREV_END)
}

/** Whether the line says it is record `seq` and has every fixed part where it belongs. */
export function saysSeq(line: Buffer, seq: number): boolean {
  const expected = `${BEFORE_SEQ}${seq}${BEFORE_TIME}`
  return line.toString('latin1', PREV_END, PREV_END + expected.length) === expected
}

/** The line's fixed fields; undefined when it has not that form. */
export function headOf(line: Buffer): LineHead | undefined {
  if (!isRecordLine(line)) return undefined
  const start = line.toString('latin1', 0, SEQ_START + 200)
  const found =
    /^\{"prev":"([0-9a-f]{64})","seq":(\d{1,15}),"ts":"([^"]{30})","kind":"([a-z.-]+)"/.exec(start)
  if (!found) return undefined
  return {
    prev: found[1] ?? '',
    seq: Number(found[2]),
    ts: found[3] ?? '',
    kind: found[4] ?? '',
  }
}

/** Where the text of `kind` starts in record `seq`; depends on nothing but the number of digits. */
export function kindOffset(seq: number): number {
  let digits = 1
  for (let least = 10; seq >= least; least *= 10) digits++
  return SEQ_START + digits + BEFORE_TIME.length + TIME_CHARS + BEFORE_KIND.length
}

/** Whether the log itself wrote this record: its kind starts with `audit.`. */
export function isOwnRecord(line: Buffer, seq: number): boolean {
  const at = kindOffset(seq)
  return line[at] === 97 && line.toString('latin1', at, at + 6) === 'audit.'
}

/** The record a line holds; undefined when it is not one. */
export function parseRecord(line: Buffer): AuditRecord | undefined {
  if (!headOf(line)) return undefined
  try {
    return JSON.parse(line.toString('utf8')) as AuditRecord
  } catch {
    return undefined
  }
}
