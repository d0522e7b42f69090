/**
 * Requests from JSON: lines of a batch, bodies of the server.
 */
import type { Facts } from './analysis.ts'
import type { Request, RequestSubject } from './request.ts'

const PATH_ACTIONS = ['read', 'write', 'delete', 'persist'] as const
const NAME_ACTIONS = ['elevate', 'set', 'call', 'load'] as const

type Refused = { readonly id?: string; readonly error: string }

interface RequestDefaults {
  readonly cwd: string
  readonly facts: Facts
}

/** One JSON line of a batch as a request; `error` says what is wrong with it. */
export function parseRequest(text: string, defaults: RequestDefaults): Request | Refused {
  try {
    return requestFrom(JSON.parse(text), defaults, true)
  } catch {
    return { error: 'the line is not JSON' }
  }
}

/**
 * A JSON value as a request; `error` says what is wrong with it.
 *
 * @param maySayWho - a simulation may be for anybody; whoever must be believed comes from elsewhere
 */
export function requestFrom(
  value: unknown,
  defaults: RequestDefaults,
  maySayWho: boolean,
): Request | Refused {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return { error: 'a request is a JSON object' }
  }
  const members = new Map<string, unknown>(Object.entries(value))
  const id = members.get('id')
  const named = typeof id === 'string' ? { id } : {}
  if (id !== undefined && typeof id !== 'string') return { error: '`id` is not text' }
  const unknown = [...members.keys()].find(
    (key) => !SUBJECT_KEYS.has(key) && !(maySayWho && WHO_KEYS.has(key)),
  )
  if (unknown !== undefined) return { ...named, error: `a request has no \`${unknown}\`` }
  const subject = subjectOf(members)
  if (typeof subject === 'string') return { ...named, error: subject }
  const cwd = members.get('cwd') ?? defaults.cwd
  if (typeof cwd !== 'string' || !cwd.startsWith('/'))
    return { ...named, error: '`cwd` is not an absolute path' }
  const roles = members.get('roles') ?? []
  if (!Array.isArray(roles) || roles.some((role) => typeof role !== 'string')) {
    return { ...named, error: '`roles` is not a list of names' }
  }
  return {
    ...named,
    subject,
    cwd,
    facts: {
      ...defaults.facts,
      roles: members.has('roles') ? (roles as string[]) : defaults.facts.roles,
      user: textOf(members.get('user')) ?? defaults.facts.user,
      agent: textOf(members.get('agent')) ?? defaults.facts.agent,
      session: textOf(members.get('session')) ?? defaults.facts.session,
    },
  }
}

const SUBJECT_KEYS = new Set([
  'id',
  'line',
  'argv',
  'action',
  'path',
  'host',
  'port',
  'name',
  'options',
  'cwd',
])
const WHO_KEYS = new Set(['user', 'roles', 'agent', 'session'])

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null
}

function subjectOf(members: ReadonlyMap<string, unknown>): RequestSubject | string {
  const kinds = ['line', 'argv', 'action'].filter((key) => members.has(key))
  if (kinds.length !== 1) return 'a request has exactly one of `line`, `argv`, `action`'
  const line = members.get('line')
  if (members.has('line'))
    return typeof line === 'string' ? { kind: 'line', line } : '`line` is not text'
  const argv = members.get('argv')
  if (members.has('argv')) {
    const isWords =
      Array.isArray(argv) && argv.length > 0 && argv.every((each) => typeof each === 'string')
    return isWords ? { kind: 'argv', argv: argv as string[] } : '`argv` is not a list of words'
  }
  return actionOf(members)
}

function actionOf(members: ReadonlyMap<string, unknown>): RequestSubject | string {
  const action = members.get('action')
  const path = PATH_ACTIONS.find((each) => each === action)
  if (path) {
    const given = textOf(members.get('path'))
    return given === null
      ? `\`${path}\` needs a \`path\``
      : { kind: 'path', action: path, path: given }
  }
  if (action === 'connect') {
    const host = textOf(members.get('host'))
    const port = members.get('port') ?? null
    if (host === null) return '`connect` needs a `host`'
    if (port === null) return { kind: 'connect', host, port }
    const isPort = typeof port === 'number' && Number.isInteger(port) && port > 0 && port < 65536
    return isPort ? { kind: 'connect', host, port } : '`port` is not a number from 1 to 65535'
  }
  const name = NAME_ACTIONS.find((each) => each === action)
  if (!name) return `there is no action \`${String(action)}\` to ask for`
  const given = textOf(members.get('name'))
  if (given === null) return `\`${name}\` needs a \`name\``
  const options = members.get('options') ?? {}
  if (typeof options !== 'object' || Array.isArray(options)) return '`options` is not an object'
  const texts = Object.entries(options).map(([key, value]) => [
    key,
    typeof value === 'string' ? value : JSON.stringify(value),
  ])
  return {
    kind: 'name',
    action: name,
    name: given,
    options: Object.fromEntries(texts) as Record<string, string>,
  }
}
