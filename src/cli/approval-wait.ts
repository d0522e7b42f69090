/**
 * `oa exec --wait-approval`: the run waits until somebody answers from elsewhere.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Approval } from '../approve/approval.ts'
import { stepFaultText } from '../approve/approval.ts'
import { bind, NotBindable } from '../approve/binding.ts'
import { ApprovalDesk, type ApprovalEntry } from '../approve/desk.ts'
import { type Asker, boundRunOf, requestOf } from '../approve/from-run.ts'
import { ApprovalStore } from '../approve/store.ts'
import { openLog } from '../audit/log.ts'
import { OaError } from '../base/diagnostic.ts'
import { neutralise } from '../base/neutral.ts'
import type { ApprovalDoor, Approved } from '../run/approval-door.ts'

export interface WaitSetting {
  /** `~/.openagent`. */
  readonly own: string
  readonly auditDirectory: string
  readonly asker: Asker
  /** Digest of the policy as it is installed now. */
  readonly policyNow: () => Promise<string>
  readonly say: (text: string) => void
}

/** How often the store is looked at. */
const POLL_MS = 200

/** What `oa exec` asks instead of the terminal. */
export function approvalDoor(setting: WaitSetting): ApprovalDoor {
  return async (asked) => {
    const { asker, say } = setting
    const desk = deskAt(setting.own, setting.auditDirectory)
    const gone = untilGone()
    try {
      desk.store.sweep()
      const approval = await desk.ask(requestOf(asked, asker, Date.now()))
      const { id } = approval.request
      say(`oa: waits for an answer: ${neutralise(asked.decision.reason)}\n`)
      say(`  see it with \`oa approve show ${id}\`\n`)
      const answer = await answered(desk, approval, gone.signal)
      if (typeof answer === 'string') return answer
      return {
        approver: answer.approver,
        async use(now) {
          const binding = bind(boundRunOf(now, asker))
          const step = await desk.use(id, binding, await setting.policyNow())
          return 'fault' in step ? stepFaultText(step.fault) : null
        },
      }
    } catch (error) {
      return whyNot(error)
    } finally {
      gone.stop()
    }
  }
}

/** The approvals of an account, each step on record. */
export function deskAt(own: string, auditDirectory: string): ApprovalDesk {
  return new ApprovalDesk(new ApprovalStore(own), {
    async record(entry: ApprovalEntry) {
      const log = openLog({ directory: auditDirectory })
      try {
        log.appendSync(entry)
      } finally {
        await log.close()
      }
    },
  })
}

/** Signals that end the waiting instead of the process. */
function untilGone(): { readonly signal: AbortSignal; readonly stop: () => void } {
  const gone = new AbortController()
  const end = (): void => gone.abort()
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
  for (const each of signals) process.once(each, end)
  return {
    signal: gone.signal,
    stop: () => {
      for (const each of signals) process.off(each, end)
    },
  }
}

/** Waits for the answer; when the run goes away, so does what it asks. */
async function answered(
  desk: ApprovalDesk,
  { request }: Approval,
  signal: AbortSignal,
): Promise<Omit<Approved, 'use'> | string> {
  for (;;) {
    const answer = answerOf(desk.store.get(request.id))
    if (answer === LATE) await desk.void(request.id, answer)
    if (answer !== null) return answer
    try {
      await sleep(POLL_MS, undefined, { signal })
    } catch {
      await desk.void(request.id, 'whoever asked went away')
      return 'interrupted while it waited'
    }
  }
}

const LATE = 'nobody answered in time'

/** Null: there is none yet. */
function answerOf(approval: Approval | null): Omit<Approved, 'use'> | string | null {
  if (!approval) return 'the approval is gone'
  const { state } = approval
  switch (state.kind) {
    case 'pending':
      return null
    case 'granted':
      return { approver: state.grants.map((each) => each.by).join(', ') }
    case 'refused':
      return `${state.refusal.by} refused: ${state.refusal.reason || 'no reason given'}`
    case 'void':
      return state.reason
    case 'used':
      return 'the approval was used by another run'
    case 'expired':
      return LATE
  }
}

function whyNot(error: unknown): string {
  if (error instanceof NotBindable) return `it cannot be approved: ${error.message}`
  if (error instanceof OaError) return error.message
  throw error
}
