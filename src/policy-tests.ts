/**
 * What a policy says of itself: its `test` lines, run against its own table in the blank world.
 */
import { analyse } from './command/analyse.ts'
import { absolutePath, expandHome } from './command/paths.ts'
import { decide } from './decide/decide.ts'
import type { PolicyIr, TestIr } from './lower/ir.ts'
import type { Facts } from './model/analysis.ts'
import type { Decision } from './model/decision.ts'
import { NO_FACTS } from './model/request.ts'
import type { Table } from './table/table.ts'
import { BLANK_HOME, BLANK_WORKSPACE, BLANK_WORLD } from './world/blank-world.ts'

export interface TestResult {
  readonly test: TestIr
  readonly decision: Decision
  readonly isPassed: boolean
}

/** Runs every `test` of a policy. */
export function runTests(ir: PolicyIr, table: Table): readonly TestResult[] {
  return ir.tests.map((test) => {
    const decision = decideLine(table, test.line, test.cwd, factsOf(test))
    const result = decision.decision === 'explain' ? decision.would : decision.decision
    return { test, decision, isPassed: result === test.decision }
  })
}

function decideLine(table: Table, line: string, cwd: string | null, facts: Facts): Decision {
  const place = absolutePath(expandHome(cwd ?? '.', BLANK_HOME), BLANK_WORKSPACE)
  const request = { subject: { kind: 'line', line } as const, cwd: place, facts }
  return decide([table], analyse(table, request, BLANK_WORLD).analysis)
}

function factsOf(test: TestIr): Facts {
  const { facts } = test
  const env: Record<string, string> = {}
  for (const [name, value] of Object.entries(facts)) {
    if (name.startsWith('env:')) env[name.slice('env:'.length)] = value
  }
  return {
    ...NO_FACTS,
    roles: facts['role'] === undefined ? [] : [facts['role']],
    user: facts['user'] ?? null,
    agent: facts['agent'] ?? null,
    session: facts['session'] ?? null,
    machine: facts['machine'] ?? null,
    isInteractive: facts['interactive'] === undefined ? null : facts['interactive'] === 'true',
    isCi: facts['ci'] === undefined ? null : facts['ci'] === 'true',
    env: Object.keys(env).length > 0 ? env : null,
  }
}
