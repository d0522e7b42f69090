/**
 * The first program inside: a few lines of shell, builtins only, that set the limits, prove that the plan holds, say
 * so on a descriptor of their own, and become the command. Anything amiss: exit 125, and the command never starts.
 */
import type { Argument, Mount, Plan } from './plan-types.ts'

/** The prelude says here that the command is about to start (`READY_WORD`), or why it does not. */
export const READY_FD = 5
export const READY_WORD = 'ready'
/** Variables travel under this prefix, so that none steers the backend or the prelude itself. */
export const CARRIED_PREFIX = 'oa_'
/** Checks of single paths cost a system call each; more prove nothing new. */
const PATH_CHECKS_MAX = 32

/** What to start: the shell with the script, then the command's own words as arguments. */
export interface Prelude {
  /** Arguments of `plan.shell.path`. */
  readonly args: readonly string[]
  /** The environment to start with: the command's variables, carried. */
  readonly environment: Readonly<Record<string, string>>
}

/** How a script of its own becomes the command. */
export interface ScriptForm {
  /** Variables that the backend sets by itself; the command does not see them. */
  readonly foreign: readonly string[]
  /**
   * The script is the first process of a namespace: it stays, because such a process does not die of signals, and takes
   * all with it when `oa` is gone.
   */
  readonly isFirst: boolean
}

/**
 * The prelude as one text with the command's words and variables in it, each quoted: for backends that bound their
 * arguments or keep them on disk.
 */
export function preludeScript(plan: Plan, form: ScriptForm): Uint8Array {
  const words = [plan.argv0, plan.executable, ...plan.args].map(
    (each) =>
      new Uint8Array(Buffer.from(quoteWord(Buffer.from(each).toString('latin1')), 'latin1')),
  )
  const variables = Object.entries(plan.environment)
    .filter(([name]) => !form.foreign.includes(name))
    .map(([name, value]) => `${name}=${quoteWord(value)}`)
  const run = plan.shell.isBash ? 'exec -a "$n" "$@"' : 'exec "$@"'
  const before = [
    ...opening(plan),
    `cd ${quoteWord(plan.cwd)} || fail 'the working directory is not there'`,
    'set --',
  ]
  const after = [
    '',
    plan.shell.isBash ? 'n=$1; shift' : 'shift',
    ...(form.isFirst ? WATCH_FIRST : WATCH_SELF),
    `{ unset ${['OLDPWD', ...form.foreign].join(' ')}; export ${variables.join(' ')}; } 2>/dev/null`,
    `printf ${READY_WORD} >&${READY_FD} || exit 125`,
    `exec ${READY_FD}>&- 3<&- 4<&-`,
    ...(form.isFirst ? ['exec 9>&2 2>/dev/null', `(${run}) 2>&9 9>&-`, 'exit $?'] : [run]),
    '',
  ]
  const space = Buffer.from(' ')
  return new Uint8Array(
    Buffer.concat([
      Buffer.from(before.join('\n')),
      ...words.flatMap((word) => [space, word]),
      Buffer.from(after.join('\n')),
    ]),
  )
}

/** `oa` holds the other end of the descriptor: its end is the end of the run. */
const WATCH_FIRST = [
  '[ $$ = 1 ] || fail "not the first process"',
  `( read -r _ <&${READY_FD}; kill -9 -1 ) >/dev/null 2>&1 &`,
]
const WATCH_SELF = [`( read -r _ <&${READY_FD}; kill -9 $$ ) >/dev/null 2>&1 &`]

function opening(plan: Plan): readonly string[] {
  return [
    "IFS=' \t'",
    'set -f',
    `fail() { printf '%s' "$1" >&${READY_FD}; exit 125; }`,
    ...limitLines(plan),
    ...(plan.backend === 'none' ? [] : proofLines(plan)),
  ]
}

