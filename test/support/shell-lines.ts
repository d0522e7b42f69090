/**
 * Lines of harmless recorder commands in every way of quoting, expanding, redirecting and joining that bash has.
 */
import fc from 'fast-check'

type Text = fc.Arbitrary<string>

/** One generated line with the class of construct that it is about. */
export interface ShellLine {
  readonly kind: string
  readonly line: string
  /** The construct is only known when it runs: it need not be sure. */
  readonly isDynamic: boolean
}

/** What the folder of every run holds; globs match these. */
export const FILES = ['a.txt', 'b.txt', 'c.md', '.hidden', 'x y', 'dir/', '[z]']

const pick = (...texts: string[]): Text => fc.constantFrom(...texts)
const join = (...parts: (Text | string)[]): Text =>
  fc.tuple(...parts.map((part) => (typeof part === 'string' ? fc.constant(part) : part))).map((texts) => texts.join(''))
const many = (text: Text, least: number, most: number, by = ' '): Text =>
  fc.array(text, { minLength: least, maxLength: most }).map((texts) => texts.join(by))

const name = pick('rec', 'two', 'c-d')
const plain = pick('a', 'foo', '-n', '--opt', '--x=y', '/p/q', 'w.txt', 'é', '日本', '9', 'k:v', '@at', '%p', '+x', '.', '-', '--', 'a=b', 'x,y', '..', '1:2', '=', ':')
const inSingle = pick('a', ' ', '"', '\\', '$x', '$(rec no)', '`rec no`', '\n', '#', '*', '~', '{a,b}', ';', '|', '&', '>', 'é', '\\n', "\t")
const single = many(inSingle, 0, 4, '').map((text) => `'${text}'`)
const inDouble = pick('a', ' ', "'", '\\"', '\\\\', '\\$', '\\`', '\\n', '\\ ', '#', '*', '~', '{a,b}', ';', '|', '(', ')', '<', '\n', 'é', '!', '%', '$ ', 'b')
const double = many(inDouble, 0, 4, '').map((text) => `"${text}"`)
const inAnsi = pick('a', ' ', '\\n', '\\t', '\\\\', "\\'", '\\"', '"', '\\?', '\\a', '\\e', '\\x41', '\\x7', '\\101', '\\60', '\\1234', '\\u41', '\\u00e9', '\\U1F600', '\\cA', '\\q', '$x', '`', '\\0b', '\\xg', '\\c\\\\', '\\x{41}', '\\xff', '\\xc3\\xa9', '\\400', '\\u', '\n')
const ansi = many(inAnsi, 0, 4, '').map((text) => `$'${text}'`)
const escaped = many(pick('\\ ', '\\a', '\\n', "\\'", '\\"', '\\\\', '\\$', '\\`', '\\*', '\\?', '\\[', '\\{', '\\}', '\\;', '\\&', '\\|', '\\<', '\\>', '\\(', '\\)', '\\#', '\\~', '\\=', '\\é', 'b', 'c'), 1, 3, '')
const literal = fc.oneof(plain, plain, single, double, ansi, escaped)
const concatenated = many(literal, 1, 3, '')
const simple = join(name, ' ', many(fc.oneof(plain, single, double), 0, 2))
const disguised = fc.oneof(
  name,
  pick("'rec'", '"two"', "r'e'c", 're""c', '\\rec', "t\\wo", "$'rec'", "$'\\x72ec'", "$'\\164wo'", '"r"ec', "c'-'d", '$"rec"', "''rec"),
)

