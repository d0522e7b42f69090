/**
 * Requests from options and from JSON lines.
 */
import { userInfo } from 'node:os'
import { isatty } from 'node:tty'
import type { Facts } from '../model/analysis.ts'
import type { Request, RequestSubject } from '../model/request.ts'
import { NO_FACTS } from '../model/request.ts'
import type { GivenOptions } from './options.ts'
import { usageError } from './options.ts'

/** Who asks, as far as the process knows. */
export function processFacts(): Facts {
  return {
    ...NO_FACTS,
    user: userInfo().username,
    machine: null,
    isInteractive: isatty(0) && isatty(2),
    isCi: process.env['CI'] === 'true' || process.env['CI'] === '1',
    nowMs: Date.now(),
    env: Object.fromEntries(
      Object.entries(process.env).flatMap(([name, value]) =>
        value === undefined ? [] : [[name, value]],
      ),
    ),
  }
}

/** The facts of a simulation: the process's own, with what the options say instead. */
export function givenFacts(given: GivenOptions): Facts {
  const facts = processFacts()
  return {
    ...facts,
    roles: given.texts('role'),
    user: given.text('user') ?? facts.user,
    agent: given.text('agent') ?? null,
    session: given.text('session') ?? null,
  }
}

/** `-c LINE` or `-- ARGV…`: exactly one of them. */
export function givenSubject(given: GivenOptions, command: string): RequestSubject {
  const line = given.text('command')
  const argv = given.rest
  const [stray] = given.operands
  if (stray !== undefined) {
    throw usageError(
      `\`oa ${command}\` takes no word before \`--\``,
      `write \`oa ${command} -- ${stray} …\` or \`oa ${command} -c LINE\``,
    )
  }
  if (line !== undefined && argv === null) return { kind: 'line', line }
  if (line === undefined && argv !== null && argv.length > 0) return { kind: 'argv', argv }
  throw usageError(
    `\`oa ${command}\` needs one command`,
    `write \`oa ${command} -c 'LINE'\` or \`oa ${command} -- PROGRAM ARGUMENT…\``,
  )
}

const PATH_ACTIONS = ['read', 'write', 'delete', 'persist'] as const
const NAME_ACTIONS = ['elevate', 'set', 'call', 'load'] as const

/** One JSON line of a batch as a request; a string says what is wrong with it. */
export function parseRequest(
  text: string,
  defaults: { readonly cwd: string; readonly facts: Facts },
): Request | { readonly id?: string; readonly error: string } {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return { error: 'the line is not JSON' }
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return { error: 'the line is not a JSON object' }
  }
  const members = new Map<string, unknown>(Object.entries(value))
  const id = members.get('id')
  const named = typeof id === 'string' ? { id } : {}
  if (id !== undefined && typeof id !== 'string') return { error: '`id` is not text' }
  const unknown = [...members.keys()].find((key) => !KEYS.has(key))
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

const KEYS = new Set([
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
  'user',
  'roles',
  'agent',
  'session',
])

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
