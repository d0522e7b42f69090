/**
 * A YAML document of the right shape → the statements that the same policy has in `.oa`, in the order of the keys.
 */
import {
  type Document,
  isMap,
  isNode,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  type Scalar,
} from 'yaml'
import type {
  ConditionCstNode,
  EntryCstNode,
  EntryWordsCstNode,
  ExceptListCstNode,
  FactValueCstNode,
  GroupMemberCstNode,
  NeverBodyCstNode,
  PatternCstNode,
  RuleHeadCstNode,
} from '../../grammar/cst.gen.ts'
import type { PolicyParser } from '../../grammar/parser.ts'
import { LABELLED_BLOCKS } from '../../grammar/tokens.ts'
import type { Reporter } from '../base/diagnostic.ts'
import type { SourceFile, Span } from '../base/source.ts'
import { ACTIONS, DECISIONS, MODES, RISKS } from '../model/vocabulary.ts'
import type {
  ActionWord,
  Block,
  Entry,
  Except,
  Pattern,
  Rule,
  RuleEffect,
  Statement,
  Text,
} from './ast.ts'
import * as ast from './build-ast.ts'
import { condition } from './build-conditions.ts'
import { type Build, pattern, wordOf, words } from './build-words.ts'
import { readPhrase } from './parse.ts'

/** The statements; what cannot be read is reported and left out. The document must have passed `checkShape`. */
export function buildPolicy(
  source: SourceFile,
  document: Document.Parsed,
  reporter: Reporter,
): Statement[] {
  const context = new YamlContext(source, reporter)
  return pairsOf(document.contents).flatMap((pair) => statementsOf(context, pair))
}

