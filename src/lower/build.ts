/**
 * The flat form of a policy to one artifact. Everything is interned and sorted in canonical order, so the same meaning
 * gives the same tables whatever the order, spelling or machine.
 */
import { createHash } from 'node:crypto'
import { canonicalJson } from '../base/canonical.ts'
import { compareText } from '../base/diagnostic.ts'
import type { CommandKnowledge } from '../model/knowledge.ts'
import type { ConditionIr, PathPattern, RunPattern } from '../model/pattern.ts'
import type { Settings } from '../model/settings.ts'
import { hostPlace, PROGRAM_END, programPath, wordKey } from '../table/keys.ts'
import { packCommand } from '../table/knowledge-record.ts'
import type { Literals } from '../table/literals.ts'
import type { ExceptPattern, Row, RowPattern, RunRow, TableMeta } from '../table/row.ts'
import { encodeMap } from '../table/source-map.ts'
import { encodeArtifact } from './encode.ts'
import type { PatternIr, PolicyIr, RuleIr } from './ir.ts'
import { buildLiterals, chooseLiterals } from './literal-builder.ts'
import { compileRegex } from './lower-regex.ts'
import { poolRegexes, type RegexPool } from './regex-pool.ts'
import { addRowIndexes } from './row-index.ts'
import { TrieBuilder } from './trie-builder.ts'

export interface BuiltTable {
  /** Depends on nothing but the meaning: equal for equal digests. */
  readonly artifact: Uint8Array
  /** Where its rules are written (table/source-map.ts). */
  readonly map: Uint8Array
  /** The artifact followed by its map. */
  readonly bytes: Uint8Array
  readonly digest: string
}

/** One row with the place where it hangs. */
interface HungRow {
  readonly row: Row
  /** Those it was written by: indexes into the policy's rules. */
  readonly rules: number[]
  readonly hang: Hang
  /** Canonical text: the order of rows, and what tells equal ones. */
  readonly key: string
}

type Hang =
  | { readonly kind: 'trie'; readonly root: string; readonly segments: readonly string[] }
  | { readonly kind: 'always'; readonly action: string }
  | { readonly kind: 'text' }

/** Builds the artifact. Regexes were checked before; a bad one here is a bug. */
export function buildTable(ir: PolicyIr): BuiltTable {
  const regexes = poolRegexes(ir)
  const hung = canonicalRows(ir, regexes)
  const trie = new TrieBuilder()
  const always: Record<string, number[]> = {}
  const texts: number[] = []
  for (const [id, { hang }] of hung.entries()) {
    if (hang.kind === 'trie') trie.accept(trie.insert(trie.root(hang.root), hang.segments), id)
    else if (hang.kind === 'text') texts.push(id)
    else {
      const rows = always[hang.action] ?? []
      rows.push(id)
      always[hang.action] = rows
    }
  }
  for (const place of ir.persistPlaces) {
    const node = trie.insert(trie.root(`place ${place.root}`), pathSegments(place))
    trie.accept(node, hung.length)
  }
  addRowIndexes(trie, (row) => runOf(hung[row]?.row))
  trie.addGlobRoots()
  const told = tellTexts(texts, hung, regexes)
  const meta: TableMeta = {
    language: ir.language,
    mode: ir.mode,
    defaults: ir.defaults,
    on: ir.on,
    override: ir.override,
    settings: sortedSettings(ir.settings),
    roots: trie.roots,
    always,
    texts: told.untold,
    ...envNamesOf(ir.rules),
  }
  const digest = createHash('sha256')
    .update(canonicalJson(meaningOf(ir, hung, regexes)))
    .digest()
  const artifact = encodeArtifact({
    digest,
    rows: hung.map((each) => each.row),
    commands: ir.commands,
    regexes: regexes.records,
    literals: told.literals,
    trie,
    meta,
  })
  const map = encodeMap(artifact, {
    name: ir.name,
    rules: ir.rules.map((rule) => ({
      id: `${rule.origin.file}:${rule.origin.line}`,
      text: rule.text,
      because: rule.because,
      instead: rule.instead,
    })),
    rows: hung.map((each) => each.rules),
  })
  const bytes = Buffer.concat([artifact, map])
  return { artifact, map, bytes, digest: `sha256:${digest.toString('hex')}` }
}

