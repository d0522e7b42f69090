/** Approvals over HTTP: who sees, who answers, what an answer must quote; one-time codes; the log of it all. */
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { Sessions } from '../../src/server/sessions.ts'
import { recordsIn } from '../support/audit-lines.ts'
import { type Called, call, SERVED_POLICY, type TestServer, testServer } from '../support/server.ts'

const test = suite('server approvals')

let server: TestServer
test.before(async () => {
  server = await testServer()
})
test.after(() => server.serving.stop())

let count = 0

/** A new run that waits; gives its id. */
async function waiting(
  more: { readonly policy?: string; readonly requester?: string } = {},
): Promise<string> {
  const digest = `sha256:${count++}`
  const { request } = await server.desk.ask({
    binding: { digest, fields: { commands: digest } as never, files: {} },
    requester: `agent-${count}`,
    agent: null,
    session: null,
    policy: 'sha256:0',
    shown: {
      commands: [['/usr/bin/id']],
      line: null,
      cwd: '/',
      backend: 'none',
      network: 'off',
      extras: [],
      reason: 'asks',
      risk: 'low',
      rules: [],
      words: null,
      unbound: [],
    },
    answerByMs: Date.now() + 60_000,
    runWithinMs: 60_000,
    persons: 1,
    roles: [],
    ...more,
  })
  return request.id
}

function answer(
  id: string,
  body: unknown,
  role: 'approver' | 'admin' | 'user' = 'approver',
): Promise<Called> {
  const token = server.tokens[role]
  return call(server, 'POST', `/v1/approvals/${id}/decision`, { token, body })
}

const seenOf = (id: string): string => server.desk.store.get(id)?.request.binding.digest ?? ''

test('an approver grants what it quotes, once', async () => {
  const id = await waiting()
  assert.is((await answer(id, { answer: 'grant', seen: 'sha256:other' })).status, 409)
  assert.is((await answer(id, { answer: 'grant' })).status, 400)
  assert.is((await answer(id, { answer: 'grant', seen: seenOf(id) }, 'user')).status, 403)
  const { status, json } = await answer(id, { answer: 'grant', seen: seenOf(id) })
  assert.is(status, 200)
  assert.is((json as { state: { kind: string } }).state.kind, 'granted')
  assert.is((await answer(id, { answer: 'grant', seen: seenOf(id) })).status, 409)
  assert.is((await answer('0'.repeat(32), { answer: 'grant', seen: 'x' })).status, 404)
})

test('whoever asked cannot answer, and sees their own and no others', async () => {
  const own = await waiting({ requester: 'the-approver' })
  assert.is((await answer(own, { answer: 'grant', seen: seenOf(own) })).status, 403)
  const mine = await waiting({ requester: 'the-user' })
  const { user: token } = server.tokens
  assert.is((await call(server, 'GET', `/v1/approvals/${mine}`, { token })).status, 200)
  assert.is((await call(server, 'GET', `/v1/approvals/${own}`, { token })).status, 404)
  assert.is((await call(server, 'GET', '/v1/approvals', { token })).status, 403)
})

test('whoever waits hears the refusal with its reason', async () => {
  const id = await waiting({ requester: 'the-user' })
  const { user: token } = server.tokens
  const heard = call(server, 'GET', `/v1/approvals/${id}?wait=30`, { token })
  assert.is(
    (await answer(id, { answer: 'refuse', seen: seenOf(id), reason: 'not on a Sunday' })).status,
    200,
  )
  assert.match((await heard).text, /"kind":"refused".*not on a Sunday/)
})

test('listeners hear of what waits, and the stream ends with the server', async () => {
  const own = await testServer()
  const { host, tokens } = own
  const response = await fetch(`http://${host}/v1/events`, {
    headers: { Authorization: `Bearer ${tokens.approver}` },
  })
  assert.is(response.headers.get('content-type'), 'text/event-stream; charset=utf-8')
  const stopped = own.serving.stop()
  assert.match(
    await response.text(),
    /^event: approvals\ndata: \{"nowMs":\d+,"approvals":\[\]\}\n\n$/,
  )
  await stopped
})

