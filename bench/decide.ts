/**
 * What one decision about an argv request costs by the number of rules, beside other engines on the same rules and
 * requests in the same process; every answer is compared. Times are of a shared machine; their ratios are what counts.
 */

import { analyse } from '../src/command/analyse.ts'
import type { World } from '../src/command/world.ts'
import { compilePolicy, parseSource } from '../src/compile.ts'
import { decide } from '../src/decide/decide.ts'
import { contribution, findingsOf } from '../src/decide/findings.ts'
import { buildTable } from '../src/lower/build.ts'
import type { Analysis, RunAction } from '../src/model/analysis.ts'
import { NO_FACTS } from '../src/model/request.ts'
import { SURE } from '../src/model/vocabulary.ts'
import { policyReader } from '../src/policy-reader.ts'
import { Table } from '../src/table/table.ts'
import { BLANK_WORLD } from '../src/world/blank-world.ts'
import {
  type BenchRule,
  type Engine,
  installPeers,
  LEFT_OUT,
  PEERS,
  regexpLoop,
} from './decide-peers.ts'

const COUNTS = [10, 100, 1000, 10_000, 100_000] as const
const REQUESTS = 64
const PROGRAMS = 500

const print = (text: string): void => void process.stdout.write(`${text}\n`)

/** Two thirds of the rules allow, one third denies. */
export function benchRules(count: number): readonly BenchRule[] {
  return Array.from({ length: count }, (_, index) => ({
    effect: index % 3 === 2 ? 'deny' : 'allow',
    program: `prog${index % PROGRAMS}`,
    subcommand: `sub${Math.floor(index / PROGRAMS)}`,
  }))
}

/** Three of four name a rule. */
function requestsOf(rules: readonly BenchRule[]): readonly (readonly [string, string])[] {
  return Array.from({ length: REQUESTS }, (_, index) => {
    const rule = rules[Math.floor((index * rules.length) / REQUESTS)]
    return [rule?.program ?? 'x', index % 4 === 3 ? 'other' : (rule?.subcommand ?? 'x')] as const
  })
}

/** Every program is where its name says, so that a rule may allow it. */
const world: World = {
  ...BLANK_WORLD,
  which: (name) => ({ path: `/usr/bin/${name}`, real: `/usr/bin/${name}`, interpreter: null }),
}

interface Measured {
  readonly name: string
  readonly ns: number
}

/** Prints a table; gives the exit code. */
export async function benchDecide(): Promise<number> {
  const hasPeers = installPeers()
  if (!hasPeers) print('the peers cannot be installed: compared with a RegExp loop alone')
  for (const reason of LEFT_OUT) print(`left out: ${reason}`)
  print(`node ${process.version}; ns for one request, the least of 5 passes; × of both`)
  const bars: { readonly text: string; readonly holds: boolean }[] = []
  const own = new Map<number, Measured>()
  const looks = new Map<number, number>()
  for (const count of COUNTS) {
    const rules = benchRules(count)
    const requests = requestsOf(rules)
    const oa = measureOa(rules, requests)
    own.set(count, oa.lookup)
    looks.set(count, oa.looks)
    print(
      `${String(count).padStart(7)} rules: compile ${oa.compileMs.toFixed(0)} ms (${oa.yamlRatio.toFixed(1)}× reading them as YAML), ` +
        `artifact ${oa.bytes} bytes, opened and first asked in ${oa.coldMs.toFixed(2)} ms, ${oa.looks} looks a request`,
    )
    print(`  oa, rules of a run    ${oa.lookup.ns.toFixed(0).padStart(12)}`)
    print(`  oa, whole decision    ${oa.whole.ns.toFixed(0).padStart(12)}`)
    for (const peer of [regexpLoop, ...(hasPeers ? PEERS : [])]) {
      if (count > peer.rulesMax) continue
      const engine = await peer.make(rules)
      for (const [index, [program, subcommand]] of requests.entries()) {
        const answer = engine(program, subcommand)
        if (answer !== oa.answers[index]) {
          throw new Error(
            `${peer.name} says ${answer} to ${program} ${subcommand}, oa ${oa.answers[index]}`,
          )
        }
      }
      const ns = timePeer(engine, requests)
      const times = (base: number): string => `${(ns / base).toFixed(1)}×`
      print(
        `  ${peer.name.padEnd(22)}${ns.toFixed(0).padStart(11)}  ${times(oa.lookup.ns)} the rules of a run, ${times(oa.whole.ns)} the whole`,
      )
      const bar = count === 10_000 ? BARS[peer.name] : undefined
      if (bar !== undefined) {
        const text = `${peer.name} at 10,000 rules: ${times(oa.lookup.ns)}, at least ${bar}×`
        bars.push({ text, holds: ns / oa.lookup.ns >= bar })
      }
    }
    if (count === 10_000) {
      bars.push({
        text: `10,000 rules opened and first asked in ${oa.coldMs.toFixed(2)} ms, at most 5`,
        holds: oa.coldMs <= 5,
      })
      bars.push({
        text: `10,000 rules compiled in ${oa.compileMs.toFixed(0)} ms, at most 3000`,
        holds: oa.compileMs <= 3000,
      })
    }
  }
  const growth = (own.get(100_000)?.ns ?? 0) / (own.get(10)?.ns ?? 1)
  bars.push({
    text: `100,000 rules cost ${growth.toFixed(2)}× of 10, at most 3×`,
    holds: growth <= 3,
  })
  const same = looks.get(10) === looks.get(100_000)
  bars.push({
    text: `looks at 10 and 100,000 rules: ${looks.get(10)} and ${looks.get(100_000)}`,
    holds: same,
  })
  print('')
  for (const { text, holds } of bars) print(`${holds ? 'holds' : 'fails'}  ${text}`)
  return bars.every((each) => each.holds) ? 0 : 1
}

