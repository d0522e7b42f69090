/**
 * What the parser can miss: each rule here closes a gap through which a command could hide (unbash 6.0.4 against bash
 * 5.2). A text that breaks none of them is understood as bash understands it.
 */
import { type AnyNode, type Context, noteUnknown, noteUnknownAt } from './context.ts'
import { forEachChild, type Word as WordNode, type WordPart } from './nodes.ts'

/** Why the parse cannot be used at all; null: it can. */
export interface Fault {
  readonly message: string
}

const SUBSTITUTION = /\$\(|`|[<>]\(/

interface Inspection {
  readonly context: Context
  readonly source: string
  /** Every substitution that the tree has. */
  substitutions: number
  /** A construct is present in which the parser may lose one. */
  isTangled: boolean
  fault: Fault | null
}

/** Can anything below matter for this text? Plain words, lists, pipes and simple quotes are safe. */
const NEEDS_INSPECTION = /[$`(){}<>\\[!]/

/**
 * Checks a parsed text, nested scripts included; unknown parts are noted in the context.
 *
 * @returns why bash would not accept it, or null
 */
export function inspect(context: Context, script: AnyNode, source: string): Fault | null {
  if (script.type === 'Script' && script.errors?.[0]) return { message: script.errors[0].message }
  if (!NEEDS_INSPECTION.test(source)) return null
  const whole = context.place.fixedSpan ?? { start: 0, end: source.length }
  const inspection: Inspection = {
    context,
    source,
    substitutions: 0,
    isTangled: /\(\(|\$\[|\$\{[^}]*[^A-Za-z0-9_}]/.test(source),
    fault: null,
  }
  if (/(?:^|[^ \t\n])\\\n/.test(source)) {
    noteUnknown(context, 'a line continues inside a word or operator', whole)
  }
  visit(inspection, script, null)
  if (inspection.isTangled) {
    const openers = (source.match(/\$\(/g) ?? []).length + (source.match(/[<>]\(/g) ?? []).length
    const written = openers + (source.match(/`/g) ?? []).length / 2
    if (written !== inspection.substitutions) {
      noteUnknown(context, 'a substitution stands where it may be read in two ways', whole)
    }
  }
  return inspection.fault
}

const unescaped = (text: string): string => text.replace(/\\[^]/g, '')
/** Live metacharacters that no unquoted literal can hold. */
const isBadBare = (text: string): boolean => /[|&;()<>\s`]|\$[\w{(@*#?$!'"[-]/.test(unescaped(text))
/** Live expansions that no quoted literal can hold. */
const isBadQuoted = (text: string): boolean => /`|\$[\w{(@*#?$![-]/.test(unescaped(text))

function isBadPart(part: WordPart): boolean {
  switch (part.type) {
    case 'Literal':
      return isBadBare(part.text)
    case 'DoubleQuoted':
    case 'LocaleString':
      return part.parts.some((inner) => inner.type === 'Literal' && isBadQuoted(inner.text))
    case 'BraceExpansion':
    case 'Glob':
      return part.parts ? part.parts.some(isBadPart) : isBadBare(part.text)
    default:
      return false
  }
}

const isBadWord = (word: WordNode): boolean =>
  word.parts ? word.parts.some(isBadPart) : isBadBare(word.text)

const LITERAL_ONLY_IN = /^(?:Test|CaseItem|Arithmetic|Parameter)/

function visit(inspection: Inspection, node: AnyNode, parent: AnyNode | null): void {
  if (inspection.fault) return
  const { context } = inspection
  context.stepsLeft--
  if (node.type === 'Word') {
    if (/^[\w./:@%+,=-]*$/.test(node.text)) return
    if (parent && !LITERAL_ONLY_IN.test(parent.type) && isBadWord(node)) {
      noteUnknownAt(context, 'a word holds shell characters that may not be text', node)
    }
  }
  check(inspection, node)
  forEachChild(node, (child) => visit(inspection, child, node))
}

function tangle(inspection: Inspection, node: AnyNode, text: string): void {
  inspection.isTangled = true
  if (SUBSTITUTION.test(text)) {
    noteUnknownAt(
      inspection.context,
      'a substitution stands inside arithmetic, a subscript or a parameter operation',
      node,
    )
  }
}

function check(inspection: Inspection, node: AnyNode): void {
  switch (node.type) {
    case 'Script': {
      const error = node.errors?.[0]
      if (error) inspection.fault = { message: error.message }
      return
    }
    case 'CommandExpansion':
    case 'ArithmeticCommandExpansion':
    case 'ProcessSubstitution':
      inspection.substitutions++
      return
    case 'ArithmeticExpansion': {
      const isDouble = node.text.startsWith('$((')
      if (isDouble) inspection.substitutions++
      return tangle(inspection, node, node.text.slice(isDouble ? 2 : 1))
    }
    case 'ParameterExpansion':
      if (node.operation || node.index || node.prefix) tangle(inspection, node, node.text.slice(1))
      return
    case 'ArithmeticCommand':
      return tangle(inspection, node, node.body)
    case 'ArithmeticFor':
      return tangle(inspection, node, headText(inspection.source, node))
    case 'TestCommand':
      inspection.isTangled = true
      return
    case 'Assignment':
      if (node.index) tangle(inspection, node, node.text.slice(0, node.text.indexOf('=') + 1))
      return
    case 'ExtendedGlob':
      return noteUnknownAt(inspection.context, 'an extended glob', node)
    default:
      return checkCommand(inspection, node)
  }
}

/** The text of `((…))` in a `for`; the whole node when its place cannot be told. */
function headText(source: string, node: { readonly pos: number; readonly body: AnyNode }): string {
  const text = source.slice(node.pos, node.body.pos)
  return text === '' ? '`' : text
}

function checkCommand(inspection: Inspection, node: AnyNode): void {
  const { context, source } = inspection
  switch (node.type) {
    case 'HereDoc':
      if (!node.closing) inspection.fault = { message: 'a here-document is not closed' }
      if (node.delimiter?.quoted !== true) {
        if (/\\\n/.test(node.body.text)) {
          noteUnknownAt(context, 'a line continues inside a here-document', node)
        }
        const isBad = node.body.parts
          ? node.body.parts.some((part) => part.type === 'Literal' && isBadQuoted(part.text))
          : isBadQuoted(node.body.text)
        if (isBad)
          noteUnknownAt(context, 'a here-document holds an expansion that may be live', node)
      }
      if (node.delimiter && /[$`]/.test(node.delimiter.text)) {
        noteUnknownAt(context, 'the end mark of a here-document holds `$` or a backquote', node)
      }
      return
    case 'Redirect': {
      const isDuplication = node.operator === '>&' || node.operator === '<&'
      if (isDuplication && !/^(?:\d+|-|[A-Za-z0-9_./]+)$/.test(node.target?.text ?? '')) {
        noteUnknownAt(
          context,
          `\`${node.operator}\` is followed by neither a number, \`-\` nor a plain name`,
          node,
        )
      }
      return
    }
    case 'Command': {
      // The parser drops a `(` that follows a name and opens no function, and reads on.
      if (node.name && /^(?:[ \t]|\\\n)*\(/.test(source.slice(node.name.end))) {
        if (source.slice(node.name.pos, node.name.end) === node.name.text) {
          inspection.fault = { message: 'a `(` after the name of a command' }
          return
        }
        noteUnknownAt(context, 'a `(` may follow the name of a command', node)
      }
      const words = [...(node.name ? [node.name] : []), ...node.args]
      for (const word of words) {
        if (word.type !== 'Word' || !/[<>]\(/.test(word.text)) continue
        const isSubstitution = word.parts?.some((part) => part.type === 'ProcessSubstitution')
        if (isSubstitution !== true) continue
        const isGlued =
          /[^\s;&|()]/.test(source[word.pos - 1] ?? ' ') ||
          /[^\s;&|()]/.test(source[word.end] ?? ' ')
        if (isGlued) noteUnknownAt(context, 'a process substitution touches another word', word)
      }
      return
    }
    default:
  }
}
