/**
 * Command lines as people and parsers' authors write them, and how much of each the walk understands. The lines are
 * beside the checkout and no part of the project.
 */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { initialScope, walk } from '../src/command/shell/walk.ts'
import type { Walked } from '../src/command/shell/walked.ts'
import { SHARED_CORPORA } from './corpora.ts'

export const SHELL_CORPORA = ['tldr', 'mvdan-sh'] as const
export type ShellCorpus = (typeof SHELL_CORPORA)[number]

export interface ShellRow {
  readonly line: string
  /** What `bash -n` said. */
  readonly bash_ok: boolean
}

/** Null: the corpus is not there. */
export function readShellCorpus(name: ShellCorpus): readonly ShellRow[] | null {
  const path = join(SHARED_CORPORA, `${name}.jsonl`)
  if (!existsSync(path)) return null
  const texts = readFileSync(path, 'utf8').trim().split('\n')
  return texts.map((text) => JSON.parse(text) as ShellRow)
}

const SCOPE = initialScope({ cwds: ['/w'] })

/** A line by itself: no files, nothing set before. */
export const walkAlone = (text: string): Walked =>
  walk({ text, dialect: 'bash', scope: SCOPE, home: '/home/u', glob: () => null })

export interface Coverage {
  /** Lines that bash accepts. */
  readonly valid: number
  /** Of those: no unknown part. */
  readonly whole: number
  /** Of those: unknown parts, each with a reason. */
  readonly unknown: number
  /** Of those: refused with a reason; such a line is denied. */
  readonly refused: number
  /** Lines where oa failed by itself, or has no reason. Must stay empty. */
  readonly faults: readonly string[]
}

/** Walks every line; never throws. */
export function coverageOf(rows: readonly ShellRow[]): Coverage {
  const valid = rows.filter((row) => row.bash_ok)
  const counts = { whole: 0, unknown: 0, refused: 0 }
  const faults: string[] = []
  for (const { line, bash_ok: isValid } of rows) {
    const walked = walkAlone(line)
    const reasons = [walked.refused, ...walked.unknowns].flatMap((each) => each?.reason ?? [])
    if (reasons.some((reason) => reason === '' || /could not be read/.test(reason))) {
      faults.push(line)
    }
    if (!isValid) continue
    if (walked.refused) counts.refused++
    else if (walked.unknowns.length > 0) counts.unknown++
    else counts.whole++
  }
  return { valid: valid.length, ...counts, faults }
}
