import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { analyse } from '../../src/command/analyse.ts'
import { compilePolicy } from '../../src/compile.ts'
import { buildTable } from '../../src/lower/build.ts'
import { type Action, showResource } from '../../src/model/analysis.ts'
import type { CommandKnowledge } from '../../src/model/knowledge.ts'
import { NO_FACTS } from '../../src/model/request.ts'
import { ACTIONS } from '../../src/model/vocabulary.ts'
import { policyReader } from '../../src/policy-reader.ts'
import { Table } from '../../src/table/table.ts'
import { ROOT } from '../support/corpus.ts'
import { memoryWorld } from '../support/world.ts'

const test = suite('std knowledge')
const compiled = compilePolicy(
  { kind: 'file', path: join(ROOT, 'policies/std/std.oa') },
  policyReader(),
)

test('the shipped library compiles without errors', () => {
  const errors = compiled.diagnostics.filter((each) => each.severity === 'error')
  assert.equal(
    errors.map((each) => each.message),
    [],
  )
})

const place = memoryWorld()

/** `read a.txt` → `read /home/ann/project/a.txt`: paths as the analysis shows them. */
function expected(text: string): string {
  const [kind = '', ...rest] = text.split(' ')
  const resource = rest.join(' ')
  if (!/^(?:read|write|delete|persist)$/.test(kind)) return text
  const home = resource.replace(/^~/, place.home)
  return `${kind} ${home.startsWith('/') ? home : `${place.workspace}/${home}`}`
}

const showAction = (action: Action): string => `${action.kind} ${showResource(action)}`

interface Row {
  readonly file: string
  readonly line: string
  readonly expectations: readonly string[]
}

/** The rows of `test/corpus/knowledge`; its README says what they mean. */
function readRows(): readonly Row[] {
  const folder = join(ROOT, 'test/corpus/knowledge')
  const files = readdirSync(folder).filter((name) => name.endsWith('.tsv'))
  return files.flatMap((file) => {
    const lines = readFileSync(join(folder, file), 'utf8').split('\n')
    const rows = lines.filter((each) => each !== '' && !each.startsWith('#'))
    return rows.map((row) => {
      const [line = '', wanted = ''] = row.split('\t')
      return { file, line, expectations: wanted.split(', ') }
    })
  })
}

function judge(expectation: string, actions: readonly Action[], line: string): void {
  const shown = actions.map(showAction)
  const has = (what: string): boolean => shown.includes(expected(what))
  const isUnlisted = actions.find((each) => each.kind === 'run')?.hasUnlisted
  const holds = (): boolean => {
    const [first = '', second = '', third] = expectation.split(' ')
    if (expectation === 'listed') return isUnlisted === false
    if (expectation === 'unlisted') return isUnlisted === true
    if (expectation === 'known') return actions.every((each) => each.unknown === null)
    if (expectation === 'unknown') return actions.some((each) => each.unknown !== null)
    if (first !== 'not') return has(expectation)
    assert.ok(
      ACTIONS.some((each) => each === second),
      `${line}: no action is called ${second}`,
    )
    if (third === undefined) return actions.every((each) => each.kind !== second)
    return !has(expectation.slice('not '.length))
  }
  const unknown = actions.flatMap((each) => each.unknown ?? [])
  const found = [...shown, ...unknown.map((each) => `unknown: ${JSON.stringify(each)}`)]
  assert.ok(holds(), `${line}: expected ${expectation}, found ${found.join('; ')}`)
}

const knowledge = compiled.value && Table.open(buildTable(compiled.value.ir).bytes)
const rows = readRows()
for (const { file, line, expectations } of rows) {
  test(`${file}: ${line}`, () => {
    if (!knowledge) throw new Error('the library does not compile')
    const request = {
      subject: { kind: 'line', line },
      cwd: place.workspace,
      facts: NO_FACTS,
    } as const
    const { actions } = analyse(knowledge, request, place).analysis
    for (const expectation of expectations) judge(expectation, actions, line)
  })
}

const isNegative = (row: Row): boolean =>
  row.expectations.some((each) => each === 'unlisted' || each.startsWith('not '))

const hasOptions = (program: CommandKnowledge): boolean =>
  program.options.length > 0 ||
  program.styles.includes('no-options') ||
  Object.values(program.subcommands).some(hasOptions)

/** Programs with source, options, a positive and a negative row; aliases count with their block, once. */
function countedPrograms(): ReadonlySet<CommandKnowledge> {
  const known = compiled.value?.checked.commands ?? {}
  const seen = new Map<CommandKnowledge, { positive: boolean; negative: boolean }>()
  for (const row of rows) {
    const program = known[row.line.split(' ', 1)[0] ?? '']
    if (!program) continue
    const before = seen.get(program) ?? { positive: false, negative: false }
    seen.set(program, {
      positive: before.positive || !isNegative(row),
      negative: before.negative || isNegative(row),
    })
  }
  const counted = [...seen].filter(([program, { positive, negative }]) => {
    return positive && negative && hasOptions(program) && Boolean(program.source)
  })
  return new Set(counted.map(([program]) => program))
}

/** To be raised with every family that is done. */
const COUNTED_MIN = 800

test('enough programs have source, options, a positive and a negative row', () => {
  const counted = countedPrograms()
  assert.ok(counted.size >= COUNTED_MIN, `${counted.size} programs count`)
})

test.run()
