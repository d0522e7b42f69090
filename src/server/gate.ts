/**
 * What every request passes before a route sees it: the host it names, where it comes from, how often it comes, who
 * it is. A browser that was lured here by another page fails one of these.
 */
import type { IncomingMessage } from 'node:http'
import { Problem } from './problem.ts'
import { mayDo, type Right } from './roles.ts'
import type { TokenBuckets } from './token-bucket.ts'
import type { Caller } from './tokens.ts'

export interface GateSetting {
  /** Values of the Host header that are ours, lower case, the port as it would be written. */
  readonly hosts: ReadonlySet<string>
  /** Addresses of proxies whose `X-Forwarded-For` counts. */
  readonly proxies: ReadonlySet<string>
  /** By address, before anybody is known. */
  readonly addresses: TokenBuckets
  /** By token. */
  readonly callers: TokenBuckets
  /** Null: no such token, or none that is still good. */
  readonly identify: (token: string) => Promise<Caller | null>
}

const ANONYMOUS: Caller = { name: '', roles: [] }

/** Lets a request through or throws the Problem that it has. */
export async function pass(
  request: IncomingMessage,
  right: Right,
  setting: GateSetting,
  known: (caller: Caller) => void,
): Promise<Caller> {
  checkHost(request, setting.hosts)
  checkOrigin(request, setting.hosts)
  checkRate(setting.addresses, `address ${addressOf(request, setting.proxies)}`)
  if (right === 'open') return ANONYMOUS
  const caller = await identify(request, setting)
  // Told at once: a refusal below is one of this caller.
  known(caller)
  checkRate(setting.callers, `token ${caller.name}`)
  if (!mayDo(right, caller.roles)) {
    throw new Problem(
      403,
      'OA8103',
      `\`${caller.name}\` has the role ${caller.roles.join(', ')}, which may not do this`,
    )
  }
  return caller
}

/** A page of another name that resolves to this address reads nothing here (DNS rebinding). */
function checkHost(request: IncomingMessage, hosts: ReadonlySet<string>): void {
  // Of two headers Node shows the first, and a proxy may have gone by the second.
  const [host, ...more] = request.headersDistinct['host'] ?? []
  if (host !== undefined && more.length === 0 && hosts.has(host.toLowerCase())) return
  throw new Problem(421, 'OA8104', 'the Host header is not one of this server')
}

function checkOrigin(request: IncomingMessage, hosts: ReadonlySet<string>): void {
  const site = request.headers['sec-fetch-site']
  if (site !== undefined && site !== 'same-origin' && site !== 'none') {
    throw new Problem(403, 'OA8104', 'requests of other sites are not answered')
  }
  const { origin } = request.headers
  if (origin === undefined) return
  const host = /^https?:\/\/([^/]+)$/.exec(origin.toLowerCase())?.[1]
  if (host === undefined || !hosts.has(host)) {
    throw new Problem(403, 'OA8104', 'requests of other origins are not answered')
  }
}

function checkRate(buckets: TokenBuckets, caller: string): void {
  const seconds = buckets.take(caller)
  if (seconds === 0) return
  throw new Problem(429, 'OA8105', `too many requests; try again in ${seconds} s`, {
    'Retry-After': String(seconds),
  })
}

/** The address that rate limits count: the proxy's word only from a proxy that was named. */
export function addressOf(request: IncomingMessage, proxies: ReadonlySet<string>): string {
  const direct = request.socket.remoteAddress ?? 'socket'
  if (!proxies.has(direct)) return direct
  const forwarded = request.headers['x-forwarded-for']
  const all = (Array.isArray(forwarded) ? forwarded.join(',') : (forwarded ?? '')).split(',')
  // The last that is no proxy of ours: what stands before it anybody may have written.
  const last = all.map((each) => each.trim()).findLast((each) => each !== '' && !proxies.has(each))
  return last?.slice(0, 64) ?? direct
}

async function identify(
  request: IncomingMessage,
  { identify: find }: GateSetting,
): Promise<Caller> {
  const header = request.headers.authorization
  const token = /^Bearer ([A-Za-z0-9._~+/=-]{1,8192})$/i.exec(header ?? '')?.[1]
  const caller = token === undefined ? null : await find(token)
  if (caller) return caller
  const text =
    header === undefined ? 'a token is needed' : 'the token is not known here, or has expired'
  throw new Problem(401, 'OA8102', text, { 'WWW-Authenticate': 'Bearer realm="oa"' })
}
