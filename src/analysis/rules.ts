/** The patterns of a policy's rules as questions need them: by what they are about. */
import type { ExceptIr, PatternIr, RuleIr } from '../lower/ir.ts'
import type { PathPattern, RunPattern } from '../model/pattern.ts'
import type { ActionKind } from '../model/vocabulary.ts'
import { compileGlob, matchesGlob } from '../table/glob.ts'
import { literalOf } from './text-classes.ts'

/** All commands that a pattern speaks of: its own, or those of its stages. */
export function runsOf(pattern: PatternIr): readonly RunPattern[] {
  if (pattern.kind === 'run') return [pattern.run]
  return pattern.kind === 'pipe' ? pattern.stages.flat() : []
}

/** Patterns and excepts of a rule. */
export function patternsOf(rule: RuleIr): readonly PatternIr[] {
  return [...rule.patterns, ...rule.except.map((each: ExceptIr) => each.pattern)]
}

export function pathsOf(rule: RuleIr): readonly PathPattern[] {
  return pathsIn(patternsOf(rule))
}

/** The patterns of a rule, which are alternatives, and each of its excepts. */
export function pathGroupsOf(rule: RuleIr): readonly (readonly PathPattern[])[] {
  return [pathsIn(rule.patterns), ...rule.except.map((each) => pathsIn([each.pattern]))]
}

function pathsIn(patterns: readonly PatternIr[]): readonly PathPattern[] {
  return patterns.flatMap((each) => (each.kind === 'path' ? [each.path] : []))
}

export function rulesAbout(rules: readonly RuleIr[], action: ActionKind): readonly RuleIr[] {
  return rules.filter((each) => each.action === action)
}

/** Whether commands of a program may match; a pattern with a path matches by its last segment. */
export function mayNameProgram({ program }: RunPattern, name: string): boolean {
  const base = program.slice(program.lastIndexOf('/') + 1)
  return base === '**' || matchesGlob(compileGlob(base), name)
}

/** A program that a pattern writes out; null for globs and paths. */
export function programName({ program }: RunPattern): string | null {
  if (program.includes('/')) return null
  return literalOf(compileGlob(program))
}

/** Tells rules of two policies apart by what they mean. */
export function meaningOf(rule: RuleIr, pattern: PatternIr): string {
  const { action, effect, except, when, obligations } = rule
  return JSON.stringify([action, effect, pattern, except, when, obligations])
}

/** All that rules about commands say of words and options, by program. */
export class RunIndex {
  readonly #byName = new Map<string, RunPattern[]>()
  /** Patterns that name programs by a glob or by a path. */
  readonly open: readonly RunPattern[]

  constructor(patterns: readonly RunPattern[]) {
    const open: RunPattern[] = []
    for (const each of patterns) {
      const name = programName(each)
      if (name === null) open.push(each)
      else {
        const list = this.#byName.get(name) ?? []
        list.push(each)
        this.#byName.set(name, list)
      }
    }
    this.open = open
  }

  static of(rules: readonly RuleIr[]): RunIndex {
    return new RunIndex(rules.flatMap((each) => patternsOf(each).flatMap(runsOf)))
  }

  get names(): Iterable<string> {
    return this.#byName.keys()
  }

  /** Those that write the program out; of a name that none does, all that may name it. */
  naming(program: string): readonly RunPattern[] {
    return this.#byName.get(program) ?? this.about(program)
  }

  about(program: string): readonly RunPattern[] {
    const own = this.#byName.get(program) ?? []
    return [...own, ...this.open.filter((each) => mayNameProgram(each, program))]
  }
}
