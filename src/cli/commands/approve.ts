/** `oa approve list|show|grant|refuse`: answers what waits. */
import { readFileSync } from 'node:fs'
import { type Approval, type Approver, type Step, stepFaultText } from '../../approve/approval.ts'
import type { ApprovalDesk } from '../../approve/desk.ts'
import { OaError } from '../../base/diagnostic.ts'
import { neutralise, neutraliseJson } from '../../base/neutral.ts'
import { ask, openTerminal, questionText } from '../../run/prompt.ts'
import { mayDo } from '../../server/roles.ts'
import { callerOf, readTokens } from '../../server/tokens.ts'
import { deskAt } from '../approval-wait.ts'
import { EXIT } from '../exit.ts'
import { folders } from '../folders.ts'
import { type GivenOptions, usageError } from '../options.ts'
import { requirePerson } from '../people.ts'
import { processFacts } from '../request.ts'

export async function run(given: GivenOptions): Promise<number> {
  const [action, id, ...more] = given.operands
  if (more.length > 0 || given.rest !== null) throw usage()
  const { own, audit } = folders()
  const desk = deskAt(own, audit)
  if (action === 'list' && id === undefined) return list(desk, given)
  if (id === undefined) throw usage()
  const approval = desk.store.get(id)
  if (action === 'show') return show(found(approval, id), given)
  if (action !== 'grant' && action !== 'refuse') throw usage()
  requirePerson('approve')
  const step = await (action === 'grant' ? grant : refuse)(desk, found(approval, id), given)
  if (step === null) return EXIT.findings
  if ('fault' in step) throw new OaError('OA8109', stepFaultText(step.fault))
  process.stdout.write(`${neutralise(id)} is ${step.approval.state.kind}\n`)
  return EXIT.done
}

function usage(): Error {
  return usageError(
    '`oa approve` is list, show, grant or refuse',
    '`oa approve list`, `oa approve grant ID`, `oa approve refuse ID --reason TEXT`',
  )
}

function found(approval: Approval | null, id: string): Approval {
  if (approval) return approval
  throw new OaError('OA8109', `there is no approval \`${neutralise(id)}\``, {
    help: 'see `oa approve list`',
  })
}

function list(desk: ApprovalDesk, given: GivenOptions): number {
  const waiting = desk.store.list().filter(({ state }) => state.kind === 'pending')
  if (given.flag('json')) return json(waiting)
  for (const { request } of waiting) {
    const left = Math.max(0, Math.ceil((request.answerByMs - Date.now()) / 1000))
    const [argv = []] = request.shown.commands
    process.stdout.write(
      `${request.id}  ${left} s left  ${request.shown.risk}  ${neutralise(argv.join(' '))}\n`,
    )
  }
  return EXIT.done
}

function show(approval: Approval, given: GivenOptions): number {
  if (given.flag('json')) return json(approval)
  process.stdout.write(`${shownText(approval)}${stateText(approval)}`)
  return EXIT.done
}

function json(value: unknown): number {
  process.stdout.write(`${neutraliseJson(JSON.stringify(value))}\n`)
  return EXIT.done
}

/** The same question as at the terminal of the run, and who asks. */
function shownText(approval: Approval): string {
  const { requester, agent, session, binding, shown } = approval.request
  const lines = [
    `  network  ${shown.network}`,
    `  asked by ${requester}${agent === null ? '' : `, agent ${agent}`}${session === null ? '' : `, session ${session}`}`,
    ...(shown.words === null ? [] : [`  the agent says (nobody checked that): ${shown.words}`]),
    ...shown.unbound.map((each) => `  not bound ${each}`),
    `  bound to ${binding.digest}`,
  ]
  return `${questionText(questionOf(approval))}${lines.map((each) => `${neutralise(each)}\n`).join('')}`
}

function stateText({ state }: Approval): string {
  return `  state    ${state.kind}\n`
}

function questionOf({ request: { shown, policy } }: Approval): Parameters<typeof ask>[1] {
  const { commands, line, cwd, backend, extras, reason, risk, rules } = shown
  return {
    decision: {
      decision: 'ask',
      risk: risk as 'low',
      digest: policy,
      rules,
      actions: [],
      reason,
    },
    commands,
    line,
    cwd,
    backend,
    extras,
    withinMs: null,
  }
}

/** With a token: what was seen is quoted. At a terminal: it is shown and answered there. Null: the answer was no. */
async function grant(
  desk: ApprovalDesk,
  approval: Approval,
  given: GivenOptions,
): Promise<Step | null> {
  const { id, binding } = approval.request
  const holder = tokenHolder(given)
  if (holder) {
    const seen = given.text('seen')
    if (seen === undefined) {
      throw usageError(
        'a token answers what it quotes: give `--seen DIGEST`',
        `see \`oa approve show ${id}\``,
      )
    }
    return desk.grant(id, holder, seen)
  }
  const terminal = terminalOf()
  process.stderr.write(shownText(approval).slice(questionText(questionOf(approval)).length))
  const answer = await ask(terminal, questionOf(approval))
  return answer === 'once' ? desk.grant(id, personHere(), binding.digest) : null
}

function refuse(desk: ApprovalDesk, { request }: Approval, given: GivenOptions): Promise<Step> {
  const holder = tokenHolder(given)
  if (!holder) terminalOf().close()
  const reason = given.text('reason') ?? ''
  return desk.refuse(request.id, holder ?? personHere(), reason, given.flag('stop-session'))
}

function terminalOf(): NonNullable<ReturnType<typeof openTerminal>> {
  const terminal =
    process.stdin.isTTY === true && process.stderr.isTTY === true ? openTerminal() : null
  if (terminal) return terminal
  throw new OaError('OA8109', 'nobody is at a terminal here', {
    help: 'answer in a terminal of your own, or with `--token-file FILE` of an approver',
  })
}

function personHere(): Approver {
  const { user, roles } = processFacts()
  return { name: user ?? 'somebody', kind: 'terminal', roles: roles ?? [] }
}

/** Whoever the given token stands for; null where none was given. */
function tokenHolder(given: GivenOptions): Approver | null {
  const file = given.text('token-file')
  if (file === undefined) return null
  let token: string
  try {
    token = readFileSync(file, 'utf8').trim()
  } catch (cause) {
    throw new OaError('OA8001', `\`${file}\` cannot be read`, { cause })
  }
  const caller = callerOf(readTokens(folders().own), token, Date.now())
  if (!caller) throw new OaError('OA8102', 'the token is not known here, or has expired')
  if (!mayDo('answer', caller.roles)) {
    throw new OaError('OA8103', `\`${caller.name}\` may not answer: it is no approver`)
  }
  return { name: caller.name, kind: 'token', roles: caller.roles }
}