const braceItem: Text = pick('a', 'b1', '"q r"', "'s'", '\\,', '', 'x=y', '/e', '{p,q}', '{1..2}')
const brace = fc.oneof(
  many(braceItem, 2, 3, ',').map((text) => `{${text}}`),
  pick('{1..3}', '{a..e..2}', '{3..1}', '{01..10..4}', '{-1..1}', '{c..a}', '{1..2..0}', '{x}', '{}', '{a,b', 'a,b}', '{,}', '{,x}', '{a,{b,c}', '{{a,b}', '{a..3}', '{"a,b"}', '\\{a,b}', '{a\\,b}', '{a,b\\}', '"{a,b}"', "{'a',b}", '{$,x}', '{a,}}', '{a},b}', '}{a,b}', '{},{a,b}', '{+1..3}', '{00..2}', '{-01..1}', '{1...3}', '{1..3..}', '{..}', '{é,b}', '{9..11}', '{a..c}{,1}', '{1..1}', '{5..1..2}', '{~,x}/t', '{a,b}{c,d}', '${V}{a,b}', '{A..C}', '{z..x}'),
)
const tilde = pick('~', '~/x', '~/', '~/"a b"', '"~"', '\\~', '~\\/x', "~''", 'a~', 'x=~', 'x=~/y', 'x=a:~', 'x=~:~/b', '--o=~', '--o=~/x', ':~', 'a:~', '~:~', 'x+=~', 'x="~"/y', '"x"=~', 'x\\=~', '~/{a,b}', '{~,~/z}', 'x=~/a:~/b:c', '~x', '~+', '~-', '~nobody')
const glob = pick('*', '?', 'a*', '*.txt', '*.{txt,md}', '[ab].txt', '[!a]*', '"*"', '\\*', '*.none', '[', '[]', 'x*', '.h*', 'd*/', '*"x"*', "'a'*", '[a-c]*', '\\[z\\]', '"[z]"', '[[]z]', '*[z]*', '[\\[]*', 'a[', '?.md', '*\\ *', 'dir/*', '*/', './*', '[^.]*', '[[:alpha:]].txt', '"a".*', 'no*"q r"')
const comment = fc.oneof(
  join(simple, ' # c ', pick("it's", '$(rec no)', '`', '\\', '{', '<<E')),
  join(simple, ' #c\n', simple),
  pick('rec a#b c#', 'rec "#" \\#x \'#\'', '# c\nrec a', 'rec ""#a', 'rec a;#b', 'rec {a,#b}', '{ rec x; #}\n}', '(rec a #)\n)', 'rec a |#c\ntwo', 'rec a &&#c\n two'),
)

const file = pick('out', '"q f"', "'s'f", 'a\\ b', './g', 'n~', 'f{1}', 'out.txt', '/dev/null', "$'h\\x41'")
const redirection = fc.oneof(
  join(pick('>', '> ', '>>', '2>', '>|', '1>', '&>', '&>>', '>&', '2>>', '<>', '3>', '10>', '{fd}>'), file),
  pick('2>&1', '1>&2', '>&2', '2>&-', '<&-', '</dev/null', '3>&1', '0</dev/null', '<a.txt', '< "x y"', '3<a.txt', '<<<word', "<<<'a b'", '<<< "q"', '<<<~', '<<<{a,b}', '<<<*', "<<<$'a\\tb'", '2>/dev/null'),
)
const redirected = fc.oneof(
  join(simple, ' ', many(redirection, 1, 2)),
  join(redirection, ' ', simple),
  join(name, ' ', redirection, ' ', plain, ' ', redirection),
  pick('rec 2 >o', "rec '2'>o", 'rec a2>o', 'rec \\2>o', '>o', '>o; rec a', '{ rec a; two b; } >o', '(rec a) >o 2>&1', 'rec >o1 >o2', 'rec a>b c>d', '! rec >o', 'rec a >~/../w', 'exec 3>o; rec x >&3', 'rec a > "" b', 'rec <nofile', 'fail >o || rec b', '{ rec; } <<< in', 'rec <<< a <<< b', 'rec >o | two 2>p'),
)

const bodyLine = pick('line one', '  two', '\tthree', 'a $V b', '\\$x', '\\\\', '"q" \'s\'', '\\`x\\`', ' EOF', 'EOFx', '$((1+1))', 'é #no', 'a | b; c', '`rec bt`', '$(rec ds)', '${V}', '$HOME', '~', '*', 'x\\y', '\t\ttabs')
const heredoc = fc
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

const assignedValue = fc.oneof(plain, single, double, ansi, escaped, pick('', '~', '~/x:~', '{a,b}', '*', 'a"b c"d', 'a=b', '*.txt'))
const prefixed = fc.oneof(
  join('VA=', assignedValue, ' ', simple),
  join('VA=', assignedValue, ' VB=', assignedValue, ' ', simple),
  join('VA=', assignedValue, '; ', name, ' "$VA" x"${VA}"y'),
  join('export VA=', assignedValue, '; ', name, ' "$VA"'),
  pick('VA=1 VB=$VA rec', 'VA=1; VB=$VA rec', 'VA=1; VA+=2; rec $VA', 'VA+=x rec', "'VA'=1", 'rec VA=1', 'VA= rec x', 'VA=1 >o rec', 'VA=1;rec $VA', 'VA=a VB=b; rec $VB$VA', 'VA=1\nVA=2 rec $VA\ntwo $VA', 'export VA=a VB="b c"; rec', 'export "VA=a b" VB=\'c\'; rec "$VA"', 'VA=1 eval rec \\$VA', 'VA=a; unset VA; rec $VA', 'readonly VA=3; rec $VA', 'VA=1; (VA=2; rec $VA); two $VA', 'VA=1; VA=2 | rec $VA', 'VA=1 && rec $VA || two', 'fail && VA=1; rec "$VA"', 'declare VA=x; rec $VA', 'declare -x VA=x; rec $VA', 'VA=(a "b c"); rec "${VA[@]}"', 'VA=(a b); rec ${VA[@]} ${VA[1]}', 'VA[0]=1; rec $VA', 'read VA <<< "x y"; rec $VA'),
)

