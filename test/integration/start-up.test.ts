/** How the installed `oa` starts: one script with its code beside it, and what happens where either is not usable. */
import { spawnSync } from 'node:child_process'
import {
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { isBuilt } from '../support/cli-script.ts'
import { ROOT } from '../support/corpus.ts'
import { skip } from '../support/skip.ts'
import { tempFiles, tempFolder } from '../support/temp.ts'

const test = suite('start-up')

/** An installation of its own with these files of `dist/`. */
function installed(isWanted: (name: string) => boolean): string {
  const folder = tempFolder()
  for (const each of ['bin', 'dist']) mkdirSync(join(folder, each))
  for (const each of ['oa', 'package.json'])
    copyFileSync(join(ROOT, 'bin', each), join(folder, 'bin', each))
  for (const each of ['policies', 'package.json']) symlinkSync(join(ROOT, each), join(folder, each))
  for (const each of readdirSync(join(ROOT, 'dist'))) {
    if (!isWanted(each) || !/\.(?:c?js|code)$/.test(each)) continue
    copyFileSync(join(ROOT, 'dist', each), join(folder, 'dist', each))
  }
  return folder
}

const GREETING = `policy "p"\nlanguage 1\nmode execute\ndefault deny\ncommand greet { }\nallow greet\n`

/** What `oa` at this place says to lines of every kind: decided, refused, broken policy, unknown command. */
function answers(folder: string): readonly (readonly [number | null, string, string])[] {
  const cwd = tempFiles({ 'p.oa': GREETING, 'broken.oa': 'policy' })
  const run = (...words: readonly string[]): readonly [number | null, string, string] => {
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [join(folder, 'bin/oa'), ...words],
      {
        cwd,
        env: { PATH: '/usr/bin:/bin', HOME: cwd, OPENAGENT_HOME: cwd },
        encoding: 'utf8',
      },
    )
    return [status, stdout, stderr]
  }
  return [
    run('decide', '--policy', 'p.oa', '-c', 'greet'),
    run('decide', '--policy', 'p.oa', '-c', 'true; frobnicate'),
    run('decide', '--policy', 'broken.oa', '-c', 'greet'),
    run('decide', '--policy', 'missing.oa', '-c', 'greet'),
    run('decide', '--help'),
    run('digest', 'p.oa'),
    run('exec', '--policy', 'missing.oa', '-c', 'true'),
    run('--nonsense'),
  ]
}

test('script, script without code, damaged code and modules answer alike', () => {
  if (!isBuilt()) return skip('the CLI is not built')
  const whole = answers(installed(() => true))
  assert.equal(
    whole.map(([status]) => status),
    [0, 3, 1, 1, 0, 0, 125, 2],
  )
  assert.equal(answers(installed((name) => !name.endsWith('.code'))), whole)
  assert.equal(answers(installed((name) => name !== 'hot.cjs')), whole)
  const damaged = installed(() => true)
  for (const each of readdirSync(join(damaged, 'dist'))) {
    if (each.endsWith('.code')) writeFileSync(join(damaged, 'dist', each), 'no code')
  }
  assert.equal(answers(damaged), whole)
})

test('without dist/ it fails and says what to do', () => {
  const place = installed(() => false)
  const { status, stderr } = spawnSync(process.execPath, [join(place, 'bin/oa'), '--version'])
  assert.is(status, 125)
  assert.match(stderr.toString(), 'npm run build')
})

test('the code beside the script is of this script, and V8 takes it', () => {
  if (!isBuilt()) return skip('the CLI is not built')
  const source = readFileSync(join(ROOT, 'dist/hot.cjs'), 'latin1')
  const cachedData = readFileSync(join(ROOT, 'dist', source.slice(2, source.indexOf('\n'))))
  const run = `const [source, code] = process.argv.slice(1); const { readFileSync } = require('node:fs')
    const script = new (require('node:vm').Script)(readFileSync(source, 'latin1'), { cachedData: readFileSync(code) })
    process.stdout.write(String(script.cachedDataRejected))`
  const files = tempFiles({ 'hot.cjs': source, code: cachedData })
  const words = ['-e', run, join(files, 'hot.cjs'), join(files, 'code')]
  assert.is(spawnSync(process.execPath, words, { env: {} }).stdout.toString(), 'false')
})

test.run()
