/**
 * What builtins do to the shell itself, and where they run their arguments as code. What they do outside (files,
 * programs) is knowledge of programs and not here.
 */
import type { Word } from '../../model/word.ts'
import { evaluate as evaluateArithmetic } from './arithmetic.ts'
import { type Call, type Handler, textsOf } from './call.ts'
import { type Context, noteUnknown, payFor, within } from './context.ts'
import { declare } from './declare.ts'
import { changeDirectory, popDirectory, pushDirectory } from './directories.ts'
import { parse } from './nodes.ts'
import { readChanges } from './read.ts'
import { set, shopt } from './shell-options.ts'
import { noteSpecial } from './special-variables.ts'
import {
  withAlias,
  withFunction,
  withNothingKnown,
  withPositional,
  withVariables,
} from './state.ts'

const NAME = /^[A-Za-z_]\w*$/

/** Sets variables to values that only the run knows; names that are not plain are code. */
export function forget(context: Context, names: readonly string[], call: Call): void {
  for (const name of names) {
    if (!NAME.test(name)) {
      noteUnknown(context, `\`${call.name}\` evaluates \`${name.slice(0, 40)}\` as code`, call.span)
      continue
    }
    noteSpecial(context, name, null, call.span)
  }
  const plain = names.filter((name) => NAME.test(name))
  context.state = withVariables(
    context.state,
    plain.map((name) => ({ name, values: null })),
  )
}

/** Words whose values are not known may name any variable. */
function forgetAll(context: Context, call: Call): void {
  noteUnknown(
    context,
    `\`${call.name}\` is given words that are only known when the line runs`,
    call.span,
  )
  context.state = withNothingKnown(context.state)
}

/** Operands after options; `valued` are the option letters that take a value. */
function operandsOf(
  texts: readonly string[],
  valued: string,
): { operands: string[]; values: Map<string, string> } {
  const values = new Map<string, string>()
  let at = 0
  for (; at < texts.length; at++) {
    const text = texts[at] ?? ''
    if (text === '--') {
      at++
      break
    }
    if (!/^-./.test(text)) break
    for (let k = 1; k < text.length; k++) {
      const letter = text[k] ?? ''
      if (!valued.includes(letter)) {
        values.set(letter, '')
        continue
      }
      values.set(letter, k + 1 < text.length ? text.slice(k + 1) : (texts[++at] ?? ''))
      break
    }
  }
  return { operands: texts.slice(at), values }
}

const read: Handler = (context, call) => {
  const texts = textsOf(call.args)
  if (!texts) return forgetAll(context, call)
  const { operands, values } = operandsOf(texts, 'adinNptu')
  const array = values.get('a')
  const names = array === undefined ? operands : [...operands, array]
  const known = readChanges(context, call, operands, values)
  forget(context, names.length > 0 ? names : ['REPLY'], call)
  if (known) context.state = withVariables(context.state, known)
}

const mapfile: Handler = (context, call) => {
  const texts = textsOf(call.args)
  if (!texts) return forgetAll(context, call)
  const { operands, values } = operandsOf(texts, 'dnOsuCc')
  if (values.has('C')) noteUnknown(context, `\`${call.name} -C\` runs code`, call.span)
  forget(context, operands.length > 0 ? operands : ['MAPFILE'], call)
}

const getopts: Handler = (context, call) => {
  const name = call.args[1]
  if (name?.kind !== 'known') return forgetAll(context, call)
  context.state = withVariables(context.state, [
    { name: 'OPTARG', values: null },
    { name: 'OPTIND', values: null, isInteger: true },
  ])
  if (NAME.test(name.text)) forget(context, [name.text], call)
  else noteUnknown(context, '`getopts` is given a name that is not plain', call.span)
}

const printf: Handler = (context, call) => {
  const first = call.args[0]
  if (first?.kind === 'unknown') {
    const mayBeOption = first.isMany || first.prefix === '' || first.prefix.startsWith('-')
    if (mayBeOption && !first.values?.every((value) => !value.startsWith('-')))
      forgetAll(context, call)
    return
  }
  if (first === undefined || !first.text.startsWith('-v')) return
  const name =
    first.text === '-v' ? call.args[1] : { kind: 'known' as const, text: first.text.slice(2) }
  if (name?.kind !== 'known') return forgetAll(context, call)
  forget(context, [name.text], call)
}

