/**
 * The compiler's driver: policy in, checked policy and flat IR out. Text → tree → modules → checks → IR. After
 * errors the later stages still run on what is left, to find what else is wrong.
 */

import { type Outcome, sortDiagnostics } from './base/diagnostic.ts'
import type { SourceFile } from './base/source.ts'
import { type CheckedPolicy, check } from './check/check.ts'
import { type LoadedFile, loadModules, type PolicyInput } from './check/modules.ts'
import type { PolicyReader } from './check/reader.ts'
import type { PolicyIr } from './lower/ir.ts'
import { lower } from './lower/lower.ts'
import type { PolicyFile } from './syntax/ast.ts'
import { parsePolicy } from './syntax/parse.ts'
import { parseYamlPolicy } from './syntax/yaml.ts'

export interface CompiledPolicy {
  readonly ir: PolicyIr
  readonly checked: CheckedPolicy
  /** Imports before importers, the root last. */
  readonly files: readonly LoadedFile[]
}

/** Text → tree, in the spelling that the name's ending says: `.yaml` and `.yml` are YAML, all else is `.oa`. */
export function parseSource(source: SourceFile): Outcome<PolicyFile> {
  return /\.ya?ml$/.test(source.name) ? parseYamlPolicy(source) : parsePolicy(source)
}

/**
 * Compiles a policy with its imports. Total: every fault of the text or of a file is a diagnostic; `value` is there
 * exactly if no error is among them. `asked`: statements that are read as if they stood in the policy.
 */
export function compilePolicy(
  input: PolicyInput,
  reader: PolicyReader,
  asked?: SourceFile,
): Outcome<CompiledPolicy> {
  const loaded = loadModules(input, { reader, parse: parseSource })
  if (!loaded.value) return { value: undefined, diagnostics: loaded.diagnostics }
  const question = asked && parsePolicy(asked)
  if (question && !question.value) return { value: undefined, diagnostics: question.diagnostics }
  const files = question?.value ? withStatements(loaded.value, question.value) : loaded.value
  const checked = check(files)
  const lowered = lower(checked.partial)
  const read = [...loaded.diagnostics, ...(question?.diagnostics ?? [])]
  const isParsed = read.every((each) => each.severity !== 'error')
  // A statement that did not parse may have been the `let` that a set is missing, or all that the policy says.
  const later = [...checked.diagnostics, ...lowered.diagnostics].filter(
    (each) => isParsed || (each.code !== 'OA2003' && each.code !== 'OA1005'),
  )
  const diagnostics = sortDiagnostics([...read, ...later])
  if (!isParsed || !checked.value || !lowered.value) return { value: undefined, diagnostics }
  return { value: { ir: lowered.value, checked: checked.value, files }, diagnostics }
}

/** The statements stand at the end of the root, and see its names. */
function withStatements(
  files: readonly LoadedFile[],
  { statements }: PolicyFile,
): readonly LoadedFile[] {
  const root = files.at(-1)
  if (!root) return files
  const file = { ...root.file, statements: [...root.file.statements, ...statements] }
  return [...files.slice(0, -1), { ...root, file }]
}
