/**
 * Where the parser (unbash 6.0.4) reads otherwise than bash 5.2: each difference is mended, or the line is unknown or
 * refused. What bash runs at evaluation time and no parser shows is here as well.
 */
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { printNode } from '../../src/command/shell/print.ts'
import { showWord, walkLine } from '../support/shell-rows.ts'

const test = suite('shell parser gaps')

/** Lines that bash reads in a way that the parser does not show; `rm x` hides in most. */
const UNKNOWN: Readonly<Record<string, readonly string[]>> = {
  'digits or a name before a process substitution': [
    'ls 2>(rm x)',
    'ls 3<(rm x)',
    'ls {fd}<(rm x)',
    'ls 2> (rm x)',
  ],
  'a substitution in quotes inside arithmetic, a subscript or an operand': [
    "(( '$(rm x)'1 ))",
    "echo $(($'$(rm x)'1))",
    "echo $['$(rm x)'1]",
    "a['$(rm x)']=b",
    "for ((i='$(rm x)'1;;)); do a; done",
    'echo "${a-$\'$(rm x)\'}"',
    "cat <<E\n${a:-'$(rm x)'}\nE",
    "echo ${a:-'`rm x`'}",
  ],
  'a continued line inside a word or operator': [
    'echo $\\\nHOME',
    'echo "$\\\n{a:-$(rm x)}"',
    "echo $\\\n'a\\tb'",
    'ec\\\nho a',
    'ls 2\\\n>f',
    'ls &\\\n& rm x',
    'cat <<E\na\\\nb\nE',
  ],
  'a process substitution inside a word': ['ls a<(rm x)b', 'V=a<(rm x) ls', 'ls <(a)<(rm x)'],
  'a descriptor that is closed or moved, and a word behind it': [
    'ls >&-word',
    'ls >& -word',
    'ls 2>&1-',
  ],
  'nested braces around an expansion': ['ls {a,${x/{$(rm x)}}}'],
  'extended globs': ['ls @(a|b)', 'ls !(a)', 'ls a?(b)c', 'shopt -s extglob\nls +(a)'],
  'the end mark of a here-document with an expansion': ['cat <<$a\nb\n$a', 'cat <<`a`\nb\n`a`'],
  'values that assignments evaluate': [
    "RANDOM='a[$(rm x)]'",
    "OPTIND='a[$(rm x)]'",
    "SECONDS='a[$(rm x)]'",
    'BASH_CMDS[ls]=/tmp/ls',
    "BASH_ALIASES[ls]='rm x'",
    'for RANDOM in "a[$(rm x)]"; do :; done',
    "read RANDOM <<< 'a[$(rm x)]'",
    "printf -v RANDOM 'a[$(rm x)]'",
    "declare -i a='b[$(rm x)]'",
    "declare 'a=($(rm x))'",
    "declare 'a[$(rm x)]=b'",
    'declare -n a=b; a=c',
    "export 'a[$(rm x)]=b'",
    "readonly 'a[$(rm x)]=b'",
  ],
  'names and numbers that builtins evaluate': [
    "let 'a[$(rm x)]'",
    "x='a[$(rm x)]'; echo $((x))",
    "x='a[$(rm x)]'; ((x))",
    "x='a[$(rm x)]'; echo ${y[x]}",
    "x='a[$(rm x)]'; echo ${y:x}",
    "[[ 'a[$(rm x)]' -eq 0 ]]",
    "[[ -v 'a[$(rm x)]' ]]",
    "test -v 'a[$(rm x)]'",
    "[ -v 'a[$(rm x)]' ]",
    "printf -v 'a[$(rm x)]' b",
    "read 'a[$(rm x)]' <<< b",
    "unset 'a[$(rm x)]'",
    "wait -p 'a[$(rm x)]' -n",
    "mapfile -C 'rm x' -c 1 a <<< b",
    "getopts a 'b[$(rm x)]'",
    "compgen -C 'rm x'",
    "compgen -W '$(rm x)'",
    'jobs -x rm x',
  ],
  'expansions that run values': [
    "x='$(rm x)'; echo ${x@P}",
    "x='a[$(rm x)]'; echo ${!x}",
    "PS4='$(rm x)'; set -x; :",
  ],
  'what changes the programs or the reading of later lines': [
    'set -k; ls A=b',
    'hash -p /tmp/ls ls; ls',
    'enable -f /tmp/x.so y',
    'PATH=/tmp; ls',
    "shopt -s expand_aliases\nalias ls='rm x'\nls",
    "BASH_ENV=/tmp/x bash -c 'ls'; BASH_ENV=/tmp/x; ls",
    'PROMPT_COMMAND="rm x"; ls',
    'exec {v}>f; ls >&$v',
  ],
  'lines that bash refuses': ['ls (', 'foo(', 'echo ${ ', 'echo $[', 'echo "a', 'cat <<E\na'],
}

for (const [name, lines] of Object.entries(UNKNOWN)) {
  for (const line of lines) {
    test(`${name}: ${line}`, () => {
      const walked = walkLine(line)
      const words = walked.commands.flatMap((command) => [
        ...command.argv,
        ...command.redirects.map((each) => each.target),
      ])
      const isUnknown =
        walked.refused !== undefined ||
        walked.unknowns.length > 0 ||
        words.some((word) => word.kind === 'unknown')
      assert.ok(isUnknown, JSON.stringify(walked.commands.map((each) => each.argv.map(showWord))))
      // Whatever is printed for bash must not have the hidden part in it.
      assert.not.match(printNode(walked) ?? '', /\$\(rm|`rm|<\(/)
    })
  }
}

/** Differences that oa mends: the words as bash has them. */
const MENDED: readonly (readonly [string, readonly (readonly string[])[]])[] = [
  ["$'\\x72m' x", [['rm', 'x']]],
  ["a $'\\u0072m'", [['a', 'rm']]],
  ["a $'\\1234'", [['a', 'S4']]],
  ["a $'\\cA'", [['a', '\x01']]],
  ['a \\\n b', [['a', 'b']]],
  ['a""#b', [['a#b']]],
  ['a b#c', [['a', 'b#c']]],
  ['a # b \\\nc', [['a'], ['c']]],
  ['! ! a', [['a']]],
  ['time -- a', [['a']]],
  ['{a,b} c', [['a', 'b', 'c']]],
  ['((a); b)', [['a'], ['b']]],
]

for (const [line, words] of MENDED) {
  test(`mended: ${line}`, () => {
    const walked = walkLine(line)
    const found = walked.commands.flatMap(({ argv }) =>
      argv.length > 0 ? [argv.map(showWord)] : [],
    )
    const isUnknown = walked.refused !== undefined || walked.unknowns.length > 0
    if (!isUnknown) assert.equal(found, words)
    else assert.ok(UNREAD.has(line), `${line} is unknown`)
  })
}

/** Of those, what oa leaves unknown. */
const UNREAD = new Set(['((a); b)'])

test.run()
