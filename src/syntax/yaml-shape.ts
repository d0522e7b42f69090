/** Does a YAML document have the shape of a policy? Faults of the schema as findings at their lines. */
import { type Document, isMap, isNode, isScalar, type Node } from 'yaml'
import { BLOCK_NAMES } from '../../grammar/tokens.ts'
import type { Reporter } from '../base/diagnostic.ts'
import { SHAPE_ERRORS_MAX } from '../base/limits.ts'
import { nearest } from '../base/nearest.ts'
import type { SourceFile, Span } from '../base/source.ts'
import { type SchemaError, validatePolicy } from '../model/schemas/policy.gen.js'
import { ACTIONS, DECISIONS, RISKS } from '../model/vocabulary.ts'

const RULE_KEYS = [
  ...DECISIONS,
  'risk',
  'action',
  'except',
  'when',
  'because',
  'instead',
  'with',
] as const
const BLOCKS = BLOCK_NAMES.filter((each) => each !== 'command')
const TOP_KEYS = [
  'policy',
  'language',
  'import',
  'mode',
  'let',
  'default',
  'on',
  'override',
  'rules',
  ...BLOCKS,
  'commands',
  'tests',
  'never',
]

/** Which keys a map may have, by its place; `*` stands for any step. */
const KEYS: readonly (readonly [RegExp, readonly string[]])[] = [
  [/^$/, TOP_KEYS],
  [/^\/default$/, ['any', ...ACTIONS]],
  [/^\/on$/, RISKS],
  [/^\/override$/, ['by']],
  [/^\/rules\/\d+$/, RULE_KEYS],
  [/^\/rules\/\d+\/risk$/, RISKS],
  [/^\/rules\/\d+\/with$/, BLOCKS],
  [/^\/tests\/\d+$/, ['line', 'is', 'in', 'when']],
]

