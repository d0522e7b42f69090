/**
 * Code that a run executes: texts of a language, scripts, inner commands.
 */
import { normalHost } from '../base/host.ts'
import type { CodeLanguage, Effect } from '../model/knowledge.ts'
import type { Word } from '../model/word.ts'
import { namedFile } from './code/perl-open.ts'
import { type CodeUse, readCode } from './code/read.ts'
import { addConnect, addPath, elevate } from './effect-places.ts'
import type { EffectRun, Origin } from './effect-run.ts'
import { type Found, foundFiles } from './found-files.ts'
import { absolutePath } from './paths.ts'
import { inner } from './place.ts'

export function runCode(run: EffectRun, word: Word, language: CodeLanguage, origin: Origin): void {
  run.hasCode = true
  if (word.kind === 'unknown') {
    return run.unread(`the code is not known before the run: ${word.reason}`)
  }
  if (language === 'shell') return runShell(run, word.text, origin.via)
  const read = readCode(
    language,
    word.text,
    new Set(run.context.parsed.options.map((each) => each.name)),
    run.analyser.world.home,
  )
  if (read.uses.length > 0) run.analyser.draft.decoded.push({ text: word.text, language })
  for (const use of read.uses) applyUse(run, use, word, origin)
  if (read.unknown !== null) run.unread(read.unknown)
}

/** One thing that code does. */
function applyUse(run: EffectRun, use: CodeUse, code: Word, origin: Origin): void {
  const at = { start: code.start, end: code.end }
  switch (use.kind) {
    case 'shell':
      return runShell(run, use.code, origin.via)
    case 'connect': {
      const host = use.host === null ? null : normalHost(use.host)
      return addConnect(run, host, use.port, origin, false)
    }
    case 'argv':
      return runCommand(
        run,
        use.words.map((text) => codeWord(text, code)),
        { kind: 'argv', ending: 'rest' },
        origin.via,
      )
    case 'script':
      return runScript(run, { kind: 'known', text: use.path, ...at }, origin)
    case 'beside':
      return runBeside(run, use.names)
    case 'decoded':
      run.analyser.draft.decoded.push({ text: use.code, language: use.language })
      return
    case 'set':
      return run.analyser.addSetting(use.name, run.context.id, run.context.range, origin.via)
    case 'elevate':
      return elevate(run, origin.via)
    default:
      if (use.isMoved) noteMoved(run, use.path)
      return addPath(
        run,
        // WHY: `-` and `~` are ordinary names for code.
        codeWord(use.path === null ? null : use.path.replace(/^(?=[-~])/, './'), code),
        use.kind,
        { isTree: use.isTree, isRemote: false },
        origin,
      )
  }
}

/** A link may stand there from now on. */
function noteMoved(run: EffectRun, path: string | null): void {
  if (path === null) return
  for (const cwd of run.cwds) run.analyser.draft.touched.push(absolutePath(path, cwd))
}

/** Modules beside the code come first: one that is there is run. */
function runBeside(run: EffectRun, names: readonly string[]): void {
  const { world } = run.analyser
  if (run.cwds.length === 0) return run.unread('modules of a directory that is not known')
  for (const cwd of run.cwds) {
    const found = world.list(cwd)
    if (found === null && world.isDirectory(cwd)) run.addCodePlace(cwd)
    const there = new Set(found)
    for (const name of names) {
      const [folder = '', file] = name.split('/')
      if (!there.has(folder)) continue
      const isThere = file === undefined || world.list(`${cwd}/${folder}`)?.includes(file) !== false
      if (isThere) run.addCodePlace(`${cwd}/${name}`)
    }
    for (const name of names) {
      if (run.analyser.draft.isUnsettled(absolutePath(name, cwd))) run.addCodePlace(name)
    }
  }
}

function runShell(run: EffectRun, text: string, via: string): void {
  const { id, range, program } = run.context
  const place = run.below()
  const walked = run.analyser.analyseCode(text, dialectOf(program.base), {
    ...inner({ ...place, cwds: run.cwds }, id, range),
    hasInput: place.hasInput,
  })
  run.analyser.draft.decoded.push({ text, language: 'shell' })
  if (walked?.refused) run.unread(`${via}: ${walked.refused.reason}`)
}

