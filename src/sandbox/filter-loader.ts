/**
 * Loads the system call filter where the backend itself cannot: a few lines of Perl, which is on every Debian machine
 * and makes system calls by number.
 */
import { OaError } from '../base/diagnostic.ts'
import type { SandboxedPlan } from './plan-types.ts'
import { buildFilter } from './seccomp.ts'

const SECCOMP_CALL: Readonly<Record<string, number>> = { x64: 317, arm64: 277 }

/**
 * Never sets no_new_privs: where the backend did not, the kernel refuses the filter, or the prelude finds out. So a
 * backend that isolates nothing is not taken for one that does.
 */
const PROGRAM = [
  'my ($call, $hex, @command) = @ARGV;',
  'my $filter = pack("H*", $hex);',
  'my $program = pack("S x6 P", length($filter) / 8, $filter);',
  'syscall($call + 0, 1, 0, $program) == 0 or die "oa: the filter cannot be loaded: $!\\n";',
  'exec { $command[0] } @command or die "oa: $command[0]: $!\\n";',
].join('\n')

/** The words that load the plan's filter and become the command that follows them. */
export function loadFilter(plan: SandboxedPlan): readonly string[] {
  const call = SECCOMP_CALL[plan.seccomp.arch]
  const { perl } = plan.helpers
  if (call === undefined || perl === undefined) {
    throw new OaError('OA5002', 'nothing here can load the system call filter')
  }
  const hex = Buffer.from(buildFilter(plan.seccomp)).toString('hex')
  return [perl, '-e', PROGRAM, String(call), hex]
}
