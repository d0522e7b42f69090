/** `oa fmt`: policies in their one layout. */
import { readFileSync, statSync } from 'node:fs'
import { type Diagnostic, diagnostic } from '../../base/diagnostic.ts'
import { neutralise } from '../../base/neutral.ts'
import { EXIT } from '../exit.ts'
import type { GivenOptions } from '../options.ts'
import { usageError } from '../options.ts'
import { givenFiles, isArtifactFile, placed, showDiagnostics } from '../policies.ts'
import { codeOf, replaceFile } from '../write-file.ts'

interface Formatted {
  readonly before: Uint8Array
  /** Null when the file has errors of form. */
  readonly text: string | null
  readonly diagnostics: readonly Diagnostic[]
}

export async function run(given: GivenOptions): Promise<number> {
  const isCheck = given.flag('check')
  if (isCheck && given.flag('stdout'))
    throw usageError('`--check` and `--stdout` exclude each other')
  const files = givenFiles(given, 'fmt')
  for (const file of files) refuseOtherForms(file)
  let isClean = true
  for (const file of files) {
    const { before, text, diagnostics } = await formatted(file)
    if (text === null) {
      showDiagnostics(diagnostics, process.stderr)
      isClean = false
      continue
    }
    const isSame = Buffer.from(text).equals(before)
    if (given.flag('stdout')) process.stdout.write(text)
    else if (isCheck && !isSame) {
      process.stdout.write(`${neutralise(file)}: not formatted\n`)
      isClean = false
    } else if (!isCheck && !isSame) {
      replaceFile(file, text, statSync(file).mode & 0o777)
      process.stdout.write(`${neutralise(file)}: formatted\n`)
    }
  }
  return isClean ? EXIT.done : EXIT.findings
}

function refuseOtherForms(file: string): void {
  if (/\.ya?ml$/.test(file)) {
    throw usageError(
      `\`${file}\` is YAML, which \`oa fmt\` does not lay out`,
      'format it with a formatter for YAML; `oa fmt` is for `.oa` files',
    )
  }
  if (isArtifactFile(file)) {
    throw usageError(`\`${file}\` is an artifact`, 'format the policy that it was made from')
  }
}

async function formatted(file: string): Promise<Formatted> {
  const [{ readPolicyText }, { parsePolicy }, { printPolicy }] = await Promise.all([
    // oxlint-disable-next-line no-restricted-imports -- by `import()`, as it should be
    import('../../syntax/read.ts'),
    // oxlint-disable-next-line no-restricted-imports -- by `import()`, as it should be
    import('../../syntax/parse.ts'),
    // oxlint-disable-next-line no-restricted-imports -- by `import()`, as it should be
    import('../../syntax/print.ts'),
  ])
  let before: Uint8Array
  try {
    if (!statSync(file).isFile()) return unreadable(file, 'it is not a regular file')
    before = readFileSync(file)
  } catch (error) {
    const code = codeOf(error)
    return unreadable(file, code === 'ENOENT' ? 'there is no such file' : code)
  }
  const source = readPolicyText(file, before)
  if (!source.value) return { before, text: null, diagnostics: source.diagnostics }
  const { value, diagnostics } = parsePolicy(source.value)
  const errors = diagnostics.filter((each) => each.severity === 'error')
  if (!value || errors.length > 0) return { before, text: null, diagnostics: errors }
  return { before, text: printPolicy(value), diagnostics: [] }
}

function unreadable(file: string, reason: string): Formatted {
  const found = diagnostic('OA1001', `cannot read \`${file}\`: ${reason}`)
  return { before: new Uint8Array(), text: null, diagnostics: [placed(found, file)] }
}
