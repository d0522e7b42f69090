import { chmodSync, closeSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { Socket } from 'node:net'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { coverLeaks } from '../../src/run/descriptors.ts'
import { openBytes } from '../../src/run/outputs.ts'
import { makePipes } from '../../src/run/pipes.ts'
import { Meter } from '../../src/run/relay.ts'
import { runQuietly } from '../../src/run/spawn.ts'
import { lookAt, trialKey, trialMemory } from '../../src/sandbox/host.ts'
import { tempFiles, tempFolder } from '../support/temp.ts'

const test = suite('sandbox host')

test('a path is looked at with its links followed', () => {
  const folder = tempFiles({ 'a/file': 'x' })
  symlinkSync(`${folder}/a`, `${folder}/link`)
  symlinkSync('nowhere', `${folder}/dangling`)
  assert.is(lookAt(`${folder}/link/file`).real, `${folder}/a/file`)
  assert.is(lookAt(`${folder}/link/file`).kind, 'file')
  assert.is(lookAt(`${folder}/link`).kind, 'folder')
  assert.is(lookAt('/dev/null').kind, 'other')
  for (const name of ['dangling', 'missing', 'a/file/below']) {
    const found = lookAt(`${folder}/${name}`)
    assert.is(found.kind, 'missing')
    assert.is(found.real, `${folder}/${name}`)
  }
})

test('what worked is remembered, only in a private folder', () => {
  const folder = `${tempFolder()}/memory`
  const memory = trialMemory(folder)
  assert.not(memory.has('boot tool'))
  memory.add('boot tool')
  assert.ok(trialMemory(folder).has('boot tool'))
  assert.not(memory.has('boot other'))
  memory.add('later tool')
  assert.not(memory.has('boot tool'))
  chmodSync(folder, 0o755)
  assert.not(memory.has('later tool'))
  chmodSync(folder, 0o700)
  assert.ok(memory.has('later tool'))
  chmodSync(`${folder}/sandbox-trials`, 0o666)
  assert.not(memory.has('later tool'))
})

test('a memory behind a link, or no key, remembers nothing', () => {
  const folder = tempFolder()
  mkdirSync(`${folder}/real`, { mode: 0o700 })
  writeFileSync(`${folder}/real/sandbox-trials`, 'boot tool\n', { mode: 0o600 })
  symlinkSync(`${folder}/real`, `${folder}/link`)
  assert.ok(trialMemory(`${folder}/real`).has('boot tool'))
  assert.not(trialMemory(`${folder}/link`).has('boot tool'))
  trialMemory(`${folder}/real`).add('')
  assert.not(trialMemory(`${folder}/real`).has(''))
  assert.is(trialKey('/no/such/tool'), '')
  assert.is.not(trialKey('/bin/sh'), '')
})

test('a pipe carries bytes and ends with its writer', async () => {
  const [pipe] = (await makePipes(1, 'oa', runQuietly)) ?? []
  if (!pipe) throw new Error('no pipe')
  writeFileSync(pipe.writeFd, 'through')
  closeSync(pipe.writeFd)
  const stream = new Socket({ fd: pipe.readFd, readable: true, writable: false })
  const chunks: Uint8Array[] = []
  for await (const chunk of stream as AsyncIterable<Uint8Array>) chunks.push(chunk)
  assert.is(Buffer.concat(chunks).toString(), 'through')
})

test('a pipe for a child blocks at its reading end', async () => {
  const [pipe] = (await makePipes(1, 'child', runQuietly)) ?? []
  if (!pipe) throw new Error('no pipe')
  const flags = readFileSync(`/proc/self/fdinfo/${pipe.readFd}`, 'utf8')
  assert.is(Number.parseInt(/flags:\s+(\d+)/.exec(flags)?.[1] ?? '', 8) & 0o4000, 0)
  closeSync(pipe.writeFd)
  assert.is(readFileSync(pipe.readFd, 'utf8'), '')
  closeSync(pipe.readFd)
})

test('given bytes are read from the start of a file without a name', () => {
  const fd = openBytes(Buffer.from('data'))
  assert.is(readFileSync(fd, 'utf8'), 'data')
  closeSync(fd)
})

test('output is cut at its limit, not one byte before', async () => {
  for (const [size, isFull] of [
    [10, false],
    [11, true],
  ] as const) {
    const [pipe] = (await makePipes(1, 'oa', runQuietly)) ?? []
    if (!pipe) throw new Error('no pipe')
    writeFileSync(pipe.writeFd, 'x'.repeat(size))
    closeSync(pipe.writeFd)
    let fullCount = 0
    let text = ''
    const meter = new Meter(10, () => {
      fullCount += 1
    })
    const stream = new Socket({ fd: pipe.readFd, readable: true, writable: false })
    await meter.relay(stream, (chunk) => void (text += Buffer.from(chunk).toString())).drain()
    assert.is(text.length, 10)
    assert.is(meter.isFull, isFull)
    assert.is(fullCount, isFull ? 1 : 0)
  }
})

test('descriptors below the list are never covered', () => {
  assert.equal(coverLeaks(['a', 'b', 'c'] as unknown as number[], 9).slice(0, 3), ['a', 'b', 'c'])
})

test.run()
