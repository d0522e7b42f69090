/**
 * Commands inside words, and what literal commands print.
 */
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { type Row, readRow } from '../support/shell-rows.ts'

const test = suite('substitutions in a line')

/** A line, the words of its commands in order, and why it is unknown. `…` is an unknown part, `*` any number of words. */
const ROWS: readonly Row[] = [
  ['a $(b)', [['b'], ['a', '…*']]],
  [
    'a "$(b c)" d',
    [
      ['b', 'c'],
      ['a', '…', 'd'],
    ],
  ],
  [
    'a `b c`',
    [
      ['b', 'c'],
      ['a', '…*'],
    ],
  ],
  ['a "x$(b)y"', [['b'], ['a', 'x…y']]],
  [
    '$(printf r)m -rf /',
    [
      ['printf', 'r'],
      ['rm', '-rf', '/'],
    ],
  ],
  [
    '`echo rm` x',
    [
      ['echo', 'rm'],
      ['rm', 'x'],
    ],
  ],
  [
    'a $(echo b c)',
    [
      ['echo', 'b', 'c'],
      ['a', 'b', 'c'],
    ],
  ],
  [
    'a "$(echo b c)"',
    [
      ['echo', 'b', 'c'],
      ['a', 'b c'],
    ],
  ],
  [
    'a $(echo "b  c")',
    [
      ['echo', 'b  c'],
      ['a', 'b', 'c'],
    ],
  ],
  [
    "a $(printf '%s-%s' b c)",
    [
      ['printf', '%s-%s', 'b', 'c'],
      ['a', 'b-c'],
    ],
  ],
  [
    "a $(printf 'b\\n\\n')",
    [
      ['printf', 'b\\n\\n'],
      ['a', 'b'],
    ],
  ],
  [
    'a $(echo -n b)',
    [
      ['echo', '-n', 'b'],
      ['a', 'b'],
    ],
  ],
  [
    "a $(echo -e 'b\\tc')",
    [
      ['echo', '-e', 'b\\tc'],
      ['a', 'b', 'c'],
    ],
  ],
  [
    'a $(echo cm0= | base64 -d)',
    [
      ['echo', 'cm0='],
      ['base64', '-d'],
      ['a', 'rm'],
    ],
  ],
  [
    'a $(echo abc | tr a-c x-z)',
    [
      ['echo', 'abc'],
      ['tr', 'a-c', 'x-z'],
      ['a', 'xyz'],
    ],
  ],
  ['a $(echo cba | rev)', [['echo', 'cba'], ['rev'], ['a', 'abc']]],
  [
    'a $(echo 726d | xxd -r -p)',
    [
      ['echo', '726d'],
      ['xxd', '-r', '-p'],
      ['a', 'rm'],
    ],
  ],
  ['a $(cat <<< hi)', [['cat'], ['a', 'hi']]],
  [
    'a $(echo b; echo c)',
    [
      ['echo', 'b'],
      ['echo', 'c'],
      ['a', 'b', 'c'],
    ],
  ],
  ['a $(pwd)', [['pwd'], ['a', '/w']]],
  ['a $(date)', [['date'], ['a', '…*']]],
  ['a "$(date)"', [['date'], ['a', '…']]],
  ['a x$(date)y', [['date'], ['a', 'x…y*']]],
  ['a $(<f)', [['a', '…*']]],
  ['a $(b $(c))', [['c'], ['b', '…*'], ['a', '…*']]],
  ['a `b \\`c\\``', [['c'], ['b', '…*'], ['a', '…*']]],
  [
    'a $((1+$(b)))',
    [['b'], ['a', '…']],
    'a substitution stands inside arithmetic, a subscript or a parameter operation + arithmetic on the output of a command, which bash evaluates',
  ],
  [
    'a ${x:-$(rm y)}',
    [
      ['rm', 'y'],
      ['a', '…*'],
    ],
    'a substitution stands inside arithmetic, a subscript or a parameter operation',
  ],
  [
    'a "${x:-$(rm y)}"',
    [
      ['rm', 'y'],
      ['a', '…'],
    ],
    'a substitution stands inside arithmetic, a subscript or a parameter operation',
  ],
  [
    'echo ${x:=$(rm -rf /)}',
    [
      ['rm', '-rf', '/'],
      ['echo', '…*'],
    ],
    'a substitution stands inside arithmetic, a subscript or a parameter operation',
  ],
  ['[[ -f $(rm x) ]]', [['rm', 'x']]],
  [
    '[[ -f ${x:-$(rm y)} ]]',
    [['rm', 'y']],
    'a substitution stands inside arithmetic, a subscript or a parameter operation',
  ],
  [
    '(( $(rm x) ))',
    [['rm', 'x']],
    'a substitution stands inside arithmetic, a subscript or a parameter operation + arithmetic on the output of a command, which bash evaluates',
  ],
  [
    'for (( i=$(rm x); i<1; i++ )); do a; done',
    [['rm', 'x'], ['a']],
    'a substitution stands inside arithmetic, a subscript or a parameter operation + arithmetic on the output of a command, which bash evaluates',
  ],
  ['case $(a) in b) c;; esac', [['a'], ['c']]],
  ['a <(b) >(c)', [['b'], ['c'], ['a', '/dev/fd/…', '/dev/fd/…']]],
  ['a <(b | c) d', [['b'], ['c'], ['a', '/dev/fd/…', 'd']]],
  [
    'ls 2>(rm -rf x)',
    [['ls', '2>(rm -rf x)']],
    'a word holds shell characters that may not be text',
  ],
  ['a 3<(b)', [['a', '3<(b)']], 'a word holds shell characters that may not be text'],
  [
    'a x<(b)y',
    [['b'], ['a', 'x', '/dev/fd/…', 'y']],
    'a process substitution touches another word',
  ],
  [
    "(( '$(rm)'1 ))",
    [],
    "a substitution stands inside arithmetic, a subscript or a parameter operation + a substitution stands where it may be read in two ways + arithmetic evaluates `'$(rm)'1` as code",
  ],
  [
    'a "${x-$\'$(rm)\'}"',
    [['a', '…']],
    'a substitution stands inside arithmetic, a subscript or a parameter operation + a substitution stands where it may be read in two ways',
  ],
  ['x=$(rm y)', [['rm', 'y']]],
  ['x=$(rm y) z', [['rm', 'y'], ['z']]],
  [
    'export X="$(rm y)"',
    [
      ['rm', 'y'],
      ['export', 'X=…'],
    ],
  ],
  ['a <<< $(b)', [['b'], ['a']]],
  ['a > $(b)', [['b'], ['a']]],
  [
    'a "`rm x`"',
    [
      ['rm', 'x'],
      ['a', '…'],
    ],
  ],
  [
    'echo "$(rm -rf /var/lib)"',
    [
      ['rm', '-rf', '/var/lib'],
      ['echo', '…'],
    ],
  ],
]

for (const [line, ...expected] of ROWS) {
  test(JSON.stringify(line), () => assert.equal(readRow(line), expected))
}

test.run()
