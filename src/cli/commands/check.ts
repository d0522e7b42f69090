/** `oa check`: what is wrong with policies and artifacts, in the form that a person or a program reads. */
import { type Diagnostic, diagnostic, OaError } from '../../base/diagnostic.ts'
import { neutralise } from '../../base/neutral.ts'
import type { Table } from '../../table/table.ts'
import { EXIT } from '../exit.ts'
import type { GivenOptions } from '../options.ts'
import {
  compileFile,
  counted,
  givenFiles,
  givenFormat,
  isArtifactFile,
  showDiagnostics,
} from '../policies.ts'
import { openArtifact } from '../policy-source.ts'
import { hasColour, paint } from '../terminal.ts'

interface Checked {
  readonly file: string
  readonly diagnostics: readonly Diagnostic[]
  /** Null when it has errors. */
  readonly table: Table | null
  /** `never` statements that were proved. */
  readonly provedCount: number
}

export async function run(given: GivenOptions): Promise<number> {
  const format = givenFormat(given)
  const checked: Checked[] = []
  for (const file of givenFiles(given, 'check')) {
    checked.push(await checkFile(file, given.flag('against-audit')))
  }
  const found = withoutRepeats(checked.flatMap((each) => each.diagnostics))
  showDiagnostics(found, process.stdout, format)
  if (format === 'human') {
    for (const each of checked) process.stdout.write(`${lineOf(each)}\n`)
    const proved = checked.reduce((sum, each) => sum + each.provedCount, 0)
    if (proved > 0) {
      const nevers = counted(proved, '`never` statement')
      process.stdout.write(`${nevers} proved for what oa starts\n`)
    }
    if (checked.length > 1) {
      process.stdout.write(`${counted(checked.length, 'file')}: ${countsOf(found)}\n`)
    }
  }
  const isRefused = found.some(
    ({ severity }) => severity === 'error' || (severity === 'warning' && given.flag('strict')),
  )
  return isRefused ? EXIT.findings : EXIT.done
}

async function checkFile(file: string, isAgainstAudit: boolean): Promise<Checked> {
  if (isArtifactFile(file)) return checkArtifact(file)
  const { value, diagnostics } = await compileFile(file, undefined, { withLints: true })
  const proved = value?.nevers.filter((each) => each.proof.kind === 'proved') ?? []
  const table = value?.table ?? null
  const unfired =
    table && isAgainstAudit
      ? await (await import('../unfired-rules.ts')).unfiredRules(file, table)
      : []
  return { file, diagnostics: [...diagnostics, ...unfired], table, provedCount: proved.length }
}

function checkArtifact(file: string): Checked {
  try {
    return { file, diagnostics: [], table: openArtifact(file), provedCount: 0 }
  } catch (error) {
    if (!(error instanceof OaError)) throw error
    const span = { source: { name: file, text: '' }, start: 0, end: 0 }
    const found = diagnostic(error.code, error.message, span, { help: error.help })
    return { file, diagnostics: [found], table: null, provedCount: 0 }
  }
}

/** Files that import the same one have its findings once. */
function withoutRepeats(found: readonly Diagnostic[]): readonly Diagnostic[] {
  const seen = new Set<string>()
  return found.filter((each) => {
    const { span } = each
    const key = JSON.stringify([each.code, each.message, span?.source.name, span?.start, span?.end])
    if (seen.has(key)) return false
    seen.add(key)
    return true
  })
}

function lineOf({ file, table, diagnostics }: Checked): string {
  const isOn = hasColour(process.stdout)
  const name = neutralise(file)
  const counts = countsOf(diagnostics)
  if (!table) return `${name}: ${paint(counts, 'red', isOn)}`
  // An artifact without its source map no longer knows which rows were one rule.
  const rules = table.hasMap ? counted(table.ruleCount, 'rule') : counted(table.rowCount, 'row')
  const warned = diagnostics.some((each) => each.severity === 'warning') ? `, ${counts}` : ''
  return `${name}: ${paint('ok', 'green', isOn)}${warned}, ${rules}, ${table.digest}`
}

/** `2 errors, 1 warning`; what there is none of is left out, errors only where there are warnings. */
function countsOf(found: readonly Diagnostic[]): string {
  const errors = found.filter((each) => each.severity === 'error').length
  const warnings = found.filter((each) => each.severity === 'warning').length
  if (warnings === 0) return counted(errors, 'error')
  return `${errors > 0 ? `${counted(errors, 'error')}, ` : ''}${counted(warnings, 'warning')}`
}
