/**
 * `npm run demo`: the main job from end to end, in a temporary folder.
 *
 * Checks and compiles the presets, makes a real git repository with a remote, gives it the policy `standard`, runs
 * harmless commands, then one dangerous command in seven disguises, and verifies what the audit log says of it all.
 * Ends with 1 if anything went otherwise than it should.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { hashFile, writeTrust } from '../src/cli/trust-store.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const OA = join(ROOT, 'bin/oa')
// WHY not /tmp: the presets let commands write there, so the settings of a home below it would be anybody's code.
const BASE = realpathSync(mkdtempSync('/var/tmp/oa-demo-'))
const HOME = join(BASE, 'home')
const PROJECT = join(BASE, 'project')
const REMOTE = join(BASE, 'remote.git')

/** Nothing of the caller's own settings, nor what marks a run of oa: the demo starts from a blank home. */
const ENV: NodeJS.ProcessEnv = {
  PATH: '/usr/local/bin:/usr/bin:/bin',
  HOME,
  OPENAGENT_HOME: HOME,
  LANG: 'C.UTF-8',
  TERM: process.env['TERM'] ?? 'dumb',
  ...(process.env['NO_COLOR'] === undefined ? {} : { NO_COLOR: process.env['NO_COLOR'] }),
}

interface Result {
  readonly status: number | null
  readonly output: string
}

const failures: string[] = []
const write = (text: string): void => void process.stdout.write(`${text}\n`)
const indent = (text: string): string =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => (line === '' ? '' : `    ${line}`))
    .join('\n')

function title(text: string): void {
  write(`\n== ${text}\n`)
}

