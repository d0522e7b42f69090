import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { makeFolders } from '../../src/base/make-folders.ts'
import { tempFolder } from '../support/temp.ts'

const test = suite('make-folders')

test('folders above are made too, and one that is there is no failure', () => {
  const folder = join(tempFolder(), 'a/b/c')
  makeFolders(folder, 0o700)
  makeFolders(folder, 0o700)
  assert.ok(existsSync(folder))
})

test('where nothing can be made it ends with an error', () => {
  assert.throws(() => makeFolders('/proc/nothing/below', 0o700))
})

test('a file in the place of a folder is an error', () => {
  const file = join(tempFolder(), 'file')
  writeFileSync(file, '')
  assert.throws(() => makeFolders(join(file, 'below'), 0o700))
})

test.run()
