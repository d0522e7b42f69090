/**
 * Lines that redirect: files, here-documents, and descriptors that are moved and closed.
 */
import fc from 'fast-check'
import { join, many, name, pick, plain, simple, type Text } from './shell-word-lines.ts'

const file = pick(
  'out',
  '"q f"',
  "'s'f",
  'a\\ b',
  './g',
  'n~',
  'f{1}',
  'out.txt',
  '/dev/null',
  "$'h\\x41'",
)
const redirection = fc.oneof(
  join(
    pick('>', '> ', '>>', '2>', '>|', '1>', '&>', '&>>', '>&', '2>>', '<>', '3>', '10>', '{fd}>'),
    file,
  ),
  pick(
    '2>&1',
    '1>&2',
    '>&2',
    '2>&-',
    '<&-',
    '</dev/null',
    '3>&1',
    '0</dev/null',
    '<a.txt',
    '< "x y"',
    '3<a.txt',
    '<<<word',
    "<<<'a b'",
    '<<< "q"',
    '<<<~',
    '<<<{a,b}',
    '<<<*',
    "<<<$'a\\tb'",
    '2>/dev/null',
  ),
)
export const redirected = fc.oneof(
  join(simple, ' ', many(redirection, 1, 2)),
  join(redirection, ' ', simple),
  join(name, ' ', redirection, ' ', plain, ' ', redirection),
  pick(
    'rec 2 >o',
    "rec '2'>o",
    'rec a2>o',
    'rec \\2>o',
    '>o',
    '>o; rec a',
    '{ rec a; two b; } >o',
    '(rec a) >o 2>&1',
    'rec >o1 >o2',
    'rec a>b c>d',
    '! rec >o',
    'rec a >~/../w',
    'exec 3>o; rec x >&3',
    'rec a > "" b',
    'rec <nofile',
    'fail >o || rec b',
    '{ rec; } <<< in',
    'rec <<< a <<< b',
    'rec >o | two 2>p',
  ),
)

const bodyLine = pick(
  'line one',
  '  two',
  '\tthree',
  'a $V b',
  '\\$x',
  '\\\\',
  '"q" \'s\'',
  '\\`x\\`',
  ' EOF',
  'EOFx',
  '$((1+1))',
  'é #no',
  'a | b; c',
  '`rec bt`',
  '$(rec ds)',
  '${V}',
  '$HOME',
  '~',
  '*',
  'x\\y',
  '\t\ttabs',
)
export const heredoc = fc
  .tuple(
    pick('EOF', "'EOF'", '"EOF"', '\\EOF', "E'O'F", '-EOF', "-'EOF'", ' EOF'),
    fc.array(bodyLine, { maxLength: 3 }),
    pick('', ' | two z', ' && two z', ' >o', '; two k', ' b', ' 2>&1'),
    fc.boolean(),
  )
  .map(([mark, lines, rest, isLater]) => {
    const body = lines.map((line) => `${line}\n`).join('')
    return `V=val; rec <<${mark}${rest}\n${body}EOF\n${isLater ? 'c-d after\n' : ''}`
  })

const target = pick(
  'o',
  'p',
  '"o p"',
  './o',
  'dir/o',
  'nodir/o',
  '/dev/null',
  'a.txt',
  '"$V"',
  '~/o',
  '*.none',
)

export const descriptors: Text = fc.oneof(
  join(
    'V=o; rec a ',
    many(
      fc.oneof(
        join(
          pick(
            '>',
            '>>',
            '>|',
            '<>',
            '2>',
            '2>>',
            '&>',
            '&>>',
            '>&',
            '1>',
            '3>',
            '{fd}>',
            '0<',
            '<',
          ),
          pick('', ' '),
          target,
        ),
        pick('2>&1', '1>&2', '>&2', '2>&-', '>&-', '<&-', '<<<x', '3>&1', '3<&0', '2>&1-'),
      ),
      1,
      3,
    ),
    pick('', '; two', ' && two', ' || two', ' | two', ' b'),
  ),
  join(
    pick(
      'exec >o',
      'exec 2>o',
      'exec 3>o',
      'exec 3<a.txt',
      'exec {fd}>o',
      'exec >>o 2>&1',
      'exec <a.txt',
      'exec 2>&1',
    ),
    '; ',
    pick(
      'rec a',
      'rec a >&3',
      'rec a | two',
      'rec <&3',
      '(rec a)',
      'rec a; exec >&-; two',
      'rec a >&$fd',
    ),
  ),
  join(
    pick(
      '{ rec a; two b; }',
      '(rec a; two b)',
      'if rec a; then two b; fi',
      'for i in 1 2; do rec $i; done',
      'while rec a; do break; done',
      'f() { rec "$1"; }; f x',
    ),
    ' ',
    pick('>o', '2>o >p', '>>o', '<a.txt', '<<<x', '&>o', '>&2', '>"o p"', '<<E\nq\nE'),
  ),
  join('set -C; rec a ', pick('>a.txt', '>|a.txt', '>o', '>>a.txt')),
)
