/**
 * Compiles a policy text for a command that runs or decides: errors are shown in full and refuse the command.
 */
import { OaError } from '../base/diagnostic.ts'
import { renderDiagnostics } from '../base/render.ts'
import { compileTable } from '../compile-table.ts'
import { policyReader } from '../policy-reader.ts'
import type { Table } from '../table/table.ts'
import { keepTable } from './artifact-cache.ts'
import { hasColour } from './terminal.ts'

/** Compiles and keeps the artifact in the caller's cache. */
export function compileForRun(path: string, own: string): Table {
  const { value, diagnostics } = compileTable({ kind: 'file', path }, policyReader())
  if (value) {
    keepTable(own, path, value)
    return value.table
  }
  const errors = diagnostics.filter((each) => each.severity === 'error')
  process.stderr.write(
    renderDiagnostics(errors, { format: 'human', colour: hasColour(process.stderr) }),
  )
  throw new OaError('OA8003', `the policy \`${path}\` has errors`, {
    help: `mend them; \`oa check ${path}\` shows them again`,
  })
}
