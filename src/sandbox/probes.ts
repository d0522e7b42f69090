/**
 * What a sandbox must hold, as data: small bash scripts that try to get out, and ones that must still work. Each that
 * must fail inside has to succeed outside first (its control), so that a broken place proves nothing.
 */
import type { RunLimits } from '../model/profile.ts'

/** Where probes are tried: a workspace with things to protect, and things of the host around it. */
export interface ProbePlace {
  readonly workspace: string
  /** A folder of the same account beside the workspace. */
  readonly outside: string
  readonly home: string
  /** A process of the host, of the same account, with `secret` in its environment. */
  readonly pid: number
  readonly secret: string
  /** Ports of servers on loopback that answer. */
  readonly tcpPort: number
  readonly udpPort: number
  /** A socket of the file system that answers. */
  readonly socketPath: string
  readonly abstractName: string
  /** A file of the host's shared memory. */
  readonly sharedFile: string
}

export interface Probe {
  readonly name: string
  /**
   * `refused`: prints DONE outside, never inside. `works`: `expected` inside. `same`: prints the same on both sides.
   * `tripwire`: may succeed, and is found after the run.
   */
  readonly kind: 'refused' | 'works' | 'same' | 'tripwire'
  readonly script: (place: ProbePlace, isInside: boolean) => string
  /** Programs without which it proves nothing. */
  readonly tools?: readonly string[]
  /** It may fail outside, too: for want of rights, or of a feature of the kernel. */
  readonly needsRights?: true
  readonly expected?: { readonly exitCode?: number; readonly stdout?: string }
  readonly limits?: RunLimits
  /** Words after the script, as judged. */
  readonly args?: (place: ProbePlace) => readonly string[]
  /** The limit that it is about: named, where a plan says that it does not hold. */
  readonly limit?: string
}

const perl = (code: string): string => `perl -e '${code}'`
const dial = (code: string): string => perl(`use Socket; alarm 3; ${code} and print "DONE"`)
const refused = (name: string, script: Probe['script'], more: Partial<Probe> = {}): Probe => ({
  name,
  kind: 'refused',
  script,
  ...more,
})
const works = (
  name: string,
  script: string,
  expected: Probe['expected'] & object,
  more: Partial<Probe> = {},
): Probe => ({ name, kind: 'works', script: () => script, expected, ...more })

const PERL = { tools: ['perl'] }
const RIGHTS = { needsRights: true } as const

const FILES: readonly Probe[] = [
  works('a file in the workspace can be written', 'echo hi > new && cat new', { stdout: 'hi\n' }),
  refused('a file outside cannot be written', ({ outside }) => {
    return `echo bad >> ${outside}/target && echo DONE`
  }),
  refused('a file outside cannot be made', ({ outside, home }) => {
    return `touch ${outside}/a && touch ${home}/b && echo DONE`
  }),
  refused('a start-up file of the shell cannot be extended', ({ home }) => {
    return `echo bad >> ${home}/.bashrc && echo DONE`
  }),
  refused('a link of the workspace leads to nothing writable', () => {
    return 'echo bad >> link/target && echo DONE'
  }),
  refused('a link made at run time leads to nothing writable', ({ outside }) => {
    return `ln -s ${outside} l && echo bad >> l/target && echo DONE`
  }),
  refused('a hard link from outside cannot be made', ({ outside }) => {
    return `ln ${outside}/target hl && echo bad >> hl && echo DONE`
  }),
  refused('a protected file cannot be changed, removed or moved', () => {
    return [
      'echo bad > .git/hooks/pre-commit && echo DONE',
      'echo bad >> .git/config && echo DONE',
      'rm .git/config && echo DONE; mv .git/hooks .git/h && echo DONE',
    ].join('; ')
  }),
  refused('the folder of a protected file cannot be renamed and made anew', () => {
    return 'mv .git .gone; mkdir -p .git/hooks && echo bad > .git/hooks/pre-commit && echo DONE'
  }),
  {
    name: 'a protected path that did not exist is found when it was made',
    kind: 'tripwire',
    script: () => 'mkdir .vscode && echo bad > .vscode/tasks.json && echo DONE',
  },
  { name: 'nothing is there that was not before', kind: 'same', script: () => 'ls -A | sort' },
  refused('a hidden file cannot be read', ({ workspace, home }) => {
    const files = [`${workspace}/secret.env`, `${workspace}/secrets/key`, `${home}/.ssh/id`]
    const paths = files.flatMap((each) => [each, `/proc/self/root${each}`, `/proc/1/root${each}`])
    return `cat ${paths.join(' ')} 2>/dev/null | grep -q TOPSECRET && echo DONE`
  }),
  refused('a hidden file cannot be moved into view', () => {
    return 'mv secrets s; mv secret.env e; cat s/key e | grep -q TOPSECRET && echo DONE'
  }),
]

