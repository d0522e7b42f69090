/**
 * Lines of what strict mode models, for comparison with bash. What runs at the same time never shares a file, so that
 * a line has one outcome.
 */
import fc from 'fast-check'

const name = fc.constantFrom(
  'a.txt',
  'b.txt',
  'c',
  'd/inner.txt',
  'n1',
  'n2',
  'd/n3',
  'missing',
  'e f',
)
const folder = fc.constantFrom(
  'd',
  'd/e',
  '.',
  '..',
  'nowhere',
  'd/../d',
  'a.txt',
  'd/e/..',
  './d//e',
)
const quoted = (text: string): string => `'${text}'`

/** One word that has no meaning for the file system. */
const plain = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.constantFrom('x', 'yy', 'a=b', '3', '-', '--', 'x-y', '%', '^', '~x'),
  },
  fc.constantFrom(`'a b'`, `"it's"`, `''`, `'*'`, `"$A"`, '$A', '${A}z', `'\\n'`, `'$A'`, '\\$A'),
  fc.constantFrom('{p,q}', '{1..3}', 'x{y,z}w', `"a\tb"`, `$'q\\tr'`, `'#'`, '"a;b|c&d"'),
)

/** Words that look at the folder. */
const glob = fc.constantFrom(
  '*',
  '*.txt',
  '?',
  '[ab]*',
  'd/*',
  'd/*.txt',
  '*/',
  '*/*',
  'zz*',
  'n?',
  '[!a]*',
)

const words = (of: fc.Arbitrary<string>, max: number): fc.Arbitrary<string> =>
  fc.array(of, { maxLength: max }).map((each) => each.join(' '))

const status = fc.integer({ min: 0, max: 300 })

/** Commands that write only to standard output and read no folder. */
const source = fc.oneof(
  words(plain, 4).map((each) => `echo ${each}`),
  words(plain, 3).map((each) => `echo -n ${each}`),
  words(fc.constantFrom('x', '3', '"p q"', 'w'), 4).map((each) => `printf '%s|%5s\\n' ${each}`),
  fc.constantFrom(
    `printf 'a\\tb\\n'`,
    `printf '%d-' 1 2 3`,
    `echo -e 'x\\ty'`,
    'seq 5',
    'seq 20000',
  ),
  fc.constantFrom(
    'cat a.txt',
    'cat b.txt',
    'pwd',
    'true',
    'false',
    ':',
    'printenv KEPT',
    'printenv A',
  ),
  fc.constantFrom('cat missing', 'nosuchprogram x', `sh -c 'exit 9'`, `sh -c 'kill -9 $$'`),
  fc.constantFrom('A=2 printenv A', 'A=2 KEPT=3 printenv A KEPT', 'cat < b.txt', 'cat <<< "h $A"'),
  fc.constantFrom('cat <<E\nbody $A\n\tx\nE\n', `cat <<'E'\nraw $A\nE\n`),
  status.map((code) => `sh -c 'exit ${code}'`),
)

/** Commands that read standard input. */
const filter = fc.constantFrom(
  ...[
    'cat',
    'sort',
    'wc -l',
    'head -n 1',
    'head -n 2',
    'tail -n 1',
    'grep -c a',

    'cat - a.txt',
  ],
  ...['true', 'false', `sh -c 'cat; exit 3'`, 'cat > /dev/null', 'sort | uniq', '{ cat; cat; }'],
  ...['(cat)', '{ cat; echo end; }', 'cat 2>&1', 'tr A-Z a-z'],
)

/** Commands that change the folder or the shell. */
const change = fc.oneof(
  name.map((each) => `touch ${quoted(each)}`),
  name.map((each) => `rm -f ${quoted(each)}`),
  fc.tuple(name, name).map(([from, to]) => `cp ${quoted(from)} ${quoted(to)}`),
  fc.tuple(name, name).map(([from, to]) => `mv -f ${quoted(from)} ${quoted(to)}`),
  folder.map((each) => `mkdir -p ${each}/new`),
  folder.map((each) => `cd ${each}`),
  fc.constantFrom(
    'A=1',
    'A=1 B=2',
    'export A=5',
    'A=7; export A',
    'unset KEPT',
    'export KEPT=n',
    'unset A',
  ),
  glob.map((each) => `echo ${each}`),
  glob.map((each) => `ls -d ${each}`),
  glob.map((each) => `cat ${each}`),
  fc.constantFrom('ls', 'ls d', 'ls -d d/*', 'exit', 'rm -f n?', 'ls n* 2> /dev/null'),
)

