/**
 * The Lezer parsers, loaded when code in their language is met: `oa decide` starts without them.
 */
import { createRequire } from 'node:module'
import type { Parser, SyntaxNode } from '@lezer/common'
import { CODE_TREE_DEPTH_MAX } from '../../base/limits.ts'

/** What the parsers have besides what `Parser` says. */
interface Configurable extends Parser {
  configure(config: { readonly dialect?: string; readonly top?: string }): Parser
}

const requireParser = createRequire(import.meta.url)
const parsers = new Map<string, Parser>()

function parserOf(language: 'python' | 'javascript' | 'php', top: string): Parser {
  const key = `${language} ${top}`
  const found = parsers.get(key)
  if (found) return found
  const { parser } = requireParser(`@lezer/${language}`) as { parser: Configurable }
  const made = parser.configure(language === 'javascript' ? { dialect: 'ts' } : { top })
  parsers.set(key, made)
  return made
}

/** Characters that a parser and an interpreter may see differently: line ends and what hides. */
const DOUBTFUL =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u2028\u2029\ufeff]|\r(?!\n)/

/** The tree of code; null: it has errors, is too deep, or has characters that may be read in two ways. */
export function parseCode(
  language: 'python' | 'javascript' | 'php',
  top: string,
  code: string,
): SyntaxNode | null {
  if (DOUBTFUL.test(code)) return null
  const tree = parserOf(language, top).parse(code)
  const cursor = tree.cursor()
  let depth = 0
  for (;;) {
    if (cursor.type.isError || depth > CODE_TREE_DEPTH_MAX) return null
    if (cursor.firstChild()) depth++
    else {
      while (!cursor.nextSibling()) {
        if (!cursor.parent()) return tree.topNode
        depth--
      }
    }
  }
}

/** The children of a node without comments. */
export function partsOf(node: SyntaxNode): readonly SyntaxNode[] {
  const parts: SyntaxNode[] = []
  for (let each = node.firstChild; each; each = each.nextSibling) {
    if (!/Comment$/.test(each.name)) parts.push(each)
  }
  return parts
}

/** The parts between separators; empty groups are kept. */
export function split(
  parts: readonly SyntaxNode[],
  isSeparator: (name: string) => boolean,
): readonly (readonly SyntaxNode[])[] {
  const groups: SyntaxNode[][] = [[]]
  for (const each of parts) {
    if (isSeparator(each.name)) groups.push([])
    else groups.at(-1)?.push(each)
  }
  return groups
}

export const isComma = (name: string): boolean => name === ','
