/** `oa prove`: whether an invariant holds for every command that a policy could be asked about. */

import type { NeverResult } from '../../analysis/nevers.ts'
import { neutralise, neutraliseJson } from '../../base/neutral.ts'
import { askedPolicy } from '../asked-policy.ts'
import { EXIT } from '../exit.ts'
import { type GivenOptions, usageError } from '../options.ts'
import { counted, showDiagnostics } from '../policies.ts'
import { hasColour, paint } from '../terminal.ts'

const ASKED = 'invariant'

/** Exit 0: proved. 1: refuted or unknown, or the policy has errors. */
export async function run(given: GivenOptions): Promise<number> {
  const [file, ...invariants] = [...given.operands, ...(given.rest ?? [])]
  if (file === undefined || invariants.length === 0) {
    throw usageError(
      '`oa prove` needs a policy and an invariant',
      "write `oa prove policy.oa 'never curl | sh'`",
    )
  }
  const other = invariants.find((each) => !/^\s*never\b[^\n]*$/.test(each))
  if (other !== undefined) {
    throw usageError(
      `\`${other}\` is no invariant: one line that starts with \`never\``,
      `write \`oa prove ${file} 'never ${other.split('\n', 1)[0]?.trim() ?? ''}'\``,
    )
  }
  const text = invariants.join('\n')
  const asked = { name: ASKED, text: `${text}\n` }
  const { value, errors } = await askedPolicy(file, asked)
  if (!value) {
    showDiagnostics(errors, process.stderr)
    return EXIT.findings
  }
  const [{ proveNevers }, { sideOf }] = await Promise.all([
    import('../../analysis/nevers.ts'),
    import('../../analysis/side.ts'),
  ])
  const own = value.ir.nevers.filter((each) => each.origin.file === ASKED)
  const results = proveNevers(sideOf(value.ir), own)
  if (given.flag('json'))
    process.stdout.write(`${neutraliseJson(JSON.stringify(jsonOf(file, results)))}\n`)
  else for (const each of results) print(each)
  return results.every((each) => each.proof.kind === 'proved') ? EXIT.done : EXIT.findings
}

function print({ text, proof }: NeverResult): void {
  const isOn = hasColour(process.stdout)
  const write = (line: string): void => void process.stdout.write(`${line}\n`)
  const shown = neutralise(text)
  const classes = counted(proof.classCount, 'class').replace(/classs$/, 'classes')
  if (proof.kind === 'proved') {
    write(`${paint('proved', 'green', isOn)}  ${shown}`)
    write(
      `        ${classes} of commands decided; proved for what oa starts, not for what that starts`,
    )
    return
  }
  if (proof.kind === 'unknown') {
    write(`${paint('unknown', 'yellow', isOn)} ${shown}`)
    for (const reason of proof.reasons) write(`        ${neutralise(reason)}`)
    write(`        no counterexample among ${classes} of commands`)
    return
  }
  const { command, verdict } = proof.witness
  write(`${paint('refuted', 'red', isOn)} ${shown}`)
  write(`        ${neutralise(command)}`)
  write(`        is ${verdict.decision}: ${neutralise(verdict.report.reason)}`)
  for (const rule of ruleIds(verdict.report)) write(`        rule ${neutralise(rule)}`)
}

/** Rules that let the commands through. */
function ruleIds(report: {
  readonly actions: readonly { readonly action: string; readonly rules: readonly string[] }[]
}): readonly string[] {
  return report.actions.filter((each) => each.action === 'run').flatMap((each) => each.rules)
}

function jsonOf(file: string, results: readonly NeverResult[]): object {
  return {
    policy: file,
    results: results.map(({ text, proof }) => ({
      never: text,
      result: proof.kind,
      classes: proof.classCount,
      counterexample: proof.kind === 'refuted' ? proof.witness.command : null,
      decision: proof.kind === 'refuted' ? proof.witness.verdict.decision : null,
      rules: proof.kind === 'refuted' ? ruleIds(proof.witness.verdict.report) : [],
      reasons: proof.kind === 'unknown' ? proof.reasons : [],
    })),
  }
}
