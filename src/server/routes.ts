/**
 * Every route of the server: method, path, right, schema of its body, and who answers. The OpenAPI document, the
 * checks on every request and the tests walk this one list.
 */
import type { ServerResponse } from 'node:http'
import type { Right } from './roles.ts'
import type { Caller } from './tokens.ts'

export interface RouteCall {
  readonly caller: Caller
  /** The values of `{name}` parts of the path. */
  readonly params: Readonly<Record<string, string>>
  readonly query: URLSearchParams
  /** The JSON body, checked against the route's schema; undefined for routes without one. */
  readonly body: unknown
  readonly response: ServerResponse
  /** Aborts when the caller goes away or the server stops. */
  readonly signal: AbortSignal
}

export interface Reply {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly type?: string
  readonly body: string | Buffer
}

/** What is known of a route without running it. */
export interface RouteSpec {
  readonly method: 'GET' | 'POST'
  /** `{name}` stands for one part. */
  readonly path: string
  readonly right: Right
  readonly summary: string
  /** Names of files in `schema/`. */
  readonly takes?: SchemaName
  readonly gives?: SchemaName | 'text' | 'html'
}

export type SchemaName = 'request' | 'request-batch' | 'decision' | 'decision-batch'

export const ROUTES = [
  {
    method: 'POST',
    path: '/v1/decide',
    right: 'decide',
    summary: 'Decides one request and records the decision',
    takes: 'request',
    gives: 'decision',
  },
  {
    method: 'POST',
    path: '/v1/decide/batch',
    right: 'decide',
    summary: 'Decides requests in their order',
    takes: 'request-batch',
    gives: 'decision-batch',
  },
  {
    method: 'POST',
    path: '/v1/explain',
    right: 'decide',
    summary: 'Decides one request and shows its parts, actions, rules and reasons',
    takes: 'request',
  },
  {
    method: 'GET',
    path: '/v1/policy',
    right: 'see-policy',
    summary: 'The policy in force: digest, layers, rules',
  },
  {
    method: 'GET',
    path: '/v1/audit/head',
    right: 'see-audit',
    summary: 'Where the audit log ends',
  },
  {
    method: 'GET',
    path: '/v1/audit/report',
    right: 'see-audit',
    summary: 'What happened, counted',
  },
  {
    method: 'GET',
    path: '/system/info',
    right: 'see-system',
    summary: 'The server and the machine it runs on',
  },
  {
    method: 'GET',
    path: '/metrics',
    right: 'see-system',
    summary: 'Counters for Prometheus',
    gives: 'text',
  },
  { method: 'GET', path: '/healthz', right: 'open', summary: 'Whether the process answers' },
  {
    method: 'GET',
    path: '/readyz',
    right: 'open',
    summary: 'Whether it decides, and by the policy on disk',
  },
  { method: 'GET', path: '/openapi.json', right: 'see-policy', summary: 'This interface' },
] as const satisfies readonly RouteSpec[]

export type RoutePath = (typeof ROUTES)[number]['path']

/** The route for a method and path, with the values of its parts; null: none has this path. */
export function findRoute(
  method: string,
  path: string,
):
  | { readonly route: RouteSpec; readonly params: Readonly<Record<string, string>> }
  | { readonly allow: string }
  | null {
  const fitting = (ROUTES as readonly RouteSpec[]).flatMap((route) => {
    const params = paramsOf(route.path, path)
    return params ? [{ route, params }] : []
  })
  if (fitting.length === 0) return null
  return (
    fitting.find((each) => each.route.method === method) ?? {
      allow: fitting.map((each) => each.route.method).join(', '),
    }
  )
}

function paramsOf(pattern: string, path: string): Readonly<Record<string, string>> | null {
  if (!pattern.includes('{')) return pattern === path ? {} : null
  const parts = path.split('/')
  const wanted = pattern.split('/')
  if (parts.length !== wanted.length) return null
  const params: Record<string, string> = {}
  for (const [at, want] of wanted.entries()) {
    const part = parts[at] ?? ''
    if (!want.startsWith('{')) {
      if (want !== part) return null
    } else if (/^[A-Za-z0-9_-]{1,64}$/.test(part)) {
      params[want.slice(1, -1)] = part
    } else {
      return null
    }
  }
  return params
}
