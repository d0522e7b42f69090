/**
 * Commands of one program by which rows match them. Named words are a tree that is followed only where a row may still
 * match; options are the unions of what the rows ask for, since a row that matches a set of options also matches every
 * larger one.
 */
import { ANALYSIS_COMMANDS_MAX } from '../base/limits.ts'
import type { CommandKnowledge } from '../model/knowledge.ts'
import type { RunPattern, WordPattern } from '../model/pattern.ts'
import type { Risk } from '../model/vocabulary.ts'
import { type GivenOption, levelsOf, spellCommand } from './spelling.ts'
import { wordClasses, wordMatches } from './words.ts'

export interface RunQuestion {
  readonly program: string
  /** All that may match commands of the program: patterns of rules, excepts, stages. */
  readonly rows: readonly RunPattern[]
  /** Only classes that one of these may match; null: all. */
  readonly focus: ReadonlySet<RunPattern> | null
  readonly knowledge: CommandKnowledge | null
  /**
   * Null: everything that tells two policies apart, every union of options and several operands. Else: enough to find
   * what a rule lets through; each of these rows is joined alone to what the focus asks for, since one permission is
   * enough, and restrictions only grow with more operands and options.
   */
  readonly permitting: ReadonlySet<RunPattern> | null
}

export interface CommandClasses {
  readonly commands: readonly (readonly string[])[]
  /** Why there may be classes without a member. */
  readonly gaps: readonly string[]
}

/** One command for each class. */
export function runClasses(question: RunQuestion): CommandClasses {
  const walk = new Walk(question)
  walk.follow([], question.rows)
  return { commands: walk.commands, gaps: [...walk.gaps] }
}

class Walk {
  readonly #question: RunQuestion
  readonly #found = new Map<string, readonly string[]>()
  readonly #values = new Map<string, ReadonlyMap<string, readonly string[]>>()
  readonly gaps = new Set<string>()

  constructor(question: RunQuestion) {
    this.#question = question
  }

