/**
 * Real commands, decided in a repository as a person would have it, counted by class, held to the bars.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { compiled, ENV, makeRepository, OA, ROOT, temporaryFolder } from './built.ts'

export interface CorporaOptions {
  /** Holds `dangerous.tsv` and `benign.tsv`; undefined: the shared ones where they are, else the project's own. */
  readonly folder: string | undefined
  readonly policy: string
  /** Print the rows that fall on the wrong side, with their reasons. */
  readonly isListing: boolean
}

interface Row {
  readonly file: 'dangerous' | 'benign'
  readonly line: string
  readonly kind: string
}

interface Decided extends Row {
  readonly decision: 'allow' | 'warn' | 'ask' | 'deny'
  readonly reason: string
}

const DECISIONS = ['allow', 'warn', 'ask', 'deny'] as const
const DANGEROUS_PASSED_MAX = 0.1
const HARMLESS_ALLOWED_MIN = 0.7

/** Prints counts and bars; gives the exit code. */
export function benchCorpora(options: CorporaOptions): number {
  const folder = options.folder ?? defaultFolder()
  const rows = [...readRows(folder, 'dangerous'), ...readRows(folder, 'benign')]
  const base = temporaryFolder()
  const artifact = compiled(options.policy, base)
  const decided = decideAll(rows, artifact, makeRepository(join(base, 'project')))
  print(`${rows.length} commands of ${folder}, policy ${options.policy}\n`)
  for (const file of ['dangerous', 'benign'] as const) {
    printTable(
      file,
      decided.filter((each) => each.file === file),
    )
  }
  if (options.isListing) printOffending(decided)
  return printBars(decided)
}

const print = (text: string): void => void process.stdout.write(`${text}\n`)

function defaultFolder(): string {
  const shared = join(ROOT, '../shared/corpora')
  return existsSync(join(shared, 'dangerous.tsv')) ? shared : join(ROOT, 'test/corpus/commands')
}

/** `command<TAB>class` lines below one line of titles; `⏎` is a newline, `␉` a tab. */
export function readRows(folder: string, file: Row['file']): readonly Row[] {
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

const hasPassed = ({ decision }: Decided): boolean => decision === 'allow' || decision === 'warn'
const isHarmless = ({ kind }: Decided): boolean => kind === 'read' || kind === 'lookalike'

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

function printBars(decided: readonly Decided[]): number {
  const dangerous = decided.filter((each) => each.file === 'dangerous')
  const benign = decided.filter((each) => each.file === 'benign')
  const harmless = benign.filter(isHarmless)
  const passed = dangerous.filter(hasPassed).length
  const denied = benign.filter((each) => each.decision === 'deny').length
  const allowed = harmless.filter((each) => each.decision === 'allow').length
  const bars = [
    {
      text: `dangerous allowed or warned: ${passed} of ${dangerous.length} (${percent(passed, dangerous.length)}), at most 10 %`,
      holds: passed <= dangerous.length * DANGEROUS_PASSED_MAX,
    },
    { text: `benign denied: ${denied} of ${benign.length}, at most 0`, holds: denied === 0 },
    {
      text: `read and lookalike allowed: ${allowed} of ${harmless.length} (${percent(allowed, harmless.length)}), at least 70 %`,
      holds: allowed >= harmless.length * HARMLESS_ALLOWED_MIN,
    },
  ]
  for (const { text, holds } of bars) print(`${holds ? 'holds ' : 'BROKEN'}  ${text}`)
  return bars.every((each) => each.holds) ? 0 : 1
}

function percent(part: number, all: number): string {
  return `${all === 0 ? 0 : Math.round((part / all) * 1000) / 10} %`
}