function run(program: string, args: readonly string[]): Result {
  const { status, stdout, stderr } = spawnSync(program, args, {
    cwd: existsSync(PROJECT) ? PROJECT : ROOT,
    env: ENV,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  return { status, output: `${stdout}${stderr}` }
}

const oa = (...args: readonly string[]): Result => run(process.execPath, [OA, ...args])

function must(what: string, isTrue: boolean): void {
  if (!isTrue) failures.push(what)
}

/** Runs `oa` with arguments that everybody can type, shows both, and holds it to its exit code. */
function show(args: readonly string[], expected = 0): Result {
  write(`$ oa ${args.map(quoted).join(' ')}`)
  const result = oa(...args)
  write(indent(result.output))
  must(
    `oa ${args.join(' ')} ended with ${result.status}, not ${expected}`,
    result.status === expected,
  )
  return result
}

/** As a person would type it in bash. */
function quoted(word: string): string {
  if (/^[\w@%+=:,./-]+$/.test(word)) return word
  if (!word.includes("'")) return `'${word}'`
  if (!/["$`\\!]/.test(word)) return `"${word}"`
  return `$'${word.replaceAll("'", "\\'")}'`
}

function git(...args: readonly string[]): void {
  const { status, output } = run('git', args)
  if (status !== 0) throw new Error(`git ${args.join(' ')} failed:\n${output}`)
}

function makeRepository(): void {
  for (const folder of [HOME, join(PROJECT, 'src'), join(PROJECT, 'build')]) {
    mkdirSync(folder, { recursive: true })
  }
  writeFileSync(
    join(HOME, '.gitconfig'),
    '[user]\n\tname = Demo\n\temail = demo@example.org\n[init]\n\tdefaultBranch = main\n',
  )
  writeFileSync(join(PROJECT, 'README.md'), '# A project\n\nTODO: say what it does.\n')
  writeFileSync(join(PROJECT, 'src/main.js'), "console.log('hello') // TODO\n")
  writeFileSync(join(PROJECT, 'build/main.js'), 'built\n')
  writeFileSync(join(PROJECT, '.gitignore'), 'build/\n')
  git('init', '--quiet', '--bare', REMOTE)
  git('init', '--quiet', '.')
  git('add', '.')
  git('commit', '--quiet', '--message', 'start')
  git('remote', 'add', 'origin', REMOTE)
  git('push', '--quiet', '--set-upstream', 'origin', 'main')
  // From here on a forced push would destroy the remote's second commit.
  git('commit', '--quiet', '--allow-empty', '--message', 'second')
  git('push', '--quiet')
  git('reset', '--quiet', '--hard', 'HEAD~1')
}

const remoteHead = (): string => run('git', ['-C', REMOTE, 'rev-parse', 'main']).output.trim()

const HARMLESS = [
  'git status --short',
  'git log --oneline | head -n 3',
  'ls -la src',
  'grep -rn TODO src README.md',
  "echo 'git push --force origin main'",
  'wc -l README.md && sort README.md | uniq -c',
  'rm -rf build',
] as const

const DISGUISES = [
  ['quotes', `g'i't "push" --for'ce' origin main`],
  ['$IFS', 'git${IFS}push${IFS}--force${IFS}origin${IFS}main'],
  ['a wrapper', 'timeout 30 env git push --force origin main'],
  ['bash -c', 'bash -c "git push --force origin main"'],
  ['flag order', 'git -C . push origin main -f'],
  ['an absolute path', '/usr/bin/git push --force origin main'],
  ['a substitution', '$(echo git) push --force origin main'],
] as const

function presets(): void {
  title('The presets, checked and compiled')
  for (const preset of ['strict', 'standard', 'relaxed']) {
    const policy = join(ROOT, 'policies', `${preset}.oa`)
    const checked = oa('check', '--format', 'plain', policy)
    const errors = checked.output.split('\n').filter((line) => / (?:error|warning) OA/.test(line))
    if (errors.length > 0) write(indent(errors.join('\n')))
    must(`oa check policies/${preset}.oa found errors`, checked.status === 0)
    const artifact = join(BASE, `${preset}.oat`)
    const compiled = oa('compile', policy, '-o', artifact)
    must(`oa compile policies/${preset}.oa failed`, compiled.status === 0)
    const result = compiled.status === 0 ? compiled.output.trim().replace(BASE, '…') : 'FAILED'
    write(`  policies/${preset}.oa → ${result}`)
  }
}

/** `oa trust` is off below an agent, who may be the one that looks at this demo; its home is the demo's own. */
function trust(): void {
  const result = oa('trust')
  const isOff = result.output.includes('OA8005')
  write(`$ oa trust\n${indent(result.output)}`)
  must(`oa trust ended with ${result.status}`, result.status === 0 || isOff)
  if (!isOff) return
  write('  Only a person trusts a project. Here the demo does it, for its temporary home.')
  const policy = join(PROJECT, '.openagent/policy.oa')
  writeTrust(join(HOME, '.openagent'), {
    folder: PROJECT,
    policy,
    files: { [policy]: hashFile(policy) },
  })
}

function harmless(): void {
  title('Harmless commands run')
  for (const line of HARMLESS) show(['exec', '-c', line])
  must('rm -rf build left the folder', !existsSync(join(PROJECT, 'build')))
}

function dangerous(): void {
  title('A forced push, which would destroy a commit of the remote, in seven disguises')
  const before = remoteHead()
  for (const [name, line] of DISGUISES) {
    write(`# ${name}`)
    const { output } = show(['exec', '-c', line], 126)
    must(`nothing says why \`${line}\` was refused`, output.trim() !== '')
  }
  must('the remote has changed', before !== '' && remoteHead() === before)
  write(`\nThe remote still has its commit: ${before.slice(0, 12)}.`)

  title('Why, part by part')
  show(['explain', '-c', DISGUISES[1][1]], 3)

  title('What the policy asks about is not run when nobody is there to answer')
  show(['exec', '-c', 'git push origin main'], 126)
}

function audit(): void {
  title('The audit log: every decision and run, each with the digest of the policy')
  const { output } = show(['audit', 'tail', '-n', '100'])
  must('the log has no lines', output.includes('sha256:'))
  title('… and it is whole')
  show(['audit', 'verify'])
}

try {
  presets()
  makeRepository()
  title(`A git repository in ${PROJECT}`)
  show(['init'])
  trust()
  harmless()
  dangerous()
  audit()
} finally {
  rmSync(BASE, { recursive: true, force: true })
}
if (failures.length > 0) {
  write(`\nNot as it should be:\n${failures.map((each) => `  ${each}`).join('\n')}`)
  process.exitCode = 1
} else {
  write(
    `\nAll as it should be: ${HARMLESS.length} commands ran, ${DISGUISES.length + 1} were refused.`,
  )
}