export function runScript(run: EffectRun, word: Word, origin: Origin): void {
  if (word.kind === 'known' && word.text === '-') return
  run.hasCode = true
  if (word.kind === 'unknown') return run.unread(`the script is not known: ${word.reason}`)
  run.analyser.draft.amend(run.context.id, { isFree: false })
  addPath(run, word, 'read', { isTree: false, isRemote: false }, origin)
  run.addCodePlace(word.text, origin)
}

/** A name that the program takes as a command: `perl -n`. True when it was dealt with. */
export function isPipe(run: EffectRun, word: Word, origin: Origin): boolean {
  if (run.context.place.isElsewhere) return false
  if (word.kind === 'unknown' && !word.values) {
    run.unread('a file name that may be a command')
    return false
  }
  const texts = word.kind === 'known' ? [word.text] : (word.values ?? [])
  const signs = texts.filter((text) => /^\s*\+?[|<>]|\|\s*$/.test(text))
  if (signs.length === 0) return false
  const uses = word.kind === 'known' ? namedFile(word.text) : null
  if (uses) for (const use of uses) applyUse(run, use, word, origin)
  else run.unread('a file name that is a command')
  return uses !== null
}

/** An inner command: words to be run as they are, or joined into shell code. */
export function runCommand(
  run: EffectRun,
  words: readonly Word[],
  effect: Effect,
  via: string,
): void {
  run.hasCode = true
  const { id, range } = run.context
  const place = run.below()
  const below = inner({ ...place, cwds: run.cwds }, id, range)
  if (effect.kind === 'joined') {
    if (effect.isElsewhere) run.unread('runs on another machine')
    const known = words.flatMap((word) => (word.kind === 'known' ? [word.text] : []))
    if (known.length < words.length) {
      return run.unread(`${via}: the command is not known before the run`)
    }
    const outside = { ...below, isElsewhere: effect.isElsewhere || place.isElsewhere }
    const walked = run.analyser.analyseCode(known.join(' '), 'sh', outside)
    if (walked?.refused) run.unread(`${via}: ${walked.refused.reason}`)
    return
  }
  if (effect.kind !== 'argv' || words.length === 0) return
  if (effect.ending === 'semicolon') {
    const found = foundFiles(run)
    run.analyser.analyseArgv(
      words.flatMap((word) => foundWords(word, found)),
      { ...below, isTree: found.isTree },
    )
    return
  }
  const more: Word = {
    kind: 'unknown',
    prefix: '',
    suffix: '',
    isMany: true,
    reason: 'words from its input or from the files found',
    ...range,
  }
  const argv = effect.ending === 'more' ? [...words.map(withoutPlaceholder), more] : words
  run.analyser.analyseArgv(argv, { ...below, hasInput: place.hasInput })
}

function foundWords(word: Word, found: Found): readonly Word[] {
  const isPlaceholder = word.kind === 'known' && word.text === '{}'
  return isPlaceholder ? found.words : [withoutPlaceholder(word)]
}

/** The shell dialect that a program's code is in. */
function dialectOf(base: string | null): 'bash' | 'sh' | 'zsh' | 'other' {
  if (base === null) return 'sh'
  if (base === 'bash' || base === 'eval' || base === 'trap' || base === 'rbash') return 'bash'
  if (base === 'zsh') return 'zsh'
  return /^(?:fish|pwsh|powershell|csh|tcsh|nu|xonsh|elvish|cmd|cmd\.exe)$/.test(base)
    ? 'other'
    : 'sh'
}

/** A text of code as a word of the line that the code stands in. */
function codeWord(text: string | null, { start, end }: Word): Word {
  if (text !== null) return { kind: 'known', text, start, end }
  return {
    ...{ kind: 'unknown', prefix: '', suffix: '', isMany: false, start, end },
    reason: 'a text that only the run of the code knows',
  }
}

/** A word around `{}`: what stands there only the run knows. */
function withoutPlaceholder(word: Word): Word {
  if (word.kind === 'unknown') return word
  const at = word.text.indexOf('{}')
  if (at < 0) return word
  return {
    kind: 'unknown',
    prefix: word.text.slice(0, at),
    suffix: word.text.slice(word.text.lastIndexOf('{}') + 2),
    isMany: false,
    reason: 'a name that only the run finds',
    start: word.start,
    end: word.end,
  }
}