const parameter = fc
  .tuple(
    pick('V=val', "V='a b'", "V='*.txt'", "V=''", "V=' lead'", "V='a  b '", 'V=~', "V=$'a\\nb'", "V='x\\y'", "V='-n'", 'V=a:b', "V='[z]'", "V='a*'", "V='x,y,,z'", "V=',a'", "V='a,'", "IFS=,; V='x,y,,z'", "IFS=,; V=',a'", "IFS=,; V='a,'", "IFS=; V='a b'", "IFS=x; V='axb'", "IFS=', '; V='a, b'", "IFS=/; V='a b/c'"),
    many(pick('$V', '"$V"', '${V}', '"${V}"', 'x$V', '$V"y"', '"a$V"b', '$V$V', '"$V$V"', "$V'q'", '${#V}', '${V:-d}', '${N:-d}', '${V:+alt}', '${V-d}', '${V%b}', '${V#a}', '${V:0:1}', '${V^^}', '${V/a/b}', '""$V', "$V''", '\\$V', "'$V'", 'a${V}.txt', '"${V:-a b}"', '${V:-a b}', '"${V%%b}"', '${V:1}'), 1, 2),
  )
  .map(([assignment, words]) => `${assignment}; rec ${words}`)

const substitution = fc.oneof(
  join('rec $(', pick('echo a b', "printf 'a\\nb'", 'echo "*.txt"', 'printf %s x', 'echo', 'printf r', "echo 'a  b'", "echo -n q", "echo -e 'a\\tb'", "printf '%s-' a b c", "echo aGk= | base64 -d", 'echo abc | tr a-c x-z', 'echo abc | rev', "printf '\\x41'", 'echo a; echo b', 'two in', 'pwd', 'echo $V'), ')', pick('', 'z', ' q')),
  join('rec "$(', pick('echo a b', "printf 'a\\n\\n'", 'two x', 'echo "q r"', 'echo \'"\'', 'cat <<< hi', 'echo `echo n`'), ')"', pick('', 'z')),
  join('rec `', pick('echo a', 'two x', 'echo \\`echo n\\`', 'echo "a b"', "echo 'a\\\\b'"), '`'),
  pick('$(echo rec) a', '$(printf r)ec a', '`echo two` x', 'V=$(echo q); rec $V', 'V=$(two); rec "$V"', 'rec "$(two "$(c-d deep)")"', 'rec $(two; c-d)', 'rec $( (two a) )', 'rec $(two ")")', "rec $(two ')' \\))", 'rec $(two #)\n)', 'rec x$(echo y)z', 'rec $(case x in x) two c;; esac)', 'rec $(<a.txt)q', 'rec $(echo)', 'V=1 rec $(echo $V)', 'rec $(V=2; echo $V)', 'rec $(echo a >&2)', 'rec $(false || echo b)', 'rec $(true && echo b)', 'rec $(echo a & wait)', 'rec $(if true; then echo c; fi)', 'rec $(echo a | two)', 'rec "$(echo \'a\\nb\')"'),
)

const arithmetic = pick('rec $((1+2))', 'rec $((2*3-1))', 'rec $((7/2)) $((7%4)) $((-7/2))', 'rec "$((1<2))"', 'i=5; rec $((i+1))', 'i=5; rec $((i++)) $i', 'rec $((010)) $((0x1f))', 'rec $[1+2]', 'i=3; ((i=i+1)); rec $i', 'rec $((1?2:3))', 'rec $(( (1+2)*3 ))', 'i=1; ((i+=4)); rec "$i"', 'rec $((5==5))', 'rec a$((1))b', 'rec $((~1)) $((!0))', 'i=08; rec "$i"', 'rec $((2**3))', 'i=4; i=$((i*2)); rec $i', 'rec $((1,2))', 'let i=3; rec $i', 'i=-3; rec $((i)) $((-i))', 'rec $((1<<3))', 'rec $((6&3)) $((6|1)) $((6^2))', 'i=2; rec $((i=7)) $i')

