/**
 * `$x` and `${…}`: what the state knows of a parameter, as pieces of a word.
 */

import { VALUES_MAX } from '../../base/limits.ts'
import type { Word } from '../../model/word.ts'
import { textsOf } from './call.ts'
import { type Context, noteUnknownAt } from './context.ts'
import { DEFAULT_IFS, type Piece, textPiece, unknownPiece } from './fields.ts'
import { runNested } from './nested.ts'
import type { ParameterExpansionPart, Word as WordNode } from './nodes.ts'
import { isSurelyInteger, type State, withVariables } from './state.ts'

/** All texts a parameter may have, or why they are not known. */
export type Lookup =
  | { readonly values: readonly string[] }
  | { readonly values: null; readonly reason: string; readonly isNumber?: boolean }

const unknownLookup = (reason: string): Lookup => ({ values: null, reason })

/** The value of a variable in a state. */
export function lookUp(state: State, name: string, home: string): Lookup {
  const values = state.variables.get(name)
  if (values) return { values }
  if (values === null) {
    const reason = `the value of \`${name}\` is only known when the line runs`
    return { values: null, reason, isNumber: isSurelyInteger(state, name) }
  }
  if (!state.isComplete)
    return unknownLookup(`\`${name}\` may have been set by code that oa cannot read`)
  if (name === 'HOME') return { values: [home] }
  if (name === 'IFS') return { values: [DEFAULT_IFS] }
  if (name === 'PWD' && state.cwds.length > 0) return { values: state.cwds }
  return unknownLookup(`the variable \`${name}\` is not set in the line`)
}

/** IFS as it is for splitting; null when unknown. */
export function ifsOf(state: State, home: string): string | null {
  const found = lookUp(state, 'IFS', home)
  return found.values?.length === 1 ? (found.values[0] ?? null) : null
}

/** A known value set as pieces; unquoted values are still to be split and globbed. */
export function piecesOfValues(
  values: readonly string[],
  isQuoted: boolean,
  ifs: string | null,
): Piece[] {
  const only = values[0]
  if (values.length === 1 && only !== undefined) {
    return [{ kind: 'text', text: only, isQuoted, isSplit: !isQuoted }]
  }
  const isPlain =
    isQuoted ||
    (ifs !== null &&
      values.every(
        (value) =>
          value !== '' &&
          !/[*?[\]\\]/.test(value) &&
          ![...ifs].some((char) => value.includes(char)),
      ))
  const reason = `it may be ${values
    .slice(0, 4)
    .map((value) => `\`${value}\``)
    .join(' or ')}`
  return [
    {
      kind: 'unknown',
      prefix: '',
      suffix: '',
      ...(isPlain ? { values } : {}),
      isMany: !isPlain,
      reason,
    },
  ]
}

function piecesOfLookup(context: Context, found: Lookup, isQuoted: boolean): Piece[] {
  if (found.values)
    return piecesOfValues(found.values, isQuoted, ifsOf(context.state, context.input.home))
  return [unknownPiece(found.reason, !isQuoted && found.isNumber !== true)]
}

/** A positional parameter, or another word, inside a word. */
export function piecesOfWord(word: Word | undefined, isQuoted: boolean): Piece[] {
  if (!word) return [{ kind: 'text', text: '', isQuoted, isSplit: !isQuoted }]
  if (word.kind === 'known')
    return [{ kind: 'text', text: word.text, isQuoted, isSplit: !isQuoted }]
  const { prefix, suffix, values, reason } = word
  return [
    {
      kind: 'unknown',
      prefix,
      suffix,
      values: isQuoted ? values : undefined,
      isMany: !isQuoted,
      reason,
    },
  ]
}

/** `$name`, `$1`, `$#` … without any operation. */
export function simpleParameter(context: Context, name: string, isQuoted: boolean): Piece[] {
  const { positional } = context.state
  if (/^\d+$/.test(name)) {
    if (!positional)
      return [unknownPiece(`the positional parameter \`$${name}\` is not known`, !isQuoted)]
    return piecesOfWord(positional[Number(name)], isQuoted)
  }
  switch (name) {
    case '@':
    case '*':
      return allPositional(context, name, isQuoted)
    case '#':
      return positional
        ? [textPiece(String(Math.max(0, positional.length - 1)), true)]
        : [unknownPiece('the number of positional parameters is not known', false)]
    case '?':
    case '$':
      return [unknownPiece(`\`$${name}\` is only known when the line runs`, false)]
    case '!':
    case '-':
    case '_':
      return [unknownPiece(`\`$${name}\` is only known when the line runs`, !isQuoted)]
    default: {
      const elements = context.state.arrays.get(name)
      if (elements) return piecesOfWord(elements[0], isQuoted)
    }
  }
  return piecesOfLookup(context, lookUp(context.state, name, context.input.home), isQuoted)
}

