/**
 * A policy or artifact given by path to a table. Artifacts load without the compiler half; texts load it.
 */
import { closeSync, constants, existsSync, fstatSync, openSync, readFileSync } from 'node:fs'
import { OaError } from '../base/diagnostic.ts'
import { POLICY_BYTES_MAX } from '../base/limits.ts'
import { MAGIC } from '../table/format.ts'
import { Table } from '../table/table.ts'
import { folders } from './folders.ts'

/** Artifacts carry the library's knowledge; larger ones are refused unread. */
const ARTIFACT_BYTES_MAX = 256 * 1024 * 1024

/**
 * Loads a policy.
 *
 * @throws OaError OA1001 (unreadable), OA3003, OA3004 (artifact), OA8003 (a policy with errors, shown on stderr)
 */
export async function loadTable(path: string): Promise<Table> {
  const bytes = readBytes(path)
  if (isArtifact(bytes)) return Table.open(withMap(path, bytes))
  if (bytes.length > POLICY_BYTES_MAX) {
    throw new OaError('OA1003', `${at(path)} the policy is larger than oa reads`)
  }
  const { own } = folders()
  const { cachedTable } = await import('./artifact-cache.ts')
  const cached = cachedTable(own, path)
  if (cached) return cached
  const { compileForRun } = await import('./compile-for-run.ts')
  return compileForRun(path, own)
}

/** Opens an artifact. Throws OaError OA1001, OA3003, OA3004. */
export function openArtifact(path: string): Table {
  return Table.open(withMap(path, readBytes(path)))
}

/** Where the source map of an artifact lies. */
export function mapPath(artifact: string): string {
  return `${artifact}.map`
}

/** With the source map that lies beside it; one of another artifact is refused when the table is opened. */
function withMap(path: string, artifact: Uint8Array): Uint8Array {
  return existsSync(mapPath(path)) ? Buffer.concat([artifact, readBytes(mapPath(path))]) : artifact
}

function readBytes(path: string): Uint8Array {
  try {
    // Not blocking: opening a pipe would wait for its writer. What was opened is what is judged and read.
    const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
    try {
      const stats = fstatSync(file)
      if (!stats.isFile()) {
        throw new OaError('OA1001', `${at(path)} the policy is not a regular file`, {
          help: 'name a policy file or an artifact',
        })
      }
      if (stats.size > ARTIFACT_BYTES_MAX) {
        throw new OaError('OA1003', `${at(path)} the artifact is larger than oa reads`)
      }
      return readFileSync(file)
    } finally {
      closeSync(file)
    }
  } catch (error) {
    if (error instanceof OaError) throw error
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown fault'
    const reason = code === 'ENOENT' ? 'there is no such file' : code
    throw new OaError('OA1001', `${at(path)} cannot read the policy: ${reason}`, {
      help: 'name a policy file or an artifact, or write one with `oa init`',
    })
  }
}

/** The place as every diagnostic names it: what is said of a file as a whole stands at its start. */
const at = (path: string): string => `${path}:1:1:`

function isArtifact(bytes: Uint8Array): boolean {
  if (bytes.length < 4) return false
  return new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0, true) === MAGIC
}
