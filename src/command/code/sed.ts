/**
 * sed scripts: addresses and commands of POSIX and GNU sed. `e` and `s///e` run commands, `r`, `R`, `w`, `W` and
 * `s///w` use files.
 * Source: GNU sed 4.9 manual, "sed scripts".
 */
import type { CodeUse } from './read.ts'

/** What a sed script uses; null: it runs a command, or is not understood. */
export function readSed(script: string): readonly CodeUse[] | null {
  const uses: CodeUse[] = []
  let at = 0
  const skip = (pattern: RegExp): string => {
    pattern.lastIndex = at
    const found = pattern.exec(script)
    if (!found) return ''
    at += found[0].length
    return found[0]
  }
  const file = (kind: 'read' | 'write'): boolean => {
    skip(/[ \t]*/y)
    const path = skip(/[^\n]+/y)
    if (path === '') return false
    uses.push({ kind, path, isTree: false })
    return true
  }
  while (at < script.length) {
    skip(/[\s;]*/y)
    if (at >= script.length) break
    if (!skipAddresses()) return null
    const command = script[at++] ?? ''
    if (!readCommand(command)) return null
  }
  return uses

  function skipAddresses(): boolean {
    if (!skipAddress()) return false
    if (skip(/[ \t]*,[ \t]*/y) !== '' && !skipAddress()) return false
    skip(/[ \t!]*/y)
    return true
  }

  function skipAddress(): boolean {
    if (skip(/[+~]?\d+(?:~\d+)?|\$/y) !== '') return true
    const delimiter = script[at] === '\\' ? script[at + 1] : script[at] === '/' ? '/' : undefined
    if (delimiter === undefined) return true
    at += script[at] === '\\' ? 2 : 1
    if (!skipTo(delimiter)) return false
    skip(/[IM]*/y)
    return true
  }

  /** Past the next unescaped delimiter; classes hide it not, as in sed. */
  function skipTo(delimiter: string): boolean {
    for (; at < script.length; at++) {
      if (script[at] === '\\') at++
      else if (script[at] === '[' && delimiter !== '[') skipClass()
      else if (script[at] === delimiter) {
        at++
        return true
      }
    }
    return false
  }

  function skipClass(): void {
    const found = /\[\^?\]?[^\]\n]*\]/y
    found.lastIndex = at
    const text = found.exec(script)?.[0]
    // WHY: an unclosed class is a plain bracket; reading on from it can only meet the delimiter sooner.
    if (text !== undefined && !text.includes('/')) at += text.length - 1
  }

  function readCommand(command: string): boolean {
    if (/[{}=dDgGhHnNpPxzF]/.test(command)) return true
    if (/[lLqQ]/.test(command)) {
      skip(/[ \t]*\d*/y)
      return true
    }
    if (/[btT:]/.test(command)) {
      skip(/[ \t]*[^\s;}]*/y)
      return true
    }
    if (command === '#') {
      skip(/[^\n]*/y)
      return true
    }
    if (/[aic]/.test(command)) {
      skip(/(?:\\\n|\\[^\n]|[^\\\n])*/y)
      return true
    }
    if (command === 'r' || command === 'R') return file('read')
    if (command === 'w' || command === 'W') return file('write')
    if (command === 's') return readSubstitute()
    if (command === 'y') {
      const delimiter = script[at++]
      return delimiter !== undefined && skipTo(delimiter) && skipTo(delimiter)
    }
    return false
  }

  function readSubstitute(): boolean {
    const delimiter = script[at++]
    if (delimiter === undefined || !skipTo(delimiter) || !skipReplacement(delimiter)) return false
    const flags = skip(/[gpIiMm0-9]*/y)
    if (flags.length > 16 || script[at] === 'e') return false
    if (script[at] === 'w') {
      at++
      return file('write')
    }
    const next = script[at]
    return next === undefined || /[\s;}#]/.test(next)
  }

  function skipReplacement(delimiter: string): boolean {
    for (; at < script.length; at++) {
      if (script[at] === '\\') at++
      else if (script[at] === delimiter) {
        at++
        return true
      }
    }
    return false
  }
}
