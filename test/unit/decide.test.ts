/**
 * The hand-written corpus of decisions: each request through the naive decider, the table and the table read back.
 *
 * A row of `requests` is `DECISION[:LINE] [FACTS] REQUEST`: LINE is that of a deciding rule; facts are `[role=x cwd=/y
 * env:CI=yes]`; `!write PATH`, `!connect HOST[:PORT]`, `!call NAME key=value` ask for one action instead of a line.
 */
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { decide } from '../../src/decide/decide.ts'
import type { Facts } from '../../src/model/analysis.ts'
import { NO_FACTS, type Request } from '../../src/model/request.ts'
import { Table } from '../../src/table/table.ts'
import { readCases } from '../support/corpus.ts'
import { ask, type Compiled, comparable, compileBoth } from '../support/decide-both.ts'
import { KNOWLEDGE } from '../support/policy-generator.ts'

const test = suite('decisions')
const WORKSPACE = '/home/ann/project'

interface Row {
  readonly decision: string
  readonly rule: string | undefined
  readonly request: Request
}

function readRow(text: string): Row {
  const [, decision = '', rule, facts = '', rest = ''] =
    /^(\w+)(?::(\d+))? +(?:\[([^\]]*=[^\]]*)\] )?(.*)$/.exec(text) ?? []
  const given = new Map(
    facts.split(' ').map((each) => [each.split('=')[0] ?? '', each.split('=').slice(1).join('=')]),
  )
  return {
    ...{ decision, rule },
    request: {
      subject: subjectOf(rest),
      cwd: given.get('cwd') ?? WORKSPACE,
      facts: factsOf(given),
    },
  }
}

function factsOf(given: ReadonlyMap<string, string>): Facts {
  const env = [...given].flatMap(([name, value]) =>
    name.startsWith('env:') ? [[name.slice(4), value]] : [],
  )
  const role = given.get('role')
  return {
    ...NO_FACTS,
    roles: role === undefined ? [] : [role],
    user: given.get('user') ?? null,
    env: Object.fromEntries(env) as Record<string, string>,
  }
}

function subjectOf(text: string): Request['subject'] {
  if (!text.startsWith('!')) return { kind: 'line', line: text }
  const [action = '', name = '', ...options] = text.slice(1).split(' ')
  switch (action) {
    case 'read':
    case 'write':
    case 'delete':
    case 'persist':
      return { kind: 'path', action, path: name }
    case 'connect': {
      const [, host = '', port] = /^(.*?)(?::(\d+))?$/.exec(name) ?? []
      return { kind: 'connect', host, port: port === undefined ? null : Number(port) }
    }
    case 'set':
    case 'elevate':
    case 'call':
    case 'load':
      return {
        ...{ kind: 'name', action, name },
        options: Object.fromEntries(options.map((each) => each.split('=', 2) as [string, string])),
      }
    default:
      throw new Error(`no such action: ${text}`)
  }
}

function compiledSection(text: string, name: string): Compiled {
  const policy = compileBoth(`${text}${KNOWLEDGE}`)
  if (!policy) throw new Error(`${name} does not compile`)
  return policy
}

let rows = 0

for (const each of readCases('decide')) {
  const layers = (): readonly Compiled[] =>
    ['policy.oa', 'lower.oa'].flatMap((name) => {
      const text = each.sections.get(name)
      return text === undefined ? [] : [compiledSection(text, `${each.name} ${name}`)]
    })
  const lines = (each.sections.get('requests') ?? '').split('\n').filter((line) => line !== '')
  rows += lines.length
  test(each.name, () => {
    const policies = layers()
    const copies = policies.map((policy) => Table.open(Uint8Array.from(policy.bytes)))
    const wrong: string[] = []
    for (const line of lines) {
      const { decision, rule, request } = readRow(line)
      const answers = ask(policies, request)
      const { table } = answers
      const found = `${table.decision} (oracle: ${answers.oracle.decision}) by ${table.rules.join(' ')}: ${table.reason}`
      const isRight =
        table.decision === decision &&
        answers.oracle.decision === decision &&
        (rule === undefined || table.rules.some((id) => id.endsWith(`:${rule}`)))
      if (!isRight) wrong.push(`${line}\n    ${found}`)
      assert.equal(comparable(decide(copies, answers.analysis)), comparable(table))
    }
    assert.is(wrong.join('\n'), '')
  })
}

test('the corpus is large enough to mean something', () => assert.ok(rows >= 120, `${rows} rows`))

test.run()
