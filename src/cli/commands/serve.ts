/** `oa serve`: the same decisions over HTTP, on this machine. */
import { closeSync, constants, openSync, readFileSync, writeSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { pino } from 'pino'
import { neutralise } from '../../base/neutral.ts'
import { ancestorsOf, watcherOf } from '../../run/agents.ts'
import { type ServeSetting, type Serving, serve } from '../../server/serve.ts'
import { EXIT } from '../exit.ts'
import { folders } from '../folders.ts'
import { trustedWorkspace } from '../layers.ts'
import type { GivenOptions } from '../options.ts'
import { usageError } from '../options.ts'
import { checkedText, servedPolicy } from '../serve-policy.ts'
import { VERSION } from '../version.ts'
import { codeOf } from '../write-file.ts'

const PORT = 8711
const BODY_BYTES_MAX = 64 * 1024
const RATE = { burst: 600, perSecond: 100 }

export async function run(given: GivenOptions): Promise<number> {
  if (given.operands.length > 0 || given.rest !== null) {
    throw usageError('`oa serve` takes no words', 'the policy: `oa serve --policy P`')
  }
  const log = pino({ level: 'info', base: null }, pino.destination({ dest: 2, sync: true }))
  const serving = await serve(settingOf(given, log))
  process.stdout.write(`listening on ${serving.address}\n`)
  showCode(serving)
  process.on('SIGHUP', () => void serving.reload())
  process.on('SIGUSR2', () => showCode(serving))
  await new Promise<void>((resolve) => {
    process.once('SIGTERM', resolve)
    process.once('SIGINT', resolve)
  })
  await serving.stop()
  return EXIT.done
}

function settingOf(given: GivenOptions, log: pino.Logger): ServeSetting {
  const { own, home, audit } = folders()
  const socket = given.text('socket')
  const cert = given.text('tls-cert')
  const key = given.text('tls-key')
  if ((cert === undefined) !== (key === undefined)) {
    throw usageError('`--tls-cert` and `--tls-key` belong together')
  }
  return {
    source: servedPolicy(given.text('policy'), given.text('verify')),
    own,
    home,
    cwd: process.cwd(),
    path: process.env['PATH'] ?? '',
    auditDirectory: audit,
    workspaceOf: (cwd) => trustedWorkspace(cwd),
    listen:
      socket === undefined
        ? { kind: 'tcp', host: given.text('host') ?? '127.0.0.1', port: portOf(given) }
        : { kind: 'socket', path: socket },
    ...(cert !== undefined && key !== undefined
      ? { tls: { cert: fileOf(cert), key: fileOf(key) } }
      : {}),
    isBehindProxy: given.flag('behind-proxy'),
    trustedHosts: given.texts('trusted-host'),
    proxies: given.texts('proxy'),
    rate: RATE,
    bodyBytesMax: BODY_BYTES_MAX,
    version: VERSION,
    openapi: fileOf(packaged('schema/openapi.json')).toString(),
    consoleFolder: packaged('dist/console'),
    checkPolicy: (text) => checkedText(text, own),
    logged: ({ id, ...entry }) => log.info({ request: id, ...entry }),
    say: (text) => log.warn(neutralise(text)),
  }
}

/** A file of the package; every file of `dist/` lies right in it. */
function packaged(path: string): string {
  return fileURLToPath(new URL(`../${path}`, import.meta.url))
}

/**
 * Shows a one-time code on the terminal itself, never in a log or a pipe; nobody gets one below an agent.
 */
function showCode(serving: Serving): void {
  if (watcherOf(process.env, ancestorsOf(process.ppid))) return
  let terminal: number
  try {
    terminal = openSync('/dev/tty', constants.O_WRONLY | constants.O_NOCTTY)
  } catch {
    return
  }
  try {
    const { address } = serving
    const page = address.startsWith('http') ? `${address}/console` : 'the console'
    writeSync(
      terminal,
      `console: ${page}\r\n  code, once, for ten minutes: ${serving.newCode()}\r\n`,
    )
  } finally {
    closeSync(terminal)
  }
}

function portOf(given: GivenOptions): number {
  const text = given.text('port')
  if (text === undefined) return PORT
  const port = /^\d{1,5}$/.test(text) ? Number(text) : -1
  if (port >= 0 && port < 65_536) return port
  throw usageError(`\`${text}\` is no port`, 'a number up to 65535; 0 takes any that is free')
}

function fileOf(path: string): Buffer {
  try {
    return readFileSync(path)
  } catch (error) {
    throw usageError(`\`${path}\` cannot be read (${codeOf(error)})`)
  }
}