/** Writes the prelude of a plan. Words of the command never become script text, but for bytes written in octal. */
export function prelude(plan: Plan): Prelude {
  const script = [
    ...opening(plan),
    ...wordLines(plan.args),
    ...variableLines(plan),
    `printf ${READY_WORD} >&${READY_FD} || exit 125`,
    `exec ${READY_FD}>&-`,
    plan.shell.isBash ? 'n=$1; shift' : 'shift',
    plan.shell.isBash ? 'exec -a "$n" "$@"' : 'exec "$@"',
  ].join('\n')
  const words = plan.args.map((each) => (typeof each === 'string' ? each : ''))
  const flags = plan.shell.isBash ? ['--noprofile', '--norc', '-p', '-c'] : ['-c']
  const environment: Record<string, string> = {}
  for (const [name, value] of Object.entries(plan.environment)) {
    environment[`${CARRIED_PREFIX}${name}`] = value
  }
  return {
    args: [...flags, script, 'oa', plan.argv0, plan.executable, ...words],
    environment,
  }
}

/** One word for the shell, whatever it holds. */
export function quoteWord(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}

/**
 * Sets the limits and reads them back. Shells differ in units and letters: the unit of `-f` is measured (1024 bytes
 * in bash, 512 elsewhere), and the letter for processes is tried (`-u`, else `-p`). `-v` is never used: it counts
 * reserved addresses, of which Node and Java need gigabytes; `-d` counts private writable memory.
 */
function limitLines(plan: Plan): readonly string[] {
  const { cpuSeconds, memoryBytes, fileBytes, openFiles, processes } = plan.limits
  const set: string[] = ['ulimit -c 0']
  const check: string[] = [`at_most core "$core" 0`]
  if (cpuSeconds !== undefined) {
    set.push(`ulimit -t ${cpuSeconds + 1}`, `ulimit -S -t ${cpuSeconds}`)
    check.push(`at_most cpu "$cpu" ${cpuSeconds}`)
  }
  if (memoryBytes !== undefined) {
    set.push(`ulimit -d ${Math.max(1, Math.floor(memoryBytes / 1024))}`)
    check.push(`at_most memory "$data" ${Math.max(1024, memoryBytes)}`)
  }
  if (openFiles !== undefined) {
    set.push(`ulimit -n ${openFiles}`)
    check.push(`at_most open-files "$files" ${openFiles}`)
  }
  if (processes !== undefined) {
    set.push(plan.shell.isBash ? `ulimit -u ${processes}` : triedProcesses(processes))
    check.push(`at_most processes "$procs" ${processes}`)
  }
  if (fileBytes !== undefined) {
    set.push('ulimit -S -f 1', 'read_limits', 'case $file in 512|1024) ;; *) fail file-unit;; esac')
    set.push(`ulimit -f $((${fileBytes} / file + (${fileBytes} < file)))`)
    check.push(`at_most file "$file" ${Math.max(1024, fileBytes)}`)
  }
  return [...LIMIT_FUNCTIONS, '{', ...set, '} 2>/dev/null', 'read_limits', ...check]
}

function triedProcesses(processes: number): string {
  return `ulimit -u ${processes} || ulimit -p ${processes}`
}

const LIMIT_FUNCTIONS = [
  'read_limits() {',
  '  core= cpu= data= files= procs= file=',
  '  while read -r a b c d e _; do case "$a $b $c" in',
  "    'Max core file') core=$e;; 'Max cpu time') cpu=$d;; 'Max data size') data=$d;;",
  "    'Max open files') files=$d;; 'Max file size') file=$d;;",
  "    'Max processes '*) procs=$c;;",
  '  esac; done </proc/self/limits',
  '}',
  'at_most() { [ "$2" -le "$3" ] 2>/dev/null || fail "limit $1 is ${2:-unknown}, not $3"; }',
]

