/**
 * awk programs, read conservatively: a program without `system`, pipes, `getline`, output redirection, extensions and
 * indirect calls only reads its input and writes its standard output.
 * Source: POSIX awk; GNU awk manual, "Input/Output functions", "Redirecting output".
 */
import type { CodeUse } from './read.ts'

/** What an awk program uses; null: it may run or write something. */
export function readAwk(program: string): readonly CodeUse[] | null {
  const bare = withoutLiterals(program)
  if (bare === null) return null
  if (/\b(?:system|getline|close|fflush|ENVIRON)\b|@/.test(bare)) return null
  if (/(?<!\|)\|(?!\|)/.test(bare)) return null
  return mayRedirect(bare) ? null : []
}

/** `print … > file`: any `>` after a print that is not inside parentheses. */
function mayRedirect(bare: string): boolean {
  for (const statement of bare.split(/[;\n{}]/)) {
    const print = /\bprintf?\b(.*)$/s.exec(statement)
    if (!print) continue
    let depth = 0
    for (const char of print[1] ?? '') {
      if (char === '(') depth++
      else if (char === ')') depth--
      else if (char === '>' && depth <= 0) return true
    }
  }
  return false
}

/** The program with strings, regexes and comments emptied; null: one is not closed. */
function withoutLiterals(program: string): string | null {
  let bare = ''
  for (let at = 0; at < program.length; at++) {
    const char = program[at] ?? ''
    if (char === '#') {
      const end = program.indexOf('\n', at)
      at = end < 0 ? program.length : end - 1
    } else if (char === '"' || (char === '/' && startsRegex(bare))) {
      const end = closing(program, at, char)
      if (end < 0) return null
      bare += char === '"' ? '""' : '//'
      at = end
    } else bare += char
  }
  return bare
}

/** A slash is a division only after a value. */
function startsRegex(before: string): boolean {
  return !/[\w)\]$"]\s*$/.test(before)
}

function closing(text: string, start: number, delimiter: string): number {
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === '\\') at++
    else if (text[at] === delimiter) return at
    else if (text[at] === '\n') return -1
  }
  return -1
}
