/** `oa compile`: a policy to its artifact; prints the digest. */
import { EXIT } from '../exit.ts'
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
  if (output === undefined || output === '') {
    throw usageError('`oa compile` needs `-o OUT`', `write \`oa compile ${file} -o policy.oat\``)
  }
  if (isArtifactFile(file)) {
    throw usageError(`\`${file}\` is an artifact already`, 'give the policy that it was made from')
  }
  const { value, diagnostics } = await compileFile(file)
  // Standard output is the digest's alone.
  const shown = value ? diagnostics.filter((each) => each.severity !== 'note') : diagnostics
  if (shown.length > 0) showDiagnostics(shown, process.stderr, format)
  if (!value) return EXIT.findings
  replaceFile(output, value.bytes)
  process.stdout.write(digestLine(value.table.digest, output))
  return EXIT.done
}
