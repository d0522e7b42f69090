/**
 * CST → tree. Reports what the grammar lets through and the tree cannot say; a statement with a report is left out by
 * the caller.
 */
import type { IToken } from 'chevrotain'
import type {
  BlockBodyCstNode,
  EntryCstNode,
  EntryWordCstNode,
  EntryWordsCstNode,
  ExceptListCstNode,
  NeverBodyCstNode,
  ObligationCstNode,
  PatternWordCstNode,
  RuleHeadCstNode,
  RuleStatementCstNode,
  StatementCstNode,
  TestStatementCstNode,
} from '../../grammar/cst.gen.ts'
import type { Span } from '../base/source.ts'
import { ACTIONS, DECISIONS, type Decision, MODES, RISKS } from '../model/vocabulary.ts'
import type {
  ActionWord,
  Block,
  Entry,
  EntryWord,
  Except,
  LetStatement,
  Pattern,
  PatternWord,
  Rule,
  RuleEffect,
  Statement,
  Test,
  Text,
} from './ast.ts'
import { condition } from './build-conditions.ts'
import {
  actionWords,
  type Build,
  groupWord,
  nodeSpan,
  only,
  pattern,
  quote,
  textOf,
  tokenSpan,
  unquote,
  wordOf,
} from './build-words.ts'

/** The statement of a CST that parsed without an error. */
export function statement(build: Build, node: StatementCstNode): Statement {
  const it = node.children
  const span = nodeSpan(build, node)
  if (it.ruleStatement) return rule(build, only(it.ruleStatement))
  if (it.testStatement) return test(build, only(it.testStatement))
  if (it.neverStatement) {
    return {
      kind: 'never',
      ...never(build, only(only(it.neverStatement).children.neverBody)),
      span,
    }
  }
  if (it.blockStatement) {
    const { BlockName, blockLabel, blockBody } = only(it.blockStatement).children
    const label = blockLabel ? textFrom(build, only(blockLabel).children) : undefined
    const head = { kind: 'block' as const, name: textOf(build, only(BlockName)) }
    const entries = body(build, only(blockBody))
    return { ...head, ...(label ? { label } : {}), entries, span }
  }
  return setting(build, it, span)
}

function setting(build: Build, it: StatementCstNode['children'], span: Span): Statement {
  if (it.policyStatement) {
    return {
      kind: 'policy',
      name: unquote(build, only(only(it.policyStatement).children.Quoted)),
      span,
    }
  }
  if (it.languageStatement) {
    const version = Number(only(only(it.languageStatement).children.Integer).image)
    return { kind: 'language', version, span }
  }
  if (it.importStatement) {
    const { children } = only(it.importStatement)
    const isPath = children.Quoted !== undefined
    return { kind: 'import', target: textFrom(build, children), isPath, span }
  }
  if (it.modeStatement) {
    const token = only(only(it.modeStatement).children.ModeWord)
    return { kind: 'mode', mode: oneOf(MODES, token), span }
  }
  if (it.letStatement) {
    const { ValueWord, groupWord: group } = only(it.letStatement).children
    return letOf(build, textOf(build, only(ValueWord)), groupWord(build, only(group)).members, span)
  }
  if (it.defaultStatement) {
    const { ActionWord: action, DecisionWord } = only(it.defaultStatement).children
    const decision = oneOf(DECISIONS, only(DecisionWord))
    return {
      kind: 'default',
      ...(action ? { action: oneOf(ACTIONS, only(action)) } : {}),
      decision,
      span,
    }
  }
  if (it.onStatement) {
    const { LevelWord, DecisionWord } = only(it.onStatement).children
    const decision = oneOf(DECISIONS, only(DecisionWord))
    return { kind: 'on', risk: oneOf(RISKS, only(LevelWord)), decision, span }
  }
  const { children } = only(it.overrideStatement)
  if (children.Word_off) return { kind: 'override', span }
  return { kind: 'override', role: textFrom(build, children), span }
}

