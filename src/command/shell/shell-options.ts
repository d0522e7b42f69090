/**
 * `set` and `shopt`: options that change how the rest of the line is read or expanded.
 */
import { type Call, type Handler, textsOf } from './call.ts'
import { type Context, noteUnknown } from './context.ts'
import { UNKNOWN_ZERO } from './positional.ts'
import { withPositional } from './state.ts'

const SET_SAFE = /^[-+](?:[aehtuvbmCHET]+|o)$/
const SET_NAMES = new Set([
  'errexit',
  'nounset',
  'pipefail',
  'verbose',
  'allexport',
  'noclobber',
  'hashall',
  'errtrace',
  'functrace',
  'histexpand',
  'monitor',
  'notify',
  'onecmd',
  'vi',
  'emacs',
])

/** `set`: options of the shell, and the positional parameters. */
export const set: Handler = (context, call) => {
  const texts = textsOf(call.args)
  if (!texts) {
    const isOperands = call.args[0]?.kind === 'known' && call.args[0].text === '--'
    context.state = withPositional(context.state, undefined)
    if (!isOperands)
      noteUnknown(context, '`set` is given words that are only known when the line runs', call.span)
    return
  }
  let at = 0
  for (; at < texts.length; at++) {
    const text = texts[at] ?? ''
    if (text === '--' || text === '-') break
    if (!/^[-+]./.test(text)) break
    if (text.endsWith('o') && text.length > 1) at = setNamed(context, call, texts, at)
    else setLetters(context, call, text)
  }
  const hasMark = texts[at] === '--' || texts[at] === '-'
  if (hasMark) at++
  const words = call.args.slice(at)
  if (words.length > 0 || texts[at - 1] === '--') {
    const zero = context.state.positional?.[0]
    context.state = withPositional(
      context.state,
      zero ? [zero, ...words] : [{ ...UNKNOWN_ZERO, ...call.span }, ...words],
    )
  }
}

function setLetters(context: Context, call: Call, text: string): void {
  for (const letter of text.slice(1)) {
    if (letter === 'f') context.state = { ...context.state, hasPlainGlobs: false }
    else if (letter === 'x') noteTrace(context, call)
    else if (!SET_SAFE.test(`-${letter}`)) {
      noteUnknown(context, `\`set ${text}\` changes how the line is read`, call.span)
    }
  }
}

/** `set -euo pipefail`: letters, then a name as the next word. */
function setNamed(context: Context, call: Call, texts: readonly string[], at: number): number {
  const text = texts[at] ?? ''
  setLetters(context, call, text.slice(0, -1))
  const name = texts[at + 1]
  if (name === undefined) return at
  if (name === 'noglob') context.state = { ...context.state, hasPlainGlobs: false }
  else if (name === 'xtrace') noteTrace(context, call)
  else if (!SET_NAMES.has(name)) {
    noteUnknown(context, `\`set ${text} ${name}\` changes how the line is read`, call.span)
  }
  return at + 1
}

/** Tracing expands PS4, which the text may have set to code. */
function noteTrace(context: Context, call: Call): void {
  if (context.state.variables.has('PS4') || !context.state.isComplete) {
    noteUnknown(context, 'tracing runs the code in `PS4`', call.span)
  }
}

const GLOB_OPTIONS = new Set([
  'nullglob',
  'dotglob',
  'failglob',
  'globstar',
  'nocaseglob',
  'globasciiranges',
  'globskipdots',
  'nocasematch',
])

/** `shopt`: only options of globs are followed. */
export const shopt: Handler = (context, call) => {
  const texts = textsOf(call.args)
  const isChange = texts === null || texts.some((text) => /^-[a-z]*[su]/.test(text))
  if (!isChange) return
  const names = texts?.filter((text) => !text.startsWith('-'))
  if (names && names.length > 0 && names.every((name) => GLOB_OPTIONS.has(name))) {
    context.state = { ...context.state, hasPlainGlobs: false }
    return
  }
  noteUnknown(context, '`shopt` changes how the line is read', call.span)
}
