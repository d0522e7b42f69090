/**
 * Lists, pipes, compounds, functions, traps, and what bash would not accept.
 */
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { type Row, readRow } from '../support/shell-rows.ts'

const test = suite('structure of a line')

/** A line, the words of its commands in order, and why it is unknown. `…` is an unknown part, `*` any number of words. */
const ROWS: readonly Row[] = [
  ['a; b & c && d || e', [['a'], ['b'], ['c'], ['d'], ['e']]],
  ['a | b |& c', [['a'], ['b'], ['c']]],
  ['! a', [['a']]],
  ['! a | b', [['a'], ['b']]],
  ['time a', [['a']]],
  ['time -p a | b', [['a'], ['b']]],
  ['(a; b); c', [['a'], ['b'], ['c']]],
  ['{ a; b; } > f', [['a'], ['b']]],
  ['if a; then b; elif c; then d; else e; fi', [['a'], ['b'], ['c'], ['d'], ['e']]],
  ['while a; do b; done', [['a'], ['b']]],
  ['until a; do b; done', [['a'], ['b']]],
  ['case x in a|b) c;; *) d;; esac', [['c'], ['d']]],
  ['select x in a b; do c $x; done', [['c', '…(a|b)']]],
  ['for x; do a $x; done', [['a', '…*']]],
  ['for x in a b; do for y in c d; do e $x$y; done; done', [['e', '…(ac|ad|bc|bd)']]],
  ['[[ a == b && -n $c ]] && d', [['d']]],
  ['[[ $x -eq 3 ]]', [], '`[[ -eq` evaluates its words as code'],
  ['[[ 3 -eq 3 ]] && a', [['a']]],
  ['[[ $# -eq 3 ]] && a', [['a']]],
  [
    "[[ -v 'a[$(rm)]' ]]",
    [],
    'a substitution stands where it may be read in two ways + `[[ -v` evaluates a name that is not plain',
  ],
  ['((1)) && a', [['a']]],
  ['f() { a "$1"; }; f x', [['a', 'x']]],
  ['f() { a "$@"; }; f x \'y z\'', [['a', 'x', 'y z']]],
  ['function f { a; }; f', [['a']]],
  ['f() { rm x; }', [['rm', 'x']]],
  ['f() { f; }; f', [], 'the function `f` calls itself'],
  ['ls() { rm -rf ~; }; ls', [['rm', '-rf', '/home/u']]],
  [':(){ :|:& };:', [], 'the function `:` calls itself + the function `:` calls itself'],
  ['command_not_found_handle() { rm "$1"; }; x', [['x'], ['rm', '…']]],
  [
    'f() { local v=b; a $v; }; v=c; f; a $v',
    [
      ['local', 'v=b'],
      ['a', 'b'],
      ['a', '…*'],
    ],
  ],
  ['f() { g; }; g() { rm x; }; f', [['rm', 'x']]],
  [
    'f() { a; }; unset -f f; f',
    [['unset', '-f', 'f'], ['f'], ['a']],
    '`f` is a function that oa cannot read',
  ],
  ['t && f() { a; }; f', [['t'], ['f'], ['a']]],
  ['coproc rm -rf /', [['rm', '-rf', '/']]],
  ['coproc N { a; b; }', [['a'], ['b']]],
  ["trap 'rm x' EXIT; a", [['trap', 'rm x', 'EXIT'], ['a'], ['rm', 'x']]],
  [
    'trap "rm $X" INT',
    [['trap', 'rm …', 'INT']],
    '`trap` runs code that is only known when the line runs',
  ],
  ['trap - EXIT', [['trap', '-', 'EXIT']]],
  ["trap '' INT", [['trap', '', 'INT']]],
  [
    'eval rm x',
    [
      ['eval', 'rm', 'x'],
      ['rm', 'x'],
    ],
  ],
  [
    'eval "x=rm"; $x y',
    [
      ['eval', 'x=rm'],
      ['rm', 'y'],
    ],
  ],
  ['eval $X', [['eval', '…*']], '`eval` runs code that is only known when the line runs'],
  ["eval 'a; b | c'", [['eval', 'a; b | c'], ['a'], ['b'], ['c']]],
  [
    'eval "eval \'rm x\'"',
    [
      ['eval', "eval 'rm x'"],
      ['eval', 'rm x'],
      ['rm', 'x'],
    ],
  ],
  ["eval '('", [['eval', '(']], 'bash would not accept the code: expected command in subshell'],
  [
    '. ./f; a $x',
    [
      ['.', './f'],
      ['a', '…*'],
    ],
  ],
  [
    "source /dev/stdin <<< 'rm -rf /'",
    [
      ['source', '/dev/stdin'],
      ['rm', '-rf', '/'],
    ],
  ],
  ['source f; cd x; a', [['source', 'f'], ['cd', 'x'], ['a']]],
  [
    "alias ls='rm x'; ls",
    [['alias', 'ls=rm x'], ['ls']],
    '`ls` may be an alias that the line defines',
  ],
  ["alias ll='ls -l'; a", [['alias', 'll=ls -l'], ['a']]],
  [
    'shopt -s expand_aliases\nalias a=b\na',
    [['shopt', '-s', 'expand_aliases'], ['alias', 'a=b'], ['a']],
    '`shopt` changes how the line is read + `a` may be an alias that the line defines',
  ],
  [
    'shopt -s nullglob; a *.txt',
    [
      ['shopt', '-s', 'nullglob'],
      ['a', '…*'],
    ],
  ],
  ['shopt -s extglob', [['shopt', '-s', 'extglob']], '`shopt` changes how the line is read'],
  [
    'set -f; a *.txt',
    [
      ['set', '-f'],
      ['a', '…*'],
    ],
  ],
  ['set -euo pipefail; a', [['set', '-euo', 'pipefail'], ['a']]],
  ['set -x; a', [['set', '-x'], ['a']]],
  [
    "PS4='$(rm)'; set -x",
    [['set', '-x']],
    '`PS4` is changed: tracing runs the code in it + tracing runs the code in `PS4`',
  ],
  ['set -k', [['set', '-k']], '`set -k` changes how the line is read'],
  ['command rm x', [['command', 'rm', 'x']]],
  ['command cd /x; a', [['command', 'cd', '/x'], ['a']]],
  [
    "builtin eval 'rm x'",
    [
      ['builtin', 'eval', 'rm x'],
      ['rm', 'x'],
    ],
  ],
  ['command -v rm', [['command', '-v', 'rm']]],
  ['exec rm x', [['exec', 'rm', 'x']]],
  ['exec > f; a', [['exec'], ['a']]],
  ['exec {fd}> f', [['exec']]],
  ['let x=1', [['let', 'x=1']]],
  ["let 'a[$(rm)]'", [['let', 'a[$(rm)]']], '`let` evaluates its words as code'],
  [
    "test -v 'a[$(rm)]'",
    [['test', '-v', 'a[$(rm)]']],
    '`test -v` evaluates a name that is not plain',
  ],
  ['[ -v x ]', [['[', '-v', 'x', ']']]],
  ['[ "$x" = y ] && a', [['[', '…', '=', 'y', ']'], ['a']]],
  [
    '[ $X ]',
    [['[', '…*', ']']],
    '`[` is given unquoted words that are only known when the line runs',
  ],
  [
    'hash -p /tmp/evil ls',
    [['hash', '-p', '/tmp/evil', 'ls']],
    '`hash -p` puts another program behind a name',
  ],
  ['enable -f x y', [['enable', '-f', 'x', 'y']], '`enable` changes which builtins hold'],
  ["compgen -C 'rm x' y", [['compgen', '-C', 'rm x', 'y']], '`compgen` runs code'],
  ['jobs -x rm y', [['jobs', '-x', 'rm', 'y']], '`jobs -x` runs a command'],
  [
    "wait -p 'a[$(rm)]' 1",
    [['wait', '-p', 'a[$(rm)]', '1']],
    '`wait` evaluates `a[$(rm)]` as code',
  ],
  ['getopts ab x', [['getopts', 'ab', 'x']]],
  ['"$CMD" x', [['…', 'x']]],
  ['$CMD x', [['…*', 'x']]],
  ['$CMD; cd /x && ls', [['…*'], ['cd', '/x'], ['ls']]],
  ['exit; a', [['exit'], ['a']]],
  ['a && exit; b', [['a'], ['exit'], ['b']]],
  ['a || { b; exit 1; }; c', [['a'], ['b'], ['exit', '1'], ['c']]],
  ['true;rm -rf /', [['true'], ['rm', '-rf', '/']]],
  ['coproc cat; echo x', [['cat'], ['echo', 'x']]],
  ['echo @(a|b)', [['echo', '…*']], 'an extended glob'],
  ['a &\nb', [['a'], ['b']]],
  ['a && b &', [['a'], ['b']]],
  ['a;;b', "refused: OA4005 bash would not accept the line: unexpected token ';;'"],
  ['if a', "refused: OA4005 bash would not accept the line: expected 'then'"],
  ['a (', 'refused: OA4005 bash would not accept the line: a `(` after the name of a command'],
  ['a ( b', 'refused: OA4005 bash would not accept the line: a `(` after the name of a command'],
  [
    'a | b ( c',
    'refused: OA4005 bash would not accept the line: a `(` after the name of a command',
  ],
  ['! a (', 'refused: OA4005 bash would not accept the line: a `(` after the name of a command'],
  ['a (; b', 'refused: OA4005 bash would not accept the line: a `(` after the name of a command'],
  [
    'a \\\n ( b',
    'refused: OA4005 bash would not accept the line: a `(` after the name of a command',
  ],
  ['{ a (; }', 'refused: OA4005 bash would not accept the line: a `(` after the name of a command'],
  ['a | ', "refused: OA4005 bash would not accept the line: expected command after '|'"],
  ["a 'b", 'refused: OA4005 bash would not accept the line: unterminated single quote'],
  ['a $(b', 'refused: OA4005 bash would not accept the line: unterminated command substitution'],
  ['a <<E', 'refused: OA4005 bash would not accept the line: a here-document is not closed'],
  ['fi', "refused: OA4005 bash would not accept the line: unexpected token 'fi'"],
  ['a (b)', "refused: OA4005 bash would not accept the line: unexpected token ')'"],
  ['<<E cat\nx $Y\nE', [['cat']]],
  ["cat <<'E'\n$(rm x)\nE", [['cat']]],
  ['cat <<E\n$(rm x)\nE', [['rm', 'x'], ['cat']]],
  ['cat <<-E\n\tx\n\tE', [['cat']]],
]

for (const [line, ...expected] of ROWS) {
  test(JSON.stringify(line), () => assert.equal(readRow(line), expected))
}

test.run()