const unset: Handler = (context, call) => {
  const texts = textsOf(call.args)
  if (!texts) return forgetAll(context, call)
  const isFunctions = texts[0] === '-f'
  const names = texts.filter((text) => !text.startsWith('-'))
  if (!isFunctions) forget(context, names, call)
  const functions = names.filter((name) => context.state.functions.has(name))
  for (const name of functions) context.state = withFunction(context.state, name, null)
}

const shift: Handler = (context, call) => {
  const count = call.args[0]
  const { positional } = context.state
  const by =
    count === undefined
      ? 1
      : count.kind === 'known' && /^\d{1,4}$/.test(count.text)
        ? Number(count.text)
        : null
  const [zero, ...words] = positional ?? []
  const isKnown = by !== null && zero !== undefined && by <= words.length
  context.state = withPositional(context.state, isKnown ? [zero, ...words.slice(by)] : undefined)
}

const alias: Handler = (context, call) => {
  for (const word of call.args) {
    const match = word.kind === 'known' ? /^([^=]+)=(.*)$/s.exec(word.text) : null
    if (match) context.state = withAlias(context.state, match[1] ?? '', match[2] ?? null)
    else if (word.kind === 'unknown') {
      noteUnknown(context, 'an alias is only known when the line runs', call.span)
    }
  }
}

const evaluate: Handler = (context, call) => {
  const texts = textsOf(
    call.args[0]?.kind === 'known' && call.args[0].text === '--' ? call.args.slice(1) : call.args,
  )
  if (!texts) {
    noteUnknown(context, '`eval` runs code that is only known when the line runs', call.span)
    context.state = withNothingKnown(context.state)
    return undefined
  }
  const code = texts.join(' ')
  return code.trim() === '' ? undefined : context.runText(context, code, call.span)
}

const source: Handler = (context, call) => {
  const [file] = textsOf(call.args.slice(0, 1)) ?? []
  if (file !== undefined && /^\/(?:dev\/stdin|dev\/fd\/0|proc\/self\/fd\/0)$/.test(file)) {
    if (call.stdin?.kind === 'known') {
      return call.stdin.text.trim() === ''
        ? undefined
        : context.runText(context, call.stdin.text, call.span)
    }
    noteUnknown(context, 'code is read from an input that is not known', call.span)
  }
  context.state = withNothingKnown(context.state)
  return undefined
}

/** Code that may change variables, directories or functions. */
const CHANGING =
  /[={(]|(?:^|[^\w-])(?:cd|pushd|popd|eval|source|\.|read|unset|set|shift|shopt|mapfile|readarray|getopts|printf|let|[$`"'\\])/

const trap: Handler = (context, call) => {
  const words =
    call.args[0]?.kind === 'known' && call.args[0].text === '--' ? call.args.slice(1) : call.args
  const [code, ...signals] = words
  if (code?.kind === 'known' && (/^-[lp]/.test(code.text) || code.text === '-' || code.text === ''))
    return
  if (code === undefined || signals.length === 0) return
  if (code.kind !== 'known') {
    noteUnknown(context, '`trap` runs code that is only known when the line runs', call.span)
    return
  }
  const isExit = signals.every(
    (signal) => signal.kind === 'known' && /^(?:EXIT|0)$/.test(signal.text),
  )
  if (!isExit && CHANGING.test(code.text)) {
    noteUnknown(context, '`trap` runs code at any time that changes the shell', call.span)
  }
  context.traps.push({
    code: code.text,
    state: context.state,
    span: call.span,
    isExit,
  })
}

/** `test -v 'a[$(cmd)]'` evaluates the subscript. */
const test: Handler = (context, call) => {
  call.args.forEach((word, index) => {
    const isNameTest = word.kind === 'known' ? word.text === '-v' || word.text === '-R' : false
    const name = call.args[index + 1]
    if (!isNameTest || name === undefined) return
    if (name.kind !== 'known' || !/^[\w-]*(?:\[(?:\d+|@|\*)\])?$/.test(name.text)) {
      noteUnknown(context, `\`${call.name} -v\` evaluates a name that is not plain`, call.span)
    }
  })
  const [first] = call.args
  if (first?.kind === 'unknown' && first.isMany && call.args.length <= 2 && first.prefix === '') {
    // `[ $X ]` may become `[ -v a[…] ]`.
    noteUnknown(
      context,
      `\`${call.name}\` is given unquoted words that are only known when the line runs`,
      call.span,
    )
  }
}

