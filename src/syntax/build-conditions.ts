/** CST → tree for what stands after `when`. */
import type {
  ConditionCstNode,
  ConjunctionCstNode,
  FactCstNode,
  FactRangeCstNode,
  NegationCstNode,
} from '../../grammar/cst.gen.ts'
import { CONDITION_FACTS_MAX, POLICY_NESTING_MAX } from '../base/limits.ts'
import type { Condition, PatternWord } from './ast.ts'
import { type Build, groupWord, nodeSpan, only, plainWord, textOf, wordOf } from './build-words.ts'

/** Builds a condition; `and` and `or` lean left, as read. */
export function condition(build: Build, node: ConditionCstNode): Condition {
  const counter = { facts: 0 }
  const built = disjunction(build, node, counter)
  if (counter.facts > CONDITION_FACTS_MAX) {
    build.report(
      'OA1004',
      `the condition joins ${counter.facts} facts, more than ${CONDITION_FACTS_MAX}`,
      built.span,
      { help: 'write `FACT in { VALUE, VALUE }` for several values of one fact' },
    )
  }
  return built
}

interface Counter {
  facts: number
}

function disjunction(build: Build, node: ConditionCstNode, counter: Counter): Condition {
  return join(
    'or',
    node.children.conjunction.map((each) => conjunction(build, each, counter)),
  )
}

function conjunction(build: Build, node: ConjunctionCstNode, counter: Counter): Condition {
  return join(
    'and',
    node.children.negation.map((each) => negation(build, each, counter)),
  )
}

function join(kind: 'and' | 'or', parts: readonly Condition[]): Condition {
  return parts.reduce((left, right) => ({
    kind,
    left,
    right,
    span: { source: left.span.source, start: left.span.start, end: right.span.end },
  }))
}

function negation(build: Build, node: NegationCstNode, counter: Counter): Condition {
  const { condition: inner, fact: leaf, Word_not: nots = [] } = node.children
  let built = inner ? disjunction(build, only(inner), counter) : fact(build, only(leaf), counter)
  if (nots.length > POLICY_NESTING_MAX) {
    build.report('OA1004', 'the condition nests too many `not`', nodeSpan(build, node), {
      help: 'two `not` cancel each other',
    })
    return built
  }
  const end = nodeSpan(build, node).end
  for (const token of nots.toReversed()) {
    const span = { ...nodeSpan(build, node), start: build.spanOf(token.startOffset, 0).start, end }
    built = { kind: 'not', operand: built, span }
  }
  return built
}

function fact(build: Build, node: FactCstNode, counter: Counter): Condition {
  counter.facts += 1
  const { children } = node
  const head = textOf(build, only(children.ValueWord))
  const name = children.name?.[0]
  if (name && head.value !== 'env') {
    const span = textOf(build, name).span
    build.report('OA1010', `\`${name.image}\` stands between a fact and \`is\` or \`in\``, span, {
      help: `write \`${head.value} is ${name.image}\``,
    })
  } else if (!name && head.value === 'env') {
    build.report('OA1010', '`env` needs the name of a variable', head.span, {
      help: 'write `env NAME is VALUE`',
    })
  }
  const value = children.factValue?.[0]
  return {
    kind: 'fact',
    fact: head,
    ...(name ? { name: textOf(build, name) } : {}),
    operator: value ? 'is' : 'in',
    values: value ? [wordOf(build, value.children)] : range(build, only(children.factRange)),
    span: nodeSpan(build, node),
  }
}

function range(build: Build, node: FactRangeCstNode): PatternWord[] {
  const { factValue, groupWord: group, zone } = node.children
  if (factValue) {
    const value = wordOf(build, only(factValue).children)
    return zone ? [value, plainWord(build, only(zone))] : [value]
  }
  const values = groupWord(build, only(group)).members.flat()
  for (const each of values) {
    if (each.kind !== 'group') continue
    build.report('OA1010', 'values in braces hold no braces of their own', each.span, {
      help: 'list the values: `{ A, B }`',
    })
  }
  return values
}
