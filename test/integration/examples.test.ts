/** The folders of `examples/` do what their `run.txtar` says, with their own files. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { isBuilt, runScript } from '../support/cli-script.ts'
import { checkGolden, parseArchive, ROOT } from '../support/corpus.ts'
import { skip } from '../support/skip.ts'

const test = suite('examples')
const BASE = join(ROOT, 'examples')

const folders = readdirSync(BASE, { withFileTypes: true })
  .filter((each) => each.isDirectory())
  .map((each) => each.name)
  .sort()

test('there are examples, each with a page and a script', () => {
  assert.ok(folders.length >= 6)
  for (const name of folders) {
    const files = readdirSync(join(BASE, name))
    assert.ok(files.includes('README.md') && files.includes('run.txtar'), name)
  }
})

for (const name of folders) {
  test(name, () => {
    if (!isBuilt()) return skip('the CLI is not built')
    const path = join(BASE, name, 'run.txtar')
    const archive = parseArchive(readFileSync(path, 'utf8'))
    const files = readdirSync(join(BASE, name))
      .filter((file) => file !== 'run.txtar' && file !== 'README.md')
      .map((file) => [file, readFileSync(join(BASE, name, file), 'utf8')] as const)
    const sections = new Map([...archive.sections, ...files])
    const output = runScript({ comment: archive.comment, sections })
    checkGolden({ ...archive, name: `examples/${name}`, path }, 'output', output)
  })
}

test.run()
