/**
 * Lines of harmless recorder commands in every way of quoting, expanding, redirecting and joining that bash has.
 */
import fc from 'fast-check'
import {
  arithmetic,
  awkward,
  compound,
  directory,
  evaluated,
  process,
} from './shell-compound-lines.ts'
import {
  ansi,
  brace,
  comment,
  concatenated,
  disguised,
  double,
  escaped,
  glob,
  join,
  many,
  name,
  pick,
  plain,
  simple,
  single,
  type Text,
  tilde,
} from './shell-word-lines.ts'

/** One generated line with the class of construct that it is about. */
export interface ShellLine {
  readonly kind: string
  readonly line: string
}

/** What the folder of every run holds; globs match these. */
export const FILES = ['a.txt', 'b.txt', 'c.md', '.hidden', 'x y', 'dir/', '[z]']

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
const redirected = fc.oneof(
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

const assignedValue = fc.oneof(
  plain,
  single,
  double,
  ansi,
  escaped,
  pick('', '~', '~/x:~', '{a,b}', '*', 'a"b c"d', 'a=b', '*.txt'),
)
const prefixed = fc.oneof(
  join('VA=', assignedValue, ' ', simple),
  join('VA=', assignedValue, ' VB=', assignedValue, ' ', simple),
  join('VA=', assignedValue, '; ', name, ' "$VA" x"${VA}"y'),
  join('export VA=', assignedValue, '; ', name, ' "$VA"'),
  pick(
    'VA=1 VB=$VA rec',
    'VA=1; VB=$VA rec',
    'VA=1; VA+=2; rec $VA',
    'VA+=x rec',
    "'VA'=1",
    'rec VA=1',
    'VA= rec x',
    'VA=1 >o rec',
    'VA=1;rec $VA',
    'VA=a VB=b; rec $VB$VA',
    'VA=1\nVA=2 rec $VA\ntwo $VA',
    'export VA=a VB="b c"; rec',
    'export "VA=a b" VB=\'c\'; rec "$VA"',
    'VA=1 eval rec \\$VA',
    'VA=a; unset VA; rec $VA',
    'readonly VA=3; rec $VA',
    'VA=1; (VA=2; rec $VA); two $VA',
    'VA=1; VA=2 | rec $VA',
    'VA=1 && rec $VA || two',
    'fail && VA=1; rec "$VA"',
    'declare VA=x; rec $VA',
    'declare -x VA=x; rec $VA',
    'VA=(a "b c"); rec "${VA[@]}"',
    'VA=(a b); rec ${VA[@]} ${VA[1]}',
    'VA[0]=1; rec $VA',
    'read VA <<< "x y"; rec $VA',
  ),
)

const parameter = fc
  .tuple(
    pick(
      'V=val',
      "V='a b'",
      "V='*.txt'",
      "V=''",
      "V=' lead'",
      "V='a  b '",
      'V=~',
      "V=$'a\\nb'",
      "V='x\\y'",
      "V='-n'",
      'V=a:b',
      "V='[z]'",
      "V='a*'",
      "V='x,y,,z'",
      "V=',a'",
      "V='a,'",
      "IFS=,; V='x,y,,z'",
      "IFS=,; V=',a'",
      "IFS=,; V='a,'",
      "IFS=; V='a b'",
      "IFS=x; V='axb'",
      "IFS=', '; V='a, b'",
      "IFS=/; V='a b/c'",
    ),
    many(
      pick(
        '$V',
        '"$V"',
        '${V}',
        '"${V}"',
        'x$V',
        '$V"y"',
        '"a$V"b',
        '$V$V',
        '"$V$V"',
        "$V'q'",
        '${#V}',
        '${V:-d}',
        '${N:-d}',
        '${V:+alt}',
        '${V-d}',
        '${V%b}',
        '${V#a}',
        '${V:0:1}',
        '${V^^}',
        '${V/a/b}',
        '""$V',
        "$V''",
        '\\$V',
        "'$V'",
        'a${V}.txt',
        '"${V:-a b}"',
        '${V:-a b}',
        '"${V%%b}"',
        '${V:1}',
      ),
      1,
      2,
    ),
  )
  .map(([assignment, words]) => `${assignment}; rec ${words}`)

const substitution = fc.oneof(
  join(
    'rec $(',
    pick(
      'echo a b',
      "printf 'a\\nb'",
      'echo "*.txt"',
      'printf %s x',
      'echo',
      'printf r',
      "echo 'a  b'",
      'echo -n q',
      "echo -e 'a\\tb'",
      "printf '%s-' a b c",
      'echo aGk= | base64 -d',
      'echo abc | tr a-c x-z',
      'echo abc | rev',
      "printf '\\x41'",
      'echo a; echo b',
      'two in',
      'pwd',
      'echo $V',
    ),
    ')',
    pick('', 'z', ' q'),
  ),
  join(
    'rec "$(',
    pick(
      'echo a b',
      "printf 'a\\n\\n'",
      'two x',
      'echo "q r"',
      "echo '\"'",
      'cat <<< hi',
      'echo `echo n`',
    ),
    ')"',
    pick('', 'z'),
  ),
  join('rec `', pick('echo a', 'two x', 'echo \\`echo n\\`', 'echo "a b"', "echo 'a\\\\b'"), '`'),
  pick(
    '$(echo rec) a',
    '$(printf r)ec a',
    '`echo two` x',
    'V=$(echo q); rec $V',
    'V=$(two); rec "$V"',
    'rec "$(two "$(c-d deep)")"',
    'rec $(two; c-d)',
    'rec $( (two a) )',
    'rec $(two ")")',
    "rec $(two ')' \\))",
    'rec $(two #)\n)',
    'rec x$(echo y)z',
    'rec $(case x in x) two c;; esac)',
    'rec $(<a.txt)q',
    'rec $(echo)',
    'V=1 rec $(echo $V)',
    'rec $(V=2; echo $V)',
    'rec $(echo a >&2)',
    'rec $(false || echo b)',
    'rec $(true && echo b)',
    'rec $(echo a & wait)',
    'rec $(if true; then echo c; fi)',
    'rec $(echo a | two)',
    'rec "$(echo \'a\\nb\')"',
  ),
)

const list = fc.oneof(
  join(
    simple,
    pick(' | ', '|', ' |& ', ' && ', '&&', ' || ', '; ', ';', '\n', ' |\n ', ' &&\n\n'),
    simple,
  ),
  join('fail', pick(' || ', ' && ', '; '), simple, pick(' && ', ' || ', '; '), simple),
  join(pick('! ', '( ', '{ ', 'time ', 'time -p '), simple).map((text) =>
    text.startsWith('(') ? `${text})` : text.startsWith('{') ? `${text}; }` : text,
  ),
  join(simple, ' & ', simple, '; wait'),
  join('{ ', simple, '; ', simple, '; } | ', simple),
  join('(', simple, ' && ', simple, '); ', simple),
  pick(
    '(rec a; (two b); c-d)',
    '{ rec a; { two b; }; } && c-d',
    'rec a; exit; two b',
    'rec a && exit 1 || two; c-d',
    '(exit 3) || rec b',
    'true && rec a',
    'false || rec a',
    '! fail && rec a',
    ': ; rec',
    'rec a | two b | c-d e',
    'rec a & two b & wait',
    'coproc rec a; wait',
    'rec |& two',
    '! ! rec',
    'exec rec a',
    'command rec a',
    'builtin echo a; rec',
    '{ exit; }; rec',
    'return; rec',
  ),
)

/** Words in the middle of a line of more commands, so that classes meet. */
const mixed = fc
  .tuple(
    fc.oneof(concatenated, brace, tilde, glob),
    pick(' | two', '; c-d', ' && two x', ' >o', ' 2>&1 | c-d'),
    pick('', 'VA=q ', 'V=w; '),
  )
  .map(([word, rest, before]) => `${before}rec ${word}${rest}`)

const of = (kind: string, line: Text): fc.Arbitrary<ShellLine> =>
  line.map((text) => ({ kind, line: text }))

/** Every class; each is as likely as the others. */
export const shellLine: fc.Arbitrary<ShellLine> = fc.oneof(
  of('single quotes', join(disguised, ' ', many(single, 1, 3))),
  of('double quotes', join(disguised, ' ', many(double, 1, 3))),
  of('$-quotes', join(disguised, ' ', many(ansi, 1, 2))),
  of('escapes', join(disguised, ' ', many(escaped, 1, 3))),
  of('concatenation', join(disguised, ' ', many(concatenated, 1, 3))),
  of(
    'braces',
    join(name, ' ', many(join(pick('', 'x', '"q"'), brace, pick('', 'y', "'s'")), 1, 2)),
  ),
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
  of('process substitution', process),
  of('awkward', awkward),
  of('mixed', mixed),
)
