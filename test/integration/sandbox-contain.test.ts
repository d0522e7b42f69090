/**
 * What a sandbox keeps in. Every refusal has its positive control: the same action without a sandbox succeeds, so that
 * a broken fixture cannot pass.
 */
import { readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { skip } from '../support/skip.ts'
import { contractOf, inside, perl, stdoutOf, without } from './sandbox-contract.ts'
import {
  type Account,
  HOST_SECRET,
  LEAKED_FD,
  listen,
  resetFixture,
  welcome,
} from './sandbox-fixture.ts'

const test = suite('what a sandbox keeps in')
const each = await contractOf(test)
const { server: tcp, port } = await listen()
const socketPath = `/var/tmp/oa-test-${process.pid}.sock`
const unix = createServer(welcome)
const abstract = createServer(welcome)
unix.listen({ path: socketPath, writableAll: true, readableAll: true })
abstract.listen({ path: `\0oa-test-${process.pid}` })

test.after(() => {
  for (const server of [tcp, unix, abstract]) server.close()
})

/**
 * The script prints DONE when what it tries succeeds: outside it does, inside it does not. `isControlOptional`: the
 * control may fail for want of rights or of a kernel feature; the probe is then skipped, with the reason.
 */
function refused(
  name: string,
  script: (account: Account) => string,
  isControlOptional = false,
): void {
  each(name, async (account) => {
    const control = await without(account, script(account))
    const isPossible = stdoutOf(control).includes('DONE')
    if (!isPossible && isControlOptional) return skip('not possible outside a sandbox either')
    assert.ok(isPossible, `the control failed: ${Buffer.from(control.stderr, 'base64').toString()}`)
    resetFixture(account.fixture, account.uid)
    const report = await inside(account, script(account))
    assert.ok(report.isStarted, report.failure)
    assert.not(stdoutOf(report).includes('DONE'), stdoutOf(report))
    return undefined
  })
}
const dial = (code: string): string => perl(`use Socket; ${code} and print "DONE"`)

each('a file in the workspace can be written', async (account) => {
  const file = `${account.fixture.workspace}/new`
  const report = await inside(account, `echo hello > ${file}`)
  assert.is(report.exitCode, 0, report.failure)
  assert.is(readFileSync(file, 'utf8'), 'hello\n')
})

refused('a file outside cannot be written', ({ fixture }) => {
  return `echo bad >> ${fixture.outside}/target && echo DONE`
})
refused('a file outside cannot be made', ({ fixture }) => {
  return `touch ${fixture.outside}/a && touch ${fixture.home}/b && echo DONE`
})
refused('a link of the workspace leads to nothing writable', ({ fixture }) => {
  return `echo bad >> ${fixture.workspace}/link/target && echo DONE`
})
refused('a link made at run time leads to nothing writable', ({ fixture }) => {
  return `ln -s ${fixture.outside} l && echo bad >> l/target && echo DONE`
})
refused('a hard link from outside cannot be made', ({ fixture }) => {
  return `ln ${fixture.outside}/target hl && echo bad >> hl && echo DONE`
})
refused('a hidden file cannot be read', ({ fixture }) => {
  const file = `${fixture.workspace}/secret.env`
  return `cat ${file} /proc/self/root${file} /proc/1/root${file} | grep -q TOPSECRET && echo DONE`
})
refused('a file in a hidden folder cannot be read', ({ fixture }) => {
  const files = [`${fixture.workspace}/secrets/key`, `${fixture.home}/.ssh/id`]
  return `cat ${files.join(' ')} /proc/self/root${files[1]} | grep -q TOPSECRET && echo DONE`
})
refused('a hidden file cannot be moved into view', ({ fixture }) => {
  return `cd ${fixture.workspace}; mv secrets s; mv secret.env e; cat s/key e | grep -q TOPSECRET && echo DONE`
})
refused('a protected file cannot be changed', () => {
  return 'echo bad > .git/hooks/pre-commit && echo DONE; echo bad >> .git/config && echo DONE'
})
refused('a protected file cannot be replaced', () => {
  return 'rm .git/config && echo DONE; mv .git/hooks .git/h && echo DONE'
})
refused('the folder of a protected file cannot be renamed and made anew', () => {
  return 'mv .git .gone; mkdir -p .git/hooks; echo bad > .git/hooks/pre-commit && echo DONE'
})
refused('TCP does not reach loopback servers of the host', () => {
  return `exec 3<>/dev/tcp/127.0.0.1/${port} && echo DONE`
})
refused('a socket of the file system cannot be dialled', () => {
  return dial(`socket(S,1,1,0) && connect(S,sockaddr_un(q(${socketPath})))`)
})
refused('an abstract socket cannot be dialled', () => {
  const name = `qq(\\0oa-test-${process.pid})`
  return dial(`socket(S,1,1,0) && connect(S,pack(q(Sa108),1,${name}))`)
})
refused('AF_VSOCK sockets cannot be made', () => dial('socket(S,40,1,0)'), true)
refused('AF_PACKET sockets cannot be made', () => dial('socket(S,17,3,0)'), true)
refused('io_uring is off', () => ioUring(), true)
refused('keyrings are off', () => keyring(), true)
refused(
  'terminal input cannot be faked',
  () => {
    const code = 'my \\$c = chr 120; ioctl(STDIN, 0x5412, \\$c) and print qq(DONE)'
    return `script -qec "perl -e '${code}'" /dev/null </dev/null`
  },
  true,
)
refused(
  'a new user namespace cannot be made',
  () => {
    return "unshare -Urm sh -c 'mount -t tmpfs none /mnt && echo DONE'"
  },
  true,
)
refused(
  'core_pattern cannot be opened for writing',
  () => {
    return '(: >> /proc/sys/kernel/core_pattern) && echo DONE'
  },
  true,
)
refused('processes of the host cannot be signalled', ({ pid }) => `kill -0 ${pid} && echo DONE`)
refused('the environment of the host cannot be read', () => {
  return `cat /proc/*/environ | grep -qa ${HOST_SECRET} && echo DONE`
})
refused('a descriptor left open leads nowhere', ({ fixture }) => {
  // Without a sandbox it is covered too, so the control opens the folder itself.
  return `[ -e /proc/$$/fd/${LEAKED_FD}/target ] && echo DONE; exec 9<${fixture.outside}/target 9>>${fixture.outside}/target && echo DONE`
})
refused('shared memory of the host is not there', ({ pid }) => {
  const file = `/dev/shm/oa-test-${pid}`
  return `{ [ -e ${file} ] || [ $$ -gt 100 ] && echo x > ${file}; } && grep -q x ${file} && echo DONE; rm -f ${file}`
})
refused('a private folder is bounded', () => {
  return 'head -c 50000000 /dev/zero > /tmp/oa-fill-$PPID && echo DONE; rm -f /tmp/oa-fill-$PPID'
})

function ioUring(): string {
  return perl('my $p = "\\0" x 128; print "DONE" if syscall(425, 4, $p) >= 0')
}

function keyring(): string {
  return perl(
    'my ($t, $d, $p) = ("user", "oa-test", "x"); print "DONE" if syscall(248, $t, $d, $p, 1, -2) >= 0',
  )
}

test.run()
