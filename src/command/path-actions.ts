/**
 * Reads, writes and deletes of one word, with what follows from the place: a write to a start-up file is also `persist`.
 */

import type { PathFact } from '../model/analysis.ts'
import { NO, SURE } from '../model/vocabulary.ts'
import type { Word } from '../model/word.ts'
import { showWord } from '../model/word.ts'
import { below, withFuture } from '../table/path-match.ts'
import type { Analyser } from './analyser.ts'
import { copiesInto } from './copies.ts'
import { absolutePath, isPassThrough, pathFacts, UNKNOWN_PATH } from './paths.ts'

export interface PathUse {
  readonly action: 'read' | 'write' | 'delete' | 'persist'
  readonly word: Word
  readonly cwds: readonly string[]
  readonly isTree: boolean
  /** Of a tree: the command chooses entries in it. */
  readonly isChosen?: boolean
  /** Of a tree: the names in it are the program's own. */
  readonly isOwn?: boolean
  /** Of a tree: only copies of these are written. */
  readonly copied?: readonly Word[]
  readonly isFixed: boolean
  readonly isPossible: boolean
  readonly parent: number | null
  readonly operand: number | null
  readonly via: string
  readonly range: { readonly start: number; readonly end: number }
}

/** Adds the actions of one path word: one for each place it may be. */
export function addPathActions(analyser: Analyser, use: PathUse): void {
  const { facts, isSure } = factsOf(analyser, use)
  for (const path of facts) {
    if (path.lexical !== null && isPassThrough(path.lexical)) continue
    // WHY: which entries a command chooses in the workspace nobody can say, so no rule speaks of them surely.
    const isChosen = path.isChosen === true && isInWorkspace(analyser, path)
    const isPossible = use.isPossible || !isSure || facts.length > 1 || isChosen
    addOne(analyser, use, use.action, path, isPossible)
    if (use.action !== 'write' && use.action !== 'delete') continue
    const persists = analyser.source.persistMatch(withFuture(path, use.action), analyser.world)
    if (persists !== NO) addOne(analyser, use, 'persist', path, isPossible || persists !== SURE)
  }
}

function factsOf(
  analyser: Analyser,
  use: PathUse,
): { readonly facts: readonly PathFact[]; readonly isSure: boolean } {
  const { word } = use
  if (word.kind === 'known') {
    return { facts: factsOfText(analyser, use, word.text), isSure: true }
  }
  if (!word.values) return { facts: [{ ...UNKNOWN_PATH, isTree: use.isTree }], isSure: true }
  const all = word.values.flatMap((value) => factsOfText(analyser, use, value))
  return { facts: all, isSure: false }
}

function factsOfText(analyser: Analyser, use: PathUse, text: string): readonly PathFact[] {
  const isUnsettled = use.cwds.some((cwd) => analyser.draft.isUnsettled(absolutePath(text, cwd)))
  const facts = pathFacts(text, use.cwds, analyser.world, { isTree: use.isTree, isUnsettled })
  return use.isTree ? facts.map((each) => treeFact(analyser, use, each)) : facts
}

/** What the use says of the tree besides its listing. */
function treeFact(analyser: Analyser, use: PathUse, fact: PathFact): PathFact {
  const chosen: PathFact = use.isChosen === true ? { ...fact, isChosen: true } : fact
  if (use.action !== 'write') return chosen
  if (use.copied) return copiesInto(analyser, use.copied, use.cwds, chosen)
  return use.isOwn === true ? { ...chosen, isClosed: true } : chosen
}

function isInWorkspace({ world }: Analyser, { lexical, real }: PathFact): boolean {
  return [lexical, real].every((each) => each !== null && below(each, world.workspace) !== null)
}

function addOne(
  analyser: Analyser,
  use: PathUse,
  kind: PathUse['action'],
  path: PathFact,
  isPossible: boolean,
): void {
  analyser.draft.add({
    kind,
    path,
    shown: path.lexical ?? showWord(use.word),
    parent: use.parent,
    operand: use.operand,
    isFixed: use.isFixed,
    isPossible,
    risks: [],
    unknown: null,
    via: use.via,
    start: use.range.start,
    end: use.range.end,
  })
}