const runsCode =
  (why: string, isUse: (texts: readonly string[] | null) => boolean = () => true): Handler =>
  (context, call) => {
    if (isUse(textsOf(call.args))) noteUnknown(context, why, call.span)
  }

const hasLetter =
  (letters: RegExp) =>
  (texts: readonly string[] | null): boolean =>
    texts === null || texts.some((text) => letters.test(text))

const wait: Handler = (context, call) => {
  const texts = textsOf(call.args)
  const at = texts?.findIndex((text) => /^-[fn]*p/.test(text)) ?? -1
  if (!texts || at < 0) return
  forget(context, [texts[at + 1] ?? ''], call)
}

const letBuiltin: Handler = (context, call) => {
  const texts = textsOf(call.args)
  for (const text of texts ?? ['']) {
    const isPlain = /^[\w\s+*/%()<>=!&|^~?:,-]+$/.test(text)
    const statement = isPlain ? parse(`((${text}))`).commands[0]?.command : undefined
    if (statement?.type !== 'ArithmeticCommand' || !payFor(context, text.length)) {
      noteUnknown(context, '`let` evaluates its words as code', call.span)
      context.state = withNothingKnown(context.state)
      return
    }
    within(context, { fixedSpan: call.span }, () =>
      evaluateArithmetic(context, statement.expression),
    )
  }
}

const exit: Handler = () => ({ isExit: true })

/** Builtins that act on the shell or run code; others need no handler. */
export const BUILTINS: ReadonlyMap<string, Handler> = new Map<string, Handler>([
  ['cd', changeDirectory],
  ['pushd', pushDirectory],
  ['popd', popDirectory],
  ['declare', declare],
  ['typeset', declare],
  ['local', declare],
  ['export', declare],
  ['readonly', declare],
  ['read', read],
  ['mapfile', mapfile],
  ['readarray', mapfile],
  ['getopts', getopts],
  ['printf', printf],
  ['unset', unset],
  ['shift', shift],
  ['set', set],
  ['shopt', shopt],
  ['alias', alias],
  ['eval', evaluate],
  ['source', source],
  ['.', source],
  ['trap', trap],
  ['test', test],
  ['[', test],
  ['let', letBuiltin],
  ['wait', wait],
  ['exit', exit],
  ['hash', runsCode('`hash -p` puts another program behind a name', hasLetter(/^-\w*p/))],
  ['enable', runsCode('`enable` changes which builtins hold')],
  ['compgen', runsCode('`compgen` runs code', hasLetter(/^-\w*[CFWX]/))],
  ['complete', runsCode('`complete` registers code', hasLetter(/^-\w*[CFWX]/))],
  ['bind', runsCode('`bind` registers code', hasLetter(/^-\w*[xf]/))],
  ['jobs', runsCode('`jobs -x` runs a command', hasLetter(/^-\w*x/))],
  ['fc', runsCode('`fc` runs commands of the history')],
])

/** The builtin behind `command` and `builtin`; null when the words are not known or only name something. */
export function behindPrefix(argv: readonly Word[]): {
  readonly argv: readonly Word[]
  readonly isUnknown: boolean
} {
  let words = argv
  for (;;) {
    const [first] = words
    if (first?.kind !== 'known') return { argv: words, isUnknown: first !== undefined }
    if (first.text !== 'command' && first.text !== 'builtin')
      return { argv: words, isUnknown: false }
    let at = 1
    for (; at < words.length; at++) {
      const word = words[at]
      if (word?.kind !== 'known' || !word.text.startsWith('-')) break
      if (word.text === '--') {
        at++
        break
      }
      if (/[vV]/.test(word.text)) return { argv: [], isUnknown: false }
    }
    words = words.slice(at)
    if (words.length === 0) return { argv: [], isUnknown: false }
  }
}
