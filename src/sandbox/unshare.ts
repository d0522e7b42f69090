/**
 * Plan → util-linux `unshare`: namespaces by `unshare`, the file system view by one generated list of steps that a Perl
 * program carries out, rights dropped by `setpriv`. Pure. Why each step stands there: docs/sandbox.md.
 */
import { OaError, unreachable } from '../base/diagnostic.ts'
import { loadFilter } from './filter-loader.ts'
import type { Launch } from './launch.ts'
import type { Mount, Plan, SandboxedPlan } from './plan-types.ts'
import { prelude } from './prelude.ts'

/** Where the new root is put together; every Linux has the folder, and no plan mounts anything from it. */
const SCRATCH = '/sys'
const ROOT = `${SCRATCH}/r`

/** Flags of mount(2). */
const MS_RDONLY = 1
const MS_NOSUID = 2
const MS_NODEV = 4
const MS_NOEXEC = 8
const MS_BIND = 0x1000
const MS_REC = 0x4000
/** Attributes of mount_setattr(2). */
const RDONLY = 1
const NOSUID = 2
const NODEV = 4

/** mount, umount2, pivot_root; mount_setattr is 442 on both. */
const CALLS: Readonly<Record<string, readonly [number, number, number]>> = {
  x64: [165, 166, 155],
  arm64: [40, 39, 41],
}

/**
 * Proves first that it is the first process of a namespace and sees mounts of its own: the steps would take the host
 * apart. Then carries out the steps: each is a letter and its words. `d` makes a folder, `f` an empty file, `l` a link, `m` mounts,
 * `a` sets attributes of a whole tree in one call and `s` of one mount, `u` takes loopback up, `o` removes a mount,
 * `p` makes a folder the root and forgets the old one, `c` changes the working directory, `x` becomes the command.
 */
const PROGRAM = String.raw`
my ($mount, $umount, $pivot, $host, @steps) = @ARGV;
sub fail { die "oa: @_: $!\n" }
my $own = readlink "/proc/self/ns/mnt";
$$ == 1 && length $host && defined $own && $own ne $host or die "oa: no namespace of its own\n";
sub next_word { shift @steps }
sub attributes {
  my ($flags) = @_; my $path = next_word(); my $set = pack("QQQQ", next_word(), 0, 0, 0);
  syscall(442, -100, $path, $flags, $set, 32) == 0 or fail("mount_setattr", $path);
}
sub detach { my ($path) = @_; syscall($umount + 0, $path, 2) == 0 or fail("umount", $path) }
my %do = (
  d => sub { my $path = next_word(); -d $path or mkdir $path or fail("mkdir", $path) },
  f => sub { my $path = next_word(); open(my $file, ">", $path) or fail("open", $path) },
  l => sub { my $to = next_word(); my $path = next_word(); symlink $to, $path or fail("symlink", $path) },
  m => sub {
    my $from = next_word(); my $path = next_word(); my $type = next_word();
    my $flags = next_word(); my $data = next_word();
    syscall($mount + 0, $from, $path, $type, $flags + 0, $data) == 0 or fail("mount", $path);
  },
  a => sub { attributes(0x8000) },
  s => sub { attributes(0) },
  o => sub { detach(next_word()) },
  u => sub {
    socket(my $door, 2, 2, 0) or fail("socket");
    my $request = pack("a16 s x22", "lo", 1);
    ioctl($door, 0x8914, $request) or fail("loopback");
  },
  p => sub {
    my $root = next_word(); my $here = "."; my $there = ".";
    chdir $root or fail("chdir", $root);
    syscall($pivot + 0, $here, $there) == 0 or fail("pivot_root");
    detach($there); chdir "/" or fail("chdir");
  },
  c => sub { my $path = next_word(); chdir $path or fail("chdir", $path) },
  x => sub { exec { $steps[0] } @steps or fail("exec", $steps[0]) },
);
while (@steps) { my $step = $do{next_word()} or die "oa: no such step\n"; $step->() }
die "oa: the steps end without a command\n";
`

/**
 * The first process of a namespace does not die of signals it has no handler for, so the command is its child. What the
 * shell would say of the child's end is not for the user.
 */
const FIRST = 'exec 9>&2 2>/dev/null; "$@" 2>&9 9>&-; exit $?'

