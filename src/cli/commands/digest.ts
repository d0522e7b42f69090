/** `oa digest`: the digest of a policy's meaning, the same for its text, its YAML twin and its artifact. */
import { neutralise } from '../../base/neutral.ts'
import { EXIT } from '../exit.ts'
import type { GivenOptions } from '../options.ts'
import { compileFile, givenFiles, isArtifactFile, showDiagnostics } from '../policies.ts'
import { loadTable } from '../policy-source.ts'

export async function run(given: GivenOptions): Promise<number> {
  let hasErrors = false
  for (const file of givenFiles(given, 'digest')) {
    const digest = await digestOfFile(file)
    if (digest === null) hasErrors = true
    else process.stdout.write(digestLine(digest, file))
  }
  return hasErrors ? EXIT.findings : EXIT.done
}

/** A line as `sha256sum` prints it. */
export function digestLine(digest: string, file: string): string {
  return `${digest}  ${neutralise(file)}\n`
}

async function digestOfFile(file: string): Promise<string | null> {
  if (isArtifactFile(file)) return (await loadTable(file)).digest
  const { value, diagnostics } = await compileFile(file)
  if (value) return value.table.digest
  const errors = diagnostics.filter((each) => each.severity === 'error')
  showDiagnostics(errors, process.stderr)
  return null
}