const list = fc.oneof(
  join(simple, pick(' | ', '|', ' |& ', ' && ', '&&', ' || ', '; ', ';', '\n', ' |\n ', ' &&\n\n'), simple),
  join('fail', pick(' || ', ' && ', '; '), simple, pick(' && ', ' || ', '; '), simple),
  join(pick('! ', '( ', '{ ', 'time ', 'time -p '), simple).map((text) => (text.startsWith('(') ? `${text})` : text.startsWith('{') ? `${text}; }` : text)),
  join(simple, ' & ', simple, '; wait'),
  join('{ ', simple, '; ', simple, '; } | ', simple),
  join('(', simple, ' && ', simple, '); ', simple),
  pick('(rec a; (two b); c-d)', '{ rec a; { two b; }; } && c-d', 'rec a; exit; two b', 'rec a && exit 1 || two; c-d', '(exit 3) || rec b', 'true && rec a', 'false || rec a', '! fail && rec a', ': ; rec', 'rec a | two b | c-d e', 'rec a & two b & wait', 'coproc rec a; wait', 'rec |& two', '! ! rec', 'exec rec a', 'command rec a', 'builtin echo a; rec', '{ exit; }; rec', 'return; rec'),
)

const compound = pick(
  'if rec a; then two b; else c-d c; fi', 'if fail; then two b; elif rec c; then c-d d; fi', 'for i in a b; do rec $i; done', 'for i in a "b c"; do rec "$i" x$i; done', 'for i in *.txt; do rec "$i"; done', 'for i in {1..3}; do rec $i; done', 'for ((i=0;i<2;i++)); do rec x $i; done', 'while fail; do two; done; rec y', 'until rec a; do two; done', 'case foo in f*) rec a;; *) two b;; esac', 'case x in a) rec a;& *) two b;; esac', 'V=x; case $V in x) rec $V;; esac', 'f() { rec in "$@"; }; f a "b c"', 'function f { rec $1 $#; }; f q; f', 'f() ( cd dir; rec ); f; two', 'f() { V=2; }; V=1; f; rec $V', 'f() { local V=2; rec $V; }; V=1; f; two $V', 'rec() { two "$@" shadow; }; rec z', '[[ a == a ]] && rec x', '[[ -n "" ]] || rec x', '(( 1 )) && rec x', 'if [ a = a ]; then rec x; fi', 'for i in a b; do for j in c d; do rec $i$j; done; done', 'while read -r l; do rec "$l"; done <<< "p q"', 'for i; do rec $i; done', 'for i in a b; do V=$i; done; rec $V', 'V=a; for i in 1 2; do rec $V; V=b; done', 'V=a; if fail; then V=b; fi; rec $V', 'V=a; [[ x ]] && V=b; rec "$V"', 'i=0; while ((i<2)); do rec $i; ((i++)); done', 'i=0; while [ $i -lt 2 ]; do rec $i; i=$((i+1)); done', 'if true; then rec x; fi | two y', 'for i in 1 2; do rec; break; done', 'f() { return; rec; }; f; two', 'f() { exit; }; f; rec', 'select i in a; do rec $i; break; done <<<1', 'for i in a b; do rec $i; done >o', 'case $(two) in *) rec;; esac', 'f() { g; }; g() { rec g; }; f', 'f() { rec $0 "$*"; }; f 1 2', 'f() { shift; rec "$@"; }; f 1 2 3', 'set -- a "b c"; rec "$@" $2 $#', 'set -- x; shift; rec "$@" $#', 'while :; do rec x; break; done', 'for i in $(echo a b); do rec $i; done', 'if cd dir; then rec; fi; two', 'for d in dir .; do (cd $d; rec); done', 'f() { cat; }; f <<< x; rec', 'f() { rec; } >o; f', 'if fail; then rec a; fi; two b',
)

const directory = pick('cd dir; rec', 'cd dir && rec; two', 'cd nodir; rec', 'cd nodir && rec', 'cd nodir || rec', '(cd dir; rec); two', 'cd dir; cd ..; rec', 'cd; rec', 'cd ~; rec', 'cd /; rec', 'cd -- dir; rec $PWD', 'cd dir && cd .. && rec', 'pushd dir; rec; popd; two', 'V=dir; cd $V; rec', 'cd "$(echo dir)"; rec', 'cd ./dir/../dir; rec', 'cd dir | rec', 'cd dir & wait; rec', 'cd /tmp/..; rec', 'cd dir; rec *; two "$PWD"', 'cd -P dir; rec', 'cd dir; cd -; rec', 'cd a b; rec', "cd ''; rec", 'cd dir >o && rec', '! cd dir; rec', 'cd dir && ! rec; two')

