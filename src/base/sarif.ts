/**
 * Diagnostics as one SARIF 2.1.0 document. Source: docs.oasis-open.org/sarif/sarif/v2.1.0.
 */
import { CODES, type Code } from './codes.ts'
import type { Diagnostic } from './diagnostic.ts'
import { neutralise, neutraliseJson } from './neutral.ts'
import { positionAt, type Span } from './source.ts'

const SCHEMA = 'https://json.schemastore.org/sarif-2.1.0.json'

/**
 * The document, also when there is nothing to report.
 *
 * @param more - how many findings are left out; kept in the properties of the run
 */
export function renderSarif(diagnostics: readonly Diagnostic[], more: number): string {
  const codes = [...new Set(diagnostics.map((each) => each.code))].sort()
  const run = {
    tool: { driver: { name: 'oa', rules: codes.map(rule) } },
    columnKind: 'unicodeCodePoints',
    results: diagnostics.map((each) => result(each, codes.indexOf(each.code))),
    ...(more > 0 ? { properties: { more } } : {}),
  }
  const document = { $schema: SCHEMA, version: '2.1.0', runs: [run] }
  return `${neutraliseJson(JSON.stringify(document, undefined, 2))}\n`
}

function rule(code: Code): object {
  const { name, severity, title } = CODES[code]
  return {
    id: code,
    name,
    shortDescription: { text: title },
    defaultConfiguration: { level: severity },
  }
}

function result(each: Diagnostic, ruleIndex: number): object {
  const help = each.help === undefined ? '' : `\nhelp: ${neutralise(each.help)}`
  return {
    ruleId: each.code,
    ruleIndex,
    level: each.severity,
    message: { text: `${neutralise(each.message)}${help}` },
    locations: each.span ? [location(each.span)] : [],
    ...(each.notes.length === 0
      ? {}
      : {
          relatedLocations: each.notes.map((note) => ({
            ...location(note.span),
            message: { text: neutralise(note.message) },
          })),
        }),
  }
}

function location(span: Span): object {
  const start = positionAt(span.source, span.start)
  const end = positionAt(span.source, span.end)
  return {
    physicalLocation: {
      artifactLocation: { uri: uri(span.source.name) },
      region: {
        startLine: start.line,
        startColumn: start.column,
        endLine: end.line,
        endColumn: end.column,
      },
    },
  }
}

/** A path as a URI reference: relative as it is, absolute as `file:`. */
function uri(path: string): string {
  const encoded = path
    .replace(/\p{Cs}/gu, '\u{fffd}')
    .split('/')
    .map(encodeURIComponent)
    .join('/')
  return path.startsWith('/') ? `file://${encoded}` : encoded
}
