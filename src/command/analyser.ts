/**
 * Simple commands to actions: the run itself, its assignments and redirections, and, by knowledge, what its options
 * and operands do, into inner commands and inner code.
 */
import { ARGV_WORDS_MAX, DELEGATION_DEPTH_MAX } from '../base/limits.ts'
import type { OptionFact, ProgramFact, RiskFact } from '../model/analysis.ts'
import type { CommandKnowledge } from '../model/knowledge.ts'
import type { Risk } from '../model/vocabulary.ts'
import type { Word } from '../model/word.ts'
import { showWord } from '../model/word.ts'
import { parseArguments } from './arguments.ts'
import { isStateOnly, setsVariables } from './builtins.ts'
import { Draft } from './draft.ts'
import { applyEffects } from './effects.ts'
import { globber } from './globs.ts'
import { type FoundOption, isDryRun, type ParsedArguments } from './parsed.ts'
import { operandPath } from './paths.ts'
import type { Place } from './place.ts'
import { type KnowledgeSource, knowledgeOf, resolveProgram } from './program.ts'
import { analyseRedirect } from './redirects.ts'
import { analyseScripts } from './scripts/run-scripts.ts'
import { walk } from './shell/walk.ts'
import type { SimpleCommand, Walked, WalkInput } from './shell/walked.ts'
import type { World } from './world.ts'

export class Analyser {
  readonly draft = new Draft()
  readonly source: KnowledgeSource
  readonly world: World

  constructor(source: KnowledgeSource, world: World) {
    this.source = source
    this.world = world
  }

  /** Shell code: every simple command in it. Gives the walk and the runs of each command. */
  analyseCode(text: string, dialect: WalkInput['dialect'], place: Place): Walked | null {
    if (place.depth > DELEGATION_DEPTH_MAX) {
      this.draft.unknown(
        `code inside code more than ${DELEGATION_DEPTH_MAX} times`,
        place.range?.start ?? 0,
        place.range?.end ?? 0,
      )
      return null
    }
    const walked = walk({
      text,
      dialect,
      scope: place.scope,
      home: this.world.home,
      glob: globber(this.world),
    })
    if (walked.refused) return walked
    const at = (part: { start: number; end: number }): { start: number; end: number } =>
      place.range ?? part
    for (const part of walked.unknowns) {
      const { start, end } = at(part)
      this.draft.unknown(part.reason, start, end)
    }
    const runs = walked.commands.map((command) => {
      const first = this.draft.actions.length
      const input = walked.flows.some(
        (flow) => flow.to === command.index && flow.through !== 'substitution',
      )
      this.#analyseSimple(command, place, input)
      return this.draft.actions
        .slice(first)
        .flatMap((action) => (action.kind === 'run' ? [action.id] : []))
    })
    for (const flow of walked.flows) {
      for (const from of runs[flow.from] ?? []) {
        for (const to of runs[flow.to] ?? []) this.draft.flow(from, to)
      }
    }
    return walked
  }