test('a policy that goes out of force takes with it what waits under it', async () => {
  const own = await testServer()
  const policy = async (): Promise<string> =>
    ((await call(own, 'GET', '/v1/policy', { token: own.tokens.user })).json as { digest: string })
      .digest
  const shared = server
  server = own
  const before = await waiting({ policy: await policy() })
  const other = await waiting()
  server = shared
  own.usePolicy(`${SERVED_POLICY}deny id\n`)
  await own.serving.reload()
  assert.is(own.desk.store.get(before)?.state.kind, 'void')
  assert.is(own.desk.store.get(other)?.state.kind, 'pending')
  await own.serving.stop()
  assert.ok(recordsIn(own.audit).some(({ kind }) => kind === 'approval.void'))
})

test('every step is on record with who made it', async () => {
  const id = await waiting()
  await answer(id, { answer: 'grant', seen: 'sha256:other' })
  await answer(id, { answer: 'grant', seen: seenOf(id) })
  const steps = recordsIn(server.audit).filter(({ approval }) => approval === id)
  assert.equal(
    steps.map(({ kind, approver }) => [kind, approver]),
    [
      ['approval.fault', 'the-approver'],
      ['approval.grant', 'the-approver'],
    ],
  )
})

test('a one-time code is good once, for five tries, for ten minutes', () => {
  let now = 0
  const sessions = new Sessions(() => now)
  assert.is(sessions.login('anything'), null)
  const code = sessions.newCode()
  assert.match(code, /^[A-Z2-9]{4}-[A-Z2-9]{4}-[A-Z2-9]{4}$/)
  const session = sessions.login(` ${code.toLowerCase()} `)
  assert.is(session?.role, 'admin')
  assert.is(sessions.login(code), null)
  assert.is(sessions.entries().length, 1)
  now = 9 * 3_600_000
  assert.is(sessions.entries().length, 0)
  const second = sessions.newCode()
  for (let at = 0; at < 5; at++) assert.is(sessions.login('WRONG'), null)
  assert.is(sessions.login(second), null)
  const third = sessions.newCode()
  now += 600_000
  assert.is(sessions.login(third), null)
  const fourth = sessions.newCode()
  sessions.newCode()
  assert.is(sessions.login(fourth), null)
})

test('the code opens an admin session; its token is a header and never a cookie', async () => {
  const body = { code: server.serving.newCode() }
  const login = await call(server, 'POST', '/console/login', { body })
  assert.is(login.status, 200)
  assert.not.ok('set-cookie' in login.headers)
  const { token } = login.json as { token: string }
  assert.is((await call(server, 'GET', '/metrics', { token })).status, 200)
  assert.is((await call(server, 'POST', '/console/login', { body })).status, 401)
  const headers = { Cookie: `token=${token}` }
  assert.is((await call(server, 'GET', '/metrics', { headers })).status, 401)
})

test('where nobody was made an approver, nothing is granted, whoever logs in', async () => {
  const { readTokens, removeToken } = await import('../../src/server/tokens.ts')
  const own = await testServer()
  for (const { name } of readTokens(own.own)) removeToken(own.own, name)
  const shared = server
  server = own
  const id = await waiting()
  server = shared
  const code = own.serving.newCode()
  const { json } = await call(own, 'POST', '/console/login', { body: { code } })
  const { token } = json as { token: string }
  const seen = own.desk.store.get(id)?.request.binding.digest
  // The server looks at the file of the tokens once a second.
  let status = 200
  do {
    const body = { answer: 'grant', seen: 'sha256:other' }
    status = (await call(own, 'POST', `/v1/approvals/${id}/decision`, { token, body })).status
  } while (status === 409)
  assert.is(status, 403)
  const body = { answer: 'grant', seen }
  const refused = await call(own, 'POST', `/v1/approvals/${id}/decision`, { token, body })
  assert.match(refused.text, /nobody was made an approver/)
  assert.is(own.desk.store.get(id)?.state.kind, 'pending')
  await own.serving.stop()
})

test.run()
