/**
 * A request that fits each route, so that tests can walk all of them.
 */
import type { RoutePath, RouteSpec } from '../../src/server/routes.ts'

const BODIES: Readonly<Partial<Record<RoutePath, unknown>>> = {
  '/v1/decide': { line: 'ls' },
  '/v1/decide/batch': { requests: [{ line: 'ls' }, { line: 'id' }] },
  '/v1/explain': { line: 'ls | id' },
  '/v1/check': { text: 'policy "x"\nlanguage 1\n' },
  '/v1/approvals/{id}/decision': { answer: 'refuse', seen: 'sha256:0' },
  '/console/login': { code: 'wrong' },
}

/** The body for a route; undefined for those without one. */
export function bodyFor({ path }: RouteSpec): unknown {
  return BODIES[path as RoutePath]
}

/** A path of the route's form. */
export function pathFor(pattern: string, id = '0'.repeat(32)): string {
  return pattern.replace('{id}', id).replace('{name}', 'console.js')
}
