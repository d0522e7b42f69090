/**
 * A policy to its artifact: compiled, then held to its own tests and invariants. A policy that fails them does not
 * compile.
 */
import { type Diagnostic, diagnostic, type Outcome, sortDiagnostics } from './base/diagnostic.ts'
import type { Span } from './base/source.ts'
import type { LoadedFile, PolicyInput } from './check/modules.ts'
import type { PolicyReader } from './check/reader.ts'
import { compilePolicy } from './compile.ts'
import { buildTable } from './lower/build.ts'
import type { Origin, PolicyIr } from './lower/ir.ts'
import { runNevers, runTests } from './policy-tests.ts'
import { Table } from './table/table.ts'

export interface CompiledTable {
  readonly ir: PolicyIr
  readonly bytes: Uint8Array
  readonly table: Table
  /** Every file it was made from, the shipped library included; absolute real paths. */
  readonly paths: readonly string[]
}

/** Compiles and tests a policy; `value` is there exactly if no error was found. */
export function compileTable(input: PolicyInput, reader: PolicyReader): Outcome<CompiledTable> {
  const compiled = compilePolicy(input, reader)
  if (!compiled.value) return { value: undefined, diagnostics: compiled.diagnostics }
  const { ir, files } = compiled.value
  const { bytes } = buildTable(ir)
  const table = Table.open(bytes)
  const findings = [...testFindings(ir, table, files), ...neverFindings(ir, table, files)]
  const diagnostics = sortDiagnostics([...compiled.diagnostics, ...findings])
  const isSound = findings.every((each) => each.severity !== 'error')
  return {
    value: isSound ? { ir, bytes, table, paths: files.map((each) => each.path) } : undefined,
    diagnostics,
  }
}

function testFindings(
  ir: PolicyIr,
  table: Table,
  files: readonly LoadedFile[],
): readonly Diagnostic[] {
  return runTests(ir, table).flatMap(({ test, decision, isPassed }) =>
    isPassed
      ? []
      : [
          diagnostic(
            'OA3001',
            `\`${test.line}\` is ${decision.would ?? decision.decision}, not ${test.decision}: ${decision.reason}`,
            spanOf(test.origin, files),
            { help: 'change the rule that decides it, or what the test expects' },
          ),
        ],
  )
}

function neverFindings(
  ir: PolicyIr,
  table: Table,
  files: readonly LoadedFile[],
): readonly Diagnostic[] {
  return runNevers(ir, table).map(({ never, triedCount, counterexample }) => {
    const span = spanOf(never.origin, files)
    if (!counterexample) {
      return diagnostic(
        'OA3005',
        `\`${never.text}\` holds for ${triedCount} generated command lines: tested, not proved`,
        span,
      )
    }
    const { line, decision } = counterexample
    const by = decision.actions.flatMap((each) => each.rules).find((rule) => rule !== '')
    const how = decision.would ?? decision.decision
    return diagnostic('OA3002', `\`${line}\` is ${how}, which \`${never.text}\` forbids`, span, {
      help: by === undefined ? 'deny it with a rule' : `the rule at ${by} lets it through`,
    })
  })
}

/** The line that the origin names, without its indentation. */
function spanOf(origin: Origin, files: readonly LoadedFile[]): Span | undefined {
  const source = files.find((each) => each.file.source.name === origin.file)?.file.source
  if (!source) return undefined
  let start = 0
  for (let line = 1; line < origin.line; line++) start = source.text.indexOf('\n', start) + 1
  start += origin.column - 1
  const end = source.text.indexOf('\n', start)
  return { source, start, end: end < 0 ? source.text.length : end }
}
