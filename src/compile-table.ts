/**
 * A policy to its artifact: compiled, then held to its own tests and invariants. A policy that fails them does not
 * compile.
 */

import { showFacts } from './analysis/facts.ts'
import { type DeadRule, deadRules } from './analysis/lint.ts'
import { type NeverResult, proveNevers } from './analysis/nevers.ts'
import { Side, type Verdict } from './analysis/side.ts'
import type { Code } from './base/codes.ts'
import { type Diagnostic, diagnostic, type Outcome, sortDiagnostics } from './base/diagnostic.ts'
import type { Span } from './base/source.ts'
import type { LoadedFile, PolicyInput } from './check/modules.ts'
import type { PolicyReader } from './check/reader.ts'
import { compilePolicy } from './compile.ts'
import { buildTable } from './lower/build.ts'
import type { Origin, PolicyIr, RuleIr } from './lower/ir.ts'
import { runTests } from './policy-tests.ts'
import { Table } from './table/table.ts'

export interface CompiledTable {
  readonly ir: PolicyIr
  readonly bytes: Uint8Array
  readonly table: Table
  /** Every file it was made from, the shipped library included; absolute real paths. */
  readonly paths: readonly string[]
  /** What became of its `never` statements. */
  readonly nevers: readonly NeverResult[]
}

/** Compiles and tests a policy; `value` is there exactly if no error was found. */
export function compileTable(
  input: PolicyInput,
  reader: PolicyReader,
  options: { readonly withLints?: boolean } = {},
): Outcome<CompiledTable> {
  const compiled = compilePolicy(input, reader)
  if (!compiled.value) return { value: undefined, diagnostics: compiled.diagnostics }
  const { ir, files } = compiled.value
  const { bytes } = buildTable(ir)
  const table = Table.open(bytes)
  const side = new Side(ir, table)
  const nevers = proveNevers(side)
  const findings = [...testFindings(ir, table, files), ...neverFindings(ir, nevers, files)]
  const lints = options.withLints === true ? lintFindings(side, files) : []
  const diagnostics = sortDiagnostics([...compiled.diagnostics, ...findings, ...lints])
  const isSound = findings.every((each) => each.severity !== 'error')
  return {
    value: isSound
      ? { ir, bytes, table, paths: files.map((each) => each.path), nevers }
      : undefined,
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

/** A broken `never` is underlined at the rule that lets the command through, else at the `never`. */
export function neverFindings(
  ir: PolicyIr,
  nevers: readonly NeverResult[],
  files: readonly LoadedFile[],
): readonly Diagnostic[] {
  return nevers.flatMap(({ text, origin, proof }) => {
    const own = spanOf(origin, files)
    if (proof.kind === 'proved') return []
    if (proof.kind === 'unknown') {
      const why = proof.reasons.join('; ')
      return [diagnostic('OA3006', `\`${text}\` is neither proved nor refuted: ${why}`, own)]
    }
    const { command, member, verdict } = proof.witness
    const facts = showFacts(member.facts)
    const shown = `\`${command}\`${facts === null ? '' : ` (${facts})`}`
    const message = `${shown} is ${verdict.decision}, which \`${text}\` forbids`
    const by = lettingRule(ir, verdict)
    const span = by && spanOf(by.origin, files)
    if (!span) {
      return [
        diagnostic('OA3002', message, own, {
          help: `${verdict.report.reason}: deny it with a rule`,
        }),
      ]
    }
    const notes = own ? [{ message: 'the invariant', span: own }] : []
    const help = 'narrow this rule, or deny the command with another'
    return [diagnostic('OA3002', message, span, { help, notes })]
  })
}

/** Rules that never decide, with those that decide in their place. The shipped library is not the author's to change. */
function lintFindings(side: Side, files: readonly LoadedFile[]): readonly Diagnostic[] {
  const own = new Set(files.filter((each) => !each.isStd).map((each) => each.file.source.name))
  return deadRules(side, (file) => own.has(file)).map(({ rule, kind, covering }) => {
    const notes = covering.flatMap((each) => {
      const span = spanOf(each.origin, files)
      return span ? [{ message: 'decided by this rule', span }] : []
    })
    const { code, message, help } = LINTS[kind]
    return diagnostic(code, message, spanOf(rule.origin, files), {
      help,
      notes: notes.slice(0, NOTES_MAX),
    })
  })
}

const NOTES_MAX = 3

const LINTS = {
  'never-matches': {
    code: 'OA2508',
    message: 'this rule matches nothing: its excepts take all that it names',
    help: 'remove the rule, or narrow its `except`',
  },
  redundant: {
    code: 'OA2507',
    message: 'this rule changes nothing: others decide all that it matches alike',
    help: 'remove it',
  },
  shadowed: {
    code: 'OA2506',
    message: 'this rule never decides: stricter ones decide all that it matches',
    help: 'remove it, or except from the stricter rule what this one is for',
  },
  contradicted: {
    code: 'OA2506',
    message: 'this rule never allows anything: all that it matches is denied',
    help: 'remove it, or except from the deny what this one is for',
  },
} as const satisfies Record<DeadRule['kind'], { code: Code; message: string; help: string }>

/** The rule that gave the command its decision; null: a default or a risk did. */
function lettingRule(ir: PolicyIr, { report, decision }: Verdict): RuleIr | null {
  const ids = report.actions
    .filter((each) => each.action === 'run' && each.decision === decision)
    .flatMap((each) => each.rules)
  const [first] = [...ids, ...report.rules]
  return ir.rules.find(({ origin }) => `${origin.file}:${origin.line}` === first) ?? null
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
