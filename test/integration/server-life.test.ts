/** Starting, changing the policy, ending: what the server keeps and what it says. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { connect } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { verifyAudit } from '../../src/audit/verify.ts'
import { addToken, callerOf, readTokens, removeToken, tokensFile } from '../../src/server/tokens.ts'
import { recordsIn } from '../support/audit-lines.ts'
import { call, SERVED_POLICY, type TestServer, testServer } from '../support/server.ts'
import { tempFolder } from '../support/temp.ts'
import { CLI, type ExecWorld, execEnv, execWorld } from './exec-fixture.ts'

const test = suite('server life')

async function refuses(start: () => Promise<unknown>, wanted: RegExp): Promise<void> {
  try {
    await start()
  } catch (error) {
    return assert.match(String((error as Error).message), wanted)
  }
  assert.unreachable('it started')
}

test('another policy is in force for the next request, and a broken one is not', async () => {
  const server = await testServer()
  const { user: token, admin } = server.tokens
  const decided = async (): Promise<unknown> => {
    const { json } = await call(server, 'POST', '/v1/decide', { token, body: { line: 'id' } })
    return (json as { decision: string }).decision
  }
  const ready = async (): Promise<unknown> => (await call(server, 'GET', '/readyz')).json
  const fault = async (): Promise<string | undefined> =>
    /^oa_policy_fault (\d)$/m.exec(
      (await call(server, 'GET', '/metrics', { token: admin })).text,
    )?.[1]
  assert.is(await decided(), 'ask')
  server.usePolicy(`${SERVED_POLICY}deny id\n`)
  await server.serving.reload()
  assert.is(await decided(), 'deny')
  server.usePolicy('policy "broken')
  await server.serving.reload()
  assert.is(await decided(), 'deny')
  assert.equal(await ready(), { status: 'ready', policy: 'earlier' })
  assert.is(await fault(), '1')
  assert.ok(server.said.some((each) => each.includes('stays in force')))
  server.usePolicy(SERVED_POLICY)
  await server.serving.reload()
  assert.is(await decided(), 'ask')
  assert.equal(await ready(), { status: 'ready', policy: 'current' })
  assert.is(await fault(), '0')
  await server.serving.stop()
  const loads = recordsIn(server.audit).filter(({ kind }) => kind === 'policy.load')
  assert.is(loads.length, 3)
})

test('a policy that is broken at the start is a refusal', async () => {
  const source = { load: () => Promise.reject(new Error('broken')), signature: () => '' }
  await refuses(() => testServer({ source }), /broken/)
})

test('an address that others reach needs TLS or a proxy that speaks it', async () => {
  for (const host of ['0.0.0.0', '::', '192.0.2.1', 'example.org', '127.0.0.1.example.org']) {
    const listen = { kind: 'tcp', host, port: 0 } as const
    await refuses(() => testServer({ listen }), /nothing would be encrypted/)
  }
})

test('a socket lies in a folder of its own, and still needs a token', async () => {
  const folder = tempFolder()
  const path = join(folder, 'oa.sock')
  chmodSync(folder, 0o755)
  const listen = { kind: 'socket', path } as const
  await refuses(() => testServer({ listen }), /no folder of yours alone/)
  chmodSync(folder, 0o700)
  const server = await testServer({ listen })
  assert.is(statSync(path).mode & 0o777, 0o600)
  const status = (headers: Readonly<Record<string, string>>): Promise<number | undefined> =>
    new Promise((resolve, reject) => {
      const sent = request(
        { socketPath: path, path: '/v1/policy', headers: { Host: 'localhost', ...headers } },
        (response) => {
          response.resume()
          response.on('end', () => resolve(response.statusCode))
        },
      )
      sent.on('error', reject)
      sent.end()
    })
  assert.is(await status({}), 401)
  assert.is(await status({ Authorization: `Bearer ${server.tokens.user}` }), 200)
  await server.serving.stop()
})

test('tokens: the file is ours alone, names are once, what expired or was removed counts no more', () => {
  const own = join(tempFolder(), 'own')
  const now = Date.now()
  const token = addToken(own, { name: 'ci', role: 'user', expiresMs: now + 1000 }, now)
  assert.is(statSync(tokensFile(own)).mode & 0o777, 0o600)
  assert.equal(callerOf(readTokens(own), token, now), { name: 'ci', roles: ['user'] })
  assert.is(callerOf(readTokens(own), token, now + 1000), null)
  assert.is(callerOf(readTokens(own), token.slice(0, -1), now), null)
  assert.not.ok(JSON.stringify(readTokens(own)).includes(token))
  assert.throws(() => addToken(own, { name: 'ci', role: 'user' }), /already/)
  for (const name of ['', '../x', 'a b', '-x', 'x\u202e']) {
    assert.throws(() => addToken(own, { name, role: 'user' }), /no name/)
  }
  assert.ok(removeToken(own, 'ci'))
  assert.is(callerOf(readTokens(own), token, now), null)
  for (const mode of [0o644, 0o640, 0o604]) {
    chmodSync(tokensFile(own), mode)
    assert.throws(() => readTokens(own), /yours alone/)
  }
  const linked = tempFolder()
  symlinkSync(tokensFile(own), tokensFile(linked))
  assert.throws(() => readTokens(linked), /cannot be opened/)
  for (const text of ['', '{', '[]', '{"tokens":[{"name":"x"}]}', '{"tokens":{}}']) {
    const broken = tempFolder()
    writeFileSync(tokensFile(broken), text, { mode: 0o600 })
    assert.throws(() => readTokens(broken), /cannot be used/)
  }
})

test('a request whose body never comes is ended, and others are answered meanwhile', async () => {
  const server = await testServer()
  const slow = connect(server.port, '127.0.0.1')
  const head = `POST /v1/decide HTTP/1.1\r\nHost: ${server.host}\r\nAuthorization: Bearer ${server.tokens.user}\r\nContent-Type: application/json\r\nContent-Length: 20\r\n`
  slow.write(head)
  const ended = new Promise<string>((resolve) => {
    let answer = ''
    slow.on('data', (chunk) => (answer += chunk.toString()))
    slow.on('close', () => resolve(answer))
  })
  assert.is((await call(server, 'GET', '/healthz')).status, 200)
  // One byte a second keeps nothing open.
  const drip = setInterval(() => slow.writable && slow.write('X'), 500)
  assert.match(await ended, /^HTTP\/1\.1 408 /)
  clearInterval(drip)
  await server.serving.stop()
})

interface Started {
  readonly child: ChildProcess
  readonly address: string
  readonly ended: Promise<number | null>
  readonly log: () => string
}

async function startServe(world: ExecWorld): Promise<Started> {
  const child = spawn(process.execPath, [CLI, 'serve', '--port', '0'], {
    cwd: world.work,
    env: execEnv(world),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let err = ''
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()))
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve))
  const address = await new Promise<string>((resolve, reject) => {
    child.stdout.on('data', (chunk: Buffer) => {
      const found = /listening on (\S+)/.exec(chunk.toString())?.[1]
      if (found !== undefined) resolve(found)
    })
    void ended.then(() => reject(new Error(err)))
  })
  return { child, address, ended, log: () => err }
}

function serverAt(address: string): Pick<TestServer, 'port' | 'host'> {
  const { host, port } = new URL(address)
  return { host, port: Number(port) }
}

test('SIGTERM: what was asked is answered, the log is signed, exit 0', async () => {
  const world = execWorld('')
  const token = addToken(join(world.home, '.openagent'), { name: 'u', role: 'user' })
  const { child, address, ended, log } = await startServe(world)
  const asked = Array.from({ length: 20 }, (_, at) =>
    call(serverAt(address), 'POST', '/v1/decide', { token, body: { id: `${at}`, line: 'ls' } }),
  )
  const settled = Promise.allSettled(asked)
  await asked[0]
  child.kill('SIGTERM')
  assert.is(await ended, 0)
  const answers = await settled
  const answered = answers.filter(
    (each) => each.status === 'fulfilled' && each.value.status === 200,
  )
  const decided = recordsIn(world.audit).filter(({ kind }) => kind === 'decide')
  assert.ok(decided.length >= answered.length && answered.length >= 1)
  const { isIntact } = verifyAudit(world.audit, { mode: 'chain' })
  assert.ok(isIntact)
  assert.not.ok(log().includes(token))
})

test('kill -9 under load: every decision that was answered is on record', async () => {
  const world = execWorld('')
  const token = addToken(join(world.home, '.openagent'), { name: 'u', role: 'user' })
  const { child, address, ended } = await startServe(world)
  const answered: string[] = []
  const load = Array.from({ length: 8 }, async (_, worker) => {
    for (let at = 0; child.exitCode === null && child.signalCode === null; at++) {
      const id = `${worker}-${at}`
      try {
        const { status } = await call(serverAt(address), 'POST', '/v1/decide', {
          token,
          body: { id, line: `echo ${id}` },
        })
        if (status === 200) answered.push(id)
      } catch {
        return
      }
    }
  })
  while (answered.length < 200) await sleep(5)
  child.kill('SIGKILL')
  await ended
  await Promise.all(load)
  const found = new Set(linesOf(world.audit))
  const lost = answered.filter((id) => !found.has(`echo ${id}`))
  assert.equal(lost, [])
})

/** Lines of the decisions; the last record may be torn. */
function linesOf(directory: string): readonly unknown[] {
  const { stdout } = spawnSync('sh', ['-c', 'cat "$1"/*.jsonl', 'sh', directory], {
    encoding: 'utf8',
    maxBuffer: 1024 * 1024 * 1024,
  })
  return stdout.split('\n').flatMap((line) => {
    try {
      return [(JSON.parse(line) as { line?: unknown }).line]
    } catch {
      return []
    }
  })
}

test('below an agent nobody makes tokens, and no code is shown', () => {
  const world = execWorld('')
  mkdirSync(join(world.home, '.openagent'), { recursive: true })
  const { stderr, status } = spawnSync(
    process.execPath,
    [CLI, 'token', 'add', 'x', '--role', 'admin'],
    { cwd: world.work, env: execEnv(world, { CLAUDECODE: '1' }), encoding: 'utf8' },
  )
  assert.is.not(status, 0)
  assert.match(stderr, /OA8005/)
})

test.run()
