/**
 * Variables that a line sets, and the builtins that evaluate names and values as code.
 */
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { type Row, readRow } from '../support/shell-rows.ts'

const test = suite('variables in a line')

/** A line, the words of its commands in order, and why it is unknown. `…` is an unknown part, `*` any number of words. */
const ROWS: readonly Row[] = [
  ['x=rm; $x -rf y', [['rm', '-rf', 'y']]],
  ["x='rm -rf'; $x y", [['rm', '-rf', 'y']]],
  ['x="a b"; c $x "$x"', [['c', 'a', 'b', 'a b']]],
  ['x=a y=b; c $x$y "$x-$y"', [['c', 'ab', 'a-b']]],
  ['x=a; x+=b; c $x', [['c', 'ab']]],
  ['x=; a $x "$x" b', [['a', '', 'b']]],
  ["IFS=,; cmd='rm,-rf,/'; $cmd", [['rm', '-rf', '/']]],
  ["IFS=,; x='a b'; c $x", [['c', 'a b']]],
  ['rm$IFS-rf$IFS/', [['rm', '-rf', '/']]],
  ['rm${IFS}-rf${IFS}/', [['rm', '-rf', '/']]],
  ['x=$Y; rm $x', [['rm', '…*']]],
  ['a $X', [['a', '…*']]],
  ['a "$X"', [['a', '…']]],
  ['a ./$X.txt', [['a', './….txt*']]],
  ['a "./${X}.txt"', [['a', './….txt']]],
  ['a $1 "$@" $# $?', [['a', '…*', '…*', '…', '…']]],
  ['a $$ $RANDOM', [['a', '…', '…*']]],
  ['x=5; a ${x:-b} ${#x} ${x:+c}', [['a', '5', '1', 'c']]],
  ['a ${X:-b}', [['a', '…*']]],
  ['x=; a ${x:-b}', [['a', 'b']]],
  [
    'x=hello; a ${x:0:1} ${x:1:3} ${x^^} ${x%lo} ${x#he}',
    [['a', 'h', 'ell', 'HELLO', 'hel', 'llo']],
  ],
  ['x=a.b; c ${x%.*}', [['c', '…*']]],
  ['rm -rf ${PWD%/*}', [['rm', '-rf', '…*']]],
  ['a ${!x}', [['a', '…*']], '`${!x}` evaluates the value of another variable'],
  ['a ${x@P}', [['a', '…*']], '`${x@P}` runs the value as code'],
  ['a ${x@Q}', [['a', '…*']]],
  ['x=\'*.txt\'; a $x "$x"', [['a', 'a.txt', 'b.txt', '*.txt']]],
  [
    'export X=b; a $X',
    [
      ['export', 'X=b'],
      ['a', 'b'],
    ],
  ],
  [
    'export X="b c" Y; a "$X" $Y',
    [
      ['export', 'X=b c', 'Y'],
      ['a', 'b c', '…*'],
    ],
  ],
  [
    'declare X=b; a $X',
    [
      ['declare', 'X=b'],
      ['a', 'b'],
    ],
  ],
  [
    'local X=b; a $X',
    [
      ['local', 'X=b'],
      ['a', '…*'],
    ],
  ],
  [
    'readonly X=b; X=c; a $X',
    [
      ['readonly', 'X=b'],
      ['a', '…*'],
    ],
  ],
  ['declare -i X=b', [['declare', '-i', 'X=b']], '`declare` -i makes bash evaluate values as code'],
  ['declare -n X=b', [['declare', '-n', 'X=b']], '`declare` -n makes bash evaluate values as code'],
  [
    "declare 'a[$(rm x)]=1'",
    [['declare', 'a[$(rm x)]=1']],
    '`declare` evaluates `a[$(rm x)]=1` as code',
  ],
  [
    "declare 'x=($(rm x))'",
    [['declare', 'x=($(rm x))']],
    '`declare` evaluates `($(rm x))` as code',
  ],
  [
    'unset X; a $X',
    [
      ['unset', 'X'],
      ['a', '…*'],
    ],
  ],
  [
    'read X; a $X',
    [
      ['read', 'X'],
      ['a', '…*'],
    ],
  ],
  ["read 'a[$(rm x)]'", [['read', 'a[$(rm x)]']], '`read` evaluates `a[$(rm x)]` as code'],
  [
    'printf -v X b; a $X',
    [
      ['printf', '-v', 'X', 'b'],
      ['a', '…*'],
    ],
  ],
  [
    "printf -v 'a[$(rm)]' x",
    [['printf', '-v', 'a[$(rm)]', 'x']],
    '`printf` evaluates `a[$(rm)]` as code',
  ],
  [
    'mapfile X; a $X',
    [
      ['mapfile', 'X'],
      ['a', '…*'],
    ],
  ],
  ["mapfile -C 'rm x' X", [['mapfile', '-C', 'rm x', 'X']], '`mapfile -C` runs code'],
  ['X=1 a $X', [['a', '…*']]],
  ['A=1 B=$A c', [['c']]],
  ['x=(a b); c "${x[@]}"', [['c', 'a', 'b']]],
  ['x=(a b); c ${x[1]} ${x[0]}', [['c', 'b', 'a']]],
  ['x=(a $Y); c "${x[@]}"', [['c', '…*']]],
  ['x[1]=b a', [['a']]],
  [
    'x[$(rm y)]=b',
    [['rm', 'y']],
    'a substitution stands inside arithmetic, a subscript or a parameter operation + the subscript of `x` is evaluated as code',
  ],
  [
    'set -- p q; a $1 "$@" $#',
    [
      ['set', '--', 'p', 'q'],
      ['a', 'p', 'p', 'q', '2'],
    ],
  ],
  ['set -- p q; shift; a "$@"', [['set', '--', 'p', 'q'], ['shift'], ['a', 'q']]],
  [
    'x=a; (x=b; c $x); d $x',
    [
      ['c', 'b'],
      ['d', 'a'],
    ],
  ],
  ['x=a; f | x=b; c $x', [['f'], ['c', 'a']]],
  ['x=a; t && x=b; c $x "$x"', [['t'], ['c', '…(b|a)', '…(b|a)']]],
  ['x=a; if t; then x=b; fi; c "$x"', [['t'], ['c', '…(b|a)']]],
  ['if t; then x=a; else x=b; fi; c $x', [['t'], ['c', '…(a|b)']]],
  ['for x in a b; do c $x; done', [['c', '…(a|b)']]],
  ['for x in a b; do y=$x; done; c "$y"', [['c', '…(a|b)']]],
  ['for x in *.txt; do c "$x"; done', [['c', '…(a.txt|b.txt)']]],
  ['for x in $Y; do c $x; done', [['c', '…*']]],
  ['while t; do x=$x-; done; c $x', [['t'], ['c', '…*']]],
  ['x=a; while t; do c $x; x=b; done', [['t'], ['c', '…*']]],
  ['for ((i=0;i<3;i++)); do c $i; done', [['c', '…']]],
  ['i=1; c $((i+1)) $((i*2)) $((0x10)) $((010))', [['c', '2', '2', '16', '8']]],
  ['c $((1+2)) $[3*4]', [['c', '3', '12']]],
  [
    'c $((X+1))',
    [['c', '…']],
    'arithmetic evaluates the value of `X` as code, and that is not a known number',
  ],
  [
    "x='a[$(rm y)]'; ((x))",
    [],
    'a substitution stands where it may be read in two ways + arithmetic evaluates the value of `x` as code, and that is not a known number',
  ],
  ["RANDOM='a[$(rm)]'", [], 'bash evaluates what is assigned to `RANDOM` as code'],
  ['RANDOM=5', []],
  [
    'PATH=/tmp/evil:$PATH ls',
    [['ls']],
    '`PATH` is changed: other programs may run under the names that follow',
  ],
  [
    'BASH_ENV=x bash -c y',
    [['bash', '-c', 'y']],
    '`BASH_ENV` is changed: every bash that starts later runs this file',
  ],
  [
    'BASH_CMDS[ls]=evil',
    [],
    'the subscript of `BASH_CMDS` is evaluated as code + `BASH_CMDS` is changed: it puts other programs behind names',
  ],
  ["OPTIND='a[$(rm)]'", [], 'bash evaluates what is assigned to `OPTIND` as code'],
  [
    "for RANDOM in 'a[$(rm)]'; do :; done",
    [[':']],
    'bash evaluates what is assigned to `RANDOM` as code',
  ],
  ['LD_PRELOAD=x ls', [['ls']]],
  ['i=1; ((0 && (i=5))); c $i', [['c', '…(1|5)']]],
  ['i=1; ((1 ? (i=2) : (i=3))); c $i', [['c', '2']]],
  [
    'i=1; ((j ? (i=2) : (i=3))); c $i',
    [['c', '…(1|2|3)']],
    'arithmetic evaluates the value of `j` as code, and that is not a known number',
  ],
  ['i=3; j=$((i++)); c $i $j', [['c', '4', '3']]],
  [
    'i=1; let "i += 2"; c $i',
    [
      ['let', 'i += 2'],
      ['c', '3'],
    ],
  ],
  [
    'read a b <<< \'x y z\'; c $a "$b"',
    [
      ['read', 'a', 'b'],
      ['c', 'x', 'y z'],
    ],
  ],
  [
    'while read -r l; do c $l; done <<< x',
    [
      ['read', '-r', 'l'],
      ['c', '…*'],
    ],
  ],
  ['A=(a b); A+=(c); d "${A[@]}" ${#A[@]} ${A[-1]} $A', [['d', 'a', 'b', 'c', '3', 'c', 'a']]],
  ['V=aba; c ${V/a/z} ${V//a/z} ${V/%a/z}', [['c', 'zba', 'zbz', 'abz']]],
  [
    'a $(exit 1; echo b)',
    [
      ['exit', '1'],
      ['echo', 'b'],
      ['a', '…*'],
    ],
  ],
  [
    "a $(trap 'echo x' EXIT; echo b)",
    [
      ['trap', 'echo x', 'EXIT'],
      ['echo', 'b'],
      ['echo', 'x'],
      ['a', '…*'],
    ],
  ],
  ['for i in 1; do x=a; break; x=b; done; c $x', [['break'], ['c', '…*']]],
  ['f() { x=a; return; x=b; }; f; c $x', [['return'], ['c', '…*']]],
  [
    'x=1 export x; c $x',
    [
      ['export', 'x'],
      ['c', '…*'],
    ],
  ],
  [
    'IFS=, read x y; c $z',
    [
      ['read', 'x', 'y'],
      ['c', '…*'],
    ],
  ],
  ['fd=rm; exec {fd}>f; $fd x', [['exec'], ['…', 'x']]],
  [
    "trap 'x=evil' DEBUG; x=a; $x",
    [['trap', 'x=evil', 'DEBUG'], ['a']],
    '`trap` runs code at any time that changes the shell',
  ],
  ['x=é; c ${#x} ${x^^}', [['c', '…', '…*']]],
  ['while t; do printf -v "x" b; done; c $x', [['t'], ['printf', '-v', 'x', 'b'], ['c', '…*']]],
  [
    'x=q; while t; do c $x; printf -v "x" b; done',
    [['t'], ['c', '…*'], ['printf', '-v', 'x', 'b']],
  ],
  ['echo $((x=5)) $x', [['echo', '5', '5']]],
  ['x=a; x[0]=b; c $x', [['c', '…*']]],
  [
    'a=b; unset a; c ${a:-d}',
    [
      ['unset', 'a'],
      ['c', '…*'],
    ],
  ],
  ['x=$((1+1)); c $x', [['c', '2']]],
  ['x=$#; ((x)) && a', [['a']]],
  [
    "read -r x <<< 'q'; [[ $x -eq 1 ]]",
    [['read', '-r', 'x']],
    '`[[ -eq` evaluates its words as code',
  ],
  ["printf '%s' $X", [['printf', '%s', '…*']]],
  [
    'mapfile -t x < f; c "${x[@]}"',
    [
      ['mapfile', '-t', 'x'],
      ['c', '…*'],
    ],
  ],
  ['a "$*" ${#@}', [['a', '…*', '…']]],
  ['echo a{$x,b}', [['echo', '…*']]],
  ['x=1; echo {$x,b}', [['echo', '…*']]],
  ['a $_ $- $!', [['a', '…*', '…*', '…*']]],
  ['a ${X?no} ${X:=y}', [['a', '…*', '…*']]],
  ["complete -C 'rm x' y", [['complete', '-C', 'rm x', 'y']], '`complete` registers code'],
  ['bind -x \'"a":rm x\'', [['bind', '-x', '"a":rm x']], '`bind` registers code'],
  ['fc -s', [['fc', '-s']], '`fc` runs commands of the history'],
]

for (const [line, ...expected] of ROWS) {
  test(JSON.stringify(line), () => assert.equal(readRow(line), expected))
}

test.run()
