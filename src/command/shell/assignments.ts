/**
 * Assignments before a command and as arguments of `export` and the like.
 */
import { knownWord, type Word } from '../../model/word.ts'
import { atomsOf } from './atoms.ts'
import { expandBraces } from './braces.ts'
import { type Context, noteUnknown, noteUnknownAt, payFor, spanOf } from './context.ts'
import { type Declaration, valuesOfWord } from './declare.ts'
import { expandArgument, expandValue } from './expand.ts'
import { runNested } from './nested.ts'
import type { Assignment as AssignmentNode, Command } from './nodes.ts'
import { noteSpecial, readBack } from './special-variables.ts'
import { type Change, isSurelyInteger, type State, withVariables } from './state.ts'
import type { Assignment } from './walked.ts'

/** Unlike plain assignments, those of `export` and `declare` are brace-expanded. */
export function isBraced(node: AssignmentNode): boolean {
  if (node.value.type !== 'Word' || !node.value.text.includes('{')) return false
  return expandBraces(atomsOf(node.value)).length !== 1
}

/** The word that a braced assignment makes: not followed further. */
export function bracedWord(context: Context, node: AssignmentNode): Word {
  runNested(context, node)
  const { start, end } = spanOf(context, node)
  const reason = `braces make several assignments of \`${node.name}\``
  return { kind: 'unknown', prefix: `${node.name}=`, suffix: '', isMany: true, reason, start, end }
}

/** An argument that the parser read as an assignment. */
export function declarationOf(context: Context, node: AssignmentNode): Declaration {
  if (node.index) runNested(context, node.index)
  const hasSubscript = node.index !== undefined && !isPlainIndex(context, node)
  const { value, elements } = assignedValue(context, node)
  return {
    name: node.name,
    value,
    isAppend: node.append === true,
    hasSubscript,
    elements,
    isArray: node.value.type === 'ArrayValue' || node.index !== undefined,
  }
}

/** The argument as the program gets it. */
export function declarationWord(
  context: Context,
  node: AssignmentNode,
  declaration: Declaration,
): Word {
  const { start, end } = spanOf(context, node)
  const head = `${node.name}${node.append === true ? '+=' : '='}`
  const { value } = declaration
  if (node.index || node.value.type === 'ArrayValue') {
    const reason = `\`${node.name}\` is an array`
    return { kind: 'unknown', prefix: node.name, suffix: '', isMany: false, reason, start, end }
  }
  if (value.kind === 'known') return knownWord(head + value.text, start, end)
  const values = value.values ? { values: value.values.map((each) => head + each) } : {}
  return { ...value, prefix: head + value.prefix, ...values, isMany: false, start, end }
}

/** The value of an assignment; arrays have elements instead. */
function assignedValue(
  context: Context,
  node: AssignmentNode,
): { readonly value: Word; readonly elements: readonly Word[] | undefined } {
  const { start, end } = spanOf(context, node)
  if (node.value.type !== 'ArrayValue') {
    return { value: expandValue(context, node.value), elements: undefined }
  }
  const words = node.value.elements.flatMap((element) => {
    if (/^\[/.test(element.text)) {
      noteUnknownAt(context, `the subscripts of \`${node.name}\` may be evaluated as code`, element)
    }
    return expandArgument(context, element)
  })
  const reason = `\`${node.name}\` is an array`
  const value: Word = { kind: 'unknown', prefix: '', suffix: '', isMany: false, reason, start, end }
  const isKnown = words.every((word) => word.kind === 'known')
  return { value, elements: isKnown ? words : undefined }
}

function isPlainIndex(context: Context, node: AssignmentNode): boolean {
  const text = node.index?.text ?? ''
  if (/^-?\d+$/.test(text)) return true
  const name = /^\$?([A-Za-z_]\w*)$/.exec(text)?.[1]
  return name !== undefined && isSurelyInteger(context.state, name)
}

/**
 * The assignments before the words, and what they change. Alone they hold in the state at once; before a program only
 * what their values do on the way (`A=$((i++)) cmd`) stays.
 */
export function expandAssignments(
  context: Context,
  node: Command,
  hasProgram: boolean,
): { readonly assignments: readonly Assignment[]; readonly changes: readonly Change[] } {
  const assignments: Assignment[] = []
  const changes: Change[] = []
  const before = context.state
  for (const each of node.prefix) {
    if (each.type !== 'Assignment') continue
    const span = spanOf(context, each)
    if (each.index) runNested(context, each.index)
    if (each.index && !isPlainIndex(context, each)) {
      noteUnknown(context, `the subscript of \`${each.name}\` is evaluated as code`, span)
    }
    const { value, elements } = assignedValue(context, each)
    const isAppend = each.append === true
    assignments.push({ name: each.name, value, isAppend, ...span })
    const change = changeOf(context, each, value, elements)
    noteSpecial(context, each.name, valuesOfWord(value), span)
    changes.push(change)
    // Whether a later value sees an earlier one differs between plain and command assignments: unknown there.
    context.state = withVariables(context.state, [
      hasProgram ? { name: each.name, values: null } : change,
    ])
  }
  if (hasProgram && assignments.length > 0) {
    context.state = withSideEffects(before, context.state, changes)
  }
  return { assignments, changes }
}

/** `before`, with every variable forgotten that differs in `after` without being assigned by name. */
function withSideEffects(before: State, after: State, changes: readonly Change[]): State {
  const names = new Set(changes.map((each) => each.name))
  const others = [...after.variables]
    .filter(([name, values]) => !names.has(name) && before.variables.get(name) !== values)
    .map(([name]) => ({ name, values: null }))
  return withVariables(before, others)
}

function changeOf(
  context: Context,
  node: AssignmentNode,
  value: Word,
  elements: readonly Word[] | undefined,
): Change {
  const { name } = node
  const isPlain =
    !node.index && node.value.type !== 'ArrayValue' && !context.readonlyNames.has(name)
  let values = isPlain ? valuesOfWord(value) : null
  if (node.append === true && values) {
    const old = context.state.variables.get(name)
    values =
      old && !context.state.integers.has(name)
        ? old.flatMap((head) => (values ?? []).map((tail) => head + tail))
        : null
  }
  const isInteger = values === null && isPlain && node.append !== true && isArithmetic(node)
  return {
    name,
    values: readBack(name, values),
    isInteger,
    elements: node.append === true ? appended(context, name, elements) : elements,
  }
}

/** `a+=(…)` of an array whose elements are known. */
function appended(
  context: Context,
  name: string,
  elements: readonly Word[] | undefined,
): readonly Word[] | undefined {
  const old = context.state.arrays.get(name)
  return old && elements && payFor(context, 8 * old.length) ? [...old, ...elements] : undefined
}

/** `x=$((…))`, `x=$#`: a whole number whatever it is. */
function isArithmetic(node: AssignmentNode): boolean {
  if (node.value.type !== 'Word') return false
  const parts = node.value.parts
  const [part] = parts?.[0]?.type === 'DoubleQuoted' ? parts[0].parts : (parts ?? [])
  if (parts?.length !== 1 || !part) return false
  return part.type === 'ArithmeticExpansion' || /^\$(?:[#?$]|\{#\w+\})$/.test(part.text)
}
