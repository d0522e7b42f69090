/**
 * Paths as the file system reads them, with real links: `..` behind a link, doubled slashes, the ways through `/proc`,
 * and what an earlier part of the line may change.
 */
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { analyse } from '../../src/command/analyse.ts'
import { compilePolicy } from '../../src/compile.ts'
import { decide } from '../../src/decide/decide.ts'
import { buildTable } from '../../src/lower/build.ts'
import { NO_FACTS } from '../../src/model/request.ts'
import { policyReader } from '../../src/policy-reader.ts'
import { Table } from '../../src/table/table.ts'
import { nodeWorld } from '../../src/world/node-world.ts'
import { ROOT } from '../support/corpus.ts'
import { tempFolder } from '../support/temp.ts'

const test = suite('paths through links')

const root = tempFolder()
const workspace = join(root, 'home/project')
const home = join(root, 'home')
mkdirSync(join(workspace, 'sub'), { recursive: true })
mkdirSync(join(home, '.ssh/old'), { recursive: true })
writeFileSync(join(home, '.ssh/id_rsa'), '')
writeFileSync(join(home, '.ssh/old/note'), '')
writeFileSync(join(workspace, 'notes.txt'), '')
// In the workspace by its name, below the keys by where it leads.
symlinkSync(join(home, '.ssh/old'), join(workspace, 'link'))
symlinkSync(join(home, '.ssh'), join(workspace, 'keys'))
symlinkSync('/', join(workspace, 'top'))

const world = nodeWorld({ home, workspace, path: '/usr/bin:/bin' })

function tableOf(): Table {
  const path = join(ROOT, 'policies/standard.oa')
  const { value, diagnostics } = compilePolicy({ kind: 'file', path }, policyReader())
  if (!value) throw new Error(`standard does not compile: ${diagnostics[0]?.message ?? ''}`)
  return Table.open(buildTable(value.ir).bytes)
}

const table = tableOf()

function decided(line: string): string {
  const request = { subject: { kind: 'line', line }, cwd: workspace, facts: NO_FACTS } as const
  return decide([table], analyse(table, request, world).analysis).decision
}

test('what is in the workspace by its name and where it leads is allowed', () => {
  for (const line of [
    'cat notes.txt',
    'cat ./sub/../notes.txt',
    `cat ${workspace}//sub/.././/notes.txt`,
    'cd sub && cat ../notes.txt',
  ]) {
    assert.is(decided(line), 'allow', line)
  }
})

test('`..` behind a link leads to the parent of what it links to', () => {
  // By its letters `link/../id_rsa` is a file of the workspace; the file system reads the key.
  for (const line of [
    'cat link/../id_rsa',
    'cat ./link/../id_rsa',
    'cat sub/../link/../id_rsa',
    'cat < link/../id_rsa',
    'cat top/../top/..//../proc/self/environ',
    'cat keys/old/../id_rsa',
  ]) {
    assert.is(decided(line), 'deny', line)
  }
})

test('other names of a key are the key', () => {
  const key = join(home, '.ssh/id_rsa')
  for (const line of [
    `cat /${key}`,
    `cat ${key.replaceAll('/', '//')}`,
    `cat ${home}/./.ssh/../.ssh/id_rsa`,
    `cat /proc/self/root${key}`,
    `cat /proc/self/cwd/keys/id_rsa`,
    `cat /proc/thread-self/root${key}`,
    `cat top${key}`,
    'cat keys/id_rsa',
    'cat ke*/id_rsa',
  ]) {
    assert.is.not(decided(line), 'allow', line)
    assert.is.not(decided(line), 'warn', line)
  }
})

test('a path below what an earlier or concurrent part may make is not known', () => {
  for (const line of [
    `ln -s ${home}/.ssh new && cat new/id_rsa`,
    `ln -s ${home}/.ssh new; cat new/id_rsa`,
    `ln -s ${home}/.ssh new & cat new/id_rsa`,
    'mv keys sub/k && cat sub/k/id_rsa',
    'cp -a keys sub/k && cat sub/k/id_rsa',
    'tar xf notes.txt && cat sub/id_rsa',
    'git checkout topic && cat sub/file',
    'cd link && cat ../id_rsa',
    'cd -P link && cat ../id_rsa',
  ]) {
    assert.is.not(decided(line), 'allow', line)
    assert.is.not(decided(line), 'warn', line)
  }
})

test.run()
