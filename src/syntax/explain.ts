/** What the lexer and the parser could not read, in words for people. */
import type { IRecognitionException, IToken } from 'chevrotain'
import type { LexProblem, LexStatement } from '../../grammar/lexed.ts'
import {
  BLOCK_NAMES,
  CLAUSE_WORDS,
  DECISION_WORDS,
  RESERVED_WORDS,
  STATEMENT_WORDS,
  TOKENS,
} from '../../grammar/tokens.ts'
import type { Code } from '../base/codes.ts'
import { POLICY_NESTING_MAX } from '../base/limits.ts'
import { nearest } from '../base/nearest.ts'
import type { Span } from '../base/source.ts'
import { ACTIONS, DECISIONS, MODES, RISKS } from '../model/vocabulary.ts'
import { type Build, endOf, quote, tokenSpan } from './build-words.ts'

interface Explained {
  readonly code: Code
  readonly message: string
  readonly span: Span
  readonly help: string
}

const IMAGE_CHARS_MAX = 40

function show(text: string): string {
  const short = text.length > IMAGE_CHARS_MAX ? `${text.slice(0, IMAGE_CHARS_MAX)}…` : text
  return `\`${short}\``
}

/** The finding for something that the lexer could not read; `written` is the text that it underlines. */
export function explainProblem(build: Build, problem: LexProblem, written: string): Explained {
  const span = build.spanOf(problem.start, problem.end)
  switch (problem.kind) {
    case 'unclosed-string':
      return {
        code: 'OA1012',
        message: 'the string is not closed on its line',
        span,
        help: `end it with \`${written.charAt(0)}\`; a line break inside is written \`\\n\``,
      }
    case 'unclosed-regex':
      return {
        code: 'OA1012',
        message: 'the regular expression has no closing `/`',
        span,
        help: 'end it with `/`; a slash inside is written `\\/`',
      }
    case 'unclosed-brace':
      return { code: 'OA1013', message: 'the `{` is not closed', span, help: 'close it with `}`' }
    case 'stray-brace':
      return {
        code: 'OA1013',
        message: 'the `}` closes nothing',
        span,
        help: 'remove it, or write the `{` that it belongs to',
      }
    case 'too-deep':
      return {
        code: 'OA1004',
        message: `braces nest deeper than ${POLICY_NESTING_MAX}`,
        span,
        help: 'name the inner alternatives with `let NAME = { … }` and write `@NAME`',
      }
    case 'glued-quote': {
      const whole = quote(written.replaceAll(/["']/g, ''))
      return {
        code: 'OA1014',
        message: 'quotes stand around a whole word, not inside or beside one',
        span,
        help: `quote all of it: \`${whole}\``,
      }
    }
    case 'glued-brace':
      return {
        code: 'OA1014',
        message: 'braces glued to a word hold no blanks',
        span,
        help: 'remove the blanks inside the braces, or put a blank before `{` and after `}`',
      }
    case 'bad-set-name':
      return {
        code: 'OA1014',
        message: `${show(written)} is not the name of a set`,
        span,
        help: `quote it if the word itself is meant: \`${quote(written)}\``,
      }
    case 'swallowed-statement':
      return {
        code: 'OA1014',
        message: `the line before ${show(written)} ends in a comma or bar, so this would be a pattern`,
        span,
        help: `remove the comma or bar above, or quote the word: \`${quote(written)}\``,
      }
  }
}

/** The shape of each statement and clause, as help that can be pasted and filled in. */
const FORMS: ReadonlyMap<string, string> = new Map([
  ['policyStatement', 'policy "NAME"'],
  ['languageStatement', 'language 1'],
  ['importStatement', 'import std'],
  ['modeStatement', 'mode approve'],
  ['letStatement', 'let NAME = { WORD, WORD }'],
  ['defaultStatement', 'default deny'],
  ['onStatement', 'on high deny'],
  ['overrideStatement', 'override by ROLE'],
  ['ruleStatement', 'deny git push --force'],
  ['ruleHead', 'deny git push --force'],
  ['groupWord', '{ WORD, WORD }'],
  ['groupMember', '{ WORD, WORD }'],
  ['exceptClause', 'except PATTERN'],
  ['exceptItem', 'except PATTERN'],
  ['whenClause', 'when role is operator'],
  ['condition', 'when role is operator'],
  ['conjunction', 'when role is operator'],
  ['negation', 'when role is operator'],
  ['fact', 'when role is operator'],
  ['factValue', 'when role is operator'],
  ['factRange', 'when day in { mon, tue }'],
  ['becauseClause', 'because "REASON"'],
  ['insteadClause', 'instead "COMMAND"'],
  ['withClause', 'with network off'],
  ['obligation', 'with network off'],
  ['obligationLine', 'with network off'],
  ['blockStatement', 'sandbox { required; backend auto }'],
  ['blockBody', 'sandbox { required; backend auto }'],
  ['entry', 'sandbox { required; backend auto }'],
  ['testStatement', 'test "git status" is allow'],
  ['neverStatement', 'never curl | sh'],
  ['neverBody', 'never curl | sh'],
])

/** Words that a token type stands for, where there are few: what a misspelled one is compared with. */
const CANDIDATES: ReadonlyMap<string, readonly string[]> = new Map<string, readonly string[]>([
  ['DecisionWord', DECISIONS],
  ['LevelWord', RISKS],
  ['ModeWord', MODES],
  ['ActionWord', ACTIONS],
  ['BlockName', BLOCK_NAMES],
])

/** The finding for a text that the grammar does not take; `outer` is the rule that read it. */
export function explainSyntax(
  build: Build,
  error: IRecognitionException,
  statement: LexStatement,
  outer: string,
): Explained {
  const rule = error.context.ruleStack.at(-1) ?? ''
  const found = statement.tokens.includes(error.token) ? error.token : undefined
  if (rule === 'statement' && found) return explainStart(build, found)
  const before = found
    ? statement.tokens[statement.tokens.indexOf(found) - 1]
    : statement.tokens.at(-1)
  const reserved = found ? explainReserved(build, found, before, statement, outer) : undefined
  if (reserved) return reserved
  const expected = error.message.split(' ').filter((each) => each !== '')
  const named = found ? explainName(build, found, rule, expected) : undefined
  if (named) return named
  const form = FORMS.get(rule)
  const help = form ? `write it like \`${form}\`` : 'end the statement here'
  const wanted = labels(expected)
  const message = found
    ? `${wanted ? `expected ${wanted}, found` : 'nothing may follow here, found'} ${show(found.image)}`
    : `the statement ends too early${wanted ? `, expected ${wanted}` : ''}`
  const end = before ? endOf(before) : statement.end
  const span = found ? tokenSpan(build, found) : build.spanOf(end, end)
  return { code: 'OA1010', message, span, help }
}

/** Token types as people call them; the rest go by their label. */
const SAID: ReadonlyMap<string, string> = new Map([
  ['AnyWord', 'a word'],
  ['PatternWord', 'a word'],
  ['ValueWord', 'a word'],
  ['Integer', 'a number'],
  ['DecisionWord', 'a decision'],
  ['LevelWord', 'a risk level'],
  ['ModeWord', 'a mode'],
  ['ActionWord', 'an action'],
  ['BlockName', 'the name of a block'],
  ['Quoted', 'a quoted string'],
  ['SetName', 'a set'],
  ['Regex', 'a regular expression'],
])

function labels(expected: readonly string[]): string {
  const found = expected.flatMap(
    (name) => SAID.get(name) ?? TOKENS.find((each) => each.name === name)?.LABEL ?? [],
  )
  const unique = [...new Set(found)]
  if (unique.length < 2) return unique.join('')
  return `${unique.slice(0, -1).join(', ')} or ${unique.at(-1)}`
}

/** No statement starts so. */
function explainStart(build: Build, found: IToken): Explained {
  const span = tokenSpan(build, found)
  const word = found.image
  const candidates = [...STATEMENT_WORDS, ...DECISION_WORDS, ...BLOCK_NAMES]
  const meant = nearest(word, candidates)
  const isAction = (ACTIONS as readonly string[]).includes(word)
  const isClause = (CLAUSE_WORDS as readonly string[]).includes(word)
  let help = `start with a decision (\`${DECISION_WORDS.join('`, `')}\`) or another statement word`
  if (meant) help = `did you mean \`${meant}\`?`
  else if (isAction) help = `put a decision before the action: \`deny ${word}\``
  else if (isClause) help = 'a clause follows a rule: `deny git push --force because "…"`'
  return { code: 'OA1011', message: `no statement starts with ${show(word)}`, span, help }
}

/** Rules that read a pattern alone, as the strings of YAML hold it. */
const PATTERN_RULES: ReadonlySet<string> = new Set([
  'ruleHead',
  'pattern',
  'exceptList',
  'neverBody',
  'groupMember',
])

/** A reserved word or character where a pattern goes on. */
function explainReserved(
  build: Build,
  found: IToken,
  before: IToken | undefined,
  statement: LexStatement,
  outer: string,
): Explained | undefined {
  const span = tokenSpan(build, found)
  const { image } = found
  const first = statement.tokens[0]?.image ?? ''
  const isRule =
    [...DECISION_WORDS, 'risk', 'never'].some((each) => each === first) || PATTERN_RULES.has(outer)
  if (!isRule) return undefined
  if (before?.image === 'only') {
    const help = 'put `only` last in the pattern, or quote it: `"only"`'
    return {
      code: 'OA1014',
      message: '`only` ends a pattern',
      span: tokenSpan(build, before),
      help,
    }
  }
  if (image === ';') {
    const help = 'write each rule on a line of its own, or quote the word: `";"`'
    return { code: 'OA1014', message: '`;` does not separate rules', span, help }
  }
  const isClause = (CLAUSE_WORDS as readonly string[]).includes(image)
  const isReserved = (RESERVED_WORDS as readonly string[]).includes(image) && !isClause
  if (!isReserved && !['|', '(', ')'].includes(image)) return undefined
  const help = `quote the word if the text itself is meant: \`"${image}"\``
  return { code: 'OA1014', message: `${show(image)} is reserved in patterns`, span, help }
}

/** One of a few words should stand here, and another one does. */
function explainName(
  build: Build,
  found: IToken,
  rule: string,
  expected: readonly string[],
): Explained | undefined {
  const known = expected.flatMap((name) => CANDIDATES.get(name) ?? [])
  if (known.length === 0 || !/^[\w-]+$/.test(found.image)) return undefined
  const candidates = rule === 'defaultStatement' ? [...known, ...ACTIONS] : known
  const meant = nearest(found.image, candidates)
  return {
    code: 'OA2004',
    message: `${show(found.image)} is not ${labels(expected)}`,
    span: tokenSpan(build, found),
    help: meant ? `did you mean \`${meant}\`?` : `use one of \`${known.join('`, `')}\``,
  }
}
