/**
 * A request as actions. Total: whatever goes wrong inside becomes a refusal, never a missing action.
 *
 * In: a request, the knowledge that the table carries, the world. Out: an `Analysis` that holds all that a decision
 * needs. Not here: rules, decisions, running.
 */
import { normalHost } from '../base/host.ts'
import type { Action, Analysis } from '../model/analysis.ts'
import type { Request } from '../model/request.ts'
import { knownWord } from '../model/word.ts'
import { Analyser, normalForm } from './analyser.ts'
import type { NewAction } from './draft.ts'
import { addPathActions } from './path-actions.ts'
import { expandHome } from './paths.ts'
import { outermost } from './place.ts'
import type { KnowledgeSource } from './program.ts'
import type { Walked } from './shell/walked.ts'
import type { World } from './world.ts'

/** The analysis and, for lines, the structure that can be run. */
export interface Analysed {
  readonly analysis: Analysis
  readonly walked: Walked | null
  /** Code inside the line as it was decoded, for explanations. */
  readonly decoded: readonly { readonly text: string; readonly language: string }[]
}

/** Analyses one request; the cost is linear in its length within the bounds of `limits.ts`. */
export function analyse(source: KnowledgeSource, request: Request, world: World): Analysed {
  const analyser = new Analyser(source, world)
  let walked: Walked | null = null
  let refused: Analysis['refused'] = null
  try {
    walked = analyseSubject(analyser, request)
    refused = walked?.refused ?? null
  } catch (error) {
    refused = {
      code: 'OA9001',
      reason: `the analysis failed: ${error instanceof Error ? error.message : 'unknown fault'}`,
    }
  }
  const actions = refused ? [] : analyser.draft.actions
  return {
    walked,
    decoded: analyser.draft.decoded,
    analysis: {
      line: lineOf(request),
      normal: refused ? '' : normalOf(actions),
      cwd: request.cwd,
      home: world.home,
      workspace: world.workspace,
      facts: request.facts,
      refused,
      actions,
      flows: refused ? [] : analyser.draft.flows(),
      unknowns: refused ? [] : analyser.draft.unknowns,
      ...(analyser.draft.scripts.length > 0 ? { scripts: analyser.draft.scripts } : {}),
    },
  }
}

function analyseSubject(analyser: Analyser, request: Request): Walked | null {
  const { subject } = request
  const place = outermost(request.cwd)
  switch (subject.kind) {
    case 'line':
      return analyser.analyseCode(subject.line, 'bash', place)
    case 'argv': {
      let at = 0
      const words = subject.argv.map((text) => {
        const word = knownWord(text, at, at + text.length)
        at += text.length + 1
        return word
      })
      if (words.length === 0 || subject.argv.some((each) => /[\0\ufffd]/.test(each))) {
        throw new RangeError('an empty command, a NUL character or bytes that are not UTF-8')
      }
      analyser.analyseArgv(words, place)
      return null
    }
    case 'path':
      addPathActions(analyser, {
        action: subject.action,
        word: knownWord(expandHome(subject.path, analyser.world.home)),
        cwds: [request.cwd],
        isTree: false,
        ...BARE,
        range: { start: 0, end: 0 },
      })
      return null
    default:
      analyser.draft.add(bareAction(subject))
      return null
  }
}

const BARE = {
  parent: null,
  operand: null,
  isFixed: false,
  isPossible: false,
  via: 'request',
} as const

function bareAction(subject: Extract<Request['subject'], { kind: 'connect' | 'name' }>): NewAction {
  const base = { ...BARE, risks: [], unknown: null, start: 0, end: 0 }
  if (subject.kind === 'connect') {
    return { kind: 'connect', host: normalHost(subject.host), port: subject.port, ...base }
  }
  const options = Object.entries(subject.options).map(([name, value]) => ({
    name: `--${name}`,
    value: knownWord(value),
    isSure: true,
    isListed: true,
    isNegated: false,
  }))
  return { kind: subject.action, name: subject.name, options, ...base }
}

function lineOf(request: Request): string {
  const { subject } = request
  switch (subject.kind) {
    case 'line':
      return subject.line
    case 'argv':
      return normalForm(subject.argv.map((text) => knownWord(text)))
    case 'path':
      return `${subject.action} ${subject.path}`
    case 'connect':
      return `connect ${subject.host}${subject.port === null ? '' : `:${subject.port}`}`
    case 'name':
      return `${subject.action} ${subject.name}`
  }
}

function normalOf(actions: readonly Action[]): string {
  return actions
    .flatMap((action) => (action.kind === 'run' ? [normalForm(action.words)] : []))
    .join(' ; ')
}
