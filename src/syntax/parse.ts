/**
 * `.oa` text → tree. Text in, tree and findings out; no file system, no names bound, nothing thrown.
 *
 * Each statement is parsed by itself: a broken one gives one finding and is left out, the rest is read.
 */
import type { CstNode } from 'chevrotain'
import type { StatementCstNode } from '../../grammar/cst.gen.ts'
import type { LexStatement } from '../../grammar/lexed.ts'
import { lex } from '../../grammar/lexer.ts'
import { PolicyParser } from '../../grammar/parser.ts'
import { type Outcome, Reporter } from '../base/diagnostic.ts'
import { POLICY_NESTING_MAX } from '../base/limits.ts'
import type { SourceFile } from '../base/source.ts'
import type { PolicyFile, Statement } from './ast.ts'
import { statement as buildStatement } from './build-ast.ts'
import type { Build } from './build-words.ts'
import { explainProblem, explainSyntax } from './explain.ts'
import { checkText } from './read.ts'

let instance: PolicyParser | undefined

/** The one parser, made on first use: building it costs some milliseconds. */
function policyParser(): PolicyParser {
  instance ??= new PolicyParser({ skipValidations: true })
  return instance
}

/**
 * Parses one policy file.
 *
 * Never throws. With an error among the findings the tree lacks the statements that they are about; without a tree,
 * nothing could be read at all (OA1002–OA1005). Cost: linear in the text.
 */
export function parsePolicy(source: SourceFile): Outcome<PolicyFile> {
  const reporter = new Reporter()
  const unreadable = checkText(source)
  if (unreadable) return { value: undefined, diagnostics: [unreadable] }
  const lexed = lex(source.text, { nestingMax: POLICY_NESTING_MAX, as: 'file' })
  const spanOf: Build['spanOf'] = (start, end) => ({ source, start, end })
  if (lexed.tooDeep) {
    explain(reporter, explainProblem(makeBuild(reporter, spanOf), lexed.tooDeep, '{'))
    return { value: undefined, diagnostics: reporter.diagnostics }
  }
  const statements: Statement[] = []
  for (const each of lexed.statements) {
    const built = readStatement(reporter, spanOf, source.text, each)
    if (built) statements.push(built)
  }
  if (lexed.statements.length === 0) {
    reporter.report('OA1005', 'the policy says nothing', spanOf(0, 0), {
      help: 'start with `language 1` and `default deny`',
    })
    return { value: undefined, diagnostics: reporter.diagnostics }
  }
  const comments = lexed.comments.map(({ text, isTrailing, start, end }) => ({
    text,
    isTrailing,
    span: spanOf(start, end),
  }))
  return {
    value: { kind: 'policy-file', source, statements, comments },
    diagnostics: reporter.diagnostics,
  }
}

function readStatement(
  reporter: Reporter,
  spanOf: Build['spanOf'],
  text: string,
  lexed: LexStatement,
): Statement | undefined {
  const inner = new Reporter()
  const build = makeBuild(inner, spanOf)
  const built = readTokens(build, inner, text, lexed, {
    rule: (parser) => parser.statement(),
    build: (node: CstNode) => buildStatement(build, node as StatementCstNode),
  })
  reporter.add(inner.diagnostics)
  return inner.hasErrors ? undefined : built
}

/** How one kind of text is read: which rule of the grammar, and what is built from its CST. */
export interface Phrase<T> {
  readonly rule: (parser: PolicyParser) => CstNode
  readonly build: (node: CstNode) => T
}

function readTokens<T>(
  build: Build,
  reporter: Reporter,
  text: string,
  lexed: LexStatement,
  phrase: Phrase<T>,
): T | undefined {
  const { problem } = lexed
  if (problem) {
    explain(reporter, explainProblem(build, problem, text.slice(problem.start, problem.end)))
    return undefined
  }
  const parser = policyParser()
  parser.input = lexed.tokens
  const node: CstNode | undefined = phrase.rule(parser)
  const [error] = parser.errors
  if (error) {
    explain(reporter, explainSyntax(build, error, lexed, node?.name ?? ''))
    return undefined
  }
  return node && phrase.build(node)
}

/**
 * Reads a text that is a part of a statement: a pattern, a condition, a line of a block. For YAML, whose scalars hold
 * such parts.
 *
 * @param spanOf - where a range of `text` lies in the source
 * @param make - the phrase, given what building needs
 */
export function readPhrase<T>(
  text: string,
  as: 'entry' | 'phrase',
  reporter: Reporter,
  spanOf: Build['spanOf'],
  make: (build: Build) => Phrase<T>,
): T | undefined {
  const inner = new Reporter()
  const build = { ...makeBuild(inner, spanOf), isBlock: as === 'entry' }
  const lexed = lex(text, { nestingMax: POLICY_NESTING_MAX, as })
  const [first] = lexed.statements
  const comment = lexed.comments[0]
  let built: T | undefined
  if (lexed.tooDeep) explain(inner, explainProblem(build, lexed.tooDeep, '{'))
  else if (comment) {
    inner.report('OA1014', '`#` starts a comment here', spanOf(comment.start, comment.end), {
      help: 'quote the word that starts with `#`',
    })
  } else if (first) built = readTokens(build, inner, text, first, make(build))
  else inner.report('OA1010', 'the text is empty', spanOf(0, text.length), { help: 'write a word' })
  reporter.add(inner.diagnostics)
  return inner.hasErrors ? undefined : built
}

function explain(reporter: Reporter, found: ReturnType<typeof explainProblem>): void {
  reporter.report(found.code, found.message, found.span, { help: found.help })
}

/** One statement gives one finding for each code and place of cause: shell syntax in a pattern counts once. */
function makeBuild(reporter: Reporter, spanOf: Build['spanOf']): Build {
  let hasReserved = false
  return {
    spanOf,
    isBlock: false,
    report: (code, message, span, extras) => {
      if (code === 'OA1014' && hasReserved) return
      hasReserved ||= code === 'OA1014'
      reporter.report(code, message, span, extras)
    },
  }
}
