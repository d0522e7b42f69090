/**
 * A bar for long work, on a terminal only: pipes and files get nothing of it.
 */
import { hasColour, paint } from './terminal.ts'

export interface Progress {
  readonly show: (done: number, all: number) => void
  /** Takes the bar away; what was printed stays. */
  end(): void
}

const WIDTH = 30
/** Work that is over sooner shows nothing. */
const QUIET_MS = 300
const EVERY_MS = 100

export function progressBar(label: string, stream: NodeJS.WriteStream = process.stderr): Progress {
  if (stream.isTTY !== true) return { show: () => undefined, end: () => undefined }
  const isOn = hasColour(stream)
  let nextMs = Date.now() + QUIET_MS
  let isShown = false
  return {
    show(done, all) {
      if (Date.now() < nextMs || all <= 0) return
      nextMs = Date.now() + EVERY_MS
      isShown = true
      const share = Math.min(1, done / all)
      const filled = Math.round(share * WIDTH)
      const bar = paint('█'.repeat(filled), 'cyan', isOn) + '░'.repeat(WIDTH - filled)
      stream.write(`\r${label} ${bar} ${String(Math.floor(share * 100)).padStart(3)} %`)
    },
    end() {
      if (isShown) stream.write('\r\u001B[K')
    },
  }
}