  #analyseSimple(command: SimpleCommand, outer: Place, hasPipe: boolean): void {
    const range = outer.range ?? { start: command.start, end: command.end }
    const place: Place = {
      ...outer,
      cwds: command.cwds,
      scope: command.scope,
      stdin: command.stdin ?? (hasPipe ? null : outer.stdin),
      hasInput:
        hasPipe ||
        (outer.hasInput && command.stdin === undefined) ||
        command.redirects.some((each) => each.direction === 'read' && (each.fd ?? 0) === 0),
    }
    for (const assignment of command.assignments) {
      this.addSetting(assignment.name, outer.parent, range, 'assignment')
    }
    const program = command.argv[0]
    if (program) this.analyseArgv(command.argv, { ...place, range: outer.range ?? null }, range)
    for (const redirect of command.redirects) {
      analyseRedirect(this, redirect, place, outer.range ?? redirect)
    }
  }

  /** A variable set for a program. */
  addSetting(
    name: string | null,
    parent: number | null,
    range: { start: number; end: number },
    via: string,
  ): void {
    this.draft.add({
      kind: 'set',
      name,
      options: [],
      parent,
      operand: null,
      isFixed: false,
      isPossible: false,
      risks: [],
      unknown: null,
      via,
      start: range.start,
      end: range.end,
    })
  }

  /** More reasons for the risk of a run. */
  addRisks(id: number, risks: readonly RiskFact[]): void {
    const action = this.draft.actions[id]
    if (action && risks.length > 0) this.draft.amend(id, { risks: [...action.risks, ...risks] })
  }

  /** One program with its words. Gives the id of its run action. */
  analyseArgv(
    words: readonly Word[],
    place: Place,
    given?: { start: number; end: number },
  ): number {
    const range = place.range ?? given ?? rangeOf(words)
    const [first, ...rest] = words
    if (place.depth > DELEGATION_DEPTH_MAX || words.length > ARGV_WORDS_MAX || !first) {
      return this.#addBare(words, place, range, 'more nested or longer than oa reads')
    }
    const program = resolveProgram(first, place.cwds, this.source, this.world)
    if (program.name === null) {
      return this.#addBare(
        words,
        place,
        range,
        `the program is not known before the run: ${first.kind === 'unknown' ? first.reason : ''}`,
      )
    }
    const knowledge = knowledgeOf(this.source, program)
    const parsed = parseArguments(knowledge, rest)
    const id = this.#addRun(program, parsed, words, place, range)
    if (program.isBuiltin && setsVariables(program.name)) this.#addExports(parsed, id, range)
    const code = applyEffects(this, { id, program, knowledge, parsed, place, range })
    if (code.length > 0) this.draft.amend(id, { codePlaces: code })
    this.#noteTouched(program, id)
    if (program.isKnown) analyseScripts(this, program.base, parsed, { id, place, range })
    return id
  }

  #addBare(
    words: readonly Word[],
    place: Place,
    range: { start: number; end: number },
    reason: string,
  ): number {
    return this.draft.add({
      kind: 'run',
      program: resolveProgram(
        { kind: 'unknown', prefix: '', suffix: '', isMany: true, reason, start: 0, end: 0 },
        [],
        this.source,
        this.world,
      ),
      subcommands: [],
      options: [],
      operands: words.slice(1).map((word) => ({ word, path: null, isSure: false })),
      mayHaveOptions: 'any',
      shiftedFrom: 0,
      hasUnlisted: true,
      isFree: false,
      codePlaces: [],
      words,
      parent: place.parent,
      operand: null,
      isFixed: false,
      isPossible: false,
      risks: [{ risk: 'high', subcommands: [], option: null, isPossible: true }],
      unknown: reason,
      via: 'command',
      ...range,
    })
  }

  #addRun(
    program: ProgramFact,
    parsed: ParsedArguments,
    words: readonly Word[],
    place: Place,
    range: { start: number; end: number },
  ): number {
    const ends = parsed.options.some(
      (each) => each.isSure && each.isOwnLevel && each.knowledge?.ends === true,
    )
    const isFree =
      (program.isBuiltin && isStateOnly(program.name ?? '')) ||
      (parsed.level?.isTransparent === true && !ends)
    return this.draft.add({
      kind: 'run',
      program,
      subcommands: parsed.subcommands,
      options: optionFacts(parsed, place.cwds, this.world),
      operands: parsed.operands.map((each, index) => ({
        word: each.word,
        ...(each.isSubcommand ? canonicalName(parsed, depthAt(parsed, index), each.word) : {}),
        path: operandPath(each.word, place.cwds, this.world),
        isSure: each.isSure,
      })),
      mayHaveOptions: parsed.mayHaveOptions,
      shiftedFrom: parsed.shiftedFrom,
      hasUnlisted: parsed.hasUnlisted || parsed.hasUnknownSubcommand,
      isFree,
      codePlaces: [],
      words,
      parent: place.parent,
      operand: null,
      isFixed: false,
      isPossible: false,
      risks: risksOf(program, parsed, ends),
      unknown: null,
      via: 'command',
      ...range,
    })
  }

  #addExports(parsed: ParsedArguments, id: number, range: { start: number; end: number }): void {
    for (const { word } of parsed.operands) {
      const text = word.kind === 'known' ? word.text : word.prefix
      const name = /^([A-Za-z_][A-Za-z0-9_]*)/.exec(text)?.[1]
      if (word.kind === 'unknown' && !text.includes('=')) this.addSetting(null, id, range, 'export')
      else if (name !== undefined) this.addSetting(name, id, range, 'export')
    }
  }

  /** Programs that only make plain files and folders leave no link behind. */
  #noteTouched(program: ProgramFact, id: number): void {
    if (/^(?:mkdir|touch|tee|truncate|mktemp|chmod|chown|rm|rmdir)$/.test(program.base ?? ''))
      return
    for (const action of this.draft.actions) {
      if (action.parent !== id) continue
      const isChange = action.kind === 'write' || action.kind === 'delete'
      if (isChange && action.path.lexical !== null) this.draft.touched.push(action.path.lexical)
    }
  }
}

