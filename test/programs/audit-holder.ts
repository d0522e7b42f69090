/** Takes the lock of an audit log, says so, and holds it until it is killed. Arguments: lock file, lock kind. */
import { type LockKind, openLock } from '../../src/audit/lock.ts'

const [file = '', kind] = process.argv.slice(2)
openLock(file, kind === undefined ? {} : { kind: kind as LockKind }).runSync(() => {
  process.stdout.write('held\n')
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
})
