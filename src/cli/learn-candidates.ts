/**
 * Rules that recorded asks suggest: for each run that was asked about, the same again exactly, and one or two wider
 * forms. Nothing is suggested for what runs other code, for what is not known, or for high risk.
 */
import type { AuditRecord } from '../audit/record.ts'
import type { Analysis, RunAction } from '../model/analysis.ts'
import type { Table } from '../table/table.ts'

/** A run that somebody was asked about. */
export interface AskedRun {
  readonly seq: number
  readonly line: string
  readonly analysis: Analysis
  readonly run: RunAction
}

/** `exact`: the same words; `workspace`: any path of the workspace; `any`: any operands. */
export const WIDTHS = ['exact', 'workspace', 'any'] as const
export type Width = (typeof WIDTHS)[number]

/** A rule as it would be written, and the runs that suggest it. */
export interface Candidate {
  readonly width: Width
  readonly rule: string
  /** Program, subcommands and options: candidates of one family are choices. */
  readonly family: string
  readonly from: AskedRun[]
}

/** Programs that start what they are told to: whoever allows one allows everything. */
const STARTERS =
  /^(?:(?:ba|da|z|k|fi|c|tc|a)?sh|busybox|toybox|python[\d.]*|pypy\d*|perl[\d.]*|ruby[\d.]*|php[\d.]*|lua[\d.]*|node|nodejs|deno|bun|tsx|java|jshell|R|Rscript|awk|gawk|mawk|nawk|sed|ed|vim?|emacs|env|sudo|doas|su|xargs|parallel|find|nice|nohup|timeout|time|watch|setsid|unshare|nsenter|chroot|ssh|docker|podman|kubectl|make|npx|bunx|pnpx|uvx|tmux|screen|script|expect|eval|exec|source|oa)$/

/** The runs of a request that were asked about and that a rule may be about; empty where any part forbids it. */
export function askedRuns(
  record: AuditRecord,
  analysis: Analysis,
  table: Table,
): readonly AskedRun[] {
  if (analysis.refused !== null || analysis.unknowns.length > 0) return []
  const runs = analysis.actions.filter((each): each is RunAction => each.kind === 'run')
  const asked = runs.filter(
    (run) => isPlain(run) && !runs.some(({ parent }) => parent === run.id) && knows(run, table),
  )
  // One part that no rule may be about, and the whole request stays with the person.
  if (asked.length !== runs.length) return []
  const line = typeof record['line'] === 'string' ? record['line'] : analysis.line
  return asked.map((run) => ({ seq: record.seq, line, analysis, run }))
}

/** Everything about it is known, and it runs nothing that others write. */
function isPlain(run: RunAction): boolean {
  const { program, options, operands, risks } = run
  return (
    program.base !== null &&
    program.name === program.base &&
    program.isKnown &&
    program.isGenuine &&
    !STARTERS.test(program.base) &&
    run.unknown === null &&
    run.mayHaveOptions === 'none' &&
    run.shiftedFrom === null &&
    !run.hasUnlisted &&
    !run.isPossible &&
    run.codePlaces.length === 0 &&
    run.script === undefined &&
    risks.every(({ risk }) => risk === 'low' || risk === 'medium') &&
    options.every((each) => each.isSure && each.isListed && isKnownWord(each.value)) &&
    operands.every((each) => each.isSure && isKnownWord(each.word))
  )
}

/** What knowledge calls a wrapper, or a reader of code, is none to learn about. */
function knows({ program }: RunAction, table: Table): boolean {
  const command = table.command(program.base ?? '')
  if (!command || command.isTransparent || command.stdin !== undefined) return false
  const effects = command.operands.flatMap((each) => each.effects)
  return effects.every(({ kind }) => !['code', 'argv', 'joined', 'script'].includes(kind))
}

function isKnownWord(word: { readonly kind: string } | null): boolean {
  return word === null || word.kind === 'known'
}

/** The candidates of all runs, those of one wording together, the most often asked first. */
export function candidatesOf(runs: readonly AskedRun[]): readonly Candidate[] {
  const found = new Map<string, Candidate>()
  for (const each of runs) {
    for (const width of WIDTHS) {
      const operands = operandsOf(each, width)
      if (operands === null) continue
      const family = familyOf(each)
      const rule = ['allow', family, ...operands, 'only'].join(' ')
      const known = found.get(rule)
      if (known) known.from.push(each)
      else found.set(rule, { width, rule, family, from: [each] })
    }
  }
  return [...found.values()].sort(
    (a, b) => b.from.length - a.from.length || (a.rule < b.rule ? -1 : 1),
  )
}

function familyOf({ run }: AskedRun): string {
  const words = [run.program.base ?? '', ...run.subcommands].map(quoted)
  const options = run.options.map(({ name, value }) =>
    value?.kind === 'known' ? `${name}=${quoted(value.text)}` : name,
  )
  return [...words, ...options].join(' ')
}

/** Null: this width says nothing that a narrower one does not. */
function operandsOf({ run, analysis }: AskedRun, width: Width): readonly string[] | null {
  const { workspace } = analysis
  const named = run.operands.slice(run.subcommands.length)
  const paths = named.map(({ path }) => path?.real ?? path?.lexical ?? null)
  const isInside = (path: string | null): boolean =>
    path !== null && workspace !== '' && path.startsWith(`${workspace}/`)
  if (width === 'exact') {
    return named.map(({ word }, at) => {
      const path = paths[at] ?? null
      if (isInside(path)) return quoted(`./${path?.slice(workspace.length + 1)}`)
      return quoted(word.kind === 'known' ? word.text : '')
    })
  }
  if (named.length === 0) return null
  if (width === 'workspace') return paths.every(isInside) ? ['./**'] : null
  // Any operands, but of programs whose operands are no files: those have a folder to stay in.
  return paths.every((path) => path === null) ? ['...'] : null
}

/** As the language reads it back literally. */
function quoted(text: string): string {
  if (/^(?:\.\/)?[A-Za-z0-9_][A-Za-z0-9_./-]*$/.test(text) && !RESERVED.has(text)) return text
  return JSON.stringify(text)
}

const RESERVED: ReadonlySet<string> = new Set([
  ...['except', 'when', 'because', 'instead', 'with', 'only', 'is'],
  ...['run', 'read', 'write', 'delete', 'connect', 'elevate', 'set', 'persist', 'call', 'load'],
])