const RIGHTS_AND_NAMESPACES: readonly Probe[] = [
  refused('mounts cannot be undone', ({ workspace, outside }, isInside) => {
    const undo = `umount ${workspace}/secret.env; mount -o remount,bind,rw /; mount -o remount,rw /;`
    const show = `{ grep -q TOPSECRET secret.env || touch ${outside}/z; } && echo DONE`
    return `${isInside ? undo : ''} ${show}`
  }),
  refused('mounts cannot be undone in a namespace of its own', ({ outside }, isInside) => {
    const undo = 'umount secret.env; umount secrets; mount -o remount,bind,rw /;'
    const show = `{ grep -q TOPSECRET secret.env || touch ${outside}/z; } && echo DONE`
    return isInside ? `unshare -Urm sh -c '${undo} ${show}'` : show
  }),
  refused('a user namespace cannot be made', () => 'unshare -Ur true && echo DONE', RIGHTS),
  refused(
    'core_pattern cannot be opened for writing',
    () => '(: >> /proc/sys/kernel/core_pattern) && echo DONE',
    RIGHTS,
  ),
  refused(
    'control groups cannot be made',
    () =>
      'for d in /sys/fs/cgroup /sys/fs/cgroup/*/; do mkdir $d/oa-probe$$ && rmdir $d/oa-probe$$ && echo DONE; done',
    RIGHTS,
  ),
  refused('devices cannot be made', () => 'mknod n c 1 8 && rm n && echo DONE', RIGHTS),
  refused('processes of the host cannot be signalled', ({ pid }) => {
    return `kill -0 ${pid} && echo DONE`
  }),
  refused('a descriptor left open leads nowhere', ({ outside }, isInside) => {
    const open = isInside ? '' : `exec 9<${outside};`
    return `${open} for f in /proc/$$/fd/*; do [ -d "$f/" ] && echo DONE; done`
  }),
  refused('the environment of the host cannot be read', ({ pid, secret }, isInside) => {
    const files = isInside ? '/proc/*/environ' : `/proc/${pid}/environ`
    return `cat ${files} | grep -qa ${secret} && echo DONE`
  }),
  works('no new privileges can be had', 'grep NoNewPrivs: /proc/self/status', {
    stdout: 'NoNewPrivs:\t1\n',
  }),
  works('there are no capabilities', 'grep -c "^Cap.*0000000000000000" /proc/self/status', {
    stdout: '5\n',
  }),
  refused(
    'keyrings are off',
    () => perl('my ($t,$d,$p)=("user","oa","x"); print "DONE" if syscall(248,$t,$d,$p,1,-2) >= 0'),
    { ...PERL, ...RIGHTS },
  ),
  refused(
    'terminal input cannot be faked',
    () => {
      const code = 'my \\$c = chr 120; ioctl(STDIN, 0x5412, \\$c) and print qq(DONE)'
      return `script -qec "perl -e '${code}'" /dev/null </dev/null`
    },
    { tools: ['perl', 'script'], ...RIGHTS },
  ),
  refused(
    'io_uring is off',
    () => perl('my $p = "\\0" x 128; print "DONE" if syscall(425, 4, $p) >= 0'),
    { ...PERL, ...RIGHTS },
  ),
]