/** Variables that conditions look at: what a record must keep for its decision to be repeated. */
function envNamesOf(rules: readonly RuleIr[]): Pick<TableMeta, 'envNames'> {
  const names = new Set<string>()
  const collect = (condition: ConditionIr): void => {
    if (condition.kind === 'not') collect(condition.operand)
    else if (condition.kind !== 'fact') for (const each of condition.operands) collect(each)
    else if (condition.name !== null) names.add(condition.name)
  }
  for (const { when } of rules) if (when) collect(when)
  return names.size === 0 ? {} : { envNames: [...names].sort(compareText) }
}

/** Rows of `text` patterns by the text that a line must contain; `untold`: there is none. */
function tellTexts(
  rows: readonly number[],
  hung: readonly HungRow[],
  regexes: RegexPool,
): { readonly literals: Literals; readonly untold: readonly number[] } {
  const chosen = chooseLiterals(
    rows.map((id) => {
      const pattern = hung[id]?.row.pattern
      return pattern?.kind === 'text' ? compileRegex(regexes.source(pattern.regex)).literals : []
    }),
  )
  const literals = rows.flatMap((id, at) => (chosen[at] ?? []).map((text) => [text, id] as const))
  return {
    literals: buildLiterals(literals),
    untold: rows.filter((_, at) => chosen[at] === null),
  }
}

/** Only rows of runs are filed by what they need. */
function runOf(row: Row | undefined): RunRow | null {
  if (row?.pattern.kind === 'stage') return row.pattern.run
  return row?.pattern.kind === 'run' ? row.pattern : null
}

/** What the digest covers: everything that can change a decision or what an allowed run is wrapped in. */
function meaningOf(ir: PolicyIr, hung: readonly HungRow[], regexes: RegexPool): unknown {
  return {
    language: ir.language,
    mode: ir.mode,
    defaults: ir.defaults,
    on: ir.on,
    override: ir.override,
    settings: sortedSettings(ir.settings),
    rows: hung.map((each) => each.key),
    regexes: regexes.records.map((_, number) => regexes.source(number)),
    commands: distinct(Object.values(ir.commands)),
    persistPlaces: [...new Set(ir.persistPlaces.map((each) => canonicalJson(each)))].sort(
      compareText,
    ),
  }
}

/** Each record once, however many names it has; the names are in the record. */
function distinct(commands: readonly CommandKnowledge[]): readonly string[] {
  return [...new Set(commands)].map((each) => canonicalJson(packCommand(each))).sort(compareText)
}

function sortedSettings(settings: Settings): Settings {
  const { env } = settings
  if (!env) return settings
  return {
    ...settings,
    env: {
      ...(env.keep ? { keep: [...new Set(env.keep)].sort(compareText) } : {}),
      ...(env.secret ? { secret: [...new Set(env.secret)].sort(compareText) } : {}),
    },
  }
}

/** All rows, sorted by their meaning, equal ones once. */
function canonicalRows(ir: PolicyIr, regexes: RegexPool): readonly HungRow[] {
  const found = new Map<string, HungRow>()
  for (const [rule, each] of ir.rules.entries()) {
    for (const pattern of each.patterns) {
      for (const hung of hangPattern(each, rule, pattern, regexes)) {
        const same = found.get(hung.key)
        if (!same) found.set(hung.key, hung)
        else if (!same.rules.includes(rule)) same.rules.push(rule)
      }
    }
  }
  const sorted = [...found.values()].sort((a, b) => compareText(a.key, b.key))
  return renumberPipes(sorted)
}

/** Pipes are numbered by the canonical order of their first stage. */
function renumberPipes(rows: readonly HungRow[]): readonly HungRow[] {
  const numbers = new Map<string, number>()
  return rows.map((hung) => {
    const { pattern } = hung.row
    if (pattern.kind !== 'stage') return hung
    const group = (JSON.parse(hung.key) as { group: string }).group
    const pipe = numbers.get(group) ?? numbers.size
    numbers.set(group, pipe)
    return { ...hung, row: { ...hung.row, pattern: { ...pattern, pipe } } }
  })
}

