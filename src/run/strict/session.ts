/**
 * `oa`'s end of the channel to the strict runner: hands over the structure and answers before each start.
 */
import type { Duplex } from 'node:stream'
import type { Program, StartQuestion } from './program.ts'

/** A question longer than this is a fault: no argv is that long. */
const MESSAGE_CHARS_MAX = 32 * 1024 * 1024

export interface Session {
  /** Talks on the channel of a runner that has been started. */
  attach(channel: Duplex): void
  /** Why the run was ended before its end, or null. */
  readonly ended: { readonly kind: 'refused' | 'fault'; readonly reason: string } | null
}

/**
 * Makes the session of one run.
 *
 * @param judge - decides a start once more; gives why it may not, or null
 */
export function strictSession(
  program: Program,
  judge: (question: StartQuestion) => string | null,
): Session {
  let ended: Session['ended'] = null
  const answer = (line: string, channel: Duplex): void => {
    const message = JSON.parse(line) as StartQuestion | { readonly fault: string }
    if ('fault' in message) {
      ended ??= { kind: 'fault', reason: message.fault }
      return
    }
    const reason = ended?.reason ?? judge(message)
    if (reason !== null) ended ??= { kind: 'refused', reason }
    channel.write(`${JSON.stringify(reason === null)}\n`)
  }
  return {
    get ended() {
      return ended
    },
    attach(channel) {
      let text = ''
      channel.setEncoding('utf8')
      channel.on('error', () => {})
      channel.on('data', (chunk: string) => {
        text += chunk
        if (text.length > MESSAGE_CHARS_MAX) channel.destroy()
        for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n')) {
          const line = text.slice(0, end)
          text = text.slice(end + 1)
          try {
            answer(line, channel)
          } catch (cause) {
            ended ??= { kind: 'fault', reason: cause instanceof Error ? cause.message : 'fault' }
            channel.destroy()
          }
        }
      })
      channel.write(`${JSON.stringify(program)}\n`)
    },
  }
}
