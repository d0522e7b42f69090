/**
 * Compares what a walk says of a line with what bash really did.
 */
import { initialScope, walk } from '../../src/command/shell/walk.ts'
import type { SimpleCommand, Walked, WalkInput } from '../../src/command/shell/walked.ts'
import type { Word } from '../../src/model/word.ts'
import { type Execution, RECORDERS, type Recording } from './bash-recorder.ts'

/** `sure`: everything known and equal; `unknown`: oa says so, and nothing contradicts what it does say. */
export type Verdict =
  | { readonly kind: 'sure' | 'unknown' | 'refused' }
  | { readonly kind: 'wrong'; readonly why: string }

export interface Setting {
  readonly cwd: string
  readonly home: string
  readonly glob: (pattern: string, cwd: string) => readonly string[] | null
  /** Left out: bash. */
  readonly shell?: { readonly zero: string; readonly dialect: WalkInput['dialect'] }
}

export function walkIn(line: string, setting: Setting): Walked {
  const { zero: text, dialect } = setting.shell ?? { zero: '/bin/bash', dialect: 'bash' }
  const zero: Word = { kind: 'known', text, start: 0, end: 0 }
  const scope = initialScope({ cwds: [setting.cwd], positional: [zero] })
  return walk({ text: line, dialect, scope, home: setting.home, glob: setting.glob })
}

/** Can the words become exactly these texts? */
export function wordsMatch(words: readonly Word[], texts: readonly string[]): boolean {
  const [word, ...rest] = words
  if (!word) return texts.length === 0
  if (word.kind === 'unknown' && word.isMany) {
    for (let count = 0; count <= texts.length; count++) {
      const taken = texts.slice(0, count)
      const fits =
        count === 0 ||
        ((taken[0] ?? '').startsWith(word.prefix) && (taken.at(-1) ?? '').endsWith(word.suffix))
      if (fits && wordsMatch(rest, texts.slice(count))) return true
    }
    return false
  }
  const [text, ...others] = texts
  return text !== undefined && wordMatches(word, text) && wordsMatch(rest, others)
}

export function wordMatches(word: Word, text: string): boolean {
  if (word.kind === 'known') return word.text === text
  if (word.values) return word.values.includes(text)
  return (
    text.length >= word.prefix.length + word.suffix.length &&
    text.startsWith(word.prefix) &&
    text.endsWith(word.suffix)
  )
}

/** Prefix commands that run their first operand; the caller of `walk` sees through them. */
const THROUGH = new Set(['command', 'builtin', 'exec'])

function programWords(command: SimpleCommand): readonly Word[] {
  let words = command.argv
  while (words[0]?.kind === 'known' && THROUGH.has(words[0].text)) words = words.slice(1)
  return words
}

function fits(command: SimpleCommand, ran: Execution): string | null {
  if (!wordsMatch(programWords(command), ran.argv)) return 'no command has the words'
  for (const each of command.assignments) {
    if (!/^V[ABC]$/.test(each.name) || each.isAppend) continue
    const last = command.assignments.filter((other) => other.name === each.name).at(-1)
    const value = ran.env[each.name]
    if (each === last && value !== undefined && !wordMatches(each.value, value))
      return `${each.name} is ${value}`
  }
  if (command.cwds.length > 0 && !command.cwds.includes(ran.cwd)) return `it ran in ${ran.cwd}`
  const { stdin } = command
  if (stdin && ran.stdin !== '' && !wordMatches(stdin, ran.stdin))
    return `its input is ${ran.stdin}`
  return null
}

const isStatic = (command: SimpleCommand): boolean =>
  [
    ...command.argv,
    ...command.redirects.map((each) => each.target),
    // What a line assigns for itself shows in the words that use it.
    ...(command.argv.length > 0 ? command.assignments.map((each) => each.value) : []),
  ].every((word) => word.kind === 'known')

