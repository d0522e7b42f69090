/**
 * Every token of the language: its name, what it matches and the label that messages and the EBNF show.
 *
 * Texts are cut by `lexer.ts`, not by patterns here: what a character means depends on where it stands. A keyword is
 * an ordinary word that also has a type of its own, so `allow make test` needs no quotes; only the reserved words
 * are no pattern words.
 */
import {
  createToken,
  createTokenInstance,
  type IToken,
  Lexer,
  type TokenType,
  tokenMatcher,
} from 'chevrotain'

function token(name: string, label: string, categories: TokenType[] = []): TokenType {
  return createToken({ name, label, categories, pattern: Lexer.NA })
}

/** Any unquoted word; what block entries take. */
export const AnyWord = token('AnyWord', 'WORD')
/** A word that is not reserved; what patterns take. */
export const PatternWord = token('PatternWord', 'PATTERN-WORD', [AnyWord])
/** A pattern word other than `and or not in`; what conditions take. */
export const ValueWord = token('ValueWord', 'VALUE', [PatternWord])
/** A word that is no keyword. */
export const Plain = token('Plain', 'plain word', [ValueWord])
export const Integer = token('Integer', 'INTEGER', [ValueWord])

export const DecisionWord = token('DecisionWord', 'DECISION', [ValueWord])
export const LevelWord = token('LevelWord', 'LEVEL', [ValueWord])
export const ModeWord = token('ModeWord', 'MODE', [ValueWord])
export const ActionWord = token('ActionWord', 'ACTION', [ValueWord])
/** Names of the blocks that may stand at the top of a file or after `with`. */
export const BlockName = token('BlockName', 'BLOCK-NAME', [ValueWord])

export const Quoted = token('Quoted', 'STRING')
export const SetName = token('SetName', '@SET')
export const Regex = token('Regex', '/REGEX/')
export const Comma = token('Comma', '`,`')
export const Pipe = token('Pipe', '`|`')
export const ParenOpen = token('ParenOpen', '`(`')
export const ParenClose = token('ParenClose', '`)`')
/** `{` of alternatives: newlines inside mean nothing. */
export const GroupOpen = token('GroupOpen', '`{`')
/** `{` of a block: `;` and newlines separate its entries. */
export const BlockOpen = token('BlockOpen', '`{`')
export const BraceClose = token('BraceClose', '`}`')
/** `;`, or a newline between the entries of a block. */
export const Separator = token('Separator', '`;` or newline')
/** The newline that ends a statement. */
export const End = token('End', 'newline')

const keyword = (text: string, categories: TokenType[]): TokenType =>
  token(`Word_${text === '=' ? 'equals' : text}`, `\`${text}\``, categories)

const keywords = (texts: readonly string[], categories: TokenType[]): [string, TokenType][] =>
  texts.map((text) => [text, keyword(text, categories)])

export const STATEMENT_WORDS = [
  'policy',
  'language',
  'import',
  'mode',
  'let',
  'default',
  'on',
  'override',
  'risk',
  'test',
  'never',
] as const
export const DECISION_WORDS = ['allow', 'warn', 'ask', 'deny'] as const
const LEVEL_WORDS = ['low', 'medium', 'high', 'blocked'] as const
const MODE_WORDS = ['explain', 'approve', 'execute'] as const
const ACTION_WORDS = [
  'run',
  'read',
  'write',
  'delete',
  'connect',
  'elevate',
  'set',
  'persist',
  'call',
  'load',
] as const
/** The blocks that may stand at the top of a file or after `with`. */
export const BLOCK_NAMES = [
  'sandbox',
  'limits',
  'env',
  'approval',
  'approvers',
  'audit',
  'network',
  'notify',
  'command',
  'places',
  'server',
  'model',
] as const
/** Reserved in patterns: a program or argument of that name is quoted. */
export const RESERVED_WORDS = [
  'except',
  'when',
  'because',
  'instead',
  'with',
  'only',
  'is',
] as const
/** A line that starts with one of these continues the statement above it. */
export const CLAUSE_WORDS = ['except', 'when', 'because', 'instead', 'with'] as const
/** Blocks inside blocks that always take a label. */
export const LABELLED_BLOCKS: readonly string[] = ['subcommand', 'command']

/** Keyword text → token type. */
export const KEYWORDS: ReadonlyMap<string, TokenType> = new Map([
  ...keywords(STATEMENT_WORDS, [ValueWord]),
  ...keywords(DECISION_WORDS, [DecisionWord]),
  ...keywords(LEVEL_WORDS, [LevelWord]),
  ...keywords(MODE_WORDS, [ModeWord]),
  ...keywords(ACTION_WORDS, [ActionWord]),
  ...keywords(BLOCK_NAMES, [BlockName]),
  ...keywords(['text', 'off', 'by', '='], [ValueWord]),
  ...keywords(['and', 'or', 'not', 'in'], [PatternWord]),
  ...keywords(RESERVED_WORDS, [AnyWord]),
])

/** The token type of a keyword; asking for a word that is none is a mistake in the grammar. */
export function keywordToken(text: string): TokenType {
  const found = KEYWORDS.get(text)
  if (!found) throw new Error(`not a keyword: ${text}`)
  return found
}

/** The categories that the EBNF lists with their members. */
export const CATEGORIES: readonly (readonly [TokenType, readonly string[]])[] = [
  [DecisionWord, DECISION_WORDS],
  [LevelWord, LEVEL_WORDS],
  [ModeWord, MODE_WORDS],
  [ActionWord, ACTION_WORDS],
  [BlockName, BLOCK_NAMES],
]

/** All token types, parents first. */
export const TOKENS: TokenType[] = [
  AnyWord,
  PatternWord,
  ValueWord,
  Plain,
  Integer,
  DecisionWord,
  LevelWord,
  ModeWord,
  ActionWord,
  BlockName,
  Quoted,
  SetName,
  Regex,
  Comma,
  Pipe,
  ParenOpen,
  ParenClose,
  GroupOpen,
  BlockOpen,
  BraceClose,
  Separator,
  End,
  ...KEYWORDS.values(),
]

/** True when the token is of the type, or of a type that belongs to it. */
export function isToken(read: IToken, type: TokenType): boolean {
  return tokenMatcher(read, type)
}

/** The `End` token that `policyFile` expects after a statement. */
export function endToken(at: number): IToken {
  return createTokenInstance(End, '\n', at, at, 0, 0, 0, 0)
}
