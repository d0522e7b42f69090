/**
 * What happened, counted: one pass over a log, memory bounded however long it is. The page and the tables are made
 * from the counts alone.
 */
import { type AuditRecord, parseTime } from './record.ts'
import { factsOf, isSelected, type RecordFilter } from './select.ts'
import { eachRecord } from './tail.ts'
import { type AuditReport, type VerifyOptions, verifyAudit } from './verify.ts'

export interface ReportOptions {
  readonly filter?: RecordFilter
  readonly verify?: VerifyOptions
  /** Rows of every table; the rest is summed up in `others`. */
  readonly rowsMax?: number
}

/** A name and how often it came, by decision. */
export interface CountRow {
  readonly name: string
  readonly count: number
  readonly decisions: Readonly<Record<string, number>>
}

export interface CountTable {
  readonly rows: readonly CountRow[]
  /** How many names are not shown, at least; and how often they came. */
  readonly otherNames: number
  readonly otherCount: number
}

/** Decisions in one span of time. */
export interface TimeRow {
  /** Milliseconds since 1970 at which the span begins. */
  readonly startMs: number
  readonly decisions: Readonly<Record<string, number>>
}

export interface Latency {
  readonly count: number
  /** Nanoseconds; from a histogram whose bins grow by a fifth. */
  readonly p50: number
  readonly p95: number
  readonly p99: number
  readonly max: number
  readonly bins: readonly { readonly upTo: number; readonly count: number }[]
}

export interface AuditSummary {
  readonly integrity: AuditReport
  readonly records: number
  readonly first?: string
  readonly last?: string
  readonly kinds: Readonly<Record<string, number>>
  readonly decisions: Readonly<Record<string, number>>
  readonly risks: Readonly<Record<string, number>>
  /** Runs that were started, ended well, ended otherwise, never ended. */
  readonly runs: {
    readonly started: number
    readonly succeeded: number
    readonly failed: number
    readonly open: number
  }
  readonly overTime: readonly TimeRow[]
  readonly spanMs: number
  readonly byRule: CountTable
  readonly byProgram: CountTable
  readonly byAgent: CountTable
  readonly byUser: CountTable
  readonly topRefused: CountTable
  readonly policies: CountTable
  readonly latency?: Latency
  /** Marks of hidden secrets that were met. */
  readonly redactions: number
}

/** Counts a log and verifies it. Total: what is wrong with the log is in `integrity`. */
export function auditReport(directory: string, options: ReportOptions = {}): AuditSummary {
  const integrity = verifyAudit(directory, options.verify)
  const counting = new Counting(options.rowsMax ?? ROWS_MAX)
  const filter = options.filter ?? {}
  if (integrity.segments > 0) {
    eachRecord(directory, (record) => {
      if (isSelected(record, filter)) counting.add(record)
      return undefined
    })
  }
  return { integrity, ...counting.result() }
}

const ROWS_MAX = 20
/** Distinct names that are counted apart; what comes after them is `others`. */
const NAMES_MAX = 10_000
const SPANS_MAX = 120
const MINUTE_MS = 60_000
const BIN_GROWTH = 1.2

class NameCount {
  readonly #counts = new Map<string, { count: number; decisions: Record<string, number> }>()
  #uncounted = 0

  add(name: string, decision: string | undefined): void {
    let entry = this.#counts.get(name)
    if (!entry) {
      if (this.#counts.size >= NAMES_MAX) {
        this.#uncounted++
        return
      }
      entry = { count: 0, decisions: {} }
      this.#counts.set(name, entry)
    }
    entry.count++
    if (decision !== undefined) bump(entry.decisions, decision)
  }

