/** `oa test`: the `test` and `never` lines of policies, run against their own tables. */
import type { Diagnostic } from '../../base/diagnostic.ts'
import { neutralise, neutraliseJson } from '../../base/neutral.ts'
import type { NeverResult, TestResult } from '../../policy-tests.ts'
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
  const [{ compilePolicy }, { policyReader }, { buildTable }, { runNevers, runTests }, { Table }] =
    await Promise.all([
      import('../../compile.ts'),
      import('../../policy-reader.ts'),
      // oxlint-disable-next-line no-restricted-imports -- by `import()`, as it should be
      import('../../lower/build.ts'),
      import('../../policy-tests.ts'),
      import('../../table/table.ts'),
    ])
  const { value, diagnostics } = compilePolicy({ kind: 'file', path: file }, policyReader())
  if (!value) {
    const errors = diagnostics
      .filter((each) => each.severity === 'error')
      .map((each) => placed(each, file))
    return { file, digest: null, tests: [], nevers: [], errors }
  }
  const table = Table.open(buildTable(value.ir).bytes)
  const tests = runTests(value.ir, table)
  return { file, digest: table.digest, tests, nevers: runNevers(value.ir, table), errors: [] }
}

function failedCount(tested: readonly Tested[]): number {
  return tested
    .map(
      ({ tests, nevers }) =>
        tests.filter((each) => !each.isPassed).length +
        nevers.filter((each) => each.counterexample !== null).length,
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
  for (const { never, triedCount, counterexample } of nevers) {
    const text = neutralise(never.text)
    if (!counterexample) {
      write(`  ${ok}  ${text}: ${triedCount} generated lines tried; tested, not proved`)
      continue
    }
    const { line, decision } = counterexample
    const got = decision.would ?? decision.decision
    write(`  ${bad}  ${text}: \`${neutralise(line)}\` is ${got} (${placeOf(never.origin)})`)
    write(`        ${neutralise(decision.reason)}`)
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
      nevers: nevers.map(({ never, triedCount, counterexample }) => ({
        never: never.text,
        triedCount,
        isPassed: counterexample === null,
        counterexample: counterexample?.line ?? null,
        at: placeOf(never.origin),
      })),
    })),
  }
}
