/**
 * The policy of the server: compiled by a child into the caller's cache, so that the server never holds the compiler.
 */
import { statSync } from 'node:fs'
import { execa } from 'execa'
import { OaError } from '../base/diagnostic.ts'
import type { PolicyLayer, PolicySource } from '../server/policy-keeper.ts'
import { cachedFiles, cachedTable } from './artifact-cache.ts'
import { folders } from './folders.ts'
import { installedPaths } from './layers.ts'
import { isArtifactFile } from './policies.ts'
import { openArtifact } from './policy-source.ts'

/** Milliseconds that a policy may take to compile. */
const COMPILE_MS_MAX = 120_000

/** @param policy - a session layer: with installed layers it only tightens */
export function servedPolicy(policy: string | undefined): PolicySource {
  const { own } = folders()
  return {
    async load() {
      const layers: PolicyLayer[] = []
      for (const each of installedPaths(policy)) {
        layers.push({
          ...each,
          table: isArtifactFile(each.path)
            ? openArtifact(each.path)
            : await compiled(each.path, own),
        })
      }
      return layers
    },
    signature: () => signatureOf(policy, own),
  }
}

async function compiled(path: string, own: string): Promise<PolicyLayer['table']> {
  const before = cachedTable(own, path)
  if (before) return before
  const { failed, stderr } = await execa(
    process.execPath,
    [process.argv[1] ?? '', 'compile', path],
    {
      reject: false,
      stdin: 'ignore',
      timeout: COMPILE_MS_MAX,
    },
  )
  const table = failed ? null : cachedTable(own, path)
  if (table) return table
  process.stderr.write(`${stderr}\n`)
  throw new OaError('OA8003', `the policy \`${path}\` cannot be compiled`, {
    help: `see \`oa check ${path}\``,
  })
}

/** Size and times of every file that a layer came from, and which layers there are. */
function signatureOf(policy: string | undefined, own: string): string {
  try {
    const paths = installedPaths(policy).flatMap((each) => [
      each.path,
      ...cachedFiles(own, each.path),
    ])
    return paths.map((path) => `${path} ${stampOf(path)}`).join('\n')
  } catch (error) {
    return error instanceof Error ? error.message : 'unknown fault'
  }
}

function stampOf(path: string): string {
  const found = statSync(path, { throwIfNoEntry: false })
  return found ? `${found.ino} ${found.size} ${found.mtimeMs} ${found.ctimeMs}` : 'missing'
}