  table(rowsMax: number): CountTable {
    const all = [...this.#counts].sort((a, b) => b[1].count - a[1].count || (a[0] < b[0] ? -1 : 1))
    const rest = all.slice(rowsMax)
    return {
      rows: all.slice(0, rowsMax).map(([name, entry]) => ({ name, ...entry })),
      otherNames: rest.length + (this.#uncounted > 0 ? 1 : 0),
      otherCount: rest.reduce((sum, [, entry]) => sum + entry.count, this.#uncounted),
    }
  }
}

/** Counts per span of time; spans double when there would be too many. */
class TimeCount {
  #spanMs = MINUTE_MS
  #spans = new Map<number, Record<string, number>>()

  get spanMs(): number {
    return this.#spanMs
  }

  add(ms: number, decision: string): void {
    this.#into(this.#spans, ms, decision, 1)
    while (this.#width() > SPANS_MAX) this.#double()
  }

  rows(): readonly TimeRow[] {
    return [...this.#spans]
      .sort((a, b) => a[0] - b[0])
      .map(([index, decisions]) => ({ startMs: index * this.#spanMs, decisions }))
  }

  #width(): number {
    let least = Number.POSITIVE_INFINITY
    let most = Number.NEGATIVE_INFINITY
    for (const index of this.#spans.keys()) {
      least = Math.min(least, index)
      most = Math.max(most, index)
    }
    return most - least + 1
  }

  #double(): void {
    const before = this.#spans
    const spanMs = this.#spanMs
    this.#spanMs = spanMs * 2
    this.#spans = new Map()
    for (const [index, decisions] of before) {
      for (const [decision, count] of Object.entries(decisions)) {
        this.#into(this.#spans, index * spanMs, decision, count)
      }
    }
  }

  #into(
    spans: Map<number, Record<string, number>>,
    ms: number,
    decision: string,
    count: number,
  ): void {
    const index = Math.floor(ms / this.#spanMs)
    let span = spans.get(index)
    if (!span) {
      span = {}
      spans.set(index, span)
    }
    bump(span, decision, count)
  }
}

class Counting {
  readonly #rowsMax: number
  readonly #kinds: Record<string, number> = {}
  readonly #decisions: Record<string, number> = {}
  readonly #risks: Record<string, number> = {}
  readonly #rules = new NameCount()
  readonly #programs = new NameCount()
  readonly #agents = new NameCount()
  readonly #users = new NameCount()
  readonly #refused = new NameCount()
  readonly #policies = new NameCount()
  readonly #time = new TimeCount()
  readonly #bins = new Map<number, number>()
  #runs = { started: 0, succeeded: 0, failed: 0 }
  #latencyMax = 0
  #records = 0
  #redactions = 0
  #first: string | undefined
  #last: string | undefined

  constructor(rowsMax: number) {
    this.#rowsMax = rowsMax
  }

  add(record: AuditRecord): void {
    const facts = factsOf(record)
    this.#records++
    this.#first ??= record.ts
    this.#last = record.ts
    bump(this.#kinds, facts.kind)
    if (facts.policy !== undefined) this.#policies.add(facts.policy, facts.decision)
    this.#redactions += facts.line?.match(/\{\{redacted:/g)?.length ?? 0
    if (facts.kind === 'run.start') this.#runs.started++
    if (facts.kind === 'run.end') this.#runs[record['exit'] === 0 ? 'succeeded' : 'failed']++
    // One request leaves one of the two: the first where nothing ran, the second where it did.
    if (facts.kind !== 'decide' && facts.kind !== 'run.start') return
    const decision = facts.decision ?? 'unknown'
    bump(this.#decisions, decision)
    if (facts.risk !== undefined) bump(this.#risks, facts.risk)
    for (const rule of facts.rules) this.#rules.add(rule, decision)
    for (const program of facts.programs) this.#programs.add(program, decision)
    this.#agents.add(facts.agent ?? '(no agent)', decision)
    this.#users.add(facts.user ?? '(unknown)', decision)
    if (decision === 'deny' && facts.line !== undefined)
      this.#refused.add(facts.line.slice(0, 200), decision)
    this.#time.add(Number((parseTime(record.ts) ?? 0n) / 1_000_000n), decision)
    this.#addLatency(record['durationNs'])
  }

  #addLatency(ns: unknown): void {
    if (typeof ns !== 'number' || !(ns > 0)) return
    const bin = Math.ceil(Math.log(ns) / Math.log(BIN_GROWTH))
    this.#bins.set(bin, (this.#bins.get(bin) ?? 0) + 1)
    this.#latencyMax = Math.max(this.#latencyMax, ns)
  }

  result(): Omit<AuditSummary, 'integrity'> {
    const latency = this.#latency()
    const table = (count: NameCount): CountTable => count.table(this.#rowsMax)
    return {
      records: this.#records,
      ...(this.#first === undefined ? {} : { first: this.#first }),
      ...(this.#last === undefined ? {} : { last: this.#last }),
      kinds: this.#kinds,
      decisions: this.#decisions,
      risks: this.#risks,
      runs: {
        ...this.#runs,
        open: Math.max(0, this.#runs.started - this.#runs.succeeded - this.#runs.failed),
      },
      overTime: this.#time.rows(),
      spanMs: this.#time.spanMs,
      byRule: table(this.#rules),
      byProgram: table(this.#programs),
      byAgent: table(this.#agents),
      byUser: table(this.#users),
      topRefused: table(this.#refused),
      policies: table(this.#policies),
      ...(latency ? { latency } : {}),
      redactions: this.#redactions,
    }
  }

  #latency(): Latency | undefined {
    const bins = [...this.#bins].sort((a, b) => a[0] - b[0])
    const count = bins.reduce((sum, [, each]) => sum + each, 0)
    if (count === 0) return undefined
    const at = (share: number): number => {
      let seen = 0
      for (const [bin, each] of bins) {
        seen += each
        if (seen >= share * count) return Math.min(BIN_GROWTH ** bin, this.#latencyMax)
      }
      return this.#latencyMax
    }
    return {
      count,
      p50: at(0.5),
      p95: at(0.95),
      p99: at(0.99),
      max: this.#latencyMax,
      bins: bins.map(([bin, each]) => ({ upTo: BIN_GROWTH ** bin, count: each })),
    }
  }
}

function bump(counts: Record<string, number>, name: string, by = 1): void {
  // WHY own: a kind or rule may be called `constructor`.
  const before = Object.hasOwn(counts, name) ? (counts[name] ?? 0) : 0
  Object.defineProperty(counts, name, {
    value: before + by,
    enumerable: true,
    configurable: true,
    writable: true,
  })
}
