/** Every route of the OpenAPI document is there and answers as it says, and there is no other. */
import { Ajv2020 } from 'ajv/dist/2020.js'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { ROUTES, type RouteSpec } from '../../src/server/routes.ts'
import { recordsIn } from '../support/audit-lines.ts'
import { type Called, call, type TestServer, testServer } from '../support/server.ts'
import { bodyFor, pathFor } from '../support/server-routes.ts'
import { readText } from '../support/sources.ts'

const test = suite('server routes')

interface Operation {
  readonly requestBody?: Content
  readonly responses: Readonly<Record<string, Content>>
}
interface Content {
  readonly content: Readonly<Record<string, { readonly schema: object }>>
}
type Document = Readonly<{
  paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  components: { readonly schemas: Readonly<Record<string, object>> }
}>

let server: TestServer
let document: Document
let id = ''

test.before(async () => {
  server = await testServer()
  const { tokens } = server
  document = (await call(server, 'GET', '/openapi.json', { token: tokens.user })).json as Document
  id = (await server.desk.ask(asking())).request.id
})
test.after(() => server.serving.stop())

function asking(): Parameters<TestServer['desk']['ask']>[0] {
  const fields = { commands: 'a' }
  return {
    binding: { digest: 'sha256:1', fields: fields as never, files: { '/bin/x': null } },
    requester: 'agent',
    agent: 'codex',
    session: null,
    policy: 'sha256:0',
    shown: {
      commands: [['/bin/x', '-y']],
      line: null,
      cwd: '/',
      backend: 'bwrap',
      network: 'off',
      extras: [],
      reason: 'asks',
      risk: 'low',
      rules: ['p:1'],
      words: null,
      unbound: [],
    },
    answerByMs: Date.now() + 60_000,
    runWithinMs: 60_000,
    persons: 1,
    roles: [],
  }
}

/** Fails where a value is not as a schema of the document says. */
function fits(value: unknown, schema: object, what: string): void {
  const ajv = new Ajv2020({ strict: false })
  const text = JSON.stringify({ ...schema, components: document.components })
  const validate = ajv.compile(JSON.parse(text) as object)
  assert.ok(validate(value), `${what}: ${JSON.stringify(validate.errors)}`)
}

test('the document and the list of routes name the same', () => {
  const said = Object.entries(document.paths).flatMap(([path, operations]) =>
    Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
  )
  const routes: readonly RouteSpec[] = ROUTES
  assert.equal(said.sort(), routes.map(({ method, path }) => `${method} ${path}`).sort())
})

for (const route of ROUTES as readonly RouteSpec[]) {
  const { method, path, right } = route
  if (path === '/v1/events') continue
  test(`${method} ${path}: request and answer are as the document says`, async () => {
    const operation = document.paths[path]?.[method.toLowerCase()]
    assert.ok(operation)
    const token = right === 'exec' ? server.tokens.runner : server.tokens.admin
    const body = path === '/console/login' ? { code: server.serving.newCode() } : bodyFor(route)
    const taken = operation.requestBody?.content['application/json']?.schema
    assert.is(body === undefined, taken === undefined)
    if (taken) fits(body, taken, 'the body')
    const answer = await call(server, method, pathFor(path, id), { token, body })
    assert.is(answer.status, 200, answer.text)
    const type = String(answer.headers['content-type']).split(';')[0] ?? ''
    const given = operation.responses['200']?.content[type]?.schema
    assert.ok(given, `${type} is not in the document`)
    if (type === 'application/json') fits(answer.json, given, 'the answer')
  })

  test(`${method} ${path}: a problem is as the document says`, async () => {
    const problem = document.paths[path]?.[method.toLowerCase()]?.responses['default']
    const schema = problem?.content['application/problem+json']?.schema
    assert.ok(schema)
    const headers = { Host: 'evil.example' }
    const answer = await call(server, method, pathFor(path), { headers, body: bodyFor(route) })
    assert.is(answer.headers['content-type'], 'application/problem+json')
    fits(answer.json, schema, 'the problem')
  })
}

test('a batch answers in order, what is wrong in it refuses all of it', async () => {
  const { user: token } = server.tokens
  const requests = [{ id: 'a', line: 'ls' }, { id: 'b', line: 'rm -rf /' }, { line: 'id' }]
  const { json } = await call(server, 'POST', '/v1/decide/batch', { token, body: { requests } })
  const { decisions } = json as { decisions: readonly { id?: string; decision: string }[] }
  assert.equal(
    decisions.map((each) => [each.id, each.decision]),
    [
      ['a', 'allow'],
      ['b', 'deny'],
      [undefined, 'ask'],
    ],
  )
  const wrong = { requests: [{ line: 'ls' }, { line: 1 }] }
  assert.is((await call(server, 'POST', '/v1/decide/batch', { token, body: wrong })).status, 400)
  const many = { requests: Array.from({ length: 1001 }, () => ({ line: 'ls' })) }
  assert.is((await call(server, 'POST', '/v1/decide/batch', { token, body: many })).status, 400)
})

test('a decision is on record with the name of the token, before the answer', async () => {
  const { user: token } = server.tokens
  await call(server, 'POST', '/v1/decide', { token, body: { id: 'r1', line: 'ls -l' } })
  const last = recordsIn(server.audit).findLast(({ kind }) => kind === 'decide')
  assert.is(last?.['user'], 'the-user')
  assert.is(last?.['line'], 'ls -l')
})

test('text that hides text travels as escapes, in decisions, problems and metrics', async () => {
  const { user: token, admin } = server.tokens
  const line = 'ls \u202e\u001b[2K"} oa_fake{x="1"} 1\n#\u200b'
  const answer: Called = await call(server, 'POST', '/v1/explain', { token, body: { line } })
  assert.is(answer.status, 200, answer.text)
  assert.not.match(answer.text, /[\u0000-\u0009\u000b-\u001f]/)
  await call(server, 'GET', `/v1/${encodeURIComponent(line)}`, { token })
  const { text } = await call(server, 'GET', '/metrics', { token: admin })
  assert.not.match(text, /oa_fake/)
  assert.match(text, /^oa_decisions_total\{decision="allow",risk="\w+"\} \d+$/m)
})

test('metrics say what the issue names', async () => {
  const { text } = await call(server, 'GET', '/metrics', { token: server.tokens.admin })
  for (const name of [
    'oa_decisions_total',
    'oa_request_seconds_bucket',
    'oa_refusals_total',
    'oa_approvals_waiting',
    'oa_approvals_age_seconds',
    'oa_audit_seconds_bucket',
    'oa_audit_waiting',
    'oa_runs_total',
    'oa_model_loads_refused_total',
    'oa_nodejs_eventloop_lag_seconds',
    'oa_process_resident_memory_bytes',
    'oa_policy_fault',
  ]) {
    assert.match(text, new RegExp(`^# HELP ${name.replace(/_bucket$/, '')} `, 'm'), name)
  }
})

test('the dashboard of the examples asks for metrics that there are', async () => {
  const { text } = await call(server, 'GET', '/metrics', { token: server.tokens.admin })
  const names = new Set([...text.matchAll(/^# HELP (\w+)/gm)].map((match) => match[1] ?? ''))
  const asked = [...readText('examples/grafana.json').matchAll(/\boa_\w+/g)].map(([name]) => name)
  assert.ok(asked.length > 10)
  assert.equal(
    asked.filter((name) => !names.has(name.replace(/_bucket$/, ''))),
    [],
  )
})

test.run()
