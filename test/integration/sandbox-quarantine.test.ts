/** Protected paths that a run makes: moved aside after it, links and all, and nothing behind a link is touched. */
import { existsSync, lstatSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { quarantine } from '../../src/sandbox/quarantine.ts'
import { tempFolder, writeFiles } from '../support/temp.ts'

const test = suite('quarantine')

function planOf(...paths: readonly string[]): Parameters<typeof quarantine>[0] {
  return { marker: 'run-1', absent: paths.map((path) => ({ path, role: 'pin' as const })) }
}

test('what is not there is no finding; what only the profile wanted to write or hide is none either', () => {
  const base = tempFolder()
  writeFileSync(`${base}/there`, '')
  const others = { marker: 'm', absent: [{ path: `${base}/there`, role: 'hidden' as const }] }
  assert.equal(quarantine(planOf(`${base}/.vscode/tasks.json`), `${base}/q`), [])
  assert.equal(quarantine(others, `${base}/q`), [])
  assert.ok(existsSync(`${base}/there`))
})

test('a file and a folder are moved with what they hold', () => {
  const base = writeFiles(tempFolder(), { 'ws/.vscode/tasks.json': 'bad', 'ws/.envrc': 'bad' })
  const found = quarantine(planOf(`${base}/ws/.vscode`, `${base}/ws/.envrc`), `${base}/q`)
  assert.is(found.length, 2)
  assert.not(existsSync(`${base}/ws/.vscode`))
  assert.not(existsSync(`${base}/ws/.envrc`))
  assert.is(readFileSync(`${found[0]?.movedTo}/tasks.json`, 'utf8'), 'bad')
  assert.ok(found[1]?.movedTo?.startsWith(`${base}/q/run-1/.envrc-`))
})

test('a link is moved itself, wherever it leads: at the path, before it, or nowhere', () => {
  const base = writeFiles(tempFolder(), { 'outside/tasks.json': 'mine', 'ws/x': '' })
  symlinkSync(`${base}/outside`, `${base}/ws/.vscode`)
  symlinkSync(`${base}/outside/tasks.json`, `${base}/ws/.envrc`)
  symlinkSync(`${base}/nowhere`, `${base}/ws/.husky`)
  const paths = ['.vscode/tasks.json', '.envrc', '.husky'].map((each) => `${base}/ws/${each}`)
  const found = quarantine(planOf(...paths), `${base}/q`)
  assert.equal(
    found.map(({ movedTo }) => movedTo !== null && lstatSync(movedTo).isSymbolicLink()),
    [true, true, true],
  )
  assert.is(readFileSync(`${base}/outside/tasks.json`, 'utf8'), 'mine')
  assert.not(existsSync(`${base}/ws/.vscode`))
})

test('where the folder of the quarantine cannot be had, it stays beside its place, under another name', () => {
  const base = writeFiles(tempFolder(), { 'ws/.envrc': 'bad', q: 'a file' })
  const [found] = quarantine(planOf(`${base}/ws/.envrc`), `${base}/q`)
  assert.not(existsSync(`${base}/ws/.envrc`))
  assert.ok(found?.movedTo?.startsWith(`${base}/ws/.envrc.oa-quarantine-`))
})

test.run()
