/**
 * What ends a run without a sandbox when `oa` itself is killed. A namespace does that for the backends; here a process
 * of a few lines waits for the end of a pipe that only `oa` holds, and then kills all that carries the run's marker.
 */
import { RUN_MARKER } from '../sandbox/environment.ts'

/** Rounds of a tenth of a second; a round that finds nothing is the last but one. */
const ROUNDS_MAX = 40

/**
 * `$1` is what the environment of every process of the run holds. A word on descriptor 3 says that `oa` has seen the
 * end of the run itself. Signals of the terminal are not for this process.
 */
const SCRIPT = `
trap '' INT QUIT TERM HUP
read -r word <&3 && exit 0
round=0 quiet=0
while [ $round -lt ${ROUNDS_MAX} ] && [ $quiet -lt 2 ]; do
  round=$((round + 1)) quiet=$((quiet + 1))
  for path in $(grep -lsF -e "$1" /proc/[0-9]*/environ); do
    pid=\${path#/proc/} quiet=0
    kill -KILL "\${pid%/environ}"
  done
  sleep 0.1
done 2>/dev/null
`

/** A started watchdog, as far as it is used here. */
interface Watching {
  on(event: 'error', listener: () => void): unknown
  unref(): void
  readonly stdio: readonly unknown[]
}

/** The end of its pipe that `oa` holds. */
interface Held {
  on(event: 'error', listener: () => void): unknown
  unref(): void
  end(text: string): unknown
}

/** Starts a program beside the run; of `spawn.ts`. */
export type Starter = (args: readonly string[]) => Watching

/** Watches over the run with this marker until `stop` is called or this process ends. */
export function watchOver(marker: string, start: Starter): { stop(): void } {
  const child = start(['-c', SCRIPT, 'oa-watchdog', `${RUN_MARKER}=${marker}`])
  const pipe = child.stdio[3] as Held | undefined
  child.on('error', () => {})
  pipe?.on('error', () => {})
  child.unref()
  pipe?.unref()
  return {
    stop: () => {
      pipe?.end('done\n')
    },
  }
}
