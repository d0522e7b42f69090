/**
 * The program that runs the judged structure inside the sandbox: no shell, one process of its own. It gets the
 * structure on `CHANNEL_FD`, asks `oa` there before each start, and exits with the status of the line.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import { globber } from '../../command/globs.ts'
import { makePipes } from '../pipes.ts'
import { type Hands, Interpreter, Refused, type Started } from './interpret.ts'
import { CHANNEL_FD, type Program, RUNNER_EXIT } from './program.ts'
import { Leave } from './shell.ts'
import { codeOf } from './streams.ts'

/** One line of JSON from `oa`. The channel is read and written in turns, so waiting for it costs nobody else. */
function receive(): unknown {
  const chunks: Buffer[] = []
  const chunk = Buffer.alloc(65_536)
  for (;;) {
    const length = fs.readSync(CHANNEL_FD, chunk)
    if (length === 0) throw new Error('oa is gone')
    chunks.push(Buffer.from(chunk.subarray(0, length)))
    if (chunk[length - 1] === 10) return JSON.parse(Buffer.concat(chunks).toString('utf8'))
  }
}

function send(message: unknown): void {
  const bytes = Buffer.from(`${JSON.stringify(message)}\n`)
  for (let at = 0; at < bytes.length; ) at += fs.writeSync(CHANNEL_FD, bytes, at)
}

let isInterrupted = false
const running = new Set<ChildProcess>()

const hands: Hands = {
  mayStart(question) {
    send(question)
    return receive() === true
  },
  start,
  async pipes(count) {
    const made = await makePipes(count, 'child', runQuietly)
    if (!made) throw new Error('no pipe can be made')
    return made
  },
  glob(pattern, cwd) {
    const names = globber({ list, isDirectory })(pattern, cwd)
    if (names === null) throw new Error(`\`${pattern}\` has too many names`)
    if (names.some((name) => name.includes('\ufffd'))) throw new Error('a name is not UTF-8')
    return names
  },
  openNothing: () => fs.openSync('/dev/null', fs.constants.O_RDONLY),
}

function list(folder: string): readonly string[] | null {
  try {
    return fs.readdirSync(folder)
  } catch {
    return []
  }
}

function isDirectory(path: string): boolean {
  return fs.statSync(path, { throwIfNoEntry: false })?.isDirectory() === true
}

/** Statuses of a program that is there and cannot be started, as shells count them. */
const NOT_STARTED: Readonly<Record<string, number>> = { ENOENT: 127 }

function start({ path, words, cwd, environment, stdio }: Started): Promise<number> {
  const [argv0 = '', ...rest] = words
  return new Promise((resolve, reject) => {
    const child: ChildProcess = spawn(path, rest, {
      argv0,
      cwd,
      env: environment,
      stdio: [...stdio],
      shell: false,
    })
    running.add(child)
    child.once('error', (error) => {
      if (child.pid === undefined) resolve(NOT_STARTED[codeOf(error)] ?? 126)
    })
    child.once('exit', (code, signal) => {
      running.delete(child)
      // Ctrl-C that ended the command ends the line, too.
      if (signal === 'SIGINT' && isInterrupted) reject(new Leave(130))
      else resolve(signal ? 128 + os.constants.signals[signal] : (code ?? 126))
    })
  })
}

function runQuietly(executable: string, args: readonly string[]): Promise<boolean> {
  return start({
    path: executable,
    words: [executable, ...args],
    cwd: '/',
    environment: {},
    stdio: ['ignore', 'ignore', 'ignore'],
  }).then((status) => status === 0)
}

async function main(): Promise<number> {
  process.on('SIGINT', () => {
    isInterrupted = true
  })
  const { root, cwd, environment } = receive() as Program
  try {
    return await new Interpreter(hands).run(root, cwd, environment)
  } catch (error) {
    for (const child of running) child.kill('SIGKILL')
    if (error instanceof Refused) return RUNNER_EXIT.refused
    send({ fault: error instanceof Error ? error.message : 'unknown fault' })
    return RUNNER_EXIT.failed
  }
}

main().then(
  (status) => process.exit(status),
  () => process.exit(RUNNER_EXIT.failed),
)
