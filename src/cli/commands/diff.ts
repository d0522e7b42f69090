/** `oa diff`: which requests two policies decide differently, newly allowed first. */
import type { Difference } from '../../analysis/diff.ts'
import { neutraliseJson } from '../../base/neutral.ts'
import { askedPolicy } from '../asked-policy.ts'
import { showDifference } from '../difference-text.ts'
import { EXIT } from '../exit.ts'
import { type GivenOptions, usageError } from '../options.ts'
import { showDiagnostics } from '../policies.ts'
import { progressBar } from '../progress.ts'
import { hasColour } from '../terminal.ts'

/** Exit 0: answered. 1: a policy has errors, or `--fail-on-new-access` and access is, or may be, new. */
export async function run(given: GivenOptions): Promise<number> {
  const files = [...given.operands, ...(given.rest ?? [])]
  const [before, after] = files
  if (before === undefined || after === undefined || files.length > 2) {
    throw usageError('`oa diff` needs two policies', 'write `oa diff before.oa after.oa`')
  }
  const policies = [await askedPolicy(before), await askedPolicy(after)]
  const [one, two] = policies.map((each) => each.value)
  if (!one || !two) {
    showDiagnostics(
      policies.flatMap((each) => each.errors),
      process.stderr,
    )
    return EXIT.findings
  }
  const [{ diffPolicies }, { sideOf }] = await Promise.all([
    import('../../analysis/diff.ts'),
    import('../../analysis/side.ts'),
  ])
  const sides = [sideOf(one.ir), sideOf(two.ir)] as const
  const progress = progressBar('requests decided')
  const found = diffPolicies(sides[0], sides[1], (done, all) => progress.show(done, all))
  progress.end()
  if (given.flag('json')) {
    const digests = sides.map((each) => each.table.digest)
    const json = {
      before: { policy: before, digest: digests[0] },
      after: { policy: after, digest: digests[1] },
      ...found,
    }
    process.stdout.write(`${neutraliseJson(JSON.stringify(json))}\n`)
  } else {
    const how = { isAll: given.flag('all'), isColoured: hasColour(process.stdout) }
    process.stdout.write(`${showDifference(found, [before, after], how).join('\n')}\n`)
  }
  return given.flag('fail-on-new-access') && mayBeWeaker(found) ? EXIT.findings : EXIT.done
}

/** Something is weaker, or could be: what was not looked at counts against it. */
function mayBeWeaker({ settings, changes, gaps }: Difference): boolean {
  return gaps.length > 0 || [...settings, ...changes].some((each) => each.isWeaker)
}
