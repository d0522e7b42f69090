/**
 * The policy of the server: compiled by a child into the caller's cache, so that the server never holds the compiler.
 */
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { execa } from 'execa'
import { OaError } from '../base/diagnostic.ts'
import type { PolicyLayer, PolicySource } from '../server/policy-keeper.ts'
import { cachedFiles, cachedTable } from './artifact-cache.ts'
import { EXIT } from './exit.ts'
import { folders } from './folders.ts'
import { checkLayers, installedPaths } from './layers.ts'
import { isArtifactFile } from './policies.ts'
import { openArtifact } from './policy-source.ts'

/** Milliseconds that a policy may take to compile. */
const COMPILE_MS_MAX = 120_000

/**
 * @param policy - a session layer: with installed layers it only tightens
 * @param key - path of a public key that artifacts may be signed with
 */
export function servedPolicy(policy: string | undefined, key: string | undefined): PolicySource {
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
      checkLayers(layers, key)
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

/**
 * What `oa check` finds in a text, in a process of its own with bounded time, memory and output. The text lies alone in
 * its folder: it can import nothing but `std`.
 */
export async function checkedText(text: string, own: string): Promise<readonly unknown[]> {
  const folder = mkdtempSync(join(own, 'check-'))
  try {
    const file = join(folder, 'policy.oa')
    writeFileSync(file, text, { mode: 0o600 })
    const { stdout, exitCode, isMaxBuffer, timedOut } = await execa(
      process.execPath,
      [CHECK_MEMORY, process.argv[1] ?? '', 'check', '--format', 'json', file],
      { reject: false, stdin: 'ignore', timeout: CHECK_MS_MAX, maxBuffer: CHECK_CHARS_MAX },
    )
    if (timedOut || isMaxBuffer) return [tooLarge('checking takes longer than is allowed here')]
    if (exitCode !== EXIT.done && exitCode !== EXIT.findings) {
      return [tooLarge('checking takes more than is allowed here')]
    }
    return findingsOf(stdout.replaceAll(`${folder}/`, ''))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const CHECK_MS_MAX = 5000
const CHECK_MEMORY = '--max-old-space-size=256'
const CHECK_CHARS_MAX = 1024 * 1024

/** One finding a line. */
function findingsOf(stdout: string): readonly unknown[] {
  const lines = stdout.split('\n').filter((line) => line !== '')
  return lines.map((line): unknown => JSON.parse(line))
}

function tooLarge(message: string): unknown {
  return { code: 'OA9001', severity: 'error', message }
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