/** Judges one walk. */
export function judge(walked: Walked, recording: Recording, before: readonly string[]): Verdict {
  if (walked.refused)
    return recording.executions.length > 0 && recording.isAccepted
      ? { kind: 'unknown' }
      : { kind: 'refused' }
  const isUnknown = walked.unknowns.length > 0
  if (isUnknown) return { kind: 'unknown' }
  const recorders: readonly string[] = RECORDERS
  for (const ran of recording.executions) {
    const found = walked.commands.map((command) => fits(command, ran))
    if (found.includes(null)) continue
    const isOpen = walked.commands.some((command) => command.argv[0]?.kind === 'unknown')
    if (!isOpen) {
      const why =
        found.find((each) => each !== null && !each.startsWith('no command')) ??
        found[0] ??
        'nothing was expected'
      return { kind: 'wrong', why: `${JSON.stringify(ran)}: ${why}` }
    }
  }
  const isOrdered = walked.commands.every((command) => !command.isConcurrent)
  if (isOrdered && recording.isAccepted) {
    const missing = walked.commands.find((command) => {
      const [program] = programWords(command)
      const isExpected =
        !command.isConditional &&
        isStatic(command) &&
        program?.kind === 'known' &&
        recorders.includes(program.text)
      const mayFail = command.redirects.some((each) => each.kind !== 'data')
      return (
        isExpected && !mayFail && !recording.executions.some((ran) => fits(command, ran) === null)
      )
    })
    if (missing) return { kind: 'wrong', why: `never ran: ${JSON.stringify(missing.argv)}` }
  }
  const isOpenCommand = walked.commands.some((command) => command.argv[0]?.kind === 'unknown')
  // The body of a loop stands once for all its rounds.
  const isStraight =
    walked.commands.every((command) => !command.isConditional) &&
    !JSON.stringify(walked.tree).includes('"kind":"compound"')
  if (isOrdered && !isOpenCommand && isStraight) {
    const late = outOfOrder(walked, recording)
    if (late) return { kind: 'wrong', why: `ran in another order: ${JSON.stringify(late.argv)}` }
  }
  const stray = strayFile(walked, recording, before)
  if (stray !== null) return { kind: 'wrong', why: `made the file ${stray}` }
  return { kind: walked.commands.every(isStatic) ? 'sure' : 'unknown' }
}

/** The first program that ran before one which the walk has earlier; null: bash kept to the walk's order. */
function outOfOrder(walked: Walked, recording: Recording): Execution | null {
  let reached = 0
  for (const ran of recording.executions) {
    const at = walked.commands.findIndex(
      (command, index) => index >= reached && fits(command, ran) === null,
    )
    if (at < 0) return ran
    reached = at + 1
  }
  return null
}

function strayFile(walked: Walked, recording: Recording, before: readonly string[]): string | null {
  const targets = walked.commands.flatMap((command) => command.redirects).map((each) => each.target)
  if (targets.some((word) => word.kind === 'unknown')) return null
  const names = targets.map((word) => (word.kind === 'known' ? word.text.replace(/^.*\//, '') : ''))
  return recording.files.find((name) => !before.includes(name) && !names.includes(name)) ?? null
}

/** Names in the folder as bash lists them, for the one level that the generated globs use; else null. */
export function listingGlob(names: readonly string[]): Setting['glob'] {
  return (pattern, cwd) => {
    if (/\[\[|\/|\[.*[\\[]|\\\[|\[$|\[\]/.test(pattern)) return null
    const source = pattern.replace(
      /\\(.)|\*|\?|\[[!^]?[^\]]*\]|[^\\*?[]+/gs,
      (part, escaped: string | undefined) => {
        if (escaped !== undefined) return escaped.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&')
        if (part === '*') return '.*'
        if (part === '?') return '.'
        if (part.startsWith('[')) return part.replace(/^\[!/, '[^')
        return part.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&')
      },
    )
    void cwd
    const regex = new RegExp(`^${source}$`, 'su')
    const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
    return names
      .filter((name) => regex.test(name) && (pattern.startsWith('.') || !name.startsWith('.')))
      .sort(order)
  }
}
