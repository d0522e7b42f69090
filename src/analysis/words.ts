/** Words of commands by which word patterns they match. */
import { absolutePath, expandHome } from '../command/paths.ts'
import { matchWord } from '../decide/word-match.ts'
import { escapeGlob } from '../lower/lower-word.ts'
import type { PathFact } from '../model/analysis.ts'
import type { WordPattern } from '../model/pattern.ts'
import { NO } from '../model/vocabulary.ts'
import { knownWord } from '../model/word.ts'
import { BLANK_HOME, BLANK_WORKSPACE } from '../world/blank-world.ts'
import { pathClasses } from './path-classes.ts'
import { type Classes, textClasses } from './text-classes.ts'

const ROOTS = { home: BLANK_HOME, workspace: BLANK_WORKSPACE }

/**
 * A word is compared as written and as a path. Words of a group are alternatives, and not told apart. Members are words of either form; not complete where a glob over the
 * written word and a path pattern could tell one word apart together.
 */
export function wordClasses(groups: readonly (readonly WordPattern[])[]): Classes {
  const globs = groups.map((group) =>
    group.flatMap((each) => {
      if (each.kind === 'text') return [escapeGlob(each.text)]
      return each.kind === 'glob' ? [each.glob] : []
    }),
  )
  const paths = groups.map((group) =>
    group.flatMap((each) => (each.kind === 'path' ? [each.path] : [])),
  )
  const texts = textClasses(
    globs.filter((each) => each.length > 0),
    'word',
  )
  if (paths.every((each) => each.length === 0)) return texts
  const places = pathClasses([
    ...paths.map((patterns) => ({ patterns, isInFocus: false })),
    { patterns: [{ root: '/', segments: ['**'] }], isInFocus: true },
  ])
  const isMixed = groups.flat().some((each) => each.kind === 'glob' && !/^\*+$/.test(each.glob))
  return {
    members: [...new Set([...texts.members, ...places.members])],
    isComplete: texts.isComplete && places.isComplete && !isMixed,
  }
}

/** Whether a known word, read in the workspace, matches. */
export function wordMatches(pattern: WordPattern, text: string): boolean {
  return matchWord(pattern, knownWord(text), pathOf(text), ROOTS).restrict !== NO
}

function pathOf(text: string): PathFact {
  const place = absolutePath(expandHome(text, BLANK_HOME), BLANK_WORKSPACE)
  return { lexical: place, real: place, isTree: false, entries: null, isComplete: false }
}
