/** `oa compile`: a policy to its artifact, or into the cache of this account; prints the digest. */
import { rmSync } from 'node:fs'
import { splitMap } from '../../table/source-map.ts'
import type { Table } from '../../table/table.ts'
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
import { mapPath, openArtifact } from '../policy-source.ts'
import { checkSignature, signArtifact, signaturePath } from '../signature.ts'
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
  const [signKey, verifyKey] = [given.text('sign'), given.text('verify')]
  if (verifyKey !== undefined) return verifyFile(file, verifyKey, output ?? signKey)
  if (signKey !== undefined && output === undefined) {
    throw usageError('`--sign` needs `-o OUT`', `write \`oa compile ${file} -o OUT --sign KEY\``)
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
  else writeArtifact(output, value.table, signKey)
  process.stdout.write(digestLine(value.table.digest, output ?? file))
  return EXIT.done
}

/** The artifact, beside it where its rules are written, and who vouches for it. */
function writeArtifact(output: string, table: Table, key: string | undefined): void {
  const [artifact, map] = splitMap(table.artifact)
  const signature = key === undefined ? null : signArtifact(artifact, key)
  replaceFile(output, artifact)
  replaceFile(mapPath(output), map)
  if (signature === null) rmSync(signaturePath(output), { force: true })
  else replaceFile(signaturePath(output), signature)
}

function verifyFile(file: string, key: string, other: string | undefined): number {
  if (other !== undefined || !isArtifactFile(file)) {
    throw usageError('`--verify` takes an artifact', 'write `oa compile --verify KEY policy.oat`')
  }
  const table = openArtifact(file)
  const [artifact] = splitMap(table.artifact)
  checkSignature(file, artifact, key)
  process.stdout.write(digestLine(table.digest, file))
  return EXIT.done
}
