/** `oa serve`: the same decisions over HTTP, on this machine. */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { pino } from 'pino'
import { neutralise } from '../../base/neutral.ts'
import { type ServeSetting, serve } from '../../server/serve.ts'
import { EXIT } from '../exit.ts'
import { folders } from '../folders.ts'
import { trustedWorkspace } from '../layers.ts'
import type { GivenOptions } from '../options.ts'
import { usageError } from '../options.ts'
import { servedPolicy } from '../serve-policy.ts'
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
  process.on('SIGHUP', () => void serving.reload())
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
    source: servedPolicy(given.text('policy')),
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
    openapi: fileOf(fileURLToPath(new URL('../schema/openapi.json', import.meta.url))).toString(),
    logged: ({ id, ...entry }) => log.info({ request: id, ...entry }),
    say: (text) => log.warn(neutralise(text)),
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