function hangPattern(
  rule: RuleIr,
  index: number,
  pattern: PatternIr,
  regexes: RegexPool,
): readonly HungRow[] {
  const base = {
    effect: rule.effect,
    action: rule.action,
    except: rule.except
      .map((each) => ({ action: each.action, pattern: exceptPattern(each.pattern, regexes) }))
      .sort((a, b) => compareText(canonicalJson(a), canonicalJson(b))),
    when: rule.when,
    obligations: Object.keys(rule.obligations).length > 0 ? rule.obligations : null,
  }
  const make = (rowPattern: RowPattern, hang: Hang, group?: string): HungRow => {
    const row: Row = { ...base, pattern: rowPattern }
    const key = canonicalJson({ ...row, hang, ...(group ? { group } : {}) })
    return { row, rules: [index], hang, key }
  }
  switch (pattern.kind) {
    case 'any':
      return [make({ kind: 'any' }, { kind: 'always', action: rule.action })]
    case 'run': {
      const run = runRow(pattern.run)
      return [make(run, runHang(pattern.run))]
    }
    case 'pipe': {
      const group = createHash('sha256')
        .update(canonicalJson({ stages: pattern.stages, base }))
        .digest('hex')
      const count = pattern.stages.length
      return pattern.stages.flatMap((alternatives, stage) =>
        alternatives.map((run) =>
          make({ kind: 'stage', pipe: 0, stage, count, run: runRow(run) }, runHang(run), group),
        ),
      )
    }
    case 'text':
      return [make({ kind: 'text', regex: regexes.number(pattern.regex) }, { kind: 'text' })]
    case 'path':
      return [
        make(
          { kind: 'path', isEverything: isEverything(pattern.path) },
          {
            kind: 'trie',
            root: `${rule.action} ${pattern.path.root}`,
            segments: pathSegments(pattern.path),
          },
        ),
      ]
    case 'host':
      return [
        make(
          { kind: 'host', port: pattern.port, isEverything: /^\*+$/.test(pattern.host) },
          { kind: 'trie', ...hostPlace(pattern.host) },
        ),
      ]
    case 'name':
      return [
        make(
          {
            kind: 'name',
            isEverything: pattern.name.kind === 'glob' && /^\*+$/.test(pattern.name.glob),
            options: pattern.options,
          },
          { kind: 'trie', root: rule.action, segments: [wordKey(pattern.name)] },
        ),
      ]
  }
}

/** `/**`: a path of any name; `.` and `./**` are places. */
function isEverything({ root, segments }: PathPattern): boolean {
  return root === '/' && segments.length === 1 && segments[0] === '**'
}

function runRow(run: RunPattern): RunRow {
  return {
    kind: 'run',
    program: run.program,
    words: run.words,
    rest: run.rest
      ? [...run.rest].sort((a, b) => compareText(canonicalJson(a), canonicalJson(b)))
      : null,
    options: [...run.options].sort((a, b) => compareText(canonicalJson(a), canonicalJson(b))),
    isOnly: run.isOnly,
  }
}

function runHang(run: RunPattern): Hang {
  const words = run.words.map(wordKey)
  const path = programPath(run.program)
  return path === null
    ? { kind: 'trie', root: 'run', segments: [run.program, ...words] }
    : {
        kind: 'trie',
        root: `run ${path.root}`,
        segments: [...path.segments, PROGRAM_END, ...words],
      }
}

function pathSegments(path: PathPattern): readonly string[] {
  return path.segments
}

function exceptPattern(pattern: PatternIr, regexes: RegexPool): ExceptPattern {
  switch (pattern.kind) {
    case 'any':
      return { kind: 'any' }
    case 'run':
      return runRow(pattern.run)
    case 'pipe':
      throw new Error('a pipe in an except was not refused')
    case 'text':
      return { kind: 'text', regex: regexes.number(pattern.regex) }
    case 'path':
      return { kind: 'path', ...pattern.path }
    case 'host':
      return { kind: 'host', host: pattern.host, port: pattern.port }
    case 'name':
      return { kind: 'name', name: pattern.name, options: pattern.options }
  }
}
