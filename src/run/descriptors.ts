/**
 * Descriptors that somebody left open to us without close-on-exec would reach the command, and through a folder's
 * descriptor the world outside. Each gets covered.
 */
import fs from 'node:fs'
import { OaError } from '../base/diagnostic.ts'
import { DESCRIPTORS_MAX } from './limits.ts'

const CLOSE_ON_EXEC = 0o2000000

/**
 * Extends a `stdio` list so that each leaking descriptor of this process is `nothing` (`/dev/null`) in the child.
 * Throws OA5003 for one too high to cover.
 */
export function coverLeaks<T>(stdio: readonly T[], nothing: T & number): (T | 'ignore')[] {
  const covered: (T | 'ignore')[] = [...stdio]
  for (const fd of leakingDescriptors()) {
    if (fd < stdio.length) continue
    if (fd > DESCRIPTORS_MAX) throw new OaError('OA5003', `descriptor ${fd} is open to every child`)
    while (covered.length <= fd) covered.push('ignore')
    covered[fd] = nothing
  }
  return covered
}

/** Open descriptors above 2 that a child would inherit. */
export function leakingDescriptors(): readonly number[] {
  return fs
    .readdirSync('/proc/self/fd')
    .map(Number)
    .filter((fd) => fd > 2 && isInherited(fd))
}

function isInherited(fd: number): boolean {
  try {
    const found = /^flags:\s*([0-7]+)/m.exec(fs.readFileSync(`/proc/self/fdinfo/${fd}`, 'latin1'))
    return found !== null && (Number.parseInt(found[1] ?? '0', 8) & CLOSE_ON_EXEC) === 0
  } catch {
    return false
  }
}