/** Reports each place whose shape is wrong, once. */
export function checkShape(
  source: SourceFile,
  document: Document.Parsed,
  reporter: Reporter,
): void {
  const errors = shapeErrors(document.toJS()).filter((each) => each.keyword !== 'if')
  // What `oneOf` says sums up what its alternatives lack.
  const outer = errors.filter((each) => !/\/oneOf\/\d+\//.test(each.schemaPath))
  // A misspelled decision is an unknown key and then no decision: the key is the cause.
  const causes = outer.filter((each) => each.keyword !== 'oneOf')
  const places = new Set(causes.map((each) => `${each.keyword} ${each.instancePath}`))
  const found = outer.filter(
    ({ keyword, instancePath }) =>
      keyword !== 'oneOf' ||
      !(places.has(`additionalProperties ${instancePath}`) || places.has(`type ${instancePath}`)),
  )
  const seen = new Set<string>()
  for (const each of found) {
    const named = each.params['additionalProperty'] ?? each.params['missingProperty']
    const key = typeof named === 'string' ? named : ''
    const place = `${each.instancePath}\n${key}`
    if (seen.has(place)) continue
    seen.add(place)
    report(source, document, reporter, each, key)
  }
}

/** Items validated at once: joining the faults of a list costs the square of their number. */
const CHUNK_ITEMS = 200

/** The faults of a value. Long lists and maps are validated in parts, and no further once there are many faults. */
function shapeErrors(value: unknown): readonly SchemaError[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return validate(value)
  const short: [string, unknown][] = []
  const long: [string, object][] = []
  for (const [key, inner] of Object.entries(value as Readonly<Record<string, unknown>>)) {
    const isLong =
      typeof inner === 'object' && inner !== null && Object.keys(inner).length > CHUNK_ITEMS
    if (isLong) long.push([key, inner])
    else short.push([key, inner])
  }
  const errors = [...validate(Object.fromEntries(short))]
  for (const [key, inner] of long) {
    const entries = Object.entries(inner as Readonly<Record<string, unknown>>)
    for (let at = 0; at < entries.length && errors.length < SHAPE_ERRORS_MAX; at += CHUNK_ITEMS) {
      const chunk = entries.slice(at, at + CHUNK_ITEMS)
      const isList = Array.isArray(inner)
      const part = isList ? chunk.map(([, item]) => item) : Object.fromEntries(chunk)
      const moved = (path: string): string =>
        isList
          ? path.replace(
              /^(\/[^/]*\/)(\d+)/,
              (_, head: string, index: string) => `${head}${Number(index) + at}`,
            )
          : path
      for (const each of validate({ [key]: part })) {
        errors.push({ ...each, instancePath: moved(each.instancePath) })
      }
    }
  }
  return errors
}

function validate(value: unknown): readonly SchemaError[] {
  return validatePolicy(value) ? [] : (validatePolicy.errors ?? [])
}

function report(
  source: SourceFile,
  document: Document.Parsed,
  reporter: Reporter,
  error: SchemaError,
  key: string,
): void {
  const { instancePath: place, keyword, params } = error
  const path = pathOf(place)
  const name = path.length > 0 ? `\`${path.at(-1)}\`` : 'the policy'
  const node = path.length > 0 ? document.getIn(path, true) : document.contents
  const at = spanOf(source, isNode(node) ? node : document.contents)
  const label = typeof path.at(-1) === 'number' ? `this item of \`${path.at(-2)}\`` : name
  switch (keyword) {
    case 'additionalProperties': {
      const known = KEYS.find(([pattern]) => pattern.test(place))?.[1] ?? []
      const meant = nearest(key, known)
      const help = meant ? `did you mean \`${meant}\`?` : `use one of \`${known.join('`, `')}\``
      const span = keySpan(source, node, key) ?? at
      const where = path.length === 0 ? 'a policy' : path[0] === 'rules' ? 'a rule' : label
      return reporter.report('OA2001', `${where} has no key \`${key}\``, span, { help })
    }
    case 'enum': {
      const allowed = (params['allowedValues'] as readonly unknown[] | undefined)?.map(String) ?? []
      if (!isScalar(node)) {
        const message = `${label} is ${kindOf(node)}, which cannot stand here`
        const help = `use one of \`${allowed.join('`, `')}\``
        return reporter.report('OA1022', message, at, { help })
      }
      const written = String(node.value)
      const meant = nearest(written, allowed)
      const help = meant ? `did you mean \`${meant}\`?` : `use one of \`${allowed.join('`, `')}\``
      return reporter.report('OA2004', `\`${written}\` cannot stand for ${label}`, at, { help })
    }
    case 'required': {
      const help = `add \`${key}: …\``
      return reporter.report('OA1022', `${label} lacks the key \`${key}\``, at, { help })
    }
    case 'oneOf': {
      const help = `write one of \`${[...DECISIONS, 'risk'].join('`, `')}\` in each rule`
      return reporter.report('OA1022', 'a rule has exactly one decision or risk', at, { help })
    }
    case 'type': {
      const types = [params['type']].flat().map((each) => TYPE_NAMES.get(String(each)) ?? 'a value')
      const help = `write ${[...new Set(types)].join(' or ')}`
      const message = `${label} is ${kindOf(node)}, which cannot stand here`
      return reporter.report('OA1022', message, at, { help })
    }
    default: {
      const help = 'write at least one entry; a risk rule has one level'
      return reporter.report('OA1022', `${label} ${error.message ?? 'has a wrong value'}`, at, {
        help,
      })
    }
  }
}

const TYPE_NAMES: ReadonlyMap<string, string> = new Map([
  ['string', 'a string'],
  ['array', 'a list'],
  ['object', 'a map'],
  ['integer', 'a whole number'],
  ['number', 'a number'],
  ['boolean', '`true`'],
  ['null', 'nothing'],
])

function kindOf(node: unknown): string {
  if (isMap(node)) return 'a map'
  if (!isScalar(node)) return 'a list'
  if (node.value === null) return 'empty'
  return typeof node.value === 'string' ? 'a string' : `the ${typeof node.value} \`${node.source}\``
}

function pathOf(pointer: string): (string | number)[] {
  if (pointer === '') return []
  return pointer
    .slice(1)
    .split('/')
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
    .map((step) => (/^\d+$/.test(step) ? Number(step) : step))
}

function keySpan(source: SourceFile, node: unknown, key: string): Span | undefined {
  if (!isMap(node)) return undefined
  const pair = node.items.find((each) => isScalar(each.key) && String(each.key.value) === key)
  return isNode(pair?.key) ? spanOf(source, pair.key) : undefined
}

/** A node's own characters; a long value is underlined on its first line. */
function spanOf(source: SourceFile, node: Node | null): Span {
  const [start = 0, end = start] = node?.range ?? []
  const newline = source.text.indexOf('\n', start)
  const stop = newline >= 0 && newline < end ? newline : end
  return { source, start, end: Math.max(stop, start) }
}
