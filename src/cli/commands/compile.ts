/** `oa compile`: a policy to its artifact, or into the cache of this account; prints the digest. */
import { keepTable } from '../artifact-cache.ts'
import { EXIT } from '../exit.ts'
import { folders } from '../folders.ts'
import type { GivenOptions } from '../options.ts'
import { usageError } from '../options.ts'
import {
  compileFile,
  givenFiles,
  givenFormat,
  isArtifactFile,
  showDiagnostics,
} from '../policies.ts'
import { replaceFile } from '../write-file.ts'
import { digestLine } from './digest.ts'

export async function run(given: GivenOptions): Promise<number> {
  const format = givenFormat(given)
  const [file = '', ...more] = givenFiles(given, 'compile')
  const output = given.text('output')
  if (more.length > 0) {
    throw usageError(
      '`oa compile` takes one policy',
      'compile each policy to an artifact of its own',
    )
  }
  if (output === '') {
    throw usageError('`-o` names no file', `write \`oa compile ${file} -o policy.oat\``)
  }
  if (isArtifactFile(file)) {
    throw usageError(`\`${file}\` is an artifact already`, 'give the policy that it was made from')
  }
  const { value, diagnostics } = await compileFile(file)
  // Standard output is the digest's alone.
  const shown = value ? diagnostics.filter((each) => each.severity !== 'note') : diagnostics
  if (shown.length > 0) showDiagnostics(shown, process.stderr, format)
  if (!value) return EXIT.findings
  if (output === undefined) keepTable(folders().own, file, value)
  else replaceFile(output, value.bytes)
  process.stdout.write(digestLine(value.table.digest, output ?? file))
  return EXIT.done
}
