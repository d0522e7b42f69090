/**
 * Words: quoting, braces, tildes, globs, variables.
 */
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { type Row, readRow } from '../support/shell-rows.ts'

const test = suite('words of a line')

/** A line, the words of its commands in order, and why it is unknown. `…` is an unknown part, `*` any number of words. */
const ROWS: readonly Row[] = [
  ['ls', [['ls']]],
  ['ls -la /tmp', [['ls', '-la', '/tmp']]],
  ['  ls   -l\n', [['ls', '-l']]],
  ['a \'b c\' "d e" f\\ g', [['a', 'b c', 'd e', 'f g']]],
  ['a "" \'\'', [['a', '', '']]],
  ["a 'it'\\''s'", [['a', "it's"]]],
  ['a "x\\"y\\\\z\\$q\\`"', [['a', 'x"y\\z$q`']]],
  ['a "x\\ny"', [['a', 'x\\ny']]],
  ['a b"c"d\'e\'f', [['a', 'bcdef']]],
  ["r'm' -rf x", [['rm', '-rf', 'x']]],
  ['r""m x', [['rm', 'x']]],
  ['\\rm x', [['rm', 'x']]],
  ['c""url http://x', [['curl', 'http://x']]],
  ["$'rm' -rf /", [['rm', '-rf', '/']]],
  ["$'\\x72\\x6d' a", [['rm', 'a']]],
  ["$'\\162m' a", [['rm', 'a']]],
  ["$'\\u0072m' a", [['rm', 'a']]],
  ["a $'b\\tc\\nd' $'\\e' $'it\\'s'", [['a', 'b\tc\nd', '\x1b', "it's"]]],
  ["a $'\\x{72}m'", [['a', '…']]],
  ["a $'\\xff'", [['a', '…']]],
  ["a $'\\cA'", [['a', '\x01']]],
  ['a $"b c"', [['a', 'b c']]],
  ["a b#c '#d' # e", [['a', 'b#c', '#d']]],
  ['a # rm -rf /', [['a']]],
  ['a \\#b', [['a', '#b']]],
  ['a \\\nb', [['a', 'b']]],
  ['a &&\nb', [['a'], ['b']]],
  ['a "b\nc"', [['a', 'b\nc']]],
  ['a {b,c}d', [['a', 'bd', 'cd']]],
  ['a x{1..3}', [['a', 'x1', 'x2', 'x3']]],
  ['a {01..03} {a..c} {3..1..2}', [['a', '01', '02', '03', 'a', 'b', 'c', '3', '1']]],
  ['a {} {b} {,} x{,y}', [['a', '{}', '{b}', 'x', 'xy']]],
  ['a "{b,c}" \\{b,c}', [['a', '{b,c}', '{b,c}']]],
  ['a {b,{c,d}}', [['a', 'b', 'c', 'd']]],
  ['a {1..9999999}', [['a', '…*']]],
  ['rm -rf {/,x}', [['rm', '-rf', '/', 'x']]],
  ['{rm,-rf,/}', [['rm', '-rf', '/']]],
  ['a ~ ~/x "~" \\~ x~', [['a', '/home/u', '/home/u/x', '~', '~', 'x~']]],
  ['a ~root ~+ ~-', [['a', '…', '…', '…']]],
  ['a b=~/c --d=~/e', [['a', 'b=/home/u/c', '--d=~/e']]],
  ['A=~/x:~/y b', [['b']]],
  ['a $HOME "$HOME/x" ${HOME}', [['a', '/home/u', '/home/u/x', '/home/u']]],
  ['a $PWD "${PWD}/x"', [['a', '/w', '/w/x']]],
  ['a *.txt', [['a', 'a.txt', 'b.txt']]],
  ['a *.none', [['a', '*.none']]],
  ['a *.md', [['a', '…*']]],
  ['a x*.md "*" \\*', [['a', 'x…*', '*', '*']]],
  ['a é 日本', [['a', 'é', '日本']]],
  ["a $'é'", [['a', 'é']]],
  ['a !x', [['a', '!x']]],
  ['a b=c', [['a', 'b=c']]],
  ['a -- -x', [['a', '--', '-x']]],
  ["echo \"a\"b'c'$'d'\\e", [['echo', 'abcde']]],
]

for (const [line, ...expected] of ROWS) {
  test(JSON.stringify(line), () => assert.equal(readRow(line), expected))
}

test.run()
