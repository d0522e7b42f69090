/**
 * The server as a whole: opens what it needs in order, answers, and ends without losing anything.
 */
import { setMaxListeners } from 'node:events'
import { chmodSync, existsSync, lstatSync, rmSync, statSync } from 'node:fs'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { dirname } from 'node:path'
import { ApprovalDesk } from '../approve/desk.ts'
import { ApprovalStore } from '../approve/store.ts'
import { openLog } from '../audit/log.ts'
import { OaError } from '../base/diagnostic.ts'
import { Answers, type PolicyChecker } from './answers.ts'
import { ApprovalAnswers } from './approval-answers.ts'
import { ConsoleFiles } from './console-files.ts'
import { Decider } from './decider.ts'
import type { GateSetting } from './gate.ts'
import { type AccessEntry, httpServer } from './http.ts'
import { makeMetrics } from './metrics.ts'
import { PolicyKeeper, type PolicySnapshot, type PolicySource } from './policy-keeper.ts'
import { RefusalRecord } from './refusals.ts'
import { mayDo } from './roles.ts'
import { Secrets } from './secrets.ts'
import { Sessions } from './sessions.ts'
import { type Rate, TokenBuckets } from './token-bucket.ts'
import { TokenFile } from './token-file.ts'
import { callerOf, type TokenEntry } from './tokens.ts'

export interface ServeSetting {
  readonly source: PolicySource
  readonly own: string
  readonly home: string
  readonly cwd: string
  readonly path: string
  readonly auditDirectory: string
  readonly workspaceOf: (cwd: string) => string
  readonly listen:
    | { readonly kind: 'tcp'; readonly host: string; readonly port: number }
    | { readonly kind: 'socket'; readonly path: string }
  readonly tls?: { readonly cert: Buffer; readonly key: Buffer }
  /** A proxy in front speaks TLS. */
  readonly isBehindProxy: boolean
  readonly trustedHosts: readonly string[]
  readonly proxies: readonly string[]
  readonly rate: Rate
  readonly bodyBytesMax: number
  readonly version: string
  readonly openapi: string
  readonly logged: (entry: AccessEntry) => void
  /** Something an operator should know; one line. */
  readonly say: (text: string) => void
  /** Where the console's files are. */
  readonly consoleFolder: string
  readonly checkPolicy: PolicyChecker
}

export interface Serving {
  /** `http://127.0.0.1:8711`, or the path of the socket. */
  readonly address: string
  reload(): Promise<void>
  /** A one-time code for the console, for the terminal and nobody else; earlier ones count no more. */
  newCode(): string
  /** Takes no more, ends what is under way, signs the log. */
  stop(): Promise<void>
}

/** How often the files of the policy are looked at. */
const WATCH_MS = 1000
/** Addresses share a limit many times that of one token: a proxy or a machine has many. */
const ADDRESS_FACTOR = 10
/** How long requests under way may take once the server stops. */
const DRAIN_MS = 10_000

/** Starts the server. Throws OaError when it may not or cannot start. */
export async function serve(setting: ServeSetting): Promise<Serving> {
  checkListen(setting)
  const metrics = makeMetrics()
  const secrets = new Secrets()
  const log = openLog({ directory: setting.auditDirectory, redactor: secrets })
  const desk = new ApprovalDesk(new ApprovalStore(setting.own), {
    record: async (entry) => void (await log.append(entry)),
  })
  let before: PolicySnapshot | null = null
  const keeper = await PolicyKeeper.open(setting.source, {
    async changed(snapshot) {
      secrets.use(snapshot)
      if (before) await desk.voidUnder(before.digest)
      before = snapshot
      await log.append({
        kind: 'policy.load',
        policy: snapshot.digest,
        layers: snapshot.layers.map((each) => `${each.table.digest} ${each.path}`),
      })
      metrics.policyLoaded.set(snapshot.loadedMs / 1000)
    },
    faulty(fault) {
      metrics.policyFault.set(fault === null ? 0 : 1)
      setting.say(
        fault === null
          ? 'the policy on disk is in force again'
          : `the policy on disk cannot be used, an earlier one stays in force: ${fault}`,
      )
    },
  })
  const sessions = new Sessions()
  const tokens = new TokenFile(setting.own, setting.say)
  const refusals = new RefusalRecord(log, setting.say)
  const stopping = new AbortController()
  // One listener for each request under way.
  setMaxListeners(0, stopping.signal)
  const decider = new Decider({ ...setting, log, metrics })
  let isReady = true
  const answers = new Answers({
    keeper,
    decider,
    log,
    metrics,
    version: setting.version,
    openapi: setting.openapi,
    startedMs: Date.now(),
    isReady: () => isReady,
    approvals: new ApprovalAnswers(desk, () => hasApprovers(tokens.entries())),
    sessions,
    console: new ConsoleFiles(setting.consoleFolder),
    checkPolicy: setting.checkPolicy,
  })
  const gate: GateSetting = {
    hosts: new Set<string>(),
    proxies: new Set(setting.proxies),
    addresses: new TokenBuckets({
      burst: setting.rate.burst * ADDRESS_FACTOR,
      perSecond: setting.rate.perSecond * ADDRESS_FACTOR,
    }),
    callers: new TokenBuckets(setting.rate),
    identify: async (token) =>
      callerOf([...tokens.entries(), ...sessions.entries()], token, Date.now()),
  }
  const server = httpServer({
    gate,
    metrics,
    bodyBytesMax: setting.bodyBytesMax,
    ...(setting.tls ? { tls: setting.tls } : {}),
    answer: (route, call) => answers.answer(route, call),
    stopping: stopping.signal,
    refused: (refusal) => refusals.add(refusal),
    logged: setting.logged,
  })
  const address = await listen(server, setting)
  for (const host of hostsOf(server, setting)) (gate.hosts as Set<string>).add(host)
  keeper.watch(WATCH_MS)
  return {
    address,
    reload: () => keeper.reload(),
    newCode: () => sessions.newCode(),
    async stop() {
      isReady = false
      keeper.stop()
      stopping.abort()
      await close(server)
      log.checkpoint()
      await log.close()
    },
  }
}

