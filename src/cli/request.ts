/**
 * Requests from options.
 */
import { userInfo } from 'node:os'
import { isatty } from 'node:tty'
import type { Facts } from '../model/analysis.ts'
import type { RequestSubject } from '../model/request.ts'
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
