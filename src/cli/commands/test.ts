/** `oa test`: the `test` and `never` lines of policies, run against their own tables. */

import type { NeverResult } from '../../analysis/nevers.ts'
import type { Diagnostic } from '../../base/diagnostic.ts'
import { neutralise, neutraliseJson } from '../../base/neutral.ts'
import type { TestResult } from '../../policy-tests.ts'
import { EXIT } from '../exit.ts'
import type { GivenOptions } from '../options.ts'
import { usageError } from '../options.ts'
import { givenFiles, isArtifactFile, placed, showDiagnostics } from '../policies.ts'
import { hasColour, paint } from '../terminal.ts'

interface Tested {
  readonly file: string
  readonly digest: string | null
  readonly tests: readonly TestResult[]
  readonly nevers: readonly NeverResult[]
  /** Errors that kept it from being compiled. */
  readonly errors: readonly Diagnostic[]
}

export async function run(given: GivenOptions): Promise<number> {
  const tested: Tested[] = []
  for (const file of givenFiles(given, 'test')) tested.push(await testFile(file))
  if (given.flag('json')) {
    process.stdout.write(`${neutraliseJson(JSON.stringify(jsonOf(tested)))}\n`)
  } else {
    for (const each of tested) print(each)
    process.stdout.write(`${closingLine(tested)}\n`)
  }
  const isClean = tested.every((each) => each.errors.length === 0) && failedCount(tested) === 0
  return isClean ? EXIT.done : EXIT.findings
}

async function testFile(file: string): Promise<Tested> {
  if (isArtifactFile(file)) {
    throw usageError(`\`${file}\` is an artifact, which keeps no tests`, 'give the policy')
  }
  const [{ compilePolicy }, { policyReader }, { proveNevers }, { runTests }, { sideOf }] =
    await Promise.all([
      import('../../compile.ts'),
      import('../../policy-reader.ts'),
      import('../../analysis/nevers.ts'),
      import('../../policy-tests.ts'),
      import('../../analysis/side.ts'),
    ])
  const { value, diagnostics } = compilePolicy({ kind: 'file', path: file }, policyReader())
  if (!value) {
    const errors = diagnostics
      .filter((each) => each.severity === 'error')
      .map((each) => placed(each, file))
    return { file, digest: null, tests: [], nevers: [], errors }
  }
  const side = sideOf(value.ir)
  const tests = runTests(value.ir, side.table)
  return { file, digest: side.table.digest, tests, nevers: proveNevers(side), errors: [] }
}

function failedCount(tested: readonly Tested[]): number {
  return tested
    .map(
      ({ tests, nevers }) =>
        tests.filter((each) => !each.isPassed).length +
        nevers.filter((each) => each.proof.kind === 'refuted').length,
    )
    .reduce((sum, each) => sum + each, 0)
}

function closingLine(tested: readonly Tested[]): string {
  const all = tested.reduce((sum, each) => sum + each.tests.length + each.nevers.length, 0)
  const failed = failedCount(tested)
  const broken = tested.filter((each) => each.errors.length > 0).length
  const unread = broken === 0 ? '' : `, ${broken} not compiled`
  return `${all - failed} passed, ${failed} failed${unread}`
}

function print({ file, tests, nevers, errors }: Tested): void {
  const isOn = hasColour(process.stdout)
  const ok = paint('ok  ', 'green', isOn)
  const bad = paint('FAIL', 'red', isOn)
  const write = (text: string): void => void process.stdout.write(`${text}\n`)
  write(paint(neutralise(file), 'bold', isOn))
  if (errors.length > 0) return showDiagnostics(errors, process.stdout)
  if (tests.length + nevers.length === 0) write('  has no tests; write one: `test "LINE" is deny`')
  for (const { test, decision, isPassed } of tests) {
    const line = neutralise(test.line)
    const got = decision.would ?? decision.decision
    if (isPassed) {
      write(`  ${ok}  ${line} is ${got}`)
      continue
    }
    write(`  ${bad}  ${line} is ${got}, not ${test.decision} (${placeOf(test.origin)})`)
    write(`        ${neutralise(decision.reason)}`)
  }
  for (const { text, origin, proof } of nevers) {
    const shown = neutralise(text)
    if (proof.kind === 'proved') {
      write(`  ${ok}  ${shown}: proved for what oa starts`)
      continue
    }
    if (proof.kind === 'unknown') {
      write(`  ${ok}  ${shown}: not refuted, not proved: ${neutralise(proof.reasons.join('; '))}`)
      continue
    }
    const { verdict } = proof.witness
    const command = neutralise(proof.witness.command)
    write(`  ${bad}  ${shown}: \`${command}\` is ${verdict.decision} (${placeOf(origin)})`)
    write(`        ${neutralise(verdict.report.reason)}`)
  }
}

function placeOf(origin: { readonly file: string; readonly line: number }): string {
  return `${neutralise(origin.file)}:${origin.line}`
}

function jsonOf(tested: readonly Tested[]): object {
  return {
    failed: failedCount(tested),
    policies: tested.map(({ file, digest, tests, nevers, errors }) => ({
      file,
      digest,
      errors: errors.map((each) => ({ code: each.code, message: each.message })),
      tests: tests.map(({ test, decision, isPassed }) => ({
        line: test.line,
        expected: test.decision,
        decision: decision.would ?? decision.decision,
        isPassed,
        reason: decision.reason,
        at: placeOf(test.origin),
      })),
      nevers: nevers.map(({ text, origin, proof }) => ({
        never: text,
        result: proof.kind,
        classes: proof.classCount,
        isPassed: proof.kind !== 'refuted',
        counterexample: proof.kind === 'refuted' ? proof.witness.command : null,
        reasons: proof.kind === 'unknown' ? proof.reasons : [],
        at: placeOf(origin),
      })),
    })),
  }
}
