/**
 * Blocks of a YAML document: keys, lists of lines, blocks inside.
 */
import { isMap, isSeq, type Pair, type Scalar } from 'yaml'
import type { EntryCstNode, EntryWordsCstNode } from '../../grammar/cst.gen.ts'
import { LABELLED_BLOCKS } from '../../grammar/tokens.ts'
import type { Span } from '../base/source.ts'
import type { Block, Entry, Text } from './ast.ts'
import * as ast from './build-ast.ts'
import { itemsOf, type PhraseOf, pairsOf, type YamlContext } from './yaml-context.ts'

const ENTRY: PhraseOf<Entry | Block> = {
  rule: (parser) => parser.entry(),
  build: (build, node: EntryCstNode) => ast.entry(build, node),
}
const LINE: PhraseOf<Entry['words']> = {
  rule: (parser) => parser.entryWords(),
  build: (build, node: EntryWordsCstNode) => ast.lineWords(build, node),
}

/** A map of keys, a list of lines as in `.oa`, or one line. */
export function block(
  context: YamlContext,
  name: Text,
  value: unknown,
  span: Span,
  label?: Text,
): Block | undefined {
  const entries = isMap(value)
    ? pairsOf(value).map((pair) => entriesOf(context, pair))
    : itemsOf(value).map((each) => {
        const read = context.read(each, 'entry', ENTRY)
        return read ? [read] : undefined
      })
  if (entries.includes(undefined)) return undefined
  return {
    kind: 'block',
    name,
    ...(label ? { label } : {}),
    entries: entries.flatMap((each) => each ?? []),
    span,
  }
}

/** One key of a block: an entry, one for each item of a list, or a block inside. */
function entriesOf(context: YamlContext, pair: Pair): (Entry | Block)[] | undefined {
  const key = context.text(pair.key)
  const span = context.pairSpan(pair)
  if (!isWritable(key.value)) {
    context.reporter.report('OA1022', `\`${key.value}\` is no key`, key.span, {
      help: 'a key is one word without blanks, quotes and braces',
    })
    return undefined
  }
  if (isMap(pair.value)) {
    if (!LABELLED_BLOCKS.includes(key.value)) {
      const inner = block(context, key, pair.value, span)
      return inner && [inner]
    }
    const blocks = pairsOf(pair.value).map((each) =>
      block(context, key, each.value, context.pairSpan(each), context.text(each.key)),
    )
    return blocks.includes(undefined) ? undefined : blocks.flatMap((each) => each ?? [])
  }
  const items = itemsOf(pair.value)
  if (items.length === 0) return [{ kind: 'entry', key, words: [], span }]
  const read = items.map((each) => entryOf(context, key, each as Scalar, isSeq(pair.value), span))
  return read.includes(undefined) ? undefined : read.flatMap((each) => each ?? [])
}

const isWritable = (key: string): boolean => /^[^\s{}"',;|()#@]+$/.test(key)

function entryOf(
  context: YamlContext,
  key: Text,
  node: Scalar,
  isItem: boolean,
  span: Span,
): Entry | undefined {
  const at = isItem ? context.span(node) : span
  if (node.value === null || node.value === true) return { kind: 'entry', key, words: [], span: at }
  if (node.value === false) {
    context.reporter.report(
      'OA1022',
      `\`${key.value}\` cannot be switched off`,
      context.span(node),
      {
        help: 'leave the key out',
      },
    )
    return undefined
  }
  const read = context.read(node, 'entry', LINE)
  return read && { kind: 'entry', key, words: read, span: at }
}
