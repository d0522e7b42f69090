/**
 * The containment probes on every backend of this machine, as root and as an account without rights, through the
 * command that people use. Each probe has its control outside (`src/run/probe.ts`).
 */
import { spawn, spawnSync } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
} from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { BackendName } from '../../src/model/profile.ts'
import type { ProbeResult } from '../../src/run/probe.ts'
import { findTool } from '../../src/sandbox/host.ts'
import { PROBES } from '../../src/sandbox/probes.ts'
import { ROOT } from '../support/corpus.ts'
import { IMAGE, makeImageTar } from '../support/image.ts'
import { isDeep, skip } from '../support/skip.ts'

const test = suite('containment probes')
const TRIPWIRE = 'a protected path that did not exist is found when it was made'
/** What docs/sandbox.md says that firejail does not hold. */
const NOT_IN_FIREJAIL = ['a private folder is bounded']

interface Person {
  readonly name: string
  readonly uid: number
  readonly gid: number
}

/** This account, and, for root, one with a shell to log in with: firejail runs for no other. */
const people: readonly (Person | string)[] = [
  { name: 'this account', uid: process.getuid?.() ?? -1, gid: process.getgid?.() ?? -1 },
  process.getuid?.() === 0 ? someoneElse() : 'only root can try another account',
]

function someoneElse(): Person | string {
  for (const line of readFileSync('/etc/passwd', 'utf8').split('\n')) {
    const [name = '', , uid, gid, , , shell = ''] = line.split(':')
    if (Number(uid) > 0 && /\/(?:ba|da)?sh$/.test(shell)) {
      return { name, uid: Number(uid), gid: Number(gid) }
    }
  }
  return 'no other account can log in'
}

const base = mkdtempSync('/var/tmp/oa-test-probes-')
chmodSync(base, 0o755)
test.after(() => rmSync(base, { recursive: true, force: true }))

interface Answer {
  readonly backends: readonly {
    readonly missing: string | null
    readonly results: readonly ProbeResult[]
  }[]
}

function as(person: Person, home: string, words: readonly string[]): readonly string[] {
  const { uid, gid } = person
  const place = ['/usr/bin/env', '-i', `HOME=${home}`, `XDG_RUNTIME_DIR=${home}/run`]
  const env = [...place, 'PATH=/usr/bin:/bin', 'OA_TEST_SECRET=host-secret-4711-0815']
  const isOther = uid !== process.getuid?.()
  const switched = ['/usr/bin/setpriv', `--reuid=${uid}`, `--regid=${gid}`, '--clear-groups', '--']
  return [...(isOther ? switched : []), ...env, ...words]
}

function homeOf({ name, uid, gid }: Person): string {
  const home = join(base, name.replaceAll(' ', '-'))
  for (const folder of [home, `${home}/run`]) {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    chownSync(folder, uid, gid)
  }
  return home
}

/** Descriptor 7 is a folder of the account, left open as a careless parent leaves it. */
async function probe(person: Person, backend: BackendName): Promise<Answer> {
  const home = homeOf(person)
  const door = openSync(home, 'r')
  const words = [process.execPath, '--import', 'tsx', join(ROOT, 'src/cli/main.ts')]
  const asked = ['sandbox', 'probe', '--json', '--backend', backend, '--image', IMAGE]
  const [program = '', ...args] = as(person, home, [...words, ...asked])
  const child = spawn(program, args, {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'inherit', 'ignore', 'ignore', 'ignore', 'ignore', door],
  })
  closeSync(door)
  let text = ''
  child.stdout?.on('data', (chunk: Buffer) => (text += chunk.toString()))
  await new Promise((resolve) => child.once('close', resolve))
  return JSON.parse(text) as Answer
}

function importImage(person: Person): void {
  const tar = makeImageTar(mkdtempSync(join(base, 'image-')))
  chownSync(join(tar, '..'), person.uid, person.gid)
  const [program = '', ...args] = as(person, homeOf(person), ['podman', 'import', tar, IMAGE])
  const { status, stderr } = spawnSync(program, args, { cwd: '/', encoding: 'utf8' })
  assert.is(status, 0, stderr)
}

function dropImage(person: Person): void {
  const [program = '', ...args] = as(person, homeOf(person), ['podman', 'rmi', '--force', IMAGE])
  spawnSync(program, args, { cwd: '/' })
}

for (const person of people) {
  for (const backend of ['bwrap', 'unshare', 'firejail', 'container'] as const) {
    const who = typeof person === 'string' ? 'another account' : person.name
    test(`${backend} as ${who} holds all but what the docs name`, async () => {
      if (typeof person === 'string') return skip(person)
      if (findTool(backend) === undefined) return skip(`${backend} is not installed`)
      const isSlow = backend === 'firejail' || backend === 'container'
      if (isSlow && !isDeep()) return skip(`all probes in ${backend} run in test:deep`)
      if (backend === 'container') importImage(person)
      try {
        const [found] = (await probe(person, backend)).backends
        assert.is(found?.missing, null)
        const results = found?.results ?? []
        assert.is(results.length, PROBES.length)
        const others = results.filter(({ verdict }) => verdict !== 'holds')
        const known = backend === 'firejail' ? NOT_IN_FIREJAIL : []
        assert.equal(
          others.filter(({ name }) => !known.includes(name)),
          [],
        )
        const tripped = results.find(({ name }) => name === TRIPWIRE)
        assert.is(tripped?.why, 'by the look after the run')
      } finally {
        if (backend === 'container') dropImage(person)
      }
      return undefined
    })
  }
}

test.run()