/** Whether somebody was made an approver with a token that is still good. */
function hasApprovers(entries: readonly TokenEntry[]): boolean {
  const now = Date.now()
  return entries.some(
    ({ role, expiresMs }) =>
      mayDo('answer', [role]) && (expiresMs === undefined || expiresMs > now),
  )
}

/** What may be listened on: loopback, or TLS, or a proxy that speaks it. */
function checkListen({ listen: where, tls, isBehindProxy }: ServeSetting): void {
  if (where.kind === 'socket') return checkSocketFolder(where.path)
  const isLoopback = /^(?:127(?:\.\d{1,3}){3}|::1|localhost)$/.test(where.host)
  if (isLoopback || tls || isBehindProxy) return
  throw new OaError(
    'OA8107',
    `\`${where.host}\` can be reached from elsewhere, and nothing would be encrypted`,
    {
      help: 'give `--tls-cert` and `--tls-key`, or `--behind-proxy` where a proxy speaks TLS',
    },
  )
}

/** Only the account itself may look into the folder of the socket. */
function checkSocketFolder(path: string): void {
  const folder = dirname(path)
  const found = statSync(folder, { throwIfNoEntry: false })
  const isOwn =
    found?.isDirectory() && found.uid === process.geteuid?.() && (found.mode & 0o077) === 0
  if (!isOwn) {
    throw new OaError('OA8107', `\`${folder}\` is no folder of yours alone`, {
      help: `make one: \`mkdir -m 700 ${folder}\``,
    })
  }
  if (existsSync(path) && lstatSync(path).isSocket()) rmSync(path)
}

async function listen(server: Server, { listen: where, tls }: ServeSetting): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      const what = where.kind === 'socket' ? where.path : `${where.host}:${where.port}`
      reject(new OaError('OA8107', `cannot listen on \`${what}\` (${cause.code})`, { cause }))
    })
    if (where.kind === 'socket') server.listen(where.path, resolve)
    else server.listen(where.port, where.host, resolve)
  })
  if (where.kind === 'socket') {
    chmodSync(where.path, 0o600)
    return where.path
  }
  const { port } = server.address() as AddressInfo
  const host = where.host.includes(':') ? `[${where.host}]` : where.host
  return `${tls ? 'https' : 'http'}://${host}:${port}`
}

/** The Host headers that name this server. */
function hostsOf(server: Server, { listen: where, trustedHosts }: ServeSetting): readonly string[] {
  const own =
    where.kind === 'socket' ? ['localhost'] : namesOf(where.host, server.address() as AddressInfo)
  return [...own, ...trustedHosts].map((each) => each.toLowerCase())
}

function namesOf(host: string, { port }: AddressInfo): readonly string[] {
  const isLoopback = /^(?:127\.|::1$|localhost$)/.test(host)
  const names = isLoopback
    ? ['localhost', '127.0.0.1', '[::1]']
    : [host.includes(':') ? `[${host}]` : host]
  return names.map((name) => `${name}:${port}`)
}

async function close(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()))
  server.closeIdleConnections()
  const late = setTimeout(() => server.closeAllConnections(), DRAIN_MS)
  await closed
  clearTimeout(late)
}
