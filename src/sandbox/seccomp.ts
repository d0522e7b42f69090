/**
 * The system call filter as classic BPF, made here: no library, no compiler. Eight bytes an instruction, little-endian:
 * u16 code, u8 jump if true, u8 jump if false, u32 operand.
 */

const LOAD = 0x20
const JUMP_EQUAL = 0x15
const JUMP_AT_LEAST = 0x35
const JUMP_ANY_BIT = 0x45
const RETURN = 0x06

const ALLOW = 0x7fff0000
const KILL_PROCESS = 0x80000000
const refuseWith = (errno: number): number => 0x00050000 | errno
const EPERM = 1
const ENOSYS = 38
const EAFNOSUPPORT = 97

/** Offsets in `struct seccomp_data`. Arguments are 64 bits wide; the low half comes first. */
const AT_CALL = 0
const AT_ARCH = 4
const AT_ARGUMENT_0 = 16
const AT_ARGUMENT_1 = 24

const TIOCSTI = 0x5412
const TIOCLINUX = 0x541c
/** CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET. */
const CLONE_NAMESPACES = 0x7e020000
const X32_BIT = 0x40000000

const AF_UNIX = 1
const AF_INET = 2
const AF_INET6 = 10
const AF_NETLINK = 16

interface Architecture {
  readonly audit: number
  readonly ioctl: number
  readonly socket: number
  readonly clone: number
  /** Mounting, namespaces, keys, tracing of others, kernel and machine control: `EPERM`. */
  readonly refused: readonly number[]
}

/** clone3, io_uring_setup, io_uring_enter, io_uring_register, open_tree_attr: `ENOSYS`, so that libraries fall back. */
const ABSENT = [435, 425, 426, 427, 467]

/** The same numbers on both architectures: the mount calls of 2019 and later, pidfd_getfd, pidfd_open stays. */
const REFUSED_EVERYWHERE = [428, 429, 430, 431, 432, 433, 438, 442]

const ARCHITECTURES: Readonly<Record<string, Architecture>> = {
  x64: {
    audit: 0xc000003e,
    ioctl: 16,
    socket: 41,
    clone: 56,
    refused: [
      ...[165, 166, 155, 161, 272, 308], // mount umount2 pivot_root chroot unshare setns
      ...[248, 249, 250, 321, 298, 323], // add_key request_key keyctl bpf perf_event_open userfaultfd
      ...[246, 320, 175, 313, 176], // kexec_load kexec_file_load init_module finit_module delete_module
      ...[304, 103, 179, 163, 167, 168, 169], // open_by_handle_at syslog quotactl acct swapon swapoff reboot
      ...[172, 173, 310, 311, 312], // iopl ioperm process_vm_readv process_vm_writev kcmp
      ...REFUSED_EVERYWHERE,
    ],
  },
  arm64: {
    audit: 0xc00000b7,
    ioctl: 29,
    socket: 198,
    clone: 220,
    refused: [
      ...[40, 39, 41, 51, 97, 268],
      ...[217, 218, 219, 280, 241, 282],
      ...[104, 294, 105, 273, 106],
      ...[265, 116, 60, 89, 224, 225, 142],
      ...[270, 271, 272],
      ...REFUSED_EVERYWHERE,
    ],
  },
}

/** What the filter leaves open. */
export interface FilterOptions {
  /** As `process.arch` says it. */
  readonly arch: string
  readonly hasUnixSockets: boolean
}

/** True when `buildFilter` knows the architecture. */
export function hasFilter(arch: string): boolean {
  return Object.hasOwn(ARCHITECTURES, arch)
}

type Instruction = readonly [code: number, ifTrue: number, ifFalse: number, operand: number]

/**
 * The filter program. Refuses: other architectures (killed), x32, namespaces and mounts, keyrings, io_uring, bpf, perf,
 * userfaultfd, faking terminal input, and every socket family but inet, inet6, netlink and, if asked, unix.
 */
export function buildFilter(options: FilterOptions): Uint8Array {
  const machine = ARCHITECTURES[options.arch]
  if (!machine) throw new Error(`no system call filter for the architecture ${options.arch}`)
  const families = [AF_INET, AF_INET6, AF_NETLINK, ...(options.hasUnixSockets ? [AF_UNIX] : [])]
  return encode([
    [LOAD, 0, 0, AT_ARCH],
    [JUMP_EQUAL, 1, 0, machine.audit],
    [RETURN, 0, 0, KILL_PROCESS],
    [LOAD, 0, 0, AT_CALL],
    ...(options.arch === 'x64' ? refuseFrom(X32_BIT) : []),
    ...machine.refused.flatMap((call) => refuseCall(call, EPERM)),
    ...ABSENT.flatMap((call) => refuseCall(call, ENOSYS)),
    ...terminalCalls(machine),
    ...namespaceFlags(machine),
    ...socketFamilies(machine, families),
    [RETURN, 0, 0, ALLOW],
  ])
}

function refuseFrom(first: number): readonly Instruction[] {
  return [
    [JUMP_AT_LEAST, 0, 1, first],
    [RETURN, 0, 0, refuseWith(ENOSYS)],
  ]
}

function refuseCall(call: number, errno: number): readonly Instruction[] {
  return [
    [JUMP_EQUAL, 0, 1, call],
    [RETURN, 0, 0, refuseWith(errno)],
  ]
}

/** The kernel reads only the low 32 bits of the request, so only those are compared. */
function terminalCalls(machine: Architecture): readonly Instruction[] {
  return [
    [JUMP_EQUAL, 0, 5, machine.ioctl],
    [LOAD, 0, 0, AT_ARGUMENT_1],
    [JUMP_EQUAL, 1, 0, TIOCSTI],
    [JUMP_EQUAL, 0, 1, TIOCLINUX],
    [RETURN, 0, 0, refuseWith(EPERM)],
    [RETURN, 0, 0, ALLOW],
  ]
}

function namespaceFlags(machine: Architecture): readonly Instruction[] {
  return [
    [JUMP_EQUAL, 0, 4, machine.clone],
    [LOAD, 0, 0, AT_ARGUMENT_0],
    [JUMP_ANY_BIT, 0, 1, CLONE_NAMESPACES],
    [RETURN, 0, 0, refuseWith(EPERM)],
    [RETURN, 0, 0, ALLOW],
  ]
}

function socketFamilies(
  machine: Architecture,
  families: readonly number[],
): readonly Instruction[] {
  const count = families.length
  return [
    [JUMP_EQUAL, 0, count + 3, machine.socket],
    [LOAD, 0, 0, AT_ARGUMENT_0],
    ...families.map((family, index): Instruction => [JUMP_EQUAL, count - index, 0, family]),
    [RETURN, 0, 0, refuseWith(EAFNOSUPPORT)],
    [RETURN, 0, 0, ALLOW],
  ]
}

function encode(program: readonly Instruction[]): Uint8Array {
  const bytes = new Uint8Array(program.length * 8)
  const view = new DataView(bytes.buffer)
  for (const [index, [code, ifTrue, ifFalse, operand]] of program.entries()) {
    view.setUint16(index * 8, code, true)
    view.setUint8(index * 8 + 2, ifTrue)
    view.setUint8(index * 8 + 3, ifFalse)
    view.setUint32(index * 8 + 4, operand >>> 0, true)
  }
  return bytes
}
