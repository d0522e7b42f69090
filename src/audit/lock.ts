/**
 * The kernel lock that lets one writer at a time append. The kernel drops it when its holder dies, however it dies;
 * nothing is left behind to go stale.
 */
import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import { createRequire } from 'node:module'
import { AUDIT_LOCK_MS_MAX } from '../base/limits.ts'
import { openForAppend, unwritable } from './files.ts'

/** `ofd`: fcntl open-file-description locks; `flock`: flock(2). The two do not see each other. */
export type LockKind = 'ofd' | 'flock'

export interface KernelLock {
  readonly kind: LockKind
  /** Waits without yielding, then runs the action under the lock. Throws OA6001 after `AUDIT_LOCK_MS_MAX`. */
  runSync<T>(action: () => T): T
  /** The same, not blocking the event loop while it waits. The action itself is synchronous. */
  run<T>(action: () => T): Promise<T>
  close(): void
}

interface Native {
  tryLock(fd: number, offset: number, length: number, isExclusive: boolean): void
  unlock(fd: number, offset: number, length: number): void
}

/**
 * Opens the lock file and finds which kind of lock works here. The file says which kind the log uses, and a process
 * that can only do the other kind is refused: the two would not exclude each other.
 */
export function openLock(file: string, options: { readonly kind?: LockKind } = {}): KernelLock {
  const native = options.kind === 'flock' ? undefined : loadNative()
  const kind: LockKind = native ? 'ofd' : 'flock'
  const flock = native ? undefined : findFlock()
  const fd = openForAppend(file)
  const agreed = agreeOnKind(fd, kind)
  if (agreed !== kind) {
    fs.closeSync(fd)
    throw unwritable(`other writers of this log lock with ${agreed}, and only ${kind} works here`)
  }
  const tries = native ? () => tryNative(native, fd) : () => tryFlock(flock ?? '', fd, '-xn')
  const release = (): void => {
    if (native) native.unlock(fd, 0, 0)
    else tryFlock(flock ?? '', fd, '-u')
  }
  return {
    kind,
    runSync: (action) => runSync(tries, action, release),
    run: (action) => run(tries, action, release),
    close: () => fs.closeSync(fd),
  }
}

/** The first kind appended wins: two first writers append one after the other, and both read the first line. */
function agreeOnKind(fd: number, kind: LockKind): string {
  const buffer = Buffer.alloc(16)
  let length = fs.readSync(fd, buffer, 0, buffer.length, 0)
  if (length === 0) {
    fs.writeSync(fd, `${kind}\n`)
    length = fs.readSync(fd, buffer, 0, buffer.length, 0)
  }
  return buffer.toString('latin1', 0, length).split('\n')[0] ?? ''
}

/** The prebuilt addon. WHY by its path first: the package's own loader costs ten times as much at start-up. */
function loadNative(): Native | undefined {
  const require = createRequire(import.meta.url)
  try {
    const root = require
      .resolve('fs-native-extensions/package.json')
      .slice(0, -'package.json'.length)
    const target = `${process.platform}-${process.arch}`
    return require(`${root}prebuilds/${target}/fs-native-extensions.node`) as Native
  } catch {
    // Another build of the same package may still load below.
  }
  try {
    const loaded = require('fs-native-extensions') as {
      tryLock(fd: number): boolean
      unlock(fd: number): void
    }
    const busy = Object.assign(new Error('locked'), { code: 'EAGAIN' })
    return {
      tryLock: (fd) => {
        if (!loaded.tryLock(fd)) throw busy
      },
      unlock: (fd) => loaded.unlock(fd),
    }
  } catch {
    return undefined
  }
}

function tryNative(native: Native, fd: number): boolean {
  try {
    native.tryLock(fd, 0, 0, true)
    return true
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'EAGAIN') return false
    throw unwritable('the audit log cannot be locked', cause)
  }
}

/** WHY fixed places: what PATH finds could be anybody's program. */
const FLOCK_PLACES = ['/usr/bin/flock', '/bin/flock']

function findFlock(): string {
  const found = FLOCK_PLACES.find((each) => fs.existsSync(each))
  if (found === undefined) {
    throw unwritable('no kernel lock works here', undefined, {
      help: 'install `util-linux` for `flock`, or a platform `fs-native-extensions` is built for',
    })
  }
  return found
}

/**
 * `flock(1)` locks the open file description it inherits, which is this process's too: the lock stays when the
 * short-lived helper exits and goes when this process does. See: flock(2), util-linux flock(1).
 */
function tryFlock(program: string, fd: number, option: string): boolean {
  const done = spawnSync(program, [option, '3'], {
    stdio: ['ignore', 'ignore', 'ignore', fd],
    shell: false,
    env: {},
  })
  if (done.status === 0) return true
  if (done.status === 1) return false
  throw unwritable('the audit log cannot be locked with `flock`', done.error)
}

/** Short first, since a holder needs well under a millisecond. */
const PAUSES_MS = [0.02, 0.05, 0.1, 0.2, 0.4, 0.8, 1.5]
const sleeper = new Int32Array(new SharedArrayBuffer(4))

function runSync<T>(tries: () => boolean, action: () => T, release: () => void): T {
  const until = performance.now() + AUDIT_LOCK_MS_MAX
  for (let turn = 0; !tries(); turn++) {
    if (performance.now() > until) throw held()
    Atomics.wait(sleeper, 0, 0, (PAUSES_MS[turn] ?? 2) * (0.5 + Math.random()))
  }
  try {
    return action()
  } finally {
    release()
  }
}

/** INVARIANT: nothing awaits between getting the lock and releasing it; the lock is one per process, not per caller. */
async function run<T>(tries: () => boolean, action: () => T, release: () => void): Promise<T> {
  const until = performance.now() + AUDIT_LOCK_MS_MAX
  for (let turn = 0; !tries(); turn++) {
    if (performance.now() > until) throw held()
    await new Promise((resolve) => (turn < 4 ? setImmediate(resolve) : setTimeout(resolve, 1)))
  }
  try {
    return action()
  } finally {
    release()
  }
}

function held(): Error {
  return unwritable(`another process has held the audit log for ${AUDIT_LOCK_MS_MAX / 1000} s`)
}
