/** CST → tree for words, strings and patterns. */
import type { IToken } from 'chevrotain'
import type {
  ActionListCstNode,
  GroupWordCstNode,
  PatternCstNode,
  PatternWordCstNode,
  StageCstNode,
} from '../../grammar/cst.gen.ts'
import type { Code } from '../base/codes.ts'
import type { DiagnosticExtras } from '../base/diagnostic.ts'
import type { Span } from '../base/source.ts'
import { ACTIONS } from '../model/vocabulary.ts'
import type { ActionWord, GroupWord, Pattern, PatternWord, PlainWord, Stage, Text } from './ast.ts'

/** What building needs: where a range of the read text lies in the source, and where faults go. */
export interface Build {
  spanOf(start: number, end: number): Span
  report(code: Code, message: string, span: Span, extras?: DiagnosticExtras): void
  /** In blocks the characters that patterns reserve are ordinary. */
  readonly isBlock: boolean
}

/** The span from the first token to the last. */
export function tokenSpan(build: Build, first: IToken, last: IToken = first): Span {
  return build.spanOf(first.startOffset, endOf(last))
}

export const endOf = (token: IToken): number => (token.endOffset ?? token.startOffset) + 1

/** A node's range; nodes are never empty when the parse had no error. */
export function nodeSpan(
  build: Build,
  node: { readonly location?: { readonly startOffset: number; readonly endOffset?: number } },
): Span {
  const start = node.location?.startOffset ?? 0
  return build.spanOf(start, (node.location?.endOffset ?? start) + 1)
}

/** The first token of a child that the grammar guarantees. */
export function only<T>(children: readonly T[] | undefined): T {
  const first = children?.[0]
  if (first === undefined) throw new Error('the grammar promised a child that is not there')
  return first
}

export function textOf(build: Build, token: IToken): Text {
  return { value: token.image, span: tokenSpan(build, token) }
}

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['"', '"'],
  ['\\', '\\'],
  ['n', '\n'],
  ['t', '\t'],
])

/** A quoted string's value: `"` knows `\" \\ \n \t \u{…}`, `'` knows no escapes. */
export function unquote(build: Build, token: IToken): Text {
  const span = tokenSpan(build, token)
  const inner = token.image.slice(1, -1)
  if (token.image.startsWith("'") || !inner.includes('\\')) return { value: inner, span }
  const value = inner.replaceAll(
    /\\(?:u\{([0-9a-fA-F]{1,6})\}|(.|$))/gsu,
    (written: string, hex: string | undefined, char: string | undefined, offset: number) => {
      const known = hex === undefined ? ESCAPES.get(char ?? '') : fromHex(hex)
      if (known !== undefined) return known
      const at = token.startOffset + 1 + offset
      build.report('OA2005', `\`${written}\` is no escape`, build.spanOf(at, at + written.length), {
        help: `write \`\\${written}\` for a backslash, or use single quotes, which know no escapes`,
      })
      return written
    },
  )
  return { value, span }
}

function fromHex(hex: string): string | undefined {
  const point = Number.parseInt(hex, 16)
  const isScalar = point <= 0x10ffff && !(point >= 0xd800 && point <= 0xdfff) && point > 0
  return isScalar ? String.fromCodePoint(point) : undefined
}

/** A string written with the quotes that read back as it. */
export function quote(text: string): string {
  const escaped = text.replaceAll(
    // oxlint-disable-next-line no-control-regex -- these are exactly what must be written as escapes
    /["\\\u0000-\u001f\u007f-\u00a0\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g,
    (char) => {
      if (char === '"' || char === '\\') return `\\${char}`
      if (char === '\n') return '\\n'
      if (char === '\t') return '\\t'
      return `\\u{${char.charCodeAt(0).toString(16)}}`
    },
  )
  return `"${escaped}"`
}

/** Characters that reserve a word in patterns: shell syntax that a pattern does not mean. */
const RESERVED_CHARS = /[;&><$`]/
const INVISIBLE_CHARS = /[\u0080-\u00a0\u200b-\u200f\u2028-\u202e\u2060-\u2069\u3000\ufeff]/

export function plainWord(build: Build, token: IToken): PlainWord {
  const span = tokenSpan(build, token)
  const text = token.image
  if (!build.isBlock && RESERVED_CHARS.test(text)) {
    const char = RESERVED_CHARS.exec(text)?.[0] ?? ''
    build.report('OA1014', `\`${char}\` is shell syntax, which a pattern does not hold`, span, {
      help: `quote the word if the character itself is meant: \`${quote(text)}\``,
    })
  } else if (INVISIBLE_CHARS.test(text)) {
    build.report('OA1014', 'an unquoted word holds a character that cannot be seen', span, {
      help: `remove it, or write \`${quote(text)}\``,
    })
  }
  return { kind: 'word', text, isQuoted: false, span }
}

export function quotedWord(build: Build, token: IToken): PlainWord {
  const { value, span } = unquote(build, token)
  return { kind: 'word', text: value, isQuoted: true, span }
}

interface WordChildren {
  readonly PatternWord?: IToken[]
  readonly AnyWord?: IToken[]
  readonly ValueWord?: IToken[]
  readonly Quoted?: IToken[]
  readonly SetName?: IToken[]
  readonly groupWord?: GroupWordCstNode[]
}

/** The one word that the children of a word rule hold. */
export function wordOf(build: Build, children: WordChildren): PatternWord {
  const plain = (children.PatternWord ?? children.AnyWord ?? children.ValueWord)?.[0]
  if (plain) return plainWord(build, plain)
  const quoted = children.Quoted?.[0]
  if (quoted) return quotedWord(build, quoted)
  const set = children.SetName?.[0]
  if (set) return { kind: 'set', name: set.image.slice(1), span: tokenSpan(build, set) }
  return groupWord(build, only(children.groupWord))
}

export function groupWord(build: Build, node: GroupWordCstNode): GroupWord {
  return {
    kind: 'group',
    members: node.children.groupMember.map((each) => words(build, each.children.patternWord)),
    span: nodeSpan(build, node),
  }
}

export function words(build: Build, nodes: readonly PatternWordCstNode[]): PatternWord[] {
  return nodes.map((each) => wordOf(build, each.children))
}

export function pattern(build: Build, node: PatternCstNode): Pattern {
  const span = nodeSpan(build, node)
  const regex = node.children.Regex?.[0]
  if (regex) {
    const value = regex.image.slice(1, -1)
    return { kind: 'text', regex: { value, span: tokenSpan(build, regex) }, span }
  }
  const stages = (node.children.stage ?? []).map((each) => stage(build, each))
  return { kind: 'command', stages, span }
}

function stage(build: Build, node: StageCstNode): Stage {
  return {
    words: words(build, node.children.patternWord),
    isOnly: node.children.Word_only !== undefined,
    span: nodeSpan(build, node),
  }
}

export function actionWords(build: Build, node: ActionListCstNode | undefined): ActionWord[] {
  return (node?.children.ActionWord ?? []).flatMap((token) => {
    const action = ACTIONS.find((each) => each === token.image)
    return action ? [{ action, span: tokenSpan(build, token) }] : []
  })
}
