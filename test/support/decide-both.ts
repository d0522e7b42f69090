/** The same question to the naive decider and to the compiled table. */
import * as assert from 'uvu/assert'
import { analyse } from '../../src/command/analyse.ts'
import type { World } from '../../src/command/world.ts'
import { decide } from '../../src/decide/decide.ts'
import { findingsOf } from '../../src/decide/findings.ts'
import { buildTable } from '../../src/lower/build.ts'
import type { PolicyIr } from '../../src/lower/ir.ts'
import type { Analysis } from '../../src/model/analysis.ts'
import type { Decision } from '../../src/model/decision.ts'
import type { Request } from '../../src/model/request.ts'
import { readMap, type SourceMap, splitMap } from '../../src/table/source-map.ts'
import { Table } from '../../src/table/table.ts'
import { oracle, rulesAbout } from './oracle.ts'
import { compileText } from './policies.ts'
import { memoryWorld } from './world.ts'

export interface Compiled {
  readonly ir: PolicyIr
  readonly bytes: Uint8Array
  readonly table: Table
}

/** Compiles a text into its flat rules and its opened artifact; null where the checker refuses it. */
export function compileBoth(text: string): Compiled | null {
  const { value } = compileText(text)
  if (!value) return null
  const { bytes } = buildTable(value.ir)
  return { ir: value.ir, bytes, table: Table.open(bytes) }
}

export interface Answers {
  readonly analysis: Analysis
  readonly table: Decision
  readonly oracle: ReturnType<typeof oracle>
}

/** Analyses with the first layer's knowledge, decides with all. */
export function ask(
  layers: readonly Compiled[],
  request: Request,
  world: World = memoryWorld(),
): Answers {
  const [first] = layers
  if (!first) throw new Error('no layer')
  const { analysis } = analyse(first.table, request, world)
  return {
    analysis,
    table: decide(
      layers.map((each) => each.table),
      analysis,
    ),
    oracle: oracle(
      layers.map((each) => each.ir),
      analysis,
    ),
  }
}

/** What of two answers must be equal. */
export function comparable(answer: Decision | ReturnType<typeof oracle>): unknown {
  return {
    decision: answer.decision,
    would: answer.would,
    actions: answer.actions.map((each) => `${each.decision} ${each.risk}`),
  }
}

/** Fails with both answers and the actions where they differ. */
export function assertSame(answers: Answers): void {
  const { table, analysis } = answers
  const shown = table.actions.map((each) => `${each.action} ${each.resource}`).join('\n  ')
  const message = `${analysis.line}\n  ${shown}\n  table: ${table.reason}`
  assert.equal(comparable(table), comparable(answers.oracle), message)
}

const MAPS = new WeakMap<Table, SourceMap>()

function mapOf(policy: Compiled): SourceMap {
  const known = MAPS.get(policy.table)
  if (known) return known
  const made = readMap(splitMap(policy.bytes)[1])
  MAPS.set(policy.table, made)
  return made
}

/** Fails unless table and naive decider find the same rules for every action, each as far. */
export function assertSameRules(policy: Compiled, analysis: Analysis): void {
  const map = mapOf(policy)
  for (const action of analysis.actions) {
    for (const isTrusted of [true, false]) {
      const found = new Map<number, readonly [number, number]>()
      for (const { rowId, row, restrict, settle } of findingsOf(
        policy.table,
        action,
        analysis,
        isTrusted,
      )) {
        if (row.pattern.kind === 'stage') continue
        for (const rule of map.rows[rowId] ?? []) {
          const [most, mostSettled] = found.get(rule) ?? [0, 0]
          found.set(rule, [Math.max(most, restrict), Math.max(mostSettled, settle)])
        }
      }
      const shown = (rules: Iterable<readonly [number, string]>): readonly string[] =>
        [...rules].map(([rule, far]) => `${policy.ir.rules[rule]?.text}: ${far}`).sort()
      assert.equal(
        shown([...found].map(([rule, far]) => [rule, far.join(' ')] as const)),
        shown(rulesAbout(policy.ir, analysis, action, isTrusted)),
        analysis.line,
      )
    }
  }
}
