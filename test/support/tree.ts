/** Trees for comparison and for goldens: without spans, one node a line. */
import type { PolicyFile } from '../../src/syntax/ast.ts'

/** The statements without spans, sources and comments: what two spellings of one policy share. */
export function bareTree(file: PolicyFile): unknown {
  return strip(file.statements)
}

function strip(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(strip)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => key !== 'span' && key !== 'source')
      .map(([key, inner]) => [key, strip(inner)]),
  )
}

/** The tree as indented text; a text node shows its value alone. */
export function showTree(file: PolicyFile): string {
  return (bareTree(file) as readonly unknown[]).map((each) => show(each, '')).join('')
}

function show(value: unknown, indent: string): string {
  if (Array.isArray(value)) {
    return value
      .map((each) =>
        Array.isArray(each) ? `${indent}-\n${show(each, `${indent}  `)}` : show(each, indent),
      )
      .join('')
  }
  if (typeof value !== 'object' || value === null) return `${indent}${String(value)}\n`
  const { kind, ...rest } = value as Record<string, unknown>
  const keys = Object.entries(rest).filter(
    ([, inner]) => !(Array.isArray(inner) && inner.length === 0) && inner !== false,
  )
  const flat = keys.filter(([, inner]) => scalar(inner) !== undefined)
  const deep = keys.filter(([, inner]) => scalar(inner) === undefined)
  const head = [kind, ...flat.map(([key, inner]) => `${key}=${scalar(inner)}`)]
    .filter(Boolean)
    .join(' ')
  return `${indent}${head}\n${deep.map(([key, inner]) => `${indent}  ${key}:\n${show(inner, `${indent}    `)}`).join('')}`
}

function scalar(value: unknown): string | undefined {
  if (typeof value === 'string') return JSON.stringify(value)
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  if (typeof value !== 'object') return undefined
  const entries = Object.entries(value ?? {})
  const [first] = entries
  return entries.length === 1 && first?.[0] === 'value' ? JSON.stringify(first[1]) : undefined
}
