/**
 * Runs sandbox cases for a test in another account: one JSON object a line in (`CaseSpec`), one out, in order.
 */
import { createInterface } from 'node:readline'
import { type CaseSpec, runCase } from '../integration/sandbox-case.ts'

let last = Promise.resolve()
for await (const line of createInterface({ input: process.stdin })) {
  const spec = JSON.parse(line) as CaseSpec
  last = last.then(async () => {
    const answer = await runCase(spec).catch((error: unknown) => ({
      error: error instanceof Error ? error.message : String(error),
    }))
    process.stdout.write(`${JSON.stringify(answer)}\n`)
  })
}
await last
