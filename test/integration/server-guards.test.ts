/** What the server lets nobody do: roles on every route, foreign sites, shapes of HTTP, sizes, rates. */
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { mayDo, ROLES } from '../../src/server/roles.ts'
import { ROUTES, type RouteSpec } from '../../src/server/routes.ts'
import { recordsIn } from '../support/audit-lines.ts'
import { call, raw, type TestServer, testServer } from '../support/server.ts'
import { bodyFor, pathFor } from '../support/server-routes.ts'

const test = suite('server guards')

let server: TestServer
test.before(async () => {
  server = await testServer()
})
test.after(() => server.serving.stop())

const routes: readonly RouteSpec[] = ROUTES

for (const route of routes) {
  const { method, path, right } = route
  const body = bodyFor(route)
  test(`${method} ${path}: nobody without a token, and each role as the table of rights says`, async () => {
    const { status, json } = await call(server, method, pathFor(path), { body })
    if (right === 'open') assert.is.not(status, 403)
    else {
      assert.is(status, 401)
      assert.is((json as { code: string }).code, 'OA8102')
    }
    for (const role of ROLES) {
      if (path === '/v1/events' && mayDo(right, [role])) continue
      const answer = await call(server, method, pathFor(path), { body, token: server.tokens[role] })
      const isRefused = answer.status === 403 && answer.text.includes('OA8103')
      assert.is(isRefused, !mayDo(right, [role]), `${role}: ${answer.status} ${answer.text}`)
    }
  })

  test(`${method} ${path}: foreign hosts, origins and sites are refused`, async () => {
    const foreign: readonly (readonly [Readonly<Record<string, string>>, number])[] = [
      [{ Host: 'evil.example' }, 421],
      [{ Host: `localhost.evil.example:${server.port}` }, 421],
      [{ Host: `127.0.0.1:${server.port + 1}` }, 421],
      [{ Origin: 'http://evil.example' }, 403],
      [{ Origin: 'null' }, 403],
      [{ Origin: `http://127.0.0.1:${server.port}.evil.example` }, 403],
      [{ 'Sec-Fetch-Site': 'cross-site' }, 403],
      [{ 'Sec-Fetch-Site': 'same-site' }, 403],
    ]
    for (const [headers, wanted] of foreign) {
      const token = server.tokens.admin
      const { status, text } = await call(server, method, pathFor(path), { body, token, headers })
      assert.is(status, wanted, JSON.stringify(headers))
      assert.ok(text.includes('OA8104'), text)
    }
  })
}

test('a wrong token, another scheme, two tokens, a token in the address: nobody', async () => {
  const { admin } = server.tokens
  const wrong: readonly Readonly<Record<string, string>>[] = [
    { Authorization: 'Bearer oa_nope' },
    { Authorization: `Basic ${Buffer.from(`x:${admin}`).toString('base64')}` },
    { Authorization: `Bearer ${admin}x` },
    { Authorization: `Bearer ${admin}, Bearer ${admin}` },
    { Authorization: admin },
    { Cookie: `token=${admin}` },
  ]
  for (const headers of wrong) {
    const { status } = await call(server, 'GET', '/v1/policy', { headers })
    assert.is(status, 401, JSON.stringify(headers))
  }
  assert.is((await call(server, 'GET', `/v1/policy?token=${admin}`)).status, 401)
})

test('every answer has the headers that keep browsers away', async () => {
  for (const path of ['/healthz', '/v1/policy', '/nowhere', '/console', '/console/console.js']) {
    const { headers } = await call(server, 'GET', path)
    assert.match(String(headers['content-security-policy']), /default-src 'none'/, path)
    assert.match(String(headers['content-security-policy']), /frame-ancestors 'none'/, path)
    assert.is(headers['x-content-type-options'], 'nosniff')
    assert.is(headers['cache-control'], 'no-store')
    assert.is(headers['cross-origin-opener-policy'], 'same-origin')
    assert.is(headers['cross-origin-resource-policy'], 'same-origin')
    assert.not.ok('access-control-allow-origin' in headers)
    assert.not.ok('set-cookie' in headers)
    assert.not.ok('x-powered-by' in headers)
  }
})

