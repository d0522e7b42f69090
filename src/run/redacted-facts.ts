/**
 * Recorded facts read back: where a secret was hidden, the word is not known any more, and neither is a path or a name
 * that held it.
 */
import { REDACTION_MARK } from '../audit/redact.ts'
import type { Analysis } from '../model/analysis.ts'

export interface ReadFacts {
  readonly analysis: Analysis
  /** Words, paths and names that hold a mark, and are unknown now. */
  readonly redactions: number
}

const REASON = 'a secret stood here'
/** Levels of recorded facts; they have about ten. */
const DEPTH_MAX = 64

/** The analysis in a record's facts; null where they are none, or were too large to be kept. */
export function readFacts(facts: unknown): ReadFacts | null {
  if (!isRecord(facts) || !Array.isArray(facts['actions']) || !isRecord(facts['facts'])) return null
  const reading = new Reading()
  const analysis = reading.value(facts, 0) as unknown as Analysis
  return { analysis, redactions: reading.count }
}

type Loose = Readonly<Record<string, unknown>>

class Reading {
  count = 0

  value(value: unknown, depth: number): unknown {
    if (depth > DEPTH_MAX) return null
    if (Array.isArray(value)) return value.map((each) => this.value(each, depth + 1))
    if (!isRecord(value)) return value
    if (value['kind'] === 'known' && this.#isHidden(value['text'])) return this.#unknownWord(value)
    const isPath = 'lexical' in value && 'real' in value
    return Object.fromEntries(
      Object.entries(value).map(([name, each]) => [
        name,
        this.#isLost(name, each, isPath) ? null : this.value(each, depth + 1),
      ]),
    )
  }

  /** Names and paths where `null` stands for unknown. */
  #isLost(name: string, value: unknown, isPath: boolean): boolean {
    const canBeNull = isPath ? name === 'lexical' || name === 'real' : LOSABLE.has(name)
    return canBeNull && this.#isHidden(value)
  }

  #isHidden(value: unknown): boolean {
    if (typeof value !== 'string' || value.search(REDACTION_MARK) < 0) return false
    this.count++
    return true
  }

  #unknownWord(word: Loose): unknown {
    const { text, start, end } = word
    const parts = String(text).split(REDACTION_MARK)
    return {
      kind: 'unknown',
      prefix: parts[0] ?? '',
      suffix: parts.at(-1) ?? '',
      isMany: false,
      reason: REASON,
      start,
      end,
    }
  }
}

/** Members of actions and programs that are null when they are not known. */
const LOSABLE: ReadonlySet<string> = new Set(['name', 'base', 'host', 'user', 'agent', 'session'])

function isRecord(value: unknown): value is Loose {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
