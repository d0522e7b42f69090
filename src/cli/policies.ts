/**
 * Policies as the commands of authors need them: compiled with all that was found, and shown.
 *
 * The compiler half is loaded here, by `import()`, and only when a command asks for it.
 */
import { closeSync, openSync, readSync, statSync } from 'node:fs'
import type { Diagnostic, Outcome } from '../base/diagnostic.ts'
import { DIAGNOSTIC_FORMATS, type DiagnosticFormat, renderDiagnostics } from '../base/render.ts'
import type { PolicyReader } from '../check/reader.ts'
import type { CompiledTable } from '../compile-table.ts'
import { MAGIC } from '../table/format.ts'
import type { GivenOptions } from './options.ts'
import { usageError } from './options.ts'
import { hasColour } from './terminal.ts'

/** Compiles a policy from a file, its tests and invariants included; with lints, also which rules never decide. */
export async function compileFile(
  path: string,
  reader?: PolicyReader,
  options: { readonly withLints?: boolean } = {},
): Promise<Outcome<CompiledTable>> {
  const [{ compileTable }, { policyReader }] = await Promise.all([
    import('../compile-table.ts'),
    import('../policy-reader.ts'),
  ])
  const { value, diagnostics } = compileTable(
    { kind: 'file', path },
    reader ?? policyReader(),
    options,
  )
  return { value, diagnostics: diagnostics.map((each) => placed(each, path)) }
}

/** What is said of a file as a whole stands at its start: every finding has a place to jump to. */
export function placed(found: Diagnostic, path: string): Diagnostic {
  if (found.span) return found
  return { ...found, span: { source: { name: path, text: '' }, start: 0, end: 0 } }
}

/** Whether a file starts as an artifact does; one that cannot be read does not. */
export function isArtifactFile(path: string): boolean {
  const start = Buffer.alloc(4)
  try {
    // Opening a pipe would wait for its writer.
    if (!statSync(path).isFile()) return false
    const file = openSync(path, 'r')
    try {
      return readSync(file, start, 0, 4, 0) === 4 && start.readUInt32LE() === MAGIC
    } finally {
      closeSync(file)
    }
  } catch {
    return false
  }
}

/** `--format`, `human` where it is not given. */
export function givenFormat(given: GivenOptions): DiagnosticFormat {
  const asked = given.text('format') ?? 'human'
  const format = DIAGNOSTIC_FORMATS.find((each) => each === asked)
  if (format) return format
  throw usageError(
    `there is no format \`${asked}\``,
    `write one of: ${DIAGNOSTIC_FORMATS.join(', ')}`,
  )
}

/** Writes findings to a stream, coloured where it shows colours. */
export function showDiagnostics(
  diagnostics: readonly Diagnostic[],
  stream: NodeJS.WriteStream,
  format: DiagnosticFormat = 'human',
): void {
  const text = renderDiagnostics(diagnostics, { format, colour: hasColour(stream) })
  stream.write(format === 'human' && text !== '' ? `${text}\n` : text)
}

/** The operands of a command that takes files; none is wrong use. */
export function givenFiles(given: GivenOptions, command: string): readonly string[] {
  const files = [...given.operands, ...(given.rest ?? [])]
  if (files.length > 0) return files
  throw usageError(`\`oa ${command}\` needs a file`, `write \`oa ${command} policy.oa\``)
}

/** `1 error`, `2 errors`, `no errors`. */
export function counted(count: number, noun: string): string {
  return `${count === 0 ? 'no' : count} ${noun}${count === 1 ? '' : 's'}`
}
