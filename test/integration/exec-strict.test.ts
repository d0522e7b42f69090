/** The strict executor beside bash: the same output, exit code and files, or a refusal. */
import { join } from 'node:path'
import fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { isDeep } from '../support/skip.ts'
import { strictLine } from '../support/strict-lines.ts'
import { type LineEnd, runBash, runStrictly, seeded, strictly } from '../support/strict-run.ts'
import { tempFolder } from '../support/temp.ts'

const test = suite('exec-strict')

/** Each costs one start of node; `npm run test:deep` runs as many as the promise names. */
const LINES = isDeep() ? 3000 : 120

const base = tempFolder()
const folder = join(base, 'work')

async function bashIn(line: string): Promise<LineEnd> {
  seeded(folder)
  return runBash(line, folder)
}

test('generated lines give what bash gives, or are refused', async () => {
  let compared = 0
  let refused = 0
  const seed = Number(process.env['OA_SEED'] ?? Date.now() % 2 ** 31)
  for (const line of fc.sample(strictLine, { seed, numRuns: LINES * 4 })) {
    if (compared >= LINES) break
    seeded(folder)
    const runnable = strictly(line, folder)
    if (runnable.kind === 'refused') {
      refused += 1
      continue
    }
    compared += 1
    const ours = await runStrictly(runnable, folder)
    assert.equal(ours, await bashIn(line), `seed ${seed}: ${JSON.stringify(line)}`)
  }
  assert.ok(compared >= LINES, `only ${compared} of ${compared + refused} lines were run`)
})

test.run()
