/**
 * A server to measure, in a process of its own. Words: `empty` (answers), `bare` (decides and answers) or `oa`, a policy,
 * a home and a folder for the log.
 * Prints the port, then for each line it reads the bytes that it holds.
 */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { openArtifact } from '../src/cli/policy-source.ts'
import { analyse } from '../src/command/analyse.ts'
import { layeredKnowledge } from '../src/command/layered-knowledge.ts'
import { decide } from '../src/decide/decide.ts'
import type { Decision } from '../src/model/decision.ts'
import { NO_FACTS } from '../src/model/request.ts'
import { requestFrom } from '../src/model/request-json.ts'
import { serve } from '../src/server/serve.ts'
import type { Table } from '../src/table/table.ts'
import { nodeWorld } from '../src/world/node-world.ts'
import { ROOT } from './built.ts'

const [kind = '', policy = '', home = '', auditDirectory = ''] = process.argv.slice(2)
const MANY = { burst: 1e9, perSecond: 1e9 }
const table = kind === 'bare' ? openArtifact(policy) : null
const ANSWER = JSON.stringify({ decision: 'allow', reason: 'x'.repeat(600) })

async function port(): Promise<number> {
  if (kind !== 'oa') return bare()
  const { address } = await serve({
    source: {
      load: async () => [{ name: 'user', path: policy, table: openArtifact(policy) }],
      signature: () => '',
    },
    own: join(home, '.openagent'),
    home,
    cwd: home,
    path: '/usr/bin:/bin',
    auditDirectory,
    workspaceOf: () => '',
    listen: { kind: 'tcp', host: '127.0.0.1', port: 0 },
    isBehindProxy: false,
    trustedHosts: [],
    proxies: [],
    rate: MANY,
    bodyBytesMax: 64 * 1024,
    version: 'bench',
    openapi: '{}',
    consoleFolder: join(ROOT, 'src/server/console'),
    checkPolicy: async () => [],
    logged: () => undefined,
    say: (text) => void process.stderr.write(`${text}\n`),
  })
  return Number(new URL(address).port)
}

/** The decision alone: no checks of the caller, no metrics, no record. */
function decided(table: Table, body: unknown): Decision {
  const request = requestFrom(body, { cwd: home, facts: NO_FACTS }, false)
  if ('error' in request) throw new Error(request.error)
  const world = nodeWorld({ home, workspace: '', path: '/usr/bin:/bin' })
  return decide([table], analyse(layeredKnowledge([table]), request, world).analysis)
}

/** As little as a server can do. */
function bare(): Promise<number> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const body: unknown = JSON.parse(Buffer.concat(chunks).toString())
      response.writeHead(200, { 'Content-Type': 'application/json' })
      response.end(table ? JSON.stringify(decided(table, body)) : ANSWER)
    })
  })
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port))
  })
}

void port().then((found) => process.stdout.write(`${found}\n`))
process.stdin.on('data', () => {
  process.stdout.write(`${process.memoryUsage().rss}\n`)
})
process.stdin.on('end', () => process.exit())
