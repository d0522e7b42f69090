/**
 * HTTP itself: limits, headers that every answer has, one place where a failure becomes a problem document.
 */
import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { Duplex } from 'node:stream'
import { OaError } from '../base/diagnostic.ts'
import { readJson } from './body.ts'
import { type GateSetting, pass } from './gate.ts'
import type { Metrics } from './metrics.ts'
import { Problem, problemBody } from './problem.ts'
import type { Refusal } from './refusals.ts'
import { findRoute, type Reply, type RouteCall, type RouteSpec } from './routes.ts'

export interface HttpSetting {
  readonly gate: GateSetting
  readonly metrics: Metrics
  /** The largest body, in bytes. */
  readonly bodyBytesMax: number
  readonly tls?: { readonly cert: Buffer; readonly key: Buffer }
  answer(route: RouteSpec, call: RouteCall): Promise<Reply | null>
  /** Aborts when the server stops: streams end then. */
  readonly stopping: AbortSignal
  readonly refused: (refusal: Refusal) => void
  /** One line of the access log; nothing of a body or a header. */
  logged(entry: AccessEntry): void
}

export interface AccessEntry {
  readonly id: string
  readonly method: string
  /** The route's pattern; null: none. */
  readonly route: string | null
  readonly status: number
  readonly caller: string
  readonly milliseconds: number
  readonly code?: string
}

/** Milliseconds for the headers of a request, and for all of it. */
const HEADERS_MS = 10_000
const REQUEST_MS = 30_000
const KEEP_ALIVE_MS = 5000
const HEADER_BYTES_MAX = 16 * 1024
const CONNECTIONS_MAX = 1024

/** Nothing is kept, framed, sniffed or run. Pages add their own policy for scripts. */
export const SAFE_HEADERS: Readonly<Record<string, string>> = {
  'Cache-Control': 'no-store',
  'Content-Security-Policy':
    "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
}

export function httpServer(setting: HttpSetting): Server {
  const limits = {
    maxHeaderSize: HEADER_BYTES_MAX,
    headersTimeout: HEADERS_MS,
    requestTimeout: REQUEST_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    connectionsCheckingInterval: 1000,
    // Two ways to say how long a body is are one way to smuggle another.
    insecureHTTPParser: false,
    requireHostHeader: true,
  }
  const listener = (request: IncomingMessage, response: ServerResponse): void => {
    void new Exchange(setting, request, response).run()
  }
  const server = setting.tls
    ? createTlsServer({ ...limits, ...setting.tls, minVersion: 'TLSv1.2' }, listener)
    : createServer(limits, listener)
  server.maxConnections = CONNECTIONS_MAX
  server.maxHeadersCount = 100
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    refuseUnread(setting, error, socket)
  })
  return server
}

class Exchange {
  readonly #setting: HttpSetting
  readonly #request: IncomingMessage
  readonly #response: ServerResponse
  readonly #id = randomUUID()
  readonly #startMs = performance.now()
  #route: RouteSpec | null = null
  #caller = ''

  constructor(setting: HttpSetting, request: IncomingMessage, response: ServerResponse) {
    this.#setting = setting
    this.#request = request
    this.#response = response
  }