test('no path leads out of the routes', async () => {
  const { admin: token } = server.tokens
  const paths = [
    '/../../etc/passwd',
    '/console/../../../etc/passwd',
    '/console/..%2f..%2fserve.ts',
    '/console/%2e%2e/serve.ts',
    '/console/console.html%00.js',
    '/console/.js',
    '/console/http.ts',
    '/v1/approvals/..%2f..%2ftokens',
    '/v1/approvals/../../tokens.json',
    '/v1//decide',
    '/v1/decide/',
    '/V1/decide',
    '//evil.example/v1/policy',
    'http://evil.example/v1/policy',
    '*',
  ]
  for (const path of paths) {
    const { status, text } = await call(server, 'GET', path, { token })
    assert.ok([400, 404, 405].includes(status), `${path}: ${status}`)
    assert.not.match(text, /root:|"tokens"/)
  }
})

test('other methods are refused with those that there are', async () => {
  const { admin: token } = server.tokens
  for (const method of ['PUT', 'DELETE', 'PATCH', 'OPTIONS', 'HEAD', 'TRACE']) {
    const { status, headers } = await call(server, method, '/v1/decide', { token })
    assert.is(status, 405, method)
    assert.is(headers['allow'], 'POST')
  }
})

test('bodies: too large with and without a length, no JSON, compressed, not UTF-8, not as the schema says', async () => {
  const { user: token } = server.tokens
  const large = JSON.stringify({ line: 'x'.repeat(70_000) })
  assert.is((await call(server, 'POST', '/v1/decide', { token, body: large })).status, 413)
  const chunked = [
    'POST /v1/decide HTTP/1.1',
    `Host: ${server.host}`,
    `Authorization: Bearer ${token}`,
    'Content-Type: application/json',
    'Transfer-Encoding: chunked',
    '',
    `${(70_000).toString(16)}\r\n${'x'.repeat(70_000)}\r\n0\r\n\r\n`,
  ].join('\r\n')
  assert.match(await raw(server, chunked), /^HTTP\/1\.1 413 /)
  const plain = { token, body: '{"line":"ls"}', headers: { 'Content-Type': 'text/plain' } }
  assert.is((await call(server, 'POST', '/v1/decide', plain)).status, 415)
  const form = { ...plain, headers: { 'Content-Type': 'application/x-www-form-urlencoded' } }
  assert.is((await call(server, 'POST', '/v1/decide', form)).status, 415)
  const packed = { token, body: {}, headers: { 'Content-Encoding': 'gzip' } }
  assert.is((await call(server, 'POST', '/v1/decide', packed)).status, 415)
  const wrong = [
    '',
    '{',
    '[]',
    '{}',
    '{"line":1}',
    '{"line":"ls","user":"root"}',
    '{"line":"ls","roles":["admin"]}',
  ]
  for (const body of wrong) {
    const answer = await call(server, 'POST', '/v1/decide', { token, body })
    assert.is(answer.status, 400, `${body}: ${answer.text}`)
  }
  const deep = `{"line":${'['.repeat(20_000)}${']'.repeat(20_000)}}`
  assert.is((await call(server, 'POST', '/v1/decide', { token, body: deep })).status, 400)
})

test('two ways to say how long a body is, bare line ends, spaces before colons: refused, and nothing behind is read', async () => {
  const start = `POST /v1/decide HTTP/1.1\r\nHost: ${server.host}\r\n`
  const behind = `GET /healthz HTTP/1.1\r\nHost: ${server.host}\r\n\r\n`
  const shapes = [
    `${start}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${behind}`,
    `${start}Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello${behind}`,
    `${start}Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n${behind}`,
    `${start}Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n${behind}`,
    `${start}Content-Length: +5\r\n\r\nhello${behind}`,
    `${start}Transfer-Encoding: chunked\r\n\r\n5;\nhello\r\n0\r\n\r\n${behind}`,
    `POST /v1/decide HTTP/1.1\nHost: ${server.host}\nX: a\rb\r\n\r\n${behind}`,
    `GET /healthz HTTP/1.1\r\nHost: ${server.host}\r\nHost: evil.example\r\n\r\n`,
    'GET /healthz HTTP/1.1\r\n\r\n',
    'GET /healthz HTTP/9.9\r\n\r\n',
    'nonsense\r\n\r\n',
    `\u0016\u0003\u0001 tls\r\n\r\n`,
  ]
  for (const shape of shapes) {
    const answer = await raw(server, shape)
    assert.match(answer, /^HTTP\/1\.1 4\d\d /, JSON.stringify(shape))
    assert.not.match(answer, /"status":"ok"/, JSON.stringify(shape))
  }
})

