/**
 * A YAML document of the right shape → the statements that the same policy has in `.oa`, in the order of the keys.
 */
import { type Document, isMap, isSeq, type Node, type Pair } from 'yaml'
import type {
  ConditionCstNode,
  ExceptListCstNode,
  FactValueCstNode,
  GroupMemberCstNode,
  NeverBodyCstNode,
  PatternCstNode,
  RuleHeadCstNode,
} from '../../grammar/cst.gen.ts'
import type { Reporter } from '../base/diagnostic.ts'
import type { SourceFile, Span } from '../base/source.ts'
import { ACTIONS, DECISIONS, MODES, RISKS } from '../model/vocabulary.ts'
import type { ActionWord, Except, Pattern, Rule, RuleEffect, Statement } from './ast.ts'
import * as ast from './build-ast.ts'
import { condition } from './build-conditions.ts'
import { type Build, pattern, wordOf, words } from './build-words.ts'
import { block } from './yaml-blocks.ts'
import { itemsOf, keyOf, type PhraseOf, pairsOf, scalarText, YamlContext } from './yaml-context.ts'

/** The statements; what cannot be read is reported and left out. The document must have passed `checkShape`. */
export function buildPolicy(
  source: SourceFile,
  document: Document.Parsed,
  reporter: Reporter,
): Statement[] {
  const context = new YamlContext(source, reporter)
  return pairsOf(document.contents).flatMap((pair) => statementsOf(context, pair))
}

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
