/**
 * What `oa decide` and `oa explain` leave in the log. Only answers by the policies that hold here are recorded: a
 * question about a policy that was named is a what-if. A log that cannot be written does not keep back an answer,
 * since nothing runs by it; that it is unrecorded is said.
 */
import { userInfo } from 'node:os'
import { OaError } from '../base/diagnostic.ts'
import { neutralise } from '../base/neutral.ts'
import type { DecidedRequest } from './decide-request.ts'
import type { Setting } from './layers.ts'
import { logPlaceOf } from './log-place.ts'

export interface AskedRecords {
  /** Records one answer; resolves when more may be decided. */
  add(decided: DecidedRequest): Promise<void>
  /** Resolves when everything is on the disk, or was said not to be. */
  end(): Promise<void>
}

/** Answers that wait for the disk together. */
const WAITING_MAX = 256

/**
 * The records of one command; null where its answers are what-ifs. The code is loaded only where it is needed.
 *
 * @param via - the command's name, for readers of the log
 */
export async function askedRecords(setting: Setting, via: string): Promise<AskedRecords | null> {
  const isInstalled = setting.layers.every(({ name }) => name !== 'session')
  if (!isInstalled) return null
  const { RunRecorder, decideEntry } = await import('../run/record.ts')
  const { directory, segmentBytes } = logPlaceOf(setting.folders, setting.layers)
  const { joinSettings } = await import('../decide/settings.ts')
  const all = setting.tables.map((each) => each.meta.settings)
  const recorder = new RunRecorder({
    directory,
    ...(segmentBytes === undefined ? {} : { segmentBytes }),
    secretNames: joinSettings(all, false).secret,
    env: process.env,
    policy: { own: setting.folders.own, layers: setting.layers },
  })
  const user = userInfo().username
  let waiting: Promise<void>[] = []
  let unrecorded = 0
  const settle = async (): Promise<void> => {
    const all = await Promise.allSettled(waiting)
    waiting = []
    const failed = all.filter((each) => each.status === 'rejected')
    const [first] = failed
    if (first !== undefined && unrecorded === 0) sayUnrecorded(first.reason)
    unrecorded += failed.length
  }
  return {
    async add({ analysis, decision, durationNs }) {
      const request = { analysis, decided: analysis, decision, tables: setting.tables, durationNs }
      const asked = analysis.facts.user
      const entry = {
        ...decideEntry(request),
        user,
        ...(asked === null || asked === user ? {} : { asUser: asked }),
        via,
      }
      waiting.push(recorder.asked(entry))
      if (waiting.length >= WAITING_MAX) await settle()
    },
    async end() {
      await settle()
      await recorder.close()
    },
  }
}

function sayUnrecorded(cause: unknown): void {
  if (!(cause instanceof OaError)) throw cause
  process.stderr.write(`oa: ${cause.code} not recorded: ${neutralise(cause.message)}\n`)
}
