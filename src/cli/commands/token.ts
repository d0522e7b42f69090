/** `oa token add|list|remove`: who may talk to the server. */
import { neutralise, neutraliseJson } from '../../base/neutral.ts'
import { isRole, ROLES } from '../../server/roles.ts'
import { addToken, readTokens, removeToken } from '../../server/tokens.ts'
import { timeNs } from '../audit-options.ts'
import { EXIT } from '../exit.ts'
import { folders } from '../folders.ts'
import type { GivenOptions } from '../options.ts'
import { usageError } from '../options.ts'
import { requirePerson } from '../people.ts'

export async function run(given: GivenOptions): Promise<number> {
  const [action, name, ...more] = given.operands
  if (more.length > 0 || given.rest !== null) throw usage()
  if (action === 'list' && name === undefined) return list(given)
  if (name === undefined) throw usage()
  requirePerson('token')
  if (action === 'add') return add(given, name)
  if (action === 'remove') return remove(name)
  throw usage()
}

function usage(): Error {
  return usageError(
    '`oa token` is add, list or remove',
    '`oa token add NAME --role user`, `oa token list`, `oa token remove NAME`',
  )
}

function add(given: GivenOptions, name: string): number {
  const role = given.text('role') ?? ''
  if (!isRole(role)) {
    throw usageError(`\`oa token add\` needs \`--role\``, `one of ${ROLES.join(', ')}`)
  }
  const expires = given.text('expires')
  const expiresMs = expires === undefined ? undefined : expiryOf(expires)
  const token = addToken(folders().own, {
    name,
    role,
    ...(expiresMs === undefined ? {} : { expiresMs }),
  })
  process.stderr.write('This token is shown once; whoever has it is believed.\n')
  process.stdout.write(`${token}\n`)
  return EXIT.done
}

/** `30d` from now, or a date. */
function expiryOf(text: string): number {
  const now = Date.now()
  const ns = timeNs(text, '--expires', now)
  const ms = Number(ns / 1_000_000n)
  const at = /^\d+[smhdw]$/.test(text) ? 2 * now - ms : ms
  if (at <= now) throw usageError(`\`${text}\` has passed`)
  return at
}

function list(given: GivenOptions): number {
  const entries = readTokens(folders().own).map(({ sha256: _hidden, ...rest }) => rest)
  if (given.flag('json')) {
    process.stdout.write(`${neutraliseJson(JSON.stringify(entries))}\n`)
    return EXIT.done
  }
  for (const { name, role, createdMs, expiresMs } of entries) {
    const until = expiresMs === undefined ? '' : `  until ${new Date(expiresMs).toISOString()}`
    const isOver = expiresMs !== undefined && expiresMs <= Date.now() ? ', which has passed' : ''
    process.stdout.write(
      `${neutralise(name)}  ${role}  since ${new Date(createdMs).toISOString()}${until}${isOver}\n`,
    )
  }
  return EXIT.done
}

function remove(name: string): number {
  if (removeToken(folders().own, name)) {
    process.stdout.write(`removed ${neutralise(name)}\n`)
    return EXIT.done
  }
  process.stderr.write(`oa: there is no token \`${neutralise(name)}\`\n`)
  return EXIT.findings
}
