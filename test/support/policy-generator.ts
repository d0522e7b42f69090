/**
 * Random policies and requests over one small vocabulary, so that rules and requests meet often. Policies are lists of
 * statements, requests are shell lines or single actions.
 */
import fc from 'fast-check'
import type { Facts } from '../../src/model/analysis.ts'
import { NO_FACTS, type Request } from '../../src/model/request.ts'

/** Knowledge that every generated policy has: a program with everything, a wrapper, a shell, a downloader. */
export const KNOWLEDGE = `
command tool {
  option -f --force
  option --no-force negates --force
  option -v --verbose
  option -n --number=<n>
  option -o --output=<file> writes
  option -C=<dir> changes-directory
  option --color[=<when>]
  option -x --exec=<command> runs
  option --bad risk high
  subcommand push { operands <host> connects, [<name>...]; connects hub.example:443; risk high }
  subcommand clean { operands <path>... deletes tree; option -r --recursive }
  subcommand status { alias st; reads ~/.toolrc; ambient .toolrc }
  subcommand make { operands [<target>...]; code Makefile }
}
command cat { operands [<file>...] reads; option -A }
command rm { option -r -R --recursive tree; option -f --force; operands <file>... deletes }
command cp { option -r tree; operands <source>... reads, <target> writes }
command curl { operands <url> connects; option -o --output=<file> writes }
command py { option -c=<code> runs python; operands [<script>] runs script, [<arg>...]; stdin python }
command sh { option -c=<code> runs; operands [<script>] runs script, [<arg>...]; stdin shell; transparent }
command wrap { operands <command>... runs argv; transparent; style posix }
places { persist ~/.profile ~/.config/auto/** }
`

const PATHS = [
  ...[
    './build/**',
    './**',
    '/tmp/**',
    '~/.ssh/**',
    '/etc/**',
    './build/a.o',
    '/**',
    '**/.env*',
    '.',
    './out/*',
  ],
  ...['./keys/**', '~/**', '/tmp/*', './src/main.c', '/etc/passwd', './b*/?.o'],
]
const REST = ['...', '*', '*.o', 'x*', '+*', ...PATHS]
const WORDS = [
  'push',
  'clean',
  'status',
  'st',
  'make',
  'all',
  'x',
  'origin',
  'hub.example',
  'https://hub.example/**',
]
const PROGRAMS = ['tool', 'cat', 'rm', 'cp', 'curl', 'py', 'sh', 'wrap', 'foo', 'ls', 'echo']
const OPTIONS = [
  '-f',
  '--force',
  '-v',
  '-n5',
  '--number=5',
  '--output=/tmp/**',
  '-r',
  '-rf',
  '--bad',
  '--env=prod',
  '-x',
  '-ab',
]
const HOSTS = [
  'hub.example',
  'hub.example:443',
  '*.example',
  '*',
  '*:443',
  '10.*',
  '10.0.0.1',
  '[::1]:80',
  ...['10.0.0.0/8', '10.0.0.0/30:443', '0.0.0.0/0', '::/0', '2001:db8::/32', '[::/127]:80'],
]
const NAMES = {
  set: ['LD_*', 'PATH', 'FOO', '*'],
  elevate: ['root', '*'],
  call: ['hub/get', 'hub/*', '*/delete'],
  load: ['store/a', 'store/*'],
}
const CONDITIONS = [
  ...[
    'role is admin',
    'not role is admin',
    'user in {ann, bob}',
    'env CI is yes',
    'cwd is ./**',
    'ci is true',
  ],
  ...[
    'day in mon-fri',
    'time in 22:00-06:00',
    'agent is a* and role is admin',
    'agent is b* or ci is false',
  ],
]
const from = (values: readonly string[]): fc.Arbitrary<string> => fc.constantFrom(...values)
const maybe = (value: fc.Arbitrary<string>, weight = 3): fc.Arbitrary<string> =>
  fc.oneof({ weight, arbitrary: fc.constant('') }, { weight: 1, arbitrary: value })
const joined = (...parts: readonly fc.Arbitrary<string>[]): fc.Arbitrary<string> =>
  fc.tuple(...parts).map((words) => words.filter((each) => each !== '').join(' '))

