/**
 * A walk in a few words, for tables of lines.
 */
import { initialScope, walk } from '../../src/command/shell/walk.ts'
import type { Walked, WalkInput } from '../../src/command/shell/walked.ts'
import type { Word } from '../../src/model/word.ts'

/** The line; the words of each command that has any, or why the line is refused; why it is unknown. */
export type Row = readonly [string, readonly (readonly string[])[] | string, string?]

/** Two folders' worth of files: `*.txt` matches two, `*.none` nothing, the rest is not known. */
const glob: WalkInput['glob'] = (pattern, cwd) => {
  if (cwd !== '/w') return null
  return pattern === '*.txt' ? ['a.txt', 'b.txt'] : pattern === '*.none' ? [] : null
}

export function walkLine(text: string, dialect: WalkInput['dialect'] = 'bash'): Walked {
  return walk({ text, dialect, scope: initialScope({ cwds: ['/w'] }), home: '/home/u', glob })
}

export function showWord(word: Word): string {
  if (word.kind === 'known') return word.text
  const values = word.values ? `(${word.values.join('|')})` : ''
  return `${word.prefix}…${word.suffix}${values}${word.isMany ? '*' : ''}`
}

/** What stands in a row after the line. */
export function readRow(line: string, dialect: WalkInput['dialect'] = 'bash'): readonly unknown[] {
  const walked = walkLine(line, dialect)
  if (walked.refused) return [`refused: ${walked.refused.code} ${walked.refused.reason}`]
  const commands = walked.commands.flatMap((command) =>
    command.argv.length > 0 ? [command.argv.map(showWord)] : [],
  )
  const reasons = walked.unknowns.map((part) => part.reason).join(' + ')
  return reasons === '' ? [commands] : [commands, reasons]
}
