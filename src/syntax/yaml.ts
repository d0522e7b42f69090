/**
 * YAML text → the same tree as `.oa`, with spans into the YAML.
 *
 * Three steps: the document (one, without anchors, aliases and tags), its shape (`schema/policy.schema.json`), the tree
 * (`yaml-build.ts`; strings hold the grammar of `.oa`). Each runs only if the one before found no fault.
 */
import {
  type Document,
  isAlias,
  isNode,
  LineCounter,
  parseDocument,
  visit,
  type YAMLError,
} from 'yaml'
import type { Code } from '../base/codes.ts'
import { type Outcome, Reporter } from '../base/diagnostic.ts'
import { POLICY_NESTING_MAX } from '../base/limits.ts'
import type { SourceFile, Span } from '../base/source.ts'
import type { PolicyFile } from './ast.ts'
import { checkText } from './read.ts'
import { buildPolicy } from './yaml-build.ts'
import { checkShape } from './yaml-shape.ts'

/**
 * Parses a policy in YAML 1.2.
 *
 * Never throws. OA1020 not YAML, OA1021 a feature that policies do not use, OA1022 and OA2001 the wrong shape; inside
 * strings the codes of `parsePolicy`. Comments are not kept.
 */
export function parseYamlPolicy(source: SourceFile): Outcome<PolicyFile> {
  const reporter = new Reporter()
  const failed = (): Outcome<PolicyFile> => ({
    value: undefined,
    diagnostics: reporter.diagnostics,
  })
  const unreadable = checkText(source)
  if (unreadable) {
    reporter.add([unreadable])
    return failed()
  }
  const document = readDocument(source, reporter)
  if (!document || reporter.hasErrors) return failed()
  if (document.contents === null || document.toJS() === null) {
    reporter.report(
      'OA1005',
      'the policy says nothing',
      { source, start: 0, end: 0 },
      {
        help: 'start with `language: 1` and `default: deny`',
      },
    )
    return failed()
  }
  checkShape(source, document, reporter)
  if (reporter.hasErrors) return failed()
  const statements = buildPolicy(source, document, reporter)
  const value: PolicyFile = { kind: 'policy-file', source, statements, comments: [] }
  return { value, diagnostics: reporter.diagnostics }
}

function readDocument(source: SourceFile, reporter: Reporter): Document.Parsed | undefined {
  const deep = tooDeepAt(source.text)
  if (deep !== undefined) {
    reportDepth(reporter, { source, start: deep, end: deep + 1 })
    return undefined
  }
  let document: Document.Parsed
  try {
    document = parseDocument(source.text, {
      version: '1.2',
      schema: 'core',
      strict: true,
      uniqueKeys: true,
      stringKeys: true,
      merge: false,
      prettyErrors: false,
      logLevel: 'error',
      lineCounter: new LineCounter(),
    })
  } catch (error) {
    // WHY: the bound above is read off the layout; the library's own recursion is the second net.
    if (!(error instanceof RangeError)) throw error
    reportDepth(reporter, { source, start: 0, end: 0 })
    return undefined
  }
  reportErrors(source, document, reporter)
  if (!reporter.hasErrors) refuseFeatures(source, document, reporter)
  return document
}

function reportDepth(reporter: Reporter, span: Span): void {
  reporter.report('OA1004', `the YAML nests deeper than ${POLICY_NESTING_MAX}`, span, {
    help: 'a policy needs no more than ten levels',
  })
}

/** An offset where the text surely nests too deep: open brackets, indicators on a line, or indentation. */
function tooDeepAt(text: string): number | undefined {
  const max = POLICY_NESTING_MAX * 4
  let open = 0
  let offset = 0
  const indents: number[] = []
  for (const line of text.split('\n')) {
    const body = line.trimStart()
    const indent = line.length - body.length
    while ((indents.at(-1) ?? -1) >= indent) indents.pop()
    if (body !== '') indents.push(indent)
    if (indent === 0 && /^[A-Za-z]/.test(body)) open = 0
    let dashes = 0
    for (const [index, char] of [...line].entries()) {
      if (char === '[' || char === '{') open += 1
      else if ((char === ']' || char === '}') && open > 0) open -= 1
      else if (
        (char === '-' || char === '?' || char === ':') &&
        /^\s/.test(line[index + 1] ?? ' ')
      ) {
        dashes += 1
      }
      if (open > max || dashes > max || indents.length > max) return offset + index
    }
    offset += line.length + 1
  }
  return undefined
}

