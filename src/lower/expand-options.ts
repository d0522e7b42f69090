/**
 * Options of a pattern in canonical form: bundles apart, every name the first that knowledge has for it, glued values
 * split off. Policies write names in full: no abbreviations.
 */

import type { Reporter } from '../base/diagnostic.ts'
import { didYouMean } from '../base/nearest.ts'
import type { CommandKnowledge, OptionKnowledge, Style } from '../model/knowledge.ts'
import type { OptionPattern } from '../model/pattern.ts'
import { lowerWord, type WrittenWord } from './lower-word.ts'

/** A program with the subcommands reached, outermost first; empty: nobody described the program. */
export type Levels = readonly CommandKnowledge[]

export function hasStyle(levels: Levels, style: Style): boolean {
  return levels.some((each) => each.styles.includes(style))
}

/** The option of this written name at the innermost level that has it. */
export function findOption(levels: Levels, name: string): OptionKnowledge | undefined {
  for (const level of levels.toReversed()) {
    const found = level.options.find((each) => each.names.includes(name))
    if (found) return found
  }
  return undefined
}

/** The subcommand of this name: exact names win, then the longest glob. */
export function findSubcommand(
  level: CommandKnowledge,
  name: string,
): CommandKnowledge | undefined {
  if (Object.hasOwn(level.subcommands, name)) return level.subcommands[name]
  const globs = Object.keys(level.subcommands).filter((each) => {
    if (!each.includes('*')) return false
    const source = each.split('*').map((part) => part.replace(/[^\w]/g, '\\$&'))
    return new RegExp(`^${source.join('.*')}$`).test(name)
  })
  const [longest] = globs.sort((a, b) => b.length - a.length)
  return longest === undefined ? undefined : level.subcommands[longest]
}

/** One option word, read at certain levels. */
interface Reading {
  readonly options: readonly { readonly name: string; readonly value: string | null }[]
  /** Names that no level lists. */
  readonly unlisted: readonly string[]
}

/**
 * The ways to read one option word: each is a list of options that must all be present. Mostly one; several where
 * the subcommand is open and its readings differ, and for `-abc` of a program that nobody described.
 */
export function lowerOption(
  word: WrittenWord,
  candidates: readonly Levels[],
  reporter: Reporter,
): readonly (readonly OptionPattern[])[] {
  const readings = candidates.flatMap((levels) => readOption(word.text, levels))
  const listed = readings.filter((each) => each.unlisted.length === 0)
  const [first] = candidates
  const isDescribed = first !== undefined && first.length > 0
  if (isDescribed && listed.length === 0) warnUnlisted(word, candidates, readings, reporter)
  const used = listed.length > 0 ? listed : isDescribed ? readings.slice(0, 1) : readings
  const unique = new Map(used.map((each) => [JSON.stringify(each.options), each]))
  return [...unique.values()].map((reading) =>
    reading.options.flatMap(({ name, value }): readonly OptionPattern[] => {
      // `-?` is an option of many programs; a longer name with a mark is meant as a glob.
      if (name.includes('*') || name.slice(2).includes('?')) {
        reporter.report('OA2006', `the name of an option is no glob: \`${name}\``, word.span, {
          help: 'list the options: `{ --one, --two }`',
        })
        return []
      }
      if (value === null) return [{ name, value: null }]
      const pattern = lowerWord({ ...word, text: value }, reporter)
      return pattern ? [{ name, value: pattern }] : []
    }),
  )
}

function readOption(text: string, levels: Levels): readonly Reading[] {
  const equals = text.indexOf('=')
  // The name of a `key=value` option ends in its sign.
  const nameEnd = equals >= 0 && /^\w/.test(text) ? equals + 1 : equals
  const name = equals < 0 ? text : text.slice(0, nameEnd)
  const value = equals < 0 ? null : text.slice(equals + 1)
  const whole = findOption(levels, name)
  if (whole) return [{ options: [{ name: whole.names[0] ?? name, value }], unlisted: [] }]
  const asWritten = { options: [{ name, value }], unlisted: [name] }
  if (/^(?:--|\+)/.test(text) || text.length === 2) return [asWritten]
  if (levels.length === 0) {
    const letters = /^-[A-Za-z]{2,}$/.test(text) ? [...text.slice(1)] : []
    if (letters.length === 0) return [asWritten]
    const apart = letters.map((each) => ({ name: `-${each}`, value: null }))
    return [asWritten, { options: apart, unlisted: [] }].map((each) => ({ ...each, unlisted: [] }))
  }
  if (hasStyle(levels, 'no-bundles')) return [asWritten]
  if (hasStyle(levels, 'single-dash-long')) {
    const attached = findOption(levels, text.slice(0, 2))
    if (!attached || attached.value === 'none') return [asWritten]
    const glued = text.slice(2).replace(/^=/, '')
    return [{ options: [{ name: attached.names[0] ?? name, value: glued }], unlisted: [] }]
  }
  return [readBundle(text, levels)]
}

/** `-xzfFILE`: flags, then at most one option with a value. */
function readBundle(text: string, levels: Levels): Reading {
  const options: { name: string; value: string | null }[] = []
  const unlisted: string[] = []
  for (let at = 1; at < text.length; at += 1) {
    const name = `-${text[at] ?? ''}`
    const found = findOption(levels, name)
    if (!found) {
      unlisted.push(name)
      options.push({ name, value: null })
      continue
    }
    const rest = text.slice(at + 1).replace(/^=/, '')
    const isLast = found.value !== 'none'
    options.push({ name: found.names[0] ?? name, value: isLast && rest !== '' ? rest : null })
    if (isLast) break
  }
  return { options, unlisted }
}

function warnUnlisted(
  word: WrittenWord,
  candidates: readonly Levels[],
  readings: readonly Reading[],
  reporter: Reporter,
): void {
  const levels = candidates[0] ?? []
  if (hasStyle(levels, 'open')) return
  const name = readings[0]?.unlisted[0] ?? word.text
  const shown = levels.map((each) => each.name).join(' ')
  const names = candidates.flat().flatMap((each) => each.options.flatMap((one) => one.names))
  const abbreviated = name.startsWith('--') ? names.filter((each) => each.startsWith(name)) : []
  const help =
    abbreviated.length > 0
      ? `write the name in full: \`${abbreviated[0]}\``
      : didYouMean(name, names, `teach it: \`command ${levels[0]?.name} { option ${name} }\``)
  reporter.report('OA2502', `\`${shown}\` has no option \`${name}\` that oa knows`, word.span, {
    help,
  })
}
