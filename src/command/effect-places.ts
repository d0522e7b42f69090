/**
 * What a run reaches by the words it is given: paths, hosts, other rights, variables.
 */
import type { Effect } from '../model/knowledge.ts'
import type { Word } from '../model/word.ts'
import type { EffectRun, Origin } from './effect-run.ts'
import { hostOf, isRemote } from './hosts.ts'
import { addPathActions, type PathUse } from './path-actions.ts'
import { absolutePath } from './paths.ts'

export function addPath(
  run: EffectRun,
  word: Word,
  written: PathUse['action'],
  form: Omit<Extract<Effect, { kind: 'path' }>, 'kind' | 'action'>,
  origin: Origin,
): void {
  if (run.context.place.isElsewhere) return
  if (word.kind === 'known' && (word.text === '-' || word.text === '')) return
  if (form.isRemote && word.kind === 'known' && isRemote(word.text)) {
    return connectTo(run, word, origin)
  }
  const action = run.isDry ? 'read' : written
  if (form.isInto && word.kind === 'known' && putInto(run, word, action, origin)) return
  addPathActions(run.analyser, {
    action,
    word,
    cwds: run.cwds,
    isTree: form.isTree || run.isTree,
    isChosen: run.context.place.isTree || form.isChosen === true,
    isOwn: form.isOwn === true,
    ...(form.isInto ? { copied: copiedOperands(run, origin) } : {}),
    isFixed: false,
    parent: run.context.id,
    range: run.context.range,
    ...origin,
  })
}

/** The operands that are copied: all but the target. */
function copiedOperands(run: EffectRun, origin: Origin): readonly Word[] {
  const own = run.context.parsed.operands.filter((each) => !each.isSubcommand)
  return (origin.operand === null ? own : own.slice(0, -1)).map((each) => each.word)
}

/** `cp a b DIR`: what is written is DIR/a and DIR/b. False when the word is no folder. */
function putInto(
  run: EffectRun,
  word: Word & { kind: 'known' },
  action: PathUse['action'],
  origin: Origin,
): boolean {
  const sources = copiedOperands(run, origin)
  const { world } = run.analyser
  const isFolder =
    origin.operand === null ||
    sources.length > 1 ||
    word.text.endsWith('/') ||
    run.cwds.some((cwd) => world.isDirectory(absolutePath(word.text, cwd)))
  if (!isFolder || sources.length === 0) return false
  for (const source of sources) {
    const name = source.kind === 'known' ? source.text.split('/').at(-1) : ''
    const isPlain = name !== undefined && name !== '' && name !== '.' && name !== '..'
    addPathActions(run.analyser, {
      action,
      word: isPlain ? { ...word, text: `${word.text}/${name}` } : word,
      cwds: run.cwds,
      isTree: run.isTree || !isPlain,
      copied: [source],
      isFixed: false,
      parent: run.context.id,
      range: run.context.range,
      ...origin,
    })
  }
  return true
}

export function connectTo(run: EffectRun, word: Word, origin: Origin): void {
  if (run.context.place.isElsewhere) return
  if (word.kind === 'known' && /^file:/i.test(word.text)) {
    const path = word.text.replace(/^file:(?:\/\/[^/]*)?/i, '')
    return addPath(run, { ...word, text: path }, 'read', { isTree: false, isRemote: false }, origin)
  }
  const host = word.kind === 'known' ? hostOf(word.text) : null
  addConnect(run, host?.host ?? null, host?.port ?? null, origin, false)
}

export function addConnect(
  run: EffectRun,
  host: string | null,
  port: number | null,
  origin: Origin,
  isFixed: boolean,
): void {
  run.analyser.draft.add({
    kind: 'connect',
    host,
    port,
    ...run.base(origin, isFixed),
  })
}

export function elevate(run: EffectRun, via: string): void {
  run.analyser.draft.add({
    kind: 'elevate',
    name: run.context.program.base,
    options: [],
    ...run.base({ via, operand: null, isPossible: false }, false),
  })
}

export function setVariable(run: EffectRun, word: Word, origin: Origin): void {
  const text = word.kind === 'known' ? word.text : word.prefix
  const name = /^([^=]+)/.exec(text)?.[1]
  const isComplete = word.kind === 'known' || text.includes('=')
  run.analyser.addSetting(
    isComplete && name !== undefined ? name : null,
    run.context.id,
    run.context.range,
    origin.via,
  )
}
