/** What two policies decide differently, for people: one page, or all of it. */
import type { Answer, Change, Difference } from '../analysis/diff.ts'
import { neutralise } from '../base/neutral.ts'
import { paint } from './terminal.ts'

export interface HowShown {
  /** Every group and every command. */
  readonly isAll: boolean
  readonly isColoured: boolean
}

/** Lines to print. */
export function showDifference(
  found: Difference,
  [before, after]: readonly [string, string],
  how: HowShown,
): readonly string[] {
  if (found.result === 'same-digest') return ['same meaning: the digests are equal']
  if (found.result === 'same') {
    return [
      `same meaning: ${classesOf(found)} decided, all alike`,
      '  the digests differ, as the rules do; compared are requests of which every word and option is known',
    ]
  }
  const bold = (text: string): string => paint(text, 'bold', how.isColoured)
  return [
    `${bold(neutralise(before))} → ${bold(neutralise(after))}`,
    ...showSettings(found, how),
    ...sections(found.changes).flatMap(([title, changes]) => showSection(title, changes, how)),
    '',
    ...closing(found),
  ]
}

function showSettings({ settings }: Difference, { isColoured }: HowShown): readonly string[] {
  if (settings.length === 0) return []
  const lines = settings.map(({ name, before, after, isWeaker }) => {
    const step = `${neutralise(before ?? 'not set')} → ${neutralise(after ?? 'not set')}`
    return `  ${neutralise(name)}: ${step}${isWeaker ? `  ${paint('weaker', 'red', isColoured)}` : ''}`
  })
  return ['', paint('settings', 'bold', isColoured), ...lines]
}

function classesOf({ classCount }: Difference): string {
  return `${classCount} ${classCount === 1 ? 'class' : 'classes'} of requests`
}

function closing(found: Difference): readonly string[] {
  const { changes, settings, gaps } = found
  const classes = classesOf(found)
  const isNothing = changes.length + settings.length === 0
  return [
    changes.length === 0
      ? `no request found that is decided otherwise, among ${classes}`
      : `${classes} decided, ${changes.length} differently`,
    ...(gaps.length === 0
      ? []
      : [isNothing ? 'not proved, because' : 'there may be more, because']),
    ...gaps.map((gap) => `  ${neutralise(gap)}`),
  ]
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

/** Groups of a section, programs of a summary and commands of a group that are shown without `--all`. */
const GROUPS_SHOWN = 5
const PROGRAMS_SHOWN = 8
const COMMANDS_SHOWN = 3

function showSection(title: string, changes: readonly Change[], how: HowShown): readonly string[] {
  if (changes.length === 0) return []
  const colour = title === 'stricter' ? 'green' : 'red'
  const groups = groupsOf(changes)
  const shown = how.isAll ? groups : groups.slice(0, GROUPS_SHOWN)
  const rest = groups.slice(shown.length)
  const count = rest.reduce((sum, group) => sum + group.length, 0)
  return [
    '',
    `${paint(title, colour, how.isColoured)} (${changes.length})`,
    ...summary(changes),
    ...shown.flatMap((group) => showGroup(group, how)),
    ...(count > 0
      ? [`  … and ${count} more by ${rest.length} other pairs of rules: \`--all\` shows them`]
      : []),
  ]
}

/** Which programs it is about, those with the most changes first. */
function summary(changes: readonly Change[]): readonly string[] {
  const byProgram = groupBy(changes, programOf)
  if (byProgram.size <= COMMANDS_SHOWN) return []
  const sorted = [...byProgram].sort(([, a], [, b]) => b.length - a.length)
  const shown = sorted
    .slice(0, PROGRAMS_SHOWN)
    .map(([name, { length }]) => `${neutralise(name)} ${length}`)
  const more = sorted.length - shown.length
  return [`  ${shown.join(', ')}${more > 0 ? `, and ${more} others` : ''}`]
}

function programOf({ command }: Change): string {
  return command.split(' ', 1)[0] ?? ''
}

/** By what decides before and after, the largest group first. */
function groupsOf(changes: readonly Change[]): readonly (readonly Change[])[] {
  const groups = groupBy(changes, ({ before, after }) =>
    JSON.stringify([labelOf(before, after), before.by, labelOf(after, before), after.by]),
  )
  return [...groups.values()].sort((a, b) => b.length - a.length)
}

function showGroup(group: readonly Change[], { isAll }: HowShown): readonly string[] {
  const [first] = group
  if (!first) return []
  const { before, after } = first
  const step = `${labelOf(before, after)} → ${labelOf(after, before)}`
  const by = `${shortened(before.by)}  →  ${shortened(after.by)}`
  const shown = isAll ? group : spread(group)
  const commands = shown.map(({ command, facts }) => {
    const text = neutralise(command)
    return facts === null ? text : `${text}   when ${neutralise(facts)}`
  })
  const more = group.length - shown.length
  return [
    `  ${step}  (${group.length})   ${by}`,
    ...(isAll
      ? commands.map((each) => `      ${each}`)
      : [`      ${commands.join(' · ')}${more > 0 ? ` · … ${more} more` : ''}`]),
  ]
}

/** Some of the group: short ones, each of another program where there are several. */
function spread(group: readonly Change[]): readonly Change[] {
  const sorted = [...group].sort((a, b) => a.command.length - b.command.length)
  const firsts = [...groupBy(sorted, programOf).values()].flatMap(([each]) => each ?? [])
  return [...firsts, ...sorted.filter((each) => !firsts.includes(each))].slice(0, COMMANDS_SHOWN)
}

/** The decision, with what it asks for that the other does not. */
function labelOf({ decision, sandbox, obligations }: Answer, other: Answer): string {
  if (decision === 'deny') return decision
  const own = obligations.filter((each) => !other.obligations.includes(each))
  const said = [...(sandbox === null || sandbox === 'on' ? [] : [`sandbox ${sandbox}`]), ...own]
  return said.length === 0 ? decision : `${decision} (${said.map(neutralise).join(', ')})`
}

function groupBy<T>(
  all: readonly T[],
  keyOf: (each: T) => string,
): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>()
  for (const each of all) {
    const key = keyOf(each)
    const group = groups.get(key)
    if (group) group.push(each)
    else groups.set(key, [each])
  }
  return groups
}

const RULE_SHOWN_MAX = 60

function shortened(text: string): string {
  const shown = neutralise(text)
  return shown.length > RULE_SHOWN_MAX ? `${shown.slice(0, RULE_SHOWN_MAX - 1)}…` : shown
}
