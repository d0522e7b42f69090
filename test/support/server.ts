/**
 * The server in this process, on a free port of the loopback, with a policy from a text and tokens of every role.
 */
import { request } from 'node:http'
import { connect } from 'node:net'
import { join } from 'node:path'
import { ApprovalDesk } from '../../src/approve/desk.ts'
import { ApprovalStore } from '../../src/approve/store.ts'
import { OaError } from '../../src/base/diagnostic.ts'
import type { AccessEntry } from '../../src/server/http.ts'
import type { PolicyLayer } from '../../src/server/policy-keeper.ts'
import { ROLES, type Role } from '../../src/server/roles.ts'
import { type ServeSetting, type Serving, serve } from '../../src/server/serve.ts'
import { addToken } from '../../src/server/tokens.ts'
import { ROOT } from './corpus.ts'
import { compileBoth } from './decide-both.ts'
import { readText } from './sources.ts'
import { tempFolder } from './temp.ts'

export const SERVED_POLICY = `policy "served"
language 1
mode approve
default deny
allow ls
ask id because "shows who you are"
`

export interface TestServer {
  readonly serving: Serving
  readonly own: string
  readonly audit: string
  readonly port: number
  readonly host: string
  readonly tokens: Readonly<Record<Role, string>>
  readonly access: readonly AccessEntry[]
  readonly said: readonly string[]
  readonly desk: ApprovalDesk
  /** Puts another policy on disk, as far as the server sees. */
  usePolicy(text: string): void
}

/** A table from a text. Throws OA8003 where it does not compile. */
function layerOf(text: string): PolicyLayer {
  const compiled = compileBoth(text)
  if (!compiled) throw new OaError('OA8003', 'the policy cannot be compiled')
  return { name: 'user', path: '/policy.oa', table: compiled.table }
}

export async function testServer(more: Partial<ServeSetting> = {}): Promise<TestServer> {
  const base = tempFolder()
  const own = more.own ?? join(base, '.openagent')
  const audit = more.auditDirectory ?? join(own, 'audit')
  const access: AccessEntry[] = []
  const said: string[] = []
  let policy = SERVED_POLICY
  const tokens = Object.fromEntries(
    ROLES.map((role) => [role, addToken(own, { name: `the-${role}`, role })]),
  ) as Record<Role, string>
  const serving = await serve({
    source: { load: async () => [layerOf(policy)], signature: () => policy },
    own,
    home: base,
    cwd: base,
    path: '/usr/bin:/bin',
    auditDirectory: audit,
    workspaceOf: () => '',
    listen: { kind: 'tcp', host: '127.0.0.1', port: 0 },
    isBehindProxy: false,
    trustedHosts: [],
    proxies: [],
    rate: { burst: 10_000, perSecond: 10_000 },
    bodyBytesMax: 64 * 1024,
    version: 'test',
    openapi: readText('schema/openapi.json'),
    consoleFolder: join(ROOT, 'src/server/console'),
    checkPolicy: async (text) => [{ text }],
    logged: (entry) => void access.push(entry),
    say: (text) => void said.push(text),
    ...more,
  })
  const { host, port } = serving.address.startsWith('http')
    ? new URL(serving.address)
    : { host: 'localhost', port: '0' }
  return {
    ...{ serving, own, audit, host, tokens, access, said },
    port: Number(port),
    desk: new ApprovalDesk(new ApprovalStore(own), { record: () => undefined }),
    usePolicy: (text) => {
      policy = text
    },
  }
}

export interface Called {
  readonly status: number
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
  readonly text: string
  readonly json: unknown
}

export interface CallOptions {
  readonly token?: string
  readonly headers?: Readonly<Record<string, string>>
  /** A value is sent as JSON, a text as it is. */
  readonly body?: unknown
}

/** One request; the path goes out exactly as it is given. */
export function call(
  { port, host }: Pick<TestServer, 'port' | 'host'>,
  method: string,
  path: string,
  { token, headers = {}, body }: CallOptions = {},
): Promise<Called> {
  const bytes =
    body === undefined ? null : Buffer.from(typeof body === 'string' ? body : JSON.stringify(body))
  return new Promise((resolve, reject) => {
    const sent = request(
      {
        host: '127.0.0.1',
        port,
        method,
        path,
        agent: false,
        headers: {
          Host: host,
          ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
          ...(bytes ? { 'Content-Type': 'application/json', 'Content-Length': bytes.length } : {}),
          ...headers,
        },
      },
      (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.on('error', reject)
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString()
          const { statusCode = 0 } = response
          resolve({ status: statusCode, headers: response.headers, text, json: parsed(text) })
        })
      },
    )
    sent.on('error', reject)
    sent.end(bytes ?? undefined)
  })
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Bytes on a socket of their own; everything that comes back until the server closes it. */
export function raw({ port }: Pick<TestServer, 'port'>, bytes: string | Buffer): Promise<string> {
  return new Promise((resolve) => {
    let answer = ''
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes))
    socket.on('data', (chunk) => (answer += chunk.toString('latin1')))
    socket.on('error', () => resolve(answer))
    socket.on('close', () => resolve(answer))
  })
}