/** Renders a plan for unshare of util-linux 2.38 and newer, on Linux 5.12 and newer. */
export function renderUnshare(plan: SandboxedPlan): Launch {
  const { perl, setpriv } = plan.helpers
  const calls = CALLS[plan.seccomp.arch]
  if (perl === undefined || setpriv === undefined || !calls) {
    throw new OaError('OA5002', '`unshare` needs perl and setpriv')
  }
  const inside = prelude(plan)
  return {
    executable: setpriv,
    args: [
      ...['--pdeathsig', 'KILL', '--', plan.tool, ...namespaces(plan), '--'],
      ...[perl, '-e', PROGRAM, ...calls.map(String), plan.mountNamespace, ...steps(plan), 'x'],
      ...[setpriv, '--no-new-privs', '--ambient-caps=-all', '--inh-caps=-all'],
      ...['--bounding-set=-all', '--', ...loadFilter(plan)],
      ...[plan.shell.path, '-c', FIRST, 'oa', plan.shell.path, ...inside.args],
    ],
    environment: inside.environment,
    cwd: '/',
    feeds: [],
    hasStatus: false,
  }
}

function namespaces(plan: Plan): readonly string[] {
  return [
    ...['--user', `--map-user=${plan.uid}`, `--map-group=${plan.gid}`, '--keep-caps'],
    ...['--mount', '--propagation', 'private', '--pid', '--fork', '--kill-child=KILL'],
    ...(plan.network === 'off' ? ['--net'] : []),
    ...['--ipc', '--uts', '--cgroup'],
  ]
}

function steps(plan: Plan): readonly string[] {
  return [
    ...mount('oa', SCRATCH, 'tmpfs', MS_NOSUID | MS_NODEV, 'size=64k,mode=755'),
    ...['d', ROOT],
    ...bind('/', ROOT),
    // The copy holds the scratch folder, too.
    ...['o', `${ROOT}${SCRATCH}`],
    ...['a', ROOT, String(RDONLY | NOSUID)],
    ...plan.mounts.flatMap(mountSteps),
    ...(plan.network === 'off' ? ['u'] : []),
    ...['p', ROOT, 'c', plan.cwd],
  ]
}

function mountSteps(each: Mount): readonly string[] {
  const at = 'path' in each ? `${ROOT}${each.path}` : ROOT
  switch (each.kind) {
    case 'base':
      return []
    case 'devices':
      return devices(each.shmBytes)
    case 'processes':
      return [
        ...mount('proc', `${ROOT}/proc`, 'proc', MS_NOSUID | MS_NODEV | MS_NOEXEC),
        ...bind(`${ROOT}/proc/sys`, `${ROOT}/proc/sys`),
        ...['a', `${ROOT}/proc/sys`, String(RDONLY)],
      ]
    case 'empty':
      return tmpfs(at, each.bytes, each.mode)
    case 'writable':
    case 'pin':
      return [...bind(each.path, at), 'a', at, String(NOSUID | NODEV)]
    case 'read-only':
      return [...bind(each.path, at), 'a', at, String(RDONLY | NOSUID | NODEV)]
    case 'hidden-file':
      return [...bind('/dev/null', at), 'a', at, String(RDONLY)]
    case 'hidden-folder':
      return tmpfs(at, 4096, 0, MS_RDONLY | MS_NOEXEC)
    default:
      return unreachable(each)
  }
}

function devices(shmBytes: number): readonly string[] {
  const dev = `${ROOT}/dev`
  const nodes = ['null', 'zero', 'full', 'random', 'urandom', 'tty']
  const links = [
    ['pts/ptmx', 'ptmx'],
    ['/proc/self/fd', 'fd'],
    ['/proc/self/fd/0', 'stdin'],
    ['/proc/self/fd/1', 'stdout'],
    ['/proc/self/fd/2', 'stderr'],
  ] as const
  return [
    ...tmpfs(dev, 65_536, 0o755),
    ...nodes.flatMap((name) => ['f', `${dev}/${name}`, ...bind(`/dev/${name}`, `${dev}/${name}`)]),
    ...['d', `${dev}/pts`],
    ...mount(
      'devpts',
      `${dev}/pts`,
      'devpts',
      MS_NOSUID | MS_NOEXEC,
      'newinstance,ptmxmode=0666,mode=620',
    ),
    ...['d', `${dev}/shm`],
    ...tmpfs(`${dev}/shm`, shmBytes, 0o1777),
    ...links.flatMap(([to, name]) => ['l', to, `${dev}/${name}`]),
    ...['s', dev, String(RDONLY)],
  ]
}

function tmpfs(path: string, bytes: number, mode: number, more = 0): readonly string[] {
  const data = `size=${bytes},mode=${mode.toString(8)}`
  return mount('oa', path, 'tmpfs', MS_NOSUID | MS_NODEV | more, data)
}

function bind(from: string, path: string): readonly string[] {
  return mount(from, path, '', MS_BIND | MS_REC)
}

function mount(
  from: string,
  path: string,
  type: string,
  flags: number,
  data = '',
): readonly string[] {
  return ['m', from, path, type, String(flags), data]
}
