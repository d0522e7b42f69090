/**
 * `export`, `declare`, `local`, `readonly`, `typeset`: assignments as arguments, and the attributes that make bash
 * evaluate values as code.
 */
import type { Word } from '../../model/word.ts'
import type { Call } from './call.ts'
import { type Context, noteUnknown } from './context.ts'
import { noteSpecial, readBack } from './special-variables.ts'
import { type Change, withExported, withNothingKnown, withVariables } from './state.ts'

/** An argument that the parser read as an assignment. */
export interface Declaration {
  readonly name: string
  readonly value: Word
  readonly isAppend: boolean
  readonly hasSubscript: boolean
  readonly elements: readonly Word[] | undefined
  readonly isArray: boolean
}

/** The possible values of a word as a variable's value; null: unknown. */
export function valuesOfWord(word: Word): readonly string[] | null {
  if (word.kind === 'known') return [word.text]
  return word.isMany ? null : (word.values ?? null)
}

interface Attributes {
  readonly letters: string
  readonly isRemoving: boolean
}

function attributesOf(args: readonly Word[]): Attributes {
  let letters = ''
  let isRemoving = false
  for (const word of args) {
    if (word.kind !== 'known' || !/^[-+]\w/.test(word.text)) continue
    letters += word.text.slice(1)
    if (word.text.startsWith('+')) isRemoving = true
  }
  return { letters, isRemoving }
}

/** One argument as a change; null when it only names a variable or is an option. */
function changeOf(context: Context, call: Call, word: Word, index: number): Change | null {
  const declaration = call.declarations.get(index)
  if (declaration) {
    const { name, value, hasSubscript, isArray, elements, isAppend } = declaration
    if (hasSubscript) note(context, call, `evaluates the subscript of \`${name}\` as code`)
    const values = isArray || isAppend || hasSubscript ? null : valuesOfWord(value)
    return { name, values, elements: isAppend ? undefined : elements }
  }
  if (word.kind === 'unknown') {
    const name = /^([A-Za-z_]\w*)=/.exec(word.prefix)?.[1]
    const value = word.prefix.slice((name?.length ?? 0) + 1)
    if (name === undefined || word.isMany || value === '' || /[[(]/.test(value)) {
      note(context, call, 'is given words that are only known when the line runs')
      context.state = withNothingKnown(context.state)
      return null
    }
    return { name, values: null }
  }
  if (/^[-+]/.test(word.text)) return null
  const match = /^([A-Za-z_]\w*)(\+?=)?(.*)$/s.exec(word.text)
  const [, name, operator, value = ''] = match ?? []
  if (name === undefined || (operator === undefined && value !== '')) {
    note(context, call, `evaluates \`${word.text.slice(0, 40)}\` as code`)
    return null
  }
  if (operator === undefined) return null
  if (/^\(/.test(value)) note(context, call, `evaluates \`${value.slice(0, 40)}\` as code`)
  return { name, values: operator === '=' ? [value] : null }
}

function note(context: Context, call: Call, what: string): void {
  noteUnknown(context, `\`${call.name}\` ${what}`, call.span)
}

/** Names given without a value (`export FOO`, `local x`). */
function bareNames(call: Call): readonly string[] {
  return call.args.flatMap((word) =>
    word.kind === 'known' && /^[A-Za-z_]\w*$/.test(word.text) ? [word.text] : [],
  )
}

export function declare(context: Context, call: Call): void {
  const { letters, isRemoving } = attributesOf(call.args)
  if (/[in]/.test(letters) && call.name !== 'export') {
    note(context, call, `-${letters} makes bash evaluate values as code`)
  }
  if (/[fF]/.test(letters)) return
  const changes = call.args.flatMap((word, index) => changeOf(context, call, word, index) ?? [])
  const isChanged = /[ulc]/.test(letters) || isRemoving
  const settled = changes.map((change): Change => {
    noteSpecial(context, change.name, change.values, call.span)
    // `local` outside a function is an error and sets nothing.
    const isLost = call.name === 'local' && context.locals === null
    const isKnown = !isChanged && !isLost && !context.readonlyNames.has(change.name)
    const values = isKnown ? change.values : null
    return { ...change, values: readBack(change.name, values) }
  })
  context.state = withVariables(context.state, settled)
  const named = [...settled.map((change) => change.name), ...bareNames(call)]
  if (call.name === 'readonly' || letters.includes('r')) {
    for (const name of named) context.readonlyNames.add(name)
  }
  if (call.name !== 'export' && call.name !== 'readonly') {
    for (const name of named) context.locals?.add(name)
    const local = context.locals ? bareNames(call) : []
    context.state = withVariables(
      context.state,
      local.map((name) => ({ name, values: null })),
    )
  }
  const isExporting =
    call.name === 'export' ? !letters.includes('n') : letters.includes('x') && !isRemoving
  if (isExporting) context.state = withExported(context.state, named)
}