/** Where spans and findings go. */
class YamlContext {
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

interface PhraseOf<T> {
  readonly rule: (parser: PolicyParser) => ReturnType<PolicyParser['statement']>
  readonly build: (build: Build, node: never) => T
}

/** The text of a scalar as written for numbers (`007`, `1e3`), as meant for strings. */
function scalarText(node: unknown): string {
  if (!isScalar(node)) return ''
  return typeof node.value === 'string' ? node.value : (node.source ?? String(node.value))
}

function exactStart(text: string, node: unknown, value: string): number | undefined {
  const [start = 0, end = start] = (isScalar(node) ? node.range : undefined) ?? []
  if (text.slice(start, end) === value) return start
  return text.slice(start + 1, end - 1) === value ? start + 1 : undefined
}

function pairsOf(node: unknown): readonly Pair[] {
  return isMap(node) ? node.items : []
}

function itemsOf(node: unknown): readonly Node[] {
  if (isSeq(node)) return node.items.filter((each) => isNode(each))
  return isNode(node) ? [node] : []
}

const keyOf = (pair: Pair): string => scalarText(pair.key)

function statementsOf(context: YamlContext, pair: Pair): Statement[] {
  const span = context.pairSpan(pair)
  const { value } = pair
  switch (keyOf(pair)) {
    case 'policy':
      return [{ kind: 'policy', name: context.text(value), span }]
    case 'language':
      return [{ kind: 'language', version: Number(scalarText(value)), span }]
    case 'import':
      return itemsOf(value).map((each) => {
        const target = context.text(each)
        return { kind: 'import', target, isPath: /^[./~]/.test(target.value), span: target.span }
      })
    case 'mode':
      return MODES.filter((mode) => mode === scalarText(value)).map((mode) => ({
        kind: 'mode',
        mode,
        span,
      }))
    case 'let':
      return pairsOf(value).flatMap((each) => letStatement(context, each))
    case 'default':
      return defaults(context, pair)
    case 'on':
      return pairsOf(value).flatMap((each) => {
        const risk = RISKS.find((name) => name === keyOf(each))
        const decision = DECISIONS.find((name) => name === scalarText(each.value))
        return risk && decision
          ? [{ kind: 'on' as const, risk, decision, span: context.pairSpan(each) }]
          : []
      })
    case 'override': {
      const [by] = pairsOf(value)
      return [{ kind: 'override', ...(by ? { role: context.text(by.value) } : {}), span }]
    }
    case 'rules':
      return itemsOf(value).flatMap((each) => rule(context, each) ?? [])
    case 'commands':
      return pairsOf(value).flatMap((each) => {
        const name = { value: 'command', span: context.span(each.key) }
        return (
          block(context, name, each.value, context.pairSpan(each), context.text(each.key)) ?? []
        )
      })
    case 'tests':
      return itemsOf(value).flatMap((each) => test(context, each) ?? [])
    case 'never':
      return itemsOf(value).flatMap((each) => {
        const read = context.read(each, 'phrase', NEVER)
        return read ? [{ kind: 'never' as const, ...read, span: context.span(each) }] : []
      })
    default: {
      const built = block(context, context.text(pair.key), value, span)
      return built ? [built] : []
    }
  }
}

function defaults(context: YamlContext, pair: Pair): Statement[] {
  if (!isMap(pair.value)) return defaultOf('', pair.value, context.pairSpan(pair))
  return pairsOf(pair.value).flatMap((each) =>
    defaultOf(keyOf(each), each.value, context.pairSpan(each)),
  )
}

/** Any key that is no action is the one for the rest. */
function defaultOf(key: string, node: unknown, span: Span): Statement[] {
  const action = ACTIONS.find((name) => name === key)
  const decision = DECISIONS.find((name) => name === scalarText(node))
  return decision ? [{ kind: 'default', ...(action ? { action } : {}), decision, span }] : []
}

function letStatement(context: YamlContext, pair: Pair): Statement[] {
  const members = itemsOf(pair.value).map((each) => context.read(each, 'phrase', MEMBER))
  const known = members.flatMap((each) => (each ? [each] : []))
  if (known.length < members.length) return []
  const report: Build['report'] = (...found) => context.reporter.report(...found)
  const build: Build = { spanOf: () => context.pairSpan(pair), report, isBlock: false }
  return [ast.letOf(build, context.text(pair.key), known, context.pairSpan(pair))]
}

const NEVER: PhraseOf<{ readonly isAskToo: boolean; readonly pattern: Pattern }> = {
  rule: (parser) => parser.neverBody(),
  build: (build, node: NeverBodyCstNode) => ast.never(build, node),
}
const MEMBER: PhraseOf<ReturnType<typeof words>> = {
  rule: (parser) => parser.groupMember(),
  build: (build, node: GroupMemberCstNode) => words(build, node.children.patternWord),
}
const PATTERN: PhraseOf<Pattern> = {
  rule: (parser) => parser.pattern(),
  build: (build, node: PatternCstNode) => {
    const built = pattern(build, node)
    ast.refuseActionWord(build, built)
    return built
  },
}
const EXCEPT: PhraseOf<Except[]> = {
  rule: (parser) => parser.exceptList(),
  build: (build, node: ExceptListCstNode) => ast.exceptItems(build, node),
}
const CONDITION: PhraseOf<ReturnType<typeof condition>> = {
  rule: (parser) => parser.condition(),
  build: (build, node: ConditionCstNode) => condition(build, node),
}
const PLACE: PhraseOf<ReturnType<typeof wordOf>> = {
  rule: (parser) => parser.factValue(),
  build: (build, node: FactValueCstNode) => wordOf(build, node.children),
}
const ENTRY: PhraseOf<Entry | Block> = {
  rule: (parser) => parser.entry(),
  build: (build, node: EntryCstNode) => ast.entry(build, node),
}
const LINE: PhraseOf<Entry['words']> = {
  rule: (parser) => parser.entryWords(),
  build: (build, node: EntryWordsCstNode) => ast.lineWords(build, node),
}

interface Head {
  readonly actions: readonly ActionWord[]
  readonly patterns: readonly Pattern[]
}

function rule(context: YamlContext, node: Node): Rule | undefined {
  const pairs = new Map(pairsOf(node).map((pair) => [keyOf(pair), pair]))
  const value = (key: string): unknown => pairs.get(key)?.value
  const decision = DECISIONS.find((each) => pairs.has(each))
  const [level] = pairsOf(value('risk'))
  const risk = RISKS.find((each) => level && each === keyOf(level))
  let effect: RuleEffect | undefined
  if (decision) effect = { kind: 'decision', decision }
  else if (risk) effect = { kind: 'risk', risk }
  const head = ruleHead(context, decision ? value(decision) : level?.value, pairs.get('action'))
  const except = itemsOf(value('except')).map((each) => context.read(each, 'phrase', EXCEPT))
  const when = pairs.has('when') ? context.read(value('when'), 'phrase', CONDITION) : undefined
  const obligations = pairsOf(value('with')).map((each) =>
    block(context, context.text(each.key), each.value, context.pairSpan(each)),
  )
  // One part that cannot be read leaves the whole rule out: never a partly applied rule.
  if (!effect || !head || except.includes(undefined) || obligations.includes(undefined))
    return undefined
  if (pairs.has('when') && !when) return undefined
  return {
    kind: 'rule',
    effect,
    ...head,
    except: except.flatMap((each) => each ?? []),
    ...(when ? { when } : {}),
    ...(pairs.has('because') ? { because: context.text(value('because')) } : {}),
    ...(pairs.has('instead') ? { instead: context.text(value('instead')) } : {}),
    obligations: obligations.flatMap((each) => each ?? []),
    span: context.span(node),
  }
}

/** A string holds actions and patterns as in `.oa`; a list holds one pattern each, the actions stand under `action`. */
function ruleHead(
  context: YamlContext,
  value: unknown,
  action: Pair | undefined,
): Head | undefined {
  const actions = itemsOf(action?.value).flatMap((each) => {
    const found = ACTIONS.find((name) => name === scalarText(each))
    return found ? [{ action: found, span: context.span(each) }] : []
  })
  if (isSeq(value)) {
    const read = itemsOf(value).map((each) => context.read(each, 'phrase', PATTERN))
    const patterns = read.flatMap((each) => each ?? [])
    return patterns.length === read.length ? { actions, patterns } : undefined
  }
  const head = context.read<Head>(value, 'phrase', {
    rule: (parser) => parser.ruleHead(),
    build: (build, node: RuleHeadCstNode) =>
      ast.ruleHeadOf(build, node, context.span(value), 'a rule'),
  })
  if (head && action && head.actions.length > 0) {
    context.reporter.report(
      'OA1022',
      'the actions of this rule stand twice',
      context.span(action.key),
      {
        help: 'write them in the string or under `action`, not both',
      },
    )
    return undefined
  }
  return head && action ? { actions, patterns: head.patterns } : head
}

function test(context: YamlContext, node: Node): Statement | undefined {
  const pairs = new Map(pairsOf(node).map((pair) => [keyOf(pair), pair.value]))
  const decision = DECISIONS.find((each) => each === scalarText(pairs.get('is')))
  const facts = pairs.has('when') ? context.read(pairs.get('when'), 'phrase', CONDITION) : undefined
  const place = pairs.has('in') ? context.read(pairs.get('in'), 'phrase', PLACE) : undefined
  if (!decision || (pairs.has('when') && !facts) || (pairs.has('in') && !place)) return undefined
  if (place && place.kind !== 'word') {
    context.reporter.report('OA1022', 'a test runs in one folder, not in a set', place.span, {
      help: 'write `in: ./folder`',
    })
    return undefined
  }
  return {
    kind: 'test',
    line: context.text(pairs.get('line')),
    ...(place ? { path: { value: place.text, span: place.span } } : {}),
    ...(facts ? { facts } : {}),
    decision,
    span: context.span(node),
  }
}

/** A map of keys, a list of lines as in `.oa`, or one line. */
function block(
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
