/** `oa trust`: binds the bytes of a project's policy and of all it imports, and makes its folder a workspace. */
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, realpathSync } from 'node:fs'
import { join } from 'node:path'
import { OaError } from '../../base/diagnostic.ts'
import { neutralise } from '../../base/neutral.ts'
import type { PolicyReader } from '../../check/reader.ts'
import { EXIT } from '../exit.ts'
import { folders, policyIn } from '../folders.ts'
import type { GivenOptions } from '../options.ts'
import { requirePerson } from '../people.ts'
import { compileFile, isArtifactFile, showDiagnostics } from '../policies.ts'
import { mapPath, openArtifact } from '../policy-source.ts'
import { checkTrust, readTrust, writeTrust } from '../trust-store.ts'
import { projectFolder } from './init.ts'

interface Bound {
  readonly digest: string
  readonly files: Readonly<Record<string, string>>
}

export async function run(given: GivenOptions): Promise<number> {
  if (given.flag('list')) return list()
  requirePerson('trust')
  const folder = projectFolder(given, 'trust')
  const policy = policyIn(join(folder, '.openagent'))
  if (policy === null) {
    writeTrust(folders().own, { folder, policy: null, files: {} })
    process.stdout.write(
      `trusted ${neutralise(folder)} as a workspace; it has no policy of its own ` +
        '(`oa init` writes one)\n',
    )
    return EXIT.done
  }
  refuseLinks(folder, policy)
  const bound = await bind(policy)
  if (!bound) return EXIT.findings
  writeTrust(folders().own, { folder, policy, files: bound.files })
  process.stdout.write(`trusted ${neutralise(folder)}\n  policy ${bound.digest}\n`)
  for (const [path, hash] of Object.entries(bound.files)) {
    process.stdout.write(`  file   ${hash}  ${neutralise(path)}\n`)
  }
  return EXIT.done
}

/** A policy that is a link could be another file tomorrow. */
function refuseLinks(folder: string, policy: string): void {
  const real = realpathSync(policy)
  if (real === policy) return
  throw new OaError('OA8002', `\`${policy}\` is reached through a symbolic link, to \`${real}\``, {
    help: `put the file itself into ${join(folder, '.openagent')}`,
  })
}

/** The hashes of exactly the bytes that were compiled; null after its errors were shown. */
async function bind(policy: string): Promise<Bound | null> {
  if (isArtifactFile(policy)) {
    const bytes = readFileSync(policy)
    const files: Record<string, string> = { [policy]: hashOf(bytes) }
    if (existsSync(mapPath(policy))) files[mapPath(policy)] = hashOf(readFileSync(mapPath(policy)))
    return { digest: openArtifact(policy).digest, files }
  }
  const { policyReader } = await import('../../policy-reader.ts')
  const files: Record<string, string> = {}
  const { value, diagnostics } = await compileFile(policy, recording(policyReader(), files))
  if (value) return { digest: value.table.digest, files }
  showDiagnostics(
    diagnostics.filter((each) => each.severity === 'error'),
    process.stderr,
  )
  throw new OaError('OA8002', `\`${policy}\` has errors and is not trusted`, {
    help: `mend them; \`oa check ${policy}\` shows them again`,
  })
}

/** A reader that notes the hash of every file it gives out, the library that comes with oa left out. */
function recording(reader: PolicyReader, files: Record<string, string>): PolicyReader {
  return {
    ...reader,
    read: (path) => {
      const result = reader.read(path)
      const isShipped = path.startsWith(`${reader.std}/`)
      if (result.kind === 'bytes' && !isShipped) files[path] = hashOf(result.bytes)
      return result
    },
  }
}

function hashOf(bytes: Uint8Array): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`
}

function list(): number {
  const projects = readTrust(folders().own)
  if (projects.length === 0) process.stdout.write('nothing is trusted; see `oa trust --help`\n')
  for (const project of projects) {
    let state = 'as it was trusted'
    try {
      checkTrust(project)
    } catch (error) {
      if (!(error instanceof OaError)) throw error
      state = `${error.message}: it decides nothing until it is trusted again`
    }
    const count = Object.keys(project.files).length
    const what =
      project.policy === null
        ? 'a workspace without a policy'
        : `${count} file${count === 1 ? '' : 's'}`
    process.stdout.write(`${neutralise(project.folder)}: ${what}, ${neutralise(state)}\n`)
  }
  return EXIT.done
}
