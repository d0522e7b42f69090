/**
 * `npm test`: everything that must hold, in order, stopping at the first failure.
 *
 * With names (`npm test -- tidy decide`) only the build and the test files whose path contains one of them.
 * `--deep` makes property tests run more cases. The last line of all output is `N passed, N failed`, with `, N skipped`
 * when there were any; a step that fails before the tests counts as the one failure.
 */
import { spawnSync } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { DEBIAN_PACKAGES } from './debian-packages.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))

const { values: options, positionals: filters } = parseArgs({
  options: { deep: { type: 'boolean' } },
  allowPositionals: true,
})

/** Runs a command with our own output; gives its exit code, or nothing when a signal or a missing file ended it. */
function run(command: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): number | null {
  console.log(`\n$ ${[command, ...args].join(' ')}`)
  const { status, error } = spawnSync(command, args, {
    cwd: ROOT,
    stdio: 'inherit',
    env: { ...process.env, ...env },
  })
  if (error) console.log(error.message)
  return status
}

function stop(what: string): never {
  console.log(`\n${what}\n\n0 passed, 1 failed`)
  process.exit(1)
}

function isInstalled(program: string): boolean {
  const folders = `${process.env['PATH'] ?? ''}${delimiter}/usr/sbin${delimiter}/sbin`.split(
    delimiter,
  )
  return folders.some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK)
      return true
    } catch {
      return false
    }
  })
}

function ensurePackages(): void {
  const missing = DEBIAN_PACKAGES.filter((each) => !isInstalled(each.program)).map(
    (each) => each.name,
  )
  if (missing.length === 0) return
  const install = ['install', '-y', '--no-install-recommends', ...missing]
  if (process.getuid?.() !== 0) {
    stop(`these packages are missing; run:\n\n  sudo apt-get ${install.join(' ')}`)
  }
  const env = { DEBIAN_FRONTEND: 'noninteractive' }
  if (run('apt-get', install, env) === 0) return
  run('apt-get', ['update'], env)
  if (run('apt-get', install, env) !== 0) stop(`cannot install ${missing.join(' ')}`)
}

function step(script: string): void {
  if (run('npm', ['run', '--silent', script]) !== 0) stop(`npm run ${script} failed`)
}

ensurePackages()
const steps = ['typecheck', 'lint', 'format:check', 'gen:check', 'build']
for (const script of filters.length > 0 ? ['build'] : steps) step(script)
const env: NodeJS.ProcessEnv = options.deep ? { OA_TEST_DEEP: '1' } : {}
const status = run(process.execPath, ['--import', 'tsx', 'test/run.ts', ...filters], env)
// Otherwise test/run.ts has written the closing line itself.
if (status !== 0 && status !== 1) stop('the test run was ended from outside')
process.exitCode = status