test('headers of a megabyte, and more of them than anybody needs', async () => {
  const start = `GET /healthz HTTP/1.1\r\nHost: ${server.host}\r\n`
  assert.match(
    await raw(server, `${start}X: ${'y'.repeat(1024 * 1024)}\r\n\r\n`),
    /^HTTP\/1\.1 431 /,
  )
  const many = Array.from({ length: 3000 }, (_, at) => `X-${at}: y`).join('\r\n')
  assert.match(await raw(server, `${start}${many}\r\n\r\n`), /^HTTP\/1\.1 431 /)
})

test('a forged X-Forwarded-For changes no limit; that of a named proxy does', async () => {
  const rate = { burst: 1, perSecond: 0.001 }
  const limited = await testServer({ rate })
  const from = (address: string): Promise<number> =>
    call(limited, 'GET', '/healthz', { headers: { 'X-Forwarded-For': address } }).then(
      ({ status }) => status,
    )
  // Addresses share ten times the limit of a token.
  for (let at = 0; at < 10; at++) assert.is(await from(`10.0.0.${at}`), 200)
  assert.is(await from('10.0.0.99'), 429)
  await limited.serving.stop()
  const proxied = await testServer({ rate, proxies: ['127.0.0.1'] })
  const through = (address: string): Promise<number> =>
    call(proxied, 'GET', '/healthz', { headers: { 'X-Forwarded-For': address } }).then(
      ({ status }) => status,
    )
  for (let at = 0; at < 10; at++) assert.is(await through(`9.9.9.${at}, 10.0.0.1`), 200)
  assert.is(await through('9.9.9.99, 10.0.0.1'), 429)
  assert.is(await through('10.0.0.2'), 200)
  await proxied.serving.stop()
})

test('a token that comes too often waits, and is told how long', async () => {
  const limited = await testServer({ rate: { burst: 2, perSecond: 0.01 } })
  const { user: token } = limited.tokens
  const ask = (): ReturnType<typeof call> =>
    call(limited, 'POST', '/v1/decide', { token, body: { line: 'ls' } })
  assert.is((await ask()).status, 200)
  assert.is((await ask()).status, 200)
  const { status, headers } = await ask()
  assert.is(status, 429)
  assert.ok(Number(headers['retry-after']) >= 1)
  assert.is((await call(limited, 'GET', '/metrics', { token: limited.tokens.admin })).status, 200)
  await limited.serving.stop()
})

test('refusals are on record with the caller, and tokens nowhere', async () => {
  const fresh = await testServer()
  await call(fresh, 'GET', '/metrics', { token: fresh.tokens.user })
  await call(fresh, 'GET', '/v1/policy', { headers: { Host: 'evil.example' } })
  await raw(fresh, 'nonsense\r\n\r\n')
  await fresh.serving.stop()
  const refused = recordsIn(fresh.audit).filter(({ kind }) => kind === 'server.refuse')
  assert.equal(
    refused.map(({ code, status, user, route }) => [code, status, user, route]),
    [
      ['OA8103', 403, 'the-user', '/metrics'],
      ['OA8104', 421, undefined, '/v1/policy'],
      ['OA8106', 400, undefined, undefined],
    ],
  )
  assert.is(fresh.access.find(({ status }) => status === 403)?.caller, 'the-user')
  const everything = JSON.stringify([fresh.access, fresh.said, recordsIn(fresh.audit)])
  for (const token of Object.values(fresh.tokens)) assert.not.ok(everything.includes(token))
})

test('a flood of refusals is counted, not recorded one by one', async () => {
  const fresh = await testServer()
  for (let at = 0; at < 150; at++) await call(fresh, 'GET', '/v1/policy')
  await fresh.serving.stop()
  const refused = recordsIn(fresh.audit).filter(({ kind }) => kind === 'server.refuse')
  assert.ok(refused.length >= 100 && refused.length < 140, String(refused.length))
})

test.run()