  async run(): Promise<void> {
    const gone = new AbortController()
    const end = (): void => gone.abort()
    this.#setting.stopping.addEventListener('abort', end)
    this.#response.once('close', () => {
      this.#setting.stopping.removeEventListener('abort', end)
      end()
    })
    this.#request.on('error', () => gone.abort())
    let code: string | undefined
    try {
      const reply = await this.#reply(gone.signal)
      if (reply)
        this.#send(reply.status ?? 200, reply.type ?? 'application/json', reply.body, reply.headers)
    } catch (error) {
      const problem = problemOf(error)
      code = problem.code
      this.#refused(problem)
      if (!this.#response.headersSent) {
        const body = problemBody(problem, `urn:uuid:${this.#id}`)
        this.#send(problem.status, 'application/problem+json', body, problem.headers)
      } else {
        this.#response.destroy()
      }
    }
    this.#log(code)
  }

  async #reply(signal: AbortSignal): Promise<Reply | null> {
    const url = urlOf(this.#request)
    const found = findRoute(this.#request.method ?? '', url.pathname)
    const route = found && 'route' in found ? found.route : null
    this.#route = route
    // WHY before 404: who may not be here does not learn what is here.
    const right = route?.right ?? 'see-policy'
    const caller = await pass(this.#request, right, this.#setting.gate, (known) => {
      this.#caller = known.name
    })
    if (found === null) throw new Problem(404, 'OA8106', 'there is no such route')
    if ('allow' in found) {
      throw new Problem(405, 'OA8106', `this route takes ${found.allow}`, { Allow: found.allow })
    }
    const body =
      found.route.method === 'POST'
        ? await readJson(this.#request, this.#setting.bodyBytesMax)
        : undefined
    const { params } = found
    return this.#setting.answer(found.route, {
      caller,
      params,
      query: url.searchParams,
      body,
      response: this.#response,
      signal,
    })
  }

  #send(
    status: number,
    type: string,
    body: string | Buffer,
    headers: Readonly<Record<string, string>> = {},
  ): void {
    const bytes = typeof body === 'string' ? Buffer.from(body) : body
    this.#response.writeHead(status, {
      ...SAFE_HEADERS,
      'Content-Type': type.startsWith('text/') ? `${type}; charset=utf-8` : type,
      'Content-Length': bytes.length,
      'X-Request-Id': this.#id,
      ...headers,
    })
    this.#response.end(this.#request.method === 'HEAD' ? undefined : bytes)
  }

  #refused({ code, status, message }: Problem): void {
    const { metrics, refused } = this.#setting
    metrics.refusals.inc({ code })
    if (status >= 500) return
    const route = this.#route?.path ?? null
    refused({ code, status, route, reason: message, caller: this.#caller })
  }

  #log(code: string | undefined): void {
    const route = this.#route?.path ?? null
    const status = this.#response.statusCode
    const milliseconds = performance.now() - this.#startMs
    const { metrics } = this.#setting
    metrics.requests.inc({ route: route ?? 'none', status: String(status) })
    if (route !== null) metrics.seconds.observe({ route }, milliseconds / 1000)
    this.#setting.logged({
      id: this.#id,
      method: this.#request.method ?? '',
      route,
      status,
      caller: this.#caller,
      milliseconds,
      ...(code === undefined ? {} : { code }),
    })
  }
}

const UNREAD: Readonly<Record<string, readonly [number, string]>> = {
  HPE_HEADER_OVERFLOW: [431, 'the headers are too large'],
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'the request took too long'],
}

/** What is no HTTP, too much of it, or too slow: answered, counted, and the connection is over. */
function refuseUnread(setting: HttpSetting, error: NodeJS.ErrnoException, socket: Duplex): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy()
  const [status, reason] = UNREAD[error.code ?? ''] ?? [400, 'the request is no HTTP']
  setting.metrics.refusals.inc({ code: 'OA8106' })
  setting.refused({ code: 'OA8106', status, route: null, reason, caller: '' })
  const body = problemBody(new Problem(status, 'OA8106', reason), `urn:uuid:${randomUUID()}`)
  const head = [
    `HTTP/1.1 ${status} Refused`,
    'Connection: close',
    'Content-Type: application/problem+json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    ...Object.entries(SAFE_HEADERS).map(([name, value]) => `${name}: ${value}`),
  ]
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy())
}

/** Only the form `/path?query`; nothing that names another host. */
function urlOf(request: IncomingMessage): URL {
  const target = request.url ?? ''
  if (!target.startsWith('/') || target.startsWith('//') || target.length > 4096) {
    throw new Problem(400, 'OA8106', 'the target of the request is no path')
  }
  return new URL(target, 'http://here')
}

function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error
  if (error instanceof OaError) return new Problem(503, error.code, error.message)
  return new Problem(500, 'OA9001', 'a bug in oa; the log has more')
}
