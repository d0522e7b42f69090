import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { DEFAULT_REDACTOR, makeRedactor, REDACTION_MARK } from '../../src/audit/redact.ts'

const test = suite('audit redaction')

/** Made here from parts, so that no scanner takes this file for a leak. */
const long = 'a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8'
const SAMPLES: readonly (readonly [line: string, secret: string])[] = [
  [`export K=sk-proj-${long}`, `sk-proj-${long}`],
  [`echo sk-ant-api03-${long}`, `sk-ant-api03-${long}`],
  [`git clone https://github_pat_${long}@x`, `github_pat_${long}`],
  [`echo gho_${long}`, `gho_${long}`],
  [`echo ghs_${long}`, `ghs_${long}`],
  [`x --key hf_${long}`, `hf_${long}`],
  ['aws configure set id AKIAABCDEFGHIJKLMNOP', 'AKIAABCDEFGHIJKLMNOP'],
  [`slack xoxb-123456789012-${long}`, `xoxb-123456789012-${long}`],
  [`echo eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.${long}`, `eyJzdWIiOiIxIn0.${long}`],
  [`curl -H "Authorization: Bearer ${long}" https://x`, long],
  ['psql postgres://me:hunter2@db/x', 'hunter2'],
  [`echo "-----BEGIN RSA PRIVATE KEY-----\n${long}\n-----END RSA PRIVATE KEY-----"`, long],
  ['mysql -u root -phunter2 db', 'hunter2'],
  [`echo AIza${long}`, `AIza${long}`],
  [`npm config set //r/:_authToken=npm_${long}`, `npm_${long}`],
  [`echo sk_live_${long}`, `sk_live_${long}`],
  [`echo glpat-${long}`, `glpat-${long}`],
  [`echo sk-${long}`, `sk-${long}`],
  [`echo ghp_${long}`, `ghp_${long}`],
]

for (const [line, secret] of SAMPLES) {
  test(`leaves a mark instead of the secret: ${line.slice(0, 24).replace(/\n/g, ' ')}`, () => {
    const hidden = DEFAULT_REDACTOR.text(line)
    assert.not.match(hidden, secret)
    assert.ok(hidden.match(REDACTION_MARK), hidden)
    assert.is(DEFAULT_REDACTOR.text(hidden), hidden)
  })
}

test('all nineteen samples are here', () => assert.is(SAMPLES.length, 19))

const CONTEXTS: readonly (readonly [line: string, hidden: string])[] = [
  ['API_TOKEN=abc123xyz make', 'API_TOKEN={{redacted:named}} make'],
  [`DB_PASSWORD='a b c d' make`, `DB_PASSWORD='{{redacted:named}}' make`],
  ['tool --password hunter22 x', 'tool --password {{redacted:option}} x'],
  ['tool --api-key=abcd1234 x', 'tool --api-key={{redacted:named}} x'],
  ['curl -u me:hunter22 https://x', 'curl -u me:{{redacted:password}} https://x'],
  ['curl -H "X-Api-Key: abcd1234" x', 'curl -H "X-Api-Key: {{redacted:header}}" x'],
  [`curl -d '{"password": "hunter22"}' x`, `curl -d '{"password": "{{redacted:named}}"}' x`],
]

for (const [line, hidden] of CONTEXTS) {
  test(`hides what stands where a secret stands: ${line}`, () => {
    assert.is(DEFAULT_REDACTOR.text(line), hidden)
  })
}

const HARMLESS: readonly string[] = [
  'git status',
  'TOKENIZERS_PARALLELISM=false python train.py',
  'mkdir -pv build/output',
  'ssh -p2222 host.example',
  'cp -pr a b',
  'git commit -m "the task-force met: risk-assessment-of-everything"',
  'export TOKEN=$OTHER_TOKEN',
  'pip install sk-learn-contrib-something',
  'curl https://example.com:8080/path',
  'sha256:abababababababababababababababababababababababababababababababab',
]

for (const line of HARMLESS) {
  test(`leaves alone: ${line}`, () => assert.is(DEFAULT_REDACTOR.text(line), line))
}

test('names of the policy are hidden, whatever their case', () => {
  const redactor = makeRedactor({ names: ['ACME_*_ID'] })
  assert.is(redactor.text('acme_login_id=abcdefgh x'), 'acme_login_id={{redacted:named}} x')
  assert.is(redactor.text('ACME_ID=abcdefgh x'), 'ACME_ID=abcdefgh x')
})

test('values of the environment are hidden wherever they stand, the longest first', () => {
  const redactor = makeRedactor({ values: ['abcdefgh', 'abcdefghij', 'abc'] })
  assert.is(
    redactor.text('x abcdefghij-abcdefgh-abc'),
    'x {{redacted:known}}-{{redacted:known}}-abc',
  )
})

test('what one string gives away is hidden in the whole record, and the log own words stay', () => {
  const entry = {
    kind: 'decide',
    policy: 'sha256:aa',
    line: 'tool --password=hunter2222',
    decision: { argv: ['tool', '--password', 'hunter2222'], words: [{ text: 'xhunter2222x' }] },
    env: { API_TOKEN: 'short' },
    ['__proto__']: 'hunter2222',
  }
  const text = JSON.stringify(DEFAULT_REDACTOR.record(entry))
  assert.not.match(text, 'hunter')
  assert.not.match(text, 'short')
  assert.match(text, '"kind":"decide"')
  assert.match(text, '"policy":"sha256:aa"')
})

test('words of a command line: the value after its option, and the one glued to it', () => {
  const record = { kind: 'decide', argv: ['/usr/bin/mysql', '-phunter2', '--token', 'abc', '-v'] }
  assert.equal(DEFAULT_REDACTOR.record(record).argv, [
    '/usr/bin/mysql',
    '-p{{redacted:password}}',
    '--token',
    '{{redacted:option}}',
    '-v',
  ])
})

/** Text that makes a backtracking pattern slow, at a length and at eight times that. */
const HOSTILE: readonly string[] = [
  'eyJaaaaaaaaaa-',
  'sk-',
  '://a:b',
  'a="',
  '-----BEGIN RSA PRIVATE KEY-----',
  '-----BEGIN A PRIVATE KEY----- -----END ',
  'mysql -p"',
  'curl -u a',
  'mariadb-',
  '--pass-pass-pass ',
  'Authorization: ',
  '"a":"',
  'TOKEN=',
  ' -a',
]

/** Least CPU time of a few runs, in microseconds. */
function cost(text: string): number {
  let least = Number.POSITIVE_INFINITY
  for (let turn = 0; turn < 3; turn++) {
    const start = process.cpuUsage()
    DEFAULT_REDACTOR.text(text)
    const { user, system } = process.cpuUsage(start)
    least = Math.min(least, user + system)
  }
  return least
}

for (const piece of HOSTILE) {
  test(`time grows with the text, not with its square: ${piece}`, () => {
    // Quadratic would be 64 times, and 400 times slower than this bound at the larger length.
    const [small, large] = [cost(piece.repeat(2000)), cost(piece.repeat(16_000))]
    assert.ok(large < 40 * Math.max(small, 500), `${small} → ${large} µs`)
  })
}

test.run()