/** Programs of patterns: names, a glob, everything, paths. */
const program = fc.oneof(
  { weight: 9, arbitrary: from(PROGRAMS) },
  {
    weight: 1,
    arbitrary: from(['*', 'c*', './tools/gen', './tools/*', '/usr/bin/cat', '/tmp/**']),
  },
)

/** A pattern of one command. */
export const runPattern: fc.Arbitrary<string> = joined(
  program,
  maybe(from(OPTIONS)),
  maybe(from(WORDS), 1),
  maybe(
    fc.oneof(from(REST), joined(from(PATHS), from(REST)), from(['{ ./build/**, /tmp/** }'])),
    1,
  ),
  maybe(from(OPTIONS), 5),
  maybe(fc.constant('only'), 12),
)

const decision = from(['allow', 'warn', 'ask', 'deny'])
const level = from(['low', 'medium', 'high', 'blocked'])
const when = maybe(
  from(CONDITIONS).map((each) => `when ${each}`),
  5,
)
/** The except of a restriction may not merely add an option, so those here have none. */
const exceptRun = joined(program, maybe(from(WORDS), 1), maybe(from(REST), 1))

const runRule = joined(
  fc.oneof(
    { weight: 8, arbitrary: decision },
    { weight: 2, arbitrary: level.map((each) => `risk ${each}`) },
  ),
  runPattern,
  maybe(
    exceptRun.map((each) => `except ${each}`),
    3,
  ),
  when,
)
const pathRule = joined(
  fc.oneof(
    { weight: 8, arbitrary: decision },
    { weight: 1, arbitrary: level.map((each) => `risk ${each}`) },
  ),
  from(['read', 'write', 'delete', 'read, write', 'write, delete', 'persist']),
  maybe(from(PATHS), 1),
  maybe(
    from(PATHS).map((each) => `except ${each}`),
    3,
  ),
  when,
)
const pipeRule = joined(
  fc.oneof(
    from(['warn', 'ask', 'deny']),
    level.map((each) => `risk ${each}`),
  ),
  joined(from(PROGRAMS), maybe(from(WORDS))),
  fc.constant('|'),
  from(['sh', 'py', 'cat', '*', 'sh | cat']),
  when,
)
const connectRule = joined(
  decision,
  fc.constant('connect'),
  from(HOSTS),
  maybe(from(HOSTS).map((each) => `except ${each}`)),
)
/** Addresses that share some of their first bits. */
const address = fc.oneof(
  fc
    .tuple(fc.constantFrom(10, 11, 192), fc.constantFrom(0, 1, 128), fc.nat({ max: 3 }))
    .map(([a, b, c]) => `${a}.${b}.0.${c}`),
  fc
    .tuple(fc.constantFrom('2001:db8', '2001:db9', '0:0'), fc.nat({ max: 3 }))
    .map(([start, last]) => `${start}:0:0:0:0:0:${last}`),
)
/** A range by any of its addresses; the bits behind its length are taken away. */
const range = fc.tuple(address, fc.nat({ max: 128 })).map(([text, wanted]) => {
  const isLong = text.includes(':')
  const [width, radix, mark] = isLong ? [16, 16, ':'] : [8, 10, '.']
  const parts = text.split(mark).map((each) => Number.parseInt(each, radix))
  const length = wanted % (parts.length * width + 1)
  const kept = parts.map((part, index) => {
    const bits = Math.min(width, Math.max(0, length - index * width))
    return (part >> (width - bits)) << (width - bits)
  })
  return `${kept.map((each) => each.toString(radix)).join(mark)}/${length}`
})

/** Rules over hosts alone. */
export const hostRules: fc.Arbitrary<readonly string[]> = fc.array(
  joined(
    decision,
    fc.constant('connect'),
    fc.oneof(range, range, from(HOSTS)),
    maybe(fc.oneof(range, address).map((each) => `except ${each}`)),
  ),
  { minLength: 1, maxLength: 12 },
)
export const hostRequest: fc.Arbitrary<Request> = fc
  .tuple(
    fc.oneof(address, address, from(['hub.example', '::ffff:10.0.0.1', '$X'])),
    fc.constantFrom(null, 443),
  )
  .map(([host, port]) => ({
    subject: { kind: 'connect', host, port },
    cwd: '/',
    facts: NO_FACTS,
  }))