/** No new privileges, no capabilities, the filter loaded, only loopback, and the mounts as planned. */
function proofLines(plan: Plan): readonly string[] {
  const lines = [
    'found=0',
    'while read -r key value _; do case $key in',
    '  NoNewPrivs:) [ "$value" = 1 ] || fail "no_new_privs is $value"; found=$((found + 1));;',
    '  CapInh:|CapPrm:|CapEff:|CapBnd:|CapAmb:)',
    '    [ "$value" = 0000000000000000 ] || fail "$key $value"; found=$((found + 1));;',
    '  Seccomp:) [ "$value" = 2 ] || fail "seccomp is $value"; found=$((found + 1));;',
    'esac; done </proc/self/status',
    '[ "$found" = 7 ] || fail "the status of the process cannot be read"',
  ]
  if (plan.network === 'off') {
    lines.push(
      'while read -r name _; do case $name in Inter*|face*|lo:*) ;;',
      '  *) fail "the network interface $name is there";; esac; done </proc/net/dev',
    )
  }
  lines.push(...PATH_FUNCTIONS, notWritable('/proc/sys/kernel/core_pattern'), notWritable('/'))
  if (plan.canary !== null) lines.push(notWritable(plan.canary))
  lines.push(...plan.mounts.flatMap(pathProof).slice(0, PATH_CHECKS_MAX))
  return lines
}

/**
 * Some shells answer `-w`, `-r` and `-x` by the mode alone, and for root with yes. So where the answer is yes, it is tried;
 * by then it is proven that there are no capabilities.
 */
const PATH_FUNCTIONS = [
  'not_written() {',
  '  [ -w "$1" ] || return 0',
  '  [ -w /proc/version ] || fail "$1 can be written"',
  '  if [ -d "$1" ]; then ( : >"$1/.oa-proof" ) 2>/dev/null || return 0',
  '  else ( : >>"$1" ) 2>/dev/null || return 0; fi',
  '  fail "$1 can be written"',
  '}',
  'not_entered() {',
  '  [ -r "$1" ] || [ -x "$1" ] || return 0',
  // Some backends put an empty folder there.
  '  ( cd "$1" || exit 0; set +f',
  '    for f in * .[!.]* ..?*; do [ -e "$f" ] || [ -L "$f" ] && exit 1; done; exit 0',
  '  ) 2>/dev/null || fail "$1 is not hidden"',
  '}',
]

function notWritable(path: string): string {
  return `not_written ${quoteWord(path)}`
}

function pathProof(mount: Mount): readonly string[] {
  if (mount.kind === 'read-only') return [notWritable(mount.path)]
  if (mount.kind === 'hidden-folder') return [`not_entered ${quoteWord(mount.path)}`]
  if (mount.kind === 'hidden-file') {
    const path = quoteWord(mount.path)
    return [
      `[ -c ${path} ] || [ ! -r ${path} ] || [ ! -s ${path} ] || fail ${quoteWord(`${mount.path} is not hidden`)}`,
    ]
  }
  return []
}

/** Puts words that are not UTF-8 in their place: an argument of a Node child can hold text only. */
function wordLines(args: readonly Argument[]): readonly string[] {
  if (args.every((each) => typeof each === 'string')) return []
  const made: string[] = []
  const words = args.map((each, index) => {
    if (typeof each === 'string') return `"\${${index + 3}}"`
    const octal = [...each].map((byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('')
    made.push(`word${index}=$(printf '${octal}.'); word${index}=\${word${index}%.}`)
    return `"$word${index}"`
  })
  return [...made, `set -- "$1" "$2" ${words.join(' ')}`]
}

/** Gives the carried variables their names; what the shell says about values (a locale) is not for the user. */
function variableLines(plan: Plan): readonly string[] {
  const names = Object.keys(plan.environment)
  const assignments = names.map((name) => `${name}="$${CARRIED_PREFIX}${name}"`)
  const carried = names.map((name) => `${CARRIED_PREFIX}${name}`)
  return [`{ export ${assignments.join(' ')}; unset ${carried.join(' ')} OLDPWD; } 2>/dev/null`]
}