/** Names of sets are plain: what stands after `@` must be writable. */
export function letOf(
  build: Build,
  name: Text,
  members: readonly (readonly PatternWord[])[],
  span: Span,
): LetStatement {
  if (!/^[A-Za-z_][\w-]*$/.test(name.value)) {
    build.report('OA2005', `\`${name.value}\` cannot name a set`, name.span, {
      help: 'use letters, digits, `-` and `_`, a letter first',
    })
  }
  return { kind: 'let', name, members, span }
}

function oneOf<T extends string>(words: readonly T[], token: IToken): T {
  const found = words.find((each) => each === token.image)
  if (found === undefined)
    throw new Error(`the grammar took \`${token.image}\` for one of ${words.join(', ')}`)
  return found
}

function textFrom(
  build: Build,
  children: {
    readonly ValueWord?: IToken[]
    readonly AnyWord?: IToken[]
    readonly Quoted?: IToken[]
  },
): Text {
  const token = (children.ValueWord ?? children.AnyWord)?.[0]
  return token ? textOf(build, token) : unquote(build, only(children.Quoted))
}

function rule(build: Build, node: RuleStatementCstNode): Rule {
  const { DecisionWord, LevelWord, ruleHead, clause = [] } = node.children
  const span = nodeSpan(build, node)
  const effect: RuleEffect = DecisionWord
    ? { kind: 'decision', decision: oneOf(DECISIONS, only(DecisionWord)) }
    : { kind: 'risk', risk: oneOf(RISKS, only(LevelWord)) }
  const word = only(DecisionWord ?? LevelWord)
  const head = ruleHeadOf(build, only(ruleHead), tokenSpan(build, word), word.image)
  const clauses = clause.map((each) => each.children)
  const pick = <T extends Parameters<typeof nodeSpan>[1]>(
    name: string,
    found: readonly (readonly T[] | undefined)[],
  ): T | undefined => {
    const [first, second] = found.flatMap((each) => each ?? [])
    if (second) {
      const again = nodeSpan(build, second)
      build.report('OA2002', `\`${name}\` stands twice in one rule`, again, {
        help: `join them into one \`${name}\``,
      })
    }
    return first
  }
  const except = pick(
    'except',
    clauses.map((each) => each.exceptClause),
  )
  const when = pick(
    'when',
    clauses.map((each) => each.whenClause),
  )
  const because = pick(
    'because',
    clauses.map((each) => each.becauseClause),
  )
  const instead = pick(
    'instead',
    clauses.map((each) => each.insteadClause),
  )
  const obligations = pick(
    'with',
    clauses.map((each) => each.withClause),
  )
  return {
    kind: 'rule',
    effect,
    ...head,
    except: except ? exceptItems(build, only(except.children.exceptList)) : [],
    ...(when ? { when: condition(build, only(when.children.condition)) } : {}),
    ...(because ? { because: unquote(build, only(because.children.Quoted)) } : {}),
    ...(instead ? { instead: unquote(build, only(instead.children.Quoted)) } : {}),
    obligations: (obligations?.children.obligation ?? []).map((each) => obligation(build, each)),
    span,
  }
}

/** Actions and patterns of a rule; `of` is what a rule without either lacks them for. */
export function ruleHeadOf(
  build: Build,
  node: RuleHeadCstNode,
  at: Span,
  of: string,
): { readonly actions: ActionWord[]; readonly patterns: Pattern[] } {
  const actions = actionWords(build, node.children.actionList?.[0])
  const patterns = (node.children.pattern ?? []).map((each) => pattern(build, each))
  if (patterns.length === 0) {
    const run = actions.find((each) => each.action === 'run')
    if (actions.length === 0 || run) {
      build.report('OA1010', `\`${run ? 'run' : of}\` needs a pattern`, run?.span ?? at, {
        help: `name what is meant: \`${of === 'run' ? '' : `${of} `}git push\`, or \`*\` for every program`,
      })
    }
  }
  const isRunOnly = actions.length === 1 && actions[0]?.action === 'run'
  if (isRunOnly) return { actions, patterns }
  for (const [index, each] of patterns.entries()) {
    if (index > 0 || actions.length > 0) refuseActionWord(build, each)
  }
  return { actions, patterns }
}

