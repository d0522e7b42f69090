/**
 * Recorded facts read back: where a secret was hidden, the word is not known any more, and neither is a path or a name
 * that held it.
 */
import { REDACTION_MARK } from '../audit/redact.ts'
import type { Analysis } from '../model/analysis.ts'

export interface ReadFacts {
  readonly analysis: Analysis
  /** It was decided as if no sandbox could hold entries of a tree. */
  readonly isUnheld: boolean
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
  const { isUnheld, ...read } = reading.value(facts, 0) as Loose
  const analysis = reading.withKnownEnvironment(read as unknown as Analysis)
  return { analysis, isUnheld: isUnheld === true, redactions: reading.count }
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

  /** A variable whose value was hidden is not known, which is not the same as not set. */
  withKnownEnvironment(analysis: Analysis): Analysis {
    const { env, envNames } = analysis.facts
    if (!env) return analysis
    const known = Object.entries(env).filter(
      ([, value]) => typeof value === 'string' && !this.#isHidden(value),
    )
    const lost = Object.keys(env).length - known.length
    if (lost === 0) return analysis
    const names = new Set(known.map(([name]) => name))
    const told = (envNames ?? []).filter((name) => names.has(name) || !Object.hasOwn(env, name))
    const facts = { ...analysis.facts, env: Object.fromEntries(known), envNames: told }
    return { ...analysis, facts }
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
