/**
 * Prints an analysed line back for bash: every word in single quotes, so that what was judged is all that runs.
 */
import type { Word } from '../../model/word.ts'
import { behindPrefix } from './builtins.ts'
import type { Redirect, ShellNode, SimpleCommand, Walked } from './walked.ts'

/** Why a line cannot be printed, and where. */
export interface Unprintable {
  readonly reason: string
  readonly start: number
  readonly end: number
}

class CannotPrint extends Error {
  readonly why: Unprintable

  constructor(why: Unprintable) {
    super(why.reason)
    this.why = why
  }
}

/** The line as bash shall run it; null when it holds something that is not known or not rendered. */
export function printNode(walked: Walked): string | null {
  const result = print(walked)
  return typeof result === 'string' ? result : null
}

/** Why `printNode` gives null; null when it does not. */
export function unprintable(walked: Walked): Unprintable | null {
  const result = print(walked)
  return typeof result === 'string' ? null : result
}

function print(walked: Walked): string | Unprintable {
  if (walked.refused) return { reason: walked.refused.reason, start: 0, end: 0 }
  const [unknown] = walked.unknowns
  if (unknown) return unknown
  if (!walked.tree) return { reason: 'the line runs nothing', start: 0, end: 0 }
  try {
    return node(walked, walked.tree)
  } catch (error) {
    if (error instanceof CannotPrint) return error.why
    throw error
  }
}

/** A text in single quotes. */
export function quote(text: string): string {
  return `'${text.replace(/'/g, "'\\''")}'`
}

function known(word: Word): string {
  if (word.kind === 'unknown') throw new CannotPrint(word)
  if (word.text.includes('\0'))
    throw new CannotPrint({ ...word, reason: 'a word holds a zero byte' })
  // A name that a glob gave must not turn into an option.
  return word.glob !== undefined && word.text.startsWith('-') ? `./${word.text}` : word.text
}

function node(walked: Walked, tree: ShellNode): string {
  switch (tree.kind) {
    case 'command': {
      const found = walked.commands[tree.command]
      if (!found) throw new CannotPrint({ reason: 'a command is missing', start: 0, end: 0 })
      return command(found)
    }
    case 'pipeline': {
      const time = tree.timed === undefined ? '' : tree.timed === 'posix' ? 'time -p ' : 'time '
      const stages = tree.stages.map((stage) => node(walked, stage))
      if (stages.length === 0)
        throw new CannotPrint({ reason: '`time` or `!` alone is not printed', start: 0, end: 0 })
      const joined = stages.reduce(
        (line, stage, index) =>
          `${line} ${tree.withStderr[index - 1] === true ? '|&' : '|'} ${stage}`,
      )
      return time + (tree.isNegated ? '! ' : '') + joined
    }
    case 'list':
      return list(walked, tree)
    case 'group': {
      const body = node(walked, tree.body)
      const redirects = tree.redirects.map((each) => ` ${redirect(each)}`).join('')
      return (tree.isSubshell ? `( ${body}\n)` : `{ ${body}\n}`) + redirects
    }
    default:
      throw new CannotPrint({
        reason: `${tree.name} is not run from its parts`,
        start: tree.start,
        end: tree.end,
      })
  }
}

function list(walked: Walked, tree: Extract<ShellNode, { kind: 'list' }>): string {
  let line = ''
  tree.parts.forEach((part, index) => {
    const operator = tree.operators[index]
    line += node(walked, part)
    if (operator === '&') line += ' & '
    else if (index < tree.parts.length - 1) line += operator === ';' ? '\n' : ` ${operator ?? ';'} `
  })
  return line.trimEnd()
}

/** Declaration builtins read their words as assignments again. */
const DECLARING = new Set(['declare', 'typeset', 'local', 'export', 'readonly'])
/** Builtins whose words are code: what they run was walked, but is not in the tree. */
const RUNNING = new Set(['eval', 'source', '.', 'trap', 'alias'])

function command(found: SimpleCommand): string {
  const words = found.argv.map(known)
  const name = words[0]
  const behind = behindPrefix(found.argv).argv[0]
  if (behind?.kind === 'known' && RUNNING.has(behind.text)) {
    throw new CannotPrint({ ...found, reason: `\`${behind.text}\` is not run from its parts` })
  }
  if (name !== undefined && DECLARING.has(name)) {
    const isPlain = words
      .slice(1)
      .every((word) => /^(?:-[xgr]+|[A-Za-z_]\w*(?:=(?!\().*)?)$/s.test(word))
    if (!isPlain)
      throw new CannotPrint({ ...found, reason: `\`${name}\` with attributes is not printed` })
  }
  const assignments = found.assignments.map((each) => {
    if (each.isAppend || each.value.kind === 'unknown') {
      throw new CannotPrint({
        ...each,
        reason: each.isAppend ? '`+=` is not printed' : (each.value as { reason: string }).reason,
      })
    }
    return `${each.name}=${quote(each.value.text)}`
  })
  return [...assignments, ...words.map(quote), ...found.redirects.map(redirect)].join(' ')
}

function redirect(found: Redirect): string {
  if (found.fd === null) throw new CannotPrint({ ...found, reason: '`{name}>` is not printed' })
  const text = known(found.target)
  if (found.kind === 'data') {
    const { fd } = found
    if (text === '') return `${fd}</dev/null`
    if (!text.endsWith('\n'))
      throw new CannotPrint({ ...found, reason: 'a here-document without a last newline' })
    return `${fd}<<<${quote(text.slice(0, -1))}`
  }
  const isRead = found.direction === 'read'
  if (found.kind === 'close') return `${found.fd}${isRead ? '<' : '>'}&-`
  if (found.kind === 'fd') {
    if (!/^\d+$/.test(text))
      throw new CannotPrint({ ...found, reason: 'the target is not a descriptor' })
    return `${found.fd}${isRead ? '<' : '>'}&${text}`
  }
  const operator = { read: '<', write: '>', append: '>>', 'read-write': '<>' }[found.direction]
  if (found.isBoth) return `${found.direction === 'append' ? '&>>' : '&>'}${quote(text)}`
  return `${found.fd}${operator}${found.isForced ? '|' : ''}${quote(text)}`
}
