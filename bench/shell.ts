/**
 * What reading a command line costs and how much of real lines is read: the walk and the whole decision beside the bare
 * parser that resolves the same lines to argv in the same process. Times are of a shared machine; their ratios are what counts.
 */
import { join } from 'node:path'
import { analyse } from '../src/command/analyse.ts'
import type { World } from '../src/command/world.ts'
import { compilePolicy } from '../src/compile.ts'
import { decide } from '../src/decide/decide.ts'
import { buildTable } from '../src/lower/build.ts'
import { NO_FACTS } from '../src/model/request.ts'
import { policyReader } from '../src/policy-reader.ts'
import { Table } from '../src/table/table.ts'
import { BLANK_WORLD } from '../src/world/blank-world.ts'
import { resolveBare } from './bare.ts'
import { ROOT } from './built.ts'
import { coverageOf, readShellCorpus, SHELL_CORPORA, walkAlone } from './shell-corpora.ts'

export interface ShellOptions {
  readonly policy: string
  readonly rounds: number
}

export const WHOLE_SHARE_MIN = 0.97
const WALK_RATIO_MAX = 3
const DECIDE_RATIO_MAX = 3.5

const print = (text: string): void => void process.stdout.write(`${text}\n`)

/** Prints coverage, times and bars; gives the exit code. */
export function benchShell(options: ShellOptions): number {
  const bars: { readonly text: string; readonly holds: boolean }[] = []
  for (const name of SHELL_CORPORA) {
    const rows = readShellCorpus(name)
    if (!rows) {
      print(`${name}: not here, left out`)
      continue
    }
    const { valid, whole, unknown, refused, faults } = coverageOf(rows)
    print(`${name}: ${rows.length} lines, ${valid} accepted by bash`)
    print(`  analysed ${whole}, with unknown parts ${unknown}, refused with a reason ${refused}`)
    bars.push({ text: `${name}: ${faults.length} faults, at most 0`, holds: faults.length === 0 })
    if (name !== 'tldr') continue
    const share = whole / valid
    const text = `${name}: ${(100 * share).toFixed(2)} % analysed, at least ${100 * WHOLE_SHARE_MIN} %`
    bars.push({ text, holds: share >= WHOLE_SHARE_MIN })
    bars.push(
      ...measure(
        rows.flatMap((row) => (row.bash_ok ? [row.line] : [])),
        options,
      ),
    )
  }
  print('')
  for (const { text, holds } of bars) print(`${holds ? 'holds' : 'fails'}  ${text}`)
  return bars.every((each) => each.holds) ? 0 : 1
}

function tableOf(policy: string): Table {
  const { value, diagnostics } = compilePolicy(
    { kind: 'file', path: join(ROOT, policy) },
    policyReader(),
  )
  if (!value) throw new Error(`${policy} does not compile: ${diagnostics[0]?.message ?? ''}`)
  return Table.open(buildTable(value.ir).bytes)
}

/** Every program is where Debian has it, so that a decision goes all its way. */
const installed: World['which'] = (name) => {
  const path = `/usr/bin/${name}`
  return { path, real: path, interpreter: null }
}

function measure(
  lines: readonly string[],
  { policy, rounds }: ShellOptions,
): readonly { readonly text: string; readonly holds: boolean }[] {
  const table = tableOf(policy)
  const world: World = { ...BLANK_WORLD, which: installed }
  const whole = (line: string): unknown => {
    const request = { subject: { kind: 'line', line }, cwd: '/w', facts: NO_FACTS } as const
    return decide([table], analyse(table, request, world).analysis).decision
  }
  const ways = [
    { name: 'bare parser, resolved', run: resolveBare, ratioMax: Number.POSITIVE_INFINITY },
    { name: 'walk', run: walkAlone, ratioMax: WALK_RATIO_MAX },
    { name: `analysed and decided`, run: whole, ratioMax: DECIDE_RATIO_MAX },
  ].map((way) => ({ ...way, least: new Float64Array(lines.length).fill(Number.POSITIVE_INFINITY) }))
  for (let round = 0; round <= rounds; round++) {
    for (const [index, line] of lines.entries()) {
      for (const { run, least } of ways) {
        const start = process.hrtime.bigint()
        run(line)
        const micros = Number(process.hrtime.bigint() - start) / 1000
        // The first round is for the compiler of the machine.
        if (round > 0 && micros < (least[index] ?? 0)) least[index] = micros
      }
    }
  }
  print(`\n${lines.length} lines, the least of ${rounds} rounds each, microseconds`)
  const bars: { text: string; holds: boolean }[] = []
  let bare = 0
  for (const { name, least, ratioMax } of ways) {
    const sorted = least.toSorted()
    const at = (share: number): number => sorted[Math.floor(share * (sorted.length - 1))] ?? 0
    bare ||= at(0.5)
    const ratio = at(0.5) / bare
    print(
      `  ${name.padEnd(24)} p50 ${at(0.5).toFixed(1)}  p99 ${at(0.99).toFixed(1)}  ratio ${ratio.toFixed(2)}`,
    )
    if (Number.isFinite(ratioMax)) {
      const text = `${name}: ${ratio.toFixed(2)} times the bare parser, at most ${ratioMax}`
      bars.push({ text, holds: ratio <= ratioMax })
    }
  }
  return bars
}
