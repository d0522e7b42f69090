/**
 * Reading the monthly files of the original OpenAgent, and checking its own chain on the way. That chain hashes five
 * of thirteen facts and knows neither its start nor its end: what it cannot show is said.
 */
import { createHash } from 'node:crypto'

/** One entry of the original, as far as it has the shape of one. */
export interface ImportedEntry {
  /** Seconds since 1970, exactly as the file writes them. */
  readonly timestamp: string
  readonly blockId: string
  readonly user: string
  readonly command: string
  readonly argv: readonly string[]
  readonly risk: string
  readonly decision: string
  readonly isExecuted: boolean
  readonly exit?: number
  /** Line in its file, from 1. */
  readonly line: number
}

export interface ImportFinding {
  readonly line: number
  readonly name: 'not-an-entry' | 'tampered' | 'chain-broken'
  readonly message: string
}

export interface Imported {
  readonly entries: readonly ImportedEntry[]
  readonly findings: readonly ImportFinding[]
  /** The chain's last hash, to go on with in the next month's file. */
  readonly lastHash: string | null | undefined
}

/** The facts that the original's hash does not cover; they may say anything. */
export const UNHASHED_FACTS: readonly string[] = [
  'user_id',
  'risk_level',
  'policy_decision',
  'executed',
  'exit_code',
  'error',
  'iso_timestamp',
  'version',
]

/**
 * Reads one `audit_YYYYMM.jsonl`. Total: a line that is no entry is a finding.
 *
 * @param previousHash - what the file before ended with; undefined when there was none, and then the first entry's
 *   parent is taken as it is, as the original does
 */
export function importOpenAgent(text: string, previousHash?: string | null): Imported {
  const entries: ImportedEntry[] = []
  const findings: ImportFinding[] = []
  let lastHash = previousHash
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue
    const entry = readEntry(line)
    const number = index + 1
    if (!entry) {
      findings.push({
        line: number,
        name: 'not-an-entry',
        message: 'not an entry of the original log',
      })
      continue
    }
    const { blockId } = entry.facts
    if (hashOf(entry) !== entry.hash) {
      const message = `entry ${blockId}: a hashed fact was changed`
      findings.push({ line: number, name: 'tampered', message })
    }
    if (lastHash !== undefined && entry.parent !== lastHash) {
      const message = `entry ${blockId} does not go on from the one before it`
      findings.push({ line: number, name: 'chain-broken', message })
    }
    lastHash = entry.hash
    entries.push({ ...entry.facts, line: number })
  }
  return { entries, findings, lastHash }
}

interface Read {
  readonly facts: Omit<ImportedEntry, 'line'>
  readonly parent: string | null
  readonly hash: string
}

function readEntry(line: string): Read | undefined {
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch {
    return undefined
  }
  if (typeof value !== 'object' || value === null) return undefined
  const entry = value as Readonly<Record<string, unknown>>
  const { block_id: blockId, command, argv, parent_hash: parent, hash, exit_code: exit } = entry
  // WHY from the text: a float's digits must be those that were hashed, `.0` included.
  const timestamp = /"timestamp":\s*(-?\d+(?:\.\d+)?(?:e[+-]?\d+)?)/.exec(line)?.[1]
  if (timestamp === undefined || typeof entry['timestamp'] !== 'number') return undefined
  if (typeof blockId !== 'string' || typeof command !== 'string' || typeof hash !== 'string')
    return undefined
  if (!Array.isArray(argv) || !argv.every((each) => typeof each === 'string')) return undefined
  if (parent !== null && typeof parent !== 'string') return undefined
  const facts = {
    timestamp,
    blockId,
    command,
    argv,
    user: textOf(entry['user_id']),
    risk: textOf(entry['risk_level']),
    decision: textOf(entry['policy_decision']),
    isExecuted: entry['executed'] === true,
    ...(typeof exit === 'number' ? { exit } : {}),
  }
  return { facts, parent, hash }
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

/** SHA-256 of what Python's `json.dumps(…, sort_keys=True)` prints of the five facts. */
function hashOf({ facts, parent }: Read): string {
  const argv = `[${facts.argv.map(asciiJson).join(', ')}]`
  const members = [
    `"argv": ${argv}`,
    `"block_id": ${asciiJson(facts.blockId)}`,
    `"command": ${asciiJson(facts.command)}`,
    `"parent_hash": ${parent === null ? 'null' : asciiJson(parent)}`,
    `"timestamp": ${facts.timestamp}`,
  ]
  return createHash('sha256')
    .update(`{${members.join(', ')}}`)
    .digest('hex')
}

/** A JSON string in ASCII, as Python escapes by default: everything from DEL on, too. */
function asciiJson(text: string): string {
  return JSON.stringify(text).replace(/[\u007f-\uffff]/g, (each) => {
    return `\\u${each.charCodeAt(0).toString(16).padStart(4, '0')}`
  })
}
