/**
 * Nodes of a YAML document as texts, spans and phrases of the grammar.
 */
import { isMap, isNode, isScalar, isSeq, type Node, type Pair } from 'yaml'
import type { PolicyParser } from '../../grammar/parser.ts'
import type { Reporter } from '../base/diagnostic.ts'
import type { SourceFile, Span } from '../base/source.ts'
import type { Text } from './ast.ts'
import type { Build } from './build-words.ts'
import { readPhrase } from './parse.ts'

/** Where spans and findings go. */
export class YamlContext {
  readonly source: SourceFile
  readonly reporter: Reporter

  constructor(source: SourceFile, reporter: Reporter) {
    this.source = source
    this.reporter = reporter
  }

  span(node: unknown): Span {
    const [start = 0, end = start] = (isNode(node) ? node.range : undefined) ?? []
    return { source: this.source, start, end }
  }

  /** From the start of the key to the end of the value. */
  pairSpan(pair: Pair): Span {
    const start = this.span(pair.key).start
    return {
      source: this.source,
      start,
      end: Math.max(this.span(pair.value).end, this.span(pair.key).end),
    }
  }

  text(node: unknown): Text {
    return { value: scalarText(node), span: this.span(node) }
  }

  /**
   * Reads a scalar with a rule of the grammar. Spans are exact where the scalar's characters are the text itself, else
   * they cover the scalar.
   */
  read<T>(node: unknown, as: 'entry' | 'phrase', phrase: PhraseOf<T>): T | undefined {
    const whole = this.span(node)
    const text = scalarText(node)
    const at = exactStart(this.source.text, node, text)
    const spanOf: Build['spanOf'] = (start, end) =>
      at === undefined ? whole : { source: this.source, start: at + start, end: at + end }
    return readPhrase(text, as, this.reporter, spanOf, (build) => ({
      rule: phrase.rule,
      build: (cst) => phrase.build(build, cst as never),
    }))
  }
}

export interface PhraseOf<T> {
  readonly rule: (parser: PolicyParser) => ReturnType<PolicyParser['statement']>
  readonly build: (build: Build, node: never) => T
}

/** The text of a scalar as written for numbers (`007`, `1e3`), as meant for strings. */
export function scalarText(node: unknown): string {
  if (!isScalar(node)) return ''
  return typeof node.value === 'string' ? node.value : (node.source ?? String(node.value))
}

function exactStart(text: string, node: unknown, value: string): number | undefined {
  const [start = 0, end = start] = (isScalar(node) ? node.range : undefined) ?? []
  if (text.slice(start, end) === value) return start
  return text.slice(start + 1, end - 1) === value ? start + 1 : undefined
}

export function pairsOf(node: unknown): readonly Pair[] {
  return isMap(node) ? node.items : []
}

export function itemsOf(node: unknown): readonly Node[] {
  if (isSeq(node)) return node.items.filter((each) => isNode(each))
  return isNode(node) ? [node] : []
}

export const keyOf = (pair: Pair): string => scalarText(pair.key)