const nameRule = fc
  .constantFrom('set', 'elevate', 'call', 'load')
  .chain((kind) =>
    joined(
      decision,
      fc.constant(kind),
      from(NAMES[kind as 'set']),
      kind === 'call' ? maybe(from(['--repo=acme/**', '--all'])) : fc.constant(''),
      kind === 'call'
        ? maybe(from(['except hub/get --repo=acme/x', 'except hub/*']), 3)
        : fc.constant(''),
    ),
  )
const textRule = joined(
  fc.oneof(
    from(['warn', 'ask', 'deny']),
    level.map((each) => `risk ${each}`),
  ),
  from(['text /rm/', 'text /foo.*bar|hub/', 'text /^c/']),
  maybe(from(['except text /tool/'])),
  when,
)

/** One rule. */
export const rule: fc.Arbitrary<string> = fc.oneof(
  { weight: 10, arbitrary: runRule },
  { weight: 5, arbitrary: pathRule },
  { weight: 1, arbitrary: pipeRule },
  { weight: 1, arbitrary: connectRule },
  { weight: 1, arbitrary: nameRule },
  { weight: 1, arbitrary: textRule },
)

const header = fc
  .record({
    mode: from([
      '',
      'mode execute',
      'mode execute',
      'mode approve',
      'mode approve',
      'mode explain',
    ]),
    general: maybe(
      decision.map((each) => `default ${each}`),
      1,
    ),
    run: maybe(decision.map((each) => `default run ${each}`)),
    read: maybe(
      decision.map((each) => `default read ${each}`),
      1,
    ),
    write: maybe(decision.map((each) => `default write ${each}`)),
    medium: maybe(decision.map((each) => `on medium ${each}`)),
    high: maybe(
      decision.map((each) => `on high ${each}`),
      1,
    ),
    override: maybe(fc.constant('override by admin')),
    sandbox: maybe(from(['sandbox { on }', 'sandbox { required }', 'sandbox { off }'])),
  })
  .map((parts) => Object.values(parts).filter((each) => each !== ''))

/** Statements of a policy, knowledge left out. */
export const statements: fc.Arbitrary<readonly string[]> = fc
  .tuple(header, fc.array(rule, { minLength: 1, maxLength: 9 }))
  .map((parts) => parts.flat())

/** Many rules for few programs: more than a node tries one by one. */
export const crowd: fc.Arbitrary<readonly string[]> = fc.array(
  joined(
    decision,
    from(['tool', 'tool', 'tool push', 'rm', 'foo', '*']),
    fc.oneof(from(OPTIONS), from(['--env=p*', '--number=/tmp/**', '--only-here', '-q'])),
    maybe(from(OPTIONS)),
    fc.oneof(
      from(REST),
      from(['a*', '*a', '?', '[xy]*', '[!x]', '*.[oc]', 'x?', '**a', 'b*o', '\\*', 'st*']),
      from(['{ x*, *.o }', './build/** all', '{ ./keys/**, +* }', '']),
    ),
    maybe(fc.constant('only'), 12),
  ),
  { minLength: 30, maxLength: 70 },
)

/** Statements of a lower layer: rules and few headers. */
export const sources = (lines: readonly string[]): string => `${lines.join('\n')}\n${KNOWLEDGE}`

const argument = from([
  ...[
    'build/a.o',
    './build/b.o',
    '/tmp/x',
    '~/.ssh/id_rsa',
    '/etc/passwd',
    'keys/id_rsa',
    'out/a.o',
    '.',
    '.env',
    'src',
  ],
  ...[
    'push',
    'clean',
    'status',
    'st',
    'make',
    'all',
    'x',
    'origin',
    'hub.example',
    'https://hub.example/a',
    '+x',
    'prod',
  ],
  ...[
    '$X',
    '"$X"',
    'x$X',
    './build/$X',
    '$(cat x)',
    '*.c',
    'build/*',
    '../other',
    '"a b"',
    '10.0.0.1',
    "''",
    '-',
  ],
])
const option = from([
  ...[
    '-f',
    '--force',
    '--for',
    '--no-force',
    '-v',
    '-n5',
    '-n 5',
    '--number=5',
    '--number 5',
    '-fv',
    '-vn5',
    '-r',
    '-rf',
  ],
  ...[
    '-fr',
    '-R',
    '--recursive',
    '-o /tmp/x',
    '--output=/tmp/x',
    '-o$X',
    '--output=$X',
    '-o $X',
    '-C build',
    '-C $X',
  ],
  ...[
    '--bad',
    '--env=prod',
    '--env prod',
    '-x ls',
    '-c "cat x"',
    '-Zf',
    '--zzz',
    '--',
    '-ab',
    '-a',
    '--color',
    '-$X',
  ],
])
const name = fc.oneof(
  { weight: 12, arbitrary: from(PROGRAMS) },
  {
    weight: 1,
    arbitrary: from([
      '/usr/bin/cat',
      './tools/gen',
      '/tmp/ls',
      '$X',
      'no-such-program',
      './nothing',
      '/opt/none',
    ]),
  },
)