/** WHY: `deny rm, write /etc/**` would deny a program called write and leave the file alone. */
export function refuseActionWord(build: Build, each: Pattern): void {
  const first = each.kind === 'command' ? each.stages[0]?.words[0] : undefined
  if (first?.kind !== 'word' || first.isQuoted) return
  if (!(ACTIONS as readonly string[]).includes(first.text)) return
  build.report(
    'OA1014',
    `the action word \`${first.text}\` stands where a pattern starts`,
    first.span,
    {
      help: `give the action a rule of its own, or quote the word: \`${quote(first.text)}\``,
    },
  )
}

/** What stands after `except`. */
export function exceptItems(build: Build, node: ExceptListCstNode): Except[] {
  return node.children.exceptItem.map((each) => ({
    actions: actionWords(build, each.children.actionList?.[0]),
    pattern: pattern(build, only(each.children.pattern)),
    span: nodeSpan(build, each),
  }))
}

function obligation(build: Build, node: ObligationCstNode): Block {
  const { BlockName, blockBody, obligationLine } = node.children
  const name = textOf(build, only(BlockName))
  const span = nodeSpan(build, node)
  if (blockBody) return { kind: 'block', name, entries: body(build, only(blockBody)), span }
  const line = only(obligationLine)
  const key = textOf(build, only(line.children.PatternWord))
  const words = entryWords({ ...build, isBlock: true }, line.children.patternWord)
  const single: Entry = { kind: 'entry', key, words, span: nodeSpan(build, line) }
  return { kind: 'block', name, entries: [single], span }
}

function entryWords(
  build: Build,
  nodes: readonly (EntryWordCstNode | PatternWordCstNode)[] = [],
): EntryWord[] {
  return nodes.map((each) => {
    const word = wordOf(build, each.children)
    return 'Comma' in each.children && each.children.Comma ? { ...word, isAfterComma: true } : word
  })
}

function body(build: Build, node: BlockBodyCstNode): (Entry | Block)[] {
  const inside: Build = { ...build, isBlock: true }
  return (node.children.entry ?? []).map((each) => entry(inside, each))
}

/** The words after a key. */
export function lineWords(build: Build, node: EntryWordsCstNode): EntryWord[] {
  return entryWords(build, node.children.entryWord)
}

/** One line of a block, or a block inside it. */
export function entry(build: Build, node: EntryCstNode): Entry | Block {
  const { AnyWord, entryWords: line, blockBody } = node.children
  const key = textOf(build, only(AnyWord))
  const words = lineWords(build, only(line))
  const span = nodeSpan(build, node)
  if (!blockBody) return { kind: 'entry', key, words, span }
  const [label] = words
  if (label && label.kind !== 'word') {
    build.report('OA1010', 'the label of a block is one word', label.span, {
      help: `write a block for each: \`${key.value} NAME { … }\``,
    })
  }
  const text = label?.kind === 'word' ? { value: label.text, span: label.span } : undefined
  const entries = body(build, only(blockBody))
  return { kind: 'block', name: key, ...(text ? { label: text } : {}), entries, span }
}

function test(build: Build, node: TestStatementCstNode): Test {
  const { Quoted, factValue, whenClause, DecisionWord } = node.children
  const path = factValue ? wordOf(build, only(factValue).children) : undefined
  if (path && path.kind !== 'word') {
    build.report('OA1010', 'a test runs in one folder, not in a set', path.span, {
      help: 'write `in ./folder`',
    })
  }
  const decision: Decision = oneOf(DECISIONS, only(DecisionWord))
  return {
    kind: 'test',
    line: unquote(build, only(Quoted)),
    ...(path?.kind === 'word' ? { path: { value: path.text, span: path.span } } : {}),
    ...(whenClause ? { facts: condition(build, only(only(whenClause).children.condition)) } : {}),
    decision,
    span: nodeSpan(build, node),
  }
}

/** What follows `never`. */
export function never(
  build: Build,
  node: NeverBodyCstNode,
): { readonly isAskToo: boolean; readonly pattern: Pattern } {
  const { Word_ask, pattern: inner } = node.children
  return { isAskToo: Word_ask !== undefined, pattern: pattern(build, only(inner)) }
}
