/** `oa audit import`: entries of the original OpenAgent's monthly files, checked and taken over into this log. */
import { createHash } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'
import { basename } from 'node:path'
import { type Imported, importOpenAgent, UNHASHED_FACTS } from '../../audit/import.ts'
import { openLog } from '../../audit/log.ts'
import type { ImportEntry } from '../../audit/record.ts'
import { OaError } from '../../base/diagnostic.ts'
import { neutralise, neutraliseJson } from '../../base/neutral.ts'
import { logPlace } from '../existing-log.ts'
import { EXIT } from '../exit.ts'
import type { GivenOptions } from '../options.ts'
import { usageError } from '../options.ts'
import { codeOf } from '../write-file.ts'

/** A month of a busy agent has some ten megabytes. */
const FILE_BYTES_MAX = 512 * 1024 * 1024

interface ReadFile extends Imported {
  readonly path: string
  readonly sha256: string
}

/** Exit 1 where a chain does not hold; what can be read is taken over all the same, and says so. */
export async function run(given: GivenOptions): Promise<number> {
  if (given.operands.length === 0 || given.rest !== null) {
    throw usageError(
      '`oa audit import` needs files',
      'in the order of their months: `oa audit import audit_202601.jsonl …`',
    )
  }
  const files = readAll(given.operands)
  if (!given.flag('dry-run')) await record(files)
  const findings = files.reduce((sum, each) => sum + each.findings.length, 0)
  process.stdout.write(given.flag('json') ? printJson(files) : print(files))
  return findings > 0 ? EXIT.findings : EXIT.done
}

/** Each file goes on from the chain of the one before it. */
function readAll(paths: readonly string[]): readonly ReadFile[] {
  let lastHash: string | null | undefined
  return paths.map((path) => {
    const bytes = bytesOf(path)
    const imported = importOpenAgent(bytes.toString('utf8'), lastHash)
    lastHash = imported.lastHash
    return { ...imported, path, sha256: createHash('sha256').update(bytes).digest('hex') }
  })
}

function bytesOf(path: string): Buffer {
  try {
    const found = statSync(path)
    if (!found.isFile()) throw new OaError('OA6005', `\`${path}\` is no file`)
    if (found.size > FILE_BYTES_MAX)
      throw new OaError('OA6005', `\`${path}\` is larger than ${FILE_BYTES_MAX} bytes`)
    return readFileSync(path)
  } catch (cause) {
    if (cause instanceof OaError) throw cause
    throw new OaError('OA6005', `\`${path}\` cannot be read (${codeOf(cause)})`, { cause })
  }
}

async function record(files: readonly ReadFile[]): Promise<void> {
  const log = openLog(await logPlace())
  try {
    for (const file of files) await Promise.all(entriesOf(file).map((each) => log.append(each)))
  } finally {
    await log.close()
  }
}

/** One record an entry, and one that says what the file was and whether its chain holds. */
function entriesOf({ path, sha256, entries, findings }: ReadFile): readonly ImportEntry[] {
  const odd = new Set(findings.map((each) => each.line))
  return [
    ...entries.map(
      (each): ImportEntry => ({
        kind: 'import.entry',
        line: each.command,
        user: each.user,
        import: {
          file: basename(path),
          fileLine: each.line,
          block: each.blockId,
          timestamp: each.timestamp,
          argv: each.argv,
          risk: each.risk,
          decision: each.decision,
          isExecuted: each.isExecuted,
          ...(each.exit === undefined ? {} : { exit: each.exit }),
          isChained: !odd.has(each.line),
        },
      }),
    ),
    {
      kind: 'import.file',
      import: { file: basename(path), sha256, entries: entries.length, findings: findings.length },
    },
  ]
}

function print(files: readonly ReadFile[]): string {
  const lines = files.flatMap(({ path, entries, findings }) => [
    `${path}: ${entries.length} entries, ${findings.length === 0 ? 'their chain holds' : `${findings.length} findings`}`,
    ...findings.map((each) => `  ${path}:${each.line}: ${each.name}: ${each.message}`),
  ])
  lines.push(
    `that chain never covered: ${UNHASHED_FACTS.join(', ')}; nor where a file begins and ends`,
  )
  return `${lines.map(neutralise).join('\n')}\n`
}

function printJson(files: readonly ReadFile[]): string {
  const all = files.map(({ path, sha256, entries, findings }) => ({
    path,
    sha256,
    entries: entries.length,
    findings,
  }))
  return `${neutraliseJson(JSON.stringify({ files: all, unhashed: UNHASHED_FACTS }))}\n`
}
