/**
 * Asks the person at the terminal, once: shows exactly what would run, takes `once` or no. Whatever was typed before
 * the question counts for nothing, and so does silence, Ctrl-C or a terminal that is gone.
 */
import fs from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { neutralise } from '../base/neutral.ts'
import type { Decision } from '../model/decision.ts'

export type Answer = 'once' | 'no'

/** The terminal, passed in so that tests can stand in for it. */
export interface PromptTerminal {
  write(text: string): void
  /** Throws away what was typed so far. */
  flush(): void
  /** One line as it was typed; null: interrupted, closed, or too late. */
  readLine(deadlineMs: number | null): Promise<string | null>
  close(): void
}

export interface Question {
  readonly decision: Decision
  /** Argv of each program, in order. */
  readonly commands: readonly (readonly string[])[]
  /** What bash gets; null where no shell is started. */
  readonly line: string | null
  readonly cwd: string
  /** `bwrap`, `none` … */
  readonly backend: string
  /** Redirections and variables that `oa` itself sets, for people. */
  readonly extras: readonly string[]
  readonly withinMs: number | null
}

/** Asks; anything but a clear yes is no. */
export async function ask(terminal: PromptTerminal, question: Question): Promise<Answer> {
  try {
    terminal.write(questionText(question))
    terminal.flush()
    terminal.write('Run it once? [once/No] ')
    const answer = await terminal.readLine(question.withinMs)
    return answer !== null && /^(?:o|once|y|yes)$/i.test(answer.trim()) ? 'once' : 'no'
  } catch {
    return 'no'
  } finally {
    terminal.close()
  }
}

/** The question, harmless to look at: one element a line, nothing hidden, nothing that moves the cursor. */
export function questionText(question: Question): string {
  const { decision, commands, line, cwd, backend } = question
  const lines = [`oa asks: ${neutralise(decision.reason)}`]
  for (const argv of commands) {
    lines.push('  would run')
    argv.forEach((word, index) => lines.push(`    ${index === 0 ? ' ' : index}  ${shown(word)}`))
  }
  for (const extra of question.extras) lines.push(`  ${neutralise(extra)}`)
  if (line !== null) {
    lines.push('  as bash gets it', ...line.split('\n').map((each) => `    ${neutralise(each)}`))
  }
  lines.push(`  in       ${neutralise(cwd)}`)
  lines.push(`  sandbox  ${backend === 'none' ? 'none: nothing is held back' : backend}`)
  lines.push(`  risk     ${decision.risk}`)
  for (const action of decision.actions) {
    if (action.decision !== 'ask') continue
    lines.push(`  asks     ${neutralise(action.reason)}`)
  }
  if (decision.instead !== undefined) lines.push(`  instead  ${neutralise(decision.instead)}`)
  return `${lines.join('\n')}\n`
}

/** A word that is empty or ends in a blank would not be seen. */
function shown(word: string): string {
  return word === '' || /^ | $/.test(word) ? `'${neutralise(word)}'` : neutralise(word)
}

const CTRL_C = 3
const CTRL_D = 4
const BACKSPACE = new Set([8, 127])
const LINE_END = new Set([10, 13])
const ANSWER_BYTES_MAX = 64
const POLL_MS = 30

/** The controlling terminal of this process; null where there is none. */
export function openTerminal(): PromptTerminal | null {
  let fd: number
  try {
    const { O_RDWR, O_NONBLOCK, O_NOCTTY } = fs.constants
    fd = fs.openSync('/dev/tty', O_RDWR | O_NONBLOCK | O_NOCTTY)
  } catch {
    return null
  }
  return new OpenTerminal(fd)
}

class OpenTerminal implements PromptTerminal {
  readonly #fd: number

  constructor(fd: number) {
    this.#fd = fd
    // Raw: Ctrl-C is a key here, and half a line typed before is seen and thrown away.
    process.stdin.setRawMode(true)
  }

  write(text: string): void {
    const bytes = Buffer.from(text.replaceAll('\n', '\r\n'))
    let at = 0
    while (at < bytes.length) {
      try {
        at += fs.writeSync(this.#fd, bytes, at)
      } catch (error) {
        if (codeOf(error) !== 'EAGAIN') throw error
      }
    }
  }

  flush(): void {
    while (this.#read().length > 0);
  }

  async readLine(deadlineMs: number | null): Promise<string | null> {
    const until = deadlineMs === null ? Number.POSITIVE_INFINITY : performance.now() + deadlineMs
    const typed: number[] = []
    while (performance.now() < until) {
      const bytes = this.#read()
      for (const byte of bytes) {
        if (byte === CTRL_C || byte === CTRL_D) return this.#end(null)
        if (LINE_END.has(byte)) return this.#end(Buffer.from(typed).toString('latin1'))
        if (BACKSPACE.has(byte)) {
          if (typed.pop() !== undefined) this.write('\b \b')
        } else if (byte >= 32 && byte < 127) {
          typed.push(byte)
          this.write(String.fromCharCode(byte))
        } else return this.#end(null)
        if (typed.length > ANSWER_BYTES_MAX) return this.#end(null)
      }
      if (bytes.length === 0) await sleep(POLL_MS)
    }
    return this.#end(null)
  }

  #end(answer: string | null): string | null {
    this.write('\n')
    return answer
  }

  /** What is there now; throws when the terminal is gone. */
  #read(): Uint8Array {
    const buffer = Buffer.alloc(256)
    try {
      const count = fs.readSync(this.#fd, buffer)
      if (count === 0) throw new Error('the terminal is closed')
      return buffer.subarray(0, count)
    } catch (error) {
      if (codeOf(error) === 'EAGAIN') return buffer.subarray(0, 0)
      throw error
    }
  }

  close(): void {
    try {
      process.stdin.setRawMode(false)
    } finally {
      fs.closeSync(this.#fd)
    }
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : ''
}