const test = fc.oneof(
  fc
    .tuple(fc.constantFrom('-e', '-f', '-d', '-s', '-r'), name)
    .map(([op, file]) => `[ ${op} ${quoted(file)} ]`),
  fc
    .tuple(fc.constantFrom('=', '!=', '=='), plainWord(), plainWord())
    .map(([op, a, b]) => `[ ${a} ${op} ${b} ]`),
  fc
    .tuple(fc.constantFrom('-eq', '-lt', '-ge'), fc.nat(9), fc.nat(9))
    .map(([op, a, b]) => `test ${a} ${op} ${b}`),
  fc.constantFrom('test x', 'test ""', '[ -n "" ]', '[ -z "" ]', 'test', '[ ! -f c ]', '[ ! x ]'),
)

function plainWord(): fc.Arbitrary<string> {
  return fc.constantFrom('x', 'y', '""', '"a b"', '0')
}

const output = fc.tuple(fc.constantFrom('>', '>>', '1>', '&>', '&>>', '2>', '3>', '<>'), name)
const redirect = fc.oneof(
  { weight: 3, arbitrary: output.map(([operator, file]) => `${operator} ${quoted(file)}`) },
  name.map((file) => `< ${quoted(file)}`),
  fc.constantFrom(
    '2>&1',
    '2> /dev/null',
    '> /dev/null',
    '3>&1',
    '3>&1 1>&2 2>&3 3>&-',
    '> d',
    '> c 2>&1',
    '>&2',
  ),
)

const pipeline = fc
  .tuple(
    source,
    fc.array(fc.tuple(fc.constantFrom('|', '|', '|&'), filter), { maxLength: 3 }),
    fc.boolean(),
  )
  .map(([first, more, isNegated]) => {
    // A here-document ends with its own line; no filter stands behind it.
    const rest = first.endsWith('\n') ? '' : more.map(([pipe, each]) => ` ${pipe} ${each}`).join('')
    return `${isNegated ? '! ' : ''}${first}${rest}`
  })

const simple = fc.oneof(
  { weight: 3, arbitrary: pipeline },
  { weight: 3, arbitrary: change },
  test,
  status.map((code) => `(exit ${code})`),
)

const redirected = fc
  .tuple(simple, fc.array(redirect, { maxLength: 2 }))
  .map(([command, more]) =>
    /\n|^!/.test(command) || command.includes('|') ? command : `${command} ${more.join(' ')}`,
  )

const closed = (line: string): string => (line.endsWith('\n') ? line : `${line}\n`)

/** Lists and groups, three deep. */
export const strictLine = fc.letrec<{ line: string; group: string }>((tie) => ({
  group: fc.oneof(
    { weight: 5, arbitrary: redirected },
    tie('line').map((line) => `{ ${closed(line)}}`),
    tie('line').map((line) => `( ${closed(line)})`),
    fc.tuple(tie('line'), redirect).map(([line, more]) => `{ ${closed(line)}} ${more}`),
    fc.tuple(tie('line'), redirect).map(([line, more]) => `( ${closed(line)}) ${more}`),
    tie('line').map((line) => `{ ${closed(line)}} | cat`),
    tie('line').map((line) => `{ { ${closed(line)}} > bg &\nwait\n}`),
  ),
  line: fc.oneof(
    { maxDepth: 3, depthIdentifier: 'line' },
    { weight: 3, arbitrary: redirected },
    tie('group'),
    fc
      .array(fc.tuple(tie('group'), fc.constantFrom(' && ', ' || ', '; ', '\n')), {
        minLength: 1,
        maxLength: 4,
      })
      .map((parts) =>
        parts
          .map(([part, operator], index) => {
            if (index === parts.length - 1) return part
            return part.endsWith('\n') ? part : `${part}${operator}`
          })
          .join(''),
      ),
  ),
})).line
