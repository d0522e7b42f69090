/** The command line as strangers see it: the scripts of `test/corpus/cli`, and the contracts that need a program. */
import { spawnSync } from 'node:child_process'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { COMMANDS } from '../../src/cli/registry.ts'
import { ancestorsOf, watcherOf } from '../../src/run/agents.ts'
import { cliPlace, isBuilt, runScript } from '../support/cli-script.ts'
import { checkGolden, readCases } from '../support/corpus.ts'
import { skip } from '../support/skip.ts'
import { writeFiles } from '../support/temp.ts'

const test = suite('cli')

for (const each of readCases('cli')) {
  test(each.name, () => {
    if (!isBuilt()) return skip('the CLI is not built')
    const isForPeople = each.sections.get('commands')?.includes('oa trust') === true
    if (isForPeople && watcherOf(process.env, ancestorsOf(process.pid))) {
      return skip('below an agent, where `oa trust` is off')
    }
    checkGolden(each, 'output', runScript(each))
  })
}

const POLICY = `policy "p"
language 1
mode approve
default deny
command greet { option --loud }
command shout { option --loud }
allow greet
ask shout because "loud"
`

interface Answer {
  readonly id?: string
  readonly decision: string
  readonly reason: string
}

function batch(lines: readonly (string | Buffer)[]): readonly Answer[] {
  const { folder, env } = cliPlace()
  writeFiles(folder, { 'p.oa': POLICY })
  const input = Buffer.concat(lines.flatMap((line) => [Buffer.from(line), Buffer.from('\n')]))
  const { stdout, status } = spawnSync('oa', ['decide', '--policy', 'p.oa', '--batch'], {
    cwd: folder,
    env,
    input,
    maxBuffer: 64 * 1024 * 1024,
  })
  assert.is(status, 0)
  const text = stdout.toString()
  return text === ''
    ? []
    : text
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as Answer)
}

test('a batch answers every line, in order, with its id', () => {
  if (!isBuilt()) return skip('the CLI is not built')
  const answers = batch([
    '{"id":"a","line":"greet"}',
    '{"id":"b","argv":["shout","--loud"]}',
    '{"id":"c"}',
    'not json',
    '{"id":"d","line":"greet","argv":["greet"]}',
    '{"id":"e","line":7}',
    '{"id":"f","lime":"greet"}',
    '{"id":"g","action":"write","path":"/etc/passwd"}',
    '[]',
    '{"id":"h","line":"greet"}',
  ])
  assert.equal(
    answers.map(({ id, decision }) => `${id ?? '-'} ${decision}`),
    [
      'a allow',
      'b ask',
      'c deny',
      '- deny',
      'd deny',
      'e deny',
      'f deny',
      'g deny',
      '- deny',
      'h allow',
    ],
  )
  assert.ok(answers.every(({ reason }) => reason !== ''))
})

test('command lines that cannot be read are denied with a reason', () => {
  if (!isBuilt()) return skip('the CLI is not built')
  const bad: readonly (string | Buffer)[] = [
    JSON.stringify({ line: '' }),
    JSON.stringify({ line: `greet ${'a'.repeat(1024 * 1024)}` }),
    JSON.stringify({ line: '('.repeat(10_000) }),
    JSON.stringify({ line: `greet ${'$('.repeat(10_000)}` }),
    JSON.stringify({ line: 'greet \0' }),
    JSON.stringify({ line: 'greet \ud800' }),
    Buffer.concat([Buffer.from('{"line":"greet '), Buffer.from([0xff, 0xfe]), Buffer.from('"}')]),
    JSON.stringify({ argv: ['greet', '\0'] }),
    JSON.stringify({ argv: [''] }),
    JSON.stringify({ line: "greet 'unclosed" }),
  ]
  for (const [at, answer] of batch(bad).entries()) {
    assert.is(answer.decision, 'deny', `${String(bad[at]).slice(0, 60)}: ${answer.decision}`)
    assert.ok(answer.reason.length > 0 && answer.reason.length < 500, answer.reason.slice(0, 200))
  }
})

test('a reader that goes away ends oa quietly', () => {
  if (!isBuilt()) return skip('the CLI is not built')
  const { folder, env } = cliPlace()
  writeFiles(folder, { 'p.oa': POLICY })
  const line = `yes '{"line":"greet"}' | head -n 20000 | oa decide --policy p.oa --batch | head -n 1`
  const { stdout, stderr } = spawnSync('bash', ['-c', line], { cwd: folder, env, encoding: 'utf8' })
  assert.is(stdout.split('\n').length, 2)
  assert.is(stderr, '')
})

test('every command has help with a usage line, its options and an example', () => {
  if (!isBuilt()) return skip('the CLI is not built')
  const { folder, env } = cliPlace()
  for (const spec of COMMANDS) {
    const { stdout, status } = spawnSync('oa', [...spec.name.split(' '), '--help'], {
      cwd: folder,
      env,
      encoding: 'utf8',
    })
    assert.is(status, 0)
    assert.ok(stdout.includes(`Usage: oa ${spec.name}`), stdout)
    for (const { name } of spec.options)
      assert.ok(stdout.includes(`--${name}`), `${spec.name} ${name}`)
    for (const example of spec.examples) assert.ok(stdout.includes(example), example)
  }
})

test.run()
