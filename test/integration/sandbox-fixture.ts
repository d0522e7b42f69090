/**
 * A workspace with things to protect around it, and the accounts in which the contract is tried.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import {
  accessSync,
  chmodSync,
  chownSync,
  closeSync,
  constants,
  lchownSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { createServer, type Server, type Socket } from 'node:net'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import type { SandboxProfile } from '../../src/model/profile.ts'
import { findTool } from '../../src/sandbox/host.ts'
import { ROOT } from '../support/corpus.ts'
import type { CaseReport, CaseSpec } from './sandbox-case.ts'

/** Not `/tmp`: that is private in a sandbox, and a file that is not there proves nothing about writing. */
const BASE = '/var/tmp'
/** An account without an entry in the password file; it owns nothing but the fixture. */
const OTHER_UID = 12_345
/** Where the server's own environment keeps what no command may see. */
export const HOST_SECRET = 'host-secret-4711'
/** A folder's descriptor left open to the server, as a careless parent does. */
export const LEAKED_FD = 7

export interface Fixture {
  readonly base: string
  readonly workspace: string
  readonly outside: string
  readonly home: string
}

export interface Account {
  readonly name: string
  readonly uid: number
  readonly fixture: Fixture
  /** Process id of the server, which stands for `oa`. */
  readonly pid: number
  readonly server: ChildProcess
  run(spec: CaseSpec): Promise<CaseReport>
  close(): void
}

/** Why bubblewrap cases cannot run here; undefined when they can. */
export function missingBubblewrap(): string | undefined {
  return findTool('bwrap') === undefined ? 'bubblewrap is not installed' : undefined
}

/** Files of one account, with the same names and contents each time. */
export function makeFixture(uid: number): Fixture {
  const base = mkdtempSync(join(BASE, 'oa-test-'))
  const fixture = {
    base,
    workspace: `${base}/ws`,
    outside: `${base}/outside`,
    home: `${base}/home`,
  }
  fillFixture(fixture, uid)
  return fixture
}

function fillFixture(fixture: Fixture, uid: number): void {
  const { base, workspace, outside, home } = fixture
  for (const folder of ['ws/.git/hooks', 'ws/secrets', 'outside', 'home/.ssh']) {
    mkdirSync(join(base, folder), { recursive: true })
  }
  writeFileSync(`${workspace}/.git/config`, '[core]\n')
  writeFileSync(`${workspace}/secret.env`, 'TOPSECRET=1\n')
  writeFileSync(`${workspace}/secrets/key`, 'TOPSECRET=2\n')
  writeFileSync(`${home}/.ssh/id`, 'TOPSECRET=3\n')
  writeFileSync(`${outside}/target`, 'original\n')
  symlinkSync(outside, `${workspace}/link`)
  chmodSync(base, 0o755)
  own(base, uid)
}

function own(path: string, uid: number): void {
  if (process.getuid?.() !== 0) return
  lchownSync(path, uid, uid)
  for (const entry of readdirSync(path, { withFileTypes: true })) {
    const child = join(path, entry.name)
    if (entry.isDirectory()) own(child, uid)
    else lchownSync(child, uid, uid)
  }
}

/** Puts the fixture back to what it was; folders that stand mounted stay the same folders. */
export function resetFixture(fixture: Fixture, uid: number): void {
  for (const folder of [fixture.workspace, fixture.outside, fixture.home]) {
    rmSync(folder, { recursive: true, force: true })
  }
  fillFixture(fixture, uid)
}

/** A profile in which nothing is limited but the file system and the network. */
export function profileOf(fixture: Fixture, changes: Partial<SandboxProfile> = {}): SandboxProfile {
  const { workspace, home } = fixture
  return {
    backend: 'auto',
    required: false,
    network: 'off',
    writable: [workspace],
    hidden: [`${workspace}/secret.env`, `${workspace}/secrets`, `${home}/.ssh`],
    readOnlyPins: [`${workspace}/.git/hooks`, `${workspace}/.git/config`],
    workspace,
    home,
    env: { keep: ['LANG'], set: { PATH: '/usr/bin:/bin', HOME: home } },
    secretNames: ['*SECRET*'],
    limits: {},
    ...changes,
  }
}

/** The accounts that can be had: this one, and, for the superuser, one without rights. */
export async function openAccounts(): Promise<readonly (Account | string)[]> {
  const uid = process.getuid?.() ?? -1
  const found: (Account | string)[] = [await openAccount(uid)]
  if (uid !== 0) return [...found, 'only root can try another account']
  const reason = closedFolder()
  found.push(reason === undefined ? await openAccount(OTHER_UID) : reason)
  return found
}

function closedFolder(): string | undefined {
  for (let folder = ROOT; folder !== '/'; folder = dirname(folder)) {
    if ((statSync(folder).mode & 0o005) !== 0o005) return `other accounts cannot enter ${folder}`
  }
  try {
    accessSync('/usr/bin/setpriv', constants.X_OK)
    return undefined
  } catch {
    return 'setpriv is not installed'
  }
}

async function openAccount(uid: number): Promise<Account> {
  const fixture = makeFixture(uid)
  const isOther = uid !== process.getuid?.()
  const node = [process.execPath, '--import', 'tsx', join(ROOT, 'test/programs/sandbox-server.ts')]
  const as = ['/usr/bin/setpriv', `--reuid=${uid}`, `--regid=${uid}`, '--clear-groups', '--']
  const [program = '', ...args] = isOther ? [...as, ...node] : node
  const door = openSync(fixture.outside, constants.O_RDONLY)
  const server = spawn(program, args, {
    cwd: ROOT,
    env: { PATH: '/usr/bin:/bin', HOME: fixture.home, TMPDIR: fixture.base, HOST_SECRET },
    stdio: ['pipe', 'pipe', 'inherit', 'ignore', 'ignore', 'ignore', 'ignore', door],
  })
  closeSync(door)
  const waiting: ((line: string) => void)[] = []
  const broken: ((reason: Error) => void)[] = []
  if (!server.stdout || !server.stdin) throw new Error('the server has no pipes')
  const { stdin } = server
  createInterface({ input: server.stdout }).on('line', (line) => waiting.shift()?.(line))
  server.on('exit', () => {
    for (const reject of broken) reject(new Error('the server is gone'))
  })
  return {
    name: isOther ? 'user' : uid === 0 ? 'root' : 'this user',
    uid,
    fixture,
    pid: server.pid ?? -1,
    server,
    async run(spec) {
      const answer = new Promise<string>((resolve, reject) => {
        waiting.push(resolve)
        broken.push(reject)
      })
      stdin.write(`${JSON.stringify(spec)}\n`)
      const report = JSON.parse(await answer) as CaseReport & { error?: string }
      if (report.error !== undefined) throw new Error(report.error)
      return report
    },
    close() {
      stdin.end()
      rmSync(fixture.base, { recursive: true, force: true })
    },
  }
}

/** Answers who dialled; the caller may hang up before. */
export function welcome(socket: Socket): void {
  socket.on('error', () => {})
  socket.end('reached\n')
}

/** A server on loopback that says `reached`, for probes of the network. */
export async function listen(): Promise<{ readonly server: Server; readonly port: number }> {
  const server = createServer(welcome)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  return { server, port: typeof address === 'object' && address ? address.port : 0 }
}

/** Makes the account own a file that a test wrote. */
export function giveTo(path: string, uid: number): void {
  if (process.getuid?.() === 0) chownSync(path, uid, uid)
}
