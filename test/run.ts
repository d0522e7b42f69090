/**
 * Runs `test/**\/*.test.ts` with uvu in this one process, `test/fixtures/` left out. Arguments are filters: a file runs
 * when its path contains one. `--in FOLDER` takes the tests of another folder.
 *
 * uvu alone passes a file that forgot `.run()`, hides a failing `before` and says nothing of a test that never ends, so
 * the counting is done here. The last line is `N passed, N failed`, with `, N skipped` when there were any.
 */
import { readdirSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { takeSkips } from './support/skip.ts'

/** What `.run()` of a uvu suite queues: failures as text (or true), passed, skipped by `test.skip`, all. */
type Suite = () => Promise<readonly [string | true, number, number, number]>

interface UvuGlobals {
  UVU_DEFER?: number
  UVU_INDEX?: number
  UVU_QUEUE: [string | null, ...Suite[]][]
}

interface Tally {
  passed: number
  failed: number
  skipped: number
}

const { values: options, positionals: filters } = parseArgs({
  options: { in: { type: 'string' } },
  allowPositionals: true,
})
const TEST_FOLDER = options.in ? resolve(options.in) : fileURLToPath(new URL('.', import.meta.url))
const tally: Tally = { passed: 0, failed: 0, skipped: 0 }
const failures: string[] = []
let running = ''

function testFiles(): readonly string[] {
  return readdirSync(TEST_FOLDER, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.test.ts') && !name.startsWith('fixtures/'))
    .filter((name) => filters.length === 0 || filters.some((filter) => name.includes(filter)))
    .sort()
}

function fail(name: string, text: string): void {
  tally.failed += 1
  failures.push(`${name}\n${text}`)
}

async function runFile(name: string, index: number): Promise<void> {
  const uvu = globalThis as unknown as UvuGlobals
  uvu.UVU_INDEX = index
  uvu.UVU_QUEUE[index] = [name]
  running = name
  process.stdout.write(`${name}\n`)
  try {
    await import(pathToFileURL(join(TEST_FOLDER, name)).href)
  } catch (error) {
    fail(name, `  cannot be loaded: ${error instanceof Error ? error.stack : String(error)}`)
    return
  }
  const suites = (uvu.UVU_QUEUE[index] ?? []).slice(1) as Suite[]
  const before = tally.passed + tally.failed + tally.skipped
  for (const suite of suites) await runSuite(name, suite)
  if (tally.passed + tally.failed + tally.skipped === before) {
    fail(name, '  registers no test; is `.run()` missing?')
  }
}

async function runSuite(name: string, suite: Suite): Promise<void> {
  const [errors, passed, unexplained, all] = await suite()
  const skips = takeSkips()
  tally.passed += passed - skips.length
  tally.skipped += skips.length
  tally.failed += all - passed
  if (typeof errors === 'string') failures.push(`${name}\n${errors}`)
  else if (passed < all) failures.push(`${name}\n  a hook failed before all ${all} tests ran`)
  if (unexplained > 0)
    fail(name, '  uses test.skip or test.only; use skip(reason) of support/skip.ts')
}

function close(): void {
  const { passed, failed, skipped } = tally
  console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`)
}

async function main(): Promise<void> {
  const uvu = globalThis as unknown as UvuGlobals
  uvu.UVU_DEFER = 1
  await import('uvu')
  const files = testFiles()
  for (const [index, name] of files.entries()) await runFile(name, index)
  if (files.length === 0) fail('test/run.ts', `  no test file matches ${filters.join(', ')}`)
  running = ''
  if (failures.length > 0) {
    process.stdout.write(`\nFailures, from ${relative(process.cwd(), TEST_FOLDER) || 'test'}:\n`)
  }
  for (const failure of failures) process.stdout.write(`\n${failure}\n`)
  process.stdout.write('\n')
}

process.on('exit', () => {
  if (running !== '') {
    process.stdout.write(`\n${running}: a test never ended, or ended the process\n`)
    tally.failed += 1
  }
  if (tally.failed > 0) process.exitCode = 1
  close()
})
process.on('uncaughtException', (error) => {
  fail(running, `  thrown outside of any test: ${error.stack ?? error.message}`)
})
process.on('unhandledRejection', (reason) => {
  fail(
    running,
    `  rejected outside of any test: ${reason instanceof Error ? reason.stack : String(reason)}`,
  )
})
await main()
// What a test left open (a server, a child) must not keep the run alive.
process.exit()