const BARS: Readonly<Record<string, number>> = { 'RegExp loop': 1000, CASL: 20, 'cedar-wasm': 1000 }

interface OaMeasured {
  readonly compileMs: number
  readonly yamlRatio: number
  readonly bytes: number
  readonly coldMs: number
  readonly looks: number
  readonly lookup: Measured
  readonly whole: Measured
  readonly answers: readonly string[]
}

/** The artifact of the rules; what compiling leaves behind is gone before anything is timed. */
function compileRules(rules: readonly BenchRule[]): {
  readonly artifact: Uint8Array
  readonly compileMs: number
  readonly yamlRatio: number
} {
  const lines = rules.map(({ effect, program, subcommand }) => `${effect} ${program} ${subcommand}`)
  const text = `default deny\n${lines.join('\n')}\n`
  const started = performance.now()
  const { value, diagnostics } = compilePolicy(
    { kind: 'text', name: 'rules.oa', text, folder: null },
    policyReader(),
  )
  if (!value) throw new Error(`the rules do not compile: ${diagnostics[0]?.message ?? ''}`)
  const { artifact } = buildTable(value.ir)
  const compileMs = performance.now() - started
  const yaml = `rules:\n${lines.map((line) => `  - ${line.replace(' ', ': ')}\n`).join('')}`
  const read = performance.now()
  parseSource({ name: 'rules.yaml', text: yaml })
  return { artifact, compileMs, yamlRatio: compileMs / (performance.now() - read) }
}

function measureOa(
  rules: readonly BenchRule[],
  requests: readonly (readonly [string, string])[],
): OaMeasured {
  const { artifact, compileMs, yamlRatio } = compileRules(rules)
  const asked = Table.open(artifact)
  const analyses = requests.map((argv) => analysed(asked, [...argv, 'x']))
  const [first] = analyses
  if (!first) throw new Error('there is no request')
  const cold = performance.now()
  const table = Table.open(Uint8Array.from(artifact))
  decide([table], first)
  const coldMs = performance.now() - cold
  const answers = analyses.map((each) => decide([table], each).decision)
  return {
    compileMs,
    yamlRatio,
    bytes: artifact.length,
    coldMs,
    looks: countLooks(table, analyses),
    lookup: { name: 'oa', ns: leastNs(analyses, (each) => strictest(table, each)) },
    whole: { name: 'oa', ns: leastNs(analyses, (each) => decide([table], each)) },
    answers,
  }
}

function analysed(table: Table, argv: readonly string[]): Analysis {
  const request = { subject: { kind: 'argv', argv }, cwd: '/', facts: NO_FACTS } as const
  return analyse(table, request, world).analysis
}

/** What the rules say of the run: the strictest of those that match, and whether one settles it. */
function strictest(table: Table, analysis: Analysis): string {
  const run = analysis.actions[0] as RunAction
  let decision: string = 'none'
  for (const each of findingsOf(table, run, analysis, true)) {
    if (contribution(each) === 'deny') return 'deny'
    if (each.settle === SURE) decision = 'allow'
  }
  return decision
}

/** Strings and edges that are looked up for a request. */
function countLooks(table: Table, analyses: readonly Analysis[]): number {
  let looks = 0
  const counted = Object.create(table) as Table
  counted.child = (node, symbol) => {
    looks += 1
    return table.child(node, symbol)
  }
  counted.symbol = (text) => {
    looks += 1
    return table.symbol(text)
  }
  counted.row = (id) => table.row(id)
  const run = analyses[0]?.actions[0] as RunAction
  findingsOf(counted, run, analyses[0] as Analysis, true)
  return looks
}

function leastNs<T>(items: readonly T[], work: (item: T) => unknown): number {
  return leastOf(items.length, () => {
    for (const item of items) work(item)
  })
}

function timePeer(engine: Engine, requests: readonly (readonly [string, string])[]): number {
  return leastOf(requests.length, () => {
    for (const [program, subcommand] of requests) engine(program, subcommand)
  })
}

/** At least 20 ms a pass, five passes, after one that warms up. */
function leastOf(count: number, pass: () => void): number {
  let rounds = 1
  for (;;) {
    const start = performance.now()
    for (let round = 0; round < rounds; round += 1) pass()
    const ms = performance.now() - start
    if (ms >= 20 || rounds > 65_536) break
    rounds *= 2
  }
  let least = Number.POSITIVE_INFINITY
  for (let times = 0; times < 5; times += 1) {
    const start = performance.now()
    for (let round = 0; round < rounds; round += 1) pass()
    least = Math.min(least, performance.now() - start)
  }
  return (least * 1e6) / (rounds * count)
}
