/** Policies as questions need them: the rules as written, not run against their tests. */
import type { Diagnostic } from '../base/diagnostic.ts'
import type { SourceFile } from '../base/source.ts'
import type { CompiledPolicy } from '../compile.ts'
import { usageError } from './options.ts'
import { isArtifactFile, placed } from './policies.ts'

export interface AskedPolicy {
  readonly value: CompiledPolicy | undefined
  readonly errors: readonly Diagnostic[]
}

/** Compiles a policy; `asked`: statements read as if they stood in it. An artifact has no rules as written. */
export async function askedPolicy(file: string, asked?: SourceFile): Promise<AskedPolicy> {
  if (isArtifactFile(file)) {
    throw usageError(
      `\`${file}\` is an artifact, which has no rules to ask about`,
      'give the policy',
    )
  }
  const [{ compilePolicy }, { policyReader }] = await Promise.all([
    import('../compile.ts'),
    import('../policy-reader.ts'),
  ])
  const { value, diagnostics } = compilePolicy({ kind: 'file', path: file }, policyReader(), asked)
  const errors = diagnostics
    .filter((each) => each.severity === 'error')
    .map((each) => placed(each, file))
  return { value, errors }
}