/** One simple command. */
export const command: fc.Arbitrary<string> = fc
  .tuple(
    name,
    fc.array(fc.oneof({ weight: 3, arbitrary: argument }, { weight: 2, arbitrary: option }), {
      maxLength: 4,
    }),
  )
  .map(([first, words]) => [first, ...words].join(' '))

/** A shell line: mostly one command; pipes, sequences, substitutions, redirections, wrappers, assignments. */
export const line: fc.Arbitrary<string> = fc.oneof(
  { weight: 8, arbitrary: command },
  { weight: 1, arbitrary: fc.tuple(command, command).map(([a, b]) => `${a} | ${b}`) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(command, from(['sh', 'py', 'cat', 'cat | sh']))
      .map(([a, b]) => `${a} | ${b}`),
  },
  { weight: 1, arbitrary: fc.tuple(command, command).map(([a, b]) => `${a} && ${b}`) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(command, from(['> /tmp/y', '>> ~/.profile', '< /etc/passwd']))
      .map(([a, b]) => `${a} ${b}`),
  },
  { weight: 1, arbitrary: command.map((each) => `wrap ${each}`) },
  { weight: 1, arbitrary: command.map((each) => `sh -c '${each.replaceAll("'", '')}'`) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(from(['LD_PRELOAD=x', 'FOO=1', 'X=build/a.o']), command)
      .map(([a, b]) => `${a} ${b}`),
  },
  { weight: 1, arbitrary: command.map((each) => `cd build; ${each}`) },
)

export const facts: fc.Arbitrary<Facts> = fc.oneof(
  fc.constant(NO_FACTS),
  fc.record({
    roles: fc.constantFrom(null, [], ['admin'], ['dev', 'admin']),
    user: fc.constantFrom(null, 'ann', 'eve'),
    agent: fc.constantFrom(null, 'alpha', 'beta'),
    session: fc.constant(null),
    machine: fc.constant(null),
    isInteractive: fc.constantFrom(null, true),
    isCi: fc.constantFrom(null, true, false),
    nowMs: fc.oneof(fc.constant(null), fc.integer({ min: 0, max: 2_000_000_000_000 })),
    env: fc.constantFrom(null, {}, { CI: 'yes' }),
  }),
)

const subject: fc.Arbitrary<Request['subject']> = fc.oneof(
  { weight: 12, arbitrary: line.map((each) => ({ kind: 'line' as const, line: each })) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('path' as const),
      action: fc.constantFrom('read' as const, 'write' as const, 'delete' as const),
      path: from([
        'build/a.o',
        '/tmp/x',
        '~/.ssh/id_rsa',
        '/etc/passwd',
        'keys/id_rsa',
        '~/.profile',
        '/',
      ]),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('connect' as const),
      host: from([
        ...['hub.example', 'a.b.example', '10.0.0.1', '::1', 'evil.test', '0x0a000001'],
        ...['10.0.0.4', '11.0.0.0', '::ffff:10.1.2.3', '2001:db8::9', '2001:db9::', '::2'],
      ]),
      port: fc.constantFrom(null, 443, 80),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('name' as const),
      action: fc.constantFrom('set' as const, 'elevate' as const, 'call' as const, 'load' as const),
      name: from(['PATH', 'LD_PRELOAD', 'root', 'hub/get', 'hub/delete', 'store/a']),
      options: fc.constantFrom({}, { repo: 'acme/x' }, { repo: 'other' }),
    }),
  },
)

export const request: fc.Arbitrary<Request> = fc.record({
  subject,
  cwd: from(['/home/ann/project', '/home/ann/project', '/', '/home/ann/project/build', '/tmp']),
  facts,
})
export const NOBODY: Facts = NO_FACTS