const evaluated = pick('eval rec a b', "eval 'rec a; two b'", "eval rec '$V'", "V='two x'; eval $V", "V='a b'; eval rec $V", 'eval "rec \\"a b\\""', "eval 'V=2'; rec $V", 'eval eval rec x', "trap 'rec t' EXIT; two a", "trap 'rec $V' EXIT; V=1; two a", "V=1; trap 'rec $V' EXIT; two a", "(trap 'rec t' EXIT; two a); c-d", "eval 'f() { rec x; }'; f", "eval 'cd dir'; rec", "eval '(' 2>/dev/null; rec", '. ./nofile; rec', "trap '' INT; rec", "trap - EXIT; rec", 'alias rec=two; rec a', "eval 'exit'; rec", "eval '' ; rec", 'source /dev/stdin <<< "rec q"', 'eval "$(echo rec z)"', "builtin eval 'rec v'", 'command eval rec w')

const process = pick('rec <(two a)', 'rec < <(two a)', 'rec > >(two)', 'rec <(two a) <(c-d b)', 'rec a<(two)b', 'rec "<(two a)"', 'rec <(two <(c-d x))', 'V=<(two x) rec q', 'rec 2> >(two)', 'rec <()')
const awkward = pick('rec 2>(two x)', '(( \'$(two)\'1 ))', 'rec "${x-$\'$(two)\'}"', 'rec $\\\nx', 're\\\nc a', "rec $'a\\\nb'", 'rec a \\\n b', 'rec &\\\n& two', "rec ${V:-'$(two)'}", "declare 'x=($(two))'", "[[ 'a[$(two)]' -eq 0 ]]", "RANDOM='a[$(two)]'", "test -v 'a[$(two)]'", 'rec ${x[$(two)0]}', "printf -v 'a[$(two)]' x", "x='a[$(two)]'; rec $((x))", "unset 'a[$(two)]'", "read 'a[$(two)]' <<<x", "x='$(two)'; rec ${x@P}", "x='a[$(two)]'; rec ${!x}", 'set -- $(echo a); rec "$1"', 'shopt -s extglob\nrec @(a|b)', "shopt -s expand_aliases\nalias rec='two al'\nrec z", "PS4='$(two)'; set -x; :", 'command_not_found_handle() { rec nf "$1"; }; nosuch', "let 'a[$(two)]'", "x=two,y; IFS=,; $x", '${x:-rec} a', 'rec $RANDOM$SECONDS', 'rec $$ $! $? $-', 'rec !(a)', 'hash -p "$(type -p two)" rec; rec', 'rec {a,`two`}', 'rec {a,$(two)}b', 'rec "$@" $* $# $1', 'rec $0', 'rec $_ a', 'time -- rec', 'PATH=/none; rec', 'set -f; rec *', 'shopt -s nullglob; rec *.none', 'set -k; rec VA=1', 'mapfile -C "two" -c 1 V <<< x', 'rec ~+ ~-')

/** Words in the middle of a line of more commands, so that classes meet. */
const mixed = fc.tuple(fc.oneof(concatenated, brace, tilde, glob), pick(' | two', '; c-d', ' && two x', ' >o', ' 2>&1 | c-d'), pick('', 'VA=q ', 'V=w; ')).map(
  ([word, rest, before]) => `${before}rec ${word}${rest}`,
)

const of = (kind: string, line: Text, isDynamic = false): fc.Arbitrary<ShellLine> =>
  line.map((text) => ({ kind, line: text, isDynamic }))

/** Every class; each is as likely as the others. */
export const shellLine: fc.Arbitrary<ShellLine> = fc.oneof(
  of('single quotes', join(disguised, ' ', many(single, 1, 3))),
  of('double quotes', join(disguised, ' ', many(double, 1, 3))),
  of('$-quotes', join(disguised, ' ', many(ansi, 1, 2))),
  of('escapes', join(disguised, ' ', many(escaped, 1, 3))),
  of('concatenation', join(disguised, ' ', many(concatenated, 1, 3))),
  of('braces', join(name, ' ', many(join(pick('', 'x', '"q"'), brace, pick('', 'y', "'s'")), 1, 2))),
  of('tilde', join(name, ' ', many(tilde, 1, 2))),
  of('globs', join(name, ' ', many(glob, 1, 2))),
  of('comments', comment),
  of('redirections', redirected),
  of('here-documents', heredoc),
  of('assignments', prefixed),
  of('parameters', parameter),
  of('substitution', substitution),
  of('arithmetic', arithmetic),
  of('lists', list),
  of('compounds', compound),
  of('directories', directory),
  of('eval and trap', evaluated),
  of('process substitution', process, true),
  of('awkward', awkward, true),
  of('mixed', mixed),
)
