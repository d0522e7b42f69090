/**
 * `schema/openapi.json` from the server's list of routes and the schemas of their bodies. OpenAPI 3.1.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Other, ROUTES, type RouteSpec, type SchemaName } from '../../src/server/routes.ts'
import type { GeneratedFile } from '../gen.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

const MEDIA: Readonly<Record<Other, string>> = {
  text: 'text/plain',
  html: 'text/html',
  css: 'text/css',
  javascript: 'text/javascript',
  'event-stream': 'text/event-stream',
}

type Json = Readonly<Record<string, unknown>>

const PROBLEM: Json = {
  type: 'object',
  description: 'RFC 9457.',
  required: ['type', 'title', 'status', 'detail', 'code', 'instance'],
  properties: {
    type: { type: 'string' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string' },
    code: { type: 'string', pattern: '^OA\\d{4}$' },
    instance: { type: 'string' },
  },
}

/** Schemas refer to each other by file; in the document they lie side by side. */
function schemaOf(name: SchemaName): unknown {
  const text = readFileSync(join(ROOT, 'schema', `${name}.schema.json`), 'utf8')
  const moved = text
    .replaceAll(/"#\/\$defs\/([^"]+)"/g, `"#/components/schemas/${name}/$defs/$1"`)
    .replaceAll(/"\$ref": "([a-z-]+)\.schema\.json"/g, '"$ref": "#/components/schemas/$1"')
  const { $schema: _s, $id: _i, ...schema } = JSON.parse(moved) as Json
  return schema
}

function isSchema(gives: RouteSpec['gives']): gives is SchemaName {
  return gives !== undefined && !Object.hasOwn(MEDIA, gives)
}

function contentOf(gives: RouteSpec['gives']): Json {
  const media = gives === undefined ? undefined : MEDIA[gives as Other]
  if (media !== undefined) return { [media]: { schema: { type: 'string' } } }
  return { 'application/json': { schema: isSchema(gives) ? reference(gives) : { type: 'object' } } }
}

function reference(name: SchemaName): Json {
  return { $ref: `#/components/schemas/${name}` }
}

function operationOf(route: RouteSpec): Json {
  const names = [...route.path.matchAll(/\{([^}]+)\}/g)].map((each) => each[1])
  return {
    summary: route.summary,
    'x-right': route.right,
    security: route.right === 'open' ? [] : [{ token: [] }],
    ...(names.length === 0
      ? {}
      : {
          parameters: names.map((name) => ({
            name,
            in: 'path',
            required: true,
            schema: { type: 'string' },
          })),
        }),
    ...(route.takes
      ? {
          requestBody: {
            required: true,
            content: { 'application/json': { schema: reference(route.takes) } },
          },
        }
      : {}),
    responses: {
      200: { description: 'The answer', content: contentOf(route.gives) },
      default: {
        description: 'A problem',
        content: {
          'application/problem+json': { schema: { $ref: '#/components/schemas/problem' } },
        },
      },
    },
  }
}

export async function generate(): Promise<readonly GeneratedFile[]> {
  const routes: readonly RouteSpec[] = ROUTES
  const names = new Set<SchemaName>(['request', 'decision'])
  for (const { takes, gives } of routes) {
    if (takes) names.add(takes)
    if (isSchema(gives)) names.add(gives)
  }
  const paths: Record<string, Record<string, Json>> = {}
  for (const route of routes) {
    paths[route.path] = { ...paths[route.path], [route.method.toLowerCase()]: operationOf(route) }
  }
  const document = {
    openapi: '3.1.0',
    info: { title: 'oa', version: '1', description: 'Decisions of a policy over HTTP.' },
    paths,
    components: {
      securitySchemes: { token: { type: 'http', scheme: 'bearer' } },
      schemas: {
        ...Object.fromEntries([...names].sort().map((name) => [name, schemaOf(name)])),
        problem: PROBLEM,
      },
    },
  }
  return [{ path: 'schema/openapi.json', text: `${JSON.stringify(document, null, 2)}\n` }]
}
