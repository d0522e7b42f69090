/**
 * The tables that decided, kept by digest in `~/.openagent/tables`: what was decided can be decided again, long after
 * the policy's text has changed.
 */
import {
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  openSync,
  readFileSync,
  rmSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { OaError } from '../base/diagnostic.ts'
import { makeFolders } from '../base/make-folders.ts'
import { digestOf, type Layers } from '../decide/decide.ts'
import { Table } from '../table/table.ts'

/** The folder beside the log's home: `own` is `~/.openagent`. */
export function tablesFolder(own: string): string {
  return join(own, 'tables')
}

/**
 * Keeps the tables of all layers, and which layers one digest stands for.
 *
 * @param announce - called once for a digest that is new here, when its tables are kept; what it throws goes on
 * @throws OaError OA6001 when they cannot be kept
 */
export function archiveTables(own: string, layers: Layers, announce: () => void): void {
  const folder = tablesFolder(own)
  const list = listPath(folder, digestOf(layers))
  if (existsSync(list)) return
  guard(folder, () => {
    makeFolders(folder, 0o700)
    for (const table of layers) placeFile(tablePath(folder, table.digest), table.artifact)
  })
  announce()
  guard(folder, () => placeFile(list, JSON.stringify(layers.map((table) => table.digest))))
}

function guard(folder: string, action: () => void): void {
  try {
    action()
  } catch (cause) {
    throw new OaError('OA6001', `the table cannot be kept in \`${folder}\``, { cause })
  }
}

/** The layers that a digest stood for; null where they were not kept, or are not what their name says. */
export function archivedTables(own: string, digest: string): Layers | null {
  const folder = tablesFolder(own)
  try {
    const digests: unknown = JSON.parse(readFileSync(listPath(folder, digest), 'utf8'))
    if (!Array.isArray(digests)) return null
    const layers = digests.map((each) => Table.open(readFileSync(tablePath(folder, String(each)))))
    return digestOf(layers) === digest ? layers : null
  } catch {
    return null
  }
}

function tablePath(folder: string, digest: string): string {
  return join(folder, `${hexOf(digest)}.oat`)
}

function listPath(folder: string, digest: string): string {
  return join(folder, `${hexOf(digest)}.json`)
}

/** INVARIANT: only hex digits, so that no digest names a path. */
function hexOf(digest: string): string {
  const hex = /^sha256:([0-9a-f]{64})$/.exec(digest)?.[1]
  if (hex === undefined) throw new OaError('OA6005', `\`${digest}\` is no digest`)
  return hex
}

/** Makes a file that is whole from its first moment; one that is there stays. */
function placeFile(path: string, content: Uint8Array | string): void {
  if (existsSync(path)) return
  const next = `${path}.${process.pid}`
  try {
    const file = openSync(next, 'wx', 0o600)
    try {
      const bytes = typeof content === 'string' ? Buffer.from(content) : content
      for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at)
      fsyncSync(file)
    } finally {
      closeSync(file)
    }
    linkSync(next, path)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return
    throw error
  } finally {
    rmSync(next, { force: true })
  }
}
