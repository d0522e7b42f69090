/** `oa diff`: which requests two policies decide differently, newly allowed first. */
import type { Answer, Change, Difference } from '../../analysis/diff.ts'
import { neutralise, neutraliseJson } from '../../base/neutral.ts'
import { askedPolicy } from '../asked-policy.ts'
import { EXIT } from '../exit.ts'
import { type GivenOptions, usageError } from '../options.ts'
import { showDiagnostics } from '../policies.ts'
import { progressBar } from '../progress.ts'
import { hasColour, paint } from '../terminal.ts'

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
  } else print(found, [before, after], given.flag('all'))
  return given.flag('fail-on-new-access') && mayBeWeaker(found) ? EXIT.findings : EXIT.done
}

/** Something is weaker, or could be: what was not looked at counts against it. */
function mayBeWeaker({ changes, gaps }: Difference): boolean {
  return gaps.length > 0 || changes.some((each) => each.isWeaker)
}

function write(line: string): void {
  process.stdout.write(`${line}\n`)
}

function print(
  found: Difference,
  [before, after]: readonly [string, string],
  isAll: boolean,
): void {
  const isOn = hasColour(process.stdout)
  if (found.result === 'same-digest') return write('same meaning: the digests are equal')
  if (found.result === 'same') {
    return write(
      `same meaning: ${found.classCount} classes of requests decided, all alike (requests of which every word and option is known)`,
    )
  }
  write(`${paint(neutralise(before), 'bold', isOn)} → ${paint(neutralise(after), 'bold', isOn)}`)
  if (found.settings.length > 0) write(`\n${paint('settings', 'bold', isOn)}`)
  for (const { name, before: old, after: now } of found.settings) {
    write(
      `  ${neutralise(name)}: ${neutralise(old ?? 'not set')} → ${neutralise(now ?? 'not set')}`,
    )
  }
  for (const [title, changes] of sections(found.changes)) {
    if (changes.length === 0) continue
    const colour = title === 'stricter' ? 'green' : 'red'
    write(`\n${paint(title, colour, isOn)} (${changes.length})`)
    printGroups(changes, isAll)
  }
  if (found.changes.length === 0)
    write(`\nno difference found among ${found.classCount} classes of requests`)
  else write(`\n${found.classCount} classes of requests decided; ${found.changes.length} differ`)
  if (found.gaps.length > 0) {
    write(found.changes.length === 0 ? 'not proved, because' : 'there may be more, because')
    for (const gap of found.gaps) write(`  ${neutralise(gap)}`)
  }
}

function sections(changes: readonly Change[]): readonly (readonly [string, readonly Change[]])[] {
  const isOpen = (each: Answer): boolean => each.decision === 'allow' || each.decision === 'warn'
  const isNew = (each: Change): boolean => !isOpen(each.before) && isOpen(each.after)
  return [
    ['newly allowed', changes.filter(isNew)],
    ['weaker', changes.filter((each) => each.isWeaker && !isNew(each))],
    ['stricter', changes.filter((each) => !each.isWeaker)],
  ]
}

/** Groups and commands of a group that are shown without `--all`. */
const GROUPS_SHOWN = 12
const COMMANDS_SHOWN = 3

/** By what decides before and after, the largest group first. */
function printGroups(changes: readonly Change[], isAll: boolean): void {
  const groups = new Map<string, Change[]>()
  for (const each of changes) {
    const key = JSON.stringify([
      labelOf(each.before),
      each.before.by,
      labelOf(each.after),
      each.after.by,
    ])
    groups.set(key, [...(groups.get(key) ?? []), each])
  }
  const sorted = [...groups.values()].sort((a, b) => b.length - a.length)
  const shown = isAll ? sorted : sorted.slice(0, GROUPS_SHOWN)
  for (const group of shown) printGroup(group, isAll)
  const rest = sorted.slice(shown.length).flat()
  if (rest.length > 0) {
    write(
      `  … and ${rest.length} more by ${sorted.length - shown.length} other pairs of rules: \`--all\` or \`--json\` shows them`,
    )
  }
}

function printGroup(group: readonly Change[], isAll: boolean): void {
  const [first] = group
  if (!first) return
  write(`  ${labelOf(first.before)} → ${labelOf(first.after)}  (${group.length})`)
  write(`    before  ${shortened(first.before.by)}`)
  write(`    after   ${shortened(first.after.by)}`)
  const shown = isAll ? group : spread(group)
  for (const { command, facts } of shown) {
    write(`      ${neutralise(command)}${facts === null ? '' : `   when ${neutralise(facts)}`}`)
  }
  if (shown.length < group.length) write(`      … ${group.length - shown.length} more`)
}

/** Some of the group: short ones, each of another program where there are several. */
function spread(group: readonly Change[]): readonly Change[] {
  const sorted = [...group].sort((a, b) => a.command.length - b.command.length)
  const byProgram = new Map<string, Change>()
  for (const each of sorted) {
    const program = each.command.split(' ')[0] ?? ''
    if (!byProgram.has(program)) byProgram.set(program, each)
  }
  const firsts = [...byProgram.values()]
  return [...firsts, ...sorted.filter((each) => !firsts.includes(each))].slice(0, COMMANDS_SHOWN)
}

function labelOf({ decision, sandbox }: Answer): string {
  return decision === 'deny' || sandbox === null || sandbox === 'on'
    ? decision
    : `${decision} (sandbox ${sandbox})`
}

const RULE_SHOWN_MAX = 90

function shortened(text: string): string {
  const shown = neutralise(text)
  return shown.length > RULE_SHOWN_MAX ? `${shown.slice(0, RULE_SHOWN_MAX - 1)}…` : shown
}
