/**
 * Random policies over one small vocabulary, so that rules and requests meet often. Policies are lists of statements.
 */
import fc from 'fast-check'

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
export const PROGRAMS = ['tool', 'cat', 'rm', 'cp', 'curl', 'py', 'sh', 'wrap', 'foo', 'ls', 'echo']
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
export const HOSTS = [
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
export const from = (values: readonly string[]): fc.Arbitrary<string> => fc.constantFrom(...values)
export const maybe = (value: fc.Arbitrary<string>, weight = 3): fc.Arbitrary<string> =>
  fc.oneof({ weight, arbitrary: fc.constant('') }, { weight: 1, arbitrary: value })
export const joined = (...parts: readonly fc.Arbitrary<string>[]): fc.Arbitrary<string> =>
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

export const decision = from(['allow', 'warn', 'ask', 'deny'])
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

const GLOBS = [
  'a*',
  '*a',
  '?',
  '[xy]*',
  '[!x]',
  '*.[oc]',
  'x?',
  '**a',
  'b*o',
  '\\*',
  'st*',
  'x*o',
  '*',
  'p*',
]

/** Many rules for few programs: more than a node tries one by one. */
export const crowd: fc.Arbitrary<readonly string[]> = fc.array(
  joined(
    decision,
    from(['tool', 'tool', 'tool push', 'rm', 'foo', '*']),
    fc.oneof(
      from(OPTIONS),
      from(['--env=p*', '--number=/tmp/**', '--only-here', '-q']),
      fc.constant(''),
    ),
    maybe(from(OPTIONS)),
    fc.oneof(
      from(REST),
      from(PATHS),
      from(GLOBS),
      joined(from(GLOBS), from(['all', 'x', 'push'])),
      from(['{ x*, *.o }', './build/** all', '{ ./keys/**, +* }', '']),
    ),
    maybe(fc.constant('only'), 12),
  ),
  { minLength: 30, maxLength: 70 },
)

/** Statements of a lower layer: rules and few headers. */
export const sources = (lines: readonly string[]): string => `${lines.join('\n')}\n${KNOWLEDGE}`