const CODE_OF: ReadonlyMap<YAMLError['code'], readonly [Code, string, string]> = new Map([
  ['DUPLICATE_KEY', ['OA2002', 'the key stands twice', 'join the two, or remove one']],
  [
    'MULTIPLE_DOCS',
    [
      'OA1021',
      'the file holds several YAML documents',
      'remove the `---` line and what follows it',
    ],
  ],
  [
    'TAG_RESOLVE_FAILED',
    ['OA1021', 'policies use no YAML tags', 'remove the word that starts with `!`'],
  ],
  [
    'BAD_ALIAS',
    [
      'OA1021',
      'policies use no YAML aliases',
      'write the value out; quote a string that starts with `*`',
    ],
  ],
  ['NON_STRING_KEY', ['OA1022', 'a key is not a string', 'quote the key']],
  [
    'RESOURCE_EXHAUSTION',
    ['OA1004', 'the YAML nests too deep', 'a policy needs no more than ten levels'],
  ],
])

/** Faults of the YAML itself: each that has a code of its own, of the rest the first, which the others follow from. */
function reportErrors(source: SourceFile, document: Document.Parsed, reporter: Reporter): void {
  let hasSyntax = false
  for (const each of [...document.errors, ...document.warnings]) {
    const { length } = source.text
    const start = Math.min(each.pos[0], length)
    const span = { source, start, end: Math.min(Math.max(each.pos[1], start + 1), length) }
    const known = CODE_OF.get(each.code)
    if (known) {
      const [code, message, help] = known
      const key = code === 'OA2002' ? ` \`${/^[\w-]*/.exec(source.text.slice(start))?.[0]}\`` : ''
      reporter.report(code, message.replace('the key', `the key${key}`), span, { help })
    } else if (!hasSyntax) {
      hasSyntax = true
      reporter.report('OA1020', `not YAML: ${plainMessage(each.message)}`, span, {
        help: helpFor(each.code),
      })
    }
  }
  const directive = /^%.*$/m.exec(source.text)
  if (directive && document.directives.yaml.explicit) {
    const span = { source, start: directive.index, end: directive.index + directive[0].length }
    reporter.report('OA1021', 'policies use no YAML directives', span, { help: 'remove the line' })
  }
}

/** The library's message as one sentence of ours: lower case at its start, no stop, one line. */
function plainMessage(message: string): string {
  const [line = ''] = message.split('\n')
  return line.charAt(0).toLowerCase() + line.slice(1).replace(/[.:]$/, '')
}

function helpFor(code: YAMLError['code']): string {
  if (code === 'TAB_AS_INDENT') return 'indent with spaces'
  if (code === 'BAD_INDENT') return 'indent the lines of one list or map alike'
  return 'quote strings that hold `: `, ` #` or start with one of `{ [ * & ! | > @ %`'
}

function refuseFeatures(source: SourceFile, document: Document.Parsed, reporter: Reporter): void {
  visit(document, (_, node, path) => {
    if (!isNode(node)) return undefined
    const span = spanOf(source, node)
    if (path.length > POLICY_NESTING_MAX * 2) {
      reportDepth(reporter, span)
      return visit.BREAK
    }
    if (isAlias(node)) {
      reporter.report('OA1021', `policies use no YAML aliases: \`*${node.source}\``, span, {
        help: 'write the value out; quote a string that starts with `*`',
      })
      return undefined
    }
    if (node.anchor !== undefined) {
      reporter.report('OA1021', `policies use no YAML anchors: \`&${node.anchor}\``, span, {
        help: 'name alternatives with `let` and write `@NAME`',
      })
    }
    if (node.tag !== undefined) {
      reporter.report('OA1021', `policies use no YAML tags: \`${node.tag}\``, span, {
        help: 'remove the word that starts with `!`',
      })
    }
    return undefined
  })
}

function spanOf(
  source: SourceFile,
  node: { readonly range?: readonly number[] | null | undefined },
): Span {
  const [start = 0, end = start] = node.range ?? []
  return { source, start, end }
}