const NETWORK: readonly Probe[] = [
  refused('TCP does not reach the host', ({ tcpPort }) => {
    return `exec 3<>/dev/tcp/127.0.0.1/${tcpPort} && echo DONE`
  }),
  refused(
    'UDP does not reach the host',
    ({ udpPort }) => {
      const connect = `connect(S,sockaddr_in(${udpPort},inet_aton("127.0.0.1")))`
      return dial(
        `socket(S,2,2,0) && ${connect} && send(S,"x",0) && defined recv(S,$r,9,0) && length $r`,
      )
    },
    PERL,
  ),
  refused(
    'an abstract socket cannot be dialled',
    ({ abstractName }) =>
      dial(`socket(S,1,1,0) && connect(S,pack(q(Sa108),1,qq(\\0${abstractName})))`),
    PERL,
  ),
  refused(
    'a socket of the file system cannot be dialled',
    ({ socketPath }) => dial(`socket(S,1,1,0) && connect(S,sockaddr_un(q(${socketPath})))`),
    PERL,
  ),
  refused('AF_VSOCK sockets cannot be made', () => dial('socket(S,40,1,0)'), {
    ...PERL,
    ...RIGHTS,
  }),
  refused('AF_PACKET sockets cannot be made', () => dial('socket(S,17,3,0)'), {
    ...PERL,
    ...RIGHTS,
  }),
  refused('shared memory of the host is not there', ({ sharedFile }) => {
    return `grep -q shared ${sharedFile} && echo DONE`
  }),
]

const MIB = 2 ** 20

const LIMITS: readonly Probe[] = [
  refused(
    'a fork bomb is held',
    (_, isInside) => {
      const fork = 'my $p = fork; defined $p or exit 1; $p or do { sleep 5; exit }'
      return isInside ? perl(`for (1..200) { ${fork} } print "DONE"`) : 'echo DONE'
    },
    { ...PERL, limits: { processes: 64 }, limit: 'processes' },
  ),
  refused(
    'a file does not outgrow its limit',
    () => 'head -c 20000000 /dev/zero > big && echo DONE',
    {
      limits: { fileBytes: 10 * MIB },
    },
  ),
  refused(
    'memory over the limit is not given',
    () => perl('my $x = "x" x (300 << 20); print "DONE"'),
    { ...PERL, limits: { memoryBytes: 100 * MIB } },
  ),
  refused(
    'CPU time over the limit is not given',
    () => perl('while ((times)[0] < 2.2) {} print "DONE"'),
    { ...PERL, limits: { cpuSeconds: 1 } },
  ),
  refused(
    'files over the limit are not opened',
    () => perl('open($f[$_], "<", "/dev/null") or die for 1..100; print "DONE"'),
    { ...PERL, limits: { openFiles: 64 } },
  ),
  refused(
    'a private folder is bounded',
    (_, isInside) => {
      const fills = ['/tmp', '/dev/shm', '/run'].map(
        (path) => `head -c 104000000 /dev/zero > ${path}/fill && echo DONE`,
      )
      return isInside ? fills.join('; ') : 'echo DONE'
    },
    { limit: 'sizes of private folders' },
  ),
  refused(
    'a time-out ends the whole tree',
    (_, isInside) => {
      const stay = "trap '' TERM INT HUP; (setsid setsid sleep 20 &); sleep 20; echo DONE"
      return isInside ? stay : 'echo DONE'
    },
    { limits: { timeMs: 1000 } },
  ),
]

const FIDELITY: readonly Probe[] = [
  works('exit codes pass through', 'exit 7', { exitCode: 7 }),
  works('what is left in the background does not delay the end', 'sleep 20 & exit 5', {
    exitCode: 5,
  }),
  works('a signal that ends the command is seen', 'kill -TERM $$', { exitCode: 143 }),
  works('a fault of the command is seen', 'kill -SEGV $$', { exitCode: 139 }),
  works('standard input arrives', 'cat', { stdout: 'standard input\n' }),
  works(
    'a quote in a word stays a quote',
    'printf %s "$1"',
    { stdout: "'; touch injected; '" },
    {
      args: () => ["'; touch injected; '"],
    },
  ),
]

/** All probes. What stands first is tried first. */
export const PROBES: readonly Probe[] = [
  ...FILES,
  ...RIGHTS_AND_NAMESPACES,
  ...NETWORK,
  ...LIMITS,
  ...FIDELITY,
]