/** Known words as `"$*"` joins them: by the first character of IFS; null where one of both is not known. */
function joinedWords(words: readonly Word[], ifs: string | null): string | null {
  const texts = textsOf(words)
  return texts && ifs !== null ? texts.join([...ifs][0] ?? '') : null
}

function allPositional(context: Context, name: '@' | '*', isQuoted: boolean): Piece[] {
  const { positional } = context.state
  const words = positional?.slice(1)
  const unknown = [unknownPiece(`the positional parameters \`$${name}\` are not known`, true)]
  if (!words?.every((word) => word.kind === 'known')) return unknown
  const ifs = ifsOf(context.state, context.input.home)
  if (words.length === 1) return piecesOfWord(words[0], isQuoted)
  const joined = name === '*' && isQuoted ? joinedWords(words, ifs) : null
  return joined === null ? unknown : [textPiece(joined, true)]
}

/** The words of an expansion that stands alone and may give several: `"$@"`, `"${a[@]}"`; null when it is none. */
export function wordsOf(context: Context, text: string, isQuoted: boolean): readonly Word[] | null {
  let words: readonly Word[] | undefined
  if (/^\$(?:@|\{@\})$/.test(text) || (!isQuoted && /^\$(?:\*|\{\*\})$/.test(text))) {
    words = context.state.positional?.slice(1)
  } else {
    const name = /^\$\{([A-Za-z_]\w*)\[@\]\}$/.exec(text)?.[1]
    if (name !== undefined) words = context.state.arrays.get(name)
  }
  if (!words || isQuoted) return words ?? null
  const isPlain = words.every((word) => word.kind === 'known' && /^[\w./:=@%+,-]+$/.test(word.text))
  return isPlain && ifsOf(context.state, context.input.home) === DEFAULT_IFS ? words : null
}

