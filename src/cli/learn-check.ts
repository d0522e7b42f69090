/** Holding proposed rules to what they may do: they allow what was asked, and make nothing dangerous easier. */
import { readFileSync, realpathSync } from 'node:fs'
import { OaError } from '../base/diagnostic.ts'
import type { PolicyReader } from '../check/reader.ts'
import type { compileTable } from '../compile-table.ts'
import { decide } from '../decide/decide.ts'
import type { Analysis } from '../model/analysis.ts'
import type { Table } from '../table/table.ts'
import type { Candidate } from './learn-candidates.ts'

/** Loaded only where it is needed. */
interface Compiler {
  readonly compileTable: typeof compileTable
  readonly policyReader: () => PolicyReader
}

/** A policy's text and what rules added to it give. */
export class LearnedPolicy {
  readonly text: string
  readonly #file: string
  readonly #compiler: Compiler

  private constructor(file: string, compiler: Compiler) {
    this.#file = file
    this.#compiler = compiler
    this.text = readFileSync(file, 'utf8')
  }

  /** @param file - the policy; imports are read from where it lies */
  static async open(file: string): Promise<LearnedPolicy> {
    const [compiling, reading] = await Promise.all([
      import('../compile-table.ts'),
      import('../policy-reader.ts'),
    ])
    return new LearnedPolicy(file, { ...compiling, ...reading })
  }

  /** The policy with more rules; null where it does not compile with them, its own tests and nevers included. */
  table(rules: readonly string[]): Table | null {
    const root = realpathSync(this.#file)
    const { compileTable: compile, policyReader: openReader } = this.#compiler
    const own = openReader()
    const bytes = Buffer.from(withRules(this.text, rules))
    const reader = {
      ...own,
      read: (path: string) =>
        own.realpath(path) === root ? ({ kind: 'bytes', bytes } as const) : own.read(path),
    }
    return compile({ kind: 'file', path: this.#file }, reader).value?.table ?? null
  }

  /** The id of an added rule, by its place among them. */
  idOf(index: number): string {
    const lines = withRules(this.text, ['']).split('\n').length - 1
    return `${this.#file}:${lines + index}`
  }
}

function idsOf(table: Table, analysis: Analysis): readonly string[] {
  const { rules, actions } = decide([table], analysis)
  return [...rules, ...actions.flatMap((each) => each.rules)]
}

/** Added at the end, after one empty line. */
export function withRules(text: string, rules: readonly string[]): string {
  return `${text.endsWith('\n') || text === '' ? text : `${text}\n`}\n${rules.join('\n')}\n`
}

const RANKS = ['allow', 'warn', 'ask', 'deny', 'explain'] as const

function rankOf(table: Table, analysis: Analysis): number {
  const { decision, would } = decide([table], analysis)
  return RANKS.indexOf(would ?? decision)
}

/**
 * The candidates that hold, all compiled at once; those that a bank line is eased by are left out, and where none is
 * named halves are tried apart.
 *
 * @param bank - dangerous requests, analysed
 */
export function keepHarmless(
  policy: LearnedPolicy,
  candidates: readonly Candidate[],
  bank: readonly Analysis[],
): readonly Candidate[] {
  const before = policy.table([])
  if (!before) throw new OaError('OA8003', 'the policy has errors', { help: 'see `oa check`' })
  const ranks = bank.map((analysis) => rankOf(before, analysis))
  const keep = (some: readonly Candidate[]): readonly Candidate[] => {
    if (some.length === 0) return []
    const table = policy.table(some.map(({ rule }) => rule))
    const easier = table && bank.filter((each, at) => rankOf(table, each) < (ranks[at] ?? 0))
    if (easier?.length === 0) return some
    const ids = new Set(table ? easier?.flatMap((each) => idsOf(table, each)) : [])
    const rest = some.filter((_, at) => !ids.has(policy.idOf(at)))
    if (rest.length < some.length) return keep(rest)
    if (some.length === 1) return []
    // No rule is named where the policy does not compile with them.
    const half = Math.ceil(some.length / 2)
    return [...keep(some.slice(0, half)), ...keep(some.slice(half))]
  }
  const kept = keep(candidates)
  const table = policy.table(kept.map(({ rule }) => rule))
  return table ? kept.filter((each) => helps(each, table)) : []
}

/** Whether every run that suggests a rule is then allowed. */
function helps(candidate: Candidate, table: Table): boolean {
  return candidate.from.every(({ analysis }) => rankOf(table, analysis) <= RANKS.indexOf('warn'))
}
