/**
 * Scripts of `package.json`, `composer.json` and `deno.json`: their shell lines, with where each stands.
 */

/** One line of shell code that a named script runs. */
export interface ScriptStep {
  readonly code: string
  /** In its file, from 1. */
  readonly line: number
  /** Another script of the same file that is run in its place. */
  readonly calls?: string
}

/**
 * The steps of one script; null: the file has none of that name.
 *
 * @throws {SyntaxError} the text is no JSON, or not of the expected shape
 */
export function jsonScript(text: string, key: string, name: string): readonly ScriptStep[] | null {
  const all = field(JSON.parse(text), key)
  if (all === undefined) return null
  const found = field(all, name)
  if (found === undefined) return null
  const line = lineOf(text, key, name)
  const parts: readonly unknown[] = Array.isArray(found) ? found : [commandOf(found)]
  return parts.map((code) => {
    if (typeof code !== 'string') throw new SyntaxError(`script ${name} is no text`)
    return code.startsWith('@') ? { code: '', line, calls: code.slice(1) } : { code, line }
  })
}

/** A task of Deno may be an object that has the command. */
function commandOf(value: unknown): unknown {
  return typeof value === 'string' ? value : (field(value, 'command') ?? '')
}

function field(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new SyntaxError(`no object where ${name} should be`)
  }
  return Object.getOwnPropertyDescriptor(value, name)?.value
}

/** For people: the first line after the key that has the name as a key; 1 where escapes hide it. */
function lineOf(text: string, key: string, name: string): number {
  const start = Math.max(text.indexOf(JSON.stringify(key)), 0)
  const at = text.indexOf(JSON.stringify(name), start)
  return at < 0 ? 1 : text.slice(0, at).split('\n').length
}
