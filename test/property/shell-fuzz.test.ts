/**
 * Mutated lines: every text gives a result, in bounded memory and with steps linear in its length.
 */
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { LINE_BYTES_MAX } from '../../src/base/limits.ts'
import { STEPS_BASE, STEPS_PER_CHARACTER } from '../../src/command/shell/walk.ts'
import { walkLine } from '../support/shell-rows.ts'
import { isDeep } from '../support/skip.ts'

const test = suite('shell fuzz')
const PROGRAM = fileURLToPath(new URL('../programs/shell-fuzz.ts', import.meta.url))
const HEAP_MB = 256

test('mutated lines end, within memory and steps', () => {
  const count = isDeep() ? 1_000_000 : 5000
  const seed = isDeep() ? Date.now() % 2 ** 31 : 7
  process.stdout.write(`(seed ${seed}) `)
  const args = [
    `--max-old-space-size=${HEAP_MB}`,
    '--import',
    'tsx',
    PROGRAM,
    `${count}`,
    `${seed}`,
  ]
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  })
  assert.is(status, 0, stderr.slice(-2000))
  const { faults, ...counts } = JSON.parse(stdout) as {
    faults: readonly string[]
    refused: number
    unknown: number
    whole: number
  }
  process.stdout.write(`(${JSON.stringify(counts)}) `)
  assert.equal(faults, [])
  assert.is(counts.refused + counts.unknown + counts.whole, count)
  // Mutations that nothing survives would test nothing.
  assert.ok(counts.whole > count / 20)
})

/** Lines that make much of little, each as long as a line may be. */
const GROWING: Readonly<Record<string, string>> = {
  doubled: `V=aaaaaaaa;${'V=$V$V;'.repeat(2300)}rec $V`,
  appended: `V=a;${'V+=$V;'.repeat(2500)}rec`,
  'doubled in a here-document': `V=aaaaaaaa;${'V=$V$V;'.repeat(20)}${'cat <<E\n$V$V\nE\n'.repeat(400)}`,
  positional: `set -- a a;${'set -- "$@" "$@";'.repeat(900)}`,
  'brace lists': `f() { rec ${'a'.repeat(8000)}{1..4096}; };${'f;'.repeat(500)}`,
  'brace products': `rec ${'{a,b}'.repeat(3000)}`,
  'values of values': `if a; then V=b; else V=c; fi; ${'V=$V$V;'.repeat(2000)}rec $V`,
  printed: `V=aaaaaaaa;${'V=$(printf %s%s $V $V);'.repeat(600)}`,
  translated: `echo ${'a'.repeat(8000)}${'|tr a b'.repeat(1000)}`,
  calls: `${Array.from({ length: 200 }, (_, k) => `f${k}() { f${k + 1} "$@" "$@"; f${k + 1}; }; `).join('')}f0 a`,
  loops: 'for a in {1..4000}; do for b in {1..4000}; do rec $a$b; done; done',
  code: `V='rec a;';${'V=$V$V;'.repeat(1000)}eval "$V"`,
}

for (const [name, line] of Object.entries(GROWING)) {
  test(`growth is bounded: ${name}`, () => {
    const text = line.slice(0, LINE_BYTES_MAX)
    const { steps, commands } = walkLine(text)
    assert.ok(steps <= STEPS_BASE + (STEPS_PER_CHARACTER + 1) * text.length, `${steps} steps`)
    const words = commands.flatMap((command) => [
      ...command.argv,
      ...command.redirects.map((each) => each.target),
    ])
    const length = words.reduce((sum, word) => sum + ('text' in word ? word.text.length : 0), 0)
    assert.ok(
      length <= 8 * (STEPS_BASE + STEPS_PER_CHARACTER * text.length),
      `${length} characters`,
    )
  })
}

test.run()
