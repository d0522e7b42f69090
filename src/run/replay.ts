/**
 * Deciding again what a log recorded: under the tables that decided then, to show that the record is right; or under
 * another policy, to show what it would change. Nothing is analysed anew: the facts are those of the record.
 */
import type { AuditRecord } from '../audit/record.ts'
import { factsOf, isSelected, type RecordFilter } from '../audit/select.ts'
import { eachRecord } from '../audit/tail.ts'
import { decideRun, type Layers } from '../decide/decide.ts'
import { isRequest } from './fired-rules.ts'
import { readFacts } from './redacted-facts.ts'

export interface ReplayOptions {
  readonly filter?: RecordFilter
  /** The tables to decide with, by the recorded digest; null: there are none. */
  readonly layersOf: (digest: string) => Layers | null
}

/** What came out for one recorded request. */
export interface ReplayedRequest {
  readonly seq: number
  readonly ts: string
  readonly line: string
  readonly recorded: string
  readonly now: string
  readonly rules: readonly string[]
  readonly reason: string
}

/** Requests whose decision changed in the same way, by the same rules. */
export interface ChangeClass {
  readonly recorded: string
  readonly now: string
  readonly rules: readonly string[]
  readonly count: number
  /** Whether more may run now than then. */
  readonly isNewAccess: boolean
  /** The first of them, one for each line. */
  readonly examples: readonly ReplayedRequest[]
}

export interface ReplaySummary {
  /** Recorded requests that were selected. */
  readonly requests: number
  readonly same: number
  readonly changed: number
  /** Requests with hidden secrets: those words are unknown now, so a stricter decision says nothing. */
  readonly redacted: { readonly same: number; readonly changed: number }
  /** Requests that cannot be decided again, by reason. */
  readonly skipped: Readonly<Record<'no-facts' | 'no-table', number>>
  readonly newAccess: number
  /** New access first, then by count. */
  readonly classes: readonly ChangeClass[]
  /** Requests of classes beyond the bound. */
  readonly unclassed: number
}

const EXAMPLES_MAX = 3
const CLASSES_MAX = 1000
const EXAMPLE_CHARS = 500

/** Decides every recorded request again. Total: a damaged record is passed over, see `oa audit verify`. */
export function replayLog(directory: string, options: ReplayOptions): ReplaySummary {
  const replay = new Replay(options)
  const filter = options.filter ?? {}
  eachRecord(directory, (record) => {
    if (isRequest(record) && isSelected(record, filter)) replay.add(record)
    return undefined
  })
  return replay.summary()
}

interface Class {
  count: number
  readonly first: ReplayedRequest
  readonly examples: ReplayedRequest[]
}

class Replay {
  readonly #layersOf: ReplayOptions['layersOf']
  readonly #tables = new Map<string, Layers | null>()
  readonly #classes = new Map<string, Class>()
  readonly #skipped = { 'no-facts': 0, 'no-table': 0 }
  readonly #redacted = { same: 0, changed: 0 }
  #requests = 0
  #same = 0
  #changed = 0
  #newAccess = 0
  #unclassed = 0

  constructor({ layersOf }: ReplayOptions) {
    this.#layersOf = layersOf
  }

  add(record: AuditRecord): void {
    this.#requests++
    const recorded = factsOf(record)
    const facts = readFacts(record['facts'])
    const layers = this.#layers(recorded.policy ?? '')
    if (facts === null || recorded.decision === undefined) {
      this.#skipped['no-facts']++
      return
    }
    if (layers === null) {
      this.#skipped['no-table']++
      return
    }
    const { decision } = decideRun(layers, facts.analysis, undefined, !facts.isUnheld)
    const request: ReplayedRequest = {
      seq: record.seq,
      ts: record.ts,
      line: (recorded.line ?? '').slice(0, EXAMPLE_CHARS),
      recorded: recorded.decision,
      now: decision.decision,
      rules: decision.rules,
      reason: decision.reason,
    }
    const isSame = request.now === request.recorded
    if (facts.redactions > 0) this.#redacted[isSame ? 'same' : 'changed']++
    else if (isSame) this.#same++
    else this.#changed++
    const isWider = isNewAccess(request)
    if (isWider) this.#newAccess++
    if (!isSame && (facts.redactions === 0 || isWider)) this.#classify(request)
  }

  summary(): ReplaySummary {
    const classes = [...this.#classes.values()].map(
      ({ count, first, examples }): ChangeClass => ({
        recorded: first.recorded,
        now: first.now,
        rules: first.rules,
        count,
        isNewAccess: isNewAccess(first),
        examples,
      }),
    )
    return {
      requests: this.#requests,
      same: this.#same,
      changed: this.#changed,
      redacted: this.#redacted,
      skipped: this.#skipped,
      newAccess: this.#newAccess,
      classes: classes.sort(
        (a, b) => Number(b.isNewAccess) - Number(a.isNewAccess) || b.count - a.count,
      ),
      unclassed: this.#unclassed,
    }
  }

  #layers(digest: string): Layers | null {
    const known = this.#tables.get(digest)
    if (known !== undefined) return known
    const layers = this.#layersOf(digest)
    this.#tables.set(digest, layers)
    return layers
  }

  #classify(request: ReplayedRequest): void {
    const key = JSON.stringify([request.recorded, request.now, request.rules])
    const found = this.#classes.get(key)
    if (found) {
      found.count++
      const isNew = found.examples.every((each) => each.line !== request.line)
      if (isNew && found.examples.length < EXAMPLES_MAX) found.examples.push(request)
    } else if (this.#classes.size < CLASSES_MAX) {
      this.#classes.set(key, { count: 1, first: request, examples: [request] })
    } else {
      this.#unclassed++
    }
  }
}

const RUNS: ReadonlySet<string> = new Set(['allow', 'warn'])

function isNewAccess({ recorded, now }: ReplayedRequest): boolean {
  if (RUNS.has(now)) return !RUNS.has(recorded)
  return now === 'ask' && (recorded === 'deny' || recorded === 'explain')
}
