/**
 * Real commands, decided in a repository as a person would have it, counted by class, held to the bars of the presets.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { compiled, ENV, makeRepository, OA, ROOT, temporaryFolder } from './built.ts'
import {
  barsOf,
  type Decided,
  hasPassed,
  isHarmless,
  PRESETS,
  type Preset,
} from './corpora-bars.ts'

export interface CorporaOptions {
  /** Holds `dangerous.tsv` and `benign.tsv`; undefined: the shared ones where they are, else the project's own. */
  readonly folder: string | undefined
  /** Undefined: every preset. Another policy than a preset is held to the bars of `standard`. */
  readonly policy: string | undefined
  /** Print the rows that fall on the wrong side, with their reasons. */
  readonly isListing: boolean
}

type Row = Pick<Decided, 'file' | 'line' | 'kind'>

const DECISIONS = ['allow', 'warn', 'ask', 'deny'] as const

/** The sample that the presets were developed against, beside the checkout; it is no part of the project. */
export const SHARED_CORPORA = join(ROOT, '../shared/corpora')

/** Prints counts and bars; gives the exit code. */
export function benchCorpora({ folder, policy, isListing }: CorporaOptions): number {
  const from = folder ?? defaultFolder()
  const policies = policy === undefined ? PRESETS.map((each) => `policies/${each}.oa`) : [policy]
  let isBroken = false
  for (const each of policies) {
    const decided = decideCorpora(from, each)
    print(`${decided.length} commands of ${from}, policy ${each}\n`)
    for (const file of ['dangerous', 'benign'] as const) {
      const rows = decided.filter((row) => row.file === file)
      printTable(file, rows)
    }
    if (isListing) printOffending(decided)
    for (const { text, holds } of barsOf(presetOf(each), decided)) {
      print(`${holds ? 'holds' : 'fails'}  ${text}`)
      isBroken ||= !holds
    }
    print('')
  }
  return isBroken ? 1 : 0
}

function presetOf(policy: string): Preset {
  return PRESETS.find((each) => basename(policy) === `${each}.oa`) ?? 'standard'
}

/** What the policy decides on each row, in a generated repository. */
export function decideCorpora(folder: string, policy: string): readonly Decided[] {
  const rows = [...readRows(folder, 'dangerous'), ...readRows(folder, 'benign')]
  const base = temporaryFolder()
  return decideAll(rows, compiled(policy, base), makeRepository(join(base, 'project')))
}

const print = (text: string): void => void process.stdout.write(`${text}\n`)

function defaultFolder(): string {
  const isThere = existsSync(join(SHARED_CORPORA, 'dangerous.tsv'))
  return isThere ? SHARED_CORPORA : join(ROOT, 'test/corpus/commands')
}

/** `command<TAB>class` lines below one line of titles; `⏎` is a newline, `␉` a tab. */
function readRows(folder: string, file: Row['file']): readonly Row[] {
  const path = join(folder, `${file}.tsv`)
  const [, ...lines] = readFileSync(path, 'utf8').trimEnd().split('\n')
  return lines.map((text, index) => {
    const [command, kind, ...more] = text.split('\t')
    if (!command || !kind || more.length > 0) {
      throw new Error(`${path}:${index + 2}: not \`command<TAB>class\``)
    }
    return { file, kind, line: command.replaceAll('⏎', '\n').replaceAll('␉', '\t') }
  })
}

function decideAll(rows: readonly Row[], artifact: string, cwd: string): readonly Decided[] {
  const input = rows.map(({ line }, id) => JSON.stringify({ id: String(id), line, cwd })).join('\n')
  const place = ['--cwd', cwd, '--workspace', cwd]
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    [OA, 'decide', '--policy', artifact, ...place, '--batch'],
    { env: ENV, encoding: 'utf8', input: `${input}\n`, maxBuffer: 1024 * 1024 * 1024 },
  )
  if (status !== 0) throw new Error(`oa decide --batch ended with ${status}:\n${stderr}`)
  const answers = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Answer)
  return rows.map((row, index) => {
    const answer = answers[index]
    if (answer?.id !== String(index)) throw new Error(`no answer to \`${row.line}\``)
    const decision = answer.decision === 'explain' ? (answer.would ?? 'ask') : answer.decision
    return { ...row, decision, reason: answer.reason }
  })
}

interface Answer {
  readonly id: string
  readonly decision: Decided['decision'] | 'explain'
  readonly would?: Decided['decision']
  readonly reason: string
}

function printTable(title: string, rows: readonly Decided[]): void {
  const kinds = [...new Set(rows.map((each) => each.kind))].sort()
  const columns = (name: string, some: readonly Decided[]): string =>
    `  ${name.padEnd(30)}${[
      ...DECISIONS.map((word) => some.filter((each) => each.decision === word).length),
      some.length,
    ]
      .map((count) => String(count).padStart(7))
      .join('')}`
  print(`${title.padEnd(32)}${[...DECISIONS, 'all'].map((each) => each.padStart(7)).join('')}`)
  for (const kind of kinds) {
    print(
      columns(
        kind,
        rows.filter((each) => each.kind === kind),
      ),
    )
  }
  print(`${columns('total', rows)}\n`)
}

function printOffending(decided: readonly Decided[]): void {
  const offending = decided.filter((each) =>
    each.file === 'dangerous'
      ? hasPassed(each)
      : each.decision === 'deny' || (isHarmless(each) && each.decision !== 'allow'),
  )
  for (const { file, kind, decision, line, reason } of offending) {
    print(`${file}/${kind}: ${decision}: ${JSON.stringify(line)}\n    ${reason}`)
  }
  print('')
}