function rangeOf(words: readonly Word[]): { start: number; end: number } {
  return { start: words[0]?.start ?? 0, end: words.at(-1)?.end ?? 0 }
}

/** How many subcommands stand before an operand. */
function depthAt(parsed: ParsedArguments, index: number): number {
  return parsed.operands.slice(0, index).filter((each) => each.isSubcommand).length
}

function canonicalName(
  parsed: ParsedArguments,
  depth: number,
  word: Word,
): { readonly canonical?: string } {
  const name = parsed.subcommands[depth]
  return name === undefined || (word.kind === 'known' && word.text === name)
    ? {}
    : { canonical: name }
}

function optionFacts(
  parsed: ParsedArguments,
  cwds: readonly string[],
  world: World,
): readonly OptionFact[] {
  const negated = new Set(
    parsed.options.flatMap((each) => (each.knowledge?.negates ? [each.knowledge.negates] : [])),
  )
  return parsed.options.map((each) => ({
    name: each.name,
    ...(each.knowledge ? { spellings: each.knowledge.names } : {}),
    value: each.value,
    ...(each.value ? { path: operandPath(each.value, cwds, world) } : {}),
    isSure: each.isSure,
    isListed: each.knowledge !== null,
    isNegated: negated.has(each.name),
  }))
}

/** Program, subcommand and option risks; an unknown program is at least medium. */
function risksOf(
  program: ProgramFact,
  parsed: ParsedArguments,
  ends: boolean,
): readonly RiskFact[] {
  const risks: RiskFact[] = []
  const isStranger = !program.isKnown || !program.isGenuine
  if (isStranger || parsed.hasUnlisted || parsed.hasUnknownSubcommand) {
    risks.push({ risk: 'medium', subcommands: [], option: null, isPossible: false })
  }
  if (ends) return risks
  const isDry = isDryRun(parsed.options)
  for (const [depth, level] of parsed.levels.entries()) {
    if (!level.risk) continue
    const isOverridden = parsed.levels.slice(depth + 1).some((each: CommandKnowledge) => each.risk)
    if (isOverridden) continue
    risks.push({
      risk: isDry ? dryRisk(level.risk) : level.risk,
      subcommands: parsed.subcommands.slice(0, depth),
      option: null,
      isPossible: false,
    })
  }
  for (const option of parsed.options) {
    if (!option.knowledge?.risk) continue
    risks.push({
      risk: isDry && !runsCode(option) ? dryRisk(option.knowledge.risk) : option.knowledge.risk,
      subcommands: [],
      option: option.name,
      isPossible: !option.isSure,
    })
  }
  return risks
}

/** What would be high for what it changes is not where nothing is changed. */
const dryRisk = (risk: Risk): Risk => (risk === 'high' ? 'medium' : risk)

function runsCode({ knowledge }: FoundOption): boolean {
  const kinds = knowledge?.effects.map((each) => each.kind) ?? []
  return kinds.some((kind) => kind !== 'path' && kind !== 'connect')
}

/** The line for people and records: words quoted only where a shell would need it. */
export function normalForm(words: readonly Word[]): string {
  return words
    .map((word) => {
      const text = showWord(word)
      return /^[A-Za-z0-9_./:=@%+,…~-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`
    })
    .join(' ')
}