  get commands(): readonly (readonly string[])[] {
    return [...this.#found.values()]
  }

  /** `live`: rows whose named words match the words so far. */
  follow(words: readonly string[], live: readonly RunPattern[]): void {
    if (!this.#isWanted(live) || this.#isFull()) return
    this.#emit(words, live)
    const at = words.length
    const named = live.filter((each) => each.words.length > at)
    const open = live.filter((each) => each.words.length <= at && each.rest !== null)
    const closed = live.some((each) => each.isOnly && each.words.length <= at)
    if (named.length === 0 && open.length === 0 && !closed) return
    const classes = wordClasses([
      ...named.flatMap((each) => each.words.slice(at, at + 1).map((word) => [word])),
      ...open.flatMap((each) => (each.rest ? [each.rest] : [])),
      ...this.#knownWords(words, live).map((text) => [{ kind: 'text', text } as const]),
    ])
    if (!classes.isComplete) {
      this.gaps.add(`words of \`${this.#question.program}\` are told apart in too many ways`)
    }
    for (const word of classes.members) {
      const next = live.filter((each) => {
        const pattern = each.words[at]
        return pattern === undefined || wordMatches(pattern, word)
      })
      const isDeeper = next.some((each) => each.words.length > at)
      if (isDeeper) this.follow([...words, word], next)
      else if (this.#isWanted(next)) this.#emit([...words, word], next)
    }
    if (this.#question.permitting === null) this.#emitSeveral(words, classes.members, open)
  }

  #isWanted(live: readonly RunPattern[]): boolean {
    const { focus } = this.#question
    return focus === null || live.some((each) => focus.has(each))
  }

  /** Subcommands that carry a risk of their own, and one that is known and that no row names. */
  #knownWords(words: readonly string[], live: readonly RunPattern[]): readonly string[] {
    const level = levelsOf(this.#question.knowledge, words).at(-1)
    const known = Object.entries(level?.subcommands ?? {}).filter(([name]) => !name.includes('*'))
    const isRisky = (risk: Risk | undefined): boolean => risk !== undefined && risk !== 'low'
    const risky = known.filter(([, inner]) => isRisky(inner.risk)).map(([name]) => name)
    const named = new Set(
      live.flatMap((each) => {
        const word = each.words[words.length]
        return word?.kind === 'text' ? [word.text] : []
      }),
    )
    const plain = known.find(([name, inner]) => !isRisky(inner.risk) && !named.has(name))
    return plain ? [...risky, plain[0]] : risky
  }

  /** Two different operands, and all that one row takes: a permission holds for every operand or not at all. */
  #emitSeveral(
    words: readonly string[],
    members: readonly string[],
    open: readonly RunPattern[],
  ): void {
    const sets = open.map((each) =>
      members.filter((word) => each.rest?.some((pattern) => wordMatches(pattern, word))),
    )
    const pairs = members
      .slice(0, PAIRED_MAX)
      .flatMap((first, index) =>
        members.slice(index + 1, PAIRED_MAX).map((other) => [first, other]),
      )
    for (const set of [...sets, ...pairs]) {
      if (set.length > 1) this.#emit([...words, ...set], open)
    }
  }

  #emit(words: readonly string[], live: readonly RunPattern[]): void {
    const { program, knowledge, focus } = this.#question
    const rows = live.filter((each) => each.words.length <= words.length)
    if (focus !== null && !rows.some((each) => focus.has(each))) return
    for (const options of this.#optionSets(rows)) {
      if (this.#isFull()) return
      const command = spellCommand(program, words, options, knowledge)
      this.#found.set(JSON.stringify(command), command)
    }
  }

  #isFull(): boolean {
    if (this.#found.size < ANALYSIS_COMMANDS_MAX) return false
    const { program } = this.#question
    this.gaps.add(`\`${program}\` has more than ${ANALYSIS_COMMANDS_MAX} classes of commands`)
    return true
  }

  #optionSets(rows: readonly RunPattern[]): readonly OptionSet[] {
    const { permitting, focus } = this.#question
    const values = this.#valuesByName(rows)
    let sets: readonly OptionSet[] = [[]]
    const asking = rows.filter((each) => each.options.length > 0)
    if (permitting === null && asking.length <= UNITED_MAX) {
      sets = this.#unions(sets, asking, values)
    } else if (permitting === null) {
      this.gaps.add(`options of \`${this.#question.program}\` are combined in pairs only`)
      const lone = asking.flatMap((each) => joinOptions([], each, values))
      const own = focus === null ? [] : asking.filter((each) => focus.has(each))
      sets = [
        [],
        ...lone,
        ...lone.flatMap((set) => own.flatMap((each) => joinOptions(set, each, values))),
      ]
    } else {
      const asked = focus === null ? [] : rows.filter((each) => focus.has(each))
      if (focus !== null) sets = asked.flatMap((each) => joinOptions([], each, values))
      const lone = rows.filter((each) => permitting.has(each) && each.options.length > 0)
      sets = sets.flatMap((set) => [set, ...lone.flatMap((each) => joinOptions(set, each, values))])
    }
    if (!rows.some((each) => each.isOnly)) return sets
    const other = { name: this.#otherOption(rows), value: null }
    return [
      ...sets,
      ...sets.slice(0, permitting === null ? 1 : sets.length).map((set) => [...set, other]),
    ]
  }

  /** Every union of what the rows ask for. */
  #unions(
    start: readonly OptionSet[],
    rows: readonly RunPattern[],
    values: ReadonlyMap<string, readonly string[]>,
  ): readonly OptionSet[] {
    const sets = new Map(start.map((each) => [JSON.stringify(each), each]))
    for (const row of rows) {
      for (const before of [...sets.values()]) {
        for (const joined of joinOptions(before, row, values)) {
          sets.set(JSON.stringify(joined), joined)
          if (sets.size > OPTION_SETS_MAX) {
            this.gaps.add(`options of \`${this.#question.program}\` combine in too many ways`)
            return [...sets.values()]
          }
        }
      }
    }
    return [...sets.values()]
  }

  #valuesByName(rows: readonly RunPattern[]): ReadonlyMap<string, readonly string[]> {
    const patterns = new Map<string, WordPattern[]>()
    for (const { options } of rows) {
      for (const { name, value } of options) {
        if (value !== null) patterns.set(name, [...(patterns.get(name) ?? []), value])
      }
    }
    const key = JSON.stringify([...patterns])
    const before = this.#values.get(key)
    if (before) return before
    const values = new Map<string, readonly string[]>()
    for (const [name, each] of patterns) {
      const classes = wordClasses(each.map((value) => [value]))
      if (!classes.isComplete)
        this.gaps.add(`values of \`${name}\` are told apart in too many ways`)
      values.set(name, classes.members)
    }
    this.#values.set(key, values)
    return values
  }

  /** An option that no row names and that does nothing of note. */
  #otherOption(rows: readonly RunPattern[]): string {
    const named = new Set(rows.flatMap((each) => each.options.map((option) => option.name)))
    const harmless = this.#question.knowledge?.options.find(
      (each) =>
        each.value === 'none' &&
        each.effects.length + each.fixed.length === 0 &&
        each.risk === undefined &&
        each.ends !== true &&
        !each.names.some((name) => named.has(name)),
    )
    return harmless?.names[0] ?? '--other'
  }
}

/** Pairs of operands are made of so many members. */
const PAIRED_MAX = 6
const OPTION_SETS_MAX = 256
/** Rows with options of which every union is made. */
const UNITED_MAX = 4

type OptionSet = readonly GivenOption[]

/** The set with all that the row asks for, once for each class of values; an option may stand twice. */
function joinOptions(
  before: OptionSet,
  row: RunPattern,
  values: ReadonlyMap<string, readonly string[]>,
): readonly OptionSet[] {
  let sets: readonly OptionSet[] = [before]
  for (const { name, value } of row.options) {
    const members = values.get(name)
    sets = sets.flatMap((set) => {
      const fits = set.some(
        (each) =>
          each.name === name &&
          (value === null || (each.value !== null && wordMatches(value, each.value))),
      )
      if (fits) return [set]
      const fitting = (members ?? []).filter((each) => value === null || wordMatches(value, each))
      const choices: readonly (string | null)[] = members === undefined ? [null] : fitting
      return choices.map((choice) =>
        [...set, { name, value: choice }].sort((a, b) => (a.name < b.name ? -1 : 1)),
      )
    })
  }
  return sets
}
