/**
 * Which rules may allow code from writable places (language.md §3 rule 11): those that name what is run.
 */
import type { CodePlace, OperandFact, RunAction } from '../model/analysis.ts'
import type { OptionPattern, WordPattern } from '../model/pattern.ts'
import type { SandboxSettings } from '../model/settings.ts'
import { SURE } from '../model/vocabulary.ts'
import { below } from '../table/path-match.ts'
import type { RunRow } from '../table/row.ts'
import type { Table } from '../table/table.ts'
import type { Finding } from './findings.ts'
import { type RiskReason, settlesRisk } from './risk.ts'

export interface CodeQuestion {
  readonly run: RunAction
  readonly reasons: readonly RiskReason[]
  readonly workspace: string
}

/** Some finding of the layer names the code at this place, and a sandbox holds it. */
export function isCodeNamed(
  table: Table,
  place: CodePlace,
  findings: readonly Finding[],
  question: CodeQuestion,
): boolean {
  return findings.some((each) => namesCode(table, place, each, question))
}

function namesCode(
  table: Table,
  place: CodePlace,
  { row, settle }: Finding,
  { run, reasons, workspace }: CodeQuestion,
): boolean {
  const { pattern, effect, obligations } = row
  if (settle !== SURE || pattern.kind !== 'run') return false
  if (effect === 'deny' || typeof effect !== 'string') return false
  if (![table.meta.settings.sandbox, obligations?.sandbox].some(isOn)) return false
  if (!settlesRisk(row, reasons) || /[*?[]/.test(pattern.program)) return false
  if (place.option !== null && namesOption(pattern.options, place.option)) return true
  if (below(place.path, workspace) === null) return namesPlace(pattern, place)
  // WHY: only who asks for a sandbox in the rule itself speaks of code; a rule for a harmless program does not.
  if (place.option !== null && !isOn(obligations?.sandbox)) return false
  return run.operands.every((each) => isOwnData(each, workspace)) || namesWord(pattern)
}

/** Data of the workspace needs no name; data from elsewhere may bring settings that are code. */
function isOwnData({ isData, path }: OperandFact, workspace: string): boolean {
  const forms = [path?.lexical ?? null, path?.real ?? null]
  return isData === true && forms.every((each) => each !== null && below(each, workspace) !== null)
}

const isOn = (sandbox: SandboxSettings | undefined): boolean =>
  sandbox !== undefined && sandbox.isOn !== false

function namesOption(options: readonly OptionPattern[], name: string): boolean {
  return options.some((each) => each.name === name)
}

/** Outside the workspace a word says too little: the pattern must say where the operand lies. */
function namesPlace({ words, rest }: RunRow, { operand }: CodePlace): boolean {
  if (operand === null) return false
  const named = words[operand]
  return named ? isPlace(named) : (rest?.every(isPlace) ?? false)
}

/** Script, target or subcommand. */
function namesWord({ words, rest }: RunRow): boolean {
  return (
    words.some((word) => word.kind === 'text' || isPlace(word)) ||
    (rest?.every((word) => isPlace(word) || isShortGlob(word)) ?? false)
  )
}

function isPlace(word: WordPattern): boolean {
  return word.kind === 'path' && word.path.segments.some((each) => each !== '**')
}

/** A glob for a word of a fixed length, `[t]est`: it names a target as a plain word does, but is asked of every one. */
function isShortGlob(word: WordPattern): boolean {
  return word.kind === 'glob' && !/[*+!@]|^\?*$/.test(word.glob)
}
