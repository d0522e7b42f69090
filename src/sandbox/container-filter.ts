/**
 * The system call filter as containers take it: JSON with names, the same calls as in `seccomp.ts`.
 */
import type { FilterOptions } from './seccomp.ts'

const EPERM = 1
const ENOSYS = 38
const EAFNOSUPPORT = 97

const REFUSED = [
  ...['mount', 'umount', 'umount2', 'pivot_root', 'chroot', 'unshare', 'setns'],
  ...['add_key', 'request_key', 'keyctl', 'bpf', 'perf_event_open', 'userfaultfd'],
  ...['kexec_load', 'kexec_file_load', 'init_module', 'finit_module', 'delete_module'],
  ...['open_by_handle_at', 'syslog', 'quotactl', 'acct', 'swapon', 'swapoff', 'reboot'],
  ...['iopl', 'ioperm', 'process_vm_readv', 'process_vm_writev', 'kcmp', 'pidfd_getfd'],
  ...['open_tree', 'move_mount', 'fsopen', 'fsconfig', 'fsmount', 'fspick', 'mount_setattr'],
]
const ABSENT = ['clone3', 'io_uring_setup', 'io_uring_enter', 'io_uring_register']

const TIOCSTI = 0x5412
const TIOCLINUX = 0x541c
/** CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET. */
const NAMESPACE_FLAGS = [25, 26, 27, 28, 29, 30].map((bit) => 2 ** bit).concat(0x20000)

const ARCHITECTURES: Readonly<Record<string, string>> = {
  x64: 'SCMP_ARCH_X86_64',
  arm64: 'SCMP_ARCH_AARCH64',
}

interface Comparison {
  readonly index: number
  readonly op: string
  readonly value: number
  readonly valueTwo?: number
}

/** The filter of a plan as JSON of the OCI runtime specification. */
export function containerFilter(options: FilterOptions): string {
  return JSON.stringify({
    defaultAction: 'SCMP_ACT_ALLOW',
    architectures: [ARCHITECTURES[options.arch]],
    syscalls: [
      refuse(REFUSED, EPERM),
      refuse(ABSENT, ENOSYS),
      // The kernel reads only the low 32 bits of the request.
      ...[TIOCSTI, TIOCLINUX].map((call) => refuse(['ioctl'], EPERM, masked(1, 0xffffffff, call))),
      ...NAMESPACE_FLAGS.map((flag) => refuse(['clone'], EPERM, masked(0, flag, flag))),
      ...families(options.hasUnixSockets).map((each) => refuse(['socket'], EAFNOSUPPORT, each)),
    ],
  })
}

function refuse(names: readonly string[], errno: number, comparison?: Comparison): object {
  const args = comparison ? [comparison] : []
  return { names, action: 'SCMP_ACT_ERRNO', errnoRet: errno, args }
}

function masked(index: number, mask: number, value: number): Comparison {
  return { index, op: 'SCMP_CMP_MASKED_EQ', value: mask, valueTwo: value }
}

/** Every family but inet (2), inet6 (10), netlink (16) and, if asked, unix (1). */
function families(hasUnixSockets: boolean): readonly Comparison[] {
  const between = [0, ...(hasUnixSockets ? [] : [1]), 3, 4, 5, 6, 7, 8, 9, 11, 12, 13, 14, 15]
  return [
    ...between.map((value) => ({ index: 0, op: 'SCMP_CMP_EQ', value })),
    { index: 0, op: 'SCMP_CMP_GT', value: 16 },
  ]
}
