/**
 * Skips are counted and need a reason; uvu's own `test.skip` has none and is refused by `test/run.ts`.
 */

const reasons: string[] = []

/**
 * Marks the running test as skipped: `if (!hasTool) return skip('bwrap is not installed')`. At most once a test, and
 * nothing after it.
 *
 * @param reason - what is missing here, for the person who reads the run
 */
export function skip(reason: string): void {
  reasons.push(reason)
  process.stdout.write(`(skipped: ${reason}) `)
}

/** The reasons since the last call; for the runner. */
export function takeSkips(): readonly string[] {
  return reasons.splice(0)
}

/** True under `npm run test:deep`: property tests then run more cases. */
export function isDeep(): boolean {
  return process.env['OA_TEST_DEEP'] === '1'
}