/** `${…}` with all its forms. `expand` gives an operand's text where it is known. */
export function parameterPieces(
  context: Context,
  part: ParameterExpansionPart,
  isQuoted: boolean,
  operandPieces: (word: WordNode, isQuoted: boolean) => Piece[],
): Piece[] {
  const { parameter, prefix, index, operation } = part
  if (operation?.type === 'Unknown' || !/^(?:\w+|[@*#?$!-])$/.test(parameter)) {
    noteUnknownAt(context, `bash may not accept \`${part.text.slice(0, 40)}\``, part)
  }
  if (prefix === '!' || operation?.type === 'Names') return indirect(context, part, isQuoted)
  if (index) return element(context, part, isQuoted)
  if (prefix === '#') return lengthOf(context, part)
  if (!operation) return simpleParameter(context, parameter, isQuoted)
  if (operation.type === 'Default') return withDefault(context, part, isQuoted, operandPieces)
  runNested(context, operation)
  if (operation.type === 'Transform' && !/^[QEAaKkLUu]$/.test(operation.operand.text)) {
    noteUnknownAt(context, `\`${part.text}\` runs the value as code`, part)
  }
  if (operation.type === 'Slice') return slice(context, part, isQuoted)
  const texts = valuesOf(context, parameter)
  const changed = texts && changedValues(texts, operation)
  if (changed) return piecesOfValues(changed, isQuoted, ifsOf(context.state, context.input.home))
  return [unknownPiece(`\`${part.text}\` is only known when the line runs`, !isQuoted)]
}

function valuesOf(context: Context, name: string): readonly string[] | null {
  if (/^\d+$/.test(name)) {
    const word = context.state.positional?.[Number(name)]
    return word?.kind === 'known' ? [word.text] : null
  }
  if (!/^[A-Za-z_]\w*$/.test(name)) return null
  return lookUp(context.state, name, context.input.home).values
}

function indirect(context: Context, part: ParameterExpansionPart, isQuoted: boolean): Piece[] {
  runNested(context, part)
  if (part.prefix === '!' && part.operation?.type !== 'Names' && !part.index) {
    noteUnknownAt(context, `\`${part.text}\` evaluates the value of another variable`, part)
  }
  return [
    unknownPiece(
      `\`${part.text}\` is only known when the line runs`,
      !isQuoted || /[@*]/.test(part.text),
    ),
  ]
}

function element(context: Context, part: ParameterExpansionPart, isQuoted: boolean): Piece[] {
  runNested(context, part)
  const subscript = part.index?.text ?? ''
  const isAll = subscript === '@' || subscript === '*'
  if (!isAll && !/^-?\d+$/.test(subscript)) {
    const isNumber =
      /^\$?[A-Za-z_]\w*$/.test(subscript) &&
      isSurelyInteger(context.state, subscript.replace(/^\$/, ''))
    if (!isNumber)
      noteUnknownAt(context, `the subscript of \`${part.text}\` is evaluated as code`, part)
  }
  const elements = context.state.arrays.get(part.parameter)
  if (elements && !part.operation && part.prefix === undefined && /^-?\d+$/.test(subscript)) {
    const at = Number(subscript)
    if (at >= 0 || -at <= elements.length) return piecesOfWord(elements.at(at), isQuoted)
  }
  const isNumber = part.prefix === '#'
  const isListed = elements !== undefined && !part.operation && isAll
  if (isListed && isNumber) return [textPiece(String(elements.length), true)]
  if (isListed && part.prefix === undefined && subscript === '*' && isQuoted) {
    const joined = joinedWords(elements, ifsOf(context.state, context.input.home))
    if (joined !== null) return [textPiece(joined, true)]
  }
  return [
    unknownPiece(
      `the value of \`${part.text}\` is only known when the line runs`,
      !isNumber && (!isQuoted || isAll),
    ),
  ]
}

function lengthOf(context: Context, part: ParameterExpansionPart): Piece[] {
  runNested(context, part)
  const values = part.operation ? null : valuesOf(context, part.parameter)
  const only = values?.length === 1 ? values[0] : undefined
  if (only !== undefined && isAscii(only)) return [textPiece(String(only.length), true)]
  return [unknownPiece(`\`${part.text}\` is only known when the line runs`, false)]
}

function withDefault(
  context: Context,
  part: ParameterExpansionPart,
  isQuoted: boolean,
  operandPieces: (word: WordNode, isQuoted: boolean) => Piece[],
): Piece[] {
  const { operation, parameter } = part
  if (operation?.type !== 'Default') return []
  const before = context.state
  const operand = operandPieces(operation.operand, isQuoted)
  const isName = /^[A-Za-z_]\w*$/.test(parameter)
  const values = valuesOf(context, parameter)
  const unknown = [unknownPiece(`\`${part.text}\` is only known when the line runs`, !isQuoted)]
  const only = values?.length === 1 ? values[0] : undefined
  if (operation.operator.endsWith('=') && isName && only === undefined) {
    context.state = withVariables(context.state, [{ name: parameter, values: null }])
    return unknown
  }
  if (only === undefined) return unknown
  const isUsed = operation.operator.startsWith(':') && only === ''
  const kind = operation.operator.slice(-1)
  if (kind === '+') return isUsed ? [textPiece('', isQuoted)] : operand
  if (!isUsed) {
    context.state = before
    return piecesOfValues([only], isQuoted, ifsOf(context.state, context.input.home))
  }
  if (kind === '-') return operand
  if (kind === '=' && isName) {
    context.state = withVariables(context.state, [{ name: parameter, values: null }])
  }
  return unknown
}

function slice(context: Context, part: ParameterExpansionPart, isQuoted: boolean): Piece[] {
  const { operation } = part
  if (operation?.type !== 'Slice') return []
  const numbers = [operation.offset, ...(operation.length ? [operation.length] : [])]
  const texts = numbers.map((word) => word.text.trim())
  const unknown = [
    unknownPiece(
      `\`${part.text}\` is only known when the line runs`,
      !isQuoted || /^[@*]$/.test(part.parameter),
    ),
  ]
  for (const text of texts) {
    const name = /^\$?\{?([A-Za-z_]\w*)\}?$/.exec(text)?.[1]
    const isSafe =
      /^-?\d*$/.test(text) || (name !== undefined && isSurelyInteger(context.state, name))
    if (!isSafe)
      noteUnknownAt(context, `\`${part.text}\` evaluates \`${text.slice(0, 40)}\` as code`, part)
  }
  const values = valuesOf(context, part.parameter)
  const isPlain = texts.every((text) => /^\d{1,9}$/.test(text))
  if (!values?.every(isAscii) || !isPlain) return unknown
  const offset = Number(texts[0])
  const length = texts[1] === undefined ? undefined : Number(texts[1])
  const cut = values.map((value) =>
    [...value].slice(offset, length === undefined ? undefined : offset + length).join(''),
  )
  return piecesOfValues([...new Set(cut)], isQuoted, ifsOf(context.state, context.input.home))
}

const TRANSFORMS: ReadonlyMap<string, (value: string) => string> = new Map([
  ['U', (value) => value.toUpperCase()],
  ['L', (value) => value.toLowerCase()],
  ['u', (value) => value.slice(0, 1).toUpperCase() + value.slice(1)],
])

/** `${x/a/b}` with plain texts; a pattern that is empty, or a replacement with `&`, has rules of its own. */
function replacement(
  operation: Extract<Operation, { type: 'Replace' }>,
): ((value: string) => string) | null {
  const { operator, pattern, replacement: by } = operation
  if (!isPlainOperand(pattern) || !isPlainOperand(by) || pattern.text === '') return null
  const [from, to] = [pattern.text, by.text]
  switch (operator) {
    case '//':
      return (value) => value.replaceAll(from, () => to)
    case '/':
      return (value) => value.replace(from, () => to)
    case '/#':
      return (value) => (value.startsWith(from) ? to + value.slice(from.length) : value)
    case '/%':
      return (value) => (value.endsWith(from) ? value.slice(0, -from.length) + to : value)
  }
}

type Operation = NonNullable<ParameterExpansionPart['operation']>

/** Values after an operation whose operand is plain text; null when it is not. */
function changedValues(values: readonly string[], operation: Operation): readonly string[] | null {
  const change = changeOf(operation)
  // Other letters depend on the locale.
  if (!change || !values.every(isAscii)) return null
  const changed = [...new Set(values.map(change))]
  return changed.length <= VALUES_MAX ? changed : null
}

const isPlainOperand = (word: WordNode): boolean => /^[\w./:=@%+, -]*$/.test(word.text)
const isAscii = (text: string): boolean => /^[ -~\t\n]*$/.test(text)

function changeOf(operation: Operation): ((value: string) => string) | null {
  if (operation.type === 'CaseModification') {
    if (operation.operand) return null
    const isUpper = operation.operator.startsWith('^')
    const turn = (text: string): string => (isUpper ? text.toUpperCase() : text.toLowerCase())
    const isAll = operation.operator.length === 2
    return (value) => (isAll ? turn(value) : turn(value.slice(0, 1)) + value.slice(1))
  }
  if (operation.type === 'Replace') return replacement(operation)
  if (operation.type === 'Transform') return TRANSFORMS.get(operation.operand.text) ?? null
  if (operation.type === 'Remove' && isPlainOperand(operation.operand)) {
    const text = operation.operand.text
    return operation.operator.startsWith('#')
      ? (value) => (value.startsWith(text) ? value.slice(text.length) : value)
      : (value) => (text !== '' && value.endsWith(text) ? value.slice(0, -text.length) : value)
  }
  return null
}
