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
  readonly gives?: SchemaName | Other
}

/** What is not JSON. */
export type Other = 'text' | 'html' | 'css' | 'javascript' | 'event-stream'

export type SchemaName =
  | 'request'
  | 'request-batch'
  | 'decision'
  | 'decision-batch'
  | 'approval'
  | 'approval-list'
  | 'approval-answer'
  | 'policy-text'
  | 'console-login'
  | 'console-session'

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
    method: 'POST',
    path: '/v1/check',
    right: 'decide',
    summary: 'Checks the text of a policy that imports nothing but `std`',
    takes: 'policy-text',
  },
  {
    method: 'GET',
    path: '/v1/approvals',
    right: 'see-approvals',
    summary: 'Runs that wait for an answer, and those that were answered lately',
    gives: 'approval-list',
  },
  {
    method: 'GET',
    path: '/v1/approvals/{id}',
    right: 'see-own-approvals',
    summary: 'One approval; with `?wait=SECONDS` once it is no longer pending, or then',
    gives: 'approval',
  },
  {
    method: 'POST',
    path: '/v1/approvals/{id}/decision',
    right: 'answer',
    summary: 'Grants or refuses, quoting the binding that was seen',
    takes: 'approval-answer',
    gives: 'approval',
  },
  {
    method: 'GET',
    path: '/v1/events',
    right: 'see-approvals',
    summary: 'The list of approvals, each time that it changes',
    gives: 'event-stream',
  },
  {
    method: 'POST',
    path: '/console/login',
    right: 'open',
    summary: 'Changes a one-time code for the token of a console session',
    takes: 'console-login',
    gives: 'console-session',
  },
  {
    method: 'GET',
    path: '/console',
    right: 'open',
    summary: 'The console: a page without any data',
    gives: 'html',
  },
  {
    method: 'GET',
    path: '/console/console.css',
    right: 'open',
    summary: 'How the console looks',
    gives: 'css',
  },
  {
    method: 'GET',
    path: '/console/{name}',
    right: 'open',
    summary: 'What the console does',
    gives: 'javascript',
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
  // A path that is written out goes before one with a part to fill in.
  const exact = fitting.filter((each) => Object.keys(each.params).length === 0)
  const best = exact.length > 0 ? exact : fitting
  return (
    best.find((each) => each.route.method === method) ?? {
      allow: best.map((each) => each.route.method).join(', '),
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
    } else if (/^[A-Za-z0-9_-]{1,64}(?:\.js)?$/.test(part)) {
      params[want.slice(1, -1)] = part
    } else {
      return null
    }
  }
  return params
}
