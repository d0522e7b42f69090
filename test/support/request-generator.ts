/**
 * Random requests over the vocabulary of the random policies: shell lines or single actions.
 */
import fc from 'fast-check'
import type { Facts } from '../../src/model/analysis.ts'
import { NO_FACTS, type Request } from '../../src/model/request.ts'
import { from, PROGRAMS } from './policy-generator.ts'

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

/** Commands of the few programs that crowded rules are about, with many words that are not known. */
export const crowdRequest: fc.Arbitrary<Request> = fc
  .tuple(
    from(['tool', 'tool', 'tool push', 'rm', 'foo']),
    fc.array(
      fc.oneof(
        { weight: 2, arbitrary: argument },
        { weight: 2, arbitrary: option },
        {
          weight: 1,
          arbitrary: from(['$X', '"$X"', 'x$X', '"${X}o"', '-n $X', '--env=$X', '-f$X']),
        },
      ),
      { minLength: 1, maxLength: 3 },
    ),
  )
  .map(([start, words]) => ({
    subject: { kind: 'line', line: [start, ...words].join(' ') },
    cwd: '/home/ann/project',
    facts: NO_FACTS,
  }))
